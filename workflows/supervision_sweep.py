"""What time brings to obligations after approval: reminders before a day, and the day that passed (`manage.py tick`).

Run twice or a month late, it comes to the same: what was told is not told again, and each act says the due day itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from permits.acts.aftercare import REMINDED
from permits.acts.perform import perform
from permits.aftercare.rows import declarations, keep_rows
from permits.aftercare.standing import aftercare_of
from permits.kinds import codes
from permits.models import Act, Application, ObligationRow, Permit
from permits.models.obligation import WITH_THE_HOLDER

KEPT: Final = 2000
"""Permits whose rows one tick makes anew."""
Told = set[tuple[int, str, Any, str]]
"""Case, obligation, days before (None: it passed), due day."""


def to_remind(day: date) -> Iterator[tuple[int, dict[str, Any]]]:
    """The cases to be reminded on `day`, with what each act says: a late tick tells of the nearest of REMINDED only. A
    due day that was nearer from the start is told of once, too."""
    rows = list(_owed().filter(due__range=(day, day + timedelta(days=max(REMINDED)))))
    told = _told(rows, "remind_obligation")
    for row in rows:
        due = row.due or day
        days = min(mark for mark in REMINDED if (due - day).days <= mark)
        if (row.permit_id, row.code, days, due.isoformat()) not in told:
            yield row.permit_id, {"obligation": row.code, "owed_by": row.by, "days": days, "due": due}


def overdue(day: date) -> Iterator[tuple[int, dict[str, Any]]]:
    """The cases in which a day passed before `day` and nobody was told."""
    rows = list(_owed().filter(due__lt=day))
    told = _told(rows, "note_overdue")
    for row in rows:
        if row.due and (row.permit_id, row.code, None, row.due.isoformat()) not in told:
            yield row.permit_id, {"obligation": row.code, "owed_by": row.by, "due": row.due}


def to_keep() -> list[int]:
    """Permits whose rows are to be made: those from before there were rows, and those whose rows another release made
    that declared otherwise; KEPT at a time, the next tick goes on."""
    waiting = Permit.objects.filter(obligations=None, application__kind__in=codes()).values_list("pk", flat=True)
    stale = Q(pk__in=[])
    for code in codes():
        stale |= Q(permit__application__kind=code) & ~Q(declared=declarations(code))
    older = ObligationRow.objects.filter(stale).values_list("permit", flat=True).order_by("permit").distinct()
    return [*waiting.order_by("pk"), *older[:KEPT]]


def make_rows(application_id: int) -> None:
    """Make the rows of one permit, under its case's lock."""
    with Application.locked(application_id) as application:
        if aftercare := aftercare_of(application):
            keep_rows(aftercare)


def remind(one: tuple[int, dict[str, Any]]) -> Act:
    """Record a reminder."""
    return perform(one[0], "remind_obligation", by=None, **one[1])


def note(one: tuple[int, dict[str, Any]]) -> Act:
    """Record that a day passed."""
    return perform(one[0], "note_overdue", by=None, **one[1])


def _owed() -> QuerySet[ObligationRow]:
    """What somebody owes by a day, of the kinds there are."""
    found = ObligationRow.objects.filter(state__in=WITH_THE_HOLDER, permit__application__kind__in=codes())
    return found.order_by("permit_id", "place")


def _told(rows: Iterable[ObligationRow], act: str) -> Told:
    cases = {row.permit_id for row in rows}
    acts = Act.objects.filter(application__in=cases, act=act)
    return {(one.application_id, one.facts["obligation"], one.facts.get("days"), one.facts["due"]) for one in acts}
