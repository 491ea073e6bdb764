"""A method of HTTP that no browser sends reaches no view."""

from __future__ import annotations

import pytest
from django.test import Client

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
