"""Every branch of every flow, walked through the pages. Which flows there are, the registry says; what is to be walked,
their graphs: a new flow, act or way without a walk fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from permits.acts.statements import passed_on_to, statements
from permits.clocks.calendar import WorkCalendar
from permits.clocks.standing import status as clocks_of
from permits.documents.printing import paper_of
from permits.drafts.corrections import places
from permits.kinds import codes, kind_of
from permits.models import Application
from permits.models.document import Document
from permits.models.states import FINAL, S
from roles.models import OperatingUnit
from roles.models.mandates import Duty
from tests.cast import PDF, log_in
from tests.permits.introduction import cases as introduction
from tests.permits.occupation import cases as occupation
from tests.permits.random_law import DUTIES
from tests.workflows.desks import AGREE, SAID, Desks, today, ways
from workflows.conformance import offered_by
from workflows.mandates import mandates_for
from workflows.registry import flow_for

YES = {"outcome": "approve", "opinion": "符合条件，建议同意。"}
NO = {"outcome": "refuse", "opinion": "不符合条件。"}
HIGHER = {"organ": "国家林业和草原局", "opinion": "请予审核。"}
Begin = Callable[[str], Desks]


@pytest.fixture
def clock() -> Iterator[Any]:
    """A Monday in September: the year's calendar is known to its end."""
    with time_machine.travel("2026-09-14T10:00:00+08:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def begin(begins_with_matrix: None, db: None, clock: Any) -> Begin:
    """How a draft of a kind begins: as its tests' cases give it."""

    def begun(kind: str) -> Desks:
        if kind != "tending":  # whose cast brings the matrix
            occupation.Office.enter()
        return Desks(*import_module(f"tests.permits.{kind}.cases").draft())

    return begun


@pytest.fixture
def matrix(begins_with_matrix: None, db: None, clock: Any) -> None:
    """The role matrix, for kinds whose officers are made when they are needed."""
    occupation.Office.enter()


def introduction_of(*rows: dict[str, Any]) -> Desks:
    """A draft of another breeding centre each time."""
    centre = occupation.make_unit(f"密云繁育中心{OperatingUnit.objects.count()}", occupation.MIYUN)
    return Desks(*introduction.draft(*rows, unit=centre))


def two_districts() -> Desks:
    """Land in 密云 and 怀柔."""
    half = Decimal("0.25")
    rows = (occupation.parcel(area_ha=half), occupation.parcel(district=occupation.HUAIROU, area_ha=half))
    return Desks(*occupation.draft(occupation.MIYUN, *rows))


# ---- stretches -------------------------------------------------------------------------------------------------------


def accepted(desks: Desks) -> Desks:
    desks.unit("submit", statement="on")
    desks.at("accept", note="齐全")
    return desks


def recommended(desks: Desks, clock: Any) -> Desks:
    accepted(desks)
    if kind_of(desks.case).inspected:
        desks.check_site("first_review")
        desks.post_notice("first_review")
        clock.shift(timedelta(days=10))
    desks.at("recommend", **YES)
    return desks


def heard(desks: Desks, clock: Any) -> Desks:
    recommended(desks, clock).hear_all()
    return desks


def offers(desks: Desks, act: str) -> bool:
    """Whether the flow of the case has a step that offers `act`."""
    return act in offered_by(desks.case.case.flow_class)


def public(desks: Desks) -> tuple[str, ...]:
    """The site check and the public notice, where an open step offers them."""
    return tuple(act for act in ("record_site_check", "publish_notice") if desks.items(act))


def ask_correction(desks: Desks) -> None:
    place, _label = places(desks.case)[0]
    until = today() + timedelta(days=15)
    desks.at("request_correction", items=[{"where": place, "what": "名称与公章不一致"}], until=until)


# ---- the line every case goes, and what branches off from it ---------------------------------------------------------


def line(desks: Desks, clock: Any) -> Iterator[str]:
    """From the draft through a correction to the approval; stops at every stage, so that branches are walked there."""
    yield S.DRAFT
    desks.unit("submit", statement="on")
    yield S.SUBMITTED
    ask_correction(desks)
    yield S.CORRECTING
    desks.unit("resubmit", note="已补正", statement="on")
    desks.at("accept")
    if desks.case.status == S.FIRST_REVIEW:
        yield S.FIRST_REVIEW
        if kind_of(desks.case).inspected:
            desks.check_site("first_review")
            desks.post_notice("first_review")
            clock.shift(timedelta(days=10))
        desks.at("recommend", **YES)
    yield S.FINAL_REVIEW
    desks.hear_all()
    yield HEARD
    if offers(desks, "record_fee"):
        desks.at("record_fee", step="final_review", paid_on=today(), **SAID["record_fee"])
    desks.at("propose", **YES)
    yield S.AWAITING_DECISION
    desks.at("approve", opinion="同意。", conditions="设置边界标识")
    yield S.APPROVED


@contextmanager
def undone(clock: Any) -> Iterator[None]:
    """What is walked inside has not happened afterwards, nor has the time passed."""
    now, mark = timezone.now(), transaction.savepoint()
    yield
    transaction.savepoint_rollback(mark)
    clock.move_to(now)


def refused_at_the_counter(desks: Desks, clock: Any) -> None:
    desks.at("refuse_acceptance", ground="no_permit_needed", reason="不需要审批。")


def never_corrected(desks: Desks, clock: Any) -> None:
    clock.shift(timedelta(days=16))
    desks.beside("refuse_acceptance", Duty.ACCEPT, step="correct", ground="not_completed", reason="逾期未补正。")


def deemed_accepted_and_refused(desks: Desks, clock: Any) -> None:
    last_day = WorkCalendar.load().add(today(), 5).date
    clock.shift(last_day - today() + timedelta(days=1))
    desks.clock()
    if desks.case.status == S.FIRST_REVIEW:
        desks.at("recommend", **NO)
    desks.hear_all()
    desks.at("propose", **NO)
    desks.at("refuse", reasons="不符合规定。")


def sent_back_twice(desks: Desks, clock: Any) -> None:
    if offers(desks, "return_to_first_review"):
        consult = [{"office": advisers(desks.case)[0]}] if offers(desks, "ask_opinion") else []
        desks.at("return_to_first_review", reason="请补充现场照片", **({"consult": consult} if consult else {}))
        desks.at("recommend", **YES)
        assert len(desks.items("give_opinion", "advise")) == len(consult)
        desks.hear_all()
    desks.at("propose", **NO)
    desks.at("return_to_final_review", reason="请说明依据")
    desks.at("propose", **NO)
    desks.at("refuse", reasons="不符合规定。")


def reported_up_by_the_reviewer(desks: Desks, clock: Any) -> None:
    desks.at("report_up", step="final_review", **HIGHER)
    desks.at("record_higher_decision", outcome="approve", decided_on=today(), number="林审〔2026〕8号",
             document=paper())  # fmt: skip


def reported_up_by_who_decides(desks: Desks, clock: Any) -> None:
    desks.at("report_up", step="decide", **HIGHER)
    desks.at("record_higher_decision", outcome="refuse", decided_on=today(), number="林审〔2026〕8号",
             document=paper())  # fmt: skip


def inquired_at_every_step(desks: Desks, clock: Any) -> None:
    if desks.case.status == S.FIRST_REVIEW:
        desks.inquire("first_review", clock, public(desks))
        desks.at("recommend", **YES)
        desks.hear_all()
    (review,) = desks.items("propose")
    desks.inquire(review.step, clock, public(desks))
    if offers(desks, "record_fee"):
        desks.at("record_fee", step=review.step, paid_on=today(), **SAID["record_fee"])
    desks.at("propose", **NO)
    if offers(desks, "record_fee"):
        desks.at("record_fee", step="decide", paid_on=today(), **SAID["record_fee"] | {"receipt": "示例0002"})
    desks.at("rule_on_finding", step="decide", document=paper(), **SAID["rule_on_finding"])
    desks.inquire("decide", clock)
    desks.at("refuse", reasons="不符合规定。", minutes="听证笔录已采信。")


def consulted_in_every_way(desks: Desks, clock: Any) -> None:
    if desks.items("suspend_clock", "experts"):
        desks.at("suspend_clock", step="experts", ground="expert_review", reason="专家评审")
        desks.at("resume_clock", step="experts")
    first, second, *_rest = [item.mandate for item in desks.items("give_opinion", "advise")]
    review = {"duty": Duty.FINAL_REVIEW, "step": "advise"}
    desks.beside("remind", office=first, note="请尽快反馈", **review)
    desks.beside("record_silence", office=first, **review)
    desks.beside("drop_consultee", office=second, reason="不涉及", **review)
    desks.beside("ask_opinion", office=second, question="仍请说明生态影响", **review)
    assert second in [item.mandate for item in desks.items("give_opinion", "advise")]
    assert not any(act.facts.get("position") == "agree" for act in desks.case.acts.filter(agency=first.agency))
    desks.hear_all()
    desks.at("propose", **NO)
    desks.at("refuse", reasons="不符合规定。")


def reviewed_by_two_districts(desks: Desks, clock: Any) -> None:
    accepted(desks)
    assert [item.step for item in desks.case.case.open_items] == ["district_review"]
    desks.inquire("district_review", clock, ("record_site_check", "publish_notice"))
    desks.at("give_opinion", step="district_review", **AGREE)
    desks.at("recommend", **NO)
    desks.hear_all()
    desks.at("propose", **NO)
    desks.at("refuse", reasons="不符合规定。", minutes="听证笔录已采信。")


def withdrawn(desks: Desks, clock: Any) -> None:
    before = desks.case.status
    desks.unit("withdraw", reason="计划有变")
    assert desks.case.status == S.WITHDRAWN, before


def withdrawn_above(desks: Desks, clock: Any) -> None:
    desks.at("report_up", step="final_review", **HIGHER)
    assert desks.case.status == S.REPORTED_UP
    withdrawn(desks, clock)


HEARD = "heard"
"""In final review, with the opinions of all who were asked."""

BRANCHES: dict[str, tuple[Callable[[Desks, Any], None], ...]] = {
    S.DRAFT: (withdrawn,),
    S.SUBMITTED: (refused_at_the_counter, deemed_accepted_and_refused, withdrawn),
    S.CORRECTING: (never_corrected, withdrawn),
    S.FIRST_REVIEW: (inquired_at_every_step, withdrawn),
    S.FINAL_REVIEW: (consulted_in_every_way, withdrawn),
    HEARD: (sent_back_twice, reported_up_by_the_reviewer, withdrawn_above),
    S.AWAITING_DECISION: (reported_up_by_who_decides, withdrawn),
}
"""The applicant withdraws at every stage before the decision."""
ABOVE = (reported_up_by_the_reviewer, reported_up_by_who_decides, consulted_in_every_way, withdrawn_above)
"""Branches of the flows in which others are consulted and a higher authority may decide."""


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("决定.pdf", PDF)


def advisers(case: Application) -> list[Any]:
    """The agencies the role matrix says to consult, in its order."""
    return sorted(mandates_for(case, Duty.ADVISE, district=case.jurisdiction_id), key=lambda one: one.pk)


def branches(desks: Desks, stage: str) -> list[Callable[[Desks, Any], None]]:
    """What branches off from `stage` in the flow of the case."""
    found = [*BRANCHES.get(stage, ())]
    if stage == S.FINAL_REVIEW and kind_of(desks.case).single_review:
        found.append(inquired_at_every_step)
    return [branch for branch in found if branch not in ABOVE or offers(desks, "report_up")]


def staff(desks: Desks) -> None:
    """Whoever may have the case is at their desk before it begins: each branch would else appoint them anew."""
    for duty in DUTIES:
        for mandate in mandates_for(desks.case, duty, district=desks.case.jurisdiction_id):
            desks.officer(mandate)


def unsaid(desks: Desks) -> list[str]:
    """Papers with a placeholder that nothing filled; one that cannot be composed at all is an error here."""
    papers = Document.objects.filter(application=desks.case.pk).select_related("application", "act", "agency")
    return [one.kind for one in papers if re.search(r"%\(\w+\)|\{\w*\}", repr(paper_of(one)))]


def walk_all(desks: Desks, clock: Any) -> set[Any]:
    """The line, and every branch off it."""
    staff(desks)
    for stage in line(desks, clock):
        assert stage in (HEARD, desks.case.status)
        for branch in branches(desks, stage):
            with undone(clock):
                branch(desks, clock)
                assert desks.case.status in FINAL, branch.__name__
                assert desks.whole() == [], branch.__name__
                assert unsaid(desks) == [], branch.__name__
    assert desks.case.status == S.APPROVED
    assert desks.whole() == []
    assert unsaid(desks) == []
    return desks.walked


@pytest.mark.parametrize("kind", codes())
def test_every_way_of_the_flow_is_walked_and_leaves_the_case_whole(begin: Begin, clock: Any, kind: str) -> None:
    desks = begin(kind)
    walked = walk_all(desks, clock)
    if kind == "occupation":
        desks = two_districts()
        reviewed_by_two_districts(desks, clock)
        assert desks.whole() == []
        walked |= desks.walked
    assert ways(flow_for(desks.case), single_review=kind_of(desks.case).single_review) - walked == set()


def test_every_way_of_the_second_flow_of_introductions_is_walked(matrix: None, clock: Any) -> None:
    clock.move_to("2026-11-23T10:00:00+08:00")
    desks = introduction_of(introduction.species("B", first_introduction=True))
    walked = walk_all(desks, clock)
    flow = desks.case.case.flow_class
    assert flow.__name__ == "SpeciesIntroductionV2"
    assert ways(flow) - walked == set()


@pytest.mark.parametrize("kind", codes())
def test_the_applicant_states_its_case_at_every_stage_before_the_decision(begin: Begin, clock: Any, kind: str) -> None:
    """许可法 7, 36. And whoever then has the case goes on where it stood."""
    stated = 0

    def state(status: str) -> None:
        nonlocal stated
        assert desks.case.status == status
        waiting = list(desks.case.case.open_items.values_list("pk", flat=True))
        desks.unit("make_statement", statement=f"在{status}时的陈述。", document=paper())
        stated += 1
        assert desks.case.status == status
        assert list(desks.case.case.open_items.values_list("pk", flat=True)) == waiting
        assert len(statements(desks.case)) == stated

    desks = begin(kind)
    for stage in line(desks, clock):
        if stage == S.APPROVED:
            break
        if stage not in (S.DRAFT, S.CORRECTING, HEARD):
            state(stage)
        elif stage == HEARD and offers(desks, "report_up"):
            with undone(clock):
                desks.at("report_up", step="final_review", **HIGHER)
                assert passed_on_to(desks.case) == HIGHER["organ"]
                with override("en"):
                    assert passed_on_to(desks.case) == "National Forestry and Grassland Administration"
                state(S.REPORTED_UP)
                assert statements(desks.case)[-1].since, "the opinion that was reported could not know of it"
            stated -= 1
    assert stated >= 3
    assert passed_on_to(desks.case) == ""
    assert desks.whole() == []


def test_the_period_stands_still_while_experts_review(begin: Begin, clock: Any) -> None:
    desks = recommended(begin("introduction"), clock)
    desks.at("suspend_clock", step="experts", ground="expert_review", reason="专家评审")
    before = clocks_of(desks.case).whole
    clock.shift(timedelta(days=7))
    during = clocks_of(desks.case).whole
    desks.at("resume_clock", step="experts")
    after = clocks_of(desks.case).whole
    assert before is not None
    assert during is not None
    assert after is not None
    assert before.remaining == during.remaining
    assert after.remaining == during.remaining - 1  # the day on which it runs again is counted (docs/decisions/0004)
    assert before.due.date < during.due.date == after.due.date


def test_what_the_agriculture_authority_decides_is_refused_acceptance_naming_it(matrix: None, clock: Any) -> None:
    farm_plant = introduction.species("B") | {"taxon": "other_plant", "scientific_name": "Zea mays"}
    desks = introduction_of(farm_plant)
    desks.unit("submit", statement="on")
    assert desks.case.scope == "C"
    organ = "北京市农业农村局"
    with pytest.raises(AssertionError, match=organ):
        desks.at("accept")
    desks.at("refuse_acceptance", ground="other_organ", organ=organ, reason="应当向农业农村部门办理。")
    assert desks.case.status == S.NOT_ACCEPTED
    assert desks.whole() == []


@pytest.mark.parametrize(("inside", "decides"), [(True, "tj-jizhou-service"), (False, "tj-planning")])
def test_in_jizhou_the_protection_area_says_who_decides(matrix: None, clock: Any, inside: bool, decides: str) -> None:
    place = occupation.JIZHOU
    land = occupation.parcel(district=place, zone="key" if inside else "none")
    desks = Desks(*occupation.draft(place, land, tenure="temporary", years=1, permanent_building=False))
    recommended(desks, clock).hear_all()
    desks.at("propose", **NO)
    (item,) = desks.items("refuse")
    assert item.mandate is not None
    assert item.mandate.agency.slug == decides
    desks.at("refuse", reasons="不符合规定。")
    assert desks.whole() == []


def test_a_municipal_farm_is_first_reviewed_by_the_city(matrix: None, clock: Any) -> None:
    unit, clerk = occupation.make_unit("市属松谷林场", "110116")
    type(unit).objects.filter(pk=unit.pk).update(kind="municipal_state_farm")
    desks = Desks(*occupation.draft(unit=(type(unit).objects.get(pk=unit.pk), clerk)))
    accepted(desks)
    (item,) = desks.items("recommend")
    assert item.mandate is not None
    assert item.mandate.agency.slug == "bj-forestry"


def test_where_the_matrix_names_nobody_to_accept_no_application_begins_and_none_is_handed_in(
    matrix: None, clock: Any
) -> None:
    place = "120114"  # 武清区: no document that was read names who accepts there
    desks = Desks(*occupation.draft(place, occupation.parcel(district=place)))
    unit = desks.case.unit
    page = log_in(desks.clerk).post("/apply/?kind=occupation", {"unit": unit.pk, "district": place, "title": ""})
    assert "district" in page.context["form"].errors
    answer = log_in(desks.clerk).post(f"/drafts/{desks.pk}/check/", {"statement": "on"})
    assert answer.status_code in (409, 422)
    assert place in answer.content.decode()
    assert (desks.case.status, desks.case.number) == (S.DRAFT, None)
    assert desks.whole() == []
