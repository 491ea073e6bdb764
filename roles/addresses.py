"""Which address a request comes from, when reverse proxies stand before the site."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address the outermost trusted proxy saw; what a client writes into the header itself is never believed."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return direct
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return forwarded[-settings.PROXIES] if len(forwarded) >= settings.PROXIES else direct


def logged_address(request: HttpRequest | None) -> str | None:
    """The same for the security log: None where there is no request, or a proxy wrote something else."""
    try:
        return str(ip_address(client_address(request))) if request else None
    except ValueError:
        return None
