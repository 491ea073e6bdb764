"""The arithmetic of a clock: what happened on which local date, and what follows. No database here.

How days are counted (the organ's periods are working days: 行政许可法 art 82)
- The day after an event is day one (民法典 art 201): the day a clock is started is never counted.
- Art 45 leaves out the time a hearing, an expert review and so on takes. **A day is left out only if the clock stood
  still the whole of it.** The day of the suspension and the day of the resumption both count, because the organ had
  part of them. That makes pauses as short as they can be read, in the applicant's favour. So a pause from Monday to
  Wednesday leaves out Tuesday, and one that begins and ends on the same or the next day leaves out nothing.
- Only local dates enter, never hours: a server clock off by hours changes no deadline.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec import Struct, field
from msgspec.structs import replace

from permits.clocks.calendar import Deadline, WorkCalendar, days_between
from permits.errors import BadFacts, WrongStatus
from permits.models.clock import Event, Ground, Limit

YELLOW_SHARE = 5  # a fifth of the period: 20 %
YELLOW_DAYS = 3
DAY = timedelta(days=1)


NOTES = (Event.RECOMPUTED, Event.YELLOW, Event.RED)  # they tell of a clock and change nothing in it


class Light(TextChoices):
    """How a clock stands."""

    GREEN = "green", _("in time")
    YELLOW = "yellow", _("nearly due")
    RED = "red", _("overdue")
    PAUSED = "paused", _("paused")
    STOPPED = "stopped", _("finished")


TOLD = (Light.YELLOW, Light.RED)


class Happening(Struct, frozen=True):
    """One event of one clock on a local date; `days` with a start (the period) and an extension; `until` with a start
    whose last day another organ set."""

    event: str
    on: date
    days: int = 0
    ground: str = ""
    until: date | None = None


class Pause(Struct, frozen=True):
    """The clock stood still after `since` and until before `until`; None while it still does."""

    since: date
    until: date | None = None
    ground: str = ""

    def left_out(self, calendar: WorkCalendar, end: date) -> int:
        """Working days up to and with `end` of which the clock stood still the whole."""
        still = end if self.until is None else min(end, self.until - DAY)
        return calendar.working(self.since + DAY, still)


class Timeline(Struct, frozen=True):
    """A clock computed from what happened to it. `days` is the whole period, extensions included, in working days;
    `until` its last day where another organ set that, and then the days are those up to it."""

    started: date
    days: int
    pauses: tuple[Pause, ...] = ()
    extended: int = 0
    stopped: date | None = None
    last: date = field(default=date.min)
    until: date | None = None

    @classmethod
    def of(cls, happenings: Iterable[Happening]) -> Timeline:
        """The timeline of one run of a clock. Raises WrongStatus or BadFacts where that cannot have happened."""
        line: Timeline | None = None
        for happening in happenings:
            line = line.after(happening) if line else cls._begin(happening)
        if line is None:
            raise WrongStatus(gettext("The clock was never started."))
        return line

    @classmethod
    def _begin(cls, happening: Happening) -> Timeline:
        if happening.event != Event.STARTED:
            raise WrongStatus(gettext("The clock was never started."))
        return cls(started=happening.on, days=happening.days, last=happening.on, until=happening.until)

    @property
    def paused(self) -> Pause | None:
        """The pause the clock is in, if any."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None

    def after(self, happening: Happening) -> Timeline:
        """The timeline with one more event. Raises WrongStatus where it cannot follow, BadFacts for what it says."""
        if happening.event in NOTES:
            return self
        if self.stopped:
            raise WrongStatus(gettext("The clock has stopped."))
        if happening.on < self.last:
            raise BadFacts({"on": gettext("This day lies before the last event of the clock.")})
        step = {
            Event.SUSPENDED: self._suspend,
            Event.RESUMED: self._resume,
            Event.EXTENDED: self._extend,
            Event.JOINT: self._joint,
            Event.STOPPED: self._stop,
        }.get(Event(happening.event))
        if step is None:
            raise WrongStatus(gettext("The clock is already running."))
        return replace(step(happening), last=happening.on)

    def _suspend(self, happening: Happening) -> Timeline:
        if happening.ground not in Ground.values:
            raise BadFacts({"ground": gettext("Time may only be left out for a matter named in Licensing Law art 45.")})
        if self.paused:
            raise WrongStatus(gettext("The clock is already suspended."))
        return replace(self, pauses=(*self.pauses, Pause(happening.on, None, happening.ground)))

    def _resume(self, happening: Happening) -> Timeline:
        if not self.paused:
            raise WrongStatus(gettext("The clock is not suspended."))
        return replace(self, pauses=(*self.pauses[:-1], replace(self.paused, until=happening.on)))

    def _extend(self, happening: Happening) -> Timeline:
        if self.extended:
            raise WrongStatus(gettext("The period was already extended; it can be extended once."))
        if happening.days < 1:
            raise BadFacts({"working_days": gettext("An extension adds at least one working day.")})
        return replace(self, days=self.days + happening.days, extended=happening.days)

    def _joint(self, happening: Happening) -> Timeline:
        """The longer period replaces the shorter, from the same first day. An extension used up stays used up."""
        return replace(self, days=happening.days, until=None)

    def _stop(self, happening: Happening) -> Timeline:
        return replace(self, stopped=happening.on)

    def counted(self, calendar: WorkCalendar, day: date) -> int:
        """Working days of the period used up to and with `day` (or the day the clock stopped)."""
        end = min(day, self.stopped) if self.stopped else day
        whole = calendar.working(self.started + DAY, end)
        return whole - sum(pause.left_out(calendar, end) for pause in self.pauses)

    def whole(self, calendar: WorkCalendar) -> int:
        """The working days it has; up to a day that was set, by the calendar as it is known now, at least one."""
        return max(calendar.working(self.started + DAY, self.until), 1) if self.until else self.days

    def remaining(self, calendar: WorkCalendar, today: date) -> int:
        """Working days left after `today`: 0 on the last day, negative when more were used than the period has."""
        return self.whole(calendar) - self.counted(calendar, today)

    def deadline(self, calendar: WorkCalendar, as_of: date) -> Deadline:
        """The last day of the period; while the clock is suspended, what it would be if resumed on `as_of`. One that
        another organ set is that day, whatever the calendar says."""
        if self.until:
            return Deadline(self.until)
        line = self._as_if_resumed(self.stopped or as_of)
        used, day = 0, line.started
        for pause in line.pauses:
            had = calendar.working(day + DAY, pause.since)
            if used + had >= line.days:
                break
            used, day = used + had, max(day, pause.since, pause.until - DAY if pause.until else pause.since)
        last = calendar.add(day, line.days - used).date if used < line.days else line.started
        return Deadline(last, calendar.provisional(line.started, last))

    def overdue(self, calendar: WorkCalendar, today: date) -> bool:
        """Whether the deadline has passed, or had passed when the clock stopped."""
        day = self.stopped or today
        return day > self.deadline(calendar, day).date

    def light(self, calendar: WorkCalendar, today: date) -> Light:
        """Red past the deadline (a later pause does not heal that), yellow with 3 working days or a fifth left."""
        if self.stopped:
            return Light.STOPPED
        if self.overdue(calendar, today):
            return Light.RED
        if self.paused:
            return Light.PAUSED
        left = self.remaining(calendar, today)
        return Light.YELLOW if left <= YELLOW_DAYS or left * YELLOW_SHARE <= self.whole(calendar) else Light.GREEN

    def yellow_from(self, calendar: WorkCalendar) -> date | None:
        """The first day on which it is nearly due, by the rule of `light`; None while suspended or stopped."""
        if self.paused or self.stopped:
            return None
        whole = self.whole(calendar)
        left = max(YELLOW_DAYS, whole // YELLOW_SHARE)
        return replace(self, days=max(whole - left, 0), until=None).deadline(calendar, self.started).date

    def promising(self, days: int) -> Timeline:
        """The same clock with the `days` promised in place of the statutory ones; an extension extends both."""
        return replace(self, days=days + self.extended)

    def _as_if_resumed(self, day: date) -> Timeline:
        if not self.paused:
            return self
        return replace(self, pauses=(*self.pauses[:-1], replace(self.paused, until=max(day, self.last))))


def first_lights(
    happenings: list[Happening], calendar: WorkCalendar, today: date, promised: int | None = None
) -> dict[tuple[Limit, Light], date]:
    """On which day up to `today` this run of a clock first was yellow, and first red.

    `promised`: the working days promised when it started, fewer than the statutory ones; they bind until joint handling
    is ordered. Nearly due is told of the date that binds, overdue of the promised and of the statutory one.
    Replayed day by day with what was known when each day began, so that one late look finds what daily looks would.
    """
    found: dict[tuple[Limit, Light], date] = {}
    if not happenings:
        return found
    for day in days_between(happenings[0].on + DAY, today):
        before = [one for one in happenings if one.on < day]
        line = Timeline.of(before)
        light = line.light(calendar, day)
        if light is Light.STOPPED:
            break
        binds = promised if not any(one.event == Event.JOINT for one in before) else None
        if binds and (sooner := line.promising(binds).light(calendar, day)) in TOLD:
            found.setdefault((Limit.PROMISED, sooner), day)
        if light is Light.RED or (light is Light.YELLOW and not binds):
            found.setdefault((Limit.STATUTORY, light), day)
        if (Limit.STATUTORY, Light.RED) in found:
            break
    return found
