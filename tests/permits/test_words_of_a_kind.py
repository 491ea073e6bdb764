"""Each kind has its own words, though the catalogue is one.

A tending design is 其他行政审批: consented to, not licensed; the licensing law guides by analogy (facts 2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import translation

from permits.contract.kind import Requirement
from permits.kinds import KindConfig
from permits.models import ACTS
from permits.models.citations import written_out
from permits.models.states import S
from permits.rules.named import ENDANGERED, Source
from permits.tables.columns import Choice, Column
from permits.templatetags.cases import guided_by
from tests.cast import Cast, log_in, markup
from tests.permits.occupation import cases as occupation


@pytest.mark.parametrize(
    ("note", "source"),
    [
        ("许可法 32(1)[4]", "《行政许可法》第三十二条第一款第四项"),
        ("许可法 38(2), 49", "《行政许可法》第三十八条第二款、第四十九条"),
        ("许可法 46–48", "《行政许可法》第四十六条至第四十八条"),
        ("许可法 42", "《行政许可法》第四十二条"),
        ("令35 11", "国家林业局令第35号第十一条"),
        ("实施条例 16[1]", "《森林法实施条例》第十六条第一项"),
        ("复议法 64; 诉讼法 70", "《行政复议法》第六十四条、《行政诉讼法》第七十条"),
        ("", ""),
    ],
)
def test_the_article_behind_an_act_is_written_out(note: str, source: str) -> None:
    assert written_out(note) == source


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("record_reconsideration", "《行政复议法》第七十五条、第七十七条"),
        ("record_suit", "《行政诉讼法》第九十四条"),
    ],
)
def test_an_outcome_is_recorded_because_it_binds_and_not_because_it_was_asked_in_time(name: str, law: str) -> None:
    assert ACTS[name].law == law


@pytest.mark.parametrize("law", ["A named official's reasoned finding", "民法典 201", "许可法", "许可法 32(1)(4)"])
def test_an_act_rests_on_a_known_law_and_an_article(law: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        written_out(law)


def test_a_tending_design_is_consented_to_and_an_occupation_granted(cast: Cast) -> None:
    with translation.override("zh-hans"):
        tending = cast.case_at(S.APPROVED)
        assert (tending.get_status_display(), tending.act_label("approve")) == ("同意", "同意")
        assert tending.act_label("refuse") == "不同意"
        other, _clerk = occupation.draft()
        assert (other.status_label(S.APPROVED), other.act_label("approve")) == ("准予", "准予")
        page = log_in(cast.clerk).get(reverse("case", args=[tending.pk])).content.decode()
        listed = log_in(cast.clerk).get(reverse("case-list")).content.decode()
    assert "准予" not in page
    assert "准予" not in listed.partition('id="list"')[2]


def test_an_article_guides_a_tending_design_by_analogy(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    place = reverse("case-act", args=[case.pk, "extend_period"])
    page = log_in(cast.head).get(place).content.decode()
    assert "参照《行政许可法》第四十二条" in page
    assert "参照行政许可法第四十二条第一款" in log_in(cast.head).get(reverse("case", args=[case.pk])).text


def test_the_right_to_make_a_statement_on_a_tending_design_is_by_analogy(cast: Cast) -> None:
    told = log_in(cast.clerk).get(reverse("case", args=[cast.case_at(S.FINAL_REVIEW).pk])).text
    assert "您可以陈述、申辩（参照行政许可法第三十六条）" in told
    occupied, _clerk = occupation.draft()
    assert guided_by(occupied, "行政许可法第三十六条") == "行政许可法第三十六条"


def test_what_an_applicant_reads_on_the_way_to_a_decision_is_by_analogy_for_a_tending_design(cast: Cast) -> None:
    clerk, corrected = log_in(cast.clerk), cast.case_at(S.CORRECTING)
    handed_in = cast.case_at(S.SUBMITTED)
    district = corrected.jurisdiction_id
    draft = cast.draft()
    for address, article in (
        ("/apply/?kind=tending", "第三十一条"),
        (reverse("guide", args=["tending", district]), "第三十一条"),
        (reverse("draft-check", args=[draft.pk]), "第三十一条"),
        (reverse("draft-submitted", args=[handed_in.pk]), "第三十二条第一款第四项"),
        (reverse("draft", args=[corrected.pk]), "第三十二条第一款第四项"),
    ):
        told = clerk.get(address).text
        assert f"（参照行政许可法{article}）" in told, address
        assert f"（行政许可法{article}）" not in told, address
    refused = clerk.post(reverse("draft-check", args=[draft.pk]), {}).text
    assert "未作此声明不能提交（参照行政许可法第三十一条）。" in refused
    assert "（行政许可法第三十一条）" in clerk.get("/apply/?kind=felling").text


def test_a_condition_of_a_tending_design_is_supervised_by_analogy(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    cast.do(case, "approve", opinion="同意。", conditions="保留珍贵树种。")
    clerk = log_in(cast.clerk)
    for address in (
        reverse("permit", args=[case.pk]), reverse("obligation-report", args=[case.pk, "condition-1"]),
    ):  # fmt: skip
        assert "<li>参照行政许可法 第六十一条第一款：" in markup(clerk.get(address).text)


def sources_of_materials() -> Iterator[str]:
    """What each material of each kind is asked for by, in Chinese."""
    for app in apps.get_app_configs():
        if isinstance(app, KindConfig):
            for one in vars(import_module(f"{app.name}.requirements")).values():
                for asked in one if isinstance(one, tuple) else (one,):
                    if isinstance(asked, Requirement) and isinstance(asked.source, Source):
                        yield asked.source.zh


def test_a_material_names_its_articles_as_the_acts_and_papers_do() -> None:
    sources = list(sources_of_materials())
    assert any("森林法第五十八条、第六十一条；" in source for source in sources)
    assert [source for source in sources if re.search(r"第[0-9–、]+条", source)] == []
    run = ENDANGERED.article("10–13")
    assert (run.zh, run.en) == (f"{ENDANGERED.zh}第十条至第十三条", f"{ENDANGERED.en} art 10–13")


def official_words() -> Iterator[tuple[str, object, str]]:
    """The columns and choices of every kind: where they stand, the translated label, the official Chinese word."""
    for app in apps.get_app_configs():
        if isinstance(app, KindConfig):
            for name in ("columns", "vocabulary"):
                for group in vars(import_module(f"{app.name}.{name}")).values():
                    for one in group if isinstance(group, tuple) else ():
                        if isinstance(one, Column):
                            yield app.label, one.label, one.head
                        elif isinstance(one, Choice):
                            yield app.label, one.label, one.zh


def test_no_label_is_translated_by_the_word_of_another_meaning() -> None:
    """Two texts that are the same in English and not in Chinese need a context: their official words tell it."""
    with translation.override("zh-hans"):
        wrong = [(kind, str(label), word) for kind, label, word in official_words() if not set(str(label)) & set(word)]
    assert not wrong


def test_giving_a_task_back_is_not_called_as_setting_an_animal_free() -> None:
    with translation.override("zh-hans"):
        assert str(ACTS["release"].label) == "退回待领取"
