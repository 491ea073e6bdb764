"""Filters kept under a name: kept, shown above the list, removed; what is odd is told or left out."""

from __future__ import annotations

from typing import Any

import pytest

from permits.errors import BadFacts, WrongStatus
from tests.cast import Cast, log_in, markup
from workflows.kept_filters import MOST, drop_filter, keep_filter, kept, said_in
from workflows.models import KeptFilter


def keep(person: Any, **said: str) -> Any:
    given = {"list": "agency", "name": "逾期的", "query": "time=late&page=3&unknown=1&q="}
    return log_in(person, english=True).post("/filters/keep/", given | said, follow=True)


def test_a_kept_filter_stands_above_its_list(cast: Cast) -> None:
    page = keep(cast.acceptor)
    assert page.redirect_chain == [("/queue/agency/?time=late", 302)]
    assert '<a class="btn btn-sm active" href="?time=late" aria-current="true">逾期的</a>' in markup(page.text)
    assert "逾期的" not in log_in(cast.acceptor).get("/queue/mine/").text
    assert "逾期的" not in log_in(cast.second_acceptor).get("/queue/agency/").text


def test_it_is_removed_by_whoever_keeps_it_and_by_nobody_else(cast: Cast) -> None:
    made = keep_filter("cases", "已办结", "status=decided", by=cast.auditor)
    assert log_in(cast.acceptor).post(f"/filters/{made.pk}/drop/").status_code == 404
    assert drop_filter(made.pk, by=cast.acceptor) is None
    assert log_in(cast.auditor).post(f"/filters/{made.pk}/drop/").url == "/cases/"
    assert not KeptFilter.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b"])
def test_a_name_that_is_none_is_told(cast: Cast, name: str) -> None:
    page = keep(cast.acceptor, name=name)
    assert "The filter was not kept." in page.text
    assert page.redirect_chain[0][0] == "/queue/agency/?time=late"
    assert not KeptFilter.objects.exists()


def test_odd_names_are_names(cast: Cast) -> None:
    page = keep(cast.acceptor, name="<b>𠮷&'\"")
    assert "&lt;b&gt;𠮷&amp;&#x27;&quot;</a>" in markup(page.text)


def test_the_same_name_twice_is_told(cast: Cast) -> None:
    keep(cast.acceptor)
    assert "already" in keep(cast.acceptor).text
    assert kept(cast.acceptor).count() == 1


@pytest.mark.parametrize("query", ["", "page=2", "nonsense", "%00=1", "time=" + "x" * 2000])
def test_a_filter_that_says_nothing_or_too_much_is_not_kept(cast: Cast, query: str) -> None:
    assert "The filter was not kept." in keep(cast.acceptor, query=query).text


def test_a_list_that_is_not_there_is_not_found(cast: Cast) -> None:
    assert log_in(cast.acceptor).post("/filters/keep/", {"list": "gone", "name": "x"}).status_code == 404


def test_a_filter_of_a_list_that_has_gone_can_only_be_removed(cast: Cast) -> None:
    made = keep_filter("gone", "旧的", "a=b", by=cast.acceptor)
    client = log_in(cast.acceptor, english=True)
    page = client.get("/filters/").text
    assert "The list it belongs to is no longer there." in page
    assert 'href="?a=b"' not in page
    assert client.post(f"/filters/{made.pk}/drop/").url == "/filters/"


def test_no_more_than_a_screen_of_them_is_kept(cast: Cast) -> None:
    for number in range(MOST):
        keep_filter("agency", f"第{number}", "time=late", by=cast.acceptor)
    with pytest.raises(WrongStatus):
        keep_filter("agency", "又一个", "time=late", by=cast.acceptor)


def test_only_fields_of_the_list_are_kept() -> None:
    assert said_in("q=%E6%9E%97&x=1&time=late&q=a", {"q", "time"}) == "q=a&time=late"
    with pytest.raises(BadFacts):
        keep_filter("agency", "x", "", by=None)  # type: ignore[arg-type]  # refused before anybody is asked for
