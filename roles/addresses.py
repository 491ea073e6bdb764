"""Which address a request comes from, when reverse proxies stand before the site."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest

WITH_PORT: Final = re.compile(r"\[(?P<six>[^\]]*)\](?::\d+)?|(?P<four>[^:]+):\d+")
"""As some proxies write an address: with the port it came from, and IPv6 in brackets (RFC 7239, 6)."""


def client_address(request: HttpRequest) -> str:
    """The address the outermost trusted proxy saw, without a port; what a client writes into the header itself is never
    believed."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return direct
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return _bare(forwarded[-settings.PROXIES]) if len(forwarded) >= settings.PROXIES else direct


def _bare(said: str) -> str:
    found = WITH_PORT.fullmatch(said)
    return (found["six"] or found["four"] or said) if found else said


def logged_address(request: HttpRequest | None) -> str | None:
    """The same for the security log: None where there is no request, or a proxy wrote something else."""
    try:
        return str(ip_address(client_address(request))) if request else None
    except ValueError:
        return None
