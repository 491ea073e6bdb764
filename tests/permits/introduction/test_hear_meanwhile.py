"""A hearing while agencies are consulted or experts review: no step of the review is open (许可法 47)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from permits.acts.perform import perform
from permits.acts.sweeps import record_lights
from permits.clocks.standing import status as clocks_of
from permits.models import Application
from permits.models.states import S
from roles.models import Person
from roles.models.mandates import Duty
from tests.cast import fresh, log_in, make_person
from tests.permits.introduction.cases import YES, draft, recommended, species
from tests.permits.life.cases import wrong
from tests.permits.occupation.cases import Office
from workflows.mandates import the_mandate
from workflows.notifications.receivers import receivers
from workflows.notifications.table import To
from workflows.worklist import beside

pytestmark = pytest.mark.django_db
HEARING = {"tell_hearing_right", "announce_hearing"}
TOLD = {"party": "申请人", "interest": "种植地与水源保护区相邻。"}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


def reviewer_of(case: Application, office: Office) -> Person:
    return office.officer(the_mandate(case, Duty.FINAL_REVIEW))


def offered(person: Person, case: Application) -> set[str]:
    return {one.spec.name for one in beside(person, fresh(case))}


def chair_of(case: Application) -> Person:
    """A colleague of the reviewer who did nothing in the case."""
    post = the_mandate(case, Duty.FINAL_REVIEW).grants.get().group.post
    return make_person("chair", "主持人", post)


def test_while_agencies_are_consulted_the_review_announces_and_holds_a_hearing_from_the_page_of_the_case(
    now: Any,
) -> None:
    case, office = recommended("B")
    reviewer, acts = reviewer_of(case, office), lambda name: reverse("case-act", args=[case.pk, name])
    assert offered(reviewer, case) >= {*HEARING, "suspend_clock", "record_statement", "record_objection"}
    desk = log_in(reviewer, english=True)
    assert desk.post(acts("tell_hearing_right"), TOLD).status_code == 302
    perform(case.pk, "ask_hearing", by=office.clerk, reason="影响重大。")
    page = desk.get(reverse("case", args=[case.pk])).text
    assert "asked for and not announced yet" in page
    assert "The period of the case runs on" in page
    chair = chair_of(case)
    said = {"held_on": "2026-12-02", "place": "会议室", "chair": chair.pk, "subject": "引进物种"}
    refused = desk.post(acts("announce_hearing"), said | {"chair": reviewer.pk})
    assert set(refused.context["form"].errors) == {"chair"}, "who reviews is not offered as the chair"
    assert desk.post(acts("announce_hearing"), said).status_code == 302
    assert desk.post(acts("suspend_clock"), {"ground": "hearing", "reason": "举行听证。"}).status_code == 302
    whole = clocks_of(fresh(case)).whole
    assert whole is not None
    assert whole.ground == "hearing"
    now.move_to("2026-12-02T16:00:00+08:00")
    desk = log_in(reviewer, english=True)
    form = desk.get(acts("hold_hearing")).context["form"]
    assert str(form["chair"].value()) == str(chair.pk), "what was announced is not typed again"
    held = {"held_on": "2026-12-02", "chair": chair.pk, "attending": "双方", "minutes": "双方陈述一致。"}
    assert desk.post(acts("hold_hearing"), held).status_code == 302
    assert "is to run again" in desk.get(reverse("case", args=[case.pk])).text
    assert desk.post(acts("resume_clock"), {"over_on": "2026-12-02"}).status_code == 302
    assert "is to run again" not in desk.get(reverse("case", args=[case.pk])).text
    office.hear(case)
    office.do(case, "propose", **YES)
    now.move_to("2026-12-08T09:00:00+08:00")
    assert office.do(case, "approve", opinion="同意。", minutes="采纳关于隔离的意见").after == S.APPROVED
    assert wrong() == []


def test_nobody_else_is_offered_it_and_nobody_once_the_review_has_its_step() -> None:
    case, office = recommended("B")
    advise = office.items(case, "give_opinion")[0].mandate
    assert advise is not None
    others = [office.officer(one) for one in (advise, the_mandate(case, Duty.DECIDE), the_mandate(case, Duty.ACCEPT))]
    first = Person.objects.get(pk=fresh(case).did("recommend")[0].person_id)
    for person in (*others, first, office.clerk):
        assert not offered(person, case) & {*HEARING, "suspend_clock"}, person
    office.hear(case)
    assert office.items(fresh(case), "announce_hearing")
    assert not offered(reviewer_of(case, office), case) & {*HEARING, "suspend_clock"}, "its step offers them"


def test_beside_an_expert_review_all_is_offered_but_that_which_is_recorded_at_its_step() -> None:
    """The step of the experts, which may be another's or nobody's, can suspend the period and no more."""
    case, clerk = draft(species("B", first_introduction=True))
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    found = offered(reviewer_of(case, office), case)
    assert found >= {*HEARING, "suspend_clock"}
    assert "record_expert_review" not in found
    (item,) = office.items(fresh(case), "record_expert_review")
    perform(case.pk, "claim", by=reviewer_of(case, office), mandate=item.mandate, item=item.pk)
    page = log_in(reviewer_of(case, office)).get(reverse("task", args=[item.pk])).text
    assert reverse("case-act", args=[case.pk, "announce_hearing"]) in page
    assert reverse("case-act", args=[case.pk, "suspend_clock"]) not in page, "it stands in the step itself"
    office.hear(case)
    assert offered(reviewer_of(case, office), case) >= HEARING, "the experts still meet"


def test_who_reviews_is_told_of_what_the_applicant_asks_for_while_others_are_consulted(now: Any) -> None:
    """Only the agencies that are consulted were, who can do nothing about it; and their heads of its days."""
    case, office = recommended("B")
    review = the_mandate(case, Duty.FINAL_REVIEW)
    reviewer = office.officer(review)
    perform(case.pk, "tell_hearing_right", by=reviewer, mandate=review, **TOLD)
    asked = perform(case.pk, "ask_hearing", by=office.clerk, reason="影响重大。")
    assert reviewer in receivers(asked, To.HOLDERS)
    now.move_to("2026-12-30T09:00:00+08:00")
    record_lights()
    late = next(act for act in fresh(case).did("flag_deadline") if act.facts["period"] == "hearing_hold")
    assert reviewer in receivers(late, To.HOLDERS)
    office.hear(case)
    stated = perform(case.pk, "make_statement", by=office.clerk, statement="补充说明。")
    assert receivers(stated, To.HOLDERS) == {reviewer}
