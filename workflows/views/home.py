"""Home: what waits for a person. A clerk, an officer, a head and an auditor each see their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.access import newest_first, visible_to
from permits.acts.fees import fees_due
from permits.acts.life_conditions import WARNED
from permits.acts.reopening import all_owed
from permits.contract.kind import Kind
from permits.documents.of_permit import carried_by
from permits.kinds import kinds
from permits.models import RecordCheck
from permits.models.obligation import TO_BE_CHECKED, O
from permits.models.states import S
from permits.verification.registry import LABELS
from roles.access import (
    agencies_headed_by,
    duties_of,
    held_by_somebody,
    left_alone,
    standing_in,
    units_managed_by,
    units_of,
)
from roles.days import local_today
from roles.models import Mandate, Membership, Person
from roles.models.mandates import WORKING_DUTIES, Duty, current, held, in_matrix
from roles.requests import Signed
from roles.signals import ADMINISTERS, APPLIES, COUNTS, counts_as
from workflows import queues
from workflows.engagements.rights import addressed_to
from workflows.engagements.rights import known_to as engagements_known
from workflows.engagements.standing import Standing
from workflows.filters import DECIDED, IN_PROCEDURE, STATUSES
from workflows.lights import lights
from workflows.models import EngagementEntry, Entry
from workflows.notifications.posts import since_last_time
from workflows.obligation_list import CHECK, due_next, pressing
from workflows.obligation_list import of as obligations_of
from workflows.permit_list import asked, running
from workflows.permit_list import of as permits_of
from workflows.tables import address_of
from workflows.views.audit_findings import waiting_for
from workflows.views.case_parts import ended_permit
from workflows.views.filings import waiting_filings
from workflows.worklist import left_to_nobody, listed_acts, parts_left_out

LATEST = 8
TOLD_BEFORE = 14
"""Days before the end of a term for a unit from which on it is told: enough to prolong a power of attorney. No source
gives a number: it is ours."""
WORKS_ON_CASES = {*WORKING_DUTIES} - {Duty.AUDIT}


class Figure(Struct, frozen=True):
    """A number and where it leads. `tone` is empty, late or soon; the words say the same."""

    label: str | Promise
    number: int
    url: str
    tone: str = ""


@login_required
def home(request: Signed) -> HttpResponse:
    """Counts and the latest, for each of the person's capacities; an administrator is led to the accounts.

    As many queries however much there is; but cases that a remedy touched, which are few, are read by READ of
    `reopening.all_owed`, those of shared land, and those from which officers are kept, by READ of `worklist`.
    """
    person = request.user
    if request.session.get(ADMINISTERS):
        return redirect("account-list")
    duties = duties_of(person)
    units, headed = list(units_of(person)), list(agencies_headed_by(person))
    managed = [] if duties else list(units_managed_by(person))  # an officer manages no applicant
    _keep(request, APPLIES, bool(units or managed) and not (duties or headed), usual=False)
    _keep(request, COUNTS, counts_as(person, duties, heads=bool(headed), applies=bool(units)), usual="")
    context = {
        "units": units,
        "managed": managed,
        "headed": headed,
        "officer": bool(duties & WORKS_ON_CASES),
        "auditor": Duty.AUDIT in duties,
        "standing_in": standing_in(person),
        "of_posts": since_last_time(request, person),
        **_terms(person),
    }
    if managed:
        context["alone"] = _left_alone(person)
    if units or managed:
        context["terms_ending"] = _terms_ending(person)
    if units:
        context |= _of_unit(person) | {"owed": due_next(units)}
    context |= _of_duties(person, duties)
    if headed:
        context |= _of_head(person)
    if duties or headed or not units:
        context["findings_figures"] = _findings(person)
    return render(request, "workflows/home.html", context)


def _keep(request: Signed, name: str, value: Any, *, usual: Any) -> None:
    """Keep what the person is in the session, which every page reads: a post may have been given or have ended since
    the log-in. A session without it counts as `usual`; one that is right already is not written."""
    if value != request.session.get(name, usual):
        request.session[name] = value


def _terms(person: Person) -> dict[str, QuerySet[Membership]]:
    """The person's posts, now, before and to come; each is asked only where the page has nothing else to show."""
    return {
        "terms": person.memberships.filter(current()),
        "terms_over": person.memberships.filter(until__lt=local_today(), until__gte=F("since")).order_by("-until"),
        "terms_ahead": person.memberships.filter(held(), since__gt=local_today()).order_by("since"),
    }


def _of_duties(person: Person, duties: Collection[str]) -> dict[str, Any]:
    """What officers, supervisors and auditors each see."""
    found: dict[str, Any] = {}
    if WORKS_ON_CASES.intersection(duties):
        found |= _of_officer(person, duties)
    if Duty.SUPERVISE in duties:
        found["supervision"] = _of_supervisor(person)
    if Duty.AUDIT in duties:
        found |= _of_auditor(person)
    return found


def _left_alone(person: Person) -> QuerySet[Any]:
    """Units that `person` manages and for which nobody applies any more, with how many of their cases still run
    (`running`). News of these reaches nobody of the unit; its manager appoints somebody. One query."""
    runs = Q(applications__status__in=STATUSES[IN_PROCEDURE] | {S.CORRECTING})
    return left_alone(units_managed_by(person)).annotate(running=Count("applications", filter=runs))


def _terms_ending(person: Person) -> QuerySet[Membership]:
    """Terms for units that end within TOLD_BEFORE days, with no further term of the same person in the same post: one's
    own, and those of whoever serves the units that `person` manages. After the last day, such as that of a power of
    attorney 委托, the person sees and does nothing there any more. One query."""
    today = local_today()
    last = today + timedelta(days=TOLD_BEFORE)
    mine = Q(person=person) | Q(post__unit__in=units_managed_by(person))
    follows = Membership.objects.filter(held(), post=OuterRef("post"), person=OuterRef("person"))
    follows = follows.filter(Q(until=None) | Q(until__gt=last))
    terms = Membership.objects.filter(mine, current(), until__lte=last, post__unit__isnull=False)
    ending = terms.filter(~Exists(follows), person__is_active=True).order_by("until", "pk")
    return ending.select_related("person", "post__unit")


def _of_unit(person: Person) -> dict[str, Any]:
    """The unit's cases by what they wait for, and the latest."""
    cases = visible_to(person).filter(unit__in=units_of(person))
    count = dict(cases.order_by().values_list("status").annotate(Count("pk")))
    at = reverse("case-list")
    latest = list(newest_first(cases.select_related("unit", "jurisdiction", "permit"))[:LATEST])
    carried = carried_by(latest)
    several = {word: sum(count.get(status, 0) for status in statuses) for word, statuses in STATUSES.items()}
    return {
        "unit_figures": [
            Figure(_("Drafts"), count.get(S.DRAFT, 0), f"{at}?status=draft"),
            Figure(_("To be corrected"), wrong := count.get(S.CORRECTING, 0), f"{at}?status=correcting",
            "soon" if wrong else ""),
            Figure(_("In procedure"), several[IN_PROCEDURE], f"{at}?status={IN_PROCEDURE}"),
            Figure(_("Decided"), several[DECIDED], f"{at}?status={DECIDED}"),
            _ending(person),
        ],
        "to_correct": _to_correct(person) if wrong else [],
        "fees": fees_due(cases),
        "unit_cases": [
            {"case": case, "papers": carried.get(case.pk, []), "ended": ended_permit(case)} for case in latest
        ],
        "kinds": kinds(),
    }  # fmt: skip


def _to_correct(person: Person) -> list[dict[str, Any]]:
    """What the unit has to correct and by when, the soonest first."""
    items = [*queues.soonest_first(queues.mine(person).filter(application__status=S.CORRECTING))[:LATEST]]
    return _rows(items, lights(items), {})


def _ending(person: Person) -> Figure:
    """The permits the person may see that end soon."""
    soon = running(permits_of(person), max(WARNED)).count()
    label = _("Permits ending within %(days)d days") % {"days": max(WARNED)}
    return Figure(label, soon, f"{reverse('permit-list')}?within={max(WARNED)}", "soon" if soon else "")


def _of_supervisor(person: Person) -> list[Figure]:
    """What waits for an inspecting officer under the permits of the person's agencies: reports, what was found not in
    order (no tile where nothing was), and what is overdue."""
    rows, at = obligations_of(person), reverse("obligation-list")
    late, soon = pressing(rows, "late").count(), pressing(rows, "soon").count()
    faulted, at_fault = rows.filter(state=O.FAULTED).count(), f"{at}?state={O.FAULTED}"
    return [
        Figure(_("Reports to check"), rows.filter(state__in=TO_BE_CHECKED).count(), f"{at}?state={CHECK}"),
        *([Figure(_("Found not in order, to be acted on"), faulted, at_fault, "soon")] if faulted else ()),
        Figure(_("Obligations nearly due"), soon, f"{at}?time=soon", "soon" if soon else ""),
        Figure(_("Overdue obligations"), late, f"{at}?time=late", "late" if late else ""),
    ]


def _of_officer(person: Person, duties: Collection[str]) -> dict[str, Any]:
    """What the officer holds and could take, and the most urgent of it."""
    mine, agency = queues.tally(queues.mine(person)), queues.tally(queues.agency(person))
    own, free = reverse("queue", args=["mine"]), reverse("queue", args=["agency"])
    urgent = [*queues.soonest_first(queues.mine(person))[:LATEST]]
    waiting = [*queues.soonest_first(queues.agency(person))[:LATEST]]
    found, acts = lights([*urgent, *waiting]), listed_acts([*urgent, *waiting])
    return {
        "figures": [
            Figure(_("My tasks"), mine.all, own),
            Figure(_("Mine nearly due"), mine.soon, f"{own}?time=soon", "soon" if mine.soon else ""),
            Figure(_("Mine overdue"), mine.late, f"{own}?time=late", "late" if mine.late else ""),
            Figure(_("To be taken"), agency.all, free),
            Figure(_("To be taken, nearly due"), agency.soon, f"{free}?time=soon", "soon" if agency.soon else ""),
            Figure(_("To be taken, overdue"), agency.late, f"{free}?time=late", "late" if agency.late else ""),
            *_handed_in(person),
            *(_left_out(person) if Duty.FIRST_REVIEW in duties else ()),
            *([*_asked_of_permits(person), *_to_decide_anew(person)] if Duty.DECIDE in duties else ()),
            *(_to_deliver(person) if queues.delivers(person) else ()),
        ],
        "urgent": _rows(urgent, found, acts),
        "waiting": _rows(waiting, found, acts),
    }


def _handed_in(person: Person) -> list[Figure]:
    """Objections from the pages of notices that nobody dealt with yet; no tile where there are none."""
    many = waiting_filings(person).count()
    return [Figure(_("Objections handed in"), many, reverse("filing-list"), "soon")] if many else []


def _left_out(person: Person) -> list[Figure]:
    """Cases that wait for a site check or a notice of the person's district; no tile where there are none."""
    many, at = len(parts_left_out(person)), f"{reverse('case-list')}?parts=on"
    return [Figure(_("Site checks or notices left out"), many, at, "soon")] if many else []


def _asked_of_permits(person: Person) -> list[Figure]:
    """What holders asked after approval and nobody decided yet; no tile where there is nothing. An extension that is
    not decided before the permit ends is granted by silence (许可法 50)."""
    waiting = asked(permits_of(person))
    many = waiting.count()
    urgent = many and running(waiting, max(WARNED)).exists()
    at = f"{reverse('permit-list')}?open=on"
    return [Figure(_("Permits with a request to decide"), many, at, "soon" if urgent else "")] if many else []


def _to_decide_anew(person: Person) -> list[Figure]:
    """Decisions that a reconsideration or a judgment took away and nobody began anew; no tile where there are none."""
    many = len(all_owed(visible_to(person)))
    return [Figure(_("Annulled, to be decided anew"), many, f"{reverse('case-list')}?anew=on", "late")] if many else []


def _to_deliver(person: Person) -> list[Figure]:
    """Decisions nobody recorded as delivered, and which of them are overdue: no task says so, for the case has ended;
    no tile where there are none."""
    many, at = queues.to_deliver(person).count(), reverse("case-list")
    if not many:
        return []
    found = [Figure(_("Decided, to be delivered"), many, f"{at}?undelivered=on", "soon")]
    if late := len(queues.late_to_deliver(person)):
        found.append(Figure(_("Delivery overdue"), late, f"{at}?undelivered_late=on", "late"))
    return found


def _of_head(person: Person) -> dict[str, Any]:
    """The whole agency's open work."""
    work, at = queues.of_agencies(person), reverse("queue", args=["led"])
    count, free = queues.tally_of_held(work)
    rows = [*queues.soonest_first(work)[:LATEST]]
    return {
        "head_figures": [
            Figure(_("Open in the agency"), count.all, at),
            Figure(_("Nearly due"), count.soon, f"{at}?time=soon", "soon" if count.soon else ""),
            Figure(_("Overdue"), count.late, f"{at}?time=late", "late" if count.late else ""),
            Figure(_("Nobody has taken it"), free.all, f"{at}?holder=null"),
            Figure(_("Not taken and overdue"), free.late, f"{at}?holder=null&time=late", "late" if free.late else ""),
            *(() if queues.delivers(person) else _to_deliver(person)),  # else they stand among the person's own
        ],
        "head_rows": _rows(rows, lights(rows), {}),
        "undoable": _undoable(work),
        "kept_away": left_to_nobody(work),
    }


def _undoable(work: QuerySet[Any]) -> list[tuple[Mandate, int]]:
    """Duties of open steps that nobody in the agency has any more, as after a post was left or a right ended, each with
    how many steps wait. A duty that left the role matrix goes on to another agency and is not told. One query, two
    where there are such duties."""
    alone = work.filter(in_matrix("mandate__")).exclude(mandate__in=held_by_somebody().order_by().values("pk"))
    steps = dict(alone.order_by().values_list("mandate").annotate(Count("pk")))
    found = Mandate.objects.filter(pk__in=steps).select_related("agency", "jurisdiction") if steps else ()
    return [(mandate, steps[mandate.pk]) for mandate in found]


def _of_auditor(person: Person) -> dict[str, Any]:
    """The auditor's engagements, the cases by kind and status, and what the last check of the record found."""
    record = RecordCheck.objects.first()
    return {
        "engagement_figures": _engagements(person),
        "totals": totals(person),
        "record": record,
        "wrong": [(LABELS.get(name, name), many) for name, many in record.problems.items()] if record else [],
    }


def _findings(person: Person) -> list[Figure]:
    """Audit findings that wait for the person's answer; no tile for who never was sent one."""
    sent = addressed_to(person)
    if not sent.exists():
        return []
    many, late = waiting_for(person)
    at = reverse("audit-finding-list")
    return [
        Figure(_("To be answered"), many, at, "soon" if many else ""),
        Figure(_("Overdue"), late, at, "late" if late else ""),
    ]


def _engagements(person: Person) -> list[Figure]:
    """The auditor's own engagements that go on: three queries."""
    member = EngagementEntry.objects.filter(concerned=person, entry=Entry.JOINED).values("engagement")
    ended = EngagementEntry.objects.filter(entry=Entry.CLOSED).values("engagement")
    mine = [
        one for one in Standing.of_many(engagements_known(person).filter(pk__in=member).exclude(pk__in=ended))
        if person.pk in one.members
    ]  # fmt: skip
    at, judge, late = reverse("engagement-list"), sum(one.to_judge for one in mine), sum(one.late for one in mine)
    return [
        Figure(_("My engagements"), len(mine), at),
        Figure(_("Answers to be judged"), judge, at, "soon" if judge else ""),
        Figure(_("With an overdue answer"), late, at, "late" if late else ""),
    ]


def _rows(items: Iterable[Any], found: dict[int, Any], acts: dict[int, Any]) -> list[dict[str, Any]]:
    """Each item with the acts that would complete it. All of them, so that the list proposes none."""
    return [
        {"item": item, "light": found.get(item.pk), "url": address_of(item), "acts": acts.get(item.pk, [])}
        for item in items
    ]


def totals(person: Person) -> list[dict[str, Any]]:
    """Cases the auditor may see, by kind and status, in the words of the kind: one query."""
    counted = visible_to(person).order_by().values_list("kind", "status").annotate(Count("pk"))
    by_kind: dict[str, dict[str, int]] = {}
    for code, status, number in counted:
        by_kind.setdefault(code, {})[status] = number
    return [_total(kind, by_kind[kind.code]) for kind in kinds() if kind.code in by_kind]


def _total(kind: Kind, count: Mapping[str, int]) -> dict[str, Any]:
    """The cases of one kind, by status, in the order of the statuses; and how many in all."""
    at = f"{reverse('case-list')}?kind={kind.code}"
    figures = [
        Figure(kind.called.get(status) or status.label, count[status], f"{at}&status={status.value}")
        for status in S
        if status in count
    ]
    return {"kind": kind.label, "rows": figures, "all": sum(count.values())}
