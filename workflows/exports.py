"""Lists as files for a spreadsheet. No text of an applicant becomes a formula on an officer's machine."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.drafts.uploads import CONTENT_TYPES
from permits.tables.grid import held
from roles.formulas import as_text, risky

FORMATS = ("csv", "xlsx")
MOST = 50_000
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
NARROWEST, WIDEST = 8, 60
LOOKED_AT = 500
"""Rows by which the width of a column is found."""
LONGEST_TITLE = 31
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
"""What Excel takes in no sheet's name."""

Row = Sequence[object]


def as_file(name: str, title: object, heads: Row, rows: Iterable[Row], wanted: str) -> HttpResponse:
    """`rows` under `heads` as a download, whose name says of which minute it is. `wanted` is one of FORMATS; raises
    Http404 for any other."""
    if wanted not in FORMATS:
        raise Http404(_("This list can be had as csv or xlsx."))
    now = timezone.localtime()
    body = to_csv(heads, rows) if wanted == "csv" else to_xlsx(str(title), heads, rows, now)
    response = HttpResponse(body, content_type=CONTENT_TYPES[wanted])
    response["Content-Disposition"] = f'attachment; filename="{name}-{now:%Y-%m-%d-%H%M}.{wanted}"'
    return response


def to_csv(heads: Row, rows: Iterable[Row]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; risky text follows an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe(head) for head in heads])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(title: str, heads: Row, rows: Iterable[Row], now: datetime) -> bytes:
    """One sheet to read and to print: heads that stay, columns as wide as what they say, days and numbers that sort. A
    text is never a formula, not even once somebody edits its cell, and what no workbook can hold of it stands as
    U+FFFD."""
    from openpyxl import Workbook  # here, not above: every process imports this module, few write a workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    told = [[_typed(cell) for cell in row] for row in (heads, *rows)]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(NOT_IN_A_TITLE.sub(" ", title)[:LONGEST_TITLE])
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = (
        f"{title.replace('&', '&&')} {now:%Y-%m-%d %H:%M}",
        "&P / &N",
    )
    for number, column in enumerate(zip(*told[:LOOKED_AT], strict=True), 1):
        wide = max(map(_width, column)) + 2
        sheet.column_dimensions[get_column_letter(number)].width = min(max(wide, NARROWEST), WIDEST)
    for number, row in enumerate(told):
        cells = [WriteOnlyCell(sheet, value=cell) for cell in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type, cell.quotePrefix = "s", risky(cell.value)
            elif isinstance(cell.value, date):
                cell.number_format = MOMENT if isinstance(cell.value, datetime) else DAY
            if number == 0:
                cell.font = Font(bold=True)
        sheet.append(cells)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(told)}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(cell: object) -> Any:
    """What a spreadsheet sorts and adds up stays what it is; a time is the one clocks in China showed."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).replace(tzinfo=None, microsecond=0)
    if isinstance(cell, (date, int, Decimal)) and not isinstance(cell, bool):
        return cell
    return held(plain(cell))


def _width(cell: object) -> int:
    """How many letters wide; a Chinese character has the width of two."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in str(cell))


def plain(cell: object) -> str:
    """The text of a cell; nothing for None, and a time as the clock in China showed it."""
    if isinstance(cell, datetime):
        cell = timezone.localtime(cell).strftime("%Y-%m-%d %H:%M:%S")
    return "" if cell is None else str(cell)


def safe(cell: object) -> str:
    """The text of a cell that a spreadsheet reads as text."""
    text = plain(cell)
    return as_text(text)
