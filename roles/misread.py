"""What an address asks for and its page cannot give: a line on top of the page says which part of it was passed over
(`components/messages.html`). Who typed it wrongly, or was sent it, would take what is shown for what was asked.

A name that no page knows is passed over in silence: messengers and search engines add names of their own to an address.
A filter that is a form says what is wrong beside its field. Addresses for programs are answered 404 or 422 instead; a
list taken as a file has no line for it, and stands in the usual order.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest

from roles.numbers import whole

LONGEST = 40


def misread(request: HttpRequest, name: str, said: str) -> None:
    """Note that what the address says under `name` was passed over. Nothing said is nothing to tell."""
    if said:
        told: list[str] = request.__dict__.setdefault("misread", [])
        told.append(f"{name}={said if len(said) <= LONGEST else said[:LONGEST] + '…'}")


def page_of(request: HttpRequest, pages: Paginator[Any]) -> Page[Any]:
    """The page that `?page=` names: the last for a number beyond it, the first for what is no number of a page."""
    said = request.GET.get("page", "")
    number = whole(said) or 1
    page = pages.get_page(number)
    if page.number != whole(said):
        misread(request, "page", said)
    return page


def one_of(request: HttpRequest, name: str, known: Collection[str], usual: str) -> str:
    """What the address says under `name`, where it is one of those known; else the usual."""
    said = request.GET.get(name, "")
    if said in known:
        return said
    misread(request, name, said)
    return usual


def begin(request: HttpRequest, form: BaseForm, *names: str) -> None:
    """Let these fields of a form that was not sent yet begin with what the address says under their names. What a field
    would refuse is passed over; what it begins with already stays, such as what was typed in it before."""
    for name in () if form.is_bound else names:
        said, field = request.GET.get(name, ""), form.fields.get(name)
        if not said or field is None:
            continue
        try:
            field.clean(said)
        except ValidationError:
            misread(request, name, said)
        else:
            form.initial.setdefault(name, said)


def sought(request: HttpRequest, most: int) -> str:
    """The words that `?q=` looks for; of more than `most` characters the first, which is told."""
    said = request.GET.get("q", "").strip()
    if len(said) > most:
        misread(request, "q", said)
    return said[:most]
