"""Several at once, the next item, the calendar of deadlines and the head's dashboard."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits.models import Act, Application
from permits.models.states import S
from roles.models import Agency
from tests.cast import Cast, log_in, text
from workflows import queues
from workflows.due_days import beside, month_said, sheet
from workflows.load import by_month
from workflows.models import WorkItem


def keys(cases: list[Application]) -> list[int]:
    return list(WorkItem.objects.filter(application__in=cases, step="accept").values_list("pk", flat=True))


# --- several at once --------------------------------------------------------------------------------------------------
def test_all_that_a_filter_finds_is_taken_and_nothing_else(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows.views import lists

    monkeypatch.setattr(lists, "PER_PAGE", 1)
    cases = [cast.walk_to(S.SUBMITTED) for _number in range(3)]
    Application.objects.filter(pk=cases[2].pk).update(title="别的")
    client = log_in(cast.acceptor, english=True)
    assert "Take all 2 found" in client.get("/queue/agency/?q=雾灵林场抚育").text
    client.post("/queue/claim/?q=雾灵林场抚育", {"all": "1"})
    assert {item.application for item in queues.mine(cast.acceptor)} == set(cases[:2])


def test_no_more_than_a_hundred_are_taken_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows.views import lists, several

    monkeypatch.setattr(lists, "PER_PAGE", 1)
    monkeypatch.setattr(lists, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(several, "MOST_AT_ONCE", 2)
    for _number in range(3):
        cast.walk_to(S.SUBMITTED)
    client = log_in(cast.acceptor, english=True)
    assert "Take the first 2 found" in client.get("/queue/agency/").text
    client.post("/queue/claim/", {"all": "1"})
    assert queues.mine(cast.acceptor).count() == 2


def test_a_page_is_picked_without_a_script(cast: Cast) -> None:
    cast.case_at(S.SUBMITTED)
    page = log_in(cast.acceptor).get("/queue/agency/?pick=page")
    assert re.search(r'name="item"[^>]* checked>', page.text)


def test_the_head_gives_several_to_one_each_by_an_act(cast: Cast) -> None:
    cases = [cast.walk_to(S.SUBMITTED) for _number in range(2)]
    client = log_in(cast.district_head)
    chosen = client.post("/queue/reassign/", {"item": keys(cases), "once": "3f0c1d1e-6f0e-4a53-9d53-0f1f7a3f9f10"})
    assert {str(person) for person in chosen.context["form"].fields["to"].queryset} == {"钱受理", "王受理"}
    said = {"item": keys(cases), "to": cast.second_acceptor.pk, "reason": "出差"}
    assert client.post("/queue/reassign/", said).url == "/queue/led/"
    assert [act.facts["reason"] for act in Act.objects.filter(act="reassign")] == ["出差", "出差"]
    assert queues.mine(cast.second_acceptor).count() == 2


def test_what_the_chosen_person_holds_already_is_told(cast: Cast) -> None:
    cases = [cast.walk_to(S.SUBMITTED) for _number in range(2)]
    client = log_in(cast.district_head, english=True)
    said = {"item": keys(cases[:1]), "to": cast.second_acceptor.pk, "reason": "出差"}
    client.post("/queue/reassign/", said, follow=True)
    page = text(client.post("/queue/reassign/", said, follow=True))
    assert "1 item is held by 王受理 already." in page
    page = text(client.post("/queue/reassign/", said | {"item": keys(cases)}, follow=True))
    assert "1 item was given to 王受理." in page
    assert "1 item is held by 王受理 already." in page
    assert Act.objects.filter(act="reassign").count() == 2


def test_a_reason_that_cannot_be_printed_is_said_beside_it_and_nothing_typed_is_lost(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    said = {"item": keys([case]), "to": cast.acceptor.pk, "reason": "出差\ue000"}
    page = log_in(cast.district_head).post("/queue/reassign/", said)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["reason"]
    assert [row["item"].application for row in page.context["rows"]] == [case]
    assert "出差\ue000" in page.content.decode()


def test_what_cannot_be_given_is_told_by_item_and_stops_no_other(cast: Cast) -> None:
    cases = [cast.walk_to(S.SUBMITTED) for _number in range(2)]
    from permits.acts.perform import perform

    item = cast.open_item(cases[0])
    assert item is not None
    perform(cases[0].pk, "recuse", by=cast.second_acceptor, mandate=item.mandate, reason="利害关系")
    said = {"item": [*keys(cases), 999_999], "to": cast.second_acceptor.pk, "reason": "出差"}
    page = text(log_in(cast.district_head, english=True).post("/queue/reassign/", said, follow=True))
    assert f"{cases[0].number}: 王受理 cannot take this" in page
    assert "1 item was given to 王受理." in page
    assert "1 item is no longer open." in page


@pytest.mark.parametrize("said", [{"reason": ""}, {"to": ""}, {"to": "9" * 30}, {"to": "x"}, {"reason": "x" * 501}])
def test_nothing_is_given_until_person_and_reason_are_said(cast: Cast, said: dict[str, str]) -> None:
    case = cast.case_at(S.SUBMITTED)
    whole = {"item": keys([case]), "to": cast.second_acceptor.pk, "reason": "出差"}
    page = log_in(cast.district_head).post("/queue/reassign/", whole | said)
    assert (page.status_code, page.context["form"].is_valid()) == (200, False)
    assert not Act.objects.filter(act="reassign").exists()


def test_only_a_head_gives_and_only_the_own_agencys(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    said = {"item": keys([case]), "to": cast.second_acceptor.pk, "reason": "出差"}
    assert log_in(cast.acceptor).post("/queue/reassign/", said).status_code == 403
    log_in(cast.head).post("/queue/reassign/", said)
    assert not Act.objects.filter(act="reassign").exists()
    assert log_in(cast.head).post("/queue/reassign/", {"item": ["x", "-1"]}).url == "/queue/led/"


# --- the next ---------------------------------------------------------------------------------------------------------
def test_the_next_item_is_the_most_urgent_held_then_the_most_urgent_to_take(cast: Cast) -> None:
    free, held = cast.walk_to(S.SUBMITTED), cast.walk_to(S.SUBMITTED)
    WorkItem.objects.filter(application=free).update(due="2026-11-18")
    item = cast.take(held)
    client = log_in(cast.acceptor)
    assert client.get("/next/").url == f"/tasks/{item.pk}/"
    page = text(client.post(f"/tasks/{item.pk}/", {"act": "accept"}, follow=True))
    assert f"下一件（待领取）：{free.number} 受理" in page or f"Next to take: {free.number}" in page
    assert client.get("/next/").url == f"/tasks/{keys([free])[0]}/"


def test_where_nothing_waits_that_is_said(cast: Cast) -> None:
    client = log_in(cast.stranger, english=True)
    assert "Nothing else is waiting for you." in text(client.get("/next/", follow=True))


# --- the calendar -----------------------------------------------------------------------------------------------------
def test_the_calendar_names_what_ends_on_a_day_and_tells_working_days(cast: Cast) -> None:
    for _number in range(5):
        cast.walk_to(S.SUBMITTED)
    days = {one.day: one for week in sheet(queues.agency(cast.acceptor), 2026, 11) for one in week}
    end = days[date(2026, 11, 27)]
    assert (end.count, len(end.rows), end.more, end.working) == (5, 3, 2, True)
    assert not days[date(2026, 11, 28)].working
    october = {one.day: one for week in sheet(queues.agency(cast.acceptor), 2026, 10) for one in week}
    assert (october[date(2026, 10, 1)].working, october[date(2026, 10, 1)].moved) == (False, True)


def test_a_day_leads_to_its_list(cast: Cast) -> None:
    cast.case_at(S.SUBMITTED)
    client = log_in(cast.acceptor)
    for day, count in (("2026-11-27", 1), ("2026-11-26", 0)):
        assert client.get(f"/queue/agency/?due={day}").context["table"].page.paginator.count == count


@pytest.mark.parametrize("month", ["2026-13", "x", "9" * 40, "2026-1", "0000-01", "２０２６-11", "2100-01"])
def test_a_month_that_is_none_is_told_and_this_one_shown(cast: Cast, month: str) -> None:
    page = log_in(cast.acceptor, english=True).get("/calendar/", {"month": month, "of": "nonsense"})
    assert f"passed over: month={month[:40]}, of=nonsense." in page.text
    assert page.context["first"] == date(2026, 11, 1)


def test_a_month_in_which_nothing_ends_says_so(cast: Cast) -> None:
    client = log_in(cast.acceptor, english=True)
    assert "Nothing ends in this month." in client.get("/calendar/?month=2026-11&of=agency").text
    cast.case_at(S.SUBMITTED)
    assert "Nothing ends in this month." not in client.get("/calendar/?month=2026-11&of=agency").text
    assert "Nothing ends in this month." in client.get("/calendar/?month=2030-01&of=agency").text
    earlier = client.get("/calendar/?month=2026-10&of=agency")
    assert "The next item ends on 2026-11-27." in text(earlier)
    assert 'href="?month=2026-11&amp;of=agency"' in earlier.text
    assert "The next item" not in text(client.get("/calendar/?month=2030-01&of=agency")), "none ends after it"


def test_months_follow_each_other_to_the_ends_of_the_sheets() -> None:
    assert (beside(2026, 12, 1), beside(2026, 1, -1)) == ("2027-01", "2025-12")
    assert (beside(2000, 1, -1), beside(2099, 12, 1)) == ("", "")
    assert month_said("2026-02") == (2026, 2)


def test_only_a_head_sees_the_agencys_calendar(cast: Cast) -> None:
    assert "led" not in log_in(cast.acceptor).get("/calendar/?of=led").context["scopes"]
    assert log_in(cast.district_head).get("/calendar/").context["scope"] == "led"


# --- the dashboard ----------------------------------------------------------------------------------------------------
def test_the_dashboard_counts_what_its_links_list(cast: Cast) -> None:
    cases = [cast.walk_to(S.SUBMITTED) for _number in range(3)]
    cast.take(cases[0])
    WorkItem.objects.filter(application__in=cases[:2]).update(due="2026-11-18", soon_from="2026-11-13")
    client = log_in(cast.district_head)
    page = client.get("/dashboard/")
    for row, address in [*page.context["persons"], *page.context["steps"]]:
        for more, count in (("", row.open), ("&time=late", row.late), ("&time=soon", row.soon)):
            assert client.get(address + more).context["table"].page.paginator.count == count, (address, more)
    assert [(row.open, row.late) for row, _address in page.context["persons"]] == [(2, 1), (1, 1)]


def test_months_tell_what_was_done_in_time_and_what_late(cast: Cast) -> None:
    district = Agency.objects.get(slug="bj-miyun-forestry")
    late = cast.walk_to(S.FIRST_REVIEW)
    cast.walk_to(S.FIRST_REVIEW)
    WorkItem.objects.filter(application=late, step="accept").update(due=date(2026, 11, 20) - timedelta(days=1))
    months = by_month([district], 3, date(2026, 11, 20))
    assert [str(month.first) for month in months] == ["2026-09-01", "2026-10-01", "2026-11-01"]
    last = months[-1]
    assert (last.opened, last.done, last.in_time, last.late, last.share) == (4, 2, 1, 1, 50)
    assert months[0].share is None


@pytest.mark.parametrize("months", ["0", "7", "9" * 50, "x", ""])
def test_another_number_of_months_is_the_usual(cast: Cast, months: str) -> None:
    assert log_in(cast.head).get("/dashboard/", {"months": months}).context["months"] == 6


@pytest.mark.parametrize("address", ["/dashboard/", "/calendar/", "/queue/led/", "/"])
def test_a_heads_page_costs_the_same_however_much_there_is(cast: Cast, address: str) -> None:
    client, counts = log_in(cast.district_head), []
    for number in (2, 4):
        for _case in range(number):
            cast.walk_to(S.SUBMITTED)
        client.get(address)  # reference data are known from then on
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 18
