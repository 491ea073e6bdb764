"""Statistics: what they count and draw, of which days, for whom. That the desk says the same: test_ask_the_desk.py."""

from __future__ import annotations

from typing import Any

import pytest

from permits.models import StoodAgainst
from permits.models.states import S
from tests.cast import Cast, log_in, markup

EVER = "since=2020-01-01"


def test_refusals_and_refusals_of_acceptance_are_counted_apart_and_at_each_rule_they_failed(cast: Cast) -> None:
    refused = cast.case_at(S.REFUSED)
    cast.case_at(S.NOT_ACCEPTED)
    act = refused.acts.get(act="refuse")
    for rule in ("T-ONE", "T-TWO"):
        StoodAgainst.objects.create(act=act, severity="refuse", rule=rule)
    figures = log_in(cast.auditor).get(f"/statistics/?{EVER}").context["figures"]
    refusals = next(chart for chart in figures.charts if chart.key == "refusals")
    counted = {rule: tuple(numbers) for rule, *numbers in refusals.rows}
    assert counted["T-ONE"] == counted["T-TWO"] == (1, 0)
    assert sum(not_accepted for _refused, not_accepted in counted.values()) == 1
    assert figures.refused == 1


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=2026-01-01", "from 2026-01-01 on"),
        ("since=2026-01-01&until=2026-06-30", "2026-01-01 – 2026-06-30"),
        ("since=&until=2026-06-30", "up to 2026-06-30"),
        ("since=&until=", "of all days"),
    ],
)
def test_statistics_say_of_which_days_they_are(cast: Cast, query: str, told: str) -> None:
    page = markup(log_in(cast.auditor, english=True).get(f"/statistics/?{query}").content.decode())
    assert told in page.partition("<h1")[2].partition("<details")[0]


def test_how_many_were_done_is_not_drawn_on_the_axis_of_working_days(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    page = log_in(cast.auditor).get(f"/statistics/?{EVER}").content.decode()
    head = page.partition('id="steps"')[2].partition("</thead>")[0]
    assert (head.count('class="number"'), head.count("data-series")) == (3, 2)


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 403), ("clerk", 403), ("decider", 403), ("head", 200), ("district_head", 200), ("auditor", 200)],
)
def test_statistics_are_for_heads_and_auditors(cast: Cast, who: str, status: int) -> None:
    assert log_in(getattr(cast, who)).get("/statistics/").status_code == status


def test_a_head_counts_the_own_agency_alone(cast: Cast) -> None:
    cast.case_at(S.SUBMITTED)
    cast.case_at(S.APPROVED)
    city = log_in(cast.head).get(f"/statistics/?{EVER}").context["figures"]
    district = log_in(cast.district_head).get(f"/statistics/?{EVER}").context["figures"]
    assert (city.received, district.received) == (1, 2)
    of_city = {row[0] for chart in city.charts if chart.key == "steps" for row in chart.rows}
    of_district = {row[0] for chart in district.charts if chart.key == "steps" for row in chart.rows}
    assert of_city.isdisjoint(of_district)
    assert of_city


@pytest.mark.parametrize(
    ("who", "links"),
    [("auditor", ["/desk/", "/statistics/"]), ("head", ["/statistics/"]), ("decider", []), ("clerk", [])],
)
def test_the_bar_leads_those_who_may_there(cast: Cast, who: str, links: list[str]) -> None:
    places: list[Any] = log_in(getattr(cast, who)).get("/").context["places"]
    assert [place.url for place in places if place.url in ("/desk/", "/statistics/")] == links
