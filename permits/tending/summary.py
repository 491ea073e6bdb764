"""A design as it is shown and printed: from its snapshot, so that a page and a paper tell what was handed in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from permits.tending import checks
from permits.tending import vocabulary as v
from permits.tending.columns import BY_NAME, NAMES, Column, display, plain
from permits.tending.edit import HEAD_FIELDS
from permits.tending.models import Funding, TendingDesign

Snapshot = Mapping[str, Any]
Plot = Mapping[str, Any]


@dataclass(frozen=True)
class Total:
    """What one tending method comes to: rows and hectares."""

    label: str
    plots: int
    area_ha: Decimal

    @property
    def area(self) -> str:
        return plain(self.area_ha)


@dataclass(frozen=True)
class PlotTable:
    """Columns, and the cells of each row beside their column; columns in which no row says anything are left out."""

    columns: list[Column]
    rows: list[list[tuple[Column, str]]]


def head_facts(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Labels and values of the head, every field, in the order of the form."""
    head = snapshot["design"]
    return [(TendingDesign.label(name), _head_value(name, head[name])) for name in HEAD_FIELDS]


def _head_value(name: str, value: Any) -> str:
    """A field of the head in words: dates written out, yes and no, the label of the source of funds."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "funding":
        return str(Funding(value).label)
    if name in ("surveyed_on", "work_from", "work_to"):
        return date_format(date.fromisoformat(value))
    if name == "cost_yuan":
        return f"{Decimal(value):,.2f}"
    return str(value)


def plot_name(plot: Plot) -> str:
    """Village or compartment and number in one, as the documents write it: 12林班3小班."""
    compartment, number = str(plot["compartment"]), str(plot["number"])
    compartment += "林班" if compartment.isdigit() else ""
    return f"{compartment}{number}" + ("" if number.endswith("小班") else "小班")


def totals_by_method(plots: Iterable[Plot], *, official: bool = False) -> list[Total]:
    """Rows and hectares for each tending method, in the order of the vocabulary."""
    counts: dict[str, int] = defaultdict(int)
    areas: dict[str, Decimal] = defaultdict(Decimal)
    for plot in plots:
        method = plot["method"] or ""
        counts[method] += 1
        areas[method] += _area(plot)
    order = [choice.code for choice in v.METHOD] + [""]
    return [
        Total(display("method", code, official=official) or _("not said yet"), counts[code], areas[code])
        for code in order
        if code in counts
    ]


def total(plots: Iterable[Plot]) -> Total:
    """Rows and hectares of them all."""
    plots = list(plots)
    return Total(_("Total"), len(plots), sum((_area(plot) for plot in plots), Decimal(0)))


def _area(plot: Plot) -> Decimal:
    return Decimal(str(plot["area_ha"])) if plot["area_ha"] is not None else Decimal(0)


def plot_table(plots: Iterable[Plot], *, names: Iterable[str] = NAMES, official: bool = False) -> PlotTable:
    """The rows in words. `names` picks columns; of them those are left out that no row fills."""
    plots = list(plots)
    columns = [BY_NAME[name] for name in names if any(plot.get(name) not in (None, "") for plot in plots)]
    rows = [[(column, shown(column, plot.get(column.name), official=official)) for column in columns] for plot in plots]
    return PlotTable(columns, rows)


def shown(column: Column, value: Any, *, official: bool = False) -> str:
    """A value of a snapshot, where decimals are text, as a reader sees it."""
    if column.type == "decimal" and value is not None:
        value = Decimal(str(value))
    return display(column.name, value, official=official)


def fells(snapshot: Snapshot) -> bool:
    """Whether the design fells trees: as its head says, or any of its rows."""
    numbers = ({name: Decimal(plot[name] or 0) for name in _INTENSITIES} for plot in snapshot["plots"])
    return bool(snapshot["design"]["felling"]) or checks.fells(numbers)


_INTENSITIES = ("stem_intensity_pct", "volume_intensity_pct")
