"""Whose turn it is, as lists. Our own queries: the person's mandates are a short list beside an indexed column, so that
a queue costs the same at ten cases and at a million (design §4: viewflow's own queue loads every grant)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from msgspec import Struct

from permits.access import HOLDING, of_own_units, refusal, visible_to
from permits.clocks.calendar import WorkCalendar
from permits.clocks.standing import DELIVERY, due_dates_in_lists, undelivered
from permits.documents.delivering import waiting_on_permits
from permits.kinds import codes
from permits.models import ACTS, Act, Application
from roles.access import agencies_headed_by, duties_of, mandates_held, units_of
from roles.days import local_today
from roles.models import Mandate, Person
from workflows.models import OPEN, WorkItem


def open_items() -> QuerySet[WorkItem]:
    """Items somebody still has to work on, with all that a list shows of them; none of a kind no longer installed."""
    items: QuerySet[WorkItem] = WorkItem.objects.filter(
        status__in=OPEN, flow_task_type="HUMAN", application__kind__in=codes()
    )
    return items.select_related("application__unit", "application__jurisdiction", "mandate__agency", "owner")


def soonest_first(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """What is due first comes first; what has no date last."""
    return items.order_by(F("due").asc(nulls_last=True), "pk")


def mine(person: Person) -> QuerySet[WorkItem]:
    """待办: what `person` holds, under a mandate still theirs; for a unit's clerk the drafts and corrections of the
    units they apply for."""
    held = Q(owner=person, mandate__in=sorted(mandates_held(person)))
    return open_items().filter(held | Q(mandate=None, application__unit__in=units_of(person)))


def agency(person: Person) -> QuerySet[WorkItem]:
    """待领取: what nobody holds and `person` has a mandate for, without what one's own unit applies for. Somebody who
    still may not take an item (separation of duties, recusal) is told so on taking it."""
    items = open_items().filter(owner=None, mandate__in=sorted(mandates_held(person)))
    return items.exclude(application__in=of_own_units(person))


LOOKED_AT = 10  # of what could be taken: whether something keeps a person from an item is asked case by case


def to_deliver(person: Person) -> QuerySet[Application]:
    """待送达: cases with a recent decision that is not recorded as delivered, be it the one on the application (许可法
    44) or a later one on the permit. The decision was received or made by an agency for which `person` delivers, or
    which `person` heads. No item says so, for the case has ended."""
    theirs = Q(pk__in=sorted(mandates_held(person))) | Q(agency__in=agencies_headed_by(person))
    mandates = Mandate.objects.filter(theirs, duty__in=ACTS["record_delivery"].duties)
    delivers = WorkItem.objects.filter(mandate__in=mandates)
    cases = Application.objects.filter(pk__in=delivers.values("application"))
    decided, since = undelivered(cases), waiting_on_permits(cases)
    return cases.filter(Q(pk__in=decided.values("pk")) | Q(pk__in=since)).exclude(pk__in=of_own_units(person))


def late_to_deliver(person: Person) -> list[int]:
    """Keys of those of `to_deliver` whose decision was to be delivered before today (许可法 44). What was decided on a
    permit since has no such day (permits/documents/delivering.py). Three queries however many there are."""
    waiting = to_deliver(person).values_list("pk", flat=True)
    views = due_dates_in_lists(waiting, local_today(), WorkCalendar.load())
    delivery = {pk: view.of_step(DELIVERY) for pk, view in views.items()}
    return [pk for pk, clock in delivery.items() if clock is not None and clock.running and clock.late]


def delivers(person: Person) -> bool:
    """Whether `person` records deliveries for any agency."""
    return not duties_of(person).isdisjoint(ACTS["record_delivery"].duties)


def sees_deliveries(person: Person) -> bool:
    """Whether `to_deliver` can hold anything: it can for who delivers, and for heads of agencies."""
    return delivers(person) or agencies_headed_by(person).exists()


def next_item(person: Person) -> WorkItem | None:
    """下一件: the most urgent item `person` holds, else the most urgent that nothing keeps them from taking."""
    held = soonest_first(mine(person).exclude(mandate=None)).first()
    if held is not None:
        return held
    free = soonest_first(agency(person))[:LOOKED_AT]
    return next((item for item in free if not refusal(person, "claim", item.application, item.mandate)), None)


def of_agencies(person: Person) -> QuerySet[WorkItem]:
    """Everything open in the agencies `person` heads, held or not."""
    return open_items().filter(mandate__agency__in=agencies_headed_by(person))


def done(person: Person) -> QuerySet[Act]:
    """已办: the acts by which `person` completed items, of the cases `person` may still look at."""
    acts = (
        Act.objects.filter(person=person, application__in=visible_to(person))
        .exclude(work_item=None)
        .exclude(act__in=HOLDING)
    )
    return acts.select_related("application__unit", "application__jurisdiction", "mandate__agency")


def asked(mandates: Collection[int]) -> Q:
    """Applications in which one of `mandates`, all to advise, was consulted: permits.access asks this of the flows."""
    return Q(pk__in=WorkItem.objects.filter(mandate__in=mandates).values("application"))


LATE, SOON = "late", "soon"


def pressing(how: str, today: date | None = None) -> Q:
    """Which items are overdue ("late") or nearly due ("soon"), as their lights say. Suspended ones are neither."""
    day = today or local_today()
    return Q(due__lt=day) if how == LATE else Q(due__gte=day, soon_from__lte=day)


class Tally(Struct, frozen=True):
    """How many items there are, and how many of them are late or nearly."""

    all: int
    soon: int
    late: int


def tally(items: QuerySet[WorkItem], today: date | None = None) -> Tally:
    """Count `items`, in one query."""
    return tally_of_held(items, today)[0]


def tally_of_held(items: QuerySet[WorkItem], today: date | None = None) -> tuple[Tally, Tally]:
    """Count `items`, and those of them that nobody holds, in one query."""
    soon, late, free = pressing(SOON, today), pressing(LATE, today), Q(owner=None)
    counts = items.order_by().aggregate(
        all=Count("pk"), soon=Count("pk", filter=soon), late=Count("pk", filter=late),
        free=Count("pk", filter=free), free_soon=Count("pk", filter=free & soon),
        free_late=Count("pk", filter=free & late),
    )  # fmt: skip
    free_ones = Tally(counts.pop("free"), counts.pop("free_soon"), counts.pop("free_late"))
    return Tally(**counts), free_ones
