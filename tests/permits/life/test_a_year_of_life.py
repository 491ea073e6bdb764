"""Twenty permits of the four kinds through fourteen months by a frozen clock, day by day against the law.

`SHOTS=on` draws the year anew into docs/a-year-of-twenty-permits.svg; without it the drawing kept there must be the one
that this run makes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from permits.acts.sweeps import Swept
from permits.models import Act, Application, ObligationRow, Permit
from permits.models.obligation import WITH_THE_HOLDER
from permits.models.permit import P
from tests.cast import NOW, Cast
from tests.permits.aftercare.cases import wrong
from tests.permits.life.cases import print_papers
from tests.permits.life.days import FIRST, LAND, LAST
from tests.permits.life.drawing import drawn
from tests.permits.life.lives import Life, Told, land_decided, land_noticed
from tests.permits.life.year import USED, lives_of_november
from workflows import sweep

pytestmark = pytest.mark.django_db
PICTURE = settings.BASE_DIR / "docs" / "a-year-of-twenty-permits.svg"
SHOTS = os.environ.get("SHOTS", "") not in {"", "off", "0"}
ENDS = ("expire_permit", "deem_extended")


class Year:
    """The twenty permits and the clock."""

    def __init__(self, traveller: Any) -> None:
        self.traveller = traveller
        cast = Cast.enter()
        waiting = [land_noticed(number) for number, _make in enumerate(USED, 1)]
        self.lives = lives_of_november(cast)
        self._print()
        self.to_day(FIRST, LAND, daily=True)
        self.at(LAND, 10)
        for case, clerk in waiting:
            land_decided(case, clerk)
        self.lives[5:5] = [make(granted) for make, granted in zip(USED, waiting, strict=True)]
        self._print()

    def _print(self) -> None:
        for life in self.lives:
            print_papers(life.case)

    def at(self, day: date, hour: int) -> None:
        self.traveller.move_to(f"{day.isoformat()}T{hour:02}:00:00+08:00")

    def to_day(self, after: date, last: date, *, daily: bool) -> None:
        """Every day after `after` to `last`: the tick, what is done, and how all stands in the evening. A tick that is
        not `daily` comes on the first of each month and on the last day."""
        for day in days(after, last):
            self.at(day, 1)
            if daily or day in FIRSTS:
                told = tick_of_permits() if daily else sweep.tick()
                assert not [name for name, swept in told.items() if swept.failed or swept.broken], (day, told)
            self.at(day, 10)
            for life in self.lives:
                for _on, event in (one for one in life.events if one[0] == day):
                    event()
            self.at(day, 20)
            if daily:
                self.as_the_law_says(day)

    def as_the_law_says(self, day: date) -> None:
        """State, last day and what is owed by which day, of each permit."""
        permits = {one.pk: one for one in Permit.objects.all()}
        owed: dict[int, set[tuple[str, date]]] = {}
        for row in ObligationRow.objects.filter(state__in=WITH_THE_HOLDER).exclude(due=None):
            owed.setdefault(row.permit_id, set()).add((stem_of(row.code), row.due or day))
        for life in self.lives:
            permit, right = permits[life.case.pk], life.stood(day)
            assert (permit.status, permit.valid_to) == (right.status, right.last), (day, life.title)
            asked = {(one.code, one.due) for one in life.owed if one.on(day)}
            assert owed.get(permit.pk, set()) == asked, (day, life.title)

    def ends(self) -> list[tuple[Any, ...]]:
        """What time brought to each permit, by the days the acts themselves tell."""
        found: list[tuple[Any, ...]] = []
        for life in self.lives:
            permit = Permit.objects.get(pk=life.case.pk)
            acts = Act.objects.filter(application=life.case.pk, act__in=ENDS).order_by("seq")
            told = [(act.act, tuple(act.facts.values())) for act in acts]
            found.append((life.title, permit.status, permit.valid_from, permit.valid_to, told))
        return found

    def reminded(self, mornings: list[date]) -> None:
        """Each reminder and each day that passed was told once, on the morning of the tick that had to tell it."""
        for life in self.lives:
            acts = [*told(life, "remind_obligation"), *told(life, "note_overdue")]
            found = {what(act): timezone.localdate(act.at) for act in acts}
            assert (found, len(acts)) == (life.told(mornings), len(found)), life.title


def days(after: date, last: date) -> list[date]:
    """The days after the one to the other."""
    return [after + timedelta(days=number) for number in range(1, (last - after).days + 1)]


FIRSTS = [day for day in days(LAND, LAST) if day.day == 1 or day == LAST]


def tick_of_permits() -> dict[str, Any]:
    """A tick without posts, log and news, which take most of its time and move no permit; the monthly one has them."""
    beside = dict.fromkeys(("keep_groups", "make_pending", "send_due", "send_daily"), Swept)
    with patch.multiple(sweep, keep_log=lambda thorough: 0, **beside):
        return sweep.tick()


def stem_of(code: str) -> str:
    """An escape is numbered by its place in the record."""
    return "escape" if code.startswith("escape-") else code


@pytest.fixture
def year() -> Iterator[Year]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield Year(traveller)


def what(act: Act) -> Told:
    """Which obligation a reminder is of, how many days before, and by which day."""
    return stem_of(act.facts["obligation"]), act.facts.get("days"), date.fromisoformat(act.facts["due"])


def told(life: Life, act: str) -> list[Act]:
    return list(Act.objects.filter(application=life.case.pk, act=act).order_by("seq"))


def test_a_year_of_twenty_permits_is_as_the_law_says_on_every_day(year: Year) -> None:
    assert len(year.lives) == 20
    assert {life.case.kind for life in year.lives} == {"tending", "occupation", "introduction", "felling"}
    assert (LAST - FIRST).days > 400
    assert {one.status for life in year.lives for one in life.stands} == set(P)
    monthly = once_more_by_a_monthly_tick(year)
    year.to_day(LAND, LAST, daily=True)
    for life in year.lives:
        warned = [(timezone.localdate(act.at), act.facts["days"]) for act in told(life, "warn_of_end")]
        assert warned == life.warned, life.title
    year.reminded(days(FIRST, LAST))
    assert year.ends() == monthly
    assert wrong() == []
    picture = drawn([(life.title, Application.objects.get(pk=life.case.pk)) for life in year.lives], FIRST, LAST)
    if SHOTS:
        PICTURE.write_text(picture, "utf-8")
    assert PICTURE.read_text("utf-8") == picture, "draw it anew with SHOTS=on"


def once_more_by_a_monthly_tick(year: Year) -> list[tuple[Any, ...]]:
    """The same acts of people on the same days, with a tick on the first of each month only; then all is undone."""

    class Undone(Exception):
        pass

    found: list[tuple[Any, ...]] = []
    try:
        with transaction.atomic():
            year.to_day(LAND, LAST, daily=False)
            found = year.ends()
            year.reminded([*days(FIRST, LAND), *FIRSTS])
            assert wrong() == []
            raise Undone
    except Undone:
        return found
