"""An occupation as it is shown and printed: from its snapshot, so that a page and a paper tell what was handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from permits.occupation import vocabulary as v
from permits.occupation.columns import BY_NAME, NAMES, parcel_name
from permits.occupation.edit import HEAD_FIELDS
from permits.occupation.models import CHOSEN, LandOccupation
from permits.sheets.columns import Column, find, plain

Snapshot = Mapping[str, Any]
Row = Mapping[str, Any]

# By what the decision breaks the area down (W28): purpose, grade, land class, ownership; and where the land lies.
BROKEN_DOWN = ("stand_purpose", "grade", "land_class", "ownership", "origin", "district")


@dataclass(frozen=True)
class Part:
    """The area by one field: pairs of value and hectares with four decimals."""

    label: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ParcelTable:
    """Columns, and the cells of each row beside their column; columns in which no row says anything are left out."""

    columns: list[Column]
    rows: list[list[tuple[Column, str]]]


def hectares(number: Decimal) -> str:
    """Hectares with four decimals."""
    return f"{number:.4f}"


def area_of(row: Row) -> Decimal:
    """Hectares of a parcel; none counts as nothing."""
    return Decimal(str(row["area_ha"])) if row.get("area_ha") is not None else Decimal(0)


def total(rows: Iterable[Row]) -> Decimal:
    """Hectares of them all."""
    return sum((area_of(row) for row in rows), Decimal(0))


def breakdown(rows: Iterable[Row], name: str, *, official: bool = False) -> Part:
    """The area by the values of one field, in the order of its vocabulary."""
    column, sums = BY_NAME[name], dict[str, Decimal]()
    for row in rows:
        code = str(row.get(name) or "")
        sums[code] = sums.get(code, Decimal(0)) + area_of(row)
    order = [choice.code for choice in column.choices] + [""]
    return Part(
        column.head if official else str(column.label),
        tuple(
            (column.display(code, official=official) or _("not said yet"), hectares(sums[code]))
            for code in order
            if code in sums
        ),
    )


def breakdowns(rows: Iterable[Row], *, official: bool = False) -> list[Part]:
    """The area broken down as decisions are."""
    rows = list(rows)
    return [breakdown(rows, name, official=official) for name in BROKEN_DOWN]


def head_facts(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Labels and values of the head, every field that applies, in the order of the form."""
    head = snapshot["occupation"]
    return [
        (LandOccupation.label(name), head_value(name, head[name]))
        for name in HEAD_FIELDS
        if name not in _CONDITIONAL or head[name] not in (None, "")
    ]


_CONDITIONAL = {"main_project_level", "in_plan_area", "years", "permanent_building", "facility", "violation_note"}


def head_value(name: str, value: Any, *, official: bool = False) -> str:
    """A field of the head in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in CHOSEN:
        choice = find(CHOSEN[name], str(value))
        return choice.zh if official else str(choice.label)
    if name.endswith("_ha"):
        return hectares(Decimal(str(value)))
    return plain(Decimal(str(value))) if name in ("years", "stock_m3") else str(value)


def parcel_table(rows: Iterable[Row], *, names: Iterable[str] = NAMES) -> ParcelTable:
    """The rows in words; columns that no row fills are left out."""
    rows = list(rows)
    columns = [BY_NAME[name] for name in names if any(row.get(name) not in (None, "") for row in rows)]
    return ParcelTable(columns, [[(column, shown(column, row.get(column.name))) for column in columns] for row in rows])


def shown(column: Column, value: Any, *, official: bool = False) -> str:
    """A value of a snapshot, where decimals are text, as a reader sees it."""
    if column.name == "area_ha" and value is not None:
        return hectares(Decimal(str(value)))
    if column.type == "decimal" and value is not None:
        value = Decimal(str(value))
    return column.display(value, official=official)


def place(snapshot: Snapshot) -> str:
    """The location as declared; failing that the parcels."""
    names = dict.fromkeys(find(v.DISTRICT, row["district"]).zh + parcel_name(row) for row in snapshot["parcels"])
    return str(snapshot["occupation"]["location"]) or "、".join(names)
