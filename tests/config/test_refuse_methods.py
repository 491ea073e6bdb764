"""A method of HTTP that no browser sends reaches no view."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.access import names
from tests.cast import Cast, log_in


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "PROPFIND"])
@pytest.mark.parametrize(
    "place", ["/", "/login/", "/cases/", "/account/passkeys/", "/verify/", "/static/x.css", "/nowhere/"]
)
def test_what_is_neither_read_nor_sent_is_refused_everywhere(
    client: Client, cast: Cast, place: str, method: str
) -> None:
    for asked in (client, log_in(cast.clerk)):
        answer = asked.generic(method, place)
        assert (answer.status_code, answer["Allow"], answer.content) == (405, "GET, HEAD, POST", b"")


@pytest.mark.django_db
def test_what_can_be_read_can_be_asked_whether_it_is_there(client: Client, cast: Cast) -> None:
    """RFC 9110 9.1: HEAD is answered wherever GET is, and as GET is."""
    places = [place for name in sorted(set(names(get_resolver()))) if (place := _place(name))]
    assert len(places) > 40
    wrong = {
        (place, read, asked)
        for browser in (client, log_in(cast.clerk))
        for place in places
        if (read := browser.get(place).status_code) != (asked := browser.head(place).status_code)
    }
    assert not wrong


def _place(name: str) -> str:
    """The address called `name`, where it needs nothing more."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
