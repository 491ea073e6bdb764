"""Queues: what is in whose, how it is filtered, taken and exported, and that a full page costs no more."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from permits.acts.perform import perform
from permits.models import Act, Application
from permits.models.states import S
from tests.cast import Cast, log_in, text
from workflows import queues
from workflows.models import WorkItem


def numbers(response: Any) -> list[str]:
    """Case numbers in the order of the list."""
    return list(dict.fromkeys(re.findall(r"FY110118-2026-\d{5}", response.content.decode())))


def steps(items: Any) -> list[str]:
    return [item.step for item in items]


# --- what is in whose -------------------------------------------------------------------------------------------------
def test_an_unclaimed_item_is_in_the_queue_of_everyone_with_the_duty_and_of_nobody_else(cast: Cast) -> None:
    cast.case_at(S.SUBMITTED)
    assert steps(queues.agency(cast.acceptor)) == steps(queues.agency(cast.second_acceptor)) == ["accept"]
    others = (cast.district_reviewer, cast.reviewer, cast.decider, cast.head, cast.auditor, cast.colleague)
    for person in (*others, cast.stranger, cast.clerk):
        assert not queues.agency(person).exists(), person


def test_a_claimed_item_leaves_the_agencys_queue_for_its_holders(cast: Cast) -> None:
    cast.take(cast.case_at(S.SUBMITTED))
    assert not queues.agency(cast.second_acceptor).exists()
    assert steps(queues.mine(cast.acceptor)) == ["accept"]
    assert not queues.mine(cast.second_acceptor).exists()


def test_a_completed_item_is_told_among_what_its_holder_has_done(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    done = list(queues.done(cast.acceptor))
    assert [(act.application, act.act) for act in done] == [(case, "accept")]
    assert not queues.mine(cast.acceptor).exists()
    assert not queues.done(cast.second_acceptor).exists()


def test_claiming_is_no_completed_work(cast: Cast) -> None:
    cast.take(cast.case_at(S.SUBMITTED))
    assert not queues.done(cast.acceptor).exists()


def test_a_clerk_has_the_drafts_and_corrections_of_the_own_unit_only(cast: Cast) -> None:
    draft, correcting = cast.draft(), cast.case_at(S.CORRECTING)
    cast.case_at(S.FIRST_REVIEW)
    assert {item.application for item in queues.mine(cast.clerk)} == {draft, correcting}
    assert not queues.mine(cast.rival).exists()


def test_a_head_sees_everything_open_in_the_agency(cast: Cast) -> None:
    cast.take(cast.case_at(S.SUBMITTED))
    cast.case_at(S.AWAITING_DECISION)
    assert steps(queues.of_agencies(cast.district_head)) == ["accept"]
    assert steps(queues.of_agencies(cast.head)) == ["decide"]


def test_a_grant_that_ended_empties_the_queue(cast: Cast) -> None:
    from roles.models import MandateGrant

    cast.case_at(S.SUBMITTED)
    MandateGrant.objects.filter(content_object__agency__slug="bj-miyun-forestry").update(
        since="2026-01-01", until="2026-11-19"
    )
    assert not queues.agency(cast.acceptor).exists()


# --- the pages --------------------------------------------------------------------------------------------------------
PAGES = ("/queue/mine/", "/queue/agency/", "/queue/done/", "/cases/")


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_logs_in_first(cast: Cast, client: Any, address: str) -> None:
    assert client.get(address).url == f"/login/?next={address}"


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_has_empty_lists(cast: Cast, address: str) -> None:
    cast.case_at(S.FIRST_REVIEW)
    response = log_in(cast.stranger).get(address)
    assert (response.status_code, numbers(response)) == (200, [])


def test_an_unknown_queue_is_not_found(cast: Cast) -> None:
    assert log_in(cast.acceptor).get("/queue/everything/").status_code == 404


def test_a_row_shows_case_applicant_kind_place_step_and_time_left_in_words(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    page = text(log_in(cast.acceptor, english=True).get("/queue/agency/"))
    for part in (
        case.number,
        case.title,
        "密云区雾灵林场",
        "tending design",
        "Miyun",
        "Acceptance",
        "5 working days left",
    ):
        assert str(part) in page


@pytest.mark.parametrize(
    ("address", "person"), [("/queue/agency/", "acceptor"), ("/queue/mine/", "clerk"), ("/queue/done/", "clerk"),
        ("/cases/", "auditor")]
)  # fmt: skip
def test_a_page_costs_as_many_queries_with_six_cases_as_with_two(cast: Cast, address: str, person: str) -> None:
    client, counts = log_in(getattr(cast, person)), []
    for _round in range(2):
        for _number in range(2 if not counts else 4):
            cast.case_at(S.SUBMITTED if person != "clerk" or "done" in address else S.CORRECTING)
        client.get(address)  # reference data are known from then on
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


@pytest.fixture
def three(cast: Cast) -> list[Application]:
    """Three cases to be accepted: due yesterday's yesterday, soon, and in a month."""
    cases = [cast.walk_to(S.SUBMITTED) for _number in range(3)]  # numbered from 1
    days = (("2026-11-18", "2026-11-13"), ("2026-11-24", "2026-11-19"), ("2026-12-18", "2026-12-15"))
    for case, (due, soon) in zip(cases, days, strict=True):
        WorkItem.objects.filter(application=case, step="accept").update(due=due, soon_from=soon)
    Application.objects.filter(pk=cases[2].pk).update(title="雾灵山补植")
    return cases


def test_what_is_due_first_comes_first(cast: Cast, three: list[Application]) -> None:
    client = log_in(cast.acceptor)
    assert numbers(client.get("/queue/agency/")) == [case.number for case in three]
    assert numbers(client.get("/queue/agency/?sort=-due")) == [case.number for case in reversed(three)]
    assert numbers(client.get("/queue/agency/?sort=-number")) == [case.number for case in reversed(three)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("time=late", [0]), ("time=soon", [1]), ("q=补植", [2]), ("q=雾灵", [0, 1, 2]), ("q=00002", [1]),
        ("district=110118", [0, 1, 2]), ("kind=tending", [0, 1, 2]), ("step=accept&time=late", [0]), ("step=decide",
            []),
        ("q=%01", None), ("time=nonsense", None), ("district=990000", None),
    ],
)  # fmt: skip
def test_the_queue_is_filtered_by_its_address(
    cast: Cast, three: list[Application], query: str, found: list[int] | None
) -> None:
    response = log_in(cast.acceptor).get(f"/queue/agency/?{query}")
    assert response.status_code == 200
    assert numbers(response) == [three[number].number for number in found or []]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/cases/?status=submitted&since=2026-11-03", "状态：待受理；收件日期从：2026-11-03"),
        ("/cases/?district=110118", "所在地：密云区"),
        ("/cases/?q=%3Cb%3E&anew=on", "申请编号、发文字号、申请人或者标题：&lt;b&gt;；已被撤销、待重新办理"),
        ("/cases/?sort=title&page=2", ""),
        ("/cases/?status=nonsense", ""),
        ("/desk/ending/?kind=tending", "多少天内到期：30；审批事项：天然林抚育作业设计审批"),
        ("/register/?year=2026", "决定年份：2026"),
    ],
)
def test_the_head_of_a_filter_says_what_it_asks_for(cast: Cast, address: str, said: str) -> None:
    cast.case_at(S.APPROVED)
    page = log_in(cast.auditor).get(address).content.decode()
    assert re.findall(r'<span class="filter-said fw-normal">(.*?)</span>', page) == ([said] if said else [])


def test_pages_keep_the_filter(cast: Cast, monkeypatch: pytest.MonkeyPatch, three: list[Application]) -> None:
    from workflows.views import lists

    monkeypatch.setattr(lists, "PER_PAGE", 2)
    response = log_in(cast.acceptor).get("/queue/agency/?kind=tending")
    assert len(numbers(response)) == 2
    assert "kind=tending&amp;page=2" in response.content.decode()
    assert len(numbers(log_in(cast.acceptor).get("/queue/agency/?kind=tending&page=2"))) == 1


# --- taking several ---------------------------------------------------------------------------------------------------
def items_of(cases: list[Application]) -> list[int]:
    return list(
        WorkItem.objects.filter(application__in=cases, step="accept").order_by("pk").values_list("pk", flat=True)
    )


def test_picked_items_are_taken_each_by_an_act_of_its_own(cast: Cast, three: list[Application]) -> None:
    response = log_in(cast.acceptor).post("/queue/claim/", {"item": items_of(three)[:2]}, follow=True)
    assert [act.act for act in Act.objects.filter(person=cast.acceptor)] == ["claim", "claim"]
    assert {item.application for item in queues.mine(cast.acceptor)} == set(three[:2])
    assert "2" in text(response)


def test_what_cannot_be_taken_is_told_and_does_not_stop_the_rest(cast: Cast, three: list[Application]) -> None:
    cast.take(three[0], by=cast.second_acceptor)
    keys = [*items_of(three), 999_999]
    page = text(log_in(cast.acceptor, english=True).post("/queue/claim/", {"item": keys}, follow=True))
    assert f"{three[0].number}: {cast.second_acceptor} has taken this work item." in page
    assert "1 item is no longer open." in page
    assert "You have taken 2 items." in page


def test_nobody_takes_what_is_not_their_duty_by_sending_its_key(cast: Cast, three: list[Application]) -> None:
    for person in (cast.decider, cast.colleague, cast.auditor, cast.stranger, cast.clerk):
        log_in(person).post("/queue/claim/", {"item": items_of(three)})
    assert not Act.objects.filter(act="claim").exists()


def test_nothing_picked_is_told(cast: Cast) -> None:
    page = text(log_in(cast.acceptor, english=True).post("/queue/claim/", {"item": ["x", "-1"]}, follow=True))
    assert "Pick at least one item." in page


def test_several_are_taken_by_post_only(cast: Cast) -> None:
    assert log_in(cast.acceptor).get("/queue/claim/").status_code == 405


# --- export -----------------------------------------------------------------------------------------------------------
def test_the_list_is_exported_as_filtered(cast: Cast, three: list[Application]) -> None:
    client = log_in(cast.acceptor, english=True)
    rows = list(
        csv.DictReader(io.StringIO(client.get("/queue/agency/?time=late&format=csv").content.decode("utf-8-sig")))
    )
    assert [row["Case"] for row in rows] == [three[0].number]
    assert rows[0]["Step"] == "Acceptance"
    sheet = load_workbook(io.BytesIO(client.get("/queue/agency/?format=xlsx").content)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [case.number for case in three]


def test_no_title_becomes_a_formula(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    Application.objects.filter(pk=case.pk).update(title='=HYPERLINK("http://x","y")')
    client = log_in(cast.auditor)
    assert "'=HYPERLINK" in client.get("/cases/?format=csv").content.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(client.get("/cases/?format=xlsx").content)).active
    assert sheet is not None
    assert sheet.cell(2, 2).data_type == "s"


def test_an_unknown_format_is_refused(cast: Cast) -> None:
    assert log_in(cast.auditor).get("/cases/?format=exe").status_code == 404


# --- the list of cases ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("status=approved", 1), ("status=submitted", 1), ("person=李审查", 1), ("person=无此人", 0),
        ("since=2026-11-20", 2), ("until=2026-11-19", 0), ("since=yesterday", 0), ("kind=tending&q=FY110118", 2),
    ],
)  # fmt: skip
def test_an_auditor_finds_cases(cast: Cast, query: str, found: int) -> None:
    cast.case_at(S.APPROVED)
    cast.case_at(S.SUBMITTED)
    assert len(numbers(log_in(cast.auditor).get(f"/cases/?{query}"))) == found


def test_cases_are_found_by_the_agency_that_acted(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    cast.case_at(S.SUBMITTED)
    agency = case.acts.get(act="accept").agency
    assert agency is not None
    assert numbers(log_in(cast.auditor).get(f"/cases/?agency={agency.pk}")) == [case.number]


def test_a_released_item_is_in_the_agencys_queue_again(cast: Cast) -> None:
    item = cast.take(cast.case_at(S.SUBMITTED))
    perform(item.application_id, "release", by=cast.acceptor, mandate=item.mandate, item=item.pk)
    assert list(queues.agency(cast.second_acceptor)) == [item]
