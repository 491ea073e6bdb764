"""The auditor's desk: its questions, each with its page, its files and its dossier. Nothing is changed here.

That somebody asked is noted on the first server; the answer itself may be read from a replica.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permits.database.replica import reads_aside
from permits.database.statements import took_too_long, within_time
from permits.errors import NotPermitted
from roles.access import mandates_of
from roles.addresses import logged_address
from roles.aside import copy_read
from roles.days import local_today
from roles.misread import page_of
from roles.models import Person
from roles.models.mandates import Duty
from roles.models.security import What
from roles.requests import Signed
from roles.security_log import note
from workflows.desk.asked import Asked, AskedForm, as_auditor, usual
from workflows.desk.question import Question, Rows
from workflows.desk.questions import BY_SLUG, QUESTIONS, SEARCH
from workflows.exports import MOST, as_file

PER_PAGE = 25
UNBROKEN = '<span class="text-nowrap">{}</span>'


def audits(person: Person) -> bool:
    """Whether `person` holds a mandate to audit today."""
    return mandates_of(person).filter(duty=Duty.AUDIT).exists()


def refuse_others(person: Person) -> None:
    """Raises NotPermitted for who does not audit."""
    if not audits(person):
        raise NotPermitted(_("The desk is for auditors: you hold no mandate to audit."))


@login_required
@require_safe
def desk(request: Signed) -> HttpResponse:
    """The questions, and the search."""
    refuse_others(request.user)
    return render(request, "workflows/desk.html", {"questions": QUESTIONS, "search": SEARCH})


@login_required
@require_safe
def question(request: Signed, slug: str) -> HttpResponse:
    """One question with the filters of the address: a page, or all rows as a file. 404 for a question there is not."""
    asks, form, asked = _asked(request, slug)
    noted(request)
    return _answered(request, asks, form, asked)


@reads_aside
def _answered(request: Signed, asks: Question, form: AskedForm, asked: Asked) -> HttpResponse:
    wanted = request.GET.get("format")
    context: dict[str, Any] = {}
    with stopped(context):
        if wanted and form.is_valid():
            heads, lines = [one.head for one in asks.heads], asks.every_line(asks.rows(asked), MOST)
            return as_file(f"desk-{asks.slug}", asks.title, heads, lines, wanted)
        context |= _page(request, asks, asked, found=form.is_valid())
    said = any(request.GET.get(name) for name in asks.fields)
    context |= {"question": asks, "form": form, "said": said, "copy": copy_read()}
    return render(request, "workflows/desk_question.html", context)


@login_required
@require_safe
def question_dossier(request: Signed, slug: str) -> HttpResponse:
    """The answer bound as a PDF: cover, period, figures, list. 404 for a question that has none, 503 where it takes too
    long."""
    asks, form, asked = _asked(request, slug)
    if not asks.dossier or not form.is_valid():
        raise Http404
    noted(request)
    response = HttpResponse(_bound(asked, request.user), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-{local_today().isoformat()}.pdf"'
    return response


@reads_aside
def _bound(asked: Asked, person: Person) -> bytes:
    from workflows.desk.dossier import dossier, typeset  # it brings the typesetter, which most processes never use

    with within_time():
        told = dossier(asked, by=person)
    return typeset(told)  # outside: no transaction stays open for it


def _asked(request: Signed, slug: str) -> tuple[Question, AskedForm, Asked]:
    refuse_others(request.user)
    if slug not in BY_SLUG:
        raise Http404
    asks, everything = BY_SLUG[slug], as_auditor(request.user)
    given = {} if asks is SEARCH else usual(asks.fields)
    data = request.GET.copy()
    for name, value in given.items():
        data.setdefault(name, value)
    form = AskedForm(asks.fields, everything, data, folded=asks.folded)
    return asks, form, everything.of(**(form.cleaned_data if form.is_valid() else {}))


def _page(request: Signed, asks: Question, asked: Asked, *, found: bool) -> dict[str, Any]:
    rows = asks.rows(asked) if found else Rows([])
    page = page_of(request, Paginator(rows.found, PER_PAGE))
    return {
        "rows": rows,
        "page_obj": page,
        "lines": [
            [(column, shown(cell)) for column, cell in zip(asks.heads, line, strict=True)]
            for line in (asks.told(list(page.object_list), rows) if page.paginator.count else ())
        ],
        "chart": asks.chart(asked, rows) if found and page.paginator.count else None,
    }


def shown(cell: object) -> object:
    """A cell of a page: numbers without needless zeros, their thousands set apart; days and times told apart by the
    template."""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():,f}"
    if isinstance(cell, datetime):
        return format_html(UNBROKEN, timezone.localtime(cell).strftime("%Y-%m-%d %H:%M"))
    if isinstance(cell, date):
        return format_html(UNBROKEN, cell.isoformat())
    return "—" if cell is None or cell == "" else cell


@contextmanager
def stopped(context: dict[str, Any]) -> Iterator[None]:
    """Within it the database may stop by itself a query that takes too long: told to the page as `too_long`. Every
    other error goes on."""
    try:
        with within_time():
            yield
    except OperationalError as error:
        if not took_too_long(error):
            raise
        context["too_long"] = True


def noted(request: Signed) -> None:
    """A line of the security log: an auditor read this page, which shows many cases at once."""
    told = {"page": request.path, "query": request.META.get("QUERY_STRING", "")[:500]}
    note(What.DESK_READ, by=request.user, address=logged_address(request), told=told)
