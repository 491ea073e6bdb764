"""Acts whose texts somebody changed in the database: every page of the case says so, whole or not, no list breaks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from permits.acts.perform import perform
from permits.models.states import S
from roles.models import Person
from roles.models.mandates import Duty
from tests.cast import Cast, fresh, log_in
from tests.changed_record import WAYS, changed
from tests.permits.felling import cases as felling
from tests.permits.guards import unguarded_tables
from tests.permits.introduction import cases as introduction
from tests.permits.occupation import cases as occupation
from tests.permits.occupation.cases import Office
from tests.workflows.engaged import answered_finding
from workflows.desk.questions import QUESTIONS
from workflows.notifications.making import make_pending

pytestmark = [pytest.mark.django_db, pytest.mark.owner]
NOT_WHOLE = "记录不完整"


def opens(person: Person, address: str) -> str:
    """The page, which is there."""
    answer = log_in(person).get(address)
    assert answer.status_code == 200, (address, person)
    return str(answer.text)


def says_so(person: Person, address: str) -> bool:
    """Whether the page, or what stands in its place, tells that the record was changed."""
    answer = log_in(person).get(address)
    assert answer.status_code in (200, 500), (address, person)
    return NOT_WHOLE in answer.text


@pytest.mark.parametrize("way", WAYS)
def test_a_granted_case_whose_record_was_changed_opens_and_says_so(cast: Cast, way: str) -> None:
    case = cast.case_at(S.APPROVED)
    make_pending()
    lists = [reverse(one) for one in ("home", "case-list", "permit-list", "obligation-list", "notifications")]
    with unguarded_tables(["permits_act"]):
        for act in ("submit", "recommend", "approve"):
            with changed(case, act, way):
                for person in (cast.clerk, cast.auditor):
                    for page in ("case", "permit"):
                        assert says_so(person, reverse(page, args=[case.pk])), (act, page)
                opens(cast.auditor, reverse("case-record", args=[case.pk]))
        with changed(case, "approve", way):
            for address in lists:
                opens(cast.clerk, address)
            opens(cast.district_reviewer, lists[-1])
            for question in QUESTIONS:
                opens(cast.auditor, reverse("desk-question", args=[question.slug]))


@pytest.mark.parametrize("way", WAYS)
def test_a_step_of_a_case_whose_record_was_changed_opens_and_says_so(cast: Cast, way: str) -> None:
    """A hearing is announced, whose day and place the page tells."""
    case = cast.case_at(S.FINAL_REVIEW)
    announced = {"held_on": "2026-12-08", "place": "会议室", "subject": "抚育作业", "chair": cast.auditor}
    cast.do(case, "announce_hearing", **announced)
    item = cast.take(case)
    with unguarded_tables(["permits_act"]):
        for act in ("recommend", "announce_hearing"):
            with changed(case, act, way):
                assert says_so(cast.reviewer, reverse("task", args=[item.pk])), act
                opens(cast.reviewer, reverse("home"))


@pytest.mark.parametrize("kind", ["occupation", "introduction", "felling"])
def test_a_case_of_another_kind_whose_record_was_changed_opens_and_says_so(cast: Cast, kind: str) -> None:
    drafts = {"occupation": occupation.draft, "introduction": introduction.draft, "felling": felling.draft}
    case, clerk = drafts[kind]()
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    (item,) = fresh(case).case.open_items
    officer = office.officer(item.mandate)
    perform(case.pk, "claim", by=officer, mandate=item.mandate, item=item.pk)
    with unguarded_tables(["permits_act"]):
        for way, act in zip(WAYS, ("submit", "accept", "claim") * 2, strict=True):
            with changed(case, act, way):
                assert says_so(clerk, reverse("case", args=[case.pk])), (act, way)
                assert says_so(officer, reverse("task", args=[item.pk])), (act, way)


def test_a_fault_of_ours_is_told_as_no_change_of_the_record(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """However much else is wrong with the case: a stored file is gone."""
    case = cast.case_at(S.APPROVED)
    settings.MEDIA_ROOT = "/nowhere"

    def broken(*_given: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("workflows.views.cases.not_whole", broken)
    desk = log_in(cast.auditor)
    desk.raise_request_exception = False
    answer = desk.get(reverse("case", args=[case.pk]))
    assert (answer.status_code, NOT_WHOLE in answer.text) == (500, False)


@pytest.mark.parametrize("way", WAYS)
def test_the_home_page_of_a_head_bears_a_bar_that_cannot_be_read(cast: Cast, way: str) -> None:
    """It asks of each step whom nothing keeps from the case."""
    case = cast.case_at(S.FINAL_REVIEW)
    reviews = cast.mandate(case, Duty.FINAL_REVIEW)
    perform(case.pk, "bar_person", by=cast.head, mandate=reviews, person=cast.reviewer, reason="近亲属")
    with unguarded_tables(["permits_act"]), changed(case, "bar_person", way):
        opens(cast.head, reverse("home"))


@pytest.mark.usefixtures("real_seal")
@pytest.mark.parametrize("way", WAYS)
def test_the_public_page_of_a_paper_tells_that_its_record_was_changed(cast: Cast, way: str) -> None:
    case = cast.printed_case()
    paper = case.documents.get(kind="tending_certificate")
    with unguarded_tables(["permits_act"]), changed(case, "approve", way):
        page = Client().get(reverse("verify", args=[paper.token]))
        assert (page.status_code, page.context["standing"].chain_whole) == (200, False)


@pytest.mark.parametrize("way", WAYS)
def test_the_auditors_figures_of_corrections_say_what_they_leave_out(cast: Cast, way: str) -> None:
    case = cast.case_at(S.CORRECTING)
    with unguarded_tables(["permits_act"]), changed(case, "request_correction", way):
        for address in (reverse("desk-question", args=["corrections"]), reverse("statistics")):
            left_out = "未计入 1 份无法读取的补正要求" in opens(cast.auditor, address)
            assert left_out == (way != "a name that is no act")


@pytest.mark.parametrize("way", WAYS)
def test_who_audits_a_case_of_a_sample_is_told_that_its_record_was_changed(cast: Cast, way: str) -> None:
    case = cast.case_at(S.APPROVED)
    engagement, _finding = answered_finding(cast, case)
    with unguarded_tables(["permits_act"]), changed(case, "approve", way):
        assert NOT_WHOLE in opens(cast.auditor, reverse("engagement-case", args=[engagement.pk, case.pk]))
