"""A decision that a reconsideration or a judgment took away is decided anew, in the same case, and proved like any."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from permits.acts.perform import perform
from permits.acts.reopening import all_owed, owed, to_follow
from permits.acts.requests import open_request
from permits.clocks.standing import status as clocks_of
from permits.documents.printing import paper_of
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models import Application, Document, RegisterEntry
from permits.models.permit import P
from permits.models.states import S
from roles.models.mandates import Duty
from tests.cast import Cast, fresh, log_in, markup
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, print_papers
from tests.permits.life.remedied import REASONS, last, outcome, problems, refused, remedied, reopen, step, told_of
from workflows import sweep
from workflows.mandates import the_mandate
from workflows.permit_list import asked
from workflows.permit_list import of as permits_of


def test_a_refusal_annulled_is_decided_anew_and_may_become_an_approval(cast: Cast) -> None:
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    assert owed(fresh(desk.case))
    record = reopen(desk, remedy)
    assert (record.before, record.after) == (S.REFUSED, S.AWAITING_DECISION)
    assert told_of(record) >= {(cast.clerk.username, "unit")}
    assert step(desk) == ["decide"]
    assert fresh(desk.case).decided_on is None
    assert not owed(fresh(desk.case))
    assert problems() == []
    approval = cast.do(desk.case, "approve")
    print_papers(desk.case)
    assert permit(desk.case).status == P.VALID
    assert {paper.status for paper in desk.case.documents.filter(act__act="refuse")} == {"revoked"}
    refusal = desk.case.documents.get(act__act="refuse")
    told = f"（编号：{refusal.number}）。北京市人民政府于2026年11月20日以京政复字〔2026〕5号行政复议决定撤销了该决定，"
    paper = repr(paper_of(approval.documents.get(kind="tending_approval")))
    assert f"{told}并责令重新作出决定。本机关据此重新作出决定。" in paper
    assert problems() == []


def test_the_same_refusal_is_made_again_only_where_the_procedure_alone_was_wrong(cast: Cast) -> None:
    desk = refused(cast)
    reopen(desk, remedied(desk, "refuse"))
    with pytest.raises(BadFacts) as bad:
        cast.do(desk.case, "refuse", reasons=f" {REASONS}")
    assert list(bad.value.errors) == ["reasons"]
    cast.do(desk.case, "refuse", reasons="林地权属有争议，争议解决前不予同意。")
    print_papers(desk.case)
    reopen(desk, remedied(desk, "refuse", number="京政复字〔2026〕6号"), fault="procedure")
    cast.do(desk.case, "refuse", reasons="林地权属有争议，争议解决前不予同意。")
    print_papers(desk.case)
    assert fresh(desk.case).status == S.REFUSED
    assert problems() == []


def test_acceptance_is_not_refused_again_on_the_same_ground_and_reasons(cast: Cast) -> None:
    desk = Desk(cast.case_at(S.NOT_ACCEPTED), cast.clerk, cast.decider)
    print_papers(desk.case)
    reopen(desk, remedied(desk, "refuse_acceptance"))
    words = {"ground": "no_permit_needed", "reason": "本事项不需要 审批。"}
    with pytest.raises(BadFacts) as bad:
        cast.do(desk.case, "refuse_acceptance", **words)
    assert list(bad.value.errors) == ["reason"]
    cast.do(desk.case, "refuse_acceptance", **words | {"reason": "所列地块是人工林，不属于天然林抚育。"})
    print_papers(desk.case)
    reopen(desk, remedied(desk, "refuse_acceptance", number="京政复字〔2026〕6号"), fault="procedure")
    cast.do(desk.case, "refuse_acceptance", **words | {"reason": "所列地块是人工林，不属于天然林抚育。"})
    print_papers(desk.case)
    assert problems() == []


def test_an_approval_annulled_and_granted_anew_is_the_same_permit_with_another_paper(desk: Desk, cast: Cast) -> None:
    before = permit(desk.case)
    papers = list(desk.case.documents.filter(act__act="approve"))
    reopen(desk, remedied(desk, "approve"))
    assert permit(desk.case).status == P.ANNULLED
    assert fresh(desk.case).status == S.AWAITING_DECISION
    assert problems() == []
    again = cast.do(desk.case, "approve", opinion="同意。", conditions="应于2027年6月30日前完成补植。")
    print_papers(desk.case)
    held = permit(desk.case)
    assert (held.status, held.granted_by_id, held.valid_to) == (P.VALID, again.pk, before.valid_to)
    old = {paper.number for paper in papers}
    new = {paper.number for paper in desk.case.documents.filter(act=again)}
    assert len(old) == len(new)
    assert not old & new
    assert {paper.status for paper in desk.case.documents.filter(number__in=old)} == {"revoked"}
    assert {paper.status for paper in desk.case.documents.filter(number__in=new)} == {"issued"}
    assert RegisterEntry.objects.get(pk=desk.case.pk).number in new
    assert held.obligations.filter(code="condition-1", due=date(2027, 6, 30)).exists()
    assert problems() == []


def test_what_was_asked_under_the_annulled_approval_is_over_with_it(desk: Desk, cast: Cast) -> None:
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    reopen(desk, remedied(desk, "approve"))
    cast.do(desk.case, "approve")
    print_papers(desk.case)
    assert open_request(fresh(desk.case), "ask_change") is None
    assert not asked(permits_of(cast.decider)).exists()
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    desk.decide("grant_change")
    assert problems() == []


def test_an_approval_annulled_may_be_refused_anew_and_the_permit_stays_annulled(desk: Desk, cast: Cast) -> None:
    reopen(desk, remedied(desk, "approve"))
    cast.do(desk.case, "refuse")
    print_papers(desk.case)
    assert permit(desk.case).status == P.ANNULLED
    assert fresh(desk.case).status == S.REFUSED
    assert problems() == []


def test_a_later_remedy_against_the_first_approval_leaves_the_second(desk: Desk, cast: Cast) -> None:
    first = last(desk, "approve")
    reopen(desk, remedied(desk, "approve"))
    cast.do(desk.case, "approve")
    print_papers(desk.case)
    said = outcome(desk, first.seq, "annulled", number="（2026）京01行终9号") | {"decided_on": timezone.localdate()}
    desk.decide("record_suit", **said)
    assert permit(desk.case).status == P.VALID
    assert to_follow(fresh(desk.case)) == []
    assert problems() == []


def test_refused_acceptance_that_is_annulled_waits_for_acceptance_again(cast: Cast) -> None:
    desk = Desk(cast.case_at("submitted"), cast.clerk, cast.decider)
    cast.do(desk.case, "refuse_acceptance")
    print_papers(desk.case)
    with time_machine.travel("2026-12-14T10:00:00+08:00", tick=True):
        reopen(desk, remedied(desk, "refuse_acceptance"))
        assert step(desk) == ["accept"]
        assert clocks_of(fresh(desk.case)).of_step("accept").due.date == date(2026, 12, 21)
        assert problems() == []
    with time_machine.travel("2026-12-22T10:00:00+08:00", tick=True):
        sweep.deem_accepted()
        case = fresh(desk.case)
        assert (case.status, case.accepted_on) == (S.FIRST_REVIEW, date(2026, 12, 14))
        told = repr(paper_of(Document.objects.get(act=last(desk, "deem_accepted"))))
        assert "上述申请自重新办理之日（2026年12月14日）起即为受理" in told


def test_the_time_runs_from_the_receipt_and_ends_on_the_day_that_was_ordered(cast: Cast) -> None:
    desk = refused(cast)
    with time_machine.travel("2026-12-14T10:00:00+08:00", tick=True):
        remedy = remedied(desk, "refuse", decided_on=date(2026, 12, 3), received=date(2026, 12, 7),
                          until=date(2026, 12, 31))  # fmt: skip
        record = reopen(desk, remedy)
        whole = clocks_of(fresh(desk.case)).whole
        assert whole is not None
        assert (whole.started_on, whole.due.date, whole.period.key) == (date(2026, 12, 7), date(2026, 12, 31), "anew")
        assert desk.case.documents.get(act=record).kind == "reopened"
        mandate = the_mandate(fresh(desk.case), Duty.DECIDE)
        with pytest.raises((WrongStatus, NotPermitted)):  # what another organ set, no head of this one makes longer
            perform(desk.case.pk, "extend_period", by=cast.head, mandate=mandate, working_days=5, reason="案情复杂。")
        assert problems() == []


def test_without_a_day_it_is_the_period_of_the_law(cast: Cast) -> None:
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    for person in (cast.decider, cast.clerk):  # also before it is reopened: the days run from the receipt
        page = log_in(person, english=True).get(reverse("case", args=[desk.case.pk])).text
        assert "To be decided by 2026-12-18." in page
    with time_machine.travel("2026-12-21T09:00:00+08:00", tick=True):
        page = markup(log_in(cast.decider, english=True).get(reverse("case", args=[desk.case.pk])).text)
        assert "To be decided by 2026-12-18.<strong>That day has passed.</strong>" in page
    reopen(desk, remedy)
    whole = clocks_of(fresh(desk.case)).whole
    assert whole is not None
    assert (whole.period.key, whole.started_on, whole.working_days) == ("decide", date(2026, 11, 20), 20)


@pytest.mark.parametrize(
    ("other", "field"), [({"received": date(2026, 11, 21)}, "received"), ({"received": date(2026, 11, 19)}, "received"),
                         ({"until": date(2026, 11, 20)}, "until"),
                         ({"until": date(2026, 12, 20), "outcome": "annulled"}, "until")]
)  # fmt: skip
def test_days_that_cannot_be_are_refused(cast: Cast, other: dict[str, Any], field: str) -> None:
    desk = refused(cast)
    with pytest.raises(BadFacts) as bad:
        remedied(desk, "refuse", **other)
    assert list(bad.value.errors) == [field]


@pytest.mark.parametrize("result", ["upheld", "unlawful"])
def test_nothing_is_reopened_that_no_remedy_took_away(cast: Cast, result: str) -> None:
    desk = refused(cast)
    remedy = remedied(desk, "refuse", result)
    with pytest.raises(WrongStatus):
        reopen(desk, remedy)
    assert not owed(fresh(desk.case))


def test_a_refusal_that_a_remedy_changed_is_carried_out_in_its_case(cast: Cast) -> None:
    """复议法 63, 77: who reviews decided it; the organ grants what that says, and nobody applies again."""
    desk = refused(cast)
    remedy = remedied(desk, "refuse", "changed")
    assert owed(fresh(desk.case))
    assert {paper.status for paper in desk.case.documents.filter(act__act="refuse")} == {"revoked"}
    page = log_in(cast.clerk, english=True).get(reverse("case", args=[desk.case.pk])).text
    assert "changed it on" in page
    assert "what that says is carried out in this case" in page
    record = reopen(desk, remedy)
    assert (record.before, record.after) == (S.REFUSED, S.AWAITING_DECISION)
    page = log_in(cast.clerk, english=True).get(reverse("case", args=[desk.case.pk])).text
    assert "changed the earlier decision on" in page
    assert "count from acceptance" not in page, "its time counts from the receipt of the outcome"
    letter = repr(paper_of(record.documents.get(kind="reopened")))
    assert "以京政复字〔2026〕5号行政复议决定变更了该决定" in letter
    assert "被变更的决定及其文书不再有效" in letter
    cast.do(desk.case, "approve")
    print_papers(desk.case)
    assert permit(desk.case).status == P.VALID
    assert problems() == []


def test_an_approval_that_a_remedy_changed_is_not_reopened(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        reopen(desk, remedied(desk, "approve", "changed"))
    assert not owed(fresh(desk.case))


def test_it_is_reopened_once_by_an_outcome_that_took_it_away(cast: Cast) -> None:
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    with pytest.raises(BadFacts):
        desk.decide("reopen", remedy=1, fault="substance")
    reopen(desk, remedy)
    with pytest.raises(WrongStatus):
        reopen(desk, remedy)


def test_an_annulled_approval_alone_may_be_reopened_and_need_not(desk: Desk) -> None:
    remedied(desk, "approve", "annulled")
    case = fresh(desk.case)
    assert to_follow(case)
    assert not owed(case)


def test_an_order_to_decide_anew_is_shown_until_somebody_begins(cast: Cast) -> None:
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    client = log_in(cast.decider, english=True)
    assert "Annulled, to be decided anew" in client.get(reverse("home")).content.decode()
    table = client.get(reverse("case-list"), {"anew": "on"}).context["table"]
    assert [row.record.pk for row in table.rows] == [desk.case.pk]
    page = client.get(reverse("case", args=[desk.case.pk])).content.decode()
    assert reverse("case-act", args=[desk.case.pk, "reopen"]) in page
    for told in (page, log_in(cast.clerk, english=True).get(reverse("case", args=[desk.case.pk])).text):
        assert "This decision no longer holds" in told
        assert f'text-opinion">act {last(desk, "refuse").seq}</dd>' in told, "no bare number"
    address = reverse("case-act", args=[desk.case.pk, "reopen"])
    once = client.get(address).context["form"]["once"].value()
    said = {"once": once, "remedy": str(remedy.seq), "fault": "substance", "confirmed": "1"}
    client.post(address, said, follow=True)
    assert fresh(desk.case).status == S.AWAITING_DECISION
    assert "annulled since" in client.get(reverse("case", args=[desk.case.pk])).text, "its opinion is none any more"
    assert all_owed(Application.objects.all()) == []
    assert "Annulled, to be decided anew" not in client.get(reverse("home")).content.decode()


def test_looking_for_what_is_to_be_decided_anew_costs_the_same_however_much_there_is(cast: Cast) -> None:
    counts, desks = [], list[Desk]()
    for number, results in enumerate((("anew",), ("annulled", "upheld", "changed", "anew"))):
        desks += [Desk(cast.walk_to(S.REFUSED), cast.clerk, cast.decider) for _one in results]
        for desk, result in zip(desks[-len(results) :], results, strict=True):
            print_papers(desk.case)
            remedied(desk, "refuse", result)
        granted = Desk(cast.case_at(S.APPROVED, number=number + 1), cast.clerk, cast.decider)
        print_papers(granted.case)
        remedied(granted, "approve", "anew" if number else "annulled")
        desks.append(granted)
        with CaptureQueriesContext(connection) as queries:
            found = all_owed(Application.objects.all())
        counts.append(len(queries))
        assert sorted(found) == sorted(desk.case.pk for desk in desks if owed(fresh(desk.case)))
    assert counts[0] == counts[1] <= 4
    assert len(found) == 5


def test_what_the_register_tells_of_a_case_reopened_and_refused_is_sent_anew(cast: Cast, desk: Desk) -> None:
    """The tag of its files is that of the entry, and everything the entry tells is told at once."""
    address = reverse("register-data", args=["json"])

    def told() -> tuple[str, str]:
        answer = Client().get(address)
        return answer["ETag"], b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

    remedy = remedied(desk, "approve")
    tags = [told()]
    reopen(desk, remedy)
    tags.append(told())
    cast.do(desk.case, "refuse")
    print_papers(desk.case)
    tags.append(told())
    remedied(desk, "refuse", "upheld")
    tags.append(told())
    for (tag, before), (now, after) in pairwise(tags):
        assert (tag == now) == (before == after)
    assert len({after for _tag, after in tags}) == 3, "the refusal is not the permit's"


def test_who_applied_keeps_what_was_told_with_the_annulled_decision(cast: Cast) -> None:
    from permits.access import Reader

    desk = refused(cast)
    told = {act.pk for act in fresh(desk.case).history}
    reopen(desk, remedied(desk, "refuse"))
    assert not Reader(cast.clerk, fresh(desk.case)).withheld & told
    cast.do(desk.case, "return_to_final_review")
    hidden = Reader(cast.clerk, fresh(desk.case)).withheld
    assert hidden == {last(desk, "return_to_final_review").pk}


def test_it_goes_back_through_the_review_where_more_is_to_be_found_out(cast: Cast) -> None:
    desk = refused(cast)
    reopen(desk, remedied(desk, "refuse"))
    for act in ("return_to_final_review", "propose", "approve"):
        cast.do(desk.case, act)
    print_papers(desk.case)
    assert permit(desk.case).status == P.VALID
    assert problems() == []


def test_only_the_organ_that_decides_reopens(cast: Cast) -> None:
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    for person, duty in ((cast.acceptor, Duty.ACCEPT), (cast.reviewer, Duty.FINAL_REVIEW)):
        with pytest.raises(NotPermitted):
            perform(desk.case.pk, "reopen", by=person, mandate=the_mandate(fresh(desk.case), duty), remedy=remedy.seq,
                    fault="substance")  # fmt: skip


def test_a_permit_withdrawn_before_its_approval_was_annulled_is_granted_anew(desk: Desk, cast: Cast) -> None:
    desk.decide("withdraw_permit", **WITHDRAWN)
    reopen(desk, remedied(desk, "approve"))
    assert permit(desk.case).status == P.WITHDRAWN
    cast.do(desk.case, "approve")
    print_papers(desk.case)
    assert permit(desk.case).status == P.VALID
    assert problems() == []


# ---- what was decided on the permit, not the same again ------------------------------------------------------------
def test_a_request_is_not_refused_again_with_the_reasons_a_remedy_took_away(desk: Desk) -> None:
    """复议法 64(2); 诉讼法 71."""
    moved = {"what": "contact", "now": "密云区新址", "reason": "搬迁。"}
    desk.ask("ask_change", **moved)
    desk.decide("refuse_change", reasons="未附证明。")
    remedied(desk, "refuse_change")
    with pytest.raises(BadFacts) as bad:
        desk.decide("refuse_change", reasons=" 未附 证明。")
    assert list(bad.value.errors) == ["reasons"]
    desk.decide("refuse_change", reasons="未附证明。原决定仅因程序违法被撤销，现依法定程序重新作出。")
    desk.ask("ask_change", **moved)
    desk.decide("refuse_change", reasons="未附证明。")  # another request is another matter
    assert problems() == []


@pytest.mark.parametrize(
    ("act", "said"), [("withdraw_permit", WITHDRAWN), ("revoke_permit", REVOKED),
    ("cancel_permit", {"ground": "impossible", "reasons": "林地被洪水冲毁。"})],
)  # fmt: skip
def test_a_permit_is_not_ended_again_on_the_ground_and_reasons_a_remedy_took_away(
    desk: Desk, act: str, said: dict[str, Any]
) -> None:
    desk.decide(act, **said)
    remedied(desk, act)
    assert permit(desk.case).status == P.VALID
    with pytest.raises(BadFacts) as bad:
        desk.decide(act, **said)
    assert list(bad.value.errors) == ["reasons"]
    desk.decide(act, **said | {"reasons": "另查明的事实。"})
    assert permit(desk.case).status != P.VALID
    assert problems() == []


def test_a_request_that_came_since_lets_no_end_be_decided_again_on_a_ground_of_its_own(desk: Desk) -> None:
    """复议法 64(2): the end on a ground of art 70 answers nobody, whoever asked for another one meanwhile."""
    lost = {"ground": "impossible", "reasons": "林地被洪水冲毁。"}
    desk.decide("cancel_permit", **lost)
    remedied(desk, "cancel_permit")
    desk.ask("ask_cancellation", used="none", reason="不再实施。")
    with pytest.raises(BadFacts) as bad:
        desk.decide("cancel_permit", **lost)
    assert list(bad.value.errors) == ["reasons"]
    desk.decide("cancel_permit", ground="asked", reasons="林地被洪水冲毁。")
    assert permit(desk.case).status == P.CANCELLED
    assert problems() == []


def test_who_confirms_the_reopening_reads_the_outcome_in_words_and_not_as_a_number(cast: Cast) -> None:
    """It read 第北京市人民政府 … 2026年12月10日条记录."""
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    address = reverse("case-act", args=[desk.case.pk, "reopen"])
    page = log_in(cast.decider).post(address, {"remedy": remedy.seq, "fault": "substance"})
    shown = dict(page.context["form"].in_words())["所依据的复议决定或者判决"]
    assert shown.startswith(remedy.facts["organ"])
    assert shown in page.text


def test_who_decides_anew_reads_at_the_step_and_before_confirming_by_which_outcome_and_why(cast: Cast) -> None:
    """The page of the step told nothing of it, and the same could be decided again unawares (复议法 64)."""
    desk = refused(cast)
    remedy = remedied(desk, "refuse")
    reopen(desk, remedy)
    item = cast.take(fresh(desk.case))
    client = log_in(cast.decider)
    page = client.get(reverse("task", args=[item.pk])).text
    said = {"act": "approve", "opinion": "经重新审查，符合条件。"}
    review = client.post(reverse("task", args=[item.pk]), said).text
    assert "核对即将作出的决定" in review
    for told in (page, review):
        assert remedy.facts["number"] in told[told.index("本案正在重新办理") :]
        assert "原决定被撤销的原因：事实、证据、依据或者职权" in told
    other = cast.take(cast.case_at(S.AWAITING_DECISION))
    assert "本案正在重新办理" not in client.get(reverse("task", args=[other.pk])).text
