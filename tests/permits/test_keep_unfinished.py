"""Pages that save themselves: nothing typed is lost, nothing newer is written over, and nobody else is shown it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from permits.acts.found import fields_of
from permits.drafts.unfinished import MOST_BYTES, sweep_unfinished
from permits.models import Application, UnfinishedForm
from permits.models.states import S
from permits.tending.kind import TENDING
from tests.cast import Cast, log_in, markup
from workflows.models import WorkItem


@pytest.fixture
def draft(cast: Cast) -> Application:
    return cast.case_at(S.DRAFT)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return log_in(cast.clerk)


def send(client: Client, case: Application, page: str = "head", **said: Any) -> Any:
    head = {"unfinished_page": page, "unfinished_base": str(TENDING.head_of(case).version)}
    return client.post(reverse("draft-unfinished", args=[case.pk]), head | said)


def head_page(client: Client, case: Application, query: str = "") -> Any:
    return client.get(reverse("table-head", args=[case.pk]) + query)


def whole_head(client: Client, case: Application) -> dict[str, Any]:
    form = head_page(client, case).context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) is not None}


def test_half_a_date_and_a_wrong_number_are_kept_as_they_were_typed(clerk: Client, draft: Application) -> None:
    answer = send(clerk, draft, cost_yuan="约三万", work_from="2027-")
    assert answer.status_code == 200
    assert answer.json()["mark"]
    assert ":" in answer.json()["at"]
    form = head_page(clerk, draft).context["form"]
    assert (form["cost_yuan"].value(), form["work_from"].value()) == ("约三万", "2027-")
    draft.refresh_from_db()
    assert TENDING.head_of(draft).cost_yuan != "约三万"


def test_the_page_says_that_it_shows_what_was_typed_and_offers_to_discard_it(clerk: Client, draft: Application) -> None:
    send(clerk, draft, compiler="未写完")
    page = head_page(clerk, draft).content.decode()
    assert "未写完" in page
    assert "unfinished_drop" in page
    dropped = send(clerk, draft, unfinished_drop="1")
    assert dropped["Location"] == reverse("table-head", args=[draft.pk])
    assert "未写完" not in head_page(clerk, draft).content.decode()


def test_a_second_window_is_told_and_given_both_texts(clerk: Client, draft: Application) -> None:
    send(clerk, draft, compiler="第一个窗口")
    second = send(clerk, draft, compiler="第二个窗口")
    assert second.status_code == 409
    assert second.json()["other"]["compiler"] == "第一个窗口"
    assert UnfinishedForm.objects.get().content["compiler"] == "第一个窗口"
    assert send(clerk, draft, compiler="第二个窗口", unfinished_over="1").status_code == 200
    assert UnfinishedForm.objects.get().content["compiler"] == "第二个窗口"


def test_the_same_window_goes_on_with_its_mark(clerk: Client, draft: Application) -> None:
    mark = send(clerk, draft, compiler="甲").json()["mark"]
    assert send(clerk, draft, compiler="甲乙", unfinished_mark=mark).status_code == 200
    assert send(clerk, draft, compiler="丙", unfinished_mark=mark).status_code == 409


def test_saving_takes_away_what_was_kept_and_a_window_behind_it_is_told(clerk: Client, draft: Application) -> None:
    mark = send(clerk, draft, compiler="甲").json()["mark"]
    saved = clerk.post(reverse("table-head", args=[draft.pk]), whole_head(clerk, draft) | {"later": "1"})
    assert saved.status_code == 302
    assert not UnfinishedForm.objects.exists()
    late = send(clerk, draft, compiler="乙", unfinished_base="1", unfinished_mark=mark)
    assert late.status_code == 409
    assert late.json()["other"] is None
    assert not UnfinishedForm.objects.exists()


def test_what_was_typed_over_an_older_version_is_offered_beside_what_is_saved(
    clerk: Client, draft: Application
) -> None:
    form = whole_head(clerk, draft)
    send(clerk, draft, compiler="我的字")
    TENDING.book.change_head(draft.pk, {"compiler": "同事的字"}, version=TENDING.head_of(draft).version)
    page = head_page(clerk, draft)
    assert page.context["form"]["compiler"].value() == "同事的字"
    assert "我的字" in page.content.decode()
    assert head_page(clerk, draft, "?unfinished=mine").context["form"]["compiler"].value() == "我的字"
    assert form


def test_what_was_typed_over_an_older_version_is_told_in_the_words_of_its_form(
    clerk: Client, draft: Application
) -> None:
    row = TENDING.rows_of(draft)[0]
    said = {"origin": "natural", "township": "我的镇"}
    assert send(clerk, draft, f"rows/{row.pk}", unfinished_base=str(row.version), **said).status_code == 200
    UnfinishedForm.objects.update(base=str(row.version - 1))
    page = clerk.get(reverse("table-row", args=[draft.pk, row.pk]))
    form = page.context["form"]
    told = page.context["keeping"].typed_into(form)
    assert sorted(told) == sorted([("起源", "天然"), (form.fields["township"].label, "我的镇")])
    assert '<dt>起源</dt><dd class="text-opinion">天然</dd>' in markup(page.content.decode())


def test_a_row_and_a_new_row_keep_themselves_apart(clerk: Client, draft: Application) -> None:
    row = TENDING.rows_of(draft)[0]
    assert send(clerk, draft, f"rows/{row.pk}", unfinished_base=str(row.version), township="改").status_code == 200
    base = str(TENDING.head_of(draft).rows_version)
    assert send(clerk, draft, "rows/new", unfinished_base=base, township="新").status_code == 200
    edited = clerk.get(reverse("table-row", args=[draft.pk, row.pk])).context["form"]
    added = clerk.get(reverse("table-row-add", args=[draft.pk])).context["form"]
    assert (edited["township"].value(), added["township"].value()) == ("改", "新")


@pytest.mark.parametrize("page", ["", "rows/", "rows/999999", "rows/１", "tasks/1/accept", "../head", "rows/new/"])
def test_a_page_the_draft_does_not_have_is_not_found(clerk: Client, draft: Application, page: str) -> None:
    assert send(clerk, draft, page, compiler="x").status_code == 404
    assert not UnfinishedForm.objects.exists()


def test_nobody_else_is_shown_or_changes_it(cast: Cast, clerk: Client, draft: Application) -> None:
    send(clerk, draft, compiler="只给我看")
    for person in (cast.stranger, cast.acceptor):
        assert send(log_in(person), draft, compiler="x").status_code == 404
    assert UnfinishedForm.objects.get().person == cast.clerk
    row = UnfinishedForm.objects.get()
    row.pk, row.person = None, cast.stranger
    row.content = {"compiler": "别人的"}
    row.save()
    assert "别人的" not in head_page(clerk, draft).content.decode()


def test_only_fields_of_the_page_are_kept_and_no_more_than_a_page_is_long(clerk: Client, draft: Application) -> None:
    send(clerk, draft, compiler="a\x00b", version="7", status="approved")
    assert UnfinishedForm.objects.get().content == {"compiler": "ab"}
    assert send(clerk, draft, compiler="林" * MOST_BYTES, unfinished_over="1").status_code == 413


def test_who_is_logged_out_is_led_to_log_in_and_nothing_is_written(draft: Application) -> None:
    answer = send(Client(), draft, compiler="x")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_thirty_days_later_it_is_gone(clerk: Client, draft: Application) -> None:
    send(clerk, draft, compiler="甲")
    assert sweep_unfinished() == 0
    assert sweep_unfinished(timezone.now() + timedelta(days=31)) == 1


def test_an_opinion_keeps_itself_with_its_rows_until_the_act_is_done(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = WorkItem.objects.get(application=case, finished=None)
    desk = log_in(cast.acceptor)
    place, page = reverse("task-unfinished", args=[item.pk]), f"tasks/{item.pk}/request_correction"
    kept = {"unfinished_page": page, "items-rows": "5", "items-4-what": "缺图", "until": "2026-"}
    assert desk.post(place, kept | {"unfinished_base": "0"}).status_code == 409  # nobody holds it yet
    desk.post(reverse("task-claim", args=[item.pk]))
    base = case.acts.filter(person=cast.acceptor).count()
    assert desk.post(place, kept | {"unfinished_base": str(base)}).status_code == 200
    page_now = desk.get(reverse("task", args=[item.pk]))
    [form] = [one for one in page_now.context["forms"] if one["form"].spec.name == "request_correction"]
    assert form["open"]
    assert form["form"]["items-4-what"].value() == "缺图"
    assert desk.post(place, kept | {"unfinished_page": "tasks/1/accept"}).status_code == 404
    section = "head"
    said = {"act": "request_correction", "items-rows": "1", "items-0-where": section, "items-0-what": "缺图"}
    desk.post(reverse("task", args=[item.pk]), said | {"until": "2026-12-20", "confirmed": "1"})
    case.refresh_from_db()
    assert case.status == S.CORRECTING
    assert not UnfinishedForm.objects.exists()


def test_an_act_beside_any_item_keeps_itself_until_it_is_done_and_for_nobody_else(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    clerk, place = log_in(cast.clerk), reverse("case-act", args=[case.pk, "withdraw"])
    base = str(case.acts.filter(person=cast.clerk).count())
    kept = {"unfinished_page": "acts/withdraw", "unfinished_base": base, "reason": "设计要重"}
    assert clerk.post(place, kept).status_code == 200
    assert clerk.get(place).context["form"]["reason"].value() == "设计要重"
    assert "设计要重" not in log_in(cast.head).get(reverse("case-act", args=[case.pk, "recuse"])).text
    assert clerk.post(place, kept | {"unfinished_page": "acts/recuse"}).status_code == 404
    assert log_in(cast.auditor).post(place, kept).status_code == 403
    case.refresh_from_db()
    assert case.status == S.FIRST_REVIEW
    confirmed = clerk.post(place, {"reason": "设计要重做", "confirmed": "1"})
    assert confirmed.status_code == 302
    case.refresh_from_db()
    assert case.status == S.WITHDRAWN
    assert not UnfinishedForm.objects.exists()


def test_what_is_typed_of_a_finding_is_kept_for_that_field_until_it_is_determined(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    desk, (path, other, *_) = log_in(cast.acceptor), fields_of(case)
    place = reverse("case-determine", args=[case.pk])
    there = f"{place}?{urlencode({'field': path})}"
    base = str(case.acts.filter(person=cast.acceptor).count())
    kept = {"unfinished_page": f"acts/determine/{path}", "unfinished_base": base, "statement": "经核查，与实"}
    assert desk.post(there, kept).status_code == 200
    shown = desk.get(there)
    assert shown.context["form"]["statement"].value() == "经核查，与实"
    assert shown.context["keeping"].url == there
    assert not desk.get(f"{place}?{urlencode({'field': other})}").context["form"]["statement"].value()
    assert desk.post(f"{place}?{urlencode({'field': other})}", kept).status_code == 404
    assert desk.post(there, kept | {"unfinished_drop": "1"}).headers["location"] == there
    assert not UnfinishedForm.objects.exists()
