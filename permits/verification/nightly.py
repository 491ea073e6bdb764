"""The record verified each night by the job workers, and what is known of it by day.

A job ends in time whatever there is to verify: what it did not come to is the next job's, which is given all that was
found so far.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from django_q.tasks import async_task
from msgspec import Struct
from msgspec.structs import asdict

from permits.ledger.keeping import keep_log
from permits.ledger.keys import NoLogKey
from permits.models import Act, Application, RecordCheck
from permits.verification.registry import CHECKS, Problem
from permits.verification.run import batches, of_cases, of_installation

log = logging.getLogger(__name__)
HOUR = 2  # of the night, China's
KEPT_OF_EACH = 3  # problems of one check that are kept in words; the others are counted
OVERDUE = timedelta(days=2)


class Progress(Struct):
    """How far a check of the whole record has come, plain enough to be handed from job to job."""

    begun: str
    checks: list[str] = []
    """Checks of the installation still to be made."""
    last: int | None = None
    """The case up to which all are verified; none yet."""
    cases: int = 0
    found: dict[str, int] = {}
    first: list[dict[str, str]] = []

    def note(self, problems: Iterable[Problem]) -> None:
        """Count what was found, and keep the first of each check in words."""
        found = Counter(self.found)
        for problem in problems:
            found[problem.check] += 1
            if found[problem.check] <= KEPT_OF_EACH:
                self.first.append(asdict(problem))
        self.found = dict(found)


def verify_record(so_far: dict[str, Any] | None = None) -> RecordCheck | None:
    """Every check over every case, the job of each night; None where another job goes on. Rewrites nothing."""
    progress = Progress(**so_far) if so_far else Progress(timezone.now().isoformat(), list(CHECKS))
    over = monotonic() + settings.JOB_SECONDS / 2
    with override("zh-hans"):
        while progress.checks:
            progress.note(of_installation(progress.checks.pop(0)))
            if monotonic() > over:
                _go_on(progress)
                return None
        for keys in batches(Application.objects.all(), progress.last):
            progress.note(of_cases(keys))
            progress.last, progress.cases = keys[-1], progress.cases + len(keys)
            if monotonic() > over:
                _go_on(progress)
                return None
    if progress.found:
        log.error("the record is not whole: %s", progress.found)
    begun = datetime.fromisoformat(progress.begun)
    took = max(timezone.now() - begun, timedelta())
    return RecordCheck.objects.create(
        at=begun, seconds=int(took.total_seconds()), cases=progress.cases, problems=progress.found, first=progress.first
    )


def _go_on(progress: Progress) -> None:
    async_task("permits.verification.nightly.verify_record", asdict(progress), task_name="verify")


def verify_at_once() -> None:
    """Verify now, not first in the night: of an installation whose record begins with acts of the past. What is not in
    the log yet goes there first, else the check would call it missing."""
    with suppress(NoLogKey):
        keep_log(thorough=True)
    verify_record()


def trouble() -> str:
    """Why the record cannot be relied on today, in words without names; empty where the last check found it whole."""
    last = RecordCheck.objects.first()
    before = timezone.now() - OVERDUE
    if last is not None and not last.whole:
        return f"the record is not whole: {', '.join(f'{name} {many}' for name, many in sorted(last.problems.items()))}"
    if (last is None or last.at < before) and Act.objects.filter(at__lt=before).exists():
        return "the record was not verified for two days"
    return ""


def schedule(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Receiver of post_migrate: the nightly job. Made once; who changed its hour keeps the change."""
    from django_q.models import Schedule  # a model: not before the apps are ready

    nightly = {"name": "verify", "schedule_type": Schedule.DAILY, "next_run": _next(timezone.localtime())}
    Schedule.objects.using(using).get_or_create(func="permits.verification.nightly.verify_record", defaults=nightly)


def _next(now: datetime) -> datetime:
    tonight = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if now < tonight else tonight + timedelta(days=1)
