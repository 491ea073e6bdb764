"""The edition of the role matrix: which one is loaded, what the files of the release would change, applying them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from roles.authority import Role, administers, insist
from roles.editions import Edition, apply, changes, compare, history, left_out, waiting
from roles.matrix.read import BadMatrix
from roles.misread import page_of
from roles.requests import Signed, posted
from roles.staffing_forms import GroundForm

PAGE, LINES = 25, 20
CHANGES = {
    "ended": gettext_lazy("row ends"),
    "updated": gettext_lazy("row changes"),
    "created": gettext_lazy("row is added"),
}
TABLES = {
    "jurisdictions": gettext_lazy("places"), "documents": gettext_lazy("documents relied on"),
    "agencies": gettext_lazy("agencies"), "mandates": gettext_lazy("duties"),
}  # fmt: skip


class EditionForm(GroundForm):
    """Why the edition is applied, and which one was looked at."""

    edition = forms.CharField(widget=forms.HiddenInput, max_length=64)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def matrix_edition(request: Signed) -> HttpResponse:
    """For the three administrators to look at; the system administrator applies the edition."""
    role = administers(request.user)
    insist(bool(role))
    found = Edition.of(settings.ROLES_DIR)
    form = EditionForm(posted(request), initial={"edition": found.sha256}) if role == Role.SYSTEM else None
    if request.method == "POST":
        insist(form is not None)
        if form and form.is_valid() and _applied(request, form):
            return redirect("matrix-edition")
    return render(
        request,
        "roles/edition.html",
        {"found": found, "form": form, "lines": history()[:LINES], "waiting": waiting(), **_differences(request)},
        status=422 if form and form.errors else 200,
    )


def _applied(request: Signed, form: EditionForm) -> bool:
    """Whether the edition was applied; else what stood in the way is told in the form, or with the differences."""
    try:
        report = form.run(apply, by=request.user, without=left_out(), **form.cleaned_data)
    except BadMatrix:
        form.add_error(None, _("Nothing was loaded."))
        return False
    if report is None:
        return False
    messages.success(request, _("The edition was applied."))
    return True


def _differences(request: Signed) -> dict[str, Any]:
    """What the files would change, a page of it; or what is wrong with the files."""
    try:
        report = compare()
    except BadMatrix as bad:
        return {"problems": [str(problem) for problem in bad.problems]}
    rows = [(CHANGES[one.change], TABLES[one.table], one) for one in changes(report)]
    return {"page": page_of(request, Paginator(rows, PAGE)), "warnings": report.warnings}
