"""What is recorded gets into the log once, whoever is killed or comes late; and whoever reads it finds it whole."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from permits.ledger import sequencer, whole
from permits.ledger.chain import canonical
from permits.ledger.keeping import keep_log, late
from permits.ledger.keys import NoLogKey, make_key, private_key, used_keys
from permits.ledger.log import NotLogged, accept_cosignatures, checkpoint, prove, prove_growth, published, said_by
from permits.ledger.merkle import BadProof, leaf_hash, root_of, verify_consistency
from permits.ledger.notes import COSIGNATURE, BadNote, Checkpoint, Note, PrivateKey
from permits.ledger.sequencer import BATCH, LogBroken, sequence
from permits.ledger.sources import SOURCES
from permits.ledger.whole import compare, problems
from permits.models import Act, ClockEntry, LogCheckpoint, LogLeaf, LogTile
from permits.models.act import digest
from permits.models.states import S
from roles.models import Agency, MatrixEdition, OfficialDatum, SecurityEvent
from roles.models.security import What
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.owner]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Problems are told in the reader's language."""
    with translation.override("en"):
        yield


LOGGED = (Act, SecurityEvent, OfficialDatum, ClockEntry, MatrixEdition)


def lines(number: int) -> None:
    """As many rows that are logged, quickly made."""
    SecurityEvent.objects.bulk_create(SecurityEvent(what=What.REFUSED, details={"page": n}) for n in range(number))


@contextmanager
def unguarded() -> Iterator[Any]:
    """A cursor of somebody who took the triggers away."""
    with connection.cursor() as cursor:
        tables = ("permits_logleaf", "permits_logtile", "permits_logcheckpoint", "roles_securityevent", "permits_act")
        connection.check_constraints()
        for table in tables:
            for name in ("no_update", "no_delete") if connection.vendor == "sqlite" else ("no_rewrite",):
                cursor.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if name == "no_rewrite" else ""))
        yield cursor


def test_every_act_line_and_datum_gets_one_entry_and_no_second(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    grown = sequence()
    assert grown == sum(model.objects.count() for model in LOGGED)
    assert list(LogLeaf.objects.values_list("number", flat=True)) == list(range(grown))
    assert sequence(thorough=True) == 0
    assert LogCheckpoint.objects.count() == ceil(grown / BATCH)
    assert problems() == []


def test_entries_tell_no_name_and_no_word(cast: Cast) -> None:
    SecurityEvent.objects.create(what=What.LOGGED_IN, by=cast.clerk, person=cast.clerk, address="10.1.2.3")
    sequence()
    for leaf in LogLeaf.objects.all():
        keys = {"source", "row", "hash"} | ({"case", "number", "papers"} if leaf.source == "act" else set())
        assert set(json.loads(leaf.data)) == keys
        assert leaf.source == "act" or len(leaf.salt) == 32


def test_what_an_act_says_is_not_found_by_trying_what_gives_the_hash_that_everyone_is_told(cast: Cast) -> None:
    """Of a step that was taken all but the moment and the officer can be known, and the log grows every minute."""
    case = cast.case_at(S.FIRST_REVIEW)
    cast.take(case)
    taken = case.acts.get(act="claim")
    sequence()
    assert json.loads(LogLeaf.objects.get(source="act", row=taken.pk).data)["hash"] == taken.hash
    guessed = {name: part for name, part in taken.content.items() if name != "salt"}
    assert guessed["facts"]
    assert guessed["names"]["person"] == cast.district_reviewer.name
    assert digest(canonical(guessed)) != taken.hash


def test_a_row_that_was_committed_late_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lines(5)
    late = SecurityEvent.objects.order_by("pk")[2]
    found = sequencer.unlogged
    monkeypatch.setattr(sequencer, "unlogged", lambda source, after: found(source, after).exclude(pk=late.pk))
    assert sequence() == 4
    monkeypatch.undo()
    assert sequence() == 1
    assert LogLeaf.objects.get(number=4).row == late.pk


def test_a_row_below_those_of_an_hour_ago_is_found_by_the_thorough_run(monkeypatch: pytest.MonkeyPatch) -> None:
    lines(3)
    first = SecurityEvent.objects.order_by("pk")[0]
    found = sequencer.unlogged
    monkeypatch.setattr(sequencer, "unlogged", lambda source, after: found(source, after).exclude(pk=first.pk))
    sequence()
    monkeypatch.undo()
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        assert any("not in the log" in told for told in problems())
        assert sequence() == 0
        assert sequence(thorough=True) == 1
        assert problems() == []


def test_batches_follow_one_another_and_fill_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 100)
    lines(520)
    assert sequence() == 520
    assert [row.size for row in LogCheckpoint.objects.order_by("pk")] == [100, 200, 300, 400, 500, 520]
    assert list(LogTile.objects.values_list("level", "index")) == [(0, 0), (0, 1)]
    assert problems() == []


class Killed(BaseException):
    """As nothing in the program catches it."""


def test_killed_at_any_statement_it_leaves_the_log_whole() -> None:
    lines(300)
    sequence()
    lines(300)  # a tile becomes whole
    before, statement, ended = LogCheckpoint.objects.latest("pk"), 0, False
    while not ended:
        statement += 1
        try:
            with transaction.atomic(), connection.execute_wrapper(_kill_at(statement)):
                sequence()
                ended = True
        except Killed:
            assert LogCheckpoint.objects.latest("pk") == before
            assert LogLeaf.objects.count() == 300
    assert statement > 10
    assert LogLeaf.objects.count() == 600
    assert problems() == []


def _kill_at(number: int) -> Any:
    seen = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Killed
        return execute(sql, params, many, context)

    return wrapper


def test_an_act_is_proved_to_whoever_knows_the_key(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    act = case.acts.get(act="submit")
    with pytest.raises(NotLogged):
        prove(act)
    lines(300)
    sequence()
    found = prove(act)
    assert act.hash in found.data
    found.verify(private_key().public)
    with pytest.raises(BadNote):
        found.verify(PrivateKey.generate(private_key().name).public)
    with pytest.raises(BadProof):
        type(found)(found.data.replace(act.hash, "0" * 64), found.number, found.proof, found.checkpoint).verify(
            private_key().public
        )


def test_a_lost_key_is_followed_by_another_and_the_log_goes_on(settings: Settings, tmp_path: Any) -> None:
    lines(10)
    sequence()
    older, lost = checkpoint(), private_key()
    settings.LOG_KEY = tmp_path / "log_key"
    with pytest.raises(NoLogKey, match="make_log_key"):
        sequence()
    call_command("make_log_key", verbosity=0)
    assert sequence() == 0
    assert (checkpoint().size, checkpoint().key.verifier) == (10, str(private_key().public))  # at once, without news
    lines(10)
    sequence()
    newer = checkpoint()
    assert [used.key for used in used_keys()] == [private_key().public, lost.public]
    assert used_keys()[1].until == older.made_at
    Note.parse(newer.note).verified_by([private_key().public])
    roots = bytes.fromhex(older.root), bytes.fromhex(newer.root)
    verify_consistency(10, 20, prove_growth(10, 20), *roots)
    assert compare(older.note, lost.public) == ""
    assert problems() == []


def test_a_key_is_never_overwritten_and_no_other_logs_key_signs(settings: Settings, tmp_path: Any) -> None:
    settings.LOG_KEY = tmp_path / "log_key"
    make_key(settings.LOG_KEY, "another.cn/log")
    assert settings.LOG_KEY.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="never overwritten"):
        call_command("make_log_key")
    call_command("make_log_key", "--if-missing")
    with pytest.raises(NoLogKey, match="LOG_ORIGIN"):
        sequence()


def test_why_the_log_cannot_be_signed_is_told_without_a_path(settings: Settings, tmp_path: Path) -> None:
    settings.LOG_KEY = tmp_path / "key"
    assert list(late()) == ["the log has no key"]
    settings.LOG_KEY.write_text("rubbish")
    assert list(late()) == ["the key of the log cannot be read"]
    settings.LOG_KEY.unlink()
    make_key(settings.LOG_KEY, "another.example/log")
    assert list(late()) == ["the key is not of this log"]


def test_a_known_witness_signs_a_checkpoint(settings: Settings) -> None:
    witness, stranger = (PrivateKey.generate(name, COSIGNATURE) for name in ("witness.cn", "stranger.cn"))
    settings.LOG_WITNESSES = [str(witness.public)]
    lines(1)
    sequence()
    note = checkpoint().note
    text = Note.parse(note).text
    with pytest.raises(BadNote):
        accept_cosignatures(note + stranger.sign(text))
    with pytest.raises(BadNote):
        accept_cosignatures(note + witness.sign(text.replace("\n1\n", "\n2\n")))
    assert len(accept_cosignatures(note + stranger.sign(text) + witness.sign(text))) == 1
    assert accept_cosignatures(note + witness.sign(text)) == []
    signed = Note.parse(published(checkpoint()))
    assert [one.name for one in signed.signatures] == [private_key().name, "witness.cn"]


def test_a_checkpoint_of_another_log_that_a_witness_brings_by_hand_is_told_as_that(
    settings: Settings, tmp_path: Path
) -> None:
    """It was told like any wrong file, though it shows that the log was cut off or made anew."""
    witness = PrivateKey.generate("witness.cn", COSIGNATURE)
    settings.LOG_WITNESSES = [str(witness.public)]
    lines(2)
    sequence()
    note = checkpoint().note
    said = Checkpoint.parse(Note.parse(note).text)
    file = tmp_path / "note"

    def refused(text: str) -> str:
        file.write_text(text, "utf-8")
        with pytest.raises(CommandError) as told:
            call_command("cosign_checkpoint", file)
        return str(told.value)

    longer, bent = Checkpoint(said.origin, 100, said.root), Checkpoint(said.origin, 2, bytes(32))
    assert "another log under the same name: The log is shorter" in refused(longer.signed(private_key()))
    assert "another log under the same name: The log does not have the root" in refused(bent.signed(witness))
    stranger, elsewhere = PrivateKey.generate(said.origin), PrivateKey.generate("elsewhere.cn")
    for wrong in (longer.signed(stranger), Checkpoint("elsewhere.cn", 100, said.root).signed(elsewhere)):
        assert refused(wrong) == "This is no checkpoint of this log."
    file.write_text("\ufeff" + note + witness.sign(str(said)), "utf-8")  # some editors begin a file with the mark
    call_command("cosign_checkpoint", file)
    assert checkpoint().cosignatures.count() == 1


TAMPERING = {
    "a line of the security log": ("UPDATE roles_securityevent SET what = 'locked'", "is not what was logged"),
    "a line taken away": ("DELETE FROM roles_securityevent", "is gone"),
    "the data of an entry": ("UPDATE permits_logleaf SET data = 'x' WHERE number = 1", "does not have the root"),
    "an entry taken out": ("DELETE FROM permits_logleaf WHERE number = 1", "Entry 1 of the log is missing"),
    "the last entry": ("DELETE FROM permits_logleaf WHERE number = 299", "shorter than the checkpoint"),
    "a tile": ("UPDATE permits_logtile SET root = hashes", "Tile 0/0"),
    "a tile taken away": ("DELETE FROM permits_logtile", "Tile 0/0"),
    "a note": ("UPDATE permits_logcheckpoint SET note = replace(note, '300', '299')", "not signed by its key"),
    "a root": ("UPDATE permits_logcheckpoint SET root = 'f'", "not what its note says"),
}


@pytest.mark.parametrize("tampering", TAMPERING)
def test_what_was_changed_past_the_guards_is_found(tampering: str) -> None:
    lines(300)
    sequence()
    sql, told = TAMPERING[tampering]
    with unguarded() as cursor:
        cursor.execute(sql)
    assert any(told in problem for problem in problems()), problems()


@pytest.mark.parametrize("sql", ["DELETE FROM permits_logleaf WHERE number = 299", "DELETE FROM permits_logtile",
                                 "UPDATE permits_logleaf SET data = 'x' WHERE number = 299"])  # fmt: skip
def test_a_log_that_was_changed_is_not_continued(sql: str) -> None:
    lines(300)
    sequence()
    with unguarded() as cursor:
        cursor.execute(sql)
    lines(1)
    with pytest.raises(LogBroken):
        keep_log()
    assert list(late()) == ["what is stored of the log is not what was signed"]


def test_a_log_whose_newest_checkpoint_bears_a_root_nobody_signed_is_not_continued() -> None:
    """Else the program itself would sign what somebody without its key wrote, and the old checkpoint could go."""
    lines(20)
    sequence()
    forged = [leaf.data for leaf in LogLeaf.objects.order_by("number")[:19]] + ["x"]
    root = root_of([leaf_hash(data.encode()) for data in forged]).hex()
    with unguarded() as cursor:
        cursor.execute("UPDATE permits_logleaf SET data = 'x' WHERE number = 19")
        cursor.execute("UPDATE permits_logcheckpoint SET root = %s", [root])
    lines(1)
    with pytest.raises(LogBroken):
        sequence()


def test_a_log_made_anew_is_told_by_a_checkpoint_kept_outside() -> None:
    lines(20)
    sequence()
    kept = checkpoint().note
    assert compare(kept, private_key().public) == ""
    with unguarded() as cursor:
        for table in ("permits_logcheckpoint", "permits_logleaf", "roles_securityevent"):
            cursor.execute(f"DELETE FROM {table}")
    lines(25)
    sequence()
    assert problems() == []  # by itself it is whole
    assert "does not have the root" in compare(kept, private_key().public)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_sequencers_one_works() -> None:
    lines(3)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sequencer.LOCK])
        assert sequence() == 0
        other.rollback()
        assert sequence() == 3
    finally:
        other.close()


def test_a_number_is_given_once() -> None:
    lines(1)
    sequence()
    with pytest.raises(IntegrityError), transaction.atomic():
        LogLeaf.objects.create(number=1, source="security", row=LogLeaf.objects.get().row, data="{}")


def test_checkpoints_are_read_as_the_walk_comes_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each minute of work leaves one: after some years they fill no memory."""
    for _number in range(12):
        lines(1)
        sequence()
    alive: list[int] = []
    before = alive_now()  # other tests left some

    def said(row: LogCheckpoint) -> Any:
        alive.append(alive_now())
        return said_by(row)

    monkeypatch.setattr(whole, "AT_ONCE", 2)
    monkeypatch.setattr(whole, "said_by", said)
    assert problems() == []
    assert len(alive) == 12
    assert max(alive) <= before + 4


def alive_now() -> int:
    return sum(type(one) is LogCheckpoint for one in gc.get_objects())


def test_a_row_that_claims_to_be_older_than_the_log_was_told_of_is_named() -> None:
    lines(2)
    sequence()
    SecurityEvent.objects.create(what=What.REFUSED, at=timezone.now() - timedelta(hours=2))
    sequence()
    assert problems() == [], "a transaction, a run and a clock may have been so late"
    row = SecurityEvent.objects.create(what=What.REFUSED, at=timezone.now() - timedelta(hours=4))
    sequence()
    (told,) = problems()
    assert told.startswith(f"Entry 3 of the log: security {row.pk} says it was written at ")
    assert "when the checkpoint of 3 entries was signed" in told


def test_a_clock_that_ran_ahead_makes_no_row_too_old() -> None:
    lines(1)
    sequence()
    with time_machine.travel(timezone.now() + timedelta(hours=8), tick=True):
        lines(1)
        sequence()
    for _number in range(2):
        lines(1)
        sequence()
    assert problems() == []
    SecurityEvent.objects.create(what=What.REFUSED, at=timezone.now() - timedelta(hours=4))
    sequence()
    assert len(problems()) == 1


def test_what_waits_while_the_log_catches_up_in_batches_is_not_called_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 100)
    monkeypatch.setattr(whole, "BATCH", 100)
    lines(1)
    sequence()
    lines(150)
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=True):  # it stood still for a week
        sequence()
        assert [row.size for row in LogCheckpoint.objects.order_by("pk")] == [1, 101, 151]
        assert problems() == []


def test_rows_of_a_table_that_is_logged_from_now_on_may_be_of_any_age(monkeypatch: pytest.MonkeyPatch) -> None:
    lines(1)
    with monkeypatch.context() as before:
        before.delitem(SOURCES, "official")
        sequence()
    agency = Agency.objects.create(slug="late", name="某局", level="district")
    said = {"agency": agency, "datum": "address", "value": "某路1号", "source": "某文", "valid_from": date(2025, 1, 1)}
    OfficialDatum.objects.create(**said, entered_at=timezone.now() - timedelta(days=9))
    sequence()
    assert problems() == []
    OfficialDatum.objects.create(**said | {"value": "某路2号"}, entered_at=timezone.now() - timedelta(days=8))
    sequence()
    assert len(problems()) == 1
