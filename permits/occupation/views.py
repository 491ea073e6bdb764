"""Pages of an occupation's draft: the head, the parcels, one parcel, and the import of a table."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from permits.access import visible_to
from permits.drafts import get_draft
from permits.errors import BadFacts
from permits.models import Application
from permits.occupation import checks, edit, kind, summary
from permits.occupation.columns import BRIEF, BY_NAME, LISTED, PARCELS, row_problems
from permits.occupation.edit import BOOK, AlreadyTaken, EditedMeanwhile
from permits.occupation.forms import HeadForm, ParcelForm, TableForm
from permits.occupation.models import Parcel
from permits.sheets import export, sheet
from permits.uploads import CONTENT_TYPES, UploadRefused
from roles.models import Person

ON_A_PAGE = 50
PREVIEWED = 20


class Signed(HttpRequest):
    """A request of somebody logged in."""

    user: Person


get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _posted(request: Signed) -> Any:
    return request.POST if request.method == "POST" else None


def _status(form: Any) -> int:
    """422 for a form that was refused, so that no cache or script takes it for done."""
    return 422 if form.is_bound and form.errors else 200


def _told(form: HeadForm | ParcelForm, error: EditedMeanwhile, version: int) -> None:
    """Say that another was faster; the same values can be saved once more, now over the other's."""
    form.add_error(None, _("%(error)s Nothing was saved yet, and nothing you typed is lost.") % {"error": error})
    form.renew(version)


@login_required
@get_or_post
def head(request: Signed, pk: int) -> HttpResponse:
    """The project and the use."""
    application = get_draft(request.user, pk, place=edit.HEAD)
    form = HeadForm(_posted(request), instance=application.occupation)
    context: dict[str, Any] = {"application": application, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            edit.change_head(pk, form.cleaned_data, version=form.cleaned_data["version"])
        except EditedMeanwhile as error:
            context["theirs"] = _head_differences(application, form)
            _told(form, error, application.occupation.version)
        else:
            messages.success(request, _("The project was saved."))
            return redirect("occupation-head" if form.later else "occupation-parcels", pk)
    return render(request, "permits/occupation/head.html", context, status=_status(form))


def _head_differences(application: Application, form: HeadForm) -> list[tuple[str, str]]:
    """Label and stored value of each field in which another's version differs from what was typed."""
    row = application.occupation
    row.refresh_from_db()
    stored = {name: kind.plain_json(getattr(row, name)) for name in edit.HEAD_FIELDS}
    typed = {name: kind.plain_json(form.cleaned_data[name]) for name in edit.HEAD_FIELDS}
    return [
        (row.label(name), summary.head_value(name, stored[name]))
        for name in edit.HEAD_FIELDS
        if (stored[name] or "") != (typed[name] or "")
    ]


@login_required
@require_safe
def parcels(request: Signed, pk: int) -> HttpResponse:
    """The parcels, their sums, what is wrong in each, and whether they add up to the declared total."""
    application = get_draft(request.user, pk, place=edit.PARCELS)
    row = application.occupation
    values = list(row.parcels.values(*BY_NAME))
    page = Paginator(row.parcels.all(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "application": application,
        "page": page,
        "columns": [BY_NAME[name] for name in LISTED],
        "rows": [_listed(parcel) for parcel in page],
        "parts": summary.breakdowns(values),
        "total": summary.hectares(summary.total(values)),
        "difference": checks.sum_differs(row.total_ha, row.parts_ha) if values else "",
        "bad": sum(bool(row_problems(one)) for one in values),
    }
    return render(request, "permits/occupation/parcels.html", context)


def _listed(parcel: Parcel) -> dict[str, Any]:
    said = row_problems(parcel.values)
    return {
        "parcel": parcel,
        "cells": [(BY_NAME[name], parcel.shown(name)) for name in LISTED],
        "problems": kind.described(said) if said else "",
    }


@login_required
@get_or_post
def parcel_add(request: Signed, pk: int) -> HttpResponse:
    """A new row. Its place starts from the last row's: neighbours share district and township."""
    application = get_draft(request.user, pk, place=edit.PARCELS)
    last = application.occupation.parcels.order_by("position").last()
    start = {name: getattr(last, name) for name in ("district", "township", "village")} if last else {}
    form = ParcelForm(_posted(request), values=start or {"district": application.jurisdiction_id})
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, pk, BOOK.add(pk, form.row))
        except BadFacts as error:
            _at_fields(form, error)
    context = {"application": application, "form": form}
    return render(request, "permits/occupation/parcel.html", context, status=_status(form))


@login_required
@get_or_post
def parcel_edit(request: Signed, pk: int, parcel: int) -> HttpResponse:
    """One row by hand."""
    application = get_draft(request.user, pk, place=edit.PARCELS)
    row = get_object_or_404(application.occupation.parcels, pk=parcel)
    form = ParcelForm(_posted(request), values=row.values, version=row.version)
    context: dict[str, Any] = {"application": application, "form": form, "parcel": row}
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, pk, BOOK.change(pk, parcel, form.row, version=form.cleaned_data["version"]))
        except BadFacts as error:
            _at_fields(form, error)
        except EditedMeanwhile as error:
            row.refresh_from_db()
            context["theirs"] = _differences(row, form)
            _told(form, error, row.version)
    said = [] if form.is_bound else row_problems(row.values)
    context["open"] = [(BY_NAME[name].label, name, text) for name, text in said]
    return render(request, "permits/occupation/parcel.html", context, status=_status(form))


def _differences(row: Parcel, form: ParcelForm) -> list[tuple[str, str]]:
    typed = form.row
    return [
        (str(column.label), row.shown(name))
        for name, column in BY_NAME.items()
        if (typed[name] or "") != (getattr(row, name) or "")
    ]


def _at_fields(form: ParcelForm, error: BadFacts) -> None:
    for name, message in error.errors.items():
        form.add_error(name, message)


def _saved(request: Signed, pk: int, parcel: Parcel) -> HttpResponse:
    """Back to the table, or on to the next row; what is still open is said."""
    if said := row_problems(parcel.values):
        facts = {"plot": parcel.name, "problems": kind.described(said)}
        messages.warning(request, _("%(plot)s was saved. Still to do: %(problems)s.") % facts)
    else:
        messages.success(request, _("%(plot)s was saved.") % {"plot": parcel.name})
    return redirect("occupation-parcel-add" if "another" in request.POST else "occupation-parcels", pk)


@login_required
@get_or_post
def parcel_delete(request: Signed, pk: int, parcel: int) -> HttpResponse:
    """Asks, then takes a row out of the draft."""
    application = get_draft(request.user, pk, place=edit.PARCELS)
    row = application.occupation.parcels.filter(pk=parcel).first()
    if row is None and request.method == "POST":  # a second click, or another was faster: it is gone, as asked
        return redirect("occupation-parcels", pk)
    if row is None:
        raise Http404
    if request.method != "POST":
        return render(request, "permits/occupation/parcel_delete.html", {"application": application, "parcel": row})
    try:
        BOOK.delete(pk, parcel, version=_number(request.POST.get("version")))
    except EditedMeanwhile as error:
        messages.error(request, _("%(error)s It was not deleted; please look again.") % {"error": error})
        return redirect("occupation-parcel-delete", pk, parcel)
    messages.success(request, _("%(plot)s was deleted.") % {"plot": row.name})
    return redirect("occupation-parcels", pk)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@login_required
@get_or_post
def table_import(request: Signed, pk: int) -> HttpResponse:
    """Upload, look, confirm. A table with any problem is shown with all of them and never kept."""
    application = get_draft(request.user, pk, place=edit.PARCELS)
    if "confirm" in request.POST:
        return _confirm(request, application)
    if "drop" in request.POST:
        BOOK.drop(pk, by=request.user)
        return redirect("occupation-import", pk)
    form = TableForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context: dict[str, Any] = {"application": application, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            parsed = sheet.parse(form.cleaned_data["file"], table=PARCELS)
        except UploadRefused as refused:
            form.add_error("file", str(refused))
        else:
            if parsed.good:
                BOOK.keep(pk, parsed, by=request.user)
                return redirect("occupation-import", pk)
            context["parsed"] = parsed
    if not form.is_bound:
        context |= _preview(request, application)
    return render(request, "permits/occupation/import.html", context, status=422 if form.is_bound else 200)


def _preview(request: Signed, application: Application) -> dict[str, Any]:
    """The table this person uploaded and has not yet confirmed, as it would be taken over."""
    row = application.occupation
    pending = BOOK.waiting(row, request.user)
    if pending is None:
        return {}
    rows = [dict.fromkeys(BY_NAME) | one for one in pending.rows]
    return {
        "pending": pending,
        "count": len(rows),
        "table": summary.parcel_table(rows[:PREVIEWED], names=BRIEF),
        "parts": summary.breakdowns(rows),
        "total": summary.hectares(summary.total(rows)),
        "difference": checks.sum_differs(row.total_ha, summary.total(rows)),
        "previewed": PREVIEWED,
        "there": row.parcels.count(),
    }


def _confirm(request: Signed, application: Application) -> HttpResponse:
    try:
        seen = _number(request.POST.get("parcels_version"))
        count = BOOK.take_over(application.pk, sha256=request.POST.get("sha256", ""), seen=seen, by=request.user)
    except AlreadyTaken as error:
        messages.info(request, str(error))
        return redirect("occupation-parcels", application.pk)
    except EditedMeanwhile as error:
        messages.error(request, str(error))
        return redirect("occupation-import", application.pk)
    text = ngettext("%(count)d row was taken over.", "%(count)d rows were taken over.", count)
    messages.success(request, text % {"count": count})
    return redirect("occupation-parcels", application.pk)


@login_required
@require_safe
def table_export(request: Signed, pk: int, kind: str) -> HttpResponse:
    """The rows as a file: for the unit at any time, for whoever else may see the case once it is handed in."""
    application = visible_to(request.user).filter(pk=pk, kind="occupation").first()
    if application is None or kind not in ("xlsx", "csv"):
        raise Http404
    if application.editable:
        application = get_draft(request.user, pk)
    rows = application.occupation.parcels.values(*BY_NAME)
    write = export.to_xlsx if kind == "xlsx" else export.to_csv
    return _download(write(rows, table=PARCELS), f"{PARCELS.sheet}-{application}.{kind}", kind)


@login_required
@require_safe
def table_template(request: Signed) -> HttpResponse:
    """The empty table, with lists and explanations."""
    return _download(export.template(PARCELS), f"{PARCELS.sheet}-模板.xlsx", "xlsx")


def _download(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
