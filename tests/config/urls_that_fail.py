"""Addresses whose views fail in each way a view can, for the tests of the error pages."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as site_patterns
from permits.database.statements import within_time
from permits.errors import BadFacts, Busy, NotPermitted, WrongStatus

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def failing(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def waiting_for_a_lock(request: HttpRequest) -> HttpResponse:
    """Asks PostgreSQL for a lock that another session holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
        cursor.execute("SELECT pg_advisory_lock(4711)")
    return HttpResponse()


def working_for_long(request: HttpRequest) -> HttpResponse:
    """Asks PostgreSQL for something that takes longer than it may."""
    with within_time(1), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")
    return HttpResponse()


def remembering(request: HttpRequest) -> HttpResponse:
    """Leaves something in the session, which is saved after it."""
    request.session["remembered"] = True
    return HttpResponse()


ERRORS: dict[str, Exception] = {
    "not-permitted": NotPermitted("no duty here"),
    "denied": PermissionDenied("no duty here"),
    "wrong-status": WrongStatus("it is decided"),
    "busy": Busy(),
    "locked": OperationalError("database is locked"),
    "bad-facts": BadFacts({"opinion": "missing"}),
    "too-big": RequestDataTooBig(),
    "missing": Http404("no such case"),
    "broken": ZeroDivisionError("secret detail"),
    "no-disk": OperationalError("disk I/O error"),
}

urlpatterns = [path(f"{name}/", failing(error)) for name, error in ERRORS.items()]
urlpatterns += [path("waiting/", waiting_for_a_lock), path("working/", working_for_long)]
urlpatterns += [path("remembering/", remembering), *site_patterns]
