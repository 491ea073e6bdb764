"""The address of a visitor behind trusted proxies, however they write it."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from roles.addresses import client_address, logged_address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("::1", "::1"),
        ("10.9.9.9, 203.0.113.7:4711", "203.0.113.7"),
    ],
)
def test_the_port_a_proxy_writes_behind_an_address_is_no_part_of_it(
    settings: Settings, written: str, address: str
) -> None:
    settings.PROXIES = 1
    request = RequestFactory().get("/", headers={"X-Forwarded-For": written})
    assert client_address(request) == address
    assert logged_address(request) == address


@pytest.mark.parametrize("written", ["unknown", "_hidden:80", "[]", "[]:80", ":80", "1.2.3.4:567:8", "[::1"])
def test_what_is_no_address_is_none(settings: Settings, written: str) -> None:
    settings.PROXIES = 1
    assert logged_address(RequestFactory().get("/", headers={"X-Forwarded-For": written})) is None
