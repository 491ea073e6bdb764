"""What a strict reader of papers asks: to whom, for which days, by which article, and what else the reader is owed."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from permits.documents import forms
from permits.documents.application_form import form_of
from permits.documents.content import Certificate, KeyValues
from permits.documents.forms import supervision
from permits.documents.printing import paper_of
from permits.documents.standard import clauses_found
from permits.introduction import letters as introduction
from permits.kinds import kind
from permits.models.states import S
from permits.occupation import letters as occupation
from permits.tending import letters as tending
from roles.models import OperatingUnit
from tests.cast import Cast
from tests.permits.documents import samples

IDENTITY = "110101199001011234"


@pytest.mark.parametrize("asked", [date(2026, 11, 1), date(2026, 12, 1)])
def test_a_design_is_approved_for_no_day_before_the_decision(asked: date) -> None:
    design = replace(samples.design(), work_from=asked)
    reply = tending.tending_approval(samples.issue(), samples.TENDING, design)
    certificate = tending.tending_certificate(samples.issue(), samples.TENDING, design, reply="京绿审〔2026〕11号")
    first = "2026年12月1日" if asked > samples.DAY else "2026年11月21日"
    assert f"作业期限为{first}至2027年1月31日。" in str(reply)
    assert ("作业期限", f"{first}至2027年1月31日") in certificate.facts.pairs


def test_a_certificate_calls_its_holder_no_unit_who_may_be_a_person() -> None:
    at = samples.issue()
    certificates = (
        tending.tending_certificate(at, samples.TENDING, samples.design(), reply="1"),
        occupation.occupation_consent(at, samples.OCCUPATION, samples.land_use(), decision="1"),
        introduction.introduction_permit(at, samples.INTRODUCTION, samples.plan(), decision="1"),
    )
    assert {paper.facts.pairs[0][0][2:] for paper in certificates} == {"单位（个人）"}


def test_the_number_of_a_persons_identity_card_is_called_no_credit_code(cast: Cast) -> None:
    OperatingUnit.objects.filter(pk=cast.farm.pk).update(kind=OperatingUnit.Kind.PERSON, uscc=IDENTITY)
    case = cast.case_at(S.APPROVED)
    certificate = paper_of(case.documents.get(kind="tending_certificate"))
    assert isinstance(certificate, Certificate)
    assert IDENTITY not in str(certificate)
    told = str(form_of(case.submissions.latest("pk")))
    assert f"('证件号码', '{IDENTITY}')" in told
    assert "统一社会信用代码" not in told


def test_articles_of_one_law_are_cited_in_their_order() -> None:
    cited = [
        {"severity": "refuse", "citations": [{"source": "森林法", "article": article}]}
        for article in ("第五十九条", "第五十四条", "第五十九条第二款", "第一百零二条", "第十条", "第六十条第二项")
    ]
    assert clauses_found(cited) == (
        "《中华人民共和国森林法》第十条、第五十四条、第五十九条、第五十九条第二款、第六十条第二项、第一百零二条",
    )


def test_a_licence_that_waited_tells_by_which_article_the_time_is_not_counted() -> None:
    days = date(2026, 11, 10), date(2026, 11, 20)
    letter = forms.resumption(
        samples.issue(), samples.OCCUPATION, since=samples.DAY, ground="hearing", stood_still=days
    )  # fmt: skip
    told = (
        "听证所需时间中的2026年11月10日至2026年11月20日，"
        "根据《中华人民共和国行政许可法》第四十五条，不计算在办理期限内。"
    )
    assert told in str(letter)


def test_a_proof_of_delivery_has_room_for_a_refusal_and_its_witnesses() -> None:
    receipt = forms.delivery_receipt(samples.issue(), samples.TENDING, papers=("批复 京绿审〔2026〕11号",))
    labels = [label for block in receipt.blocks if isinstance(block, KeyValues) for label, _value in block.pairs]
    assert labels[-1] == "备注（代收、拒收的事由，见证人签名）"


def test_what_was_accepted_of_a_holder_is_said_with_one_particle() -> None:
    assert "你单位更新造林的面积和质量验收合格。" in str(samples.of_supervision()["acceptance_certificate"])


@pytest.mark.parametrize(("code", "named"), [("felling", True), ("occupation", True), ("introduction", False)])
def test_article_66_orders_to_put_right_only_who_uses_a_natural_resource(code: str, named: bool) -> None:
    order = supervision.rectification(
        samples.issue(), samples.FELLING, permit="《许可证》", obligation="报告", found="", demands=("补报。",),
        basis="《某办法》第九条", until=samples.DAY, resource=kind(code).uses_resource,
    )  # fmt: skip
    assert ("《中华人民共和国行政许可法》第六十六条和《某办法》第九条" in str(order)) is named
    assert "《某办法》第九条的规定，责令你单位" in str(order)


def test_what_was_found_in_lines_is_told_within_the_sentence_of_the_order() -> None:
    order = supervision.rectification(
        samples.issue(), samples.FELLING, permit="《许可证》", obligation="更新", found="仅更新0.3公顷；\n成活率不足",
        demands=("补植。",), basis="《某办法》第九条", until=samples.DAY,
    )  # fmt: skip
    assert "检查情况：仅更新0.3公顷；成活率不足。根据" in str(order)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("一、权属不清。\n二、未说明影响", ("权属不清。", "未说明影响。")),
        ("1. 权属不清\n2．未说明影响", ("权属不清。", "未说明影响。")),
        ("（一）权属不清；\n（二）未说明影响。", ("权属不清；", "未说明影响。")),
        ("一、只有一条", ("只有一条。",)),
        ("一、权属不清。\n见附图。", ("一、权属不清。", "见附图。")),
        ("二、权属不清。\n一、未说明影响。", ("二、权属不清。", "一、未说明影响。")),
        ("1.5公顷在红线内\n2.5公顷在红线外", ("1.5公顷在红线内。", "2.5公顷在红线外。")),
        ("一、\n二、", ("一、。", "二、。")),
        ("一、网室育苗。\n二、2027年3月31日前报送", ("网室育苗。", "2027年3月31日前报送。")),
        ("1. 2027年3月31日前报送\n2、2027年6月30日前报送", ("2027年3月31日前报送。", "2027年6月30日前报送。")),
        ("1. 一级保护林地不占\n2. 其他", ("一级保护林地不占。", "其他。")),
        ("（一）二级林地不占。\n（二）2级以下少占。", ("二级林地不占。", "2级以下少占。")),
        ("1、2级林地不占", ("1、2级林地不占。",)),
        ("1. 4501小班补植0.2公顷；\n2. 2公顷补植。", ("4501小班补植0.2公顷；", "2公顷补植。")),
        ("一、 二级林地不占", ("二级林地不占。",)),
        ("一、二级保护林地内不得堆放剩余物", ("一、二级保护林地内不得堆放剩余物。",)),
        ("一、二级林地不占。\n二、三级林地少占。", ("一、二级林地不占。", "二、三级林地少占。")),
        ("", ()),
    ],
)
def test_what_was_typed_with_the_number_of_its_place_is_numbered_once(typed: str, told: tuple[str, ...]) -> None:
    assert forms.clauses(typed) == told
