"""What one person may do in one case: with a work item in hand, or beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.access import HOLDING, SEPARATE, covers, mandates_in, may, of_own_units, refusal, visible_to
from permits.access import barred as barred_from
from permits.acts.conditions import barred
from permits.acts.districts import OF_EACH
from permits.database.reading import related
from permits.errors import NotPermitted
from permits.kinds import kind_of
from permits.models import ACTS, Act, Application
from permits.models.act import read_records
from permits.models.body import legible
from permits.models.machine import STEP_DUTY, ActSpec, outcomes
from permits.models.remedies import REMEDIES
from permits.models.states import FINAL, REVIEWING, S
from roles.access import applies_for, capacity, heads, mandates_held, mandates_of
from roles.models import Mandate, MandateGrant, Membership, Person
from roles.models.mandates import Duty, current, in_matrix
from workflows.flows.common import INQUIRY
from workflows.models import OPEN, Case, WorkItem, open_items_of
from workflows.models.case import OPEN_ITEM
from workflows.nodes import Decide, FanOut
from workflows.notifications.receivers import could_take
from workflows.queues import soonest_first
from workflows.steps import OFF_STEP

READ = 50
LOOKED_THROUGH = 1000
GRAVE = frozenset({"approve", "refuse", "refuse_acceptance", "request_correction", "withdraw", "report_up", "reopen",
    "grant_extension", "refuse_extension", "grant_change", "refuse_change", "reissue_permit", "replace_permit",
    "withdraw_permit", "revoke_permit", "cancel_permit", "refuse_cancellation", "take_back_request",
    "order_rectification", "find_breach", "record_higher_decision", "forfeit_permit", *REMEDIES})  # fmt: skip
"""Acts that are looked at once more before they are done: nothing takes them back."""


def see_case(person: Person, pk: int) -> Application:
    """The application, if `person` may know of it. Raises Http404."""
    cases = visible_to(person).select_related("unit", "jurisdiction", "case", "permit")
    application = cases.filter(pk=pk).first()
    if application is None:
        raise Http404
    return application


class Turn(Struct, dict=True):
    """A work item before a person who may open it."""

    item: WorkItem
    person: Person
    has_duty: bool
    is_head: bool

    @property
    def application(self) -> Application:
        """The case's application."""
        return self.item.application  # type: ignore[no-any-return]  # the reverse of our own foreign key

    @property
    def node(self) -> Decide:
        """The step of the flow."""
        return self.item.flow_task

    @property
    def is_held(self) -> bool:
        """Whether this person holds the item."""
        return self.item.is_open and self.item.owner_id == self.person.pk

    @cached_property
    def refusal(self) -> str | None:
        """Why this person may not take or work on the item although it is their duty: separation, recusal, a bar."""
        if not self.has_duty:
            return _("You hold no post with this duty.")
        return refusal(self.person, "claim", self.application, self.item.mandate)

    @property
    def principal(self) -> Person | None:
        """For whom this person would work on it, standing in; None for who does so by a post of their own."""
        how = capacity(self.person, self.item.mandate) if self.has_duty and self.item.mandate else None
        return how.principal if how else None

    @property
    def held_for(self) -> Person | None:
        """For whom its holder, if that is another person, works on it standing in; None for a post of the holder's
        own."""
        holder, mandate = self.item.owner, self.item.mandate
        how = capacity(holder, mandate) if holder and mandate and not self.is_held else None
        return how.principal if how else None

    @cached_property
    def acts(self) -> list[ActSpec]:
        """What completes the item."""
        return self._offered(self.node.acts)

    @cached_property
    def meanwhile(self) -> list[ActSpec]:
        """What may be done while the item stays open."""
        return self._offered(self.node.meanwhile)

    @property
    def not_yet(self) -> dict[str, list[ActSpec]]:
        """The acts that would complete it and are barred now, by the reason."""
        found: dict[str, list[ActSpec]] = {}
        for spec in self._of_the_duty(self.node.acts):
            if reason := barred(self.application, spec.name):
                found.setdefault(reason, []).append(spec)
        return found

    def _offered(self, names: tuple[str, ...]) -> list[ActSpec]:
        return [spec for spec in self._of_the_duty(names) if not barred(self.application, spec.name)]

    def _of_the_duty(self, names: tuple[str, ...]) -> list[ActSpec]:
        return of_the_duty(self.item, names)


def of_the_duty(item: WorkItem, names: tuple[str, ...]) -> list[ActSpec]:
    """Which of the acts called `names` the case's status allows to the duty of `item`. Whether something in the case
    bars one is not asked: that costs queries, and a list has many rows."""
    status, duty = item.application.status, item.mandate.duty if item.mandate else ""
    return [
        spec
        for spec in (ACTS[name] for name in names)
        if outcomes(Application, spec.name, status) and duty in spec.duties
    ]


def listed_acts(items: Collection[WorkItem]) -> dict[int, list[ActSpec]]:
    """What each of `items` offers in a list, by its key: the acts of the duty, none for what is the unit's.

    Asking for correction is not offered where it was asked for before: the law asks once (许可法 32(1)(4)), and whether
    something may be asked again is read on the item's page. One query, none where no item asks for correction.
    """
    found = {item.pk: of_the_duty(item, item.flow_task.acts) if item.mandate_id else [] for item in items}
    asking = {item.application_id for item in items if ACTS["request_correction"] in found[item.pk]}
    asked = Act.objects.filter(application__in=asking, act="request_correction").values_list("application", flat=True)
    asked_before = set(asked) if asking else set()
    return {
        item.pk: [
            spec for spec in found[item.pk]
            if spec.name != "request_correction" or item.application_id not in asked_before
        ]
        for item in items
    }  # fmt: skip


def take_turn(person: Person, pk: int) -> Turn:
    """The work item as `person` may open it.

    Raises Http404 for who may not know of the case, NotPermitted for who knows of it and has no duty in this step.
    """
    # Two statements: PostgreSQL took 3 ms to plan the eight tables of one, and takes a third of one for both.
    item = WorkItem.objects.select_related("mandate__agency", "mandate__document", "owner").filter(pk=pk).first()
    if item is None or item.flow_task_type != "HUMAN":
        raise Http404
    known = visible_to(person).select_related("unit", "jurisdiction", "case")
    item.application = get_object_or_404(known, pk=item.application_id)
    if item.mandate is None:
        has_duty, is_head = applies_for(person, item.application.unit_id), False
    else:
        has_duty, is_head = item.mandate_id in mandates_held(person), heads(person, item.mandate.agency_id)
    if not (has_duty or is_head):
        raise NotPermitted(_("This step is another's: %(whose)s.") % {"whose": item.mandate or item.application.unit})
    return Turn(item, person, has_duty, is_head)


def holders(mandate: Mandate) -> list[Person]:
    """Everyone who holds a post with this mandate today, or stands in for such a one, by name."""
    return sorted(could_take(mandate), key=lambda person: (person.name, person.pk))


def colleagues(mandate: Mandate) -> list[Person]:
    """Everyone with an active account and a post in the mandate's agency today."""
    people = Person.objects.filter(
        current("memberships__"), is_active=True, memberships__post__agency=mandate.agency_id
    )
    return list(people.distinct().order_by("name", "pk"))


def eligible(item: WorkItem) -> list[Person]:
    """To whom the head may give the item: the holders of its mandate, and who stands in for one, but for those whom
    something keeps from this case."""
    if item.mandate is None:
        return []
    return [
        person
        for person in holders(item.mandate)
        if person.pk != item.owner_id and not refusal(person, "claim", item.application, item.mandate)
    ]


def left_to_nobody(work: QuerySet[WorkItem]) -> list[WorkItem]:
    """Those of `work` that nobody took and that everybody with the duty is kept from: recused, barred, on the
    applicant's side, or at work in another review of the case. Duties that nobody has at all are not told here.

    One query finds, among LOOKED_THROUGH, the items where something of the kind may keep a holder away, which is rare.
    For READ of these, the soonest first, each holder is asked about; the holders are read once for each duty.
    """
    member = "group__post__memberships__"
    granted = MandateGrant.objects.filter(current(), current(member), content_object=OuterRef(OuterRef("mandate")))
    officers = granted.values(f"{member}person")
    reviewed = Q(duty__in=SEPARATE) & ~Q(duty=OuterRef("mandate__duty")) & ~Q(act__in=HOLDING)
    acts = Act.objects.filter(application=OuterRef("application"))
    served = Membership.objects.filter(post__unit=OuterRef("application__unit"), person__in=officers)
    free = soonest_first(work.filter(in_matrix("mandate__"), owner=None))[:LOOKED_THROUGH]
    doubtful = work.filter(pk__in=free.values("pk")).filter(
        Exists(acts.filter(act__in=("recuse", "bar_person")))
        | Exists(acts.filter(reviewed | Q(mandate=None), Q(person__in=officers) | Q(on_behalf_of__in=officers)))
        | Exists(served)
    )
    near = list(soonest_first(doubtful)[:READ])
    able = {mandate: holders(mandate) for mandate in {item.mandate for item in near if item.mandate}}
    return [item for item in near if item.mandate and _nobody_may(item, able[item.mandate])]


def _nobody_may(item: WorkItem, able: Collection[Person]) -> bool:
    """Whether everybody who holds its duty is kept from the case; no where its record cannot be read."""
    return bool(able) and legible(
        lambda: all(refusal(one, "claim", item.application, item.mandate) for one in able), False
    )


class Possible(Struct, frozen=True):
    """An act a person may do in a case without a work item in hand, and in which capacity."""

    spec: ActSpec
    mandate: Mandate | None

    @property
    def capacity(self) -> str:
        """Agency and duty. Where the head of the agency orders the act, that is told, and not the duty of the
        mandate."""
        if self.mandate and self.spec.heads:
            return f"{self.mandate.agency} · {_('head of the agency')}"
        return str(self.mandate or "")


def beside(person: Person, application: Application, only: str = "") -> list[Possible]:
    """Acts for the page of a case: the unit's withdrawal, acts beside the steps of others, the head's, delivery,
    recusal. With `only`, that act alone."""
    return [one for one in in_their_power(person, application, only) if not barred(application, one.spec.name)]


def in_their_power(person: Person, application: Application, only: str = "") -> list[Possible]:
    """As `beside`, with the acts that something bars now."""
    asked = [name for name in ACTS if only in ("", name) and outcomes(Application, name, application.status)]
    names = _open_beside(application) if asked else set()
    specs = [ACTS[name] for name in asked if name in names]
    if not specs:
        return []
    applies = applies_for(person, application.unit_id)
    held = [] if applies else [one for one in mandates_in(person, application) if covers(one, application)]
    owed = _owed(application) if any(spec.name in OF_EACH for spec in specs) else {}
    found = []
    for spec in specs:
        if "unit" in spec.by:
            found += [Possible(spec, None)] if applies else []
        elif mandate := _capacity(person, spec, application, _of_their_part(spec, application, held, owed)):
            found.append(Possible(spec, mandate))
    return found


def left_to_districts(application: Application) -> frozenset[str]:
    """The places whose organs share the land, have not done their part, and can still do it from the page of the
    case."""
    owed = _owed(application)
    return _can_from_the_case(application, owed, _open_beside(application)) if owed else frozenset()


def parts_left_out(person: Person) -> list[int]:
    """Keys of the cases with land in several districts in which the agency of `person` left out its part: its step is
    closed, or has not begun, so that no list of steps tells it. A few queries, and a few more for each READ of such
    cases."""
    held = list(mandates_of(person).filter(duty=Duty.FIRST_REVIEW))
    if not held:
        return []
    begun = WorkItem.objects.filter(application=OuterRef("pk"), status__in=OPEN, mandate__in=held)
    elsewhere = Application.districts.through.objects.filter(application=OuterRef("pk")).exclude(
        jurisdiction=OuterRef("jurisdiction")
    )
    kinds = {mandate.kind for mandate in held}
    cases = visible_to(person).filter(~Exists(begun), Exists(elsewhere), status__in=REVIEWING, kind__in=kinds)
    keys = cases.exclude(pk__in=of_own_units(person)).order_by("pk").values_list("pk", flat=True)
    return [
        case.pk for case, places in _left_out(list(keys))
        if _of_those(held, case, places) and not barred_from(person, case)
    ]  # fmt: skip


def _left_out(keys: list[int]) -> Iterator[tuple[Application, frozenset[str]]]:
    """These cases, READ at a time, with the places of `left_to_districts`."""
    every = Application.objects.select_related("jurisdiction", "unit").prefetch_related("districts")
    for part in (keys[at : at + READ] for at in range(0, len(keys), READ)):
        read = list(every.filter(pk__in=part).order_by("pk"))
        read_records(read)
        owing = {one.pk: owed for one in read if (owed := _owed(one))}
        items: dict[int, list[WorkItem]] = {pk: [] for pk in owing}
        for item in WorkItem.objects.filter(OPEN_ITEM, process__in=owing):
            items[item.process_id].append(item)
        cases = Case.objects.in_bulk(owing)
        for one in (one for one in read if one.pk in cases):
            beside = _beside_steps(one, cases[one.pk], items[one.pk])
            yield one, _can_from_the_case(one, owing[one.pk], beside)


def _of_those(held: Collection[Mandate], application: Application, places: Collection[str]) -> bool:
    return any(one.jurisdiction_id in places and covers(one, application) for one in held)


def _can_from_the_case(
    application: Application, owed: Mapping[str, Collection[str]], beside_steps: Collection[str]
) -> frozenset[str]:
    names = [name for name in owed if name in beside_steps and outcomes(Application, name, application.status)]
    return frozenset(place for name in names for place in owed[name])


def _open_beside(application: Application) -> set[str]:
    """Names of the acts that need no work item in hand: acts off the graph, and acts beside an open step."""
    case = related(application, "case")
    return _beside_steps(application, case, open_items_of(case.pk) if case else ())


def _beside_steps(application: Application, case: Case | None, items: Collection[WorkItem]) -> set[str]:
    names = set(OFF_STEP) if application.number or application.status not in FINAL else set()
    if application.status in REVIEWING:  # accepted, and another organ's after all, or nobody's
        names.add("refuse_acceptance")
    for item in items:
        names |= set(item.flow_task.beside) | set(item.flow_task.outside)
    if case:
        names |= _of_each_district(case) | _of_money(case) | _of_inquiry(application, case, items)
    return names


def _of_inquiry(application: Application, case: Case, items: Iterable[WorkItem]) -> set[str]:
    """What belongs to the inquiry of a review through its whole time, where none of the open `items` offers all of it:
    while agencies are consulted or experts review, the step of the review itself has not begun, and yet a hearing's
    days run (许可法 47)."""
    steps = [node for node in case.flow_class.instance.nodes() if isinstance(node, Decide)]
    review = {name for node in steps if application.status in node.at for name in node.meanwhile} & {*INQUIRY}
    review -= {name for node in steps for name in node.acts}  # an expert review may have a step of its own
    return set() if any(review <= {*item.flow_task.meanwhile} for item in items) else review


def _of_money(case: Case) -> set[str]:
    """That the fee was paid, where a step of the flow records it: the fee may be told at any step and has its own day,
    so it can be paid before that step begins."""
    nodes = (node for node in case.flow_class.instance.nodes() if isinstance(node, Decide))
    return {"record_fee"} if any("record_fee" in node.meanwhile for node in nodes) else set()


def _of_each_district(case: Case) -> set[str]:
    """The acts that each district does for its part of the land, where the flow of the case asks the other districts to
    review. Their step is soon closed, that of the district filed with opens late; what one left out is owed until the
    proposal."""
    splits = (node for node in case.flow_class.instance.nodes() if isinstance(node, FanOut))
    asked = (branch for split in splits for branch in split.branches if branch.duty == Duty.FIRST_REVIEW)
    return {name for branch in asked for name in branch.meanwhile if name in OF_EACH}


def _owed(application: Application) -> Mapping[str, Collection[str]]:
    """What the organs that share the land have not done: for each act, their places."""
    return kind_of(application).owed_by_organs(application)


def _of_their_part(
    spec: ActSpec, application: Application, held: list[Mandate], owed: Mapping[str, Collection[str]]
) -> list[Mandate]:
    """Those of the mandates `held` that offer the act on the page of a case. For an act of inquiry those of the review
    that waits; for an act of each district those to review first, of organs that have not done it; else none, for the
    step itself offers it."""
    if spec.name in INQUIRY:
        return [one for one in held if one.duty == STEP_DUTY.get(S(application.status))]
    if spec.name not in OF_EACH:
        return held
    places = owed.get(spec.name, ())
    return [one for one in held if one.duty == Duty.FIRST_REVIEW and one.jurisdiction_id in places]


def _capacity(person: Person, spec: ActSpec, application: Application, held: list[Mandate]) -> Mandate | None:
    for mandate in held:
        if spec.heads:
            if not heads(person, mandate.agency_id):
                continue
        elif "anyone" not in spec.by and mandate.duty not in spec.duties:
            continue
        if may(person, spec.name, application, mandate):
            return mandate
    return None
