"""Every form as a PDF: what it says, what it embeds, and that it comes out the same each time."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PageObject, PdfReader

from permits.documents.content import (
    NO_NUMBER,
    Block,
    Certificate,
    Clauses,
    Head,
    KeyValues,
    Letter,
    Number,
    Paper,
    Paragraph,
)
from permits.documents.forms import clauses, life
from permits.documents.forms.common import numbered
from permits.documents.letter import render_letter
from permits.documents.standard import clauses_against
from permits.kinds import paper_kinds
from permits.models import Act
from permits.models.document import NoticeKind
from permits.text.fonts import Fonts, texts_of
from tests.permits.documents.reading import pages_of, render, rendered, text_of
from tests.permits.documents.samples import DAY, OCCUPATION, TENDING, VERIFICATION, all_papers, held, issue

PAPERS = all_papers()
MM = 72 / 25.4
NOT_LICENCES = (
    "tending_approval", "tending_refusal", "tending_certificate", "acceptance", "correction", "outcome",
    "corrected_materials_receipt", "permit_changed", "tending_revoked",
)  # fmt: skip


@pytest.fixture(params=sorted(PAPERS))
def paper(request: pytest.FixtureRequest) -> Paper:
    return PAPERS[request.param]


def test_every_paper_of_every_kind_stands_in_the_samples() -> None:
    codes = {*NoticeKind.values, *(paper.code for paper in paper_kinds())}
    assert codes - PAPERS.keys() == set()


def test_the_same_content_gives_the_same_bytes(paper: Paper, fonts: Fonts) -> None:
    assert rendered(paper, fonts) == render(paper, fonts)


def test_other_content_gives_other_bytes(fonts: Fonts) -> None:
    letter = PAPERS["acceptance"]
    assert isinstance(letter, Letter)
    assert rendered(letter, fonts) != render(replace(letter, note="另一联系人"), fonts)


def test_everything_said_can_be_read_from_the_file(paper: Paper, fonts: Fonts) -> None:
    text = text_of(rendered(paper, fonts))
    missing = [said for said in texts_of(_without_repeats(paper)) if re.sub(r"\s", "", said) not in text]
    assert missing == []


def _without_repeats(paper: Paper) -> Paper:
    """Table cells are looked for in the tests of tables; a cell may break in the midst."""
    return replace(paper, annexes=()) if isinstance(paper, Letter | Certificate) else paper


def test_every_font_is_embedded(paper: Paper, fonts: Fonts) -> None:
    for page in PdfReader(io.BytesIO(rendered(paper, fonts))).pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"], font["/BaseFont"]


def test_a_penalty_of_another_organ_is_not_told_as_reviewed_by_who_reviews_this_one(fonts: Fonts) -> None:
    told = {name: text_of(rendered(PAPERS[name], fonts)) for name in ("permit_forfeited", "permit_revoked")}
    assert "北京市人民政府" in told["permit_revoked"]
    assert "北京市人民政府" not in told["permit_forfeited"]
    assert "有管辖权的行政复议机关" in told["permit_forfeited"]


def test_a_letter_is_a4_and_says_what_language_it_is_in(fonts: Fonts) -> None:
    reader = PdfReader(io.BytesIO(rendered(PAPERS["acceptance"], fonts)))
    box = reader.pages[0].mediabox
    assert (round(box.width / MM), round(box.height / MM)) == (210, 297)
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.metadata is not None
    assert reader.metadata.title == "受理通知书"


def test_a_full_page_holds_22_lines_of_28_characters(fonts: Fonts) -> None:
    text = "林" * (28 * 60)
    letter = _letter(blocks=(Paragraph(text=text, indent=False),))
    second = pages_of(render_letter(letter, fonts))[1]
    assert second.count("林") == 22 * 28


def test_page_numbers_stand_between_dashes_and_the_first_page_of_a_plain_letter_has_none(fonts: Fonts) -> None:
    document = pages_of(rendered(PAPERS["tending_approval"], fonts))
    assert [f"—{number}—" in page for number, page in enumerate(document, 1)] == [True] * len(document)
    notice = pages_of(rendered(PAPERS["correction"], fonts))
    assert [f"—{number}—" in page for number, page in enumerate(notice, 1)] == [False, True]


def test_a_number_under_an_unread_agency_code_says_so(fonts: Fonts) -> None:
    number = Number(prefix="北京市密云区园林绿化局", year=2026, serial=3, verified=False)
    assert "北京市密云区园林绿化局〔2026〕3号（代字待核）" in text_of(render_letter(_letter(number=number), fonts))
    known = replace(number, verified=True)
    assert "待核" not in text_of(render_letter(_letter(number=known), fonts))


@pytest.mark.parametrize(
    "agency", ["天津市规划和自然资源局蓟州分局", "某某自治区某某市某某自治县林业和草原局行政审批服务办公室"]
)
@pytest.mark.parametrize("name", ["acceptance", "felling_approval", "introduction_permit"])
def test_a_long_name_runs_neither_off_the_page_nor_into_what_stands_beside_it(
    name: str, agency: str, fonts: Fonts
) -> None:
    number = Number(prefix=f"{agency}许准", year=2026, serial=12, verified=False)
    pdf = render(replace(all_papers()[name], agency=agency, number=number), fonts)
    assert str(number) in text_of(pdf)
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for text, left, right, after in beside_each_other(page, fonts):
            assert 20 < left < right < float(page.mediabox.width) - 20, text
            assert right < after + 1, text


@pytest.mark.parametrize("name", ["acceptance", "tending_refusal", "felling_approval", "introduction_permit"])
def test_a_note_as_long_as_an_agencys_data_may_be_goes_over_the_page(name: str, fonts: Fonts) -> None:
    """Address, contact and telephone have 300 signs each, and else none of the agency's papers could be printed."""
    paper, signs = all_papers()[name], "一二三四五六七八九十" * 90
    more = {"copies": tuple(f"抄送机关{number}办公室" for number in range(30))} if isinstance(paper, Letter) else {}
    text = text_of(render(replace(paper, note=signs, **more), fonts))
    assert f"（{signs}）" in text


def beside_each_other(page: PageObject, fonts: Fonts) -> Iterator[tuple[str, float, float, float]]:
    """Each text of a page: where it begins and ends, and where the next one on its line begins."""
    found: list[tuple[float, float, str, float]] = []

    def take(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if text.strip():
            found.append((tm[5] + cm[5], tm[4] + cm[4], text.strip(), size))

    page.extract_text(visitor_text=take)
    for line, left, text, size in found:
        right = left + fonts.width(text, size)
        after = [begins for y, begins, _text, _size in found if y == line and begins > left]
        yield text, left, right, min(after, default=right)


def test_a_test_seal_is_named_on_the_seal_and_in_words_and_a_real_one_is_not(fonts: Fonts) -> None:
    said = text_of(render_letter(_letter(test_seal=True), fonts))
    assert said.count("测试章") == 2
    assert "不具有法律效力" in said
    assert "测试章" not in text_of(render_letter(_letter(test_seal=False), fonts))


def test_the_signature_never_stands_on_a_page_alone(fonts: Fonts) -> None:
    for length in range(60, 420, 8):
        letter = _letter(blocks=(Paragraph(text="林" * length), Paragraph(text="特此通知。")), head=Head.DOCUMENT)
        last = pages_of(render_letter(letter, fonts))[-1]
        assert "2026年11月21日" in last
        assert "林" in last, f"only the signature is left on the last page, with {length} characters"


@pytest.mark.parametrize("rows", [
    Clauses(items=("按期完成更新。", "不得转让。"), level=2), Clauses(items=("按期完成更新。" * 20,), level=2),
    KeyValues(pairs=(("时间", "上午九时"), ("地点", "听证室"))),
], ids=["a list", "one long item before the signature", "facts"])  # fmt: skip
def test_what_announces_a_list_never_ends_a_page(rows: Block, fonts: Fonts) -> None:
    ended: set[str] = set()
    for length in range(130, 260, 9):
        blocks = (Paragraph(text="林" * length), Paragraph(text=f"{'木' * 35}应当遵守下列要求："), rows)
        pages = pages_of(render_letter(_letter(blocks=blocks, head=Head.DOCUMENT), fonts))
        bodies = [re.sub(r"—\d+—", "", page) for page in pages]
        assert not any(body.endswith("：") for body in bodies[:-1]), length
        ended |= {body[-1] for body in bodies[:-1]}
        assert "".join(bodies).count("按期完成更新" if isinstance(rows, Clauses) else "听证室") in {1, 20}
    assert "木" in ended, "the lines before the last stay where they fit"


def test_the_tending_papers_are_never_called_a_licence(fonts: Fonts) -> None:
    for name in NOT_LICENCES:
        assert "行政许可" not in text_of(rendered(PAPERS[name], fonts)), name


def test_a_certificate_says_that_it_is_no_felling_licence(fonts: Fonts) -> None:
    assert "不能代替林木采伐许可证" in text_of(rendered(PAPERS["tending_certificate"], fonts))


@pytest.mark.parametrize("name", ["tending_refusal", "occupation_refusal", "introduction_refusal", "non_acceptance"])
def test_a_refusal_gives_reasons_and_both_remedies(name: str, fonts: Fonts) -> None:
    text = text_of(rendered(PAPERS[name], fonts))
    assert "理由" in text
    assert "60日内，依法向北京市人民政府申请行政复议" in text
    assert "6个月内，依法向北京市通州区人民法院提起行政诉讼" in text


def test_a_notice_of_correction_lists_every_point(fonts: Fonts) -> None:
    text = text_of(rendered(PAPERS["correction"], fonts))
    assert "全部内容，共12项" in text
    assert all(f"第{n}处" in text for n in range(1, 13))


def test_a_certificate_stands_on_one_sheet_before_its_annex(fonts: Fonts) -> None:
    for name in ("tending_certificate", "occupation_consent", "temporary_consent", "introduction_permit"):
        first, second, *_ = pages_of(rendered(PAPERS[name], fonts))
        assert "核验码" in first, name
        assert "附件" in second[:80], name


def test_a_new_paper_keeps_the_whole_name_of_the_old_one_and_says_once_why(fonts: Fonts) -> None:
    facts = (("原编号", "京绿证〔2025〕7号"),)
    for title, name in (
        ("外来（野生）物种引进审批件", "外来（野生）物种引进审批件（变更）"),
        ("天然林抚育作业设计审批证（补发）", "天然林抚育作业设计审批证（变更）"),
    ):
        paper = life.new_paper(issue(), TENDING, held(title), why="变更", facts=facts, valid_to=None)
        assert paper.title == name
        lines = PdfReader(io.BytesIO(rendered(paper, fonts))).pages[0].extract_text().split("\n")
        assert name.removesuffix("（变更）") in lines  # a word is not divided where the name has a line of its own


def test_a_ground_of_cancelling_is_read_as_a_sentence(fonts: Fonts) -> None:
    for ground in life.GROUNDS_70:
        text = text_of(rendered(life.cancelled(issue(), OCCUPATION, held(), ground=ground, reasons="洪水。"), fonts))
        assert f"因{life.GROUNDS_70[ground][0]}，" in text
        assert "因因" not in text


def test_who_inspects_and_who_is_inspected_has_room_to_sign() -> None:
    record = PAPERS["inspection_record"]
    assert isinstance(record, Letter)
    cells = dict(pair for block in record.blocks if isinstance(block, KeyValues) for pair in block.pairs)
    assert [cells[name].count("\n") for name in ("检查人员签名", "被检查人签名")] == [1, 1]


def _letter(**parts: object) -> Letter:
    given = {
        "title": "通知", "addressee": TENDING.applicant, "blocks": (Paragraph(text="特此通知。"),), "head": Head.LETTER,
    }  # fmt: skip
    letter = issue().letter(**{**given, **parts})
    assert letter.date == DAY
    assert letter.verification == VERIFICATION
    return letter


def test_clauses_end_as_sentences_do_and_blank_lines_are_none() -> None:
    assert clauses("不得擅自释放\n\n  发现逃逸应当报告。 \n如下：") == (
        "不得擅自释放。",
        "发现逃逸应当报告。",
        "如下：",
    )
    assert clauses(None) == ()


@pytest.mark.parametrize("name", ["public_notice", "hearing_notice", "hearing_rights", "non_acceptance"])
def test_a_notice_that_nearly_fits_is_set_closer_and_takes_one_page(name: str, fonts: Fonts) -> None:
    assert len(pages_of(rendered(PAPERS[name], fonts))) == 1


def test_a_form_without_a_number_shows_none(fonts: Fonts) -> None:
    assert "〔" not in text_of(render_letter(_letter(number=NO_NUMBER), fonts))


def test_an_hour_is_told_as_it_is_spoken(fonts: Fonts) -> None:
    assert "2026年12月10日上午9时30分" in text_of(rendered(PAPERS["hearing_notice"], fonts))


def test_one_reason_alone_has_no_number() -> None:
    assert numbered(("不符合规定。",)) == (Paragraph(text="不符合规定。"),)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (("1. 回填压实。", "2. 补栽。"), ("回填压实。", "补栽。")),
        (("（1）回填压实。", "（2）补栽。"), ("回填压实。", "补栽。")),
        (("一、回填压实。", "二、补栽。"), ("回填压实。", "补栽。")),
        (("1.5公顷以内。", "2.5公顷以内。"), ("1.5公顷以内。", "2.5公顷以内。")),
        (("10、11林班封育。", "12、13林班补植。"), ("10、11林班封育。", "12、13林班补植。")),
        (("1. 回填压实。", "补栽。"), ("1. 回填压实。", "补栽。")),
    ],
)
def test_clauses_that_their_writer_numbered_are_numbered_once(
    written: tuple[str, ...], printed: tuple[str, ...]
) -> None:
    assert numbered(clauses("\n".join(written))) == (Clauses(items=printed),)


def test_clauses_of_one_law_are_cited_together_under_its_full_name_and_an_officers_beside_them() -> None:
    cited = [("森林法（2019年修订）", "第五十九条"), ("森林法（2019年修订）", "第五十四条"), ("某方案（S1）", "L33")]
    finding = {"severity": "refuse", "citations": [{"source": law, "article": article} for law, article in cited]}
    record = Act(body=json.dumps({"findings": [finding], "facts": {"clauses": "《某规程》第6条。"}}))
    found = "《中华人民共和国森林法》第五十四条、第五十九条", "《某方案》"
    assert clauses_against(record) == (*found, "《某规程》第6条")
