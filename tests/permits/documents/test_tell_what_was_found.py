"""What was found otherwise than declared is told in the decision, with its ground, whatever the kind."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from permits.acts.found import determinations, told
from permits.documents.content import Letter
from permits.documents.rendering import render
from permits.introduction.papers import created_by_articles
from permits.kinds import kind_of
from permits.models import Act, Application, Document
from roles.models import Agency
from tests.cast import NOW
from tests.permits.documents.reading import text_of
from tests.permits.felling import cases as felling
from tests.permits.introduction import cases as introduction
from tests.permits.occupation import cases as occupation
from tests.permits.occupation.cases import MIYUN, Office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def matrix(begins_with_matrix: None) -> None:
    Office.enter()


def submitted(kind: str) -> tuple[Application, Office]:
    drafts: dict[str, Any] = {
        "occupation": lambda: occupation.draft(MIYUN),
        "introduction": introduction.draft,
        "felling": felling.draft,
    }
    case, clerk = drafts[kind]()
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    return Application.objects.get(pk=case.pk), office


def decision(case: Application, outcome: str) -> Letter:
    """The decision as it would be printed now."""
    said = {"reasons": "不符合规定。"} if outcome == "refusal" else {}
    act = Act(application=case, seq=case.history[-1].seq + 1, act="refuse", at=timezone.now(),
              body=json.dumps({"facts": said, "findings": []}))  # fmt: skip
    paper = Document(
        kind=f"{case.kind}_{outcome}", application=case, act=act, agency=Agency.objects.get(slug="bj-forestry"),
        prefix="京绿审", year=2026, serial=1,
    )  # fmt: skip
    letter = kind_of(case).paper(paper)
    assert isinstance(letter, Letter)
    return letter


@pytest.mark.parametrize("outcome", ["approval", "refusal"])
@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("occupation", "parcels[0].zone", "key"),
        ("introduction", "species[0].first_introduction", "yes"),
        ("felling", "stands[0].origin", "natural"),
    ],
)
def test_a_decision_says_what_was_declared_what_was_found_and_from_what(
    kind: str, path: str, value: str, outcome: str
) -> None:
    case, office = submitted(kind)
    assert "经核，" not in text_of(render(decision(case, outcome)))
    office.determine(case, "accept", path, value)
    case = Application.objects.get(pk=case.pk)
    with translation.override("en"):  # whatever language the page is read in
        (clause,) = told(case)
    with translation.override("zh-hans"):
        (one,) = determinations(case)
        assert clause.endswith(f"申报为“{one.declared_text}”，认定为“{one.found_text}”（依据：{one.ground}）")
    assert f"收悉。经核，{''.join(clause.split())}。" in text_of(render(decision(case, outcome)))


@pytest.mark.parametrize(
    ("route", "purpose", "article"),
    [
        ("A", "breeding", "《中华人民共和国野生动物保护法》第四十条第一款"),
        ("B", "breeding", "《植物检疫条例》第十二条第一款"),
        ("D", "release", "《中华人民共和国陆生野生动物保护实施条例》第二十二条第一款"),
        ("D", "breeding", ""),
    ],
)
def test_an_introduction_rests_on_the_article_that_creates_its_permit(route: str, purpose: str, article: str) -> None:
    case, _clerk = introduction.draft(introduction.species(route), purpose=purpose)
    assert created_by_articles(case) == ((article,) if article else ())


@pytest.mark.parametrize(
    ("path", "value", "clause"),
    [
        ("limit_left_m3", "120", "“年采伐限额余额（立方米）”认定为“120”（依据：台账、档案等官方记录）"),
    ],
)
def test_what_the_applicant_was_never_asked_is_not_called_declared(path: str, value: str, clause: str) -> None:
    case, office = submitted("felling")
    office.determine(case, "accept", path, value)
    assert told(Application.objects.get(pk=case.pk)) == (clause,)


def test_a_day_is_told_as_letters_write_days() -> None:
    case, office = submitted("felling")
    office.determine(case, "accept", "work.to", "2027-02-28")
    (clause,) = told(Application.objects.get(pk=case.pk))
    assert re.search(r"申报为“\d{4}年\d+月\d+日”，认定为“2027年2月28日”", clause), clause


def test_a_figure_of_a_row_is_told_with_its_unit() -> None:
    case, office = submitted("felling")
    office.determine(case, "accept", "stands[0].volume_m3", "1")
    (clause,) = told(Application.objects.get(pk=case.pk))
    assert "“采伐蓄积（立方米）”申报为" in clause
    record = case.acts.get(act="determine")
    assert record.facts["named"]["en"] == "Volume felled (m³)"


def test_a_paper_that_organs_alone_have_is_no_material_of_the_applicant() -> None:
    case, office = submitted("occupation")
    office.determine(case, "accept", "documents.delegation_instrument", "yes")
    case = Application.objects.get(pk=case.pk)
    assert told(case) == ("“委托文书”认定为具备（依据：台账、档案等官方记录）",)
    (found,) = determinations(case)
    assert found.declared_text == ""
