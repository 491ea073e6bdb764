"""Notes and checkpoints read and verify as the specifications of C2SP say."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from permits.ledger.notes import COSIGNATURE, BadNote, Checkpoint, Note, PrivateKey, PublicKey

# The key and the note of the documentation of golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
def key() -> PrivateKey:
    return PrivateKey.generate("example.cn/log")


@pytest.fixture
def witness() -> PrivateKey:
    return PrivateKey.generate("witness.example.org", COSIGNATURE)


def test_a_note_of_another_implementation_verifies() -> None:
    key = PublicKey.parse(GO_KEY)
    assert str(key) == GO_KEY
    assert Note.parse(GO_NOTE).verified_by([key]) == [(key, None)]
    assert str(Note.parse(GO_NOTE)) == GO_NOTE


def test_a_checkpoint_reads_back_as_it_was_signed(key: PrivateKey) -> None:
    made = Checkpoint(key.name, 20852163, bytes(range(32)), ("extension",))
    note = Note.parse(made.signed(key))
    assert note.verified_by([key.public]) == [(key.public, None)]
    assert Checkpoint.parse(note.text) == made
    assert note.text.split("\n")[:2] == ["example.cn/log", "20852163"]


def test_keys_read_back_as_they_are_written_and_show_no_secret(key: PrivateKey, witness: PrivateKey) -> None:
    for one in (key, witness):
        assert PrivateKey.parse(one.written()) == one
        assert PublicKey.parse(str(one.public)) == one.public
        secret = b64encode(bytes([one.kind]) + one.raw).decode()  # which may hold, and end with, a plus sign
        assert secret in one.written()
        assert secret not in f"{one!r}{one}"


def test_a_changed_text_does_not_verify(key: PrivateKey) -> None:
    written = Checkpoint(key.name, 7, bytes(32)).signed(key)
    with override("en"), pytest.raises(BadNote, match="does not hold"):
        Note.parse(written.replace("\n7\n", "\n8\n")).verified_by([key.public])


def test_each_of_several_keys_verifies_and_a_strangers_alone_does_not(key: PrivateKey) -> None:
    next_key = PrivateKey.generate(key.name)
    note = Note.parse(Checkpoint(key.name, 7, bytes(32)).signed(key, next_key))
    assert [found for found, _seen in note.verified_by([key.public, next_key.public])] == [key.public, next_key.public]
    with override("en"), pytest.raises(BadNote, match="None of the known keys"):
        note.verified_by([PrivateKey.generate(key.name).public])


def test_a_witness_says_when_it_saw_the_checkpoint(key: PrivateKey, witness: PrivateKey) -> None:
    made = Checkpoint(key.name, 7, bytes(32))
    written = made.signed(key) + witness.sign(str(made), AT)
    assert Note.parse(written).verified_by([witness.public]) == [(witness.public, AT)]
    forged = PublicKey(witness.name, COSIGNATURE, key.public.raw)
    with pytest.raises(BadNote):
        Note.parse(made.signed(key) + witness.sign("another text\n", AT)).verified_by([witness.public])
    with pytest.raises(BadNote):
        Note.parse(written).verified_by([forged])


def test_a_log_signs_under_its_own_name_only(key: PrivateKey) -> None:
    with pytest.raises(BadNote):
        Checkpoint("other.cn/log", 7, bytes(32)).signed(key)


NO_SIGNATURES = ["", "no signature\n", "— name\n", "— name !!\n", "— name AAAAAAAA", "— na\rme AAAAAAAA\n"]


@pytest.mark.parametrize("written", ["", "text\n", *(f"text\n\n{lines}" for lines in NO_SIGNATURES)])
def test_what_is_no_note_is_refused(written: str) -> None:
    with pytest.raises(BadNote):
        Note.parse(written)


NO_CHECKPOINTS = ["", "a\n1\n", "a\n1\nAAAA\n", "a\n1\n!\n"]


@pytest.mark.parametrize(
    "text", NO_CHECKPOINTS + [f"a\n{size}\n{'A' * 43}=\n" for size in ("", "01", "-1", "+1", "１", "9" * 5000)]
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


@pytest.mark.parametrize("text", ["", "a+b", "a b+00000000+AAAA", GO_KEY.replace("c74f20a3", "c74f20a4"), "a+00+ARpc"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        PublicKey.parse(text)
    with pytest.raises(BadNote):
        PrivateKey.parse(f"PRIVATE+KEY+{text}")
