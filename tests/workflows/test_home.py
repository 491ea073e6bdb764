"""Home: each sees what waits for them, and it costs the same however much there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from permits.acts.perform import perform
from permits.clocks.standing import DELIVERY, due_dates
from permits.documents.printing import render_pending
from permits.models import Document
from permits.models.states import S
from roles.access import mandates_held
from roles.appointments import appoint, deactivate, end_term, grant
from roles.delegations import delegate, take_back
from roles.looks import one_look
from roles.models import Membership, Post
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, make_person, make_post, markup, text
from workflows import queues
from workflows.models import WorkItem
from workflows.worklist import left_to_nobody


def figures(response: Any, name: str) -> dict[str, int]:
    return {str(figure.label): figure.number for figure in response.context[name]}


def home(person: Any) -> Any:
    return log_in(person, english=True).get("/")


def test_a_visitor_logs_in_first(cast: Cast, client: Any) -> None:
    assert client.get("/").url == "/login/?next=/"


def test_who_holds_no_post_is_told_so(cast: Cast) -> None:
    assert "You hold no post yet" in text(home(cast.stranger))


def test_whose_term_ended_reads_which_and_when(cast: Cast) -> None:
    """It read that they hold no post yet."""
    today = timezone.localdate()
    post = Post.objects.get(memberships__person=cast.acceptor)
    end_term(Membership.objects.get(person=cast.acceptor), until=today)
    assert "Your term in" not in text(home(cast.acceptor)), "it is the last day"
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        told = text(home(cast.acceptor))
    assert f"Your term in the post “{post}” ended on" in told
    assert "You hold no post yet" not in told


def test_the_unit_reads_what_is_to_be_corrected_and_by_when(cast: Cast) -> None:
    """A number told that there is something, and the latest cases may not have it among them."""
    assert "to-correct" not in home(cast.clerk).text
    case = cast.case_at(S.CORRECTING)
    page = home(cast.clerk).text
    listed = page[page.index('id="to-correct"') : page.index("The latest")]
    assert str(case.number) in listed
    assert "no period" in listed, "this correction names no day"


def test_who_holds_a_post_without_a_duty_is_not_told_of_no_post(cast: Cast) -> None:
    agency = Post.objects.get(memberships__person=cast.acceptor).agency
    told = text(home(make_person("general", "综合岗", make_post("general", agency=agency))))
    assert "You hold no post yet" not in told
    assert "Your post gives nothing to do here yet" in told


def test_a_manager_is_told_that_nobody_applies_for_the_unit_any_more(cast: Cast) -> None:
    """The last clerk left while a correction was awaited: the manager, who alone can appoint another, read nothing."""
    managing = make_post("managing", unit=cast.farm)
    grant(managing, cast.farm, manage=True)
    manager = make_person("manager", "场长", managing)
    cast.case_at(S.SUBMITTED)
    cast.case_at(S.CORRECTING)
    cast.case_at(S.REFUSED)
    cast.case_at(S.DRAFT)
    assert "Nobody can act for" not in text(home(manager))
    for term in Membership.objects.filter(post__unit=cast.farm).exclude(post=managing):
        end_term(term, until=timezone.localdate())
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        told = text(home(manager))
    assert f"Nobody can act for {cast.farm} here" in told
    assert "2 of its cases still run." in told


def test_a_term_for_a_unit_that_ends_soon_is_told_to_who_holds_it_and_to_the_manager(cast: Cast) -> None:
    """A power of attorney ran out, and neither was told before."""
    term, manages = Membership.objects.get(person=cast.clerk), make_post("manages", unit=cast.farm)
    grant(manages, cast.farm, manage=True)
    manager = make_person("manager", "魏主任", manages)
    today = timezone.localdate()

    def told() -> list[bool]:
        warned = re.compile(f'<p class="alert alert-warning[^>]*>[^<]*“{term.post}”')
        return [bool(warned.search(home(one).content.decode())) for one in (cast.clerk, manager, cast.rival)]

    assert told() == [False, False, False]
    for days, soon in ((15, False), (14, True), (0, True)):
        Membership.objects.filter(pk=term.pk).update(until=today + timedelta(days=days))
        assert told() == [soon, soon, False]
    appoint(cast.clerk, term.post, since=today + timedelta(days=1), by=manager)
    assert told() == [False, False, False]


def test_a_clerk_sees_drafts_corrections_running_and_decided_cases_of_the_own_unit(cast: Cast) -> None:
    cast.draft()
    for status in (S.CORRECTING, S.FIRST_REVIEW, S.APPROVED, S.REFUSED):
        cast.case_at(status)
    page = home(cast.clerk)
    cases = {"Drafts": 1, "To be corrected": 1, "In procedure": 1, "Decided": 2}
    assert figures(page, "unit_figures") == cases | {"Permits ending within 60 days": 0}
    assert 'href="/apply/"' in page.content.decode()
    assert set(figures(home(cast.rival), "unit_figures").values()) == {0}


def test_a_draft_without_a_title_is_called_by_what_is_applied_for(cast: Cast) -> None:
    case = cast.draft(title="")
    assert f"Approval of a tending design #{case.pk}" in text(home(cast.clerk))


def test_who_acts_for_several_units_reads_for_which_and_chooses_one(cast: Cast) -> None:
    """An agent of two villages read their cases in one list without a name, and the first stood in the form."""
    cast.case_at(S.SUBMITTED)
    rows = '<span class="text-secondary">· {}</span>'
    assert rows.format(cast.farm) not in markup(home(cast.clerk).content.decode())
    form = log_in(cast.clerk, english=True).get("/apply/?kind=tending").context["form"]
    assert [str(name) for _key, name in form.fields["unit"].choices] == [str(cast.farm)]
    assert form.fields["district"].initial == cast.farm.jurisdiction_id
    appoint(cast.clerk, Post.objects.get(memberships__person=cast.rival))
    assert rows.format(cast.farm) in markup(home(cast.clerk).content.decode())
    desk = log_in(cast.clerk, english=True)
    page = desk.get("/apply/?kind=tending")
    assert next(str(name) for _key, name in page.context["form"].fields["unit"].choices) == "—"
    assert page.context["form"].fields["district"].initial is None
    answer = desk.post("/apply/?kind=tending", {"district": cast.farm.jurisdiction_id, "unit": ""})
    assert "unit" in answer.context["form"].errors


def test_an_officer_sees_own_and_free_work_and_what_is_late(cast: Cast) -> None:
    cast.case_at(S.SUBMITTED)
    late = cast.take(cast.case_at(S.SUBMITTED))
    WorkItem.objects.filter(pk=late.pk).update(due="2026-11-19")
    soon = cast.take(cast.case_at(S.SUBMITTED))
    WorkItem.objects.filter(pk=soon.pk).update(due="2026-11-25", soon_from="2026-11-20")
    page = home(cast.acceptor)
    mine = {"My tasks": 2, "Mine nearly due": 1, "Mine overdue": 1}
    free = {"To be taken": 1, "To be taken, nearly due": 0, "To be taken, overdue": 0}
    assert figures(page, "figures") == mine | free
    assert figures(home(cast.second_acceptor), "figures") == dict.fromkeys(mine, 0) | free


def test_what_nobody_holds_is_told_as_overdue_too(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    WorkItem.objects.filter(application=case).update(due="2026-11-18", soon_from="2026-11-13")
    assert figures(home(cast.acceptor), "figures")["To be taken, overdue"] == 1
    told = figures(home(cast.district_head), "head_figures")
    assert (told["Overdue"], told["Nobody has taken it"], told["Not taken and overdue"]) == (1, 1, 1)


def test_every_tile_of_a_farm_opens_the_list_it_counts(cast: Cast) -> None:
    cast.draft()
    for status in (S.CORRECTING, S.FIRST_REVIEW, S.APPROVED, S.REFUSED):
        cast.case_at(status)
    client = log_in(cast.clerk)
    for figure in client.get("/").context["unit_figures"]:
        assert client.get(figure.url).context["table"].page.paginator.count == figure.number, figure.label


def test_a_head_sees_the_agencys_work_and_who_holds_it(cast: Cast) -> None:
    cast.take(cast.case_at(S.SUBMITTED))
    page = home(cast.district_head)
    assert figures(page, "head_figures")["Open in the agency"] == 1
    assert str(cast.acceptor) in text(page)
    assert "All work of my agency, the soonest first" in text(page)
    assert figures(home(cast.head), "head_figures")["Open in the agency"] == 0


def test_a_head_is_told_of_steps_that_nobody_in_the_agency_can_do(cast: Cast) -> None:
    """The last reviewer left: the steps stood among those that nobody had taken, as if somebody could."""
    cast.case_at(S.FIRST_REVIEW)
    mandate = cast.mandate(cast.case_at(S.FIRST_REVIEW), Duty.FIRST_REVIEW)
    cast.case_at(S.SUBMITTED)
    assert home(cast.district_head).context["undoable"] == []
    end_term(Membership.objects.get(person=cast.district_reviewer), until=timezone.localdate())
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        page = home(cast.district_head)
        assert page.context["undoable"] == [(mandate, 2)]
        assert "Nobody in your agency has these duties" in text(page)
        assert home(cast.head).context["undoable"] == []
        appoint(cast.second_acceptor, Post.objects.get(memberships__person=cast.district_reviewer))
        assert home(cast.district_head).context["undoable"] == []
        deactivate(cast.second_acceptor)
        assert home(cast.district_head).context["undoable"] == [(mandate, 2)]


def kept_away(person: Any) -> list[int]:
    return [item.application_id for item in home(person).context["kept_away"]]


@pytest.mark.parametrize("act", ["recuse", "bar_person"])
def test_a_head_is_told_of_a_case_from_which_everybody_with_the_duty_is_kept(cast: Cast, act: str) -> None:
    """The only reviewer recused: somebody had the duty, so that nothing told the head that nobody could do the step."""
    case, other = cast.case_at(S.FINAL_REVIEW), cast.walk_to(S.FINAL_REVIEW)
    said = {"reason": "与申请单位负责人有亲属关系"} | ({"person": cast.reviewer} if act == "bar_person" else {})
    by = cast.head if act == "bar_person" else cast.reviewer
    assert kept_away(cast.head) == []
    perform(case.pk, act, by=by, mandate=cast.mandate(case, Duty.FINAL_REVIEW), **said)
    assert kept_away(cast.head) == [case.pk]
    page = text(home(cast.head))
    assert "Everybody in your agency who has the duty is kept from these cases" in page
    assert page.index(str(case)) < page.index("Open in the agency")
    assert kept_away(cast.district_head) == []
    item = cast.open_item(case)
    assert item is not None
    told = text(log_in(cast.head, english=True).get(f"/tasks/{item.pk}/reassign/"))
    assert "Who stands in for somebody kept from a case is kept from it, too" in told
    another = make_person("another", "何审查", Post.objects.get(memberships__person=cast.reviewer))
    assert kept_away(cast.head) == []
    cast.take(case, by=another)
    assert cast.open_item(other) is not None


def test_a_head_is_told_of_a_step_whose_only_holder_did_an_earlier_review(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    end_term(Membership.objects.get(person=cast.decider), until=timezone.localdate())
    post = Post.objects.get(memberships__person=cast.decider)
    appoint(cast.reviewer, post)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert home(cast.head).context["undoable"] == []
        assert kept_away(cast.head) == [case.pk]


def test_a_head_is_told_of_a_case_whose_only_officer_came_from_the_unit_that_applies(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    assert kept_away(cast.head) == []
    Membership.objects.create(person=cast.reviewer, post=Post.objects.get(memberships__person=cast.clerk))
    assert kept_away(cast.head) == [case.pk]


def test_who_holds_a_duty_is_asked_once_however_many_of_its_steps_are_in_doubt(cast: Cast) -> None:
    cases = [cast.case_at(S.FINAL_REVIEW), *(cast.walk_to(S.FINAL_REVIEW) for _number in range(3))]
    mandate = cast.mandate(cases[0], Duty.FINAL_REVIEW)
    asked_of = []
    for many, case in enumerate(cases, 1):
        perform(case.pk, "recuse", by=cast.reviewer, mandate=mandate, reason="与申请单位负责人有亲属关系")
        with CaptureQueriesContext(connection) as asked:
            assert len(left_to_nobody(queues.of_agencies(cast.head))) == many
        asked_of.append(sum('DISTINCT "roles_person"' in one["sql"] for one in asked))
    assert asked_of == [1, 1, 1, 1]


def test_an_auditor_sees_totals_by_kind_and_status(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    cast.case_at(S.APPROVED)
    cast.case_at(S.SUBMITTED)
    cast.draft()
    (total,) = home(cast.auditor).context["totals"]
    assert total["all"] == 3
    assert {row.label: row.number for row in total["rows"]} == {"待受理": 1, "同意": 2}


def test_an_auditor_sees_statuses_in_the_words_of_the_kind(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    (total,) = home(cast.auditor).context["totals"]
    assert [row.label for row in total["rows"]] == [case.get_status_display()] == ["同意"]


def test_who_does_nothing_but_audit_finds_no_queues_among_the_links(cast: Cast) -> None:
    def links() -> set[str]:
        return {place.url for place in home(cast.auditor).context["places"]}

    queues = {f"/queue/{name}/" for name in ("mine", "agency", "done")}
    assert links() & {*queues, "/desk/", "/statistics/", "/cases/"} == {"/desk/", "/statistics/", "/cases/"}
    held = Membership.objects.get(person=cast.acceptor)
    was = Membership.objects.create(post=held.post, person=cast.auditor, since=held.since)
    assert queues < links(), "who also accepts cases has work"
    Membership.objects.filter(pk=was.pk).update(since="2020-01-01", until="2020-12-31")
    assert queues < links(), "what was done in an earlier post is still found"


@pytest.mark.parametrize("person", ["clerk", "acceptor", "district_head", "auditor"])
def test_home_costs_the_same_however_much_there_is(cast: Cast, person: str) -> None:
    client, counts = log_in(getattr(cast, person)), []
    for number in (1, 1, 4):
        for _case in range(number):
            cast.case_at(S.SUBMITTED)
        cast.take(cast.case_at(S.SUBMITTED))
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 14
    assert counts[0] <= 19, "alone, it reads what the process then keeps"


# --- fewer clicks -----------------------------------------------------------------------------------------------------
def test_an_officer_begins_an_act_from_the_row(cast: Cast) -> None:
    free, held = cast.case_at(S.SUBMITTED).case.open_items.get(), cast.take(cast.case_at(S.SUBMITTED))
    page = home(cast.acceptor).content.decode()
    assert f'action="/tasks/{free.pk}/claim/"' in page
    for act in ("accept", "request_correction", "refuse_acceptance"):
        assert f'name="act" value="{act}"' in page
        assert f'href="/tasks/{held.pk}/?act={act}#{act}"' in page
    assert "deem_accepted" not in page


def test_a_head_gives_an_item_away_from_the_row(cast: Cast) -> None:
    item = cast.case_at(S.SUBMITTED).case.open_items.get()
    assert f'href="/tasks/{item.pk}/reassign/"' in home(cast.district_head).content.decode()


def test_the_unit_opens_a_paper_in_force_from_home_and_no_other(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    paper = case.documents.get(kind="tending_certificate")
    link = f'href="/documents/{paper.pk}.pdf"'
    assert link not in home(cast.clerk).content.decode()  # still being prepared
    render_pending(paper.pk)
    assert link in home(cast.clerk).content.decode()
    assert link not in home(cast.rival).content.decode()
    Document.objects.filter(pk=paper.pk).update(status=Document.Status.REVOKED)
    assert link not in home(cast.clerk).content.decode()


def test_a_number_leads_to_its_case_and_to_no_other_persons(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    paper = case.documents.get(kind="tending_certificate")
    for number in (case.number, f" {paper.number} "):
        found = log_in(cast.auditor).get("/cases/", {"go": "1", "q": number})
        assert found.url == f"/cases/{case.pk}/"
        assert log_in(cast.rival).get("/cases/", {"go": "1", "q": number}).status_code == 200
    assert log_in(cast.auditor).get("/cases/", {"q": case.number}).status_code == 200  # a filter stays a list


@pytest.mark.parametrize("words", ["", "雾灵", "\1", "x" * 101])
def test_words_that_are_no_number_lead_to_the_list(cast: Cast, words: str) -> None:
    cast.case_at(S.APPROVED)
    assert log_in(cast.auditor).get("/cases/", {"go": "1", "q": words}).status_code == 200


def test_a_decision_is_shown_at_the_desk_until_its_delivery_is_recorded(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    cast.case_at(S.FIRST_REVIEW)
    for person, shown in ((cast.acceptor, True), (cast.decider, True), (cast.reviewer, False)):
        assert ("Decided, to be delivered" in figures(home(person), "figures")) is shown
        offered = "undelivered" in log_in(person).get("/cases/").context["filter"].form.fields
        assert offered is shown
    for person in (cast.clerk, cast.auditor):
        assert "undelivered" not in log_in(person).get("/cases/").context["filter"].form.fields
    client = log_in(cast.acceptor, english=True)
    assert [row.record.pk for row in client.get("/cases/", {"undelivered": "on"}).context["table"].rows] == [case.pk]
    perform(
        case.pk, "record_delivery", by=cast.acceptor, mandate=cast.mandate(case, Duty.ACCEPT),
        delivered_on=timezone.localdate(), manner="当面", receiver="经办员",
    )  # fmt: skip
    assert "Decided, to be delivered" not in figures(home(cast.acceptor), "figures")
    assert not client.get("/cases/", {"undelivered": "on"}).context["table"].rows


def test_a_delivery_is_told_as_overdue_from_the_day_after_its_last_however_long(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    last = due_dates([case])[case.pk].of_step(DELIVERY).due.date  # type: ignore[union-attr]
    for days, late in ((0, 0), (1, 1), (100, 1)):
        with time_machine.travel(datetime.combine(last + timedelta(days=days), time(9), tzinfo=UTC), tick=True):
            told = figures(home(cast.acceptor), "figures")
            assert (told["Decided, to be delivered"], told.get("Delivery overdue", 0)) == (1, late)
            page = log_in(cast.acceptor).get("/cases/", {"undelivered_late": "on"})
            assert len(page.context["table"].rows) == late


def test_a_head_is_told_which_deliveries_of_the_agency_wait_and_are_overdue(cast: Cast) -> None:
    """The heads of both agencies: the one that received the application, and the one that decided."""
    case = cast.case_at(S.APPROVED)
    late = timezone.now() + timedelta(days=100)
    for head in (cast.head, cast.district_head):
        with time_machine.travel(late, tick=True):
            told = figures(home(head), "head_figures")
            listed = log_in(head).get("/cases/", {"undelivered_late": "on"}).context["table"].rows
        assert (told["Decided, to be delivered"], told["Delivery overdue"]) == (1, 1)
        assert [row.record.pk for row in listed] == [case.pk]
    assert "undelivered_late" not in log_in(cast.reviewer).get("/cases/").context["filter"].form.fields


def test_whether_somebody_delivers_is_known_by_the_duties_that_were_asked_for(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    for person, told in ((cast.acceptor, True), (cast.decider, True), (cast.reviewer, False), (cast.clerk, False)):
        with one_look():
            mandates_held(person)
            with django_assert_num_queries(0):
                assert queues.delivers(person) is told


def test_a_row_offers_no_correction_where_it_was_asked_for_before(cast: Cast) -> None:
    """许可法 32(1)(4): the law asks once. What the answer changed may be asked again on the item's page."""
    case = cast.case_at(S.SUBMITTED)
    cast.do(case, "request_correction", items=[{"where": "head", "what": "请补正"}])
    cast.do(case, "resubmit")
    page = home(cast.acceptor).content.decode()
    assert 'name="act" value="refuse_acceptance"' in page
    assert 'name="act" value="request_correction"' not in page


def test_a_click_for_what_is_barred_takes_nothing_and_tells_why(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    cast.do(case, "request_correction", items=[{"where": "head", "what": "请补正"}])
    cast.do(case, "resubmit")
    item = case.case.open_items.get()
    said = log_in(cast.acceptor, english=True).post(
        f"/tasks/{item.pk}/claim/", {"act": "request_correction"}, follow=True
    )
    assert "The law asks once for everything" in " ".join(str(one) for one in said.context["messages"])
    assert WorkItem.objects.get(pk=item.pk).owner is None
    assert not case.acts.filter(act="claim", work_item=item.pk).exists()


def test_who_stands_in_reads_at_home_for_whom_and_how_long(cast: Cast) -> None:
    post, today = Post.objects.get(memberships__person=cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    given = delegate(cast.reviewer, deputy, post, since=today, until=today, reason="休假", by=cast.head)
    told = f"You stand in for {cast.reviewer} ({post.name_en or post})"
    assert told in text(home(deputy))
    take_back(given, by=cast.head)
    assert "You stand in for" not in text(home(deputy))


def test_whose_post_begins_tomorrow_reads_when_and_not_that_there_is_none(cast: Cast) -> None:
    post = Post.objects.get(memberships__person=cast.reviewer)
    tomorrow = timezone.localdate() + timedelta(days=1)
    term = appoint(newcomer := make_person("newcomer", "明新到"), post, since=tomorrow)
    page = text(log_in(newcomer).get("/"))
    assert f"您在“{post}”的任职自2026年11月21日起" in page
    assert "您尚无岗位" not in page
    end_term(term)
    assert "您尚无岗位" in text(log_in(newcomer).get("/")), "it never begins"
