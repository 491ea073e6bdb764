"""The clock and obligations: a reminder before each day once, the day that passed once, the same however late."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.utils.translation import override

from permits.acts.perform import perform
from permits.aftercare import rows
from permits.errors import BadFacts, WrongStatus
from permits.kinds import codes
from permits.models import ObligationRow
from permits.tending import obligations as tending
from tests.permits.aftercare.cases import Watch, wrong
from workflows import supervision_sweep, sweep
from workflows.models import Notification
from workflows.notifications.making import make_pending
from workflows.notifications.words import headline

DUE = date(2027, 3, 2)


def told(watch: Watch, act: str) -> list[dict[str, Any]]:
    return [record.facts for record in watch.fresh.acts.filter(act=act).order_by("seq")]


def facts(watch: Watch, act: str) -> list[tuple[Any, ...]]:
    return [(said["obligation"], said.get("days"), said["due"]) for said in told(watch, act)]


def tick(*days: str) -> None:
    for day in days:
        with time_machine.travel(f"{day}T09:00:00+08:00"):
            sweep.tick()


def test_a_day_is_reminded_of_at_thirty_and_seven_days_and_told_when_it_passed(watch: Watch) -> None:
    tick("2027-01-30", "2027-01-31", "2027-02-10", "2027-02-23", "2027-02-24", "2027-03-02", "2027-03-03", "2027-03-04")
    assert facts(watch, "remind_obligation") == [
        ("completion", 30, DUE.isoformat()), ("completion", 7, DUE.isoformat())
    ]  # fmt: skip
    assert facts(watch, "note_overdue") == [("completion", None, DUE.isoformat())]
    assert wrong() == []


def test_the_door_itself_reminds_only_of_a_day_that_is_near(watch: Watch) -> None:
    said = {"obligation": "completion", "owed_by": "holder", "days": 30, "due": DUE}
    for day in ("2027-01-30", "2027-03-03"):
        with time_machine.travel(f"{day}T09:00:00+08:00"), pytest.raises(BadFacts) as refused:
            perform(watch.case.pk, "remind_obligation", by=None, **said)
        assert refused.value.errors.keys() == {"days"}


def test_what_another_run_of_the_clock_told_is_no_mistake_of_this_one(watch: Watch) -> None:
    reminded = {"obligation": "completion", "owed_by": "holder", "days": 30, "due": DUE}
    overdue = {"obligation": "completion", "owed_by": "holder", "due": DUE}
    for day, act, said in (("2027-02-01", "remind_obligation", reminded), ("2027-03-03", "note_overdue", overdue)):
        with time_machine.travel(f"{day}T09:00:00+08:00"):
            perform(watch.case.pk, act, by=None, **said)
            with pytest.raises(WrongStatus):
                perform(watch.case.pk, act, by=None, **said)


def test_a_tick_a_month_late_tells_the_same_day(watch: Watch) -> None:
    tick("2027-04-05", "2027-04-05")
    assert facts(watch, "note_overdue") == [("completion", None, DUE.isoformat())]
    assert not told(watch, "remind_obligation")
    assert watch.row("completion").due == DUE
    assert wrong() == []


def test_what_was_reported_is_neither_reminded_of_nor_overdue(watch: Watch) -> None:
    with time_machine.travel("2027-02-01T09:00:00+08:00"):
        watch.report("completion", None, ("survey",), carried="no", account="资金未到位。")
    tick("2027-02-24", "2027-04-05")
    assert facts(watch, "remind_obligation") == [("evaluation", 30, "2027-05-01")]  # that the agency owes now
    assert not told(watch, "note_overdue")
    make_pending()
    record = watch.fresh.acts.get(act="remind_obligation")
    assert not Notification.objects.filter(act=record, person=watch.clerk)


@pytest.mark.usefixtures("real_seal")
def test_holder_and_inspectors_are_told_and_nobody_else(watch: Watch) -> None:
    tick("2027-02-24", "2027-03-03")
    make_pending()
    for act in ("remind_obligation", "note_overdue"):
        record = watch.fresh.acts.get(act=act)
        people = set(Notification.objects.filter(act=record).values_list("person__username", flat=True))
        assert people == {"clerk", "watch1", "watch2"}


def test_permits_of_before_get_their_rows(watch: Watch) -> None:
    ObligationRow.objects.all().delete()
    assert wrong()
    tick("2026-12-01")
    assert wrong() == []


def test_a_release_that_declares_otherwise_brings_the_rows_up_to_date_once(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fingerprint is of the code's files; here the code is changed under a fingerprint of its own."""
    assert sweep.keep_obligations().recorded == 0
    monkeypatch.setattr(tending, "REPORT_DAYS", 45)
    assert sweep.keep_obligations().recorded == 0  # the same release
    for module in (rows, supervision_sweep):
        monkeypatch.setattr(module, "declarations", lambda code: f"next {code}")
    assert [sweep.keep_obligations().recorded for _again in range(2)] == [1, 0]
    assert watch.row("completion").due == date(2027, 3, 17)
    assert {row.declared for row in ObligationRow.objects.all()} == {"next tending"}
    assert wrong() == []


def test_a_fingerprint_is_of_the_kinds_own_code_and_of_what_all_share() -> None:
    every = {code: rows.declarations(code) for code in codes()}
    assert len(set(every.values())) == len(every)
    with pytest.raises(KeyError):
        rows.declarations("none")
    before = every["tending"]
    with patch.object(Path, "read_bytes", lambda path: str(path).encode()):
        assert rows.declarations.__wrapped__("tending") != before


def test_the_news_of_a_day_names_the_obligation_that_is_due(watch: Watch) -> None:
    tick("2027-01-31", "2027-03-03")
    make_pending()
    for language, begins in (("en", "Report on the completed work"), ("zh-hans", "完工报告")):
        with override(language):
            told = [headline(one) for one in Notification.objects.filter(
                person=watch.clerk, act__act__in=("remind_obligation", "note_overdue"))]  # fmt: skip
        assert len(told) == 2
        assert all(begins in one for one in told), told
