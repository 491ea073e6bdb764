"""Home: what waits, by what the person is. A clerk, an officer, a head and an auditor each see their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from permits.access import newest_first, visible_to
from permits.kinds import kinds
from permits.models.states import FINAL, S
from roles.access import agencies_headed_by, mandates_of, units_managed_by, units_of
from roles.models import Person
from roles.models.mandates import WORKING_DUTIES, Duty
from roles.requests import Signed
from roles.signals import ADMINISTERS
from workflows import queues
from workflows.lights import lights
from workflows.tables import address_of

LATEST = 8
WORKS_ON_CASES = {*WORKING_DUTIES} - {Duty.AUDIT}


@dataclass(frozen=True)
class Figure:
    """A number and where it leads. `tone` is empty, late or soon; the words say the same."""

    label: str | Promise
    number: int
    url: str
    tone: str = ""


@login_required
def home(request: Signed) -> HttpResponse:
    """Counts and the latest, a fixed number of queries whatever there is. An administrator is led to the accounts."""
    person = request.user
    if request.session.get(ADMINISTERS):
        return redirect("account-list")
    duties = set(mandates_of(person).values_list("duty", flat=True))
    context: dict[str, Any] = {
        "units": list(units_of(person)),
        "officer": bool(duties & WORKS_ON_CASES),
        "auditor": Duty.AUDIT in duties,
        "headed": list(agencies_headed_by(person)),
        "managed": [] if duties else list(units_managed_by(person)),  # an officer manages no applicant
    }
    if context["units"]:
        context |= _of_unit(person)
    if context["officer"]:
        context |= _of_officer(person)
    if context["headed"]:
        context |= _of_head(person)
    if context["auditor"]:
        context["totals"] = totals(person)
    return render(request, "workflows/home.html", context)


def _of_unit(person: Person) -> dict[str, Any]:
    """The unit's cases by what they wait for, and the latest."""
    cases = visible_to(person).filter(unit__in=units_of(person))
    count = dict(cases.order_by().values_list("status").annotate(Count("pk")))
    at = reverse("case-list")
    running = [status for status in S if status not in FINAL | {S.DRAFT, S.CORRECTING}]
    return {
        "unit_figures": [
            Figure(_("Drafts"), count.get(S.DRAFT, 0), f"{at}?status=draft"),
            Figure(_("To be corrected"), wrong := count.get(S.CORRECTING, 0), f"{at}?status=correcting",
            "soon" if wrong else ""),
            Figure(_("In procedure"), sum(count.get(status, 0) for status in running), at),
            Figure(_("Decided"), count.get(S.APPROVED, 0) + count.get(S.REFUSED, 0), at),
        ],
        "unit_cases": list(newest_first(cases.select_related("unit", "jurisdiction"))[:LATEST]),
    }  # fmt: skip


def _of_officer(person: Person) -> dict[str, Any]:
    """What the officer holds and could take, and the most urgent of it."""
    mine, agency = queues.tally(queues.mine(person)), queues.tally(queues.agency(person))
    own, free = reverse("queue", args=["mine"]), reverse("queue", args=["agency"])
    urgent = [*queues.soonest_first(queues.mine(person))[:LATEST]]
    waiting = [*queues.soonest_first(queues.agency(person))[:LATEST]]
    found = lights([*urgent, *waiting])
    return {
        "figures": [
            Figure(_("My tasks"), mine.all, own),
            Figure(_("To be taken"), agency.all, free),
            Figure(_("Mine nearly due"), mine.soon, f"{own}?time=soon", "soon" if mine.soon else ""),
            Figure(_("Mine overdue"), mine.late, f"{own}?time=late", "late" if mine.late else ""),
        ],
        "urgent": _rows(urgent, found),
        "waiting": _rows(waiting, found),
    }


def _of_head(person: Person) -> dict[str, Any]:
    """The whole agency's open work."""
    work = queues.of_agencies(person)
    count = queues.tally(work)
    rows = [*queues.soonest_first(work)[:LATEST]]
    return {"head_tally": count, "head_rows": _rows(rows, lights(rows))}


def _rows(items: Iterable[Any], found: dict[int, Any]) -> list[dict[str, Any]]:
    return [{"item": item, "light": found.get(item.pk), "url": address_of(item)} for item in items]


def totals(person: Person) -> list[dict[str, Any]]:
    """Cases the auditor may see, by status and kind: one query."""
    counted = visible_to(person).order_by().values_list("kind", "status").annotate(Count("pk"))
    count = {(kind, status): number for kind, status, number in counted}
    shown = [kind for kind in kinds() if any(key[0] == kind.code for key in count)]
    at = reverse("case-list")
    return [
        {
            "kind": kind.label,
            "rows": [
                Figure(status.label, count[kind.code, status], f"{at}?kind={kind.code}&status={status.value}")
                for status in S
                if (kind.code, status) in count
            ],
            "all": sum(number for (code, _status), number in count.items() if code == kind.code),
        }
        for kind in shown
    ]
