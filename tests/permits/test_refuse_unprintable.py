"""Refusing what no paper can show, where it is typed: the character is named; what the font has passes."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from permits.drafts.editing import rename
from permits.errors import BadFacts
from permits.models.facts import BadFact, Text
from permits.models.states import S
from permits.tables.cells import BadCell, Cell, read
from permits.tending.kind import TENDING
from permits.text.fonts import load
from tests.cast import Cast, log_in

BAD = {"😀": "U+1F600", "\u202e": "U+202E", "\u2066": "U+2066", "\u200f": "U+200F", "\ue000": "U+E000", "한": "U+D55C",
       "\x07": "U+0007"}  # fmt: skip
GOOD = ("赵堃", "㛃", "龘", "①㎡≥℃—…·“”（〔2026〕）", "αβ Ⅳ", "一\n二\t三", "\u3000缩进", "a\u200bb", "℉")


@pytest.mark.parametrize(("char", "code"), BAD.items(), ids=BAD.values())
def test_a_fact_with_an_unprintable_character_is_refused_by_name(char: str, code: str) -> None:
    with override("en"), pytest.raises(BadFact, match=code.replace("+", r"\+")):
        Text().clean(f"同意{char}。")


@pytest.mark.parametrize("text", GOOD)
def test_what_the_font_has_passes(text: str) -> None:
    assert Text().clean(f"同{text}意") == f"同{text}意"


def test_the_font_has_everything_that_is_not_asked_of_it() -> None:
    rows = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    everything = b"".join(rows).decode("gb2312", "ignore") + "".join(map(chr, range(32, 127)))
    assert load().missing(everything) == []


def test_an_officers_words_never_leave_a_notice_unprinted(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    with override("en"), pytest.raises(BadFacts, match=r"“😀” \(U\+1F600\) cannot be printed"):
        cast.do(case, "refuse", reasons="采伐强度超过规定😀。")
    case.refresh_from_db()
    assert case.status == S.AWAITING_DECISION


def test_a_title_is_refused_at_its_field(cast: Cast) -> None:
    case = cast.draft()
    with override("en"), pytest.raises(BadFacts, match=r"U\+202E"):
        rename(case.pk, "设计\u202efdp")
    page = log_in(cast.clerk, english=True).post(reverse("draft", args=[case.pk]), {"title": "设计😀"})
    assert page.status_code == 422
    assert "U+1F600" in page.text


def test_what_is_asked_on_one_line_begins_no_paragraphs_of_its_own_in_a_paper(cast: Cast) -> None:
    assert Text(long=False).clean("设计\r\n特此批准。\n") == "设计 特此批准。"
    assert Text().clean("一\r\n二") == "一\n二"
    case = cast.draft()
    assert rename(case.pk, "设计\r\n特此批准。").title == "设计 特此批准。"
    said: dict[str, Any] = {
        "version": case.tending.version,
        "compiler": "设计院\n特此批准。",
        "purpose": "一\n二",
        "later": "1",
    }
    assert log_in(cast.clerk).post(reverse("table-head", args=[case.pk]), said).status_code == 302
    case.tending.refresh_from_db()
    assert case.tending.compiler == "设计院 特此批准。"


def test_a_head_is_refused_at_its_field(cast: Cast) -> None:
    case = cast.draft()
    place = reverse("table-head", args=[case.pk])
    said: dict[str, Any] = {"version": case.tending.version, "purpose": "促进更新\ue000", "later": "1"}
    page = log_in(cast.clerk, english=True).post(place, said)
    assert page.status_code == 422
    assert "U+E000" in str(page.context["form"].errors["purpose"])


def test_a_cell_of_a_row_is_refused(cast: Cast) -> None:
    column = next(column for column in TENDING.table.columns if column.type == "text")
    with override("en"), pytest.raises(BadCell, match=r"U\+1F600"):
        read(Cell("😀"), column)


UNSEEN = ("\u200b", "\ufeff\u200b", " \u2060 ", "\u3000\u00ad\n")


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_can_see_is_no_text(cast: Cast, text: str) -> None:
    with pytest.raises(BadFact):
        Text().clean(text)
    assert Text(required=False).clean(text) is None
    assert Text().clean(f"{text}同意{text}") == "同意"
    column = next(column for column in TENDING.table.columns if column.type == "text")
    assert read(Cell(text), column) is None


def test_an_opinion_nobody_can_read_is_none(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    with pytest.raises(BadFacts) as refused:
        cast.do(case, "recommend", outcome="approve", opinion="\u200b")
    assert refused.value.errors.keys() == {"opinion"}


def test_a_field_of_a_head_nobody_can_read_is_open(cast: Cast) -> None:
    case = cast.draft()
    said: dict[str, Any] = {"version": case.tending.version, "purpose": "\u200b", "later": "1"}
    assert log_in(cast.clerk).post(reverse("table-head", args=[case.pk]), said).status_code == 302
    case.tending.refresh_from_db()
    assert case.tending.purpose == ""


def test_a_version_that_is_none_is_told_in_the_language_of_the_page(cast: Cast) -> None:
    case = cast.draft()
    page = log_in(cast.clerk).post(reverse("table-head", args=[case.pk]), {"version": "-1", "later": "1"})
    assert page.status_code == 422
    assert "本页版本：" in page.text
