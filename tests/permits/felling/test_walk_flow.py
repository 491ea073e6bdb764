"""A felling licence from the draft to the papers: who is competent, what bars it, what is printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override

from permits.acts.found import case_of
from permits.acts.perform import open_draft
from permits.acts.preview import rehearse
from permits.documents.printing import render_pending
from permits.drafts.materials import add_file
from permits.errors import RuleViolated, WrongStatus
from permits.felling.kind import FELLING, HEAD
from permits.felling.papers import made_public, work_of
from permits.ledger.chain import problems_of
from permits.models import Application
from permits.models.states import S
from permits.rules import evaluate, parse
from roles.models import Jurisdiction, OperatingUnit, Person
from roles.models.mandates import Duty
from tests.cast import fresh, log_in, pdf
from tests.permits.felling.cases import ROW, draft
from tests.permits.occupation.cases import BINHAI, HUAIROU, JIZHOU, MIYUN, Office, make_unit
from workflows.mandates import the_mandate

pytestmark = pytest.mark.django_db
YES = {"outcome": "approve", "opinion": "符合采伐条件，拟准予。"}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Iterator[Any]:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


def farm(kind: str, place: str) -> tuple[OperatingUnit, Person]:
    """A state forest farm of that kind, and its clerk."""
    unit, clerk = make_unit(f"{place}林场", place)
    OperatingUnit.objects.filter(pk=unit.pk).update(kind=kind)
    return OperatingUnit.objects.get(pk=unit.pk), clerk


def submitted(place: str = MIYUN, *rows: dict[str, Any], **how: Any) -> tuple[Application, Office]:
    case, clerk = draft(place, *rows, **how)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    return fresh(case), office


def proposed(place: str = MIYUN, *rows: dict[str, Any], **how: Any) -> tuple[Application, Office]:
    case, office = submitted(place, *rows, **how)
    office.do(case, "accept")
    office.do(case, "propose", **YES)
    return fresh(case), office


def test_who_decides_is_told_from_when_the_licence_holds() -> None:
    case, office = proposed()
    mandate = the_mandate(case, Duty.DECIDE)
    after = rehearse(case.pk, "approve", by=office.officer(mandate), mandate=mandate, opinion="同意。").after
    assert (after.since, after.until) == (date(2026, 11, 25), date(2027, 1, 31))
    assert fresh(case).status == S.AWAITING_DECISION


def test_a_map_is_posted_only_where_one_was_handed_in() -> None:
    told = []
    for maps in ((), ("maps",)):
        case, clerk = draft(MIYUN, ROW | {"number": str(len(maps) + 1)})
        for slot in maps:
            add_file(case.pk, slot, pdf("位置图.pdf", str(case.pk)), by=clerk)
        Office(clerk).do(case, "submit", statement=True)
        told.append([head for head, _text in made_public(fresh(case))])
    assert ["图件" in heads for heads in told] == [False, True]


def test_the_district_accepts_reviews_and_decides_and_two_papers_follow(now: Any) -> None:
    case, office = submitted()
    office.do(case, "accept")
    assert fresh(case).status == S.FINAL_REVIEW, "nobody reviews before the organ that issues"
    office.do(case, "propose", **YES)
    office.do(case, "approve", opinion="同意。")
    done = fresh(case)
    assert {act.agency.slug for act in done.acts.exclude(agency=None)} == {"bj-miyun-forestry"}
    assert (done.permit.valid_from, done.permit.valid_to) == (date(2026, 11, 25), date(2027, 1, 31))
    papers = {paper.kind: render_pending(paper.pk) for paper in done.documents.filter(act__act="approve")}
    assert set(papers) == {"felling_approval", "felling_licence"}
    assert "采〔2026〕" in papers["felling_licence"].number
    assert problems_of(done) == []
    verified = Client().get(f"/verify/{papers['felling_licence'].token}/")
    assert not verified.context["standing"].in_force, "the first day is still to come"
    assert "2026年11月25日" in verified.content.decode()
    now.move_to("2026-11-25T10:00:00+08:00")
    assert Client().get(f"/verify/{papers['felling_licence'].token}/").context["standing"].in_force


@pytest.mark.parametrize(
    ("place", "kind", "applicant", "agency"),
    [
        (MIYUN, "district_state_farm", "county_farm", "bj-miyun-forestry"),
        (HUAIROU, "municipal_state_farm", "municipal_farm", "bj-forestry"),
        (JIZHOU, "district_state_farm", "county_farm", "tj-jizhou-forestry"),
        (JIZHOU, "municipal_state_farm", "municipal_farm", "tj-planning"),
    ],
)
def test_who_applies_decides_which_organ_issues(place: str, kind: str, applicant: str, agency: str) -> None:
    case, _office = submitted(place, unit=farm(kind, place), applicant=applicant)
    (item,) = case.case.open_items
    assert item.mandate is not None
    assert item.mandate.agency.slug == agency


def test_nobody_is_competent_where_the_laws_answer_was_not_found() -> None:
    case, clerk = draft(BINHAI)
    with pytest.raises(WrongStatus, match="120116"):
        Office(clerk).do(case, "submit", statement=True)


@pytest.mark.parametrize(
    ("kind", "applicant", "said"),
    [
        ("municipal_state_farm", "county_farm", ["applicant"]),
        ("municipal_state_farm", "municipal_farm", []),
        ("district_state_farm", "organisation", ["applicant"]),
        ("company", "municipal_farm", ["applicant"]),
        ("company", "municipal_unit", []),
        ("company", "person", ["applicant"]),
        ("village", "municipal_unit", ["applicant"]),
        ("village", "rural_resident", []),
        ("person", "organisation", ["applicant"]),
        ("public_body", "municipal_department", []),
    ],
)
def test_an_applicant_is_what_its_unit_is(kind: str, applicant: str, said: list[str]) -> None:
    case, _clerk = draft(MIYUN, unit=farm(kind, MIYUN))
    assert [field for field, _message in HEAD.wrong({"applicant": applicant}, FELLING.head_of(case))] == said


@pytest.mark.parametrize(
    ("kind", "offered"),
    [("village", {"organisation", "rural_resident"}), ("municipal_state_farm", {"municipal_farm"})],
)
def test_a_draft_offers_what_its_unit_can_be_and_chooses_the_only_one(kind: str, offered: set[str]) -> None:
    unit, clerk = farm(kind, MIYUN)
    case = open_draft("felling", unit, Jurisdiction.objects.get(pk=MIYUN), by=clerk)
    field = log_in(clerk).get(f"/drafts/{case.pk}/head/").context["form"]["applicant"]
    assert {value for value, _label in field.field.widget.choices} == {"", *offered}
    assert field.value() == (next(iter(offered)) if len(offered) == 1 else "")


def test_a_correction_moves_no_case_to_another_organ_and_saves_the_head_alone() -> None:
    case, office = submitted()
    office.do(case, "request_correction", items=[{"where": "head", "what": "请核对采伐时间。"}])
    case = fresh(case)
    head = FELLING.head_of(case)
    assert [field for field, _message in HEAD.wrong({"applicant": "municipal_unit"}, head)] == ["applicant"]
    assert [field for field, _message in HEAD.wrong({"applicant": "organisation"}, head)] == []
    typed = {name: getattr(head, name) for name in FELLING.head.fields} | {"work_to": "2027-01-30"}
    sent = {name: "" if value is None else str(value) for name, value in typed.items()} | {"version": head.version}
    saved = log_in(office.clerk).post(f"/drafts/{case.pk}/head/", sent)
    assert (saved.status_code, saved.headers.get("Location")) == (302, f"/drafts/{case.pk}/")
    assert FELLING.head_of(fresh(case)).work_to == date(2027, 1, 30)


def test_a_design_nobody_approved_is_no_approval() -> None:
    case, _clerk = draft()
    found = list(HEAD.wrong({"tending_design": "京园绿〔2026〕99号"}, FELLING.head_of(case)))
    assert [field for field, _message in found] == ["tending_design"]


def test_a_time_that_is_over_is_told_before_it_is_handed_in() -> None:
    over = {"work_from": date(2026, 10, 16), "work_to": date(2026, 11, 19)}
    case, _clerk = draft(**over)
    assert [field for field, _message in HEAD.wrong(over, FELLING.head_of(case))] == ["work_to"]
    assert [problem.anchor for problem in FELLING.head_problems(case)] == [f"/drafts/{case.pk}/head/#id_work_to"]


def test_what_grows_again_is_told_by_the_year_in_which_it_is_due() -> None:
    """The latest year for all of it would take back what the table beside it says of the earlier stands."""
    case, _office = submitted(MIYUN, ROW, ROW | {"number": "4", "regeneration_year": 2027}, ROW | {"number": "5"})
    assert work_of(case).regeneration == "人工更新4公顷，2027年12月31日前完成；人工更新8公顷，2028年12月31日前完成"


def test_nothing_grows_again_before_it_was_felled() -> None:
    case, _clerk = draft(MIYUN, ROW | {"regeneration_year": 2025})
    (said,) = FELLING.wrong_rows(case, FELLING.rows_of(case))
    assert "2026" in said
    case, _clerk = draft()
    assert list(FELLING.wrong_rows(case, FELLING.rows_of(case))) == []


def test_compartments_of_two_townships_may_have_one_number() -> None:
    case, _clerk = draft(MIYUN, ROW, ROW | {"township": "高岭镇"})
    assert [row.name for row in FELLING.rows_of(case)] == ["雾灵山林场12林班3小班", "高岭镇12林班3小班"]


def test_more_than_the_limit_is_refused_by_the_rules() -> None:
    case, office = proposed(left="319.99")
    with pytest.raises(RuleViolated), override("en"):
        office.do(case, "approve", opinion="同意。")
    office.do(case, "refuse", reasons="超过剩余年采伐限额。")
    done = fresh(case)
    assert done.status == S.REFUSED
    (paper,) = done.documents.filter(kind="felling_refusal")
    assert render_pending(paper.pk).sha256


def test_a_licence_is_for_days_to_come(now: Any) -> None:
    case, office = proposed()
    now.move_to("2027-02-01T10:00:00+08:00")
    with pytest.raises(RuleViolated, match="is over"), override("en"):
        office.do(case, "approve", opinion="同意。")


def test_the_facts_of_a_stored_case_are_a_case_of_the_rules() -> None:
    case, _clerk = draft()
    assert evaluate(parse(case_of(case))).outcome == "proceed"


def test_every_page_of_a_draft_opens_and_the_summary_tells_the_sums() -> None:
    case, clerk = draft(MIYUN, ROW, ROW | {"number": "4", "species": "油松"})
    desk = log_in(clerk)
    for address in ("", "head/", "rows/", "rows/add/", "rows/export/", "check/", "summary/"):
        assert desk.get(f"/drafts/{case.pk}/{address}").status_code in {200, 404}, address
    page = desk.get(f"/drafts/{case.pk}/rows/").content.decode()
    assert "雾灵山林场" in page
    assert "640" in page
