"""Long tables over many pages: heads on each, every row once, totals never alone."""

from __future__ import annotations

import functools
import re

import pytest
from django.utils.translation import override
from msgspec.structs import replace

from permits.documents.content import Align, Annex, Column, Head, Heading, KeyValues, Paragraph, Table
from permits.documents.letter import render_letter
from permits.documents.paper import LANDSCAPE, PORTRAIT, Gap, flowables
from permits.documents.tables import Grid, Row, facts_grid, table_grid
from permits.kinds import kinds
from permits.tables.kind import TableKind
from permits.tables.listing import annex, summed
from permits.templatetags.drafts import head_in_lines
from permits.text.fonts import Fonts
from tests.pace import paced
from tests.permits.documents.reading import pages_of, text_of
from tests.permits.documents.samples import FARM, PLOT_HEADS, issue, plots


@functools.lru_cache(maxsize=8)
def pages_with(table: Table, fonts: Fonts, *, landscape: bool = True) -> list[str]:
    """The annex pages of a letter with this table, set once for tests that read the same one."""
    letter = issue().letter(
        title="通知", addressee=FARM, blocks=(Paragraph(text="见附件。"),), head=Head.LETTER,
        annexes=(Annex(title="一览表", blocks=(table,), landscape=landscape),),
    )  # fmt: skip
    return pages_of(render_letter(letter, fonts))[1:]


@pytest.mark.parametrize("landscape", [True, False])
def test_the_heads_stand_on_every_page_of_a_table_of_300_rows(fonts: Fonts, landscape: bool) -> None:
    pages = pages_with(plots(300), fonts, landscape=landscape)
    assert len(pages) > 5
    for page in pages:
        for head, _weight, _align in PLOT_HEADS:
            assert head in page, (head, page[:80])


def test_every_row_is_printed_once_and_in_order(fonts: Fonts) -> None:
    text = "".join(pages_with(plots(300), fonts, landscape=True))
    found = re.findall(r"甲\d+林班\d+小班", text)
    assert found == [row[1] for row in plots(300).rows]


def test_every_annex_page_says_which_of_how_many_it_is(fonts: Fonts) -> None:
    pages = pages_with(plots(300), fonts, landscape=True)
    assert [f"第{number}页共{len(pages)}页" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert all("京绿审〔2026〕12号" in page for page in pages)


@pytest.mark.parametrize("count", range(1, 60))
def test_neither_heads_nor_totals_ever_stand_alone(fonts: Fonts, count: int) -> None:
    pages = pages_with(plots(count), fonts)
    for page in pages:
        assert "小班12.5000" in page, f"{count} rows leave a page without a row"
    assert f"合计{count}个小班" in pages[-1]


@pytest.mark.parametrize(("rows", "alone"), [(3, False), (14, True)])
def test_the_imprint_closes_a_table_across_the_page_and_stands_alone_only_without_room(
    fonts: Fonts, rows: int, alone: bool
) -> None:
    letter = issue().letter(
        title="通知", addressee=FARM, blocks=(Paragraph(text="见附件。"),), head=Head.DOCUMENT,
        annexes=(Annex(title="一览表", blocks=(plots(rows),), landscape=True),),
    )  # fmt: skip
    last = pages_of(render_letter(letter, fonts))[-1]
    assert "印发" in last
    assert ("小班12.5000" in last) is not alone
    assert "第1页共1页" in pages_of(render_letter(letter, fonts))[1]


def test_a_table_that_does_not_fit_below_a_text_moves_with_its_heads(fonts: Fonts) -> None:
    for length in range(0, 700, 28):
        letter = issue().letter(
            title="通知", addressee=FARM, head=Head.LETTER,
            blocks=(Paragraph(text="林" * (length + 1)), plots(4), Paragraph(text="特此通知。")),
        )  # fmt: skip
        for page in pages_of(render_letter(letter, fonts)):
            assert ("抚育方式" in page) == ("小班12.5000" in page), f"heads without rows after {length} characters"


def test_500_rows_of_12_columns_are_set_in_a_few_seconds(fonts: Fonts) -> None:
    with paced() as spent:
        pages = pages_with(plots(500), fonts)
    assert spent.calm_seconds < 10
    assert "合计500个小班" in pages[-1]


def test_a_figure_in_a_narrow_column_is_not_divided(fonts: Fonts) -> None:
    table = plots(3)
    wide = replace(table, totals=("合计", "", "1,234,567.0000", *("",) * 9))
    grid = table_grid(fonts, wide, PORTRAIT.width, PORTRAIT.height)
    totals = grid.rows[-1].cells[2]
    assert len(totals.lines) == 1


def test_a_cell_taller_than_a_page_is_continued_and_not_cut_off(fonts: Fonts) -> None:
    long = "".join(f"第{n}处不符合要求；" for n in range(1, 400))
    columns = (Column(head="序号", weight=0.3), Column(head="问题", weight=3, align=Align.LEFT))
    text = "".join(pages_with(Table(columns=columns, rows=(("1", long), ("2", "完"))), fonts))
    joined = text.replace("序号", "").replace("问题", "")
    assert joined.count("处不符合要求") > 380
    assert "第399处" in text


def test_the_widths_add_up_to_the_type_area(fonts: Fonts) -> None:
    for count in (1, 4, 40):
        grid = table_grid(fonts, plots(count), LANDSCAPE.width, LANDSCAPE.height)
        assert sum(grid.widths) == pytest.approx(LANDSCAPE.width)
        assert isinstance(grid, Grid)


def test_a_ragged_row_is_refused() -> None:
    with pytest.raises(ValueError, match="row 2 has 1 cells for 2 columns"):
        Table(columns=(Column(head="甲"), Column(head="乙")), rows=(("1", "2"), ("1",)))


def test_an_empty_table_prints_its_heads(fonts: Fonts) -> None:
    text = text_of(
        render_letter(
            issue().letter(
                title="通知", addressee=FARM, head=Head.LETTER,
                blocks=(Table(columns=(Column(head="甲"), Column(head="乙")), rows=()), Paragraph(text="无。")),
            ),
            fonts,
        )
    )  # fmt: skip
    assert "甲" in text


def said(row: Row) -> list[list[str]]:
    """The lines of each cell."""
    return [["".join(run.text for run in line.runs) for line in cell.lines] for cell in row.cells]


@pytest.mark.parametrize("width", [LANDSCAPE.width, PORTRAIT.width])
def test_the_unit_of_a_head_is_not_divided(fonts: Fonts, width: float) -> None:
    heads = said(table_grid(fonts, plots(3), width, PORTRAIT.height).heads[0])
    assert ["面积", "（公顷）"] in heads
    assert all(lines[-1] == "（%）" for lines in heads if "%" in "".join(lines))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-hans", '<span class="text-nowrap">面积</span><span class="text-nowrap">（公顷）</span>'),
        ("en", '<span class="text-nowrap">Area</span> <span class="text-nowrap">(ha)</span>'),
    ],
)
def test_neither_a_short_head_on_a_page_nor_its_unit_is_divided(language: str, told: str) -> None:
    table = next(kind.table for kind in kinds() if isinstance(kind, TableKind) and kind.code == "tending")
    with override(language):
        assert head_in_lines(table.by_name["area_ha"]) == told


def test_the_last_odd_fact_has_the_rest_of_its_row(fonts: Fonts) -> None:
    facts = KeyValues(pairs=(("用途", "公路"), ("地点", "石城镇"), ("林地保护等级", "Ⅳ级")), per_row=2)
    grid = facts_grid(fonts, facts, PORTRAIT.width, PORTRAIT.height)
    assert [len(row.cells) for row in grid.rows] == [4, 2]
    assert sum(grid.rows[-1].widths) == pytest.approx(PORTRAIT.width)


def test_facts_that_follow_each_other_are_one_form(fonts: Fonts) -> None:
    facts, table = KeyValues(pairs=(("用途", "公路"),)), plots(2)
    parts = flowables(fonts, (facts, facts, table, facts))
    assert "".join("-" if isinstance(part, Gap) else "G" for part in parts) == "-GG--G--G-"


def test_the_figures_of_an_annex_have_as_many_decimals_as_the_most_precise_of_their_column() -> None:
    table = next(kind.table for kind in kinds() if isinstance(kind, TableKind) and kind.code == "tending")
    figures = (("7.25", "0.7"), ("103.75", "0.85"))
    rows = [{"township": "石城镇", "area_ha": area, "canopy_before": canopy} for area, canopy in figures]
    paper = annex(table, rows, names=("township", "area_ha", "canopy_before"), summed={"area_ha": "111"})
    assert [row[1:] for row in (*paper.rows, paper.totals)] == [("7.25", "0.70"), ("103.75", "0.85"), ("111.00", "")]


def test_an_annex_in_which_nothing_is_added_up_has_no_line_of_sums() -> None:
    """An empty 合计 stood under the species of a kind from a package."""
    table = next(kind.table for kind in kinds() if isinstance(kind, TableKind) and kind.code == "tending")
    paper = annex(table, [{"township": "石城镇", "area_ha": "7.25"}], names=("township", "area_ha"), summed={})
    assert (paper.rows, paper.totals) == ((("石城镇", "7.25"),), ())


def test_a_sum_has_as_many_decimals_as_the_most_precise_of_its_rows() -> None:
    """52.5 in the totals stood above 7.25 in the rows."""
    rows = [{"area_ha": area, "method": method} for area, method in (("7.2500", "thinning"), ("8.7500", "other"))]
    assert (summed(rows), summed(rows[:1]), summed([{"area_ha": "4.0000"}]), summed([])) == ("16.00", "7.25", "4", "0")


@pytest.mark.parametrize("length", range(20, 640, 28))
def test_a_heading_goes_with_the_table_it_stands_over(fonts: Fonts, length: int) -> None:
    letter = issue().letter(
        title="通知", addressee=FARM, head=Head.LETTER,
        blocks=(Paragraph(text="林" * length), Heading(text="申请材料"), plots(4), Paragraph(text="特此通知。")),
    )  # fmt: skip
    for page in pages_of(render_letter(letter, fonts)):
        assert ("申请材料" in page) <= ("小班12.5000" in page)


def test_a_unit_stands_whole_below_what_it_is_of(fonts: Fonts) -> None:
    grid = facts_grid(fonts, KeyValues(pairs=(("出材量（立方米）", "1"), ("林种", "防护林")), per_row=2), 442, 700)
    said = ["".join(run.text for run in line.runs) for line in grid.rows[0].cells[0].lines]
    assert said == ["出材量", "（立方米）"]
