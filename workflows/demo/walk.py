"""Walking a case through its acts on the days they were done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from permits.access import covers
from permits.acts.perform import perform
from permits.clocks.calendar import WorkCalendar
from permits.models import Act, Application
from roles.access import agencies_headed_by, capacity
from roles.models import Mandate, Person
from workflows.models import WorkItem

OFFICE_OPENS = time(9, 5)
BETWEEN_ACTS = timedelta(minutes=17)


class Walker:
    """One case on its way. `day` moves forward only; each act happens on it, in office hours."""

    def __init__(self, people: dict[str, Person], begins: date) -> None:
        self.people = people
        self.calendar = WorkCalendar.load()
        self.moment = timezone.make_aware(datetime.combine(begins, OFFICE_OPENS))
        self.application: Application

    @contextmanager
    def now(self) -> Iterator[None]:
        """The walker's moment as everybody's clock; then a little later."""
        with time_machine.travel(self.moment, tick=True):
            yield
        self.moment += BETWEEN_ACTS

    def rest(self, working_days: int) -> Walker:
        """Some working days later, in the morning."""
        day = self.calendar.add(self.moment.date(), working_days).date
        self.moment = timezone.make_aware(datetime.combine(day, OFFICE_OPENS))
        return self

    def unit(self, act: str, login: str, **facts: Any) -> Act:
        """An act of the applicant."""
        return self._perform(act, by=self.people[login], **facts)

    def clock(self, act: str, duty: str) -> Act:
        """An act of the clock, for the agency whose item it overtakes."""
        item = self._item_of(duty)
        return self._perform(act, by=None, mandate=item.mandate, work_item=item.pk)

    def officer(self, act: str, login: str, *, claim: bool = True, **facts: Any) -> Act:
        """An act of an officer that completes the item waiting for it, claimed first as people do."""
        person = self.people[login]
        item = self._item(person, act)
        if claim and item.owner_id is None:
            self._perform("claim", by=person, mandate=item.mandate, item=item.pk)
        return self._perform(act, by=person, mandate=item.mandate, work_item=item.pk, **facts)

    def claim(self, login: str) -> Act:
        """Taking an item from the agency's queue."""
        person = self.people[login]
        item = self._item(person, "")
        return self._perform("claim", by=person, mandate=item.mandate, item=item.pk)

    def meanwhile(self, act: str, login: str, duty: str = "", **facts: Any) -> Act:
        """An act of an officer that leaves every item open, under the mandate of an open item (or of `duty`)."""
        person = self.people[login]
        mandate = self._mandate(person, duty) if duty else self._item(person, act).mandate
        return self._perform(act, by=person, mandate=mandate, **facts)

    def officer_outside(self, act: str, login: str, duty: str, **facts: Any) -> Act:
        """An act of an officer in the place of somebody else whose turn it is."""
        person = self.people[login]
        return self._perform(act, by=person, mandate=self._mandate(person, duty), **facts)

    def _perform(self, act: str, **facts: Any) -> Act:
        with self.now():
            record = perform(self.application.pk, act, **facts)
        self.application = record.application
        return record

    def _items(self) -> Iterator[WorkItem]:
        yield from self.application.case.open_items.select_related("mandate__agency", "owner")

    def _item(self, person: Person, act: str) -> WorkItem:
        for item in self._items():
            node = item.flow_task
            offered = not act or act in node.acts + node.meanwhile
            if offered and item.mandate and capacity(person, item.mandate):
                return item
        raise LookupError(f"nothing open for {person} to {act or 'claim'} in {self.application}")

    def _item_of(self, duty: str) -> WorkItem:
        return next(item for item in self._items() if item.mandate and item.mandate.duty == duty)

    def _mandate(self, person: Person, duty: str) -> Mandate:
        held = Mandate.objects.filter(kind=self.application.kind, duty=duty).select_related("agency")
        mine = [mandate for mandate in held if covers(mandate, self.application)]
        if led := agencies_headed_by(person).values_list("pk", flat=True):
            return next(mandate for mandate in mine if mandate.agency_id in led)
        return next(mandate for mandate in mine if capacity(person, mandate))
