"""One permit's year: what happens on which day, and what the law says of each day, written out by hand.

`Life.stands`, `warned` and `owed` are the oracle of test_a_year_of_life.py: days counted by a person from the articles
that docs/permit-life.md names, and nothing computed by the code under test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from permits.drafts.materials import attach
from permits.models import Application
from permits.models.permit import P
from roles.models import OperatingUnit, Person
from roles.models.mandates import Duty
from tests.cast import Cast, fresh, pdf, plot
from tests.permits.aftercare.cases import Watch
from tests.permits.felling import cases as felling
from tests.permits.introduction import cases as introduction
from tests.permits.introduction.cases import EXPERTS
from tests.permits.life.cases import BARE, YES, Desk
from tests.permits.occupation import cases as occupation
from tests.permits.occupation.cases import MIYUN, Office, parcel
from workflows.mandates import the_mandate

REMINDED = (30, 7)
Told = tuple[str, int | None, date]
"""Which obligation, how many days before (None: it passed), due by which day. Each is told once."""


@dataclass(frozen=True)
class Stands:
    """From the evening of `since` on the permit is `status`, and its last day is `last`."""

    since: date
    status: str
    last: date | None


@dataclass(frozen=True)
class Owed:
    """From the evening of `since` until that before `until`, `code` is owed by `due`. None: to the end of the year."""

    code: str
    due: date
    since: date
    until: date | None = None

    def on(self, evening: date) -> bool:
        """Whether it is owed in the evening of that day."""
        return self.since <= evening and (self.until is None or evening < self.until)

    def told(self, mornings: Sequence[date]) -> dict[Told, date]:
        """What ticks on these mornings tell of it, and when: 30 and 7 days before, of the nearest only; that its day
        has passed. What was done before a tick came is told by none."""
        found: dict[Told, date] = {}
        for morning in mornings:
            if self.since < morning and (self.until is None or morning <= self.until):
                left = (self.due - morning).days
                mark = None if left < 0 else min((one for one in REMINDED if left <= one), default=-1)
                if mark != -1:
                    found.setdefault((self.code, mark, self.due), morning)
        return found


@dataclass
class Life:
    """One permit, what is done about it, and what the law says of it."""

    title: str
    case: Application
    clerk: Person
    stands: list[Stands] = field(default_factory=list)
    warned: list[tuple[date, int]] = field(default_factory=list)
    """Morning, and days before the end."""
    owed: list[Owed] = field(default_factory=list)
    events: list[tuple[date, Callable[[], Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watch = Watch(self.case, self.clerk)
        decider = Office(self.clerk).officer(the_mandate(self.case, Duty.DECIDE))
        self.desk = Desk(self.case, self.clerk, decider)

    def on(self, day: date, what: Callable[..., Any], /, *said: Any, **facts: Any) -> None:
        """`what` is done on `day` at ten, after what was entered before it for that day."""
        self.events.append((day, lambda: what(*said, **facts)))

    def told(self, mornings: Sequence[date]) -> dict[Told, date]:
        """Every reminder and the morning it comes: of what is owed again by the same day, it was told before."""
        found: dict[Told, date] = {}
        for one in self.owed:
            for what, day in one.told(mornings).items():
                found[what] = min(day, found.get(what, day))
        return found

    def stood(self, evening: date) -> Stands:
        """How it stands in the evening of that day."""
        return [one for one in self.stands if one.since <= evening][-1]

    def parts(self, code: str, row: dict[str, str]) -> dict[str, dict[str, Any]]:
        """`row` for each part of a report."""
        return {part.key: dict(row) for part in self.watch.of(code).obligation.parts}

    def report(self, code: str, row: dict[str, str] | None, *materials: str, **said: Any) -> None:
        """The holder reports, the same for each part."""
        self.watch.report(code, self.parts(code, row) if row else None, materials, **said)

    def check(self, code: str, outcome: str = "accepted", note: str = "") -> None:
        """An officer checks a report."""
        self.watch.officer("check_report", obligation=code, outcome=outcome, note=note)

    def close(self, *codes: str) -> None:
        """What fell away."""
        for code in codes:
            self.watch.officer("close_obligation", obligation=code, ground="fell_away", reason="许可已终止，未作业。")

    def breach(self, code: str, proposal: str) -> None:
        """A breach, and the end that is proposed."""
        self.watch.officer("find_breach", obligation=code, reasons="逾期未报告。", proposal=proposal)

    def decided_elsewhere(self, act: str, **facts: Any) -> None:
        """An act that names the paper of another organ."""
        mandate = the_mandate(fresh(self.case), Duty.DECIDE)
        paper = attach(self.case.pk, pdf("决定书.pdf", str(self.case.pk)), by=self.desk.decider, mandate=mandate)
        self.desk.decide(act, document=paper, **facts)


# ---- permits granted -------------------------------------------------------------------------------------------------
Granted = tuple[Application, Person]


def tending(cast: Cast, number: int) -> Granted:
    """A design for work from 1 December 2026 to 31 January 2027 in which trees are felled."""
    case = cast.walk_to("approved", plot(number=str(number)))
    return case, cast.clerk


def licence(
    number: int | str,
    unit: tuple[OperatingUnit, Person] | None = None,
    *,
    ground: dict[str, str] | None = None,
    **head: Any,
) -> Granted:
    """A licence for 25 November 2026 to 31 January 2027, to be regenerated by the end of 2028."""
    row = felling.ROW | {"number": str(number)} | (ground or {})
    case, clerk = felling.draft(MIYUN, row, unit=unit, left="10000", **head)
    _walk(Office(clerk), case, ("submit", {"statement": True}), ("accept", {}), ("propose", YES))
    return case, clerk


def species(number: int, **head: Any) -> Granted:
    """An introduction of seeds from abroad, without a last day."""
    unit = occupation.make_unit(f"密云繁育中心{number}", MIYUN)
    case, clerk = introduction.draft(introduction.species("B"), unit=unit, **head)
    office = Office(clerk)
    _walk(office, case, ("submit", {"statement": True}), ("accept", {}), ("recommend", YES), last="")
    office.hear(case)
    if office.items(fresh(case), "record_expert_review"):
        office.do(case, "record_expert_review", **EXPERTS)
    _walk(office, case, ("propose", YES))
    return case, clerk


def land_noticed(number: int) -> Granted:
    """A temporary use of land of one year, whose notice has begun."""
    rows = [parcel(**BARE, sub_compartment=f"570.{number}")]
    case, clerk = occupation.draft(MIYUN, *rows, tenure="temporary", years=1, permanent_building=False)
    office = Office(clerk)
    _walk(office, case, ("submit", {"statement": True}), ("accept", {}), last="")
    office.check_site(fresh(case))
    office.post_notice(fresh(case))
    return case, clerk


def land_decided(case: Application, clerk: Person) -> None:
    """The same consented to, once the notice has ended."""
    office = Office(clerk)
    _walk(office, case, ("recommend", YES), last="")
    office.hear(case)
    _walk(office, case, ("propose", YES))


def _walk(office: Office, case: Application, *steps: tuple[str, dict[str, Any]], last: str = "approve") -> None:
    for act, said in steps:
        office.do(case, act, **said)
    if last:
        office.do(case, last, opinion="同意。")


def begins(granted: Granted, title: str, since: date, last: date | None) -> Life:
    """The life of a permit granted on `since`."""
    case, clerk = granted
    return Life(title, fresh(case), clerk, [Stands(since, P.VALID, last)])
