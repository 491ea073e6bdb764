"""The record verified by the job of each night, in as many jobs as it takes; what it found is told by day."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from config.readiness import state
from permits.ledger.keeping import keep_log
from permits.ledger.log import checkpoint
from permits.models import Application, RecordCheck
from permits.models.states import S
from permits.verification import nightly
from tests.cast import Cast, log_in


@pytest.fixture
def cases(cast: Cast) -> tuple[Application, Application]:
    """Two that were walked here: a recorded one would stand alone beside the numbers of the others."""
    return cast.walk_to(S.APPROVED), cast.walk_to(S.SUBMITTED)


def test_a_whole_record_is_told_to_the_auditor_and_to_the_watch(cast: Cast, cases: Any) -> None:
    assert nightly.trouble() == ""
    found = nightly.verify_record()
    assert found is not None
    assert (found.cases, found.first) == (2, [])
    assert state()["record"] == "ok"
    page = log_in(cast.auditor).get(reverse("home")).content.decode()
    assert "记录完整" in page


def test_a_rewritten_case_raises_the_alarm(cast: Cast, cases: tuple[Application, Application]) -> None:
    Application.objects.filter(pk=cases[0].pk).update(accepted_on=None)
    found = nightly.verify_record()
    assert found is not None
    assert found.problems == {"derived": 1}
    assert str(cases[0]) in found.first[0]["where"]
    assert state()["record"] == "the record is not whole: derived 1"
    page = log_in(cast.auditor).get(reverse("home")).content.decode()
    assert "记录不完整" in page
    assert str(cases[0]) not in page.partition("of-auditor")[0]  # it may be another place's


def test_what_one_job_does_not_come_to_the_next_does(
    cases: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    handed_on: list[dict[str, Any]] = []
    monkeypatch.setattr(nightly, "async_task", lambda name, so_far, **_more: handed_on.append(so_far))
    monkeypatch.setattr("permits.verification.run.CASES_AT_ONCE", 1)
    settings.JOB_SECONDS = -2  # over before it began: one step each
    so_far, jobs = None, 0
    while (found := nightly.verify_record(so_far)) is None:
        so_far, jobs = handed_on.pop(), jobs + 1
    assert jobs == len(nightly.CHECKS) + 2
    assert (found.cases, found.whole) == (2, True)


def test_a_record_not_verified_for_days_is_told(cast: Cast) -> None:
    cast.walk_to(S.SUBMITTED)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert nightly.trouble() == "the record was not verified for two days"
        RecordCheck.objects.create(at=timezone.now(), seconds=1, cases=1)
        assert nightly.trouble() == ""


@pytest.fixture
def log_key(tmp_path: Path) -> Iterator[None]:
    key = tmp_path / "log_key"
    with override_settings(LOG_KEY=key):
        call_command("make_log_key", stdout=io.StringIO())
        yield


def test_only_what_came_after_a_checkpoint_is_read(cast: Cast, log_key: None, tmp_path: Path) -> None:
    early = cast.walk_to(S.SUBMITTED)
    keep_log()
    kept = checkpoint()
    assert kept is not None
    outside = tmp_path / "checkpoint"
    outside.write_text(kept.note)
    late = cast.walk_to(S.SUBMITTED)
    keep_log()
    out = io.StringIO()
    call_command("verify_ledger", "--since", str(outside), "--json", stdout=out)
    assert '"cases": 1' in out.getvalue(), (early, late)
    outside.write_text(kept.note.replace(f"\n{kept.size}\n", f"\n{kept.size + 1}\n"))
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", "--since", str(outside), stdout=io.StringIO())
    assert refused.value.returncode == 2


def test_an_installation_that_begins_with_acts_of_the_past_is_verified_at_once(cast: Cast) -> None:
    cast.walk_to(S.DRAFT)
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=True):
        assert nightly.trouble() == "the record was not verified for two days"
        assert state()["record"] != "ok"
        nightly.verify_at_once()
        assert nightly.trouble() == ""
