"""Lines of Chinese: where they may break, and that no character is lost or printed as a blank box."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pypdf import PdfReader

from permits.documents.content import Letter, chinese_date
from permits.documents.forms.common import para
from permits.documents.letter import render_letter
from permits.documents.typeset import NO_END, NO_START, Setter, Style, balanced
from permits.errors import FontMissing, MissingGlyphs
from permits.text import fonts as typefaces
from permits.text.fonts import Fonts
from permits.text.numerals import chinese_numeral
from tests.permits.documents.reading import text_of
from tests.permits.documents.samples import DAY, all_papers

STYLE = Style(size=16, leading=29, justify=True)
WIDTH = 442.0
SENTENCE = (
    "依据《天然林保护修复制度方案》（以下简称“方案”），自2026年11月25日起，"
    "对12.5000公顷、25个小班（详见附件）进行抚育；"
)


def lines(fonts: Fonts, text: str, width: float = WIDTH) -> list[str]:
    return ["".join(run.text for run in line.runs) for line in Setter(fonts, STYLE).lines(text, width)]


@pytest.mark.parametrize("shift", range(30))
def test_no_line_begins_or_ends_with_a_mark_that_may_not(fonts: Fonts, shift: int) -> None:
    for line in lines(fonts, "林" * shift + SENTENCE * 3):
        assert line[0] not in NO_START, line
        assert line[-1] not in NO_END, line


@pytest.mark.parametrize("shift", range(30))
def test_figures_dates_and_numbers_of_papers_are_not_divided(fonts: Fonts, shift: int) -> None:
    set_lines = lines(fonts, "林" * shift + SENTENCE)
    for whole in ("2026年", "11月", "25日", "12.5000", "25个"):
        assert any(whole in line for line in set_lines), whole


@pytest.mark.parametrize("count", ["4件", "2个", "3份"])
def test_a_count_stays_with_its_measure_wherever_it_stands(fonts: Fonts, count: str) -> None:
    assert all(any(count in line for line in lines(fonts, "林" * shift + count)) for shift in range(30))


def test_a_word_longer_than_a_line_is_divided_rather_than_cut_off(fonts: Fonts) -> None:
    word = "https://permits.example.gov.cn/" + "x" * 200
    set_lines = lines(fonts, word)
    assert "".join(set_lines) == word
    assert len(set_lines) > 3


@given(st.text(alphabet="林业局，。（）《》2026年11月 abcXYZ.-/堃龘喆—…\n", max_size=300), st.integers(80, 442))
def test_nothing_is_lost_in_breaking_lines(text: str, width: int) -> None:
    fonts = typefaces.load(settings.FONT_DIR)
    joined = "".join(lines(fonts, text, width))
    assert joined.replace(" ", "") == text.replace(" ", "").replace("\n", "")


@given(st.text(alphabet="林业局批复2026年的", min_size=1, max_size=60))
def test_no_line_is_wider_than_its_column(text: str) -> None:
    setter = Setter(typefaces.load(settings.FONT_DIR), replace(STYLE, justify=False))
    assert all(line.width <= 200.01 for line in setter.lines(text, 200))


def test_each_paragraph_of_a_text_begins_two_characters_in(fonts: Fonts) -> None:
    pdf = render_letter(replace(_naming("林"), blocks=(para("甲处林地。\n乙处林地。", lead="内容："),)), fonts)
    begun = {said: x for x, said in _begun(pdf)}
    assert begun["乙处林地。"] == begun["内容："] > min(begun.values())


def test_a_note_of_two_lines_turns_to_the_margin(fonts: Fonts) -> None:
    pdf = render_letter(_naming(f"{'林' * 20}；{'木' * 9}"), fonts)
    begun = {said[:2]: x for x, said in _begun(pdf)}
    assert begun["木木"] < begun["（林"]


def _begun(pdf: bytes) -> list[tuple[float, str]]:
    """Where each run of characters begins, in points from the left, and its words."""
    found: list[tuple[float, str]] = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=lambda said, _cm, at, *_font: found.append((at[4], said.strip())))
    return found


def test_a_title_is_set_in_lines_of_about_the_same_length(fonts: Fonts) -> None:
    setter = Setter(fonts, Style(size=22, leading=34))
    title = "关于同意北京市密云区雾灵山林场天然林抚育作业设计的批复"
    widths = [line.width for line in balanced(setter, title, WIDTH)]
    assert len(widths) == 2
    assert max(widths) - min(widths) < 4 * 22


@pytest.mark.parametrize("char", list("堃龘喆䶮镕㛃𫖯Ⅱ㎡℃×≥①·"))
def test_rare_characters_print(char: str, fonts: Fonts) -> None:
    pdf = render_letter(_naming(f"王{char}"), fonts)
    assert f"王{char}" in text_of(pdf)


def test_a_character_no_font_has_is_refused_by_name_and_never_left_blank(fonts: Fonts) -> None:
    with pytest.raises(MissingGlyphs, match=r"𠮷 \(U\+20BB7\)") as caught:
        render_letter(_naming("𠮷☑林"), fonts)
    assert caught.value.characters == ("𠮷", "☑")


def test_a_character_in_a_table_of_an_annex_is_looked_at_too(fonts: Fonts) -> None:
    assert typefaces.Fonts.missing(fonts, *typefaces.texts_of(all_papers()["tending_approval"])) == []
    annexed = all_papers()["tending_approval"]
    table = annexed.annexes[0].blocks[0]
    row = ("☑", *table.rows[0][1:])  # type: ignore[union-attr]
    spoilt = replace(annexed.annexes[0], blocks=(replace(table, rows=(row,)),))  # type: ignore[type-var]
    with pytest.raises(MissingGlyphs):
        render_letter(replace(annexed, annexes=(spoilt,)), fonts)  # type: ignore[arg-type]


def test_a_fallback_font_prints_what_the_first_lacks() -> None:
    other = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
    if other is None:
        pytest.skip("no second font on this machine")
    fonts = typefaces.load(settings.FONT_DIR, [other])
    pdf = render_letter(_naming("☑林"), fonts)
    assert "☑林" in text_of(pdf)
    used = {
        str(font["/BaseFont"])
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("DejaVu" in name for name in used)


def test_invisible_characters_are_left_out_and_control_characters_refused(fonts: Fonts) -> None:
    assert "王林" in text_of(render_letter(_naming("王\u200b\ufeff林"), fonts))
    with pytest.raises(MissingGlyphs, match=r"U\+0007"):
        render_letter(_naming("王\a林"), fonts)


def test_a_missing_font_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match=typefaces.REGULAR_FILE):
        typefaces.load(tmp_path)


def test_a_file_that_is_no_font_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (typefaces.REGULAR_FILE, typefaces.BOLD_FILE):
        (tmp_path / name).write_bytes(b"not a font")
    monkeypatch.delitem(typefaces.pdfmetrics._fonts, Path(typefaces.REGULAR_FILE).stem, raising=False)
    with pytest.raises(FontMissing, match="无法嵌入"):
        typefaces.load(tmp_path)


@pytest.mark.parametrize(
    ("number", "numeral"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三"), (99, "九十九"), (100, "100")],
)
def test_clauses_are_counted_in_chinese(number: int, numeral: str) -> None:
    assert chinese_numeral(number) == numeral


def test_dates_have_arabic_figures_without_leading_zeros() -> None:
    assert chinese_date(DAY.replace(month=3, day=5)) == "2026年3月5日"


def _naming(name: str) -> Letter:
    letter = all_papers()["acceptance"]
    assert isinstance(letter, Letter)
    return replace(letter, note=name)
