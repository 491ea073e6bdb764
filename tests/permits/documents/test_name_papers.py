"""Titles of papers: unit, name and matter joined so that no word is said twice, for every kind of permit."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.translation import override
from msgspec.structs import replace

from permits.documents.forms.titles import in_lines, named, of_unit, public_notice_title
from permits.kinds import kinds
from permits.models import Document
from permits.tending.letters import reply_title, tending_approval
from tests.cast import Cast, log_in
from tests.permits.documents.samples import TENDING, design, issue

MATTERS = (
    "天然林抚育作业设计审批", "建设项目使用林地审核", "使用林地审核", "临时使用林地审批", "占用林地审批",
    "直接为林业生产经营服务的工程设施占用林地审批", "外来（野生）物种引进审批", "林木采伐许可",
)  # fmt: skip
NAMES = (
    "", "使用林地建设项目", "临时使用林地", "林木采伐许可申请", "2026年雾灵林场抚育作业设计", "天然林抚育作业设计审批",
    "密关路改建项目", "梅花鹿等2个物种", "2027年春季抚育的批复", "2027年 春季 抚育 申请", "占用林地",
)  # fmt: skip
TWICE = re.compile(r"([\u4e00-\u9fff]{2,})\1")


@pytest.mark.parametrize("matter", MATTERS)
@pytest.mark.parametrize("name", NAMES)
def test_no_word_stands_twice_in_a_title(name: str, matter: str) -> None:
    for title in (named(name, matter), public_notice_title(name, matter), of_unit("密云区雾灵林场", name, matter)):
        assert not TWICE.search(title)
        assert matter in title
        assert title.count(matter) == 1


@pytest.mark.parametrize(
    ("unit", "name", "title"),
    [
        ("某林场", "某林场2027年春季抚育", "关于同意某林场2027年春季天然林抚育作业设计的批复"),
        (
            "密云区雾灵林场",
            "2026年雾灵林场抚育作业设计",
            "关于同意密云区雾灵林场2026年天然林抚育作业设计的批复",
        ),
        (
            "密云区云岭林场（示例）",
            "云岭林场2027年抚育作业设计审批",
            "关于同意密云区云岭林场（示例）2027年天然林抚育作业设计的批复",
        ),
        (
            "密云区云岭林场（示例）",
            "密云云岭林场2027年度抚育作业设计",
            "关于同意密云区云岭林场（示例）2027年度天然林抚育作业设计的批复",
        ),
        ("密云区雾灵林场", "", "关于同意密云区雾灵林场天然林抚育作业设计的批复"),
    ],
)
def test_a_unit_and_its_design_are_each_said_once(unit: str, name: str, title: str) -> None:
    assert reply_title(unit, name) == title


def test_the_titles_named_as_flaws_read_well() -> None:
    assert named("使用林地建设项目", "使用林地审核") == "建设项目使用林地审核"
    assert named("临时使用林地", "临时使用林地审批") == "临时使用林地审批"


def test_words_of_a_latin_name_stay_apart() -> None:
    assert public_notice_title("Green  Hill Farm 2027", "林木采伐许可") == "关于Green Hill Farm 2027林木采伐许可的公示"
    assert named("国道 G101 改建 一期", "使用林地审核") == "国道G101改建一期使用林地审核"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("中幼林抚育作业设计", "中幼林天然林抚育作业设计"),
        ("山杨次生林抚育作业设计（2026年度）", "山杨次生林（2026年度）天然林抚育作业设计"),
        ("雾灵沟天然林抚育", "雾灵沟天然林抚育作业设计"),
        ("雾灵沟天然林", "雾灵沟天然林抚育作业设计"),
    ],
)
def test_no_word_of_a_name_is_cut(name: str, title: str) -> None:
    assert named(name, "天然林抚育作业设计") == title


def test_a_word_that_begins_with_a_forest_is_said_once() -> None:
    matter = "使用林地修筑直接为林业生产经营服务的工程设施"
    assert named("雾灵沟林业生产经营服务设施", matter) == f"雾灵沟{matter}"


def test_another_units_name_within_a_project_is_left_alone() -> None:
    title = of_unit("绿林有限公司", "云山有限公司厂区扩建项目", "使用林地审核")
    assert title == "绿林有限公司云山有限公司厂区扩建项目使用林地审核"


def test_the_titles_are_shown_while_drafting(cast: Cast) -> None:
    case = cast.draft(title="雾灵林场2027年春季抚育")
    page = log_in(cast.clerk).get(reverse("draft", args=[case.pk])).content.decode()
    assert "关于同意密云区雾灵林场2027年春季天然林抚育作业设计的批复" in page
    assert "关于雾灵林场2027年春季天然林抚育作业设计审批的公示" in page


def test_every_kind_gives_the_parts_of_a_title() -> None:
    assert all(callable(kind.title_parts) and callable(kind.reply_title) for kind in kinds())


@pytest.mark.parametrize(
    ("title", "words", "lines"),
    [
        ("关于同意密云区云岭林场（示例）雾灵沟二期天然林抚育作业设计的批复",
         {"after": "关于同意密云区云岭林场（示例）"},
         ["关于同意密云区云岭林场（示例）", "雾灵沟二期天然林抚育作业设计的批复"]),
        ("关于石城镇石塘路村隧道施工便道工程临时使用林地审批的公示", {"before": "临时使用林地审批"},
         ["关于石城镇石塘路村隧道施工便道工程", "临时使用林地审批的公示"]),
        ("关于松曹路使用林地审核的公示", {"before": "使用林地审核"}, ["关于松曹路使用林地审核的公示"]),
        ("关于同意密云区云岭林场（示例）雾灵沟（2025年度）天然林抚育作业设计的批复",
         {"after": "关于同意密云区云岭林场（示例）", "before": "天然林抚育作业设计"},
         ["关于同意密云区云岭林场（示例）", "雾灵沟（2025年度）", "天然林抚育作业设计的批复"]),
    ],
)  # fmt: skip
def test_a_long_title_breaks_between_its_parts(title: str, words: dict[str, str], lines: list[str]) -> None:
    assert in_lines(title, **words).split("\n") == lines


def test_a_unit_of_the_city_is_not_named_twice() -> None:
    said = of_unit("市属松谷林场（示例）", "松谷林场补植补造", "天然林抚育作业设计")
    assert said == "市属松谷林场（示例）补植补造天然林抚育作业设计"


@pytest.mark.parametrize(
    ("kind", "title", "beside"),
    [
        ("acceptance", "受理通知书", ""),
        ("deemed_acceptance", "受理通知书", "视为受理通知书"),
        ("tending_approval", "北京市园林绿化局关于同意密云区雾灵林场天然林抚育作业设计的批复", ""),
        ("occupation_approval", "准予行政许可决定书", ""),
        ("public_notice", "关于密关路改建使用林地审核的公示", ""),
        ("public_notice", "关于密关路改建使用林地审核的通告", "公示"),
    ],
)
def test_a_label_stands_beside_a_title_where_it_says_something_else(kind: str, title: str, beside: str) -> None:
    with override("zh-hans"):
        assert Document(kind=kind, title=title).label_beside == beside
    with override("en"):
        assert Document(kind=kind, title=title).label_beside, "in another language it tells what the paper is"


def test_a_long_name_of_a_design_is_not_divided_in_the_title_of_its_reply() -> None:
    paper = tending_approval(issue(), TENDING, replace(design(), name="雾灵沟天然林抚育作业设计（2025年度）"))
    assert paper.title.split("\n")[2:] == ["雾灵沟（2025年度）", "天然林抚育作业设计的批复"]
