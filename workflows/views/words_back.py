"""Who may no longer send what was typed, since a post or a standing-in ended meanwhile, gets it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from permits.errors import NotPermitted
from permits.models import ACTS
from roles.requests import Signed
from workflows.forms import ActForm

View = Callable[..., HttpResponse]


def gives_words_back(view: View) -> View:
    """A page to which an act of a case is posted, its name in the address or in the form. Who may not know of the case,
    or has no duty in it, gets the same 404 or 403 as ever, with the own words and nothing of the case."""

    @wraps(view)
    def page(request: Signed, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except (Http404, NotPermitted) as refused:
            if typed := _typed(request, named.get("name") or request.POST.get("act", "")):
                return _given_back(request, typed, refused)
            raise

    return page


def _typed(request: Signed, name: str) -> list[tuple[str, str]]:
    """Labels and words of what was typed; nothing for what a page keeps by itself, and where nothing was sent."""
    if request.method != "POST" or name not in ACTS or "unfinished_page" in request.POST:
        return []
    return ActForm(ACTS[name], data=request.POST).typed()


def _given_back(request: Signed, typed: list[tuple[str, str]], refused: Http404 | NotPermitted) -> HttpResponse:
    known = isinstance(refused, NotPermitted)
    context = {"kept": typed, "detail": str(refused) if known else ""}
    return render(request, "workflows/words_back.html", context, status=403 if known else 404)
