"""Pages of an introduction's draft: the head, the list of species, one species."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permits.drafts import get_draft
from permits.errors import BadFacts
from permits.rules import watch_list
from roles.models import Person

from . import edit
from .forms import DraftForm, HeadForm, SpeciesForm
from .models import Species

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class Signed(HttpRequest):
    """A request of somebody logged in."""

    user: Person


def _told(form: DraftForm, error: edit.EditedMeanwhile, version: int) -> None:
    """Say that another was faster; the same values can be saved once more, now over the other's."""
    form.add_error(None, _("%(error)s Nothing was saved yet, and nothing you typed is lost.") % {"error": error})
    form.renew(version)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


@login_required
@get_or_post
def head(request: Signed, pk: int) -> HttpResponse:
    """What is common to the species."""
    application = get_draft(request.user, pk, place=edit.HEAD)
    form = HeadForm(request.POST if request.method == "POST" else None, instance=application.introduction)
    if request.method == "POST" and form.is_valid():
        try:
            edit.change_head(pk, form.cleaned_data, version=form.cleaned_data["version"])
        except edit.EditedMeanwhile as error:
            application.introduction.refresh_from_db()
            _told(form, error, application.introduction.version)
        else:
            messages.success(request, _("The introduction was saved."))
            return redirect("introduction-head" if form.later else "introduction-species", pk)
    return _page(
        request, "permits/introduction/head.html", {"application": application, "form": form, "place": edit.HEAD}
    )


@login_required
@require_safe
def species(request: Signed, pk: int) -> HttpResponse:
    """The list of species, the watched ones marked."""
    application = get_draft(request.user, pk, place=edit.SPECIES)
    rows = [(one, watch_list.match(one.scientific_name) is not None) for one in application.introduction.species.all()]
    return render(
        request, "permits/introduction/species.html", {"application": application, "rows": rows, "place": edit.SPECIES}
    )


@login_required
@get_or_post
def species_edit(request: Signed, pk: int, species: int = 0) -> HttpResponse:
    """One species, new or to be changed."""
    application = get_draft(request.user, pk, place=edit.SPECIES)
    row = get_object_or_404(application.introduction.species, pk=species) if species else Species()
    form = SpeciesForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(pk, species, form)
        except BadFacts as error:
            for name, message in error.errors.items():
                form.add_error(name, message)
        except edit.EditedMeanwhile as error:
            row.refresh_from_db()
            _told(form, error, row.version)
        else:
            messages.success(request, _("%(species)s was saved.") % {"species": saved})
            return redirect("introduction-species-add" if "another" in request.POST else "introduction-species", pk)
    context = {"application": application, "form": form, "row": row, "place": edit.SPECIES}
    return _page(request, "permits/introduction/species_edit.html", context)


def _save(pk: int, species: int, form: SpeciesForm) -> Species:
    if species:
        return edit.change_species(pk, species, form.cleaned_data, version=form.cleaned_data["version"])
    return edit.add_species(pk, form.cleaned_data)


@login_required
@get_or_post
def species_delete(request: Signed, pk: int, species: int) -> HttpResponse:
    """Asks, then takes a species out of the draft."""
    application = get_draft(request.user, pk, place=edit.SPECIES)
    row = application.introduction.species.filter(pk=species).first()
    if request.method == "POST":
        edit.delete_species(pk, species)
        if row:
            messages.success(request, _("%(species)s was deleted.") % {"species": row})
    if request.method == "POST" or row is None:
        return redirect("introduction-species", pk)
    context = {"application": application, "row": row, "place": edit.SPECIES}
    return render(request, "permits/introduction/species_delete.html", context)
