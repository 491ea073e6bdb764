"""Lists as files for a spreadsheet. No text of an applicant becomes a formula on an officer's machine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.drafts.uploads import CONTENT_TYPES
from permits.errors import WrongStatus
from permits.tables.grid import risky

FORMATS = ("csv", "xlsx")
MOST = 50_000

Row = Sequence[object]


def as_file(name: str, heads: Row, rows: Iterable[Row], wanted: str) -> HttpResponse:
    """`rows` under `heads` as a download. `wanted` is one of FORMATS; raises WrongStatus for any other."""
    if wanted not in FORMATS:
        raise WrongStatus(_("This list can be had as csv or xlsx."))
    body = to_csv(heads, rows) if wanted == "csv" else to_xlsx(heads, rows)
    response = HttpResponse(body, content_type=CONTENT_TYPES[wanted])
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.{wanted}"'
    return response


def to_csv(heads: Row, rows: Iterable[Row]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; risky text follows an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe(head) for head in heads])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(heads: Row, rows: Iterable[Row]) -> bytes:
    """One sheet; every cell is text, so none is a formula."""
    from openpyxl import Workbook  # here, not above: every process imports this module, few write a workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (heads, *rows):
        cells = [WriteOnlyCell(sheet, value=plain(cell)) for cell in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(cell: object) -> str:
    """The text of a cell; nothing for None, and a time as the clock in China showed it."""
    if isinstance(cell, datetime):
        cell = timezone.localtime(cell).strftime("%Y-%m-%d %H:%M:%S")
    return "" if cell is None else str(cell)


def safe(cell: object) -> str:
    """The text of a cell that a spreadsheet reads as text."""
    text = plain(cell)
    return f"'{text}" if risky(text) else text
