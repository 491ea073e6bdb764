"""Witnesses somebody else runs sign the newest checkpoint; one that saw another log is an alarm."""

from __future__ import annotations

import hashlib
import io
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django.fixtures import Settings

from config.checks import check_witnesses
from config.environment import BadSetting, Environment
from permits.ledger import witnessing
from permits.ledger.keeping import keep_log, late
from permits.ledger.keys import private_key
from permits.ledger.log import checkpoint
from permits.ledger.merkle import EMPTY_ROOT, Nodes, consistency_proof, root_at
from permits.ledger.notes import PrivateKey
from permits.ledger.tiles import Tiles
from permits.ledger.witnessing import OtherLogSeen
from permits.models import LogCheckpoint, LogCosignature
from permits.verification.registry import CHECKS
from roles.models import SecurityEvent
from roles.models.security import What
from tests.witness import Witness, proves, served

pytestmark = pytest.mark.django_db


@pytest.fixture
def witness(settings: Settings) -> Iterator[Witness]:
    """One that follows this log, asked by it."""
    found = Witness()
    with served(found) as url:
        found.trust(str(private_key().public))
        settings.LOG_WITNESSES, settings.WITNESS_URLS = [found.public], [url]
        yield found


def grow(many: int = 1) -> LogCheckpoint:
    """The log with so many entries more, kept."""
    SecurityEvent.objects.bulk_create(SecurityEvent(what=What.REFUSED) for _number in range(many))
    keep_log()
    newest = checkpoint()
    assert newest
    return newest


def signed(made: LogCheckpoint) -> list[str]:
    return list(made.cosignatures.values_list("witness", flat=True))


def test_each_newest_checkpoint_is_signed_and_the_page_says_by_whom(witness: Witness, client: Client) -> None:
    for many in (1, 2, 300, 7):
        assert signed(grow(many)) == [witness.public]
    assert witness.asked == [200, 200, 200, 200]
    keep_log()
    assert len(witness.asked) == 4  # who signed is not asked again
    assert witness.name in client.get("/log/").content.decode()
    assert client.get("/log/checkpoint").content.decode().count(f"— {witness.name} ") == 1


def test_a_witness_that_saw_an_older_log_names_its_size_and_gets_the_proof_from_there(
    witness: Witness, settings: Settings
) -> None:
    older = grow(5)
    with served(second := Witness(name="second.example/w")) as url:
        second.trust(str(private_key().public))
        second.seen[older.note.partition("\n")[0]] = older.size - 2, root_at(older.size - 2, _node())
        settings.LOG_WITNESSES.append(second.public)
        settings.WITNESS_URLS.append(url)
        newest = grow(4)
    assert sorted(signed(newest)) == sorted([witness.public, second.public])
    assert second.asked == [409, 200]


def test_a_witness_that_comes_late_signs_from_nothing(witness: Witness, settings: Settings) -> None:
    settings.WITNESS_URLS, urls = [], settings.WITNESS_URLS
    assert signed(grow(3)) == []
    settings.WITNESS_URLS = urls
    keep_log()
    newest = checkpoint()
    assert newest
    assert signed(newest) == [witness.public]


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ((1000, bytes(32)), "signed 1000 entries"),
        ((3, bytes(32)), "refuses the proof"),
        ((5, bytes(32)), "another root"),
    ],
)
def test_a_witness_that_saw_another_log_is_an_alarm(witness: Witness, seen: tuple[int, bytes], said: str) -> None:
    witness.seen[private_key().name] = seen
    with override("en"), pytest.raises(OtherLogSeen, match=said):
        grow(5)
    newest = checkpoint()
    assert newest
    assert (newest.size, signed(newest)) == (5, [])
    assert list(late()) == ["a witness knows another log"]
    with pytest.raises(CommandError, match=r"见证方http.*见到的是另一份日志"):
        call_command("sequence_log")  # and stays one
    del witness.seen[private_key().name]
    keep_log()
    assert list(late()) == []


def test_a_witness_that_saw_another_log_is_told_also_where_others_sign(witness: Witness, settings: Settings) -> None:
    other = Witness(name="other.example/w1")
    with served(other) as url:
        other.trust(str(private_key().public))
        other.seen[private_key().name] = (1000, bytes(32))
        settings.LOG_WITNESSES, settings.WITNESS_URLS = [witness.public, other.public], [*settings.WITNESS_URLS, url]
        with pytest.raises(OtherLogSeen):
            grow(5)
    newest = checkpoint()
    assert newest
    assert signed(newest) == [witness.public]
    assert list(late()) == ["a witness knows another log"]
    keep_log()  # the other cannot be reached any more, and took nothing back
    assert list(late()) == ["a witness knows another log"]


def test_a_witness_that_knows_another_log_is_told_though_its_key_is_not_known(
    witness: Witness, settings: Settings
) -> None:
    """The alarm ended with the next run: all whose keys are known had signed, and nobody was asked any more."""
    other = Witness(name="other.example/w1")
    with served(other) as url:
        other.trust(str(private_key().public))
        other.seen[private_key().name] = (1000, bytes(32))
        settings.WITNESS_URLS = [*settings.WITNESS_URLS, url]
        with pytest.raises(OtherLogSeen):
            grow(5)
        with pytest.raises(OtherLogSeen):
            keep_log()
        assert list(late()) == ["a witness knows another log"]
        del other.seen[private_key().name]
        keep_log()
        assert list(late()) == ["a witness knows another log"], "what it signed cannot be verified"
        settings.LOG_WITNESSES = [*settings.LOG_WITNESSES, other.public]
        keep_log()
        assert list(late()) == []


def test_verification_tells_of_a_witness_that_knows_another_log_until_it_is_asked_no_more(
    witness: Witness, settings: Settings
) -> None:
    witness.seen[private_key().name] = (1000, bytes(32))
    with pytest.raises(OtherLogSeen):
        grow(5)
    with override("en"):
        (problem,) = CHECKS["witness"]()
    assert settings.WITNESS_URLS[0] in problem.what
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_ledger", stdout=out)
    assert settings.WITNESS_URLS[0] in out.getvalue()
    settings.WITNESS_URLS = []
    assert list(CHECKS["witness"]()) == []


def test_a_signature_that_does_not_hold_is_not_kept(witness: Witness, caplog: pytest.LogCaptureFixture) -> None:
    witness.lies = True
    with caplog.at_level(logging.WARNING, "permits.ledger.witnessing"):
        assert signed(grow()) == []
    assert "的签名无效" in caplog.text


def test_a_witness_of_another_key_than_known_is_not_kept(witness: Witness, settings: Settings) -> None:
    settings.LOG_WITNESSES = [str(PrivateKey.generate("witness.example/w1", kind=4).public)]
    assert signed(grow()) == []
    assert not LogCosignature.objects.exists()


@pytest.mark.parametrize("wrong", ["unknown log", "another key", "nobody there", "another place"])
def test_a_witness_that_fails_is_told_and_keeps_no_other_from_signing(
    witness: Witness, settings: Settings, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    with served(failing := Witness(name="failing.example")) as url:
        if wrong == "another key":
            failing.trust(str(PrivateKey.generate(private_key().name).public))
        address = {"nobody there": "http://127.0.0.1:9/w", "another place": f"{url}/elsewhere"}.get(wrong, url)
        settings.WITNESS_URLS = [address, *settings.WITNESS_URLS]
        with caplog.at_level(logging.WARNING, "permits.ledger.witnessing"):
            assert signed(grow()) == [witness.public]
    assert "did not sign" in caplog.text


ANSWERS = {
    "stalled": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\xe2\x80\x94 w",
    "cut off": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "garbled": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nno gzip",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "too long": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 70_000,
    "dripping": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
}


@pytest.mark.parametrize("how", ANSWERS)
def test_a_witness_whose_answer_stalls_or_is_garbled_keeps_no_other_from_signing(
    witness: Witness, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    waits = how in ("stalled", "dripping")
    if waits:  # the other one must answer within this, on a busy machine too
        monkeypatch.setattr(witnessing, "SECONDS", 1)
        monkeypatch.setattr(witnessing, "PATIENCE", 1.5)
    with raw(ANSWERS[how], after=4 if waits else 0, drips=how == "dripping") as url:
        settings.WITNESS_URLS = [url, *settings.WITNESS_URLS]
        with caplog.at_level(logging.WARNING, "permits.ledger.witnessing"):
            assert signed(grow()) == [witness.public]
    assert "did not sign" in caplog.text


@contextmanager
def raw(said: bytes, *, after: float, drips: bool) -> Iterator[str]:
    """A server that says so whatever it is asked, and hangs up `after` seconds; one that drips says a blank at a time
    meanwhile."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(said)
            until = time.monotonic() + after
            with suppress(OSError):  # who asked has gone
                while time.monotonic() < until:
                    time.sleep(0.1)
                    self.request.sendall(b" " if drips else b"")

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/w"
        server.shutdown()


def test_where_no_witness_signs_for_long_the_health_page_says_so(witness: Witness, settings: Settings) -> None:
    grow()
    settings.WITNESS_URLS = ["http://127.0.0.1:9/w"]
    grow()
    assert list(late()) == []
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        assert list(late()) == ["no witness signs the checkpoints"]


def test_the_witness_verifies_what_it_is_sent() -> None:
    """The independent reading of the proof agrees with this one's over all sizes to 40, and takes no bent proof."""
    nodes = _plain_nodes()
    roots = [EMPTY_ROOT, *(root_at(size, nodes) for size in range(1, 41))]
    for new in range(1, 41):
        for old in range(new + 1):
            proof = consistency_proof(old, new, nodes)
            assert proves(old, new, roots[old], roots[new], proof), (old, new)
            assert not proves(old, new, roots[old], roots[new], [*proof, bytes(32)])
            if proof:
                assert not proves(old, new, roots[old], roots[new], proof[:-1])
                assert not proves(old, new, roots[old], roots[new], [bytes(32), *proof[1:]])


def test_settings_that_cannot_be_meant_stop_the_start(settings: Settings) -> None:
    assert Environment({"WITNESS_URLS": "https://a.cn/w, http://b.cn"}).links("WITNESS_URLS") == [
        "https://a.cn/w", "http://b.cn",
    ]  # fmt: skip
    for bad in ("ftp://a.cn", "a.cn", "https://a.cn/?q=1", "https://a.cn,x"):
        with pytest.raises(BadSetting):
            Environment({"WITNESS_URLS": bad}).links("WITNESS_URLS")
    settings.WITNESS_URLS, settings.LOG_WITNESSES = ["https://a.cn"], []
    assert [error.id for error in check_witnesses()] == ["config.E012"]


def _node() -> Nodes:
    return Tiles().node


def _plain_nodes() -> Nodes:
    def node(height: int, index: int) -> bytes:
        if height == 0:
            return hashlib.sha256(b"\x00" + str(index).encode()).digest()
        return hashlib.sha256(b"\x01" + node(height - 1, 2 * index) + node(height - 1, 2 * index + 1)).digest()

    return node
