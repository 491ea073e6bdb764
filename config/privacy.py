"""What is answered to someone logged in stays between them and the site: no cache on the way or on the machine."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


def no_store_middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Pages, records and exports say `no-store`; public pages shown to nobody in particular keep what they say."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        signed_in = request.user.is_authenticated  # before: one who logs out reads a private page last
        response = get_response(request)
        if signed_in or request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return respond
