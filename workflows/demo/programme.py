"""The example cases: drafted and walked as each kind tells them (its demo.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import time_machine
from django.apps import apps
from django.utils import timezone
from django.utils.translation import override

from permits.acts import quotas
from permits.acts.perform import open_draft
from permits.drafts.materials import add_file
from permits.kinds import KindConfig, kind
from permits.models import Application
from permits.models.states import S
from permits.tables.example import Desks, Example
from roles.days import CHINA, local_today
from roles.models import Jurisdiction, OperatingUnit, Person
from workflows.demo.files import pdf
from workflows.demo.walk import Walker


def examples() -> Iterator[tuple[str, Example]]:
    """Every installed kind's examples, with its code, in the order in which they were begun."""
    for app in apps.get_app_configs():
        if isinstance(app, KindConfig) and find_spec(f"{app.name}.demo"):
            told = import_module(f"{app.name}.demo")
            yield from ((app.label, example) for example in told.examples())


def allot(people: dict[str, Person], years: Iterable[int]) -> None:
    """The quota books of every installed kind's examples, each entered when its year begins."""
    for app in apps.get_app_configs():
        if isinstance(app, KindConfig) and find_spec(f"{app.name}.demo"):
            told: Any = import_module(f"{app.name}.demo")
            for year in years if hasattr(told, "quotas") else ():
                for one in told.quotas(year):
                    place = Jurisdiction.objects.get(pk=one.district)
                    with time_machine.travel(min(datetime(year, 1, 5, 9, tzinfo=CHINA), timezone.now()), tick=True):
                        quotas.allot(app.label, place, year, one.amount, document=one.document, by=people[one.head])


def _rows(code: str, example: Example, ordinal: int) -> Iterator[dict[str, Any]]:
    """Its rows; where it has ground of its own, the last thing that names it is told apart from other examples'."""
    levels = kind(code).ground_columns  # type: ignore[attr-defined]  # a table kind
    for row in example.rows:
        if example.own_ground and levels:
            *_others, column = levels[-1]
            yield {**row, column: _apart(str(row[column]), ordinal)}
        else:
            yield dict(row)


def _apart(place: str, ordinal: int) -> str:
    """A sub-compartment's number, or another name of a place, as the example of that number has it alone."""
    return f"{ordinal}{int(place):02d}" if place.isdecimal() else f"{ordinal}-{place}"


def play(code: str, example: Example, walker: Walker, ordinal: int) -> None:
    """Draft the example of the kind `code`, hand in its materials, and tell its story."""
    person, book = walker.people[example.desks.clerk], kind(code).book  # type: ignore[attr-defined]  # a table kind
    place = Jurisdiction.objects.get(pk=example.desks.district)
    with walker.now():
        unit = OperatingUnit.objects.get(posts__memberships__person=person)
        pk = open_draft(code, unit, place, by=person).pk
        application = Application.objects.get(pk=pk)
        application.title = example.title
        application.save(update_fields=["title"])
        book.change_head(pk, example.head(walker), version=1)
        for row in _rows(code, example, ordinal):
            book.add(pk, row)
        walker.application = Application.objects.get(pk=pk)
        hand_in_materials(walker.application, person)
    example.story(walker, example.desks)
    _hand_over(walker, example.desks)


def _hand_over(walker: Walker, desks: Desks) -> None:
    """The decision was handed over three working days later, where the time for it is over (许可法 44) and the story
    told of no delivery: else the desks of the demonstration would be late with all of them."""
    case = walker.application
    decided = case.decided_on if case.status in (S.APPROVED, S.REFUSED) and case.did("approve", "refuse") else None
    if decided is None or case.did("record_delivery"):
        return
    day, last = (walker.calendar.add(decided, days).date for days in (3, 10))
    if last >= local_today():
        return
    if walker.moment.date() < day:
        walker.rest(3)
    walker.meanwhile(
        "record_delivery", desks.decide, "decide", delivered_on=day, manner="窗口领取",
        receiver=str(walker.people[desks.clerk]),
    )  # fmt: skip


def hand_in_materials(application: Application, person: Person) -> None:
    """A file for every required material, called as the material is in Chinese."""
    with override("zh-hans"):
        for entry in kind(application.kind).requirements(application):
            if entry.required:
                add_file(application.pk, entry.slot, pdf(f"{entry.label}.pdf", application.title), by=person)


def begins(example: Example, today: date, walker_calendar: Any) -> date:
    """The working day `ago` working days before `today`."""
    day, left = today, example.ago
    while left:
        day = date.fromordinal(day.toordinal() - 1)
        left -= walker_calendar.is_working(day)
    return day
