"""What a line of the log says beside its message: which request, who, which case, which act.

In production each line is one JSON object. A request has an id: the one a trusted proxy gave it, else a new one; the
answer bears it as `X-Request-ID`, and what a person reports can be found by it.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from pythonjsonlogger.json import JsonFormatter

from roles.addresses import client_address

if TYPE_CHECKING:  # logging is set up before there are models
    from permits.models import Act

log = logging.getLogger(__name__)
KEYS = {"key", "token"}
"""Parts of an address that open something to whoever knows them."""
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_request: ContextVar[HttpRequest | None] = ContextVar("the request in hand", default=None)
_request_id: ContextVar[str] = ContextVar("its id", default="")


def json_lines() -> JsonFormatter:
    """One JSON object a line, Chinese readable, with whatever context the line has."""
    return JsonFormatter(
        "{levelname}{name}{message}",
        style="{",
        timestamp="time",  # ISO 8601 with its zone
        rename_fields={"levelname": "level", "name": "logger"},
        json_ensure_ascii=False,
    )


class Context(logging.Filter):
    """Adds to each line the id of its request, the key of the person and the case of its address, where there are any.

    The person is told only where the view asked for it already: a line of the log must not query the database.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = _request.get()
        if request is not None:
            known: dict[str, Any] = {
                "request_id": _request_id.get(),
                "person": _person(request),
                "case": _case(request),
            }
            for name, value in known.items():
                if value is not None and not hasattr(record, name):
                    setattr(record, name, value)
        if record.name == "django.security.DisallowedHost":
            record.exc_info = None  # where Django saw a visitor's wrong host name is the same for each of them
        told = getattr(record, "request", None)
        if isinstance(told, HttpRequest):  # Django's own lines name the path, and carry the object, which says nothing
            if isinstance(record.args, tuple):
                record.args = tuple(place_of(told) if one == told.path else one for one in record.args)
            delattr(record, "request")
        return True


def request_log(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: gives the request its id, and writes one line when it is answered."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        began, given = monotonic(), request.headers.get("X-Request-ID", "")
        id = given if settings.PROXIES and REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        tokens = _request.set(request), _request_id.set(id)
        try:
            response = get_response(request)
            response.headers["X-Request-ID"] = id
            log.info(
                "%s %s %s", request.method, _route(request), response.status_code,
                extra={"status": response.status_code, "milliseconds": round(1000 * (monotonic() - began)),
                       "address": client_address(request)},
            )  # fmt: skip
            return response
        finally:
            _request.reset(tokens[0])
            _request_id.reset(tokens[1])

    return respond


def tell_act(sender: str, record: Act, **_kwargs: Any) -> None:
    """Receiver of `act_performed`: one line for each act, once it is committed."""
    case = record.application
    said = {"act": sender, "case": case.pk, "number": case.number, "person": record.person_id}
    transaction.on_commit(lambda: log.info("act %s of case %s", sender, case, extra=said))


def _person(request: HttpRequest) -> int | None:
    user = getattr(request, "_cached_user", None)
    return user.pk if user is not None else None


def _route(request: HttpRequest) -> str:
    """The pattern of the address: the address of a paper's verification page is known to its holders only."""
    return request.resolver_match.route if request.resolver_match else place_of(request)


def place_of(request: HttpRequest) -> str:
    """The path, to be written down; of an address that is itself a key, like a one-time link, the pattern alone."""
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return request.path
    return match.route if match.kwargs.keys() & KEYS else request.path


def _case(request: HttpRequest) -> int | None:
    """The key of the case a page is about."""
    match = request.resolver_match
    return match.kwargs.get("pk") if match and match.route.startswith(("drafts/", "cases/")) else None
