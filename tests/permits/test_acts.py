"""Every act at the door: where it leads, and each way in which it is refused. What is refused leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import override

from permits.acts.perform import perform
from permits.errors import BadFacts, NotPermitted, RuleViolated, WrongStatus
from permits.models import ACTS, Application
from permits.models.aftercare import OF_AFTERCARE
from permits.models.facts import Day
from permits.models.life import Life
from permits.models.machine import STEP_DUTY, outcomes
from permits.models.states import S
from roles.appointments import appoint, grant
from roles.models import Mandate, Person
from roles.models.mandates import Duty
from tests.cast import Cast, make_person, make_post, pdf
from tests.pace import paced
from tests.permits.aftercare.cases import Watch
from tests.permits.attempts import attempt
from workflows.conformance import offered_by

REACHED = (
    S.DRAFT, S.SUBMITTED, S.CORRECTING, S.FIRST_REVIEW, S.FINAL_REVIEW, S.AWAITING_DECISION, S.APPROVED, S.REFUSED,
    S.NOT_ACCEPTED, S.WITHDRAWN,
)  # fmt: skip
STAFF = {"clerk", "acceptor", "district_reviewer", "reviewer", "decider", "auditor", "head", "stranger", "rival"}


def officer(cast: Cast, case: Application, act: str) -> dict[str, Any]:
    """Who performs `act` and under which mandate, as the role matrix has it."""
    by = ACTS[act].by
    if "unit" in by:
        return {"by": cast.clerk}
    if by == ("clock",):
        return {"by": None}
    if Duty.SUPERVISE in by:
        watch = Watch(case, cast.clerk)
        return {"by": watch.first, "mandate": watch.mandate}
    own = STEP_DUTY.get(S(case.status), Duty.DECIDE) if "step" in by else Duty.DECIDE
    duty = next((who for who in by if isinstance(who, Duty) and who in cast.officers), own)
    person = cast.head if ACTS[act].heads else cast.officers[duty]
    return {"by": person, "mandate": cast.mandate(case, duty)}


@pytest.mark.parametrize("status", REACHED)
def test_an_act_the_machine_does_not_allow_in_a_status_is_refused(cast: Cast, status: S) -> None:
    case = cast.case_at(status)
    forbidden = [act for act in ACTS if not outcomes(Application, act, status)]
    assert forbidden
    for act in forbidden:
        attempt(case, act, WrongStatus, **officer(cast, case, act))


@pytest.mark.parametrize("status", REACHED)
def test_nobody_acts_without_the_duty(cast: Cast, status: S) -> None:
    case = cast.case_at(status)
    for act in (act for act in ACTS if outcomes(Application, act, status)):
        given = officer(cast, case, act)
        others = [getattr(cast, name) for name in sorted(STAFF) if getattr(cast, name) != given["by"]]
        for person in others:
            attempt(case, act, NotPermitted, by=person, mandate=given.get("mandate"))
        if "unit" not in ACTS[act].by:
            attempt(case, act, NotPermitted, by=cast.clerk, mandate=None)


@pytest.mark.parametrize(
    "act", sorted(act for act, spec in ACTS.items() if any(f.required for f in spec.facts.values()))
)
def test_an_act_without_its_facts_names_each_that_is_missing(cast: Cast, act: str) -> None:
    status = next((status for status in REACHED if outcomes(Application, act, status)), None)
    if status is None:
        pytest.skip("only after a report to the higher authority: tests of the introduction flow")
    case = cast.case_at(status)
    given = officer(cast, case, act)
    if act in (
        "ask_hearing",
        "record_hearing_request",
        "hold_hearing",
        "give_up_hearing",
        "record_hearing_given_up",
        "answer_objection",
        "set_aside_filing",
        "tell_fee_due",
        "record_refund",
        "correct_payment",
        "reopen",
    ):
        cast.case_at(S.DRAFT)
        attempt(case, act, WrongStatus, **given)  # no right told, nothing announced or objected, no fee, no remedy
        return
    if act in vars(Life) or act in OF_AFTERCARE:
        attempt(case, act, (BadFacts, WrongStatus), **given)  # first asked is whether permit or obligation stands so
        return
    refused = attempt(case, act, BadFacts, **given)
    assert isinstance(refused, BadFacts)
    assert refused.errors.keys() == {name for name, fact in ACTS[act].facts.items() if fact.required}


BAD = {
    "NUL": "a\x00b",
    "a lone surrogate": "a\ud800",
    "only blanks": "   ",
    "too long": "长" * 4001,
    "no text": 17,
}


@pytest.mark.parametrize("bad", BAD)
def test_an_opinion_the_record_cannot_hold_is_refused(cast: Cast, bad: str) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    given = officer(cast, case, "recommend")
    refused = attempt(case, "recommend", BadFacts, outcome="approve", opinion=BAD[bad], **given)
    assert isinstance(refused, BadFacts)
    assert refused.errors.keys() == {"opinion"}


def test_an_unknown_fact_and_an_unknown_choice_are_refused(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    given = officer(cast, case, "recommend")
    refused = attempt(case, "recommend", BadFacts, outcome="perhaps", opinion="同意", colour="red", **given)
    assert isinstance(refused, BadFacts)
    assert refused.errors.keys() == {"outcome", "colour"}


NOTICE = {"starts": "2026-11-20", "ends": "2026-12-04", "place": "公开栏", "contact": "010-00000000"}
FEE = {"paid_on": "2026-11-20", "receipt": "0001", "amount": "50000.00"}
MALFORMED: list[tuple[str, dict[str, Any], str, Any]] = [
    *(("publish_notice", NOTICE, "ends", day) for day in ("9999-12-31", "2127-01-01", "0001-01-01", "1949-09-30")),
    ("publish_notice", NOTICE, "starts", datetime(9999, 1, 1, tzinfo=UTC)),
    *(
        ("record_fee", FEE, "amount", text)
        for text in ("1e400", "1e30", "1e12", "NaN", "sNaN", "Infinity", "-1", "0.001")
    ),
    *(("suspend_clock", {"reason": "检测"}, "ground", code) for code in (["testing"], {"a": 1}, {1}, 7)),
    *(("extend_period", {"reason": "复杂"}, "working_days", days) for days in ("9" * 5000, "1e400", [1], True)),
    (
        "record_site_check",
        {"checked_on": "2026-11-20", "place": "现地", "result": "一致"},
        "inspectors",
        [{1: 2, "a": 3}],
    ),
]


@pytest.mark.parametrize(("act", "others", "name", "value"), MALFORMED)
def test_a_fact_that_makes_no_sense_is_named_before_anything_is_computed(
    cast: Cast, act: str, others: dict[str, Any], name: str, value: Any
) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    with paced() as spent:
        refused = attempt(case, act, BadFacts, **officer(cast, case, act), **others | {name: value})
    assert isinstance(refused, BadFacts)
    assert refused.errors.keys() == {name}
    assert spent.calm_seconds < 1


@pytest.mark.parametrize("ends", ["1949-10-01", "2126-12-31"])
def test_the_first_and_the_last_day_an_act_may_speak_of(ends: str) -> None:
    assert Day().clean(ends) == ends


@pytest.mark.parametrize("status", [S.FINAL_REVIEW, S.AWAITING_DECISION])
@pytest.mark.parametrize("named", [True, False])
def test_no_act_moves_a_case_its_flow_cannot_follow(cast: Cast, status: S, named: bool) -> None:
    """A tending design is never reported up: its flow has no step that could take it from there."""
    case = cast.case_at(status)
    (item,) = case.case.open_items
    given = officer(cast, case, "report_up") | {"by": cast.officers[item.mandate.duty], "mandate": item.mandate}
    more = {"work_item": item.pk} if named else {}
    attempt(case, "report_up", WrongStatus, **given, **more, organ="国家林草局", opinion="超出权限")


def test_an_act_nobody_declared_is_no_act(cast: Cast) -> None:
    with pytest.raises(LookupError):
        perform(cast.draft().pk, "refresh_from_db", by=cast.clerk)


def test_a_superuser_without_a_mandate_is_nobody(cast: Cast) -> None:
    Person.objects.filter(pk=cast.stranger.pk).update(is_superuser=True, is_staff=True)
    cast.stranger.refresh_from_db()
    case = cast.case_at(S.SUBMITTED)
    attempt(case, "accept", NotPermitted, by=cast.stranger, mandate=cast.mandate(case, Duty.ACCEPT))


def test_a_closed_account_does_nothing(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    cast.acceptor.is_active = False
    attempt(case, "accept", NotPermitted, by=cast.acceptor, mandate=cast.mandate(case, Duty.ACCEPT))


HIGHER = {"organ": "国家林业和草原局", "opinion": "请予审核。"}


@pytest.mark.parametrize("status", [S.FINAL_REVIEW, S.AWAITING_DECISION])
def test_an_act_the_machine_allows_and_no_step_of_the_flow_offers_is_refused(cast: Cast, status: S) -> None:
    case = cast.case_at(status)
    offered = offered_by(case.case.flow_class) | {"withdraw"}
    strange = [act for act, spec in ACTS.items() if spec.moves and outcomes(Application, act, status)]
    assert [act for act in strange if act not in offered] == ["report_up"]
    given = officer(cast, case, "propose" if status == S.FINAL_REVIEW else "approve")
    with override("en"):
        refused = attempt(case, "report_up", WrongStatus, **given, **HIGHER)
    assert "is no step of this procedure" in str(refused)
    item = cast.open_item(case)
    assert item is not None
    attempt(case, "report_up", WrongStatus, work_item=item.pk, **given, **HIGHER)


# --- separation of duties ---------------------------------------------------------------------------------------------
def hold_everything(person: Person, case: Application) -> None:
    """A post with every mandate of the case's kind."""
    by_agency: dict[int, list[Mandate]] = {}
    reviews = (Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE)
    for mandate in Mandate.objects.filter(kind=case.kind, duty__in=reviews):
        by_agency.setdefault(mandate.agency_id, []).append(mandate)
    for mandates in by_agency.values():
        post = make_post(f"all-{person.pk}-{mandates[0].agency_id}", agency=mandates[0].agency)
        for mandate in mandates:
            grant(post, mandate)
        appoint(person, post)


@pytest.mark.parametrize(
    ("status", "first", "second"),
    [(S.FIRST_REVIEW, "recommend", "propose"), (S.FINAL_REVIEW, "propose", "approve")],
)
def test_who_reviewed_at_one_stage_may_not_act_at_the_next(cast: Cast, status: S, first: str, second: str) -> None:
    case = cast.case_at(status)
    allround = make_person("allround", "万能")
    hold_everything(allround, case)
    cast.do(case, first, by=allround)
    attempt(case, second, NotPermitted, by=allround, mandate=officer(cast, case, second)["mandate"], opinion="同意")
    attempt(case, "claim", NotPermitted, by=allround, mandate=officer(cast, case, second)["mandate"], item=1)
    cast.do(case, second)  # another person may


def test_who_claimed_and_gave_back_has_not_reviewed(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    allround = make_person("allround", "万能")
    hold_everything(allround, case)
    item = cast.take(case, by=allround)
    perform(case.pk, "release", by=allround, mandate=item.mandate, item=item.pk)
    cast.do(case, "recommend")
    assert cast.do(case, "propose", by=allround).after == S.AWAITING_DECISION


def test_who_recused_or_was_barred_is_out_of_the_case(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    perform(case.pk, "recuse", by=cast.reviewer, mandate=mandate, reason="与申请人有利害关系")
    attempt(case, "propose", NotPermitted, by=cast.reviewer, mandate=mandate, outcome="approve", opinion="同意")
    decision = cast.mandate(case, Duty.DECIDE)
    perform(case.pk, "bar_person", by=cast.head, mandate=decision, person=cast.decider, reason="申请人申请其回避")
    attempt(case, "claim", NotPermitted, by=cast.decider, mandate=decision, item=1)


# --- the work item ----------------------------------------------------------------------------------------------------
def test_an_act_for_a_closed_item_another_item_or_one_that_does_not_offer_it_is_undone(cast: Cast) -> None:
    case, other = cast.case_at(S.SUBMITTED), cast.case_at(S.SUBMITTED)
    item, foreign = cast.open_item(case), cast.open_item(other)
    assert item is not None
    assert foreign is not None
    given = {"by": cast.acceptor, "mandate": item.mandate}
    attempt(case, "accept", WrongStatus, work_item=foreign.pk, **given)
    cast.do(case, "accept")
    attempt(case, "recommend", WrongStatus, work_item=item.pk, outcome="approve", opinion="同意",
            **officer(cast, case, "recommend"))  # fmt: skip


def test_an_item_somebody_else_holds_is_not_completed(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case, by=cast.second_acceptor)
    refused = attempt(case, "accept", NotPermitted, by=cast.acceptor, mandate=item.mandate, work_item=item.pk)
    assert str(cast.second_acceptor) in str(refused)


# --- what bars an act, and what its facts get wrong together ----------------------------------------------------------
def test_correction_is_asked_for_once(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    cast.do(case, "resubmit")
    attempt(case, "request_correction", WrongStatus, items=[{"where": "head", "what": "再补"}],
            **officer(cast, case, "request_correction"))  # fmt: skip


def refused_fields(cast: Cast, case: Application, act: str, **facts: Any) -> set[str]:
    refused = attempt(case, act, BadFacts, **officer(cast, case, act), **facts)
    assert isinstance(refused, BadFacts)
    return set(refused.errors)


def test_the_right_organ_is_named_and_nothing_lapses_that_was_not_asked_for(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    assert refused_fields(cast, case, "refuse_acceptance", ground="other_organ", reason="不属本机关") == {"organ"}
    elsewhere = {"ground": "no_permit_needed", "organ": "国家林业和草原局", "reason": "无需许可"}
    assert refused_fields(cast, case, "refuse_acceptance", **elsewhere) == {"organ"}
    assert refused_fields(cast, case, "refuse_acceptance", ground="not_completed", reason="未补正") == {"ground"}


CHECK = {"checked_on": "2026-11-20", "place": "12林班", "result": "与设计一致"}


def test_a_site_check_takes_two_different_officers_and_a_possible_day(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    one, two = {"person": cast.district_reviewer}, {"person": cast.acceptor}
    assert refused_fields(cast, case, "record_site_check", **CHECK, inspectors=[one]) == {"inspectors"}
    assert refused_fields(cast, case, "record_site_check", **CHECK, inspectors=[one, one]) == {"inspectors"}
    for day in ("2026-11-19", "2026-11-21"):
        late = CHECK | {"checked_on": day, "inspectors": [one, two]}
        assert refused_fields(cast, case, "record_site_check", **late) == {"checked_on"}
    perform(case.pk, "record_site_check", **officer(cast, case, "record_site_check"), **CHECK, inspectors=[one, two])


def test_a_notice_runs_five_working_days_both_ends_counted_and_none_before_it_is_posted(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    notice = {"place": "村务公开栏", "contact": "010-12345"}
    days = {"starts": "2026-11-23", "ends": "2026-11-26"}
    assert refused_fields(cast, case, "publish_notice", **notice, **days) == {"ends"}
    past = {"starts": "2026-11-19", "ends": "2026-11-27"}
    assert refused_fields(cast, case, "publish_notice", **notice, **past) == {"starts"}
    given = officer(cast, case, "publish_notice")
    perform(case.pk, "publish_notice", **given, **notice, starts="2026-11-23", ends="2026-11-27")


def test_a_hearing_is_announced_in_time_chaired_by_no_reviewer_and_held_before_the_decision(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    words = {"place": "会议室", "subject": "抚育作业"}
    early = {"held_on": "2026-11-30", "chair": cast.auditor}
    assert refused_fields(cast, case, "announce_hearing", **words, **early) == {"held_on"}
    biased = {"held_on": "2026-12-01", "chair": cast.reviewer}
    assert refused_fields(cast, case, "announce_hearing", **words, **biased) == {"chair"}
    given = {"by": cast.decider, "mandate": cast.mandate(case, Duty.DECIDE)}
    perform(case.pk, "announce_hearing", **given, **words, held_on="2026-12-01", chair=cast.auditor)
    attempt(case, "approve", WrongStatus, **given, opinion="同意")


def test_a_finding_that_refers_is_passed_only_by_a_reasoned_ruling_with_a_document(cast: Cast) -> None:
    from decimal import Decimal

    from permits.drafts.materials import attach
    from tests.cast import plot

    case = cast.case_at(S.AWAITING_DECISION, plot(canopy_after=Decimal("0.55")))
    given = {"by": cast.decider, "mandate": cast.mandate(case, Duty.DECIDE)}
    refused = attempt(case, "approve", RuleViolated, **given, opinion="同意")
    assert isinstance(refused, RuleViolated)
    assert {finding.severity for finding in refused.findings} == {"refer"}
    for finding in refused.findings:
        document = attach(case.pk, pdf("论证.pdf", finding.rule), by=cast.decider, mandate=given["mandate"])
        perform(case.pk, "rule_on_finding", **given, rule=finding.rule, where=finding.where, reason="经论证可行",
                document=document)  # fmt: skip
    record = perform(case.pk, "approve", **given, opinion="同意")
    assert record.after == S.APPROVED
    assert record.findings  # what the rules found stands in the act, with clause and source
    assert record.findings[0]["citations"]


def test_acts_are_listed_in_the_order_of_the_procedure() -> None:
    """They were listed by their English names: a holder was offered the cancellation of the permit first."""
    names = [*ACTS]
    assert len(names) == len({*names})
    for earlier, later in (("submit", "accept"), ("accept", "approve"), ("ask_extension", "ask_cancellation"),
                           ("report_obligation", "check_report")):  # fmt: skip
        assert names.index(earlier) < names.index(later)
