"""A refused table is handed back with what is wrong marked in it, and nothing of it is kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from permits.models.states import S
from permits.tables import exporting
from permits.tables.importing import parse
from permits.tables.marking import HEADS, LIST, marked
from permits.tending.columns import PLOTS
from permits.tending.models import PendingImport
from tests.cast import Cast, log_in

Rows = Callable[[int], list[dict[str, Any]]]


def bad(rows: Rows) -> bytes:
    """A table of three rows whose second has a word for an area."""
    book = openpyxl.load_workbook(io.BytesIO(exporting.to_xlsx(rows(3), table=PLOTS)))
    book[PLOTS.sheet].cell(3, list(PLOTS.by_name).index("area_ha") + 1).value = "很大"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def place() -> str:
    return f"{openpyxl.utils.get_column_letter(list(PLOTS.by_name).index('area_ha') + 1)}3"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_bad_cell_is_filled_and_commented_and_listed(rows: Rows, kind: str) -> None:
    data = bad(rows)
    if kind == "csv":
        sheet = opened(data)[PLOTS.sheet]
        lines = (
            ",".join(f'"{one.value if one.value is not None else ""}"' for one in row) for row in sheet.iter_rows()
        )
        data = "\n".join(lines).encode("utf-8-sig")
    file = io.BytesIO(data)
    parsed = parse(file, table=PLOTS, name=f"t.{kind}")
    assert parsed.problems
    book = opened(marked(file, parsed))
    cell = book[PLOTS.sheet][place()]
    assert cell.value == "很大"
    assert cell.fill.fgColor.rgb.endswith("FFC7CE")
    assert cell.comment
    assert parsed.problems[0].message in cell.comment.text
    listed = [[one.value for one in row] for row in book[LIST].iter_rows()]
    assert tuple(listed[0]) == HEADS
    assert len(listed) == 1 + len(parsed.problems)
    assert listed[1][0] == place()


def test_no_word_of_the_file_becomes_a_formula(rows: Rows) -> None:
    book = opened(bad(rows))
    book[PLOTS.sheet][place()].value = '=HYPERLINK("http://x")'
    out = io.BytesIO()
    book.save(out)
    parsed = parse(out, table=PLOTS, name="t.xlsx")
    found = opened(marked(out, parsed))[LIST]["C2"]
    assert found.data_type == "s"


@pytest.mark.parametrize("column", ["area_ha", "township", "origin"])
def test_a_character_no_workbook_holds_is_told_and_handed_back_marked(rows: Rows, column: str) -> None:
    """A CSV file can hold it."""
    number = list(PLOTS.by_name).index(column)
    lines = exporting.to_csv(rows(1), table=PLOTS).decode("utf-8-sig").splitlines()
    cells = lines[1].split(",")
    cells[number] = "三\x01\uffff"
    file = io.BytesIO("\n".join([lines[0], ",".join(cells)]).encode("utf-8-sig"))
    parsed = parse(file, table=PLOTS, name="t.csv")
    assert [one.column for one in parsed.problems] == [openpyxl.utils.get_column_letter(number + 1)]
    cell = opened(marked(file, parsed))[PLOTS.sheet].cell(2, number + 1)
    assert (cell.value, bool(cell.comment)) == ("三\ufffd\ufffd", True)


def test_what_was_handed_back_is_read_again_once_it_is_put_right(rows: Rows) -> None:
    file = io.BytesIO(bad(rows))
    back = marked(file, parse(file, table=PLOTS, name="t.xlsx"))
    twice = io.BytesIO(back)
    book = opened(marked(twice, parse(twice, table=PLOTS, name="t.xlsx")))
    assert book.sheetnames.count(LIST) == 1
    book[PLOTS.sheet][place()].value = 3
    out = io.BytesIO()
    book.save(out)
    assert parse(out, table=PLOTS, name="t.xlsx").good


def test_the_page_hands_it_back_and_keeps_nothing(cast: Cast, rows: Rows) -> None:
    case, client = cast.case_at(S.DRAFT), log_in(cast.clerk)
    address = reverse("table-import", args=[case.pk])
    answer = client.post(address, {"file": SimpleUploadedFile("小班.xlsx", bad(rows)), "marked": "1"})
    assert answer.status_code == 200
    assert opened(answer.content)[PLOTS.sheet][place()].comment
    assert not PendingImport.objects.exists()
    good = exporting.to_xlsx(rows(2), table=PLOTS)
    answer = client.post(address, {"file": SimpleUploadedFile("t.xlsx", good), "marked": "1"})
    assert (answer.status_code, answer["Location"]) == (302, address)


def test_what_is_allowed_stands_once_in_a_comment(rows: Rows) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exporting.to_xlsx(rows(1), table=PLOTS)))
    at = list(PLOTS.by_name).index("origin") + 1
    book[PLOTS.sheet].cell(2, at).value = "树林"
    file = io.BytesIO()
    book.save(file)
    parsed = parse(file, table=PLOTS, name="t.xlsx")
    comment = opened(marked(file, parsed))[PLOTS.sheet].cell(2, at).comment
    assert comment
    assert comment.text.count(parsed.problems[0].allowed) == 1
    told = [str(cell.value or "") for cell in opened(marked(file, parsed))[LIST][2]]
    assert "".join(told).count(parsed.problems[0].allowed) == 1


def test_what_is_allowed_stands_once_on_the_page(cast: Cast, rows: Rows) -> None:
    case = cast.case_at(S.DRAFT)
    book = openpyxl.load_workbook(io.BytesIO(exporting.to_xlsx(rows(1), table=PLOTS)))
    book[PLOTS.sheet].cell(2, list(PLOTS.by_name).index("origin") + 1).value = "树林"
    file = io.BytesIO()
    book.save(file)
    address = reverse("table-import", args=[case.pk])
    page = log_in(cast.clerk).post(address, {"file": SimpleUploadedFile("小班.xlsx", file.getvalue())}).text
    assert page.count(parse(file, table=PLOTS, name="t.xlsx").problems[0].allowed) == 1
