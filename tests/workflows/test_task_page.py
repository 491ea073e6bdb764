"""The page of a work item: who gets it, taking it, the forms of acts, errors that lose nothing, and the decision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from permits.acts.perform import perform
from permits.models import ACTS, Act, MaterialVersion
from permits.models.states import S
from roles.delegations import delegate, take_back
from roles.models import Post
from roles.models.security import SecurityEvent, What
from tests.cast import PDF, Cast, log_in, make_person, make_post, plot, text
from tests.workflows.task_pages import address, open_item, post, status
from workflows.forms import ActForm
from workflows.models import WorkItem


# --- who gets it ------------------------------------------------------------------------------------------------------
def test_a_units_own_step_leads_to_its_draft(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    item = open_item(cast, case)
    assert log_in(cast.clerk).get(address(item)).url == f"/drafts/{case.pk}/"  # type: ignore[attr-defined]
    assert log_in(cast.acceptor).get(address(item)).status_code == 403


# --- what it shows ----------------------------------------------------------------------------------------------------
def test_the_page_shows_facts_materials_findings_with_their_source_and_what_was_done(cast: Cast) -> None:
    item = open_item(cast, cast.case_at(S.SUBMITTED, plot(volume_intensity_pct="45")))
    page = text(log_in(cast.acceptor, english=True).get(address(item)))
    assert "12林班" in page
    assert "design.pdf" in page
    file = MaterialVersion.objects.filter(material__slot="design").get()
    assert file.sha256 in page
    assert "T-VI2" in page
    assert "To be ruled on" in page
    assert re.search(r"as practised, not verified|read in a copy or summary|from memory, not verified", page)
    assert "Submit" in page
    assert "5 working days left" in page


def test_the_strictest_findings_come_first(cast: Cast) -> None:
    item = open_item(cast, cast.case_at(S.SUBMITTED, plot(volume_intensity_pct="45")))
    page = log_in(cast.acceptor).get(address(item)).content.decode()
    order = [page.find(f"findings-{grade}") for grade in ("refer", "warn", "info")]
    assert order == sorted(order)
    assert -1 not in order


def test_the_page_costs_the_same_with_more_acts_and_plots(cast: Cast) -> None:
    counts = []
    for plots in ((plot(),), tuple(plot(number=str(n)) for n in range(101, 113))):
        item = cast.take(cast.case_at(S.SUBMITTED, *plots))
        for _round in range(len(plots) // 4):
            perform(item.application_id, "release", by=cast.acceptor, mandate=item.mandate, item=item.pk)
            perform(item.application_id, "claim", by=cast.acceptor, mandate=item.mandate, item=item.pk)
        client = log_in(cast.acceptor)
        client.get(address(item))  # reference data are read by the first look of a process
        with CaptureQueriesContext(connection) as queries:
            client.get(address(item))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 18


# --- taking it --------------------------------------------------------------------------------------------------------
def test_forms_come_with_taking_the_item(cast: Cast) -> None:
    item = open_item(cast, cast.case_at(S.SUBMITTED))
    client = log_in(cast.acceptor)
    assert b'<details class="act"' not in client.get(address(item)).content
    client.post(address(item, "claim/"))
    page = client.get(address(item)).content.decode()
    for act in ("accept", "request_correction", "refuse_acceptance"):
        assert f'name="act" value="{act}"' in page
    assert "deem_accepted" not in page


def test_an_item_is_taken_with_the_act_that_is_to_be_written_and_only_that_form_opens(cast: Cast) -> None:
    item = open_item(cast, cast.case_at(S.SUBMITTED))
    client = log_in(cast.acceptor)
    before = client.get(address(item)).content.decode()
    for act in ("accept", "request_correction", "refuse_acceptance"):  # each is offered, none proposed
        assert f'name="act" value="{act}"' in before
    answer = client.post(address(item, "claim/"), {"act": "request_correction"})
    assert answer.url == address(item) + "?act=request_correction#request_correction"  # type: ignore[attr-defined]
    page = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    opened = re.findall(r'<details class="act"\s+id="(\w+)"[^>]*\sopen>', page)
    assert opened == ["request_correction"]
    assert [act.act for act in item.application.acts.order_by("-seq")[:1]] == ["claim"]  # taking it did nothing else


@pytest.mark.parametrize("act", ["approve", "no_act", "//example.org", ""])
def test_an_act_that_the_step_does_not_have_leads_to_the_items_page(cast: Cast, act: str) -> None:
    item = open_item(cast, cast.case_at(S.SUBMITTED))
    answer = log_in(cast.acceptor).post(address(item, "claim/"), {"act": act})
    assert answer.url == address(item)  # type: ignore[attr-defined]


def test_of_two_officers_one_gets_the_item_and_the_other_is_told_who_has_it(cast: Cast) -> None:
    item = open_item(cast, cast.case_at(S.SUBMITTED))
    log_in(cast.acceptor).post(address(item, "claim/"))
    second = log_in(cast.second_acceptor, english=True)
    page = text(second.post(address(item, "claim/"), follow=True))
    assert f"{cast.acceptor} has taken this work item." in page
    assert WorkItem.objects.get(pk=item.pk).owner == cast.acceptor
    refused = second.post(address(item), {"act": "accept", "note": "我来受理"})
    assert refused.status_code == 403
    line = SecurityEvent.objects.filter(what=What.REFUSED).latest("pk")
    assert (line.by, line.details["path"]) == (cast.second_acceptor, address(item))
    assert "我来受理" in refused.content.decode()


def test_taking_twice_is_taking_once(cast: Cast) -> None:
    item = open_item(cast, cast.case_at(S.SUBMITTED))
    client = log_in(cast.acceptor)
    for _click in range(2):
        assert client.post(address(item, "claim/")).url == address(item)  # type: ignore[attr-defined]
    assert Act.objects.filter(act="claim").count() == 1


def test_an_item_is_given_back(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    assert log_in(cast.acceptor).post(address(item, "release/")).status_code == 302
    assert WorkItem.objects.get(pk=item.pk).owner is None


def test_nobody_gives_back_what_another_holds(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    log_in(cast.second_acceptor).post(address(item, "release/"))
    assert WorkItem.objects.get(pk=item.pk).owner == cast.acceptor


def test_who_reviewed_first_is_told_early_that_the_final_review_needs_another(cast: Cast) -> None:
    from roles.appointments import appoint
    from roles.models import Post

    case = cast.case_at(S.FINAL_REVIEW)
    appoint(cast.district_reviewer, Post.objects.get(name="市审查岗"))
    item = open_item(cast, case)
    client = log_in(cast.district_reviewer, english=True)
    page = text(client.get(address(item)))
    assert "You may not work on this." in page
    assert "need different people" in page
    assert "Take this item" not in page
    client.post(address(item, "claim/"))
    assert WorkItem.objects.get(pk=item.pk).owner is None


# --- reassigning ------------------------------------------------------------------------------------------------------
def test_the_head_gives_an_item_to_another_with_a_reason(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    client = log_in(cast.district_head)
    page = client.get(address(item, "reassign/")).content.decode()
    assert str(cast.second_acceptor) in page
    for nobody in (cast.acceptor, cast.district_reviewer, cast.colleague):
        assert f'value="{nobody.pk}"' not in page
    client.post(address(item, "reassign/"), {"to": cast.second_acceptor.pk, "reason": "出差"})
    assert WorkItem.objects.get(pk=item.pk).owner == cast.second_acceptor
    act = Act.objects.get(act="reassign")
    assert (act.person, act.facts["reason"], act.facts["to"]["name"]) == (cast.district_head, "出差", "王受理")


def test_the_head_gives_an_item_of_who_is_away_to_the_stand_in(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FINAL_REVIEW))
    post = Post.objects.get(memberships__person=cast.reviewer)
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    client, today = log_in(cast.head), timezone.localdate()
    assert "没有" in client.get(address(item, "reassign/")).content.decode()  # nobody else: told, not an empty list
    assert 'name="to"' not in client.get(address(item, "reassign/")).content.decode()
    delegate(cast.reviewer, deputy, post, since=today, until=today, reason="休假", by=cast.head)
    client.post(address(item, "reassign/"), {"to": deputy.pk, "reason": "休假"})
    assert WorkItem.objects.get(pk=item.pk).owner == deputy


def test_reassigning_without_a_reason_or_to_someone_without_the_duty_is_refused_at_the_field(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    client = log_in(cast.district_head)
    response = client.post(address(item, "reassign/"), {"to": cast.reviewer.pk, "reason": ""})
    assert set(response.context["form"].errors) == {"to", "reason"}
    assert not Act.objects.filter(act="reassign").exists()


# --- acting -----------------------------------------------------------------------------------------------------------
def test_an_act_completes_the_item_and_leads_to_the_case(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    response = post(cast.acceptor, item, "accept", note="材料齐全")
    assert response.url == f"/cases/{case.pk}/"
    assert status(case) == S.FIRST_REVIEW
    act = Act.objects.get(act="accept")
    assert (act.work_item, act.person, act.facts["note"]) == (item.pk, cast.acceptor, "材料齐全")


def test_an_act_meanwhile_leaves_the_item_open(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    response = post(cast.district_reviewer, item, "record_statement", party="毗邻村", statement="没有意见")
    assert response.url == address(item)
    assert WorkItem.objects.get(pk=item.pk).is_open
    assert Act.objects.get(act="record_statement").work_item is None


def test_every_missing_fact_is_told_at_its_field_and_nothing_typed_is_lost(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    response = post(cast.district_reviewer, item, "recommend", opinion="建议同意，理由如下")
    form = response.context["form"]
    assert set(form.errors) == {"outcome"}
    page = response.content.decode()
    assert "建议同意，理由如下" in page
    assert 'href="#div_recommend_outcome"' in page
    assert 'id="div_recommend_outcome"' in page


def test_a_second_click_does_nothing_twice_and_says_so(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    assert post(cast.acceptor, item, "accept").status_code == 302
    second = post(cast.acceptor, item, "accept")
    assert second.status_code == 409
    assert "This was already recorded" in text(second)
    assert f'href="/cases/{case.pk}/"' in second.content.decode()
    assert Act.objects.filter(act="accept").count() == 1


def test_other_words_of_a_second_window_are_kept_to_be_copied(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    said = {"outcome": "approve", "opinion": "第一个窗口的意见"}
    assert post(cast.district_reviewer, item, "recommend", **said).status_code == 302
    assert "This was already recorded" in text(post(cast.district_reviewer, item, "recommend", **said))
    other = post(cast.district_reviewer, item, "recommend", **said | {"opinion": "第二个窗口里另写的意见"})
    assert other.status_code == 409
    assert "This was already recorded" not in text(other)
    assert "第二个窗口里另写的意见" in text(other)


def test_an_act_without_words_after_another_of_the_same_person_is_not_told_as_recorded(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    cast.do(item.application, "request_correction", items=[{"where": "head", "what": "编制单位名称与公章不一致"}])
    answer = post(cast.acceptor, item, "accept")
    assert answer.status_code == 409
    assert "This was already recorded" not in text(answer)


def test_who_comes_too_late_keeps_the_words(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    item = cast.take(case)
    perform(case.pk, "withdraw", by=cast.clerk)
    late = post(cast.district_reviewer, item, "recommend", outcome="approve", opinion="写了很久的意见")
    assert late.status_code == 409
    assert "写了很久的意见" in late.content.decode()
    assert status(case) == S.WITHDRAWN


def test_a_closed_item_tells_who_closed_it(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    post(cast.acceptor, item, "accept")
    page = log_in(cast.second_acceptor, english=True).get(address(item))
    assert page.status_code == 200
    assert f"Closed by “Accept”: {cast.acceptor}" in text(page)
    assert f'href="/cases/{case.pk}/">{case.number}' in page.content.decode()


def test_an_act_the_step_does_not_offer_is_refused(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    for act in ("approve", "deem_accepted", "nonsense", ""):
        assert post(cast.acceptor, item, act, opinion="x").status_code == 409
    assert not Act.objects.filter(act="approve").exists()


def test_a_busy_case_is_told_and_nothing_is_lost(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from permits.errors import Busy
    from workflows.views import performing

    def held(*arguments: Any, **facts: Any) -> None:
        raise Busy

    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    monkeypatch.setattr(performing, "perform", held)
    response = post(cast.district_reviewer, item, "recommend", outcome="approve", opinion="意见仍在")
    assert response.status_code == 503
    assert "意见仍在" in response.content.decode()


def test_an_act_that_the_database_refuses_as_it_is_committed_is_told_as_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PostgreSQL does, which looks at some foreign keys then, and may not get the lock for it."""
    from permits.errors import Busy
    from workflows.views import performing

    @contextmanager
    def locked_at_the_end() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        raise Busy

    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    monkeypatch.setattr(performing, "busy_when_locked", locked_at_the_end)
    response = post(cast.district_reviewer, item, "recommend", outcome="approve", opinion="意见仍在")
    assert response.status_code == 503
    assert "意见仍在" in response.content.decode()
    assert not Act.objects.filter(act="recommend").exists()


# --- lists of rows ----------------------------------------------------------------------------------------------------
def test_a_list_is_filled_in_rows_and_empty_rows_do_not_count(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    rows = {
        "items-rows": "3",
        "items-0-where": "head",
        "items-0-what": "缺编制单位",
        "items-2-where": "materials/maps",
        "items-2-what": "图不清",
    }
    looked_at = post(cast.acceptor, item, "request_correction", **rows)
    assert looked_at.status_code == 200
    assert "The design — 缺编制单位" in looked_at.content.decode()
    assert not Act.objects.filter(act="request_correction").exists()
    assert post(cast.acceptor, item, "request_correction", confirmed="1", **rows).status_code == 302
    items = Act.objects.get(act="request_correction").facts["items"]
    assert items == [{"where": "head", "what": "缺编制单位"}, {"where": "materials/maps", "what": "图不清"}]


def test_a_correction_begins_with_the_one_row_it_needs(cast: Cast) -> None:
    page = log_in(cast.acceptor).get(address(cast.take(cast.case_at(S.SUBMITTED)))).text
    assert 'name="items-0-what"' in page
    assert 'name="items-1-what"' not in page


def test_one_more_row_is_added_without_losing_or_blaming_anything(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    rows = {"items-rows": "3", "items-1-what": "写了一半", "add_row": "items"}
    response = post(cast.acceptor, item, "request_correction", **rows)
    page = response.content.decode()
    assert 'name="items-3-what"' in page
    assert "写了一半" in page
    assert not response.context["form"].errors
    assert not Act.objects.filter(act="request_correction").exists()


def test_a_row_begun_must_be_whole_and_a_required_list_not_empty(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    begun = post(cast.acceptor, item, "request_correction", **{"items-rows": "3", "items-1-what": "缺"})
    assert set(begun.context["form"].errors) == {"items-1-where"}
    empty = post(cast.acceptor, item, "request_correction", **{"items-rows": "3"})
    assert set(empty.context["form"].errors) == {"items-0-where"}


@pytest.mark.parametrize("rows", ["x", "-1", "99999999999", ""])
def test_a_number_of_rows_that_is_none_harms_nothing(cast: Cast, rows: str) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    assert post(cast.acceptor, item, "request_correction", **{"items-rows": rows}).status_code == 200


def test_a_site_check_names_two_officers_of_the_agency_and_keeps_its_photographs(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    facts = {
        "checked_on": "2026-11-20", "place": "12林班3小班", "result": "与设计一致", "inspectors-rows": "3",
        "inspectors-0-person": str(cast.district_reviewer.pk), "inspectors-1-person": str(cast.acceptor.pk),
        "photos-rows": "1", "photos-0-photo": SimpleUploadedFile("现场.pdf", PDF),
    }  # fmt: skip
    response = post(cast.district_reviewer, item, "record_site_check", **facts)
    assert response.status_code == 302, response.context["form"].errors
    said = Act.objects.get(act="record_site_check").facts
    assert [row["person"]["name"] for row in said["inspectors"]] == ["孙初审", "钱受理"]
    assert said["photos"][0]["photo"]["name"] == "现场.pdf"
    assert MaterialVersion.objects.get(material__slot="evidence").sha256 == said["photos"][0]["photo"]["sha256"]


def test_a_refused_act_leaves_no_file_behind(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    facts = {
        "checked_on": "2026-11-20", "place": "12林班", "result": "一致", "inspectors-rows": "1",
        "inspectors-0-person": str(cast.district_reviewer.pk), "photos-rows": "1",
        "photos-0-photo": SimpleUploadedFile("现场.pdf", PDF),
    }  # fmt: skip
    response = post(cast.district_reviewer, item, "record_site_check", **facts)
    assert response.context["form"].errors, "one inspector is not enough (art 34)"
    assert not MaterialVersion.objects.filter(material__slot="evidence").exists()
    assert "A file has to be chosen again" in text(response)


def test_a_program_is_no_photograph(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    facts = {
        "checked_on": "2026-11-20", "place": "12林班", "result": "一致", "inspectors-rows": "2",
        "inspectors-0-person": str(cast.district_reviewer.pk), "inspectors-1-person": str(cast.acceptor.pk),
        "photos-rows": "1", "photos-0-photo": SimpleUploadedFile("现场.jpg", b"MZ" + bytes(99)),
    }  # fmt: skip
    response = post(cast.district_reviewer, item, "record_site_check", **facts)
    assert "program" in str(response.context["form"].errors["photos-0-photo"])


# --- forms of every act -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [name for name, spec in ACTS.items() if spec.by != ("clock",)])
def test_every_act_that_people_perform_has_a_form(name: str) -> None:
    form = ActForm(ACTS[name])
    asked = {block.name for block in form.blocks()}
    assert asked == set(ACTS[name].facts)


# --- what waits beside the step ---------------------------------------------------------------------------------------
def test_an_objection_that_holds_the_step_up_is_answered_from_beside_it(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    said = {"objector": "村民", "objection": "担心水土流失", "received": timezone.localdate().isoformat()}
    act = perform(case.pk, "record_objection", by=cast.decider, mandate=item.mandate, **said)
    page = log_in(cast.decider, english=True).get(address(item)).content.decode()
    side = page[page.index('id="opinion"') :]
    assert f"/cases/{case.pk}/acts/answer_objection/?objection={act.seq}" in side
    assert 'href="#objections"' in page
    assert 'href="#objections"' in log_in(cast.decider).get(f"/cases/{case.pk}/").content.decode()


def test_a_hearing_that_is_owed_is_told_beside_the_step_and_its_announcement_is_not_typed_again(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    client = log_in(cast.decider, english=True)
    assert client.get(address(item)).context["hearing"] is None
    perform(case.pk, "tell_hearing_right", by=cast.decider, mandate=item.mandate, party="申请人", interest="重大利益")
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="影响重大。")
    page = text(client.get(address(item)))
    assert "asked for and not announced yet" in page
    assert "20 working days left" in page
    assert "only while the period is suspended for it" in page
    day = timezone.localdate() + timedelta(days=20)
    perform(
        case.pk, "announce_hearing", by=cast.decider, mandate=item.mandate, held_on=day.isoformat(), place="会议室",
        at="09:30", chair=cast.auditor, subject="抚育作业",
    )  # fmt: skip
    told = log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/").content.decode()
    assert "09:30, 会议室." in told, "who comes to it reads it on the page of the case, too"
    assert "only while the period is suspended for it" not in told
    answer = client.get(address(item))
    assert "会议室" in text(answer)[text(answer).index("announced for") :]
    form = next(one["form"] for one in answer.context["others"] if one["form"].spec.name == "hold_hearing")
    assert form["chair"].value() == cast.auditor.pk
    assert form["held_on"].value() is None  # not before it is here
    with time_machine.travel(day):
        form = next(
            one["form"] for one in log_in(cast.decider).get(address(item)).context["others"]
            if one["form"].spec.name == "hold_hearing"
        )  # fmt: skip
        assert form["held_on"].value() == day


def test_in_a_row_of_an_act_what_must_be_filled_in_is_marked_and_nothing_else_is() -> None:
    with override("en"):
        fields = ActForm(ACTS["record_inspection"]).fields
        assert str(fields["inspectors-0-capacity"].label) == "Capacity, row 1"
        assert str(fields["inspectors-0-certificate"].label).endswith("row 1")
        assert [fields[f"inspectors-0-{name}"].asked for name in ("capacity", "certificate")] == [True, False]


def test_no_file_is_asked_for_again_where_none_was_chosen(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.FIRST_REVIEW))
    response = post(cast.district_reviewer, item, "record_site_check", checked_on="")
    assert response.context["form"].errors
    assert "A file has to be chosen again" not in text(response)


def test_who_looks_on_reads_for_whom_the_holder_stands_in(cast: Cast) -> None:
    post_held, today = Post.objects.get(memberships__person=cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post_held.agency))
    delegate(cast.reviewer, deputy, post_held, since=today, until=today, reason="休假", by=cast.head)
    told = f"(standing in for {cast.reviewer})"
    by_stand_in = cast.take(cast.case_at(S.FINAL_REVIEW), by=deputy)
    assert told in text(log_in(cast.head, english=True).get(address(by_stand_in)))
    assert told not in text(log_in(deputy, english=True).get(address(by_stand_in))), "told in words of its own"
    by_post = cast.take(cast.case_at(S.FINAL_REVIEW))
    assert told not in text(log_in(cast.head, english=True).get(address(by_post)))


def test_whose_standing_in_ended_meanwhile_gets_the_own_words_back_and_nothing_else(cast: Cast) -> None:
    post_held, today = Post.objects.get(memberships__person=cast.reviewer), timezone.localdate()
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post_held.agency))
    given = delegate(cast.reviewer, deputy, post_held, since=today, until=today, reason="休假", by=cast.head)
    item = cast.take(case := cast.case_at(S.FINAL_REVIEW), by=deputy)
    client, said = log_in(deputy, english=True), {"opinion": "林分过密，建议同意。", "outcome": "approve"}
    take_back(given, by=cast.head)
    for sent in (
        client.post(address(item), {"act": "propose", **said}),
        client.post(f"/cases/{case.pk}/acts/extend_period/", {"reason": said["opinion"]}),
    ):
        assert sent.status_code == 404
        assert said["opinion"] in sent.text
        assert "Nothing was recorded" in sent.text
        assert str(case.number) not in sent.text
        assert case.title not in sent.text
    assert client.get(address(item)).status_code == 404
    assert said["opinion"] not in client.post(address(item), {"act": "nothing", **said}).text
    other = log_in(cast.district_reviewer, english=True).post(address(item), {"act": "propose", **said})
    assert (other.status_code, said["opinion"] in other.text) == (403, True)
    assert not case.acts.filter(act="propose").exists()
