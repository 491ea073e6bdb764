"""Where each error becomes a page: one error, one status code, one text that says what to do next."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.logs import place_of
from permits.access import on_the_applicants_side, visible_to
from permits.database.statements import took_too_long
from permits.errors import (
    AlreadyRecorded,
    Busy,
    DamagedFile,
    NotPermitted,
    PermitError,
    RecordChanged,
    ScannerUnreachable,
    StorageFailed,
    UnitBusy,
    WrongStatus,
)
from permits.ledger.chain import problems_of
from permits.locks import as_django_tells
from permits.models import Application, MaterialVersion
from permits.models.body import MALFORMED
from roles.addresses import logged_address
from roles.faults import database_gone, lock_denied, no_room
from roles.identities import NoAccount
from roles.locks import LockedOut, TriesUnderWay
from roles.models import Person
from roles.models.security import What
from roles.rates import TooMany
from roles.security_log import note
from workflows.models import WorkItem

log = logging.getLogger(__name__)

NOT_DONE = gettext_noop(
    "You were no longer logged in: what the button was to do was not done. Log in, look at the page, and press it "
    "again. Files have to be chosen again."
)
RETRY_SECONDS, FORBIDDEN, MISSING, NOT_SO, WRONG = "5", 403, 404, 405, 409
PAGES: dict[type[Exception], tuple[str, int]] = {
    LockedOut: ("429.html", 429),  # the same text whether the account exists or not
    TriesUnderWay: ("tries_under_way.html", 429),
    TooMany: ("too_many.html", 429),
    NoAccount: ("403.html", FORBIDDEN),
    NotPermitted: ("403.html", FORBIDDEN),
    WrongStatus: ("409.html", WRONG),
    RecordChanged: ("409.html", WRONG),
    RequestDataTooBig: ("413.html", 413),
    TooManyFieldsSent: ("413.html", 413),
    TooManyFilesSent: ("413.html", 413),
}
"""One page for each."""


class ErrorPages:
    """Middleware that answers an error raised by a view with its page. What it does not know goes on to Django."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return page(request, "400.html", 400, "")  # no name has it, and PostgreSQL takes no text with it
        response = self.get_response(request)
        if response.status_code == FORBIDDEN:
            _note_refusal(request)
        if response.status_code == NOT_SO and request.method == "GET" and not getattr(response, "content", b"-"):
            return _only_by_button(request, response)
        if _led_to_log_in(request, response):
            messages.warning(request, _(NOT_DONE))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Busy | OperationalError) and (answer := waited(request, error)):
            return answer
        if isinstance(error, AlreadyRecorded):
            messages.info(request, str(error))
            return redirect("case", pk=error.application_id)
        for meant, (template, status) in PAGES.items():
            if isinstance(error, meant):
                return page(request, template, status, str(error) if isinstance(error, PermitError | NoAccount) else "")
        if isinstance(error, StorageFailed | ScannerUnreachable | DamagedFile) or _full(error):
            return storage(request, error)
        if isinstance(error, PermitError):  # the view should have shown it at its field; the text is still fit to show
            log.warning("%s reached the error page at %s", type(error).__name__, place_of(request))
            return page(request, "400.html", 400, str(error))
        return changed_record(request, error) if isinstance(error, MALFORMED) else None


def page(request: HttpRequest, template: str, status: int, detail: str) -> HttpResponse:
    """The page of an error."""
    context = {
        "detail": detail,
        "back": _way_back(request) if status != MISSING else "/",  # which is not there either
        "case": _case(request) if status in (WRONG, NOT_SO) else None,
    }
    return render(request, template, context, status=status)


def changed_record(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page in the place of any page of a case that cannot be made because somebody changed its record in the
    database: what is wrong with the chain of its acts, and every act by its columns, whose texts can say anything. None
    where the chain is whole: then the fault is ours. An error all the same, which monitors count."""
    key = _case(request)
    application = Application.objects.filter(pk=key).first() if key else None
    problems = problems_of(application) if application else []
    if application is None or not problems:
        return None
    log.error("the record of case %s is not whole: %s", application, place_of(request), exc_info=error)
    aside = on_the_applicants_side([cast(Person, request.user)], application)
    acts = application.acts.select_related("person", "agency").order_by("seq").defer("body")
    rows = [] if aside else [(act, application.act_label(act.act)) for act in acts]
    told = {"application": application, "problems": problems, "rows": rows, "sent": request.method == "POST"}
    return render(request, "changed.html", told, status=500)


def _note_refusal(request: HttpRequest) -> None:
    """A refusal of somebody who is logged in is a line of the security log, also one told beside a form."""
    person = getattr(request, "user", None)
    if isinstance(person, Person):
        told = {"method": request.method, "path": place_of(request)[:200]}
        note(What.REFUSED, by=person, person=person, address=logged_address(request), told=told)


def waited(request: HttpRequest, error: Busy | OperationalError) -> HttpResponse | None:
    """The page of who waited in vain, for a lock or for an answer; None where the database says something else."""
    if isinstance(error, Busy) or lock_denied(error):
        return busy(request, str(error) if isinstance(error, UnitBusy) else "")
    if took_too_long(error):
        log.warning("a statement took too long at %s", place_of(request))
        return page(request, "too_long.html", 503, "")
    return None


def busy(request: HttpRequest, detail: str = "") -> HttpResponse:
    """Someone else holds the lock: nothing was written, and the same click works in a moment. `detail` tells of a lock
    that is not the case's."""
    response = page(request, "busy.html", 503, detail)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def storage(request: HttpRequest, error: Exception) -> HttpResponse:
    """Files cannot be kept or given just now: 507 where no room is left, 500 for a file that is damaged, else 503."""
    if not isinstance(error, PermitError):
        log.error("no room left at %s: %s", place_of(request), error)
        error = StorageFailed(full=True)
    status = error.status if isinstance(error, StorageFailed) else 500 if isinstance(error, DamagedFile) else 503
    return page(request, "storage.html", status, str(error))


def _full(error: Exception) -> bool:
    """Whether a disk has no room left, the database's or that of files being received."""
    if isinstance(error, OperationalError):
        return no_room(error)
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return page(request, "413.html", 413, "")
    shown = str(exception) if isinstance(exception, BadRequest) else ""
    return page(request, "400.html", 400, shown)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    shown = str(exception) if isinstance(exception, PermissionDenied) else ""
    return page(request, "403.html", 403, shown)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what does not exist and for what this person may not know of."""
    return page(request, "404.html", MISSING, "")


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke the page may break its context as well.

    Errors of a middleware come here only, past `ErrorPages`: so do a database that is down as soon as a session is
    read, a lock that a session cannot have, and a disk that fills while a file is received. Django calls this while it
    handles the error.
    """
    raised = sys.exc_info()[1]
    error = as_django_tells(raised) if isinstance(raised, Exception) else raised
    if isinstance(error, Exception) and _full(error):
        log.error("no room left at %s: %s", place_of(request), error)
        return HttpResponse(render_to_string("storage.html"), status=507)
    if isinstance(error, OperationalError | InterfaceError) and _passing(error):
        response = HttpResponse(render_to_string("503.html"), status=503)
        response.headers["Retry-After"] = RETRY_SECONDS
        return response
    return HttpResponse(render_to_string("500.html"), status=500)


def _passing(error: OperationalError | InterfaceError) -> bool:
    """Whether the same request works once somebody else is done, or the database is back."""
    return database_gone(error) or (isinstance(error, OperationalError) and lock_denied(error))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, "csrf.html", 403, "")


def _led_to_log_in(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a button was pressed by who is no longer logged in. A page that keeps itself says so by itself."""
    asked = response.headers.get("Location", "") if request.method == "POST" else ""
    return asked.startswith(f"{resolve_url(settings.LOGIN_URL)}?") and "unfinished_mark" not in request.POST


def _only_by_button(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """An address that only takes what a button sends, opened as a page: so it is after a log-in in between, which leads
    back to where the button was pressed. Nothing was done; the same answer, with words."""
    told = page(request, "405.html", NOT_SO, "")
    told.headers["Allow"] = response.headers["Allow"]
    return told


def _way_back(request: HttpRequest) -> str:
    """The page a form was on, for anything else the home page; following a link never repeats a POST."""
    return request.path if request.method == "POST" else "/"


def _case(request: HttpRequest) -> int | None:
    """The key of the case the page was about, which the person could open; None where the address names none."""
    match, person = request.resolver_match, getattr(request, "user", None)
    if match is None or not isinstance(person, Person) or "pk" not in match.kwargs:
        return None
    name, key = match.url_name or "", match.kwargs["pk"]
    if name.startswith("task"):
        found = Q(pk__in=WorkItem.objects.filter(pk=key).values("application"))
    elif name.startswith("material"):
        found = Q(pk__in=MaterialVersion.objects.filter(pk=key).values("material__application"))
    elif name.startswith(("case", "draft", "table", "permit", "inspection-form", "obligation-report")):
        found = Q(pk=key)
    else:
        return None
    return visible_to(person).filter(found).values_list("pk", flat=True).first()
