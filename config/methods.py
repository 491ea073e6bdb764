"""Which methods of HTTP this site answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

ANSWERED: Final = ("GET", "HEAD", "POST")
"""A browser sends no other. Django answers OPTIONS and TRACE of most views as if they were GET, and asks neither for
the token of a form."""


def methods_middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Every other method is answered 405 before a session is read, and reaches no view."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        return get_response(request) if request.method in ANSWERED else HttpResponseNotAllowed(ANSWERED)

    return respond
