"""Pages of a tending design's draft: the head, the table of sub-compartments, one row, and the import of a table."""

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
from permits.tending import checks, edit, kind, sheet, summary
from permits.tending.checks import Said
from permits.tending.columns import ANCHORS, BY_NAME, LISTED
from permits.tending.edit import AlreadyTaken, EditedMeanwhile
from permits.tending.forms import HeadForm, PlotForm, TableForm
from permits.tending.models import PendingImport, SubCompartment
from permits.uploads import CONTENT_TYPES, UploadRefused
from roles.models import Person

PLOTS_ON_A_PAGE = 50
PREVIEWED = 20


class Signed(HttpRequest):
    """A request of somebody logged in."""

    user: Person


get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@get_or_post
def head(request: Signed, pk: int) -> HttpResponse:
    """The head of the design."""
    application = get_draft(request.user, pk, place=edit.HEAD)
    form = HeadForm(request.POST if request.method == "POST" else None, instance=application.tending)
    context: dict[str, Any] = {"application": application, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            edit.change_head(pk, form.cleaned_data, version=form.cleaned_data["version"])
        except EditedMeanwhile as error:
            context["theirs"] = _head_differences(application, form)
            _told(form, error, application.tending.version)
        else:
            messages.success(request, _("The design was saved."))
            return redirect("tending-head", pk) if form.later else redirect("tending-plots", pk)
    return render(request, "permits/tending/head.html", context, status=_status(form))


def _head_differences(application: Application, form: HeadForm) -> list[tuple[str, str]]:
    """Label and stored value of each field in which another's version differs from what was typed."""
    application.tending.refresh_from_db()
    stored = kind.TENDING.snapshot(application)
    typed = stored | {
        "design": stored["design"] | {name: kind.plain_json(form.cleaned_data[name]) for name in form.Meta.fields}
    }
    pairs = zip(summary.head_facts(stored), summary.head_facts(typed), strict=True)
    return [theirs for theirs, mine in pairs if theirs != mine]


def _told(form: HeadForm | PlotForm, error: EditedMeanwhile, version: int) -> None:
    """Say that another was faster; the same values can be saved once more, now over the other's."""
    form.add_error(None, _("%(error)s Nothing was saved yet, and nothing you typed is lost.") % {"error": error})
    form.renew(version)


def _status(form: Any) -> int:
    """422 for a form that was refused, so that no cache or script takes it for done."""
    return 422 if form.is_bound and form.errors else 200


@login_required
@require_safe
def plots(request: Signed, pk: int) -> HttpResponse:
    """The table of sub-compartments with totals, and what is wrong in each row."""
    application = get_draft(request.user, pk, place=edit.PLOTS)
    design = application.tending
    page = Paginator(design.plots.all(), PLOTS_ON_A_PAGE).get_page(request.GET.get("page"))
    values = list(design.plots.values(*BY_NAME))
    context = {
        "application": application,
        "page": page,
        "columns": [BY_NAME[name] for name in LISTED],
        "rows": [_listed(plot) for plot in page],
        "totals": summary.totals_by_method(values),
        "total": summary.total(values),
        "bad": sum(bool(checks.row_problems(row)) for row in values),
    }
    return render(request, "permits/tending/plots.html", context)


def _listed(plot: SubCompartment) -> dict[str, Any]:
    said = kind.row_problems(plot)
    return {
        "plot": plot,
        "cells": [(BY_NAME[name], plot.shown(name)) for name in LISTED],
        "problems": kind.described(said) if said else "",
    }


@login_required
@get_or_post
def plot_add(request: Signed, pk: int) -> HttpResponse:
    """A new row. Its place fields start from the last row's: neighbours share township and compartment."""
    application = get_draft(request.user, pk, place=edit.PLOTS)
    last = application.tending.plots.order_by("position").last()
    values = {name: getattr(last, name) for name in ANCHORS[:2]} if last else {}
    form = PlotForm(request.POST if request.method == "POST" else None, values=values)
    if request.method == "POST" and form.is_valid():
        try:
            plot = edit.add_plot(pk, form.row)
        except BadFacts as error:
            _at_fields(form, error)
        else:
            return _saved(request, pk, plot)
    return render(
        request, "permits/tending/plot.html", {"application": application, "form": form}, status=_status(form)
    )


@login_required
@get_or_post
def plot_edit(request: Signed, pk: int, plot: int) -> HttpResponse:
    """One row by hand."""
    application = get_draft(request.user, pk, place=edit.PLOTS)
    row = get_object_or_404(application.tending.plots, pk=plot)
    form = PlotForm(request.POST if request.method == "POST" else None, values=row.values, version=row.version)
    context: dict[str, Any] = {"application": application, "form": form, "plot": row}
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, pk, edit.change_plot(pk, plot, form.row, version=form.cleaned_data["version"]))
        except BadFacts as error:
            _at_fields(form, error)
        except EditedMeanwhile as error:
            row.refresh_from_db()
            context["theirs"] = _row_differences(row, form)
            _told(form, error, row.version)
    context["open"] = (
        [] if form.is_bound else [(BY_NAME[name].label, name, text) for name, text in kind.row_problems(row)]
    )
    return render(request, "permits/tending/plot.html", context, status=_status(form))


def _row_differences(row: SubCompartment, form: PlotForm) -> list[tuple[str, str]]:
    """Label and stored value of each field in which another's row differs from what was typed."""
    typed = form.row
    return [
        (str(column.label), row.shown(name))
        for name, column in BY_NAME.items()
        if (typed[name] or "") != (getattr(row, name) or "")
    ]


def _at_fields(form: PlotForm, error: BadFacts) -> None:
    for name, message in error.errors.items():
        form.add_error(name, message)


def _saved(request: Signed, pk: int, plot: SubCompartment) -> HttpResponse:
    """Back to the table, or on to the next row; what is still open is said."""
    said: list[Said] = kind.row_problems(plot)
    if said:
        facts = {"plot": plot.name, "problems": kind.described(said)}
        messages.warning(request, _("%(plot)s was saved. Still to do: %(problems)s.") % facts)
    else:
        messages.success(request, _("%(plot)s was saved.") % {"plot": plot.name})
    return redirect("tending-plot-add", pk) if "another" in request.POST else redirect("tending-plots", pk)


@login_required
@get_or_post
def plot_delete(request: Signed, pk: int, plot: int) -> HttpResponse:
    """Asks, then takes a row out of the draft."""
    application = get_draft(request.user, pk, place=edit.PLOTS)
    row = application.tending.plots.filter(pk=plot).first()
    if row is None and request.method == "POST":  # a second click, or another was faster: it is gone, as asked
        return redirect("tending-plots", pk)
    if row is None:
        raise Http404
    if request.method != "POST":
        return render(request, "permits/tending/plot_delete.html", {"application": application, "plot": row})
    try:
        edit.delete_plot(pk, plot, version=_number(request.POST.get("version")))
    except EditedMeanwhile as error:
        messages.error(request, _("%(error)s It was not deleted; please look again.") % {"error": error})
        return redirect("tending-plot-delete", pk, plot)
    messages.success(request, _("%(plot)s was deleted.") % {"plot": row.name})
    return redirect("tending-plots", pk)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@login_required
@get_or_post
def table_import(request: Signed, pk: int) -> HttpResponse:
    """Upload, look, confirm. A table with any problem is shown with all of them and never kept."""
    application = get_draft(request.user, pk, place=edit.PLOTS)
    if "confirm" in request.POST:
        return _confirm(request, application)
    if "drop" in request.POST:
        edit.drop_table(pk, by=request.user)
        return redirect("tending-import", pk)
    form = TableForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context: dict[str, Any] = {"application": application, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            parsed = sheet.parse(form.cleaned_data["file"])
        except UploadRefused as refused:
            form.add_error("file", str(refused))
        else:
            if parsed.good:
                edit.keep_table(pk, parsed, by=request.user)
                return redirect("tending-import", pk)
            context["parsed"] = parsed
    if not form.is_bound:
        context |= _preview(request, application)
    return render(request, "permits/tending/import.html", context, status=422 if form.is_bound else 200)


def _preview(request: Signed, application: Application) -> dict[str, Any]:
    """The table this person uploaded and has not yet confirmed, as it would be taken over."""
    pending = PendingImport.objects.filter(design=application.tending, uploaded_by=request.user).first()
    if pending is None:
        return {}
    rows = [dict.fromkeys(BY_NAME) | row for row in pending.rows]
    return {
        "pending": pending,
        "table": summary.plot_table(rows[:PREVIEWED]),
        "totals": summary.totals_by_method(rows),
        "total": summary.total(rows),
        "previewed": PREVIEWED,
        "there": application.tending.plots.count(),
    }


def _confirm(request: Signed, application: Application) -> HttpResponse:
    try:
        seen = _number(request.POST.get("plots_version"))
        count = edit.take_over(
            application.pk, sha256=request.POST.get("sha256", ""), plots_version=seen, by=request.user
        )
    except AlreadyTaken as error:
        messages.info(request, str(error))
        return redirect("tending-plots", application.pk)
    except EditedMeanwhile as error:
        messages.error(request, str(error))
        return redirect("tending-import", application.pk)
    text = ngettext("%(count)d row was taken over.", "%(count)d rows were taken over.", count)
    messages.success(request, text % {"count": count})
    return redirect("tending-plots", application.pk)


@login_required
@require_safe
def table_export(request: Signed, pk: int, kind: str) -> HttpResponse:
    """The rows as a file: for the unit at any time, for whoever else may see the case once it is handed in."""
    application = visible_to(request.user).filter(pk=pk, kind="tending").first()
    if application is None or kind not in ("xlsx", "csv"):
        raise Http404
    if application.editable:
        application = get_draft(request.user, pk)
    rows = application.tending.plots.values(*BY_NAME)
    data = sheet.to_xlsx(rows) if kind == "xlsx" else sheet.to_csv(rows)
    return _download(data, f"小班调查表-{application}.{kind}", kind)


@login_required
@require_safe
def table_template(request: Signed) -> HttpResponse:
    """The empty table, with lists and explanations."""
    return _download(sheet.template(), "小班调查表-模板.xlsx", "xlsx")


def _download(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
