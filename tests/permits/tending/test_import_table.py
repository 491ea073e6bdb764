"""Importing a table: all or nothing, and every problem at its row and column."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from permits.drafts.uploads import UploadRefused
from permits.felling.columns import STANDS
from permits.tables import exporting as export
from permits.tables.grid import MAX_ROWS
from permits.tables.importing import Parsed, Problem, parse
from permits.tending.columns import COLUMNS, PLOTS
from tests.pace import paced

Row = dict[str, Any]
Rows = Callable[[int], list[Row]]
pytestmark = pytest.mark.usefixtures("en")


def letter(name: str) -> str:
    return openpyxl.utils.get_column_letter(list(PLOTS.by_name).index(name) + 1)


def read(data: bytes, name: str = "table.xlsx") -> Parsed:
    return parse(io.BytesIO(data), name=name, table=PLOTS)


def changed(data: bytes, **cells: Any) -> bytes:
    """The workbook with cells overwritten, as `A1=…`."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, value in cells.items():
        book[PLOTS.sheet][place] = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def only(parsed: Parsed) -> Problem:
    assert len(parsed.problems) == 1, parsed.problems
    return parsed.problems[0]


def refusal(data: bytes, name: str = "table.xlsx") -> str:
    with pytest.raises(UploadRefused) as refused:
        read(data, name)
    return str(refused.value)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_was_exported_is_imported_unchanged(kind: str, rows: Rows) -> None:
    there = rows(20)
    there[0] |= {"remark": '=HYPERLINK("x")', "species_composition": "-5油松+5栎", "task_reference": "@1"}
    there[1] |= {"remark": "'=1+1", "species_composition": "''@1", "task_reference": "'1'"}
    data = export.to_xlsx(there, table=PLOTS) if kind == "xlsx" else export.to_csv(there, table=PLOTS)
    parsed = read(data, f"table.{kind}")
    assert parsed.problems == []
    assert parsed.rows == there


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_less_than_one_per_cent_comes_back_from_an_export_as_it_was(kind: str, rows: Rows) -> None:
    there = rows(2)
    there[0] |= {"stem_intensity_pct": Decimal("0.50"), "volume_intensity_pct": Decimal("0.07")}
    data = export.to_xlsx(there, table=PLOTS) if kind == "xlsx" else export.to_csv(there, table=PLOTS)
    parsed = read(data, f"table.{kind}")
    assert parsed.problems == []
    assert parsed.rows == there


@pytest.mark.parametrize(
    ("shown", "said"),
    [('0.0"%"', []), (r"0.0\%", []), ("0.0%", ["1800 is out of range"]), ('0"株"%', ["1800 is out of range"])],
)
def test_a_sign_that_a_format_only_writes_behind_the_number_multiplies_nothing(
    shown: str, said: list[str], rows: Rows
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(rows(1), table=PLOTS)))
    cell = book[PLOTS.sheet][f"{letter('stem_intensity_pct')}2"]
    cell.value, cell.number_format = 18, shown
    parsed = read(saved(book))
    assert [problem.message.partition(";")[0] for problem in parsed.problems] == said
    assert parsed.rows[0]["stem_intensity_pct"] == (None if said else Decimal(18))


def test_the_mark_of_a_csv_is_found_below_a_title(rows: Rows) -> None:
    text = export.to_csv(rows(3), table=PLOTS).decode("utf-8-sig").replace(",", ";")
    assert read(("密云区雾灵山林场小班表\n" + text).encode(), "table.csv").rows == rows(3)


def test_a_remark_full_of_commas_does_not_pass_for_the_mark_of_a_csv(rows: Rows) -> None:
    remarked = [row | {"remark": ",".join("一" * 80)} for row in rows(1)] + rows(3)[1:]
    text = export.to_csv(rows(3), table=PLOTS).decode("utf-8-sig").replace(",", "\t")
    heads, first, *others = text.splitlines()
    first = first.rsplit("\t", 1)[0] + "\t" + remarked[0]["remark"]
    assert list(PLOTS.by_name)[-1] == "remark"
    assert read("\n".join([heads, first, *others]).encode(), "table.csv").rows == remarked


def test_five_hundred_rows_are_read_in_a_few_seconds(rows: Rows) -> None:
    data = export.to_xlsx(rows(500), table=PLOTS)
    with paced() as spent:
        parsed = read(data)
    assert spent.calm_seconds < 5
    assert (parsed.good, len(parsed.rows)) == (True, 500)


def test_time_grows_with_the_rows_and_not_with_their_square(rows: Rows) -> None:
    def seconds(count: int) -> float:
        data = export.to_csv(rows(count), table=PLOTS)
        begun = time.process_time()
        read(data, "table.csv")
        return time.process_time() - begun

    seconds(100)
    assert seconds(2000) < 80 * max(seconds(100), 0.01)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_every_encoding_and_separator_in_use(encoding: str, delimiter: str, rows: Rows) -> None:
    text = export.to_csv(rows(3), table=PLOTS).decode("utf-8-sig").replace(",", delimiter)
    assert read(text.encode(encoding), "table.csv").rows == rows(3)


def test_a_csv_in_another_encoding_is_refused(rows: Rows) -> None:
    text = export.to_csv(rows(1), table=PLOTS).decode("utf-8-sig")
    assert "save it as “CSV UTF-8”" in refusal(text.encode("utf-16"), "table.csv")
    assert "neither" in refusal(b"\xff\x81\x30,a\r\n", "table.csv")


def test_titles_above_the_heads_are_passed_over(rows: Rows) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(rows(2), table=PLOTS)))
    book[PLOTS.sheet].insert_rows(1, 2)
    book[PLOTS.sheet]["A1"] = "森林抚育小班调查表"
    book[PLOTS.sheet].merge_cells("A1:F1")
    assert read(saved(book)).numbers == [4, 5]


def test_the_table_sheet_is_found_by_its_name_wherever_it_stands(rows: Rows) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(rows(2), table=PLOTS)))
    book.create_sheet("封面", 0)["A1"] = "封面"
    assert len(read(saved(book)).rows) == 2


def test_heads_are_known_without_unit_in_other_order_and_by_their_common_names(rows: Rows) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(rows(1), table=PLOTS)))
    sheet = book[PLOTS.sheet]
    sheet[f"{letter('area_ha')}1"] = "上报面积"
    sheet[f"{letter('compartment')}1"] = "林班"
    sheet[f"{letter('canopy_before')}1"] = "伐前 郁闭度"
    sheet[f"{letter('stem_intensity_pct')}1"] = "采伐强度-株数(%)"
    sheet.move_range(f"A1:A{sheet.max_row}", cols=len(COLUMNS))
    assert read(saved(book)).rows[0] == rows(1)[0]


def test_a_bad_cell_is_named_by_row_column_head_and_what_is_allowed(rows: Rows) -> None:
    place = f"{letter('canopy_after')}3"
    problem = only(read(changed(export.to_xlsx(rows(2), table=PLOTS), **{place: 6.8})))
    assert f"{problem.column}{problem.row}" == place
    assert (problem.head, problem.found, problem.allowed) == ("设计保留郁闭度（0–1）", "6.8", "0–1")
    assert "out of range" in problem.message


def test_all_problems_are_told_at_once(rows: Rows) -> None:
    cells = {f"{letter('area_ha')}2": "", f"{letter('origin')}2": "天上", f"{letter('number')}3": None}
    parsed = read(changed(export.to_xlsx(rows(3), table=PLOTS), **cells))
    places = {(problem.column, problem.row) for problem in parsed.problems}
    assert places == {(letter("area_ha"), 2), (letter("origin"), 2), (letter("number"), 3)}
    assert not parsed.good


def test_a_formula_is_refused_at_its_cell_even_where_its_value_would_do(rows: Rows) -> None:
    problem = only(read(changed(export.to_xlsx(rows(1), table=PLOTS), **{f"{letter('area_ha')}2": "=5+7.5"})))
    assert "formula" in problem.message
    csv = export.to_csv(rows(1), table=PLOTS).decode("utf-8-sig").replace("雾灵山林场", "=cmd|'/c calc'!A1").encode()
    assert "formula" in only(read(csv, "table.csv")).message


def test_merged_cells_in_the_table_are_refused_with_their_place(rows: Rows) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(rows(3), table=PLOTS)))
    book[PLOTS.sheet].merge_cells("A2:A4")
    problems = read(saved(book)).problems
    assert ("A2:A4", "Merged cells; unmerge them and fill every cell.") in {(p.found, p.message) for p in problems}


def test_a_missing_head_is_named(rows: Rows) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(rows(1), table=PLOTS)))
    book[PLOTS.sheet].delete_cols(list(PLOTS.by_name).index("zone") + 1)
    assert ("所在保护区域", "This column is missing.") in {(p.head, p.message) for p in read(saved(book)).problems}


def test_a_column_that_may_be_empty_may_be_missing(rows: Rows) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(rows(1), table=PLOTS)))
    book[PLOTS.sheet].delete_cols(list(PLOTS.by_name).index("remark") + 1)
    assert read(saved(book)).good


def test_an_unknown_and_a_repeated_head_are_named(rows: Rows) -> None:
    last = openpyxl.utils.get_column_letter(len(COLUMNS) + 1)
    assert (
        "not one of the table"
        in only(read(changed(export.to_xlsx(rows(1), table=PLOTS), **{f"{last}1": "海拔"}))).message
    )
    assert (
        "stands in column" in only(read(changed(export.to_xlsx(rows(1), table=PLOTS), **{f"{last}1": "起源"}))).message
    )


def test_a_wrong_unit_in_the_head_is_refused(rows: Rows) -> None:
    parsed = read(changed(export.to_xlsx(rows(1), table=PLOTS), **{f"{letter('area_ha')}1": "面积（亩）"}))
    assert "must be 公顷" in parsed.problems[0].message


def test_a_value_under_no_head_is_named(rows: Rows) -> None:
    last = openpyxl.utils.get_column_letter(len(COLUMNS) + 1)
    assert (
        "under no known head" in only(read(changed(export.to_xlsx(rows(1), table=PLOTS), **{f"{last}2": "?"}))).message
    )


def test_a_repeated_sub_compartment_is_named_with_the_row_it_repeats(rows: Rows) -> None:
    problem = only(read(changed(export.to_xlsx(rows(3), table=PLOTS), **{f"{letter('number')}4": "１"})))
    assert (problem.row, problem.message) == (4, "雾灵山林场 12林班 1 stands in row 2 already.")


def test_figures_that_contradict_each_other_are_named(rows: Rows) -> None:
    problem = only(read(changed(export.to_xlsx(rows(1), table=PLOTS), **{f"{letter('canopy_after')}2": 0.9})))
    assert "cannot be denser than before" in problem.message


def test_blank_rows_between_are_passed_over_and_numbers_stay_those_of_the_file(rows: Rows) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(rows(2), table=PLOTS)))
    book[PLOTS.sheet].insert_rows(3, 2)
    assert read(saved(book)).numbers == [2, 5]


def test_the_empty_template_holds_nothing_to_import() -> None:
    assert "no rows" in refusal(export.template(PLOTS))


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "table.xlsx", "empty"),
        (b"\r\n\r\n", "table.csv", "no cells that hold anything"),
        ("甲,乙\r\n1,2\r\n".encode(), "table.csv", "No row of headings"),
        (b"\x00\x01", "table.csv", "not a text file"),
        (b'a,"b\r\n', "table.csv", "quotation mark"),
        (b"%PDF-1.7 %%EOF", "table.xlsx", "This is a pdf file"),
        (("x," * 200 + "\r\n").encode(), "table.csv", "more than 100 columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused(data: bytes, name: str, why: str) -> None:
    assert why in refusal(data, name)


def test_too_many_rows_are_refused(rows: Rows) -> None:
    assert f"at most {MAX_ROWS}" in refusal(export.to_csv(rows(MAX_ROWS + 1), table=PLOTS), "table.csv")


def repacked(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return out.getvalue()


def renamed(data: bytes, old: str, new: str) -> bytes:
    """The workbook with the part `old` called `new`, wherever it is named."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name.replace(old, new), before.read(name).replace(old.encode(), new.encode()))
    return out.getvalue()


FIRST = "xl/worksheets/sheet1.xml"


def test_a_workbook_broken_inside_is_refused(rows: Rows) -> None:
    assert "damaged" in refusal(repacked(export.to_xlsx(rows(1), table=PLOTS), FIRST, lambda xml: xml[: len(xml) // 2]))
    assert "no sheet" in refusal(
        repacked(export.to_xlsx(rows(1), table=PLOTS), "xl/workbook.xml", lambda xml: b"<nothing/>")
    )


def test_a_format_the_workbook_does_not_define_says_nothing_of_its_cell(rows: Rows) -> None:
    from permits.tables.marking import marked

    def undefined(xml: bytes) -> bytes:
        return re.sub(rb'numFmtId="[1-9]\d*" fontId', b'numFmtId="999" fontId', xml)

    data = repacked(export.to_xlsx(rows(1), table=PLOTS), "xl/styles.xml", undefined)
    assert read(data).good
    bad = repacked(data, FIRST, lambda xml: xml.replace(b"<v>", b"<v>-", 1))
    assert not read(bad).good
    assert marked(io.BytesIO(bad), read(bad))


def test_an_archive_whose_members_begin_before_it_is_refused(rows: Rows) -> None:
    data = bytearray(export.to_xlsx(rows(1), table=PLOTS))
    at = data.rindex(b"PK\x05\x06") + 16
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "little") + 100).to_bytes(4, "little")
    assert "damaged" in refusal(bytes(data))


@pytest.mark.parametrize("member", ["xl/workbook.xml", FIRST, "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_damaged_anywhere_is_read_or_refused_but_breaks_nothing(member: str, rows: Rows) -> None:
    data, chance = export.to_xlsx(rows(1), table=PLOTS), random.Random(7)

    def damaged(xml: bytes) -> bytes:
        at, length = chance.randrange(len(xml)), chance.randrange(1, 30)
        return xml[:at] + chance.choice([b"", b"9" * 40, b"<x/>", b'"', b"\xff", b"-1"]) + xml[at + length :]

    for _turn in range(40):
        with suppress(UploadRefused):
            read(repacked(data, member, damaged))


def test_entities_are_refused_before_they_are_expanded(rows: Rows) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    assert "document type" in refusal(
        repacked(export.to_xlsx(rows(1), table=PLOTS), FIRST, lambda xml: bomb + xml.split(b"?>")[-1])
    )


def test_a_sheet_of_a_million_cells_is_refused_before_it_is_parsed(rows: Rows) -> None:
    def swollen(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", b'<row r="9">' + b'<c r="A9" s="1"/>' * 1_100_000 + b"</row></sheetData>")

    noise = random.Random(1).randbytes(300_000).hex().encode()  # keeps the archive below the ratio of a bomb
    data = repacked(export.to_xlsx(rows(1), table=PLOTS), FIRST, lambda xml: swollen(xml) + b"<!--" + noise + b"-->")
    with paced() as spent:
        assert "too many cells" in refusal(data)
    assert spent.calm_seconds < 3


def test_an_area_merged_over_the_whole_sheet_is_refused_before_it_is_filled(rows: Rows) -> None:
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    with paced() as spent:
        refusal(repacked(export.to_xlsx(rows(1), table=PLOTS), FIRST, lambda xml: xml.replace(b"</sheetData>", merged)))
    assert spent.calm_seconds < 1


def test_a_link_over_the_whole_sheet_is_refused_before_it_is_filled(rows: Rows) -> None:
    """openpyxl makes a cell of each place the link covers: seventeen thousand million."""
    link = b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
    with paced() as spent:
        refused = refusal(
            repacked(export.to_xlsx(rows(1), table=PLOTS), FIRST, lambda xml: xml.replace(b"</sheetData>", link))
        )
    assert "too many cells" in refused
    assert spent.calm_seconds < 1


@pytest.mark.parametrize("key", [b' si="0"', b""])
def test_a_long_formula_shared_by_many_cells_is_refused_before_it_is_copied(rows: Rows, key: bytes) -> None:
    formula = "+".join(f"A{number}" for number in range(1, 1601)).encode()
    sharing = b"".join(b'<c r="A%d"><f t="shared"%b/></c>' % (number, key) for number in range(100, 3000))

    def swollen(xml: bytes) -> bytes:
        row = b'<row r="99"><c r="A99"><f t="shared"%b ref="A99:A2999">' % key + formula + b"</f></c>" + sharing
        return xml.replace(b"</sheetData>", row + b"</row></sheetData>")

    with paced() as spent:
        assert "too many cells" in refusal(repacked(export.to_xlsx(rows(1), table=PLOTS), FIRST, swollen))
    assert spent.calm_seconds < 1


@pytest.mark.parametrize("before", [b"", b" " * 1000])
def test_a_sheet_under_another_name_is_counted_like_any(rows: Rows, before: bytes) -> None:
    """openpyxl reads the part a relationship names, whatever it is called: uncounted, each merged cell is an object."""
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:CV3000"/></mergeCells>'

    def swollen(xml: bytes) -> bytes:
        return before + xml.replace(b"</sheetData>", merged)[xml.index(b"<worksheet") :]

    data = repacked(export.to_xlsx(rows(1), table=PLOTS), FIRST, swollen)
    with paced() as spent:
        assert "too many cells" in refusal(renamed(data, "sheet1.xml", "sheet1.dat"))
    assert spent.calm_seconds < 1


def test_a_million_formats_are_refused_before_they_are_read(rows: Rows) -> None:
    def swollen(xml: bytes) -> bytes:
        return xml.replace(b"</cellXfs>", b"<xf/>" * 200_000 + b"</cellXfs>")

    assert "formats" in refusal(repacked(export.to_xlsx(rows(1), table=PLOTS), "xl/styles.xml", swollen))


def test_a_format_or_a_shared_formula_longer_than_any_is_refused_before_it_is_looked_through(rows: Rows) -> None:
    """openpyxl's time for either grows with the square of its length."""
    code = b'<numFmts count="1"><numFmt numFmtId="200" formatCode="%s"/></numFmts><fonts' % (b"[" * 100_000)
    formula = b"&amp;".join([b"&quot;a&quot;"] * 200_000)
    row = b'<row r="99"><c r="A99"><f t="shared" si="0">%s</f></c></row></sheetData>' % formula
    with paced() as spent:
        for part, old, new in (("xl/styles.xml", b"<fonts", code), (FIRST, b"</sheetData>", row)):
            data = export.to_xlsx(rows(1), table=PLOTS)
            assert "formats" in refusal(repacked(data, part, lambda xml, old=old, new=new: xml.replace(old, new)))  # type: ignore[misc]
    assert spent.calm_seconds < 2


def test_a_cell_at_the_far_end_of_the_sheet_does_not_make_it_endless(rows: Rows) -> None:
    with paced() as spent:
        assert "columns" in refusal(changed(export.to_xlsx(rows(1), table=PLOTS), XFD1048576="x"))
        said = refusal(changed(export.to_xlsx(rows(1), table=PLOTS), A5000="x"))
        assert "below row" in said
        assert f"at most {MAX_ROWS} rows" in said, "not the rows that are looked through, which are more"
    assert spent.calm_seconds < 3


@pytest.mark.parametrize("head", ["林龄（年）", "林龄(年)", "上报面积（公顷）", "上报面积（ha）", "树高（m）"])
def test_what_else_a_head_is_called_is_read_with_its_unit_too(head: str, rows: Rows) -> None:
    """林龄 was read as 伐前林龄（年）, and 林龄（年） refused: the unit must be 年."""
    name = {"林": "stand_age", "上": "area_ha", "树": "mean_height_m"}[head[0]]
    data = changed(export.to_xlsx(rows(1), table=PLOTS), **{f"{letter(name)}1": head})
    parsed = read(data)
    assert parsed.problems == []
    assert parsed.rows == rows(1)


def test_what_else_a_head_is_called_is_not_read_in_another_unit(rows: Rows) -> None:
    data = changed(export.to_xlsx(rows(1), table=PLOTS), **{f"{letter('area_ha')}1": "上报面积（亩）"})
    assert "The unit of this column must be 公顷." in {problem.message for problem in read(data).problems}


@pytest.mark.parametrize("filled", [False, True])
def test_the_table_of_another_kind_is_called_by_its_name(filled: bool) -> None:
    """It was told in 54 places what the table of this one lacks, and filled in by nobody that it is empty."""
    data = export.template(STANDS) if not filled else export.to_xlsx([{"number": "3"}], table=STANDS)
    assert refusal(data).startswith("This is the table of another kind of permit: ")
