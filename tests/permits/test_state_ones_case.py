"""The applicant states its case 陈述申辩 by itself, until the decision (许可法 7, 36); nothing moves by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from permits.access import Reader, may
from permits.acts.perform import perform
from permits.acts.statements import A_DAY, last_stated, statements
from permits.documents.printing import paper_of
from permits.drafts.materials import attach_stated, may_read
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.ledger.chain import problems_of
from permits.models import ACTS, Act, Application, MaterialVersion
from permits.models.document import NoticeKind
from permits.models.material import current_files
from permits.models.states import HEARD, REVIEWING, S
from permits.verification.run import verify
from permits.volume.contents import enclosed_in
from roles.models import OperatingUnit
from tests.cast import WAY, Cast, fresh, pdf
from tests.permits.life.cases import Desk, print_papers
from tests.permits.life.remedied import outcome
from workflows.models import WorkItem

WORDS = "作业道已改走林缘，请一并考虑。"


def state(cast: Cast, case: Application, words: str = WORDS, **more: Any) -> Act:
    return perform(case.pk, "make_statement", by=cast.clerk, statement=words, **more)


def taken_away_and_reopened(cast: Cast, case: Application) -> None:
    """Refused, the refusal taken away by a reconsideration, and the case begun anew."""
    refusal, desk = cast.do(case, "refuse"), Desk(case, cast.clerk, cast.decider)
    print_papers(case)
    said = outcome(desk, refusal.seq, "anew") | {"decided_on": timezone.localdate()}
    desk.decide("reopen", remedy=desk.decide("record_reconsideration", **said).seq, fault="substance")


def items(case: Application) -> list[Any]:
    found = WorkItem.objects.filter(application=case).order_by("pk")
    return list(found.values_list("flow_task", "status", "owner", "mandate"))


@pytest.mark.parametrize("status", [S.SUBMITTED, *REVIEWING])
def test_the_unit_states_its_case_until_the_decision_and_nothing_moves(cast: Cast, status: S) -> None:
    case = cast.case_at(status)
    before = items(case)
    record = state(cast, case)
    assert (record.before, record.after, record.mandate_id, record.person) == (status, status, None, cast.clerk)
    assert record.facts == {"statement": WORDS}
    assert (items(case), fresh(case).status) == (before, status)
    state(cast, case, "再补充一点。")
    assert [one.words for one in statements(fresh(case))] == [WORDS, "再补充一点。"]
    assert problems_of(fresh(case)) == []


@pytest.mark.parametrize("status", [status for status in WAY if status not in HEARD])
def test_of_a_draft_in_a_correction_and_after_the_decision_nothing_is_stated(cast: Cast, status: S) -> None:
    """A correction is answered by what is handed in anew, with the unit's own note."""
    case = cast.case_at(status)
    with pytest.raises(WrongStatus):
        state(cast, case)
    with pytest.raises(WrongStatus):
        attach_stated(case.pk, pdf(), by=cast.clerk)
    assert not case.acts.filter(act="make_statement").exists()


def test_only_the_units_own_people_state_it_and_under_no_mandate(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    for person in (cast.rival, cast.reviewer, cast.head, cast.stranger, cast.auditor, None):
        assert not may(person, "make_statement", case)
        with pytest.raises(NotPermitted):
            perform(case.pk, "make_statement", by=person, statement=WORDS)
    with pytest.raises(NotPermitted):
        perform(case.pk, "make_statement", by=cast.clerk, mandate=cast.mandate(case, "final_review"), statement=WORDS)
    with pytest.raises(NotPermitted):
        attach_stated(case.pk, pdf(), by=cast.rival)


@pytest.mark.parametrize("words", ["", "   \n ", "长" * 4001, "a\x00b"])
def test_a_statement_says_something_the_record_can_hold(cast: Cast, words: str) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    with pytest.raises(BadFacts) as bad:
        state(cast, case, words)
    assert set(bad.value.errors) == {"statement"}


def test_it_rests_on_the_articles_on_hearing_the_applicant() -> None:
    assert ACTS["make_statement"].law == "《行政许可法》第七条、第三十六条"


# ---- its paper -------------------------------------------------------------------------------------------------------
def test_its_paper_is_no_material_of_the_application_and_goes_with_the_case(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    paper = attach_stated(case.pk, pdf("作业道.pdf", "走向"), by=cast.clerk)
    state(cast, case, document=paper)
    assert paper not in current_files(case)
    assert statements(fresh(case))[0].document == {"id": paper.pk, "name": "作业道.pdf", "sha256": paper.sha256}
    assert all(may_read(person, paper) for person in (cast.clerk, cast.decider, cast.auditor))
    assert not any(may_read(person, paper) for person in (cast.rival, cast.stranger))
    assert "随陈述申辩提交：作业道.pdf" in [one.title for one in enclosed_in(fresh(case))]
    assert list(verify(Application.objects.filter(pk=case.pk), installation=False)) == []


def test_the_same_paper_with_two_statements_is_kept_once(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    first, second = (attach_stated(case.pk, pdf("图.pdf", "同"), by=cast.clerk) for _twice in range(2))
    assert first == second
    assert MaterialVersion.objects.filter(material__application=case, material__slot="stated").count() == 1


def test_it_counts_in_what_the_unit_may_keep(cast: Cast, settings: Any) -> None:
    case, settings.UNIT_QUOTA_MB = cast.case_at(S.FIRST_REVIEW), 0
    with pytest.raises(BadFacts) as bad:
        attach_stated(case.pk, pdf("图.pdf", "多"), by=cast.clerk)
    assert set(bad.value.errors) == {"file"}


# ---- what no opinion could take into account -------------------------------------------------------------------------
def test_what_came_after_the_last_opinion_is_new_until_the_next_or_the_decision(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    assert last_stated(case) == 0
    state(cast, case, "一")

    def new() -> list[str]:
        return [one.words for one in statements(fresh(case)) if one.since]

    assert new() == [], "no opinion was given yet"
    cast.do(case, "recommend")
    assert new() == []
    state(cast, case, "二")
    cast.do(case, "record_statement", party="石塘路村", statement="三")
    assert new() == ["二", "三"]
    cast.do(case, "propose")
    assert new() == []
    last = state(cast, case, "四")
    assert (new(), last_stated(fresh(case))) == (["四"], last.seq)
    cast.do(case, "return_to_final_review")
    assert new() == ["四"], "the opinion that was sent back did not know of it either"
    cast.do(case, "propose")
    cast.do(case, "refuse")
    assert new() == []


def test_each_is_told_with_who_states(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    state(cast, case)
    cast.do(case, "record_statement", party="石塘路村", statement="无异议")
    farm = OperatingUnit.objects.get(pk=case.unit_id).name
    assert [(one.party, one.own) for one in statements(fresh(case))] == [(farm, True), ("石塘路村", False)]


@pytest.mark.parametrize(("outcome", "paper"), [("approve", "tending_approval"), ("refuse", "tending_refusal")])
def test_the_decision_says_on_which_days_the_applicant_stated_its_case(
    cast: Cast, time_machine: Any, outcome: str, paper: str
) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    state(cast, case)
    state(cast, case, "同日再补充。")
    cast.do(case, "record_statement", party="石塘路村", statement="无异议")
    time_machine.move_to("2026-11-23T10:00:00+08:00")
    state(cast, case, "另一日再补充。")
    cast.do(case, "record_statement", party="申请人", statement="当面再说一点。")
    cast.do(case, "record_statement", party=case.unit.name, statement="来函又说一点。")
    decision = cast.do(case, outcome)
    told = (
        "收悉。你单位于2026年11月20日、2026年11月23日提出陈述、申辩，本机关收悉。"
        "你单位书面或者当面提出的陈述、申辩，本机关于2026年11月23日登记。"
    )
    assert told in repr(paper_of(decision.documents.get(kind=paper)))


def test_a_statement_recorded_under_a_name_the_unit_has_lost_since_is_the_applicants_own(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    cast.do(case, "record_statement", party=case.unit.name, statement="来函说明。")
    decision = cast.do(case, "refuse")
    OperatingUnit.objects.filter(pk=case.unit_id).update(name="改名后的单位")
    again = repr(paper_of(Act.objects.get(pk=decision.pk).documents.get(kind="tending_refusal")))
    assert "你单位书面或者当面提出的陈述、申辩，本机关于2026年11月20日登记。" in again


def test_a_refused_acceptance_says_on_which_days_the_applicant_stated_its_case(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    state(cast, case)
    record = cast.do(case, "refuse_acceptance", ground="no_permit_needed", reason="依法不需要审批。")
    told = "收悉。你单位于2026年11月20日提出陈述、申辩，本机关收悉。"
    assert told in repr(paper_of(record.documents.get(kind=NoticeKind.NON_ACCEPTANCE)))


def test_a_decision_without_statements_says_nothing_of_them(cast: Cast) -> None:
    decision = cast.do(cast.case_at(S.AWAITING_DECISION), "refuse")
    assert "陈述、申辩" not in repr(paper_of(decision.documents.get(kind="tending_refusal")))


def test_the_applicant_is_not_kept_from_its_own_words(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    record = state(cast, case)
    assert record.pk not in Reader(cast.clerk, fresh(case)).withheld


# ---- how often -------------------------------------------------------------------------------------------------------
def test_the_same_words_again_are_no_second_statement(cast: Cast) -> None:
    """Two windows, each with a key of its own."""
    case = cast.case_at(S.FIRST_REVIEW)
    state(cast, case)
    with pytest.raises(BadFacts) as bad:
        state(cast, case, f" {WORDS}\n")
    assert bad.value.errors == {"statement": "相同内容已于2026年11月20日提交并记入办理记录，请勿重复提交。"}
    state(cast, case, "另有一点。")
    assert len(statements(fresh(case))) == 2


def test_the_paper_that_was_forgotten_is_handed_in_with_the_same_words(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    state(cast, case)
    paper = attach_stated(case.pk, pdf("图.pdf", "走向"), by=cast.clerk)
    state(cast, case, document=paper)
    for again in ({"document": paper}, {}):
        with pytest.raises(BadFacts):
            state(cast, case, **again)
    state(cast, case, document=attach_stated(case.pk, pdf("图.pdf", "另一走向"), by=cast.clerk))


def test_a_case_decided_anew_hears_the_same_words_anew(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    state(cast, case)
    taken_away_and_reopened(cast, case)
    [before] = statements(fresh(case))
    assert before.since, "no opinion of the case decided anew knows of it"
    state(cast, case)
    assert len(statements(fresh(case))) == 2


def test_a_day_takes_ten_statements_and_the_next_day_more(cast: Cast, time_machine: Any) -> None:
    """Each one holds up whoever has a page of the case open: a thousand a day would keep it from being decided."""
    case = cast.case_at(S.AWAITING_DECISION)
    for number in range(A_DAY):
        state(cast, case, f"第{number}点。")
    with pytest.raises(WrongStatus, match="今日已提交10件陈述申辩"):
        state(cast, case, "再一点。")
    cast.do(case, "record_statement", party="申请人", statement="当面再说一点。")
    time_machine.move_to("2026-11-21T00:30:00+08:00")
    state(cast, case, "次日再一点。")
