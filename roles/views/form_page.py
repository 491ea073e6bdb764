"""The page of one form: what it does stands in its heading and on its button, and above it the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


def form_page(
    request: HttpRequest,
    form: forms.Form,
    heading: object,
    does: object,
    *,
    above: Any = None,
    at: tuple[Any, ...] = (),
) -> HttpResponse:
    """`above` is what the page belongs to, `at` the name and the arguments of its address. 422 for a refused form."""
    back = reverse(at[0], args=at[1:]) if at else ""
    title = f"{heading} · {above}" if above and str(above) not in str(heading) else heading
    context = {"form": form, "heading": heading, "title": title, "does": does, "above": above, "back": back}
    return render(request, "roles/form.html", context, status=422 if form.errors else 200)
