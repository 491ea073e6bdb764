"""The list of permits and the page of one: whose they are, what they tell, what they let one do."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from permits.models import Act, Application, Permit
from roles.days import local_today
from tests.cast import Cast, fresh, log_in, markup
from tests.permits.life.cases import WITHDRAWN, Desk, permit
from tests.permits.life.compensated import remedied
from tests.permits.life.remedied import outcome
from workflows import sweep
from workflows.models import Notification
from workflows.notifications.making import make_pending


def page(person: Any, case: Application) -> str:
    return log_in(person, english=True).get(reverse("permit", args=[case.pk])).content.decode()


def told_of(act: Act) -> set[str]:
    return set(Notification.objects.filter(act=act).values_list("person__username", flat=True))


def listed(person: Any, **query: Any) -> list[int]:
    table = log_in(person).get(reverse("permit-list"), query).context["table"]
    return [row.record.pk for row in table.rows]


def test_holder_officer_and_auditor_see_the_permit_and_a_stranger_does_not(desk: Desk, cast: Cast) -> None:
    for person in (cast.clerk, cast.decider, cast.acceptor, cast.auditor):
        assert listed(person) == [desk.case.pk]
        assert "Valid until" in page(person, desk.case)
    for person in (cast.rival, cast.stranger):
        assert listed(person) == []
        assert log_in(person).get(reverse("permit", args=[desk.case.pk])).status_code == 404


def test_a_permit_whose_term_is_over_counts_no_days_and_is_extended_no_more_before_the_clock_says_so(
    desk: Desk, cast: Cast
) -> None:
    over = local_today() - timedelta(days=3)
    assert "left" in page(cast.clerk, desk.case)
    Permit.objects.filter(pk=desk.case.pk).update(valid_from=over, valid_to=over)
    told = page(cast.clerk, desk.case)
    assert "days left" not in told
    assert "Extension" not in told.partition("批准后义务")[0].partition("Obligations")[0]


def test_a_permit_that_begins_later_is_not_told_as_valid(desk: Desk, cast: Cast) -> None:
    Permit.objects.filter(pk=desk.case.pk).update(valid_from=local_today() + timedelta(days=9), valid_to=None)
    files = log_in(cast.clerk, english=True).get(reverse("permit-list"), {"format": "csv"}).content.decode()
    table = log_in(cast.clerk, english=True).get(reverse("permit-list")).content.decode().partition("<table")[2]
    for told in (files, table, page(cast.clerk, desk.case)):
        assert "Not in force yet" in told
        assert "✓" not in told
    assert listed(cast.clerk, status="early") == [desk.case.pk]
    assert listed(cast.clerk, status="valid") == []


def test_who_asks_for_more_time_reads_how_long_the_permit_holds_and_by_when_it_is_asked(desk: Desk, cast: Cast) -> None:
    asked = log_in(cast.clerk, english=True).get(reverse("case-act", args=[desk.case.pk, "ask_change"]))
    term = page(cast.clerk, desk.case).partition('id="term"')[2].partition("</dl>")[0].partition("<dl")[2]
    assert "Valid until" in term
    assert term in asked.content.decode()


def test_of_a_permit_that_holds_no_more_the_term_tells_when_and_by_what_it_ended(desk: Desk, cast: Cast) -> None:
    def term() -> str:
        return page(cast.clerk, desk.case).partition('id="term"')[2].partition("</dl>")[0]

    assert "Ended" not in term()
    with time_machine.travel("2026-12-10T09:00:00+08:00"):
        withdrawn = desk.decide("withdraw_permit", **WITHDRAWN)
        assert "2026-12-10 · Withdraw the permit" in term()
    with time_machine.travel("2026-12-20T09:00:00+08:00"):
        cancelled = desk.decide("cancel_permit", ground="ended", reasons="已撤回。")
        assert "2026-12-20 · Cancel the permit" in term()
        remedied(desk, cancelled, "annulled")
        assert "2026-12-10 · Withdraw the permit" in term()  # which stands again
        on = {"number": "（2026）京行初9号", "decided_on": local_today()}
        desk.decide("record_suit", **outcome(desk, withdrawn.seq, "annulled", **on))
        assert "Ended" not in term()
        approval = desk.case.acts.get(act="approve")
        desk.decide("record_suit", **outcome(desk, approval.seq, "annulled", number="（2026）京行初10号"))
        assert "Record the outcome of a suit" in term()


def test_the_answers_to_what_the_holder_asks_come_before_what_ends_the_permit(desk: Desk, cast: Cast) -> None:
    desk.ask("ask_change", what="contact", now="密云区新农村路2号", reason="搬迁")
    next_ = page(cast.decider, desk.case).partition('id="next"')[2].partition("</section>")[0]
    acts = re.findall(r'class="(btn[^"]*)"\s+href="[^"]*/acts/(\w+)/"', next_)
    assert acts[:2] == [("btn btn-primary", "grant_change"), ("btn btn-primary", "refuse_change")]
    assert ("btn", "cancel_permit") in acts[2:]


def test_what_was_asked_is_told_once_more_before_it_is_granted(desk: Desk, cast: Cast) -> None:
    desk.ask("ask_change", what="contact", now="密云区新农村路2号", reason="搬迁")
    checked = log_in(cast.decider).post(reverse("case-act", args=[desk.case.pk, "grant_change"]), {"note": ""})
    assert checked.templates[0].name == "workflows/review.html"
    assert "密云区新农村路2号" in checked.content.decode()


def test_a_case_without_a_permit_has_no_such_page(cast: Cast) -> None:
    case = cast.case_at("refused")
    assert log_in(cast.clerk).get(reverse("permit", args=[case.pk])).status_code == 404


def test_each_is_offered_what_it_may_do_and_no_more(desk: Desk, cast: Cast) -> None:
    def offered(person: Any) -> set[str]:
        possible = log_in(person).get(reverse("permit", args=[desk.case.pk])).context["possible"]
        return {one.spec.name for one in possible}

    assert offered(cast.clerk) == {"ask_change", "ask_reissue", "ask_cancellation"}  # no tending design is extended
    assert {"withdraw_permit", "revoke_permit", "cancel_permit", "forfeit_permit"} <= offered(cast.decider)
    assert offered(cast.auditor) == offered(cast.acceptor) == set()
    desk.decide("withdraw_permit", **WITHDRAWN)
    assert offered(cast.clerk) == set()
    assert offered(cast.decider) == {"cancel_permit", "record_compensation", "record_reconsideration", "record_suit"}


def test_what_is_offered_is_done_on_its_page(desk: Desk, cast: Cast) -> None:
    client = log_in(cast.clerk, english=True)
    address = reverse("case-act", args=[desk.case.pk, "ask_reissue"])
    once = client.get(address).context["form"]["once"].value()
    answer = client.post(address, {"once": once, "statement": "办公室搬迁时遗失。"}, follow=True)
    assert answer.redirect_chain == [(reverse("permit", args=[desk.case.pk]), 302)]
    assert "Asked and not decided" in answer.content.decode()
    second_window = client.post(address, {"statement": "办公室搬迁时遗失。"})  # its own key: not the same form again
    assert second_window.status_code == 409
    assert "This was asked for and waits for an answer." in second_window.text
    answered = log_in(cast.decider, english=True).get(reverse("case-act", args=[desk.case.pk, "refuse_change"]))
    assert answered.status_code == 409
    assert "Nobody asked for this, or it is answered." in answered.text


def test_filters_find_by_end_state_holder_and_what_waits(desk: Desk, cast: Cast) -> None:
    found, key = [desk.case.pk], desk.case.pk
    assert permit(desk.case).valid_to == date(2027, 1, 31)
    assert (listed(cast.decider, within=60), listed(cast.decider, within=72)) == ([], found)
    assert (listed(cast.decider, status="valid"), listed(cast.decider, status="expired")) == (found, [])
    assert (listed(cast.decider, holder=cast.farm.pk), listed(cast.decider, q="没有")) == (found, [])
    assert (listed(cast.decider, holder=cast.farm.name[1:4]), listed(cast.decider, holder="没有")) == (found, [])
    assert listed(cast.decider, open="true") == []
    desk.ask("ask_reissue", statement="遗失。")
    assert listed(cast.decider, open="true") == [key]
    desk.decide("reissue_permit")
    assert listed(cast.decider, open="true") == []
    assert listed(cast.decider, within="x") == []


def test_the_list_is_given_as_a_file(desk: Desk, cast: Cast) -> None:
    answer = log_in(cast.decider).get(reverse("permit-list"), {"format": "xlsx"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[1][0] == desk.case.number
    assert len(rows) == 2


def test_holder_and_who_decides_are_told_of_the_end_once(desk: Desk, cast: Cast) -> None:
    with time_machine.travel("2027-01-01T09:00:00+08:00"):
        for _again in range(2):
            sweep.tick()
        make_pending()
    told = told_of(fresh(desk.case).acts.get(act="warn_of_end"))
    assert told >= {"clerk", "decider"}
    assert told.isdisjoint({"rival", "stranger", "reviewer"})


def test_who_decides_is_told_of_what_the_holder_asks(desk: Desk, cast: Cast) -> None:
    record = desk.ask("ask_change", what="contact", now="新址", reason="搬迁。")
    make_pending()
    assert "decider" in told_of(record)


def test_home_and_calendar_tell_what_ends(desk: Desk, cast: Cast) -> None:
    with time_machine.travel("2027-01-04T09:00:00+08:00"):
        client = log_in(cast.clerk, english=True)
        assert f"{reverse('permit-list')}?within=60" in client.get(reverse("home")).content.decode()
        sheet = client.get(reverse("calendar"), {"month": "2027-01"}).content.decode()
    assert reverse("permit", args=[desk.case.pk]) in sheet


@pytest.mark.parametrize("name", ["permit", "case"])
def test_an_act_after_approval_stands_in_the_timeline(desk: Desk, cast: Cast, name: str) -> None:
    desk.decide("withdraw_permit", **WITHDRAWN)
    text = log_in(cast.clerk, english=True).get(reverse(name, args=[desk.case.pk])).content.decode()
    assert WITHDRAWN["interest"] in text


@pytest.mark.parametrize("name", ["case", "act"])
def test_every_page_of_the_case_tells_above_that_its_permit_was_withdrawn(desk: Desk, cast: Cast, name: str) -> None:
    def above(person: Any) -> str:
        pages = {"case": ("case", [desk.case.pk]), "act": ("case-act", [desk.case.pk, "record_reconsideration"])}
        address, args = pages[name]
        return log_in(person, english=True).get(reverse(address, args=args)).text.partition("case-head")[2][:900]

    assert "Permit: " not in above(cast.decider)
    desk.decide("withdraw_permit", **WITHDRAWN)
    assert "Permit: " in above(cast.decider)


def test_an_english_reader_is_told_in_english_why_a_paper_holds_no_more(desk: Desk, cast: Cast) -> None:
    desk.decide("withdraw_permit", **WITHDRAWN)
    papers = page(cast.clerk, desk.case).partition('id="papers"')[2].partition("</section>")[0]
    assert ", on record since " in papers
    assert "记载" not in papers


def test_who_decides_sees_at_home_that_a_holder_asked_for_something(desk: Desk, cast: Cast) -> None:
    def tiles(person: Any) -> dict[str, int]:
        home = log_in(person, english=True).get(reverse("home"))
        return {str(figure.label): figure.number for figure in home.context["figures"]}

    label = "Permits with a request to decide"
    assert label not in tiles(cast.decider)
    desk.ask("ask_reissue", statement="办公室搬迁时遗失。")
    assert tiles(cast.decider)[label] == 1
    assert label not in tiles(cast.acceptor)
    assert listed(cast.decider, open="on") == [desk.case.pk]
    desk.decide("reissue_permit")
    assert label not in tiles(cast.decider)


def test_who_answers_reads_what_was_asked_beside_the_form(desk: Desk, cast: Cast) -> None:
    desk.ask("ask_reissue", statement="办公室搬迁时遗失。")
    address = reverse("case-act", args=[desk.case.pk, "reissue_permit"])
    assert "办公室搬迁时遗失。" in log_in(cast.decider).get(address).text


def test_a_holder_confirms_what_is_asked_for_and_no_decision(desk: Desk, cast: Cast) -> None:
    case = cast.case_at("first_review")
    page = log_in(cast.clerk).post(reverse("case-act", args=[case.pk, "withdraw"]), {"reason": "设计要重做"})
    assert page.status_code == 200
    assert "决定" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert "记载后不能更改" in page.text


def test_the_home_page_of_the_unit_says_that_its_permit_holds_no_more(desk: Desk, cast: Cast) -> None:
    def latest() -> str:
        home = log_in(cast.clerk, english=True).get(reverse("home")).content.decode()
        return home[home.index(f'href="{reverse("case", args=[desk.case.pk])}"') :].split("</li>")[0]

    assert "state-good" in latest()
    desk.decide("withdraw_permit", **WITHDRAWN)
    assert "state-good" not in latest()
    with override("en"):
        told = str(permit(desk.case).get_status_display())
    assert told in latest()


def test_a_long_life_costs_the_pages_as_many_queries_as_a_short_one(desk: Desk, cast: Cast) -> None:
    paper = desk.case.documents.get(kind="tending_certificate")
    pages = [(cast.decider, reverse("permit", args=[desk.case.pk])), (None, reverse("verify", args=[paper.token]))]

    def costs() -> list[int]:
        found = []
        for person, address in pages:
            client = log_in(person) if person else Client()
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    def lives() -> None:
        desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
        desk.decide("refuse_change", reasons="未附证明。")

    lives()
    short = costs()
    for _again in range(3):
        lives()
    assert costs() == short


def test_a_permit_whose_holder_was_renamed_tells_the_name_it_is_held_under(desk: Desk) -> None:
    """许可法 49: the head names the unit; papers, register and this page name the holder as it is called now."""
    assert "as changed" not in page(desk.clerk, desk.case)
    desk.ask("ask_change", what="holder_name", now="密云区雾灵生态林场", reason="单位更名。")
    desk.decide("grant_change")
    told = markup(page(desk.clerk, desk.case))
    assert re.search(r"Name of the holder, as changed</dt><dd>密云区雾灵生态林场<", told)
