"""Walking a case through its acts on the days they were done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import time_machine
from django.utils import timezone
from django.utils.translation import override

from permits.access import covers
from permits.acts.perform import perform
from permits.aftercare.reports import answers
from permits.aftercare.standing import aftercare_of
from permits.clocks.calendar import WorkCalendar
from permits.drafts.materials import attach_report
from permits.models import Act, Application
from roles.access import agencies_headed_by, capacity
from roles.models import Mandate, Person
from roles.models.mandates import Duty
from workflows.demo.files import pdf
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

    def report(self, login: str, code: str, row: dict[str, str] | None = None, *materials: str, **said: Any) -> Act:
        """A report of the holder on an obligation after approval, with `row` for each part that it asks of."""
        person = self.people[login]
        with self.now():
            aftercare = aftercare_of(self.application)
            standing = aftercare.of(code) if aftercare else None
            if standing is None:
                raise LookupError(f"{self.application} has no obligation {code}")
            table = {part.key: row for part in standing.obligation.parts} if row else {}
            with override("zh-hans"):
                names = {wanted.code: f"{wanted.label}.pdf" for wanted in standing.obligation.materials}
            files = [
                {"what": what, "file": attach_report(self.application.pk, pdf(names[what], code), by=person)}
                for what in materials
            ]
        said = {name: str(value) for name, value in said.items()}
        return self.unit("report_obligation", login, obligation=code, answers=answers(said, table), materials=files,
                         statement=True)  # fmt: skip

    def supervisor(self, act: str, login: str, **facts: Any) -> Act:
        """An act of supervision after approval."""
        return self.officer_outside(act, login, Duty.SUPERVISE, **facts)

    def inspection(self, logins: tuple[str, str], place: str, **found: tuple[str, str]) -> Act:
        """Two officers on the spot today; `found` tells of each obligation what was found, and what was seen."""
        two = [{"person": self.people[login], "capacity": "执法人员"} for login in logins]
        findings = [{"obligation": code, "finding": finding, "what": what} for code, (finding, what) in found.items()]
        return self.supervisor("record_inspection", logins[0], inspected_on=self.moment.date(), place=place,
                               inspectors=two, findings=findings)  # fmt: skip

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
