"""The sub-compartment table as a file: the general machinery with this kind's columns and checks."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

from permits.sheets import export, sheet
from permits.sheets.columns import Table
from permits.sheets.sheet import Parsed
from permits.tending import checks
from permits.tending.columns import COLUMNS, KEY

SHEET = "小班调查表"
PLOTS = Table(
    sheet=SHEET,
    columns=COLUMNS,
    key=KEY,
    row_problems=checks.row_problems,
    notes=("每行一个小班。不采伐的小班：采伐强度填 0，伐后数值与伐前相同。",),
)


def parse(file: IO[bytes], *, name: str = "") -> Parsed:
    """Read a table of sub-compartments. Raises UploadRefused for a file that cannot be read."""
    return sheet.parse(file, table=PLOTS, name=name)


def to_xlsx(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as a workbook."""
    return export.to_xlsx(rows, table=PLOTS)


def to_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as CSV."""
    return export.to_csv(rows, table=PLOTS)


def template() -> bytes:
    """The empty table with its lists and explanations."""
    return export.template(PLOTS)
