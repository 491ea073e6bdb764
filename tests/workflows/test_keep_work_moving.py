"""Open work that nobody can do any more: back to the queue, or on to the agency that follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from permits.acts.competence import deciding_agency
from permits.acts.perform import perform
from permits.documents.printing import render_pending
from permits.drafts.materials import attach
from permits.errors import WrongStatus
from permits.ledger.chain import problems_of
from permits.models import Act, Application, ClockEntry
from permits.models.states import S
from roles.appointments import appoint, dismiss, grant
from roles.delegations import delegate, take_back
from roles.editions import waiting
from roles.models import Agency, Mandate, Membership, Person
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, make_person, make_post, pdf
from tests.permits.documents.reading import text_of
from tests.workflows.holding import follow, leave, post_of
from workflows.keeping import readdress, return_unheld
from workflows.mandates import the_mandate
from workflows.models import Notification, WorkItem
from workflows.notifications.making import make_pending
from workflows.notifications.words import headline


def owner(item: WorkItem) -> Person | None:
    return WorkItem.objects.select_related("owner").get(pk=item.pk).owner


def test_what_a_dismissed_officer_held_is_the_agencys_again_at_once(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    Membership.objects.filter(person=cast.acceptor).update(since=timezone.localdate() - timedelta(days=9))
    dismiss(cast.acceptor, post_of(cast.acceptor), by=cast.district_head, ground="免字1号")
    assert owner(item) is None
    vacated = Act.objects.get(act="vacate")
    assert (vacated.person, str(cast.acceptor) in vacated.facts["reason"]) == (None, True)
    cast.take(case, by=cast.second_acceptor)
    assert problems_of(Application.objects.get(pk=case.pk)) == []


def test_what_is_held_on_the_first_day_is_returned_at_once_too(cast: Cast) -> None:
    item, post = cast.take(cast.case_at(S.SUBMITTED)), post_of(cast.acceptor)
    assert Membership.objects.get(person=cast.acceptor).since == timezone.localdate()
    dismiss(cast.acceptor, post, until=timezone.localdate() + timedelta(days=1))
    assert owner(item) == cast.acceptor  # it ends later
    dismiss(cast.acceptor, post, by=cast.district_head, ground="免字1号")
    assert owner(item) is None
    vacated = Act.objects.get(act="vacate")
    assert str(post) in vacated.facts["reason"]


def test_on_the_first_day_who_has_the_duty_by_another_post_keeps_the_item(cast: Cast) -> None:
    item, post = cast.take(cast.case_at(S.SUBMITTED)), post_of(cast.acceptor)
    assert item.mandate is not None
    other = make_post("other", agency=post.agency)
    grant(other, item.mandate)
    appoint(cast.acceptor, other)
    dismiss(cast.acceptor, post)
    assert owner(item) == cast.acceptor


def test_a_stand_in_of_one_day_returns_what_was_held_when_the_principal_leaves_on_the_first_day(cast: Cast) -> None:
    post, today = post_of(cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    delegate(cast.reviewer, deputy, post, since=today, until=today + timedelta(days=9), reason="休假", by=cast.head)
    item = cast.take(cast.case_at(S.FINAL_REVIEW), by=deputy)
    dismiss(cast.reviewer, post)
    assert owner(item) is None


def test_what_a_stand_in_held_is_the_agencys_again_when_the_delegation_is_taken_back(cast: Cast) -> None:
    post, today = post_of(cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    given = delegate(cast.reviewer, deputy, post, since=today, until=today + timedelta(days=9), reason="休假",
                     by=cast.head)  # fmt: skip
    own = cast.take(cast.case_at(S.FINAL_REVIEW))
    item = cast.take(case := cast.case_at(S.FINAL_REVIEW), by=deputy)
    take_back(given, by=cast.head)
    assert (owner(item), owner(own)) == (None, cast.reviewer)
    why = Act.objects.get(act="vacate").facts["reason"]
    assert why == f"{deputy} 已不再具有此项职责的岗位，也不再代理此类岗位。", "the record speaks of them, not to them"
    told = log_in(cast.head).get(f"/cases/{case.pk}/").text
    assert "系统（自动记载）" in told, "no period gave it back"
    assert problems_of(Application.objects.get(pk=case.pk)) == []


@pytest.mark.parametrize("dismissal", [False, True])
def test_what_a_stand_in_held_goes_back_in_the_order_of_the_cases(cast: Cast, dismissal: bool) -> None:
    """Each case is locked until all are back: two who lock in different orders would wait for each other."""
    post, today = post_of(cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    given = delegate(cast.reviewer, deputy, post, since=today, until=today + timedelta(days=9), reason="休假",
                     by=cast.head)  # fmt: skip
    earlier, later = cast.case_at(S.FIRST_REVIEW), cast.case_at(S.FINAL_REVIEW)
    cast.take(later, by=deputy)
    cast.do(earlier, "recommend")
    cast.take(earlier, by=deputy)  # an item made after the other case's
    if dismissal:
        dismiss(cast.reviewer, post)
    else:
        take_back(given, by=cast.head)
    returned = Act.objects.filter(act="vacate").order_by("pk").values_list("application", flat=True)
    assert [*returned] == [earlier.pk, later.pk]


def test_a_stand_in_with_the_duty_by_a_post_of_their_own_keeps_the_item(cast: Cast) -> None:
    post, today = post_of(cast.acceptor), timezone.localdate()
    given = delegate(cast.acceptor, cast.second_acceptor, post, since=today, until=today, reason="休假",
                     by=cast.acceptor)  # fmt: skip
    item = cast.take(cast.case_at(S.SUBMITTED), by=cast.second_acceptor)
    take_back(given, by=cast.acceptor)
    assert owner(item) == cast.second_acceptor


def test_who_holds_the_duty_by_another_post_too_keeps_the_item(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    other = make_post("other", agency=post_of(cast.acceptor).agency)
    assert item.mandate is not None
    grant(other, item.mandate)
    Membership.objects.filter(person=cast.acceptor).update(since=timezone.localdate() - timedelta(days=9))
    post = post_of(cast.acceptor)
    appoint(cast.acceptor, other)
    dismiss(cast.acceptor, post)
    assert owner(item) == cast.acceptor


def test_what_a_stand_in_held_is_returned_with_the_principals_dismissal(cast: Cast) -> None:
    post, today = post_of(cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    delegate(cast.reviewer, deputy, post, since=today, until=today, reason="休假", by=cast.head)
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case, by=deputy)
    Membership.objects.filter(person=cast.reviewer).update(since=today - timedelta(days=9))
    dismiss(cast.reviewer, post)
    assert owner(item) is None


@pytest.mark.parametrize("first_day", [0, 9])
def test_what_a_stand_in_held_is_returned_when_the_stand_in_leaves_the_agency(cast: Cast, first_day: int) -> None:
    post, today = post_of(cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", own := make_post("deputy", agency=post.agency))
    delegate(cast.reviewer, deputy, post, since=today, until=today + timedelta(days=9), reason="休假", by=cast.head)
    item = cast.take(cast.case_at(S.FINAL_REVIEW), by=deputy)
    Membership.objects.filter(person=deputy).update(since=today - timedelta(days=first_day))
    dismiss(deputy, own)
    assert owner(item) is None


def test_a_term_that_ended_by_its_date_is_found_by_the_sweep_once(cast: Cast) -> None:
    held, free = cast.take(cast.case_at(S.SUBMITTED)), cast.take(cast.case_at(S.FINAL_REVIEW))
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(person=cast.acceptor).update(since=yesterday, until=yesterday)
    assert return_unheld().recorded == 1
    assert return_unheld().recorded == 0
    assert (owner(held), owner(free)) == (None, cast.reviewer)


@pytest.mark.parametrize("act", ["recuse", "bar_person"])
def test_whoever_is_kept_from_a_case_lets_go_of_it_at_once(cast: Cast, act: str) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    if act == "recuse":
        perform(case.pk, act, by=cast.reviewer, mandate=item.mandate, reason="利害关系")
    else:
        perform(case.pk, act, by=cast.head, mandate=item.mandate, person=cast.reviewer, reason="利害关系")
    assert owner(item) is None
    assert WorkItem.objects.get(pk=item.pk).status == "NEW"


def test_barring_somebody_else_leaves_the_item_with_its_holder(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    perform(case.pk, "bar_person", by=cast.head, mandate=item.mandate, person=cast.decider, reason="利害关系")
    assert owner(item) == cast.reviewer


# --- a mandate that left the role matrix ------------------------------------------------------------------------------


def test_an_item_whose_mandate_left_the_matrix_goes_to_the_agency_that_follows(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    assert item.mandate is not None
    agency = Agency.objects.get(slug="bj-planning")
    new = follow(item.mandate, agency)
    leave(item.mandate)
    heading, working = make_post("planning-head", agency=agency), make_post("planning-review", agency=agency)
    grant(heading, agency)
    grant(working, new)
    head, officer = make_person("planning_head", "规自局长", heading), make_person("planning", "规自审查", working)
    assert readdress().recorded == 1
    assert readdress().recorded == 0
    moved = WorkItem.objects.get(pk=item.pk)
    assert (moved.mandate, moved.owner) == (new, None)
    make_pending()
    assert "readdressed" in head.notifications.values_list("event", flat=True)
    assert "arrived" in officer.notifications.values_list("event", flat=True)
    taken = cast.take(case, by=officer)
    perform(case.pk, "propose", by=officer, mandate=new, work_item=taken.pk, outcome="approve", opinion="拟同意。")
    done = Application.objects.get(pk=case.pk)
    assert (done.status, problems_of(done)) == (S.AWAITING_DECISION, [])


def test_a_case_accepted_before_its_agency_was_replaced_goes_on_with_the_one_that_follows(cast: Cast) -> None:
    """The row that follows begins with the same document, so that both are of the day of acceptance."""
    case = cast.case_at(S.FINAL_REVIEW)
    decides, reviews = cast.mandate(case, Duty.DECIDE), cast.take(case).mandate
    assert reviews is not None
    agency = Agency.objects.get(slug="bj-planning")
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        new = {row.duty: follow(row, agency) for row in (decides, reviews)}
        for row in (decides, reviews):
            leave(row)
        assert deciding_agency(case) == agency
        for duty, row in new.items():
            assert the_mandate(case, duty) == row
        assert readdress().recorded == 1
        follow(new[Duty.DECIDE], decides.agency)
        with pytest.raises(WrongStatus):
            the_mandate(case, Duty.DECIDE)  # two that are there: a person says which


def test_acceptance_by_silence_names_the_agency_that_follows_the_one_of_the_day_of_receipt(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    decides = cast.mandate(case, Duty.DECIDE)
    item = cast.take(case)
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        new = follow(decides, Agency.objects.get(slug="bj-planning"))
        leave(decides)
        record = perform(case.pk, "deem_accepted", by=None, mandate=item.mandate)
        paper = render_pending(record.documents.get().pk)
    assert new.agency.name in text_of(paper.file.pdf)


def test_where_no_agency_follows_the_tick_reports_the_case(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    assert item.mandate is not None
    leave(item.mandate)
    swept = readdress()
    assert (swept.recorded, swept.failed) == (0, [case.pk])
    assert owner(item) == cast.reviewer


def told_next(case: Application, by: Person) -> str:
    page = log_in(by).get(f"/cases/{case.pk}/", headers={"accept-language": "en"}).content.decode()
    return page.split('id="next"')[1].split("</section>")[0]


def test_the_page_of_a_case_says_that_its_agency_is_gone_and_who_follows(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item, words = cast.take(case), ("不再承担这项职责", "转交")
    assert item.mandate is not None
    assert words[0] not in told_next(case, cast.clerk)
    leave(item.mandate)
    alone = told_next(case, cast.clerk)
    assert [word in alone for word in words] == [True, False]
    assert str(cast.reviewer) not in told_next(case, cast.auditor)
    new = follow(item.mandate, Agency.objects.get(slug="bj-planning"))
    assert f"转交{new.agency}" in told_next(case, cast.clerk)
    assert readdress().recorded == 1
    assert words[0] not in told_next(case, cast.clerk)


def test_what_waits_under_a_duty_that_has_ended_is_counted_until_an_agency_has_it(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    assert item.mandate is not None
    assert waiting() == []
    leave(item.mandate)
    assert waiting() == [(item.mandate, 1)]
    assert readdress().failed == [case.pk]
    follow(item.mandate, Agency.objects.get(slug="bj-planning"))
    readdress()
    assert waiting() == []


def test_where_no_agency_accepts_any_more_the_unit_is_told_the_place_by_its_name(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    for row in Mandate.objects.filter(kind=case.kind, duty=Duty.ACCEPT):
        leave(row)
    with pytest.raises(WrongStatus, match=str(case.jurisdiction)):
        the_mandate(case, Duty.ACCEPT)


def test_an_item_is_not_handed_on_to_another_duty(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    with pytest.raises(WrongStatus):
        perform(case.pk, "readdress", by=None, item=item.pk, office=cast.mandate(case, Duty.DECIDE), reason="x")


def test_an_item_whose_mandate_is_in_the_matrix_is_not_handed_on(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    assert item.mandate is not None
    other = follow(item.mandate, Agency.objects.get(slug="bj-planning"))
    with pytest.raises(WrongStatus):
        perform(case.pk, "readdress", by=None, item=item.pk, office=other, reason="x")
    assert owner(item) == cast.reviewer


# --- what a flow does not offer ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("act", ["record_fee", "remind"])
def test_what_no_step_of_this_flow_offers_is_refused_in_a_shell_too(cast: Cast, act: str) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    said = {"record_fee": {"paid_on": timezone.localdate(), "receipt": "0001", "amount": "50000.00"}}
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    with pytest.raises(WrongStatus, match=r"no step|没有|不是"):
        perform(case.pk, act, by=cast.reviewer, mandate=mandate, **said.get(act, {"office": mandate}))
    assert not Act.objects.filter(act=act).exists()


# --- evidence of what is withheld -------------------------------------------------------------------------------------
def test_evidence_of_a_withheld_act_is_withheld_until_the_decision(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    mandate = cast.mandate(case, Duty.DECIDE)
    file = attach(case.pk, pdf("论证意见.pdf", "意见"), by=cast.decider, mandate=mandate)
    perform(case.pk, "rule_on_finding", by=cast.decider, mandate=mandate, rule="T-VI2", reason="可行", document=file)
    clerk, officer = log_in(cast.clerk), log_in(cast.reviewer)
    page, place = f"/cases/{case.pk}/", f"/materials/{file.pk}/"
    assert "论证意见.pdf" not in clerk.get(page).content.decode()
    assert (clerk.get(place).status_code, officer.get(place).status_code) == (404, 200)
    assert "论证意见.pdf" in officer.get(page).content.decode()
    cast.do(case, "approve")
    assert "论证意见.pdf" in clerk.get(page).content.decode()
    assert clerk.get(place).status_code == 200


# --- a clock that cannot be read --------------------------------------------------------------------------------------
def test_an_unknown_period_breaks_no_other_case_in_a_list(cast: Cast) -> None:
    broken, sound = cast.case_at(S.SUBMITTED), cast.walk_to(S.SUBMITTED)
    today = timezone.localdate()
    ClockEntry.objects.create(
        application=broken, act=broken.acts.latest("seq"), step="gone", event="started", period="gone", on=today,
        due_on=today, working_days=5,
    )  # fmt: skip
    for place in ("/", "/queue/agency/", "/queue/agency/?format=csv", "/cases/"):
        page = log_in(cast.acceptor).get(place)
        assert page.status_code == 200, place
        told = page.content.decode()
        assert str(broken) in told, place
        assert str(sound) in told, place
    assert log_in(cast.acceptor).get(f"/cases/{sound.pk}/").status_code == 200


# --- who is told that work left them ----------------------------------------------------------------------------------


def test_who_held_a_task_that_the_head_gives_to_another_is_told(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    second = make_person("second_reviewer", "何审查", post_of(cast.reviewer))
    perform(case.pk, "reassign", by=cast.head, mandate=item.mandate, item=item.pk, to=second, reason="调岗")
    make_pending()
    (told,) = cast.reviewer.notifications.filter(act__act="reassign")
    assert headline(told) == "您办理的一项待办已改派他人：审查", "the page behind it says to whom and why"
    assert [*second.notifications.filter(act__act="reassign").values_list("event", flat=True)] == ["given"]


def test_nobody_is_told_to_have_lost_a_task_that_was_in_the_queue_or_stays_theirs(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    perform(case.pk, "release", by=cast.reviewer, mandate=item.mandate, item=item.pk)
    second = make_person("second_reviewer", "何审查", post_of(cast.reviewer))
    for _again in range(2):
        perform(case.pk, "reassign", by=cast.head, mandate=item.mandate, item=item.pk, to=second, reason="分派")
    make_pending()
    assert not Notification.objects.filter(event="taken").exists()


def test_a_duty_that_passes_on_is_told_to_the_heads_of_both_agencies(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    assert item.mandate is not None
    agency = Agency.objects.get(slug="bj-planning")
    follow(item.mandate, agency)
    leave(item.mandate)
    heading = make_post("planning-head", agency=agency)
    grant(heading, agency)
    head = make_person("planning_head", "规自局长", heading)
    readdress()
    make_pending()
    told = Notification.objects.filter(act__act="readdress")
    assert {(news.person_id, headline(news)) for news in told} == {
        (head.pk, "职责已转由本机关承担：原属其他机关的事项已转入本机关待领取"),
        (cast.head.pk, "职责已转由其他机关承担：本机关的一项待办已转入该机关待领取"),
    }
