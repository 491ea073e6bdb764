"""Who bears a name is looked up before the rows are: as keys, or, where too many bear it, within the query."""

from __future__ import annotations

import pytest

from permits.models import Application, Document, NumberSequence
from permits.models.states import S
from roles.models import OperatingUnit, Person
from tests.cast import Cast
from workflows.desk.asked import as_auditor
from workflows.filters import CaseFilter, cases_numbered, of_name, papers_numbered

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("at_once", [0, 5_000])
def test_a_name_finds_the_same_however_many_bear_it(cast: Cast, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr("workflows.filters.NAMED_AT_ONCE", at_once)
    case = cast.case_at(S.APPROVED)
    assert isinstance(of_name(Person, cast.decider.name), list) is bool(at_once)
    asked = as_auditor(cast.auditor)
    for person, there in ((cast.decider, True), (cast.rival, False)):
        found = CaseFilter({"person": person.name}, queryset=asked.scope).qs
        assert list(found) == [case] * there
        assert list(asked.of(person=person.name).cases_acted_in()) == [case] * there
    for unit, there in ((cast.farm.name[1:], True), ("查无此人", False)):
        assert list(asked.of(unit=unit).cases) == [case] * there


def test_a_name_nobody_bears_finds_nothing(cast: Cast) -> None:
    assert of_name(OperatingUnit, "查无此人") == []


def test_any_part_of_a_papers_number_finds_it(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    cast.case_at(S.SUBMITTED)
    papers = case.documents.all()
    for number in papers.values_list("number", flat=True):
        parts = {number[first:last] for first in range(len(number)) for last in range(first + 1, len(number) + 1)}
        for part in parts:
            assert set(papers_numbered(part)) == set(Document.objects.filter(number__icontains=part)), part
        assert case in CaseFilter({"q": number}, queryset=Application.objects.all()).qs


@pytest.mark.parametrize("last", [1, 99_999, 100_000])
def test_any_part_of_a_cases_number_finds_it(cast: Cast, last: int) -> None:
    """Also where a series of the year has come to six digits: five may then be the beginning of six."""
    cases = [cast.case_at(S.APPROVED), cast.case_at(S.SUBMITTED)]
    series, year, _serial = str(cases[0].number).rsplit("-", 2)
    for case, serial in zip(cases, ("00003", "123456"), strict=True):
        Application.objects.filter(pk=case.pk).update(number=f"{series}-{year}-{serial}")
    NumberSequence.objects.filter(prefix=series, year=year).update(last=last)
    for number in Application.objects.values_list("number", flat=True):
        parts = {number[first:end] for first in range(len(number)) for end in range(first + 1, len(number) + 1)}
        if last < 100_000:
            parts -= {part for part in parts if part.endswith("-12345")}  # of a number that was not taken
        for part in parts:
            assert set(cases_numbered(part.lower())) == set(Application.objects.filter(number__icontains=part)), part


@pytest.mark.parametrize(
    "typed", [{"〔": "[", "〕": "]"}, {"〔": "（", "〕": "）", "1": "１"}, {"2": "２", "号": " 号 "}]
)
def test_a_number_is_found_however_it_was_typed(cast: Cast, typed: dict[str, str]) -> None:
    case = cast.case_at(S.APPROVED)
    paper = case.documents.exclude(number="").latest("pk")
    asked, everything = as_auditor(cast.auditor), Application.objects.all()
    said = paper.number.translate(str.maketrans(typed))
    assert said != paper.number
    assert list(papers_numbered(said)) == [paper]
    assert list(CaseFilter({"q": said}, queryset=everything).qs) == [case]
    wide = case.number.translate({ord(sign): 0xFEE0 + ord(sign) for sign in case.number}).lower()
    for number in (wide, wide[:6]):
        assert list(CaseFilter({"q": number}, queryset=everything).qs) == [case]
        assert list(asked.of(number=number).cases) == [case]


@pytest.mark.parametrize("words", ["查无", "查无此字", "〔1999〕", "九号", "0号〕", "（代字待核）"])
def test_what_is_in_no_number_finds_no_paper(cast: Cast, words: str) -> None:
    cast.case_at(S.APPROVED)
    assert not papers_numbered(words).exists()
    assert not CaseFilter({"q": words}, queryset=Application.objects.all()).qs.exists()
