"""What a permit obliges to after it was granted 义务: how a kind declares it. Nothing of ours is imported here.

A kind gives its obligations for one permit as values, computed anew whenever someone looks: the day by which, what a
report asks for, the law. How each stands is told by the acts of the case (permits/aftercare/standing.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from django.utils.functional import Promise
from msgspec import Struct

Label = str | Promise
# The classes of these names in permits.models and permits.rules: named by what they are, because they stand above.
Act: TypeAlias = Any
Application: TypeAlias = Any
Citation: TypeAlias = Any
Fact: TypeAlias = Any

CONDITION: Final = "condition"
"""Stem of the obligations that the approval's own conditions are, whatever the kind."""


class Part(Struct, frozen=True, kw_only=True):
    """One row of a report's table, such as a sub-compartment; `planned` says by column what was approved of it."""

    key: str
    label: str
    planned: Mapping[str, str] = {}


class Wanted(Struct, frozen=True, kw_only=True):
    """A material that a report asks for."""

    code: str
    label: Label
    required: bool = True


class Reported(Struct, frozen=True):
    """What a report said: `values` by field, `table` by part and column, plain text as recorded; codes of materials."""

    values: Mapping[str, str] = {}
    table: Mapping[str, Mapping[str, str]] = {}
    materials: frozenset[str] = frozenset()


class Held(Struct, frozen=True, kw_only=True):
    """The permit as its obligations are computed from it."""

    first: date
    """First and last day of the term as it stands."""
    last: date | None
    acts: Sequence[Act] = ()
    """Those since the approval, oldest first."""
    reports: Mapping[str, Reported] = {}
    """What was last reported, by the code of the obligation."""
    accepted: frozenset[str] = frozenset()
    """Codes of what was accepted or closed."""
    confirmed: frozenset[str] = frozenset()
    """Those of `accepted` whose report was found right."""
    past: frozenset[str] = frozenset()
    """Codes of obligations of which, as they stand, no report would be taken any more."""
    valid: bool = True
    """Whether the permit still holds."""

    def area_by(self, code: str, granted: Mapping[str, Decimal]) -> Decimal:
        """Hectares that were used or felled by the report on the obligation `code`, of the rows `granted` by key: as
        reported once that was found right. Before that it is the holder's word, and no row counts less than granted."""
        report = self.reports.get(code)
        if report is None:
            return sum(granted.values(), Decimal(0))
        said = {key: Decimal(report.table.get(key, {}).get("area_ha") or 0) for key in granted}
        least = {} if code in self.confirmed else granted
        return sum((max(area, least.get(key, Decimal(0))) for key, area in said.items()), Decimal(0))

    def none_by(self, code: str, granted: Mapping[str, Decimal]) -> bool:
        """Whether by the report on `code`, found right, nothing was used or felled of these rows: no area of them, and
        none of whatever else their columns count, for a felling of single trees may tell no area."""
        if code not in self.confirmed or code not in self.reports:
            return False
        table = self.reports[code].table
        return not any(Decimal(amount) for key in granted for amount in table.get(key, {}).values())


class Attested(Struct, frozen=True, kw_only=True):
    """The paper that the law gives the holder once an obligation was accepted, in the official language: what it is
    called, by which article, and the sentence that says what was found to be right."""

    title: str
    law: str
    finding: str


class Obligation(Struct, frozen=True, kw_only=True):
    """One obligation of one permit."""

    code: str
    """What tells it from others of the permit: a stem and, where it recurs, a number, as in `report-2`."""
    basis: Sequence[Citation]
    detail: str = ""
    """What tells it from others of its stem, in the case's own words."""
    by: Literal["holder", "agency"] = "holder"
    due: date | None = None
    """The last day; None where the law sets none and one of ours would be arbitrary."""
    counted: Label = ""
    """How that day came about, in words."""
    day_is_ours: bool = False
    """Whether no law sets the day."""
    opens: date | None = None
    """The first day on which it can be reported."""
    on_site: bool = False
    """Whether only an inspection by two officers accepts it."""
    after_end: bool = False
    """Whether the law still asks it of a permit that ended."""
    annulled: bool = False
    """Whether only a decision asked it that a reconsideration or judgment annulled: it binds nobody any more."""
    nothing: bool = False
    """Whether nothing is left to do of it: by what was accepted, nothing was used or felled, or none is left."""
    after: tuple[str, ...] = ()
    """Codes of what must have been reported before."""
    asks: Mapping[str, Fact] = {}
    """What a report asks, by field."""
    parts: tuple[Part, ...] = ()
    """The rows of its table, and the columns that it asks of each."""
    columns: Mapping[str, Fact] = {}
    materials: tuple[Wanted, ...] = ()
    wrong: Callable[[Reported], Mapping[str, str]] | None = None
    """What a report gets wrong: messages by field. Such a report is refused."""
    remarks: Callable[[Reported], Sequence[str]] | None = None
    """What an officer should see in a report that was taken."""
    short_of: Callable[[Reported], str] | None = None
    """What the law asks and the report does not reach: it cannot be accepted so; empty where nothing."""
    in_words: Callable[[Reported], bool] | None = None
    """Whether what the report does not reach is put right otherwise, as told in words, and by no report anew."""
    attested: Attested | None = None
    """Set where a source names a paper for it: closed as fulfilled, it is issued."""

    @property
    def stem(self) -> str:
        """The code without its number."""
        return self.code.partition("-")[0]

    @property
    def reported_by(self) -> str:
        """The act by which whoever owes it tells that it was done."""
        return "report_obligation" if self.by == "holder" else "record_fulfilment"

    @property
    def number(self) -> str:
        """Which of several of its stem; empty for the only one."""
        return self.code.partition("-")[2]


class Alarm(Struct, frozen=True, kw_only=True):
    """Why an event of this permit is told to the agency at once, and what answers the alarm must say."""

    basis: Sequence[Citation]
