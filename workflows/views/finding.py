"""Declared and found 申报与认定: what an officer whose step it is may find of a field, and the form for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.found import declared_at, declared_case, determinations, fields_of
from permits.acts.perform import refuse_again
from permits.drafts.forms import key_of
from permits.drafts.unfinished import forget
from permits.models import ACTS, Application
from permits.rules.found import Determinable
from roles.requests import Signed
from workflows.forms import ActForm, Pool
from workflows.views.case_acts import possible_act
from workflows.views.case_parts import head_of
from workflows.views.performing import Attempt, attempt, done_words
from workflows.views.unfinished import beside_any, keep_beside
from workflows.worklist import Possible, see_case

WHOLE = ""


class Line(Struct, frozen=True):
    """One field: what is declared of it, and what was found."""

    field: Determinable
    declared: str
    found: str
    url: str


@login_required
def determine(request: Signed, pk: int) -> HttpResponse:
    """The fields of one place of the case, or the form that finds one of them otherwise.

    404 for who may not know of the case and for an unknown field, 403 for who may not determine here.
    """
    application = see_case(request.user, pk)
    refuse_again(key_of(request.POST))
    possible = possible_act(request.user, application, "determine")
    fields = fields_of(application)
    path = request.POST.get("field") or request.GET.get("field")
    if path is None:
        return _choose(request, application, possible, fields)
    if path not in fields:
        raise Http404
    kept = beside_any(request, application, f"determine/{path}", at=_address(application, path))
    form = _form(request, fields[path], kept.restored)
    if "unfinished_page" in request.POST:
        return keep_beside(request, application, kept, form)
    tried = Attempt()
    if request.method == "POST" and form.is_valid():
        tried = attempt(form, application, by=request.user, mandate=possible.mandate, work_item=None)
        if tried.record:
            forget(application.pk, kept.page, by=request.user)
            messages.success(request, done_words(tried.record))
            return redirect(f"{request.path}?{urlencode({'place': fields[path].place})}")
    (line,) = _lines(application, {path: fields[path]})
    context = {
        **head_of(application), "possible": possible, "form": form, "line": line, "violated": tried.findings,
        "keeping": kept,
    }  # fmt: skip
    return render(request, "workflows/determine_field.html", context, status=tried.status)


def _form(request: Signed, field: Determinable, restored: Mapping[str, str]) -> ActForm:
    listed: dict[str, Any] = {"field": [(field.path, field.name)]}
    if field.options:
        listed["value"] = field.options
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ActForm(ACTS["determine"], Pool(listed=listed), *posted, initial={"field": field.path, **restored})
    form.fields["field"].choices = listed["field"]  # type: ignore[attr-defined]  # nothing else is asked here
    return form


def _choose(
    request: Signed, application: Application, possible: Possible, fields: Mapping[str, Determinable]
) -> HttpResponse:
    """The page on which a field is chosen: one place of the case at a time, the case as a whole or a row."""
    places = list(dict.fromkeys(field.place for field in fields.values()))
    place = request.GET.get("place", WHOLE)
    if place not in places:
        raise Http404
    shown = {path: field for path, field in fields.items() if field.place == place}
    context = {
        **head_of(application),
        "possible": possible,
        "parts": [(one, one or _("The case as a whole")) for one in places],
        "part": place,
        "lines": _lines(application, shown),
    }
    return render(request, "workflows/determine.html", context)


def _lines(application: Application, fields: Mapping[str, Determinable]) -> list[Line]:
    case = declared_case(application)
    found = {one.field.path: one.found_text for one in determinations(application)}
    return [
        Line(
            field=field,
            declared=field.told(declared_at(application, path, case)),
            found=found.get(path, ""),
            url=_address(application, path),
        )
        for path, field in fields.items()
    ]


def _address(application: Application, path: str) -> str:
    return f"{reverse('case-determine', args=[application.pk])}?{urlencode({'field': path})}"
