"""Who may see a case, and who may act in it. One answer for lists, pages, buttons, API and shell alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.errors import NotPermitted
from permits.models import Act, Application, spec_of
from permits.models.document import BETWEEN_AGENCIES
from permits.models.machine import STEP_DUTY
from permits.models.states import FINAL, S
from roles.access import (
    Capacity,
    Reach,
    applies_for,
    capacity,
    heads,
    mandates_held,
    mandates_of,
    mandates_of_each,
    mandates_within_reach,
    reach_of,
    units_served,
)
from roles.days import local_today
from roles.models import Agency, Mandate, Person
from roles.models.mandates import IN_THE_PROCEDURE, WORKING_DUTIES, Duty, in_matrix
from roles.models.security import What
from roles.reference import kept_row
from roles.security_log import note

NATION = "100000"
SEPARATE = frozenset({Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE})
SILENCE = {"deem_accepted": Duty.ACCEPT, "deem_extended": Duty.DECIDE}
"""Acts of the clock that stand in the name of the agency that was silent, by its duty."""
NOTHING = Q(pk__in=[])  # an empty Q would vanish beside "or"
EVERYTHING = ~NOTHING
HOLDING = ("claim", "release", "reassign", "vacate", "readdress", "recuse", "bar_person")
BETWEEN_ORGANS = frozenset({
    "recommend", "return_to_first_review", "propose", "return_to_final_review", "report_up", "ask_opinion", "remind",
    "give_opinion", "drop_consultee", "record_silence", "rule_on_finding", "determine",
})  # fmt: skip
"""Acts by which organs speak to one another. The applicant is told what they say with the decision, not before: until
then it is a matter in procedure, which need not be disclosed (《政府信息公开条例》16)."""
MILESTONES = frozenset({
    "accept", "deem_accepted", "request_correction", "refuse_acceptance", "publish_notice", "tell_hearing_right",
    "record_hearing_request", "announce_hearing", "hold_hearing", "record_hearing_given_up", "record_statement",
    "suspend_clock", "resume_clock", "extend_period", "order_joint_handling", "recompute_deadline", "record_fee",
    "report_up", "approve", "refuse", "record_higher_decision", "record_delivery", "record_refund",
    "correct_payment", "reopen",
})  # fmt: skip
"""What organs do towards the applicant, who is told at once. Every other step of theirs is told with the decision."""
UNROUTED = frozenset({S.DRAFT, S.SUBMITTED})
"""What is found before acceptance may change the route of a case (permits/acts/effects.py)."""
REACHES = 500
"""For how many different reaches a process keeps the composed query."""
CONSULTED: list[Callable[[Collection[int]], Q]] = []
"""Functions that know who was consulted: each gives, for mandates to advise, the condition on the cases in which they
were asked. The flows add theirs at start-up."""


def may(person: Person | None, act: str, application: Application, mandate: Mandate | None = None) -> bool:
    """Whether `person` (None: the clock) may perform `act`, under `mandate` where the act needs one."""
    return refusal(person, act, application, mandate) is None


def refusal(person: Person | None, act: str, application: Application, mandate: Mandate | None = None) -> str | None:
    """Why `person` may not perform `act`, or None. Status is not looked at: that is the state machine's answer."""
    try:
        authorised(person, act, application, mandate)
    except NotPermitted as refused:
        return str(refused)
    return None


def authorised(
    person: Person | None, act: str, application: Application, mandate: Mandate | None = None
) -> Capacity | None:
    """In which post, and for whom, `person` performs `act`; None for the clock, the unit, and a head without that post.
    Raises NotPermitted with the first reason. Who may not act for an agency in this case at all, even as its head, is
    told that before anything is asked about the duty."""
    spec = spec_of(act)
    by = spec.by
    if person is None:
        _require("clock" in by, _("A person does this, not the clock."))
        _require(mandate is None or _silent(mandate, act, application), _("The clock acts for no agency here."))
        return None
    _require(by != ("clock",), _("Only the clock does this."))
    _require(person.is_active, _("This account is closed."))
    if "unit" in by:
        _require(applies_for(person, application.unit_id), _("You do not apply for this unit."))
        _require(mandate is None, _("The applicant acts under no mandate of an agency."))
        return None
    if mandate is None or not covers(mandate, application):
        raise NotPermitted(_("This needs a mandate for this kind of permit in this place."))
    _require(not mandate.left(local_today()), _("This mandate has left the role matrix: it gives nothing more."))
    held = capacity(person, mandate)
    people = [person, *([held.principal] if held and held.principal else [])]
    _impartial(people, application)
    if spec.heads:
        _require(mandate.duty in spec.heads | IN_THE_PROCEDURE, _("This is not your agency's to order."))
        _require(
            mandate.duty in spec.heads, _("The head of the organ that decides orders this (Licensing Law art 42).")
        )
        _require(heads(person, mandate.agency_id), _("Only the head of the agency does this."))
        return held
    return _officer(people, act, application, mandate, held)


def _silent(mandate: Mandate, act: str, application: Application) -> bool:
    """Whether `act` of the clock takes the silence of the mandate's agency for its consent. 许可法 32(1)[4], 50(2)."""
    return mandate.duty == SILENCE.get(act) and covers(mandate, application)


def _impartial(people: Sequence[Person], application: Application) -> None:
    """回避: whoever recused, was barred, or stands on the applicant's side does nothing for an agency in this case."""
    _require(not any(barred(one, application) for one in people), _("You are barred from this case."))
    _require(
        not on_the_applicants_side(people, application),
        _("You belong to the unit that applies, or acted for it: you act for no agency in this case."),
    )


def _officer(
    people: Sequence[Person], act: str, application: Application, mandate: Mandate, held: Capacity | None
) -> Capacity:
    """In which capacity an officer performs `act` under `mandate`; `people` are the officer and whom they stand in for.
    Raises NotPermitted: another's duty, a post that is not held, a decision of another organ, an act in another
    review."""
    spec = spec_of(act)
    works = "anyone" in spec.by and mandate.duty != Duty.AUDIT  # who audits a case takes no part in it
    at_step = "step" not in spec.by or STEP_DUTY.get(S(application.status), mandate.duty) == mandate.duty
    _require(works or (at_step and mandate.duty in spec.duties), _("This is not your duty."))
    if held is None:
        raise NotPermitted(_("You hold no post with this duty."))
    if mandate.duty == Duty.OVERSEE and not above(mandate, application):
        raise NotPermitted(
            _("This is for the organ above the one that decided, and your agency is not that organ here.")
        )
    if mandate.duty == Duty.DECIDE and not succeeds(mandate, application):
        raise NotPermitted(_("Another organ decided this case: what becomes of its decision is for that organ."))
    if done := other_review(people, application, mandate.duty):
        raise NotPermitted(
            _(
                "You already acted in this case (%(duty)s). "
                "First review, final review and decision need different people."
            )
            % {"duty": Duty(done).label}
        )
    return held


def above(mandate: Mandate, application: Application) -> bool:
    """Whether the agency of a mandate to oversee is the superior of the one that granted: it is another, and the row
    speaks of decisions of that level (its scope). 许可法 69(1)."""
    granting = application.did("approve", "record_higher_decision")
    own = any(act.agency_id == mandate.agency_id for act in granting)
    return bool(granting) and not own and mandate.scope in ("", application.scope)


def succeeds(mandate: Mandate, application: Application) -> bool:
    """Whether a mandate to decide is, in a case that has ended, that of the organ which decided it (许可法 49, 69, 70:
    作出行政许可决定的行政机关), or of the organ that has its duty since, because the role matrix names the former no
    more."""
    organs = {act.agency_id for act in application.did("approve", "refuse", "record_higher_decision")} - {None}
    if not application.final or not organs or mandate.agency_id in organs:
        return True
    own = Mandate.objects.filter(in_matrix(), agency__in=organs, kind=application.kind, duty=Duty.DECIDE)
    return not any(covers(row, application) for row in own)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotPermitted(otherwise)


def other_review(people: Sequence[Person], application: Application, duty: str) -> str | None:
    """Another of first review, final review and decision in which one of `people` acted, also for somebody else."""
    if duty not in SEPARATE:
        return None
    keys = {person.pk for person in people}
    others = SEPARATE - {duty}
    for act in application.history:
        if act.duty in others and act.act not in HOLDING and keys & {act.person_id, act.on_behalf_of_id}:
            return str(act.duty)
    return None


def barred(person: Person, application: Application) -> bool:
    """Whether `person` recused from the case 回避, or was barred from it by an agency's head."""
    return any(
        act.person_id == person.pk if act.act == "recuse" else act.facts["person"]["id"] == person.pk
        for act in application.did("recuse", "bar_person")
    )


def on_the_applicants_side(people: Sequence[Person], application: Application) -> bool:
    """Whether one of `people` acted for the unit in this case, belongs to it, or belonged to it while the case ran."""
    keys = {person.pk for person in people}
    if any(act.mandate_id is None and act.person_id in keys for act in application.history):
        return True
    began = timezone.localdate(application.created)
    return any(until is None or until >= began for _unit, until in units_served(frozenset(keys), application.unit_id))


def impartial(people: Sequence[Person], application: Application) -> list[Person]:
    """Those of `people` who may take part in the case for an agency. One query where none is the applicant's."""
    aside = on_the_applicants_side(people, application)
    free = [one for one in people if not barred(one, application)]
    return [one for one in free if not on_the_applicants_side([one], application)] if aside else free


def not_impartial(keys: Collection[int], application: Application) -> str:
    """Which of the people with these keys take no part in the case for an agency 回避, by name; empty where all may."""
    people = list(Person.objects.filter(pk__in=keys).order_by("pk"))
    may = impartial(people, application)
    named = [one for one in people if one not in may]
    if not named:
        return ""
    told = {"people": _(", ").join(map(str, named))}
    return _("Barred from this case, or on the side of the unit that applies: %(people)s.") % told


class Reader(Struct, frozen=True, dict=True):
    """A person who may look at a case, and what of it they are told; each answer is found out once for a page."""

    person: Person
    application: Application

    @cached_property
    def applies(self) -> bool:
        """Whether they apply for the unit today."""
        return applies_for(self.person, self.application.unit_id)

    @cached_property
    def on_the_applicants_side(self) -> bool:
        """Whether they are told what the applicant is told, and no more: see `on_the_applicants_side`."""
        return on_the_applicants_side([self.person], self.application)

    @cached_property
    def kept_away(self) -> bool:
        """Whether they take no part in the case for an agency 回避."""
        return self.on_the_applicants_side or barred(self.person, self.application)

    @cached_property
    def withheld(self) -> frozenset[int]:
        """Keys of the acts they are not told of. On the applicant's side, until the decision, these are the steps of
        officers that are no milestone and sent no paper out, and what organs say to one another.

        An agency may tell its own steps at once (`Agency.tells_at_once`, roles/openness.py). There is one answer for
        page, timeline, files and the record to take away.
        """
        case = self.application
        decided = case.final and case.status != S.WITHDRAWN  # who withdraws is not given a decision to read
        if decided or not self.on_the_applicants_side:
            return frozenset()
        steps = [act for act in _since_decided(case) if _in_procedure(act)]
        if not steps:
            return frozenset()
        telling = _telling_at_once({act.agency_id for act in steps if act.agency_id})
        sent = set(case.documents.exclude(kind__in=BETWEEN_AGENCIES).values_list("act", flat=True))
        return frozenset(act.pk for act in steps if act.agency_id not in telling and act.pk not in sent)

    @property
    def may_take_away(self) -> bool:
        """Whether they may take the whole volume: whoever looks at the case for an agency. The applicant's side has the
        papers and the own record, and of what officers put together nothing is withheld in it."""
        return self.application.number is not None and not self.on_the_applicants_side

    @cached_property
    def agencies(self) -> frozenset[int]:
        """Keys of the agencies that have the case in procedure and for which they work in it, as officer or as head;
        none for who is barred or on the applicant's side, and none of a draft."""
        case = self.application
        if case.status == S.DRAFT or case.number is None:
            return frozenset()
        known = (one for one in mandates_in(self.person, case) if one.duty in IN_THE_PROCEDURE)
        found = frozenset(mandate.agency_id for mandate in known if covers(mandate, case))
        return frozenset() if not found or self.kept_away else found


def _since_decided(application: Application) -> list[Any]:
    """The acts of a case since it was decided last, for it may have been reopened; all, where it never was."""
    ends = FINAL - {S.WITHDRAWN}
    since = max((act.seq for act in application.history if act.after in ends), default=0)
    return [act for act in application.history if act.seq > since]


def _telling_at_once(agencies: Collection[int]) -> set[int]:
    """Those that tell the applicant of each step at once (roles/openness.py)."""
    return {key for key in agencies if (agency := kept_row(Agency, key)) and agency.tells_at_once}


def _in_procedure(act: Any) -> bool:
    """Whether it is a step of officers that the applicant is not told of as a milestone."""
    by_the_unit = act.person_id is not None and act.mandate_id is None
    return not by_the_unit and (act.act not in MILESTONES or act.act in BETWEEN_ORGANS)


def of_own_units(person: Person) -> QuerySet[Application]:
    """The applications in which `person` acts for no agency, because of the unit that applies."""
    found = NOTHING
    for unit, until in units_served(frozenset({person.pk})):
        found |= Q(unit=unit) & (Q(created__date__lte=until) if until else EVERYTHING)
    return Application.objects.filter(found)


def told_of(person: Person, acts: QuerySet[Act]) -> QuerySet[Act]:
    """Those of `acts` by which `person` may look for cases. Of undecided cases of the own units only what
    every applicant is told at once: who asked by the name of an officer would else learn who reviews. That is less than
    `Reader.withheld` leaves where an agency tells its steps, an act sent a paper, or the case was decided before."""
    own = of_own_units(person).exclude(status__in=FINAL - {S.WITHDRAWN})
    at_once = Q(mandate=None, person__isnull=False) | Q(act__in=MILESTONES - BETWEEN_ORGANS)
    return acts.filter(at_once | ~Q(application__in=own.values("pk")))


def covers(mandate: Mandate, application: Application) -> bool:
    """Whether `mandate` is about this kind of permit and, once the case is accepted and keeps its route, about that
    route (scope), where the land lies or above it."""
    places = {application.jurisdiction_id, application.jurisdiction.parent_id, NATION}
    other_route = mandate.scope not in ("", application.scope) and application.status not in UNROUTED
    if mandate.kind != application.kind or other_route:
        return False
    if mandate.jurisdiction_id in places:
        return True
    return any(district.pk == mandate.jurisdiction_id for district in application.districts.all())


def mandates_in(person: Person, application: Application) -> list[Mandate]:
    """The mandates of the role matrix for the case's kind that `person` holds, or whose agency the person heads, with
    their agencies, by key; whether they cover the case is not looked at."""
    today = local_today()
    return [one for one in mandates_within_reach(person) if one.kind == application.kind and not one.left(today)]


def visible_to(person: Person) -> QuerySet[Application]:
    """The applications `person` may look at: the own units' all; others once submitted, under a mandate of any duty for
    their kind (or for every kind) and place, whether held or of an agency the person heads. A mandate to advise shows
    the cases in which it was asked.

    Units, kinds and places are read first, so that the query compares the columns of each case with short lists: asked
    for each case whether some mandate fits, PostgreSQL plans for longer than it looks. Usable as a subquery, with what
    the person may see at the time of this call: do not keep it.
    """
    return _within_reach(reach_of(person)).all()


@lru_cache(maxsize=REACHES)
def _within_reach(reach: Reach) -> QuerySet[Application]:
    """The query for a reach, composed once for each of the few reaches there are. Only copies of it are evaluated."""
    known = _within(reach.places)
    for asked in CONSULTED if reach.consulted else ():
        known |= asked(sorted(reach.consulted))
    official = ~Q(status=S.DRAFT) & Q(number__isnull=False) & known
    return Application.objects.filter(Q(unit__in=sorted(reach.units)) | official)


def audited_places(person: Person) -> list[tuple[str, str, str | None]]:
    """Kind (blank: every kind) and place of each mandate under which `person` audits today, in an own post or standing
    in; one row for each district below the place."""
    told = ("kind", "jurisdiction", "jurisdiction__districts")
    return list(mandates_of(person).filter(duty=Duty.AUDIT).order_by().values_list(*told))


def audited_by_each(people: QuerySet[Person]) -> dict[int, list[tuple[str, str, str | None]]]:
    """`audited_places` of each of `people`, by key; who audits nothing is not in it. Four queries."""
    held = mandates_of_each(people, Duty.AUDIT)
    told = Mandate.objects.filter(pk__in=frozenset().union(*held.values())).order_by()
    places = defaultdict[int, list[tuple[str, str, str | None]]](list)
    for mandate, kind, place, part in told.values_list("pk", "kind", "jurisdiction", "jurisdiction__districts"):
        places[mandate].append((kind, place, part))
    return {person: [one for mandate in mandates for one in places[mandate]] for person, mandates in held.items()}


def audited_within(places: Collection[tuple[str, str, str | None]]) -> QuerySet[Application]:
    """The applications, once submitted, that mandates to audit these kinds and places speak of. As `visible_to`."""
    return Application.objects.filter(~Q(status=S.DRAFT) & Q(number__isnull=False) & _within(places))


def _within(places: Collection[tuple[str, str, str | None]]) -> Q:
    """Cases of a kind and place of which one of the mandates speaks."""
    named, below = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for kind, place, part in places:
        named[kind].add(place)
        below[kind] |= {place, part or place}
    alike = defaultdict[tuple[frozenset[str], frozenset[str]], list[str]](list)
    for kind in sorted(named):
        alike[frozenset(named[kind]), frozenset(below[kind])].append(kind)
    found = NOTHING
    for (places_named, places_below), kinds in alike.items():  # each case is compared once, not once for each kind
        of_kind = EVERYTHING if "" in kinds else Q(kind__in=kinds)
        found |= of_kind & _lying_in(places_named, places_below)
    return found


def _lying_in(named: Collection[str], below: Collection[str]) -> Q:
    """Cases filed in one of the places or in a district `below` one, or with land also in a place that is `named`."""
    if NATION in named:
        return EVERYTHING
    elsewhere = Application.districts.through.objects.filter(jurisdiction__in=sorted(named)).values("application")
    return Q(jurisdiction__in=sorted(below)) | Q(pk__in=elsewhere)


def only_audits(person: Person, application: Application) -> bool:
    """Whether `person`, who may look at the application, does so under an audit mandate alone."""
    if applies_for(person, application.unit_id):
        return False
    held = mandates_held(person)
    return not any(
        one.kind == application.kind and one.duty != Duty.AUDIT and (one.pk in held or one.duty in WORKING_DUTIES)
        and covers(one, application)
        for one in mandates_within_reach(person)
    )  # fmt: skip


def note_reading(person: Person, application: Application, *, page: str, address: str | None) -> None:
    """A line of the security log where an auditor looks at the case, or at a file, a paper or a table of it by its own
    address. `page` is that address, `address` the network's."""
    if only_audits(person, application):
        told = {"case": application.pk, "number": application.number, "page": page}
        note(What.CASE_READ, by=person, address=address, told=told)


def newest_first(applications: QuerySet[Application]) -> QuerySet[Application]:
    """As lists show them."""
    return applications.order_by(F("received_on").desc(nulls_first=True), "-pk")
