"""Whose turn it is, as lists. Our own queries: the person's mandates are one subquery on an indexed column, so that a
queue costs the same at ten cases and at a million (design §4: viewflow's own queue loads every grant)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from permits.access import HOLDING, of_own_units, visible_to
from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import local_today
from permits.clocks.timeline import YELLOW_DAYS
from permits.kinds import codes
from permits.models import Act
from roles.access import agencies_headed_by, mandates_of, units_of
from roles.models import Person
from workflows.models import OPEN, WorkItem


def open_items() -> QuerySet[WorkItem]:
    """Items somebody still has to work on, with all that a list shows of them; none of a kind no longer installed."""
    items: QuerySet[WorkItem] = WorkItem.objects.filter(
        status__in=OPEN, flow_task_type="HUMAN", application__kind__in=codes()
    )
    return items.select_related("application__unit", "application__jurisdiction", "mandate__agency", "owner", "process")


def soonest_first(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """What is due first comes first; what has no date last."""
    return items.order_by(F("due").asc(nulls_last=True), "pk")


def mine(person: Person) -> QuerySet[WorkItem]:
    """待办: what `person` holds, under a mandate still theirs; for a unit's clerk the drafts and corrections of the
    units they apply for."""
    held = Q(owner=person, mandate__in=mandates_of(person))
    return open_items().filter(held | Q(mandate=None, application__unit__in=units_of(person)))


def agency(person: Person) -> QuerySet[WorkItem]:
    """待领取: what nobody holds and `person` has a mandate for, but for what the own unit applies for. That one may
    still not take an item (separation of duties, recusal) is said where it is claimed."""
    items = open_items().filter(owner=None, mandate__in=mandates_of(person))
    return items.exclude(application__in=of_own_units(person))


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
    """Applications in which one of `mandates`, to advise, was consulted: what permits.access asks of the flows."""
    return Q(pk__in=WorkItem.objects.filter(mandate__in=mandates).values("application"))


QUEUES = {"mine": mine, "agency": agency}


@dataclass(frozen=True)
class Tally:
    """How many items there are, and how many of them are late or nearly."""

    all: int
    soon: int
    late: int


def tally(items: QuerySet[WorkItem], today: date | None = None) -> Tally:
    """Count `items` in one query (and one for the calendar)."""
    day = today or local_today()
    counts = items.order_by().aggregate(
        all=Count("pk"),
        soon=Count("pk", filter=Q(due__gte=day, due__lte=soon_until(day))),
        late=Count("pk", filter=Q(due__lt=day)),
    )
    return Tally(**counts)


def soon_until(today: date) -> date:
    """The last day that counts as nearly due on `today`."""
    return WorkCalendar.load().add(today, YELLOW_DAYS).date


def late(items: QuerySet[WorkItem], today: date | None = None) -> QuerySet[WorkItem]:
    """Those whose day has passed."""
    return items.filter(due__lt=today or local_today())


def soon(items: QuerySet[WorkItem], today: date | None = None) -> QuerySet[WorkItem]:
    """Those due within the days that make a light yellow."""
    day = today or local_today()
    return items.filter(due__gte=day, due__lte=soon_until(day))
