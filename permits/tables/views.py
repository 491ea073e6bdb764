"""Pages of a table kind's draft: the head, the table, one row, and the import of a whole table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from permits.access import note_reading, visible_to
from permits.drafts.completeness import MATERIALS, parts
from permits.drafts.corrections import is_open
from permits.drafts.editing import get_draft, insist_open
from permits.drafts.unfinished import forget
from permits.drafts.uploads import CONTENT_TYPES, UploadRefused
from permits.errors import BadFacts, EditedMeanwhile, WrongStatus
from permits.kinds import kind_of, kinds
from permits.models import Application
from permits.tables import importing
from permits.tables.book import AlreadyTaken
from permits.tables.columns import Column
from permits.tables.fields import TableRow
from permits.tables.forms import HeadForm, RowForm, TableForm, head_form
from permits.tables.head import in_words
from permits.tables.kind import TableKind, plain_json, shown_to
from permits.tables.listing import cell, evened, listing
from permits.tables.unfinished import HEAD, NEW_ROW, page_keeping, row_page
from roles.addresses import logged_address
from roles.misread import page_of
from roles.numbers import whole
from roles.requests import Signed, posted

ON_A_PAGE = 50
PREVIEWED = 20
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _table_kind(application: Application) -> TableKind:
    """The kind of an application. Raises Http404 where that has no table."""
    kind = kind_of(application)
    if not isinstance(kind, TableKind):
        raise Http404
    return kind


def _opened(request: Signed, pk: int, *, head: bool = False) -> tuple[Application, TableKind]:
    """The draft with its kind, open for a change of the head or of the rows."""
    application = get_draft(request.user, pk)
    kind = _table_kind(application)
    insist_open(application, kind.head_slug if head else kind.rows_key)
    return application, kind


def _page(request: Signed, template: str, kind: TableKind, context: dict[str, Any]) -> HttpResponse:
    """The page; with status 422 for a form that was refused, so that no cache or script takes it for done."""
    form = context.get("form")
    refused = form is not None and form.is_bound and form.errors
    context |= {"kind": kind, "table": kind.table, "words": kind.table.words, "place": context.get("place")}
    return render(request, f"permits/tables/{template}.html", context, status=422 if refused else 200)


def _told(form: HeadForm | RowForm, error: EditedMeanwhile, version: int) -> None:
    """Tell that somebody else was faster. The same values can be saved once more, now over those of the other."""
    form.add_error(None, _("%(error)s Nothing was saved yet, and nothing you typed is lost.") % {"error": error})
    form.renew(version)


@login_required
@get_or_post
def head(request: Signed, pk: int) -> HttpResponse:
    """What the application says once, beside its rows."""
    application, kind = _opened(request, pk, head=True)
    keeping = page_keeping(request, application, kind, page=HEAD)
    form = head_form(kind.head_model, kind.head, kind.disagreement)(
        posted(request), instance=kind.head_of(application), initial=keeping.restored
    )
    context: dict[str, Any] = {"application": application, "form": form, "place": kind.head_slug, "keeping": keeping}
    if request.method == "POST" and form.is_valid():
        try:
            kind.book.change_head(pk, form.cleaned_data, version=form.cleaned_data["version"])
        except EditedMeanwhile as error:
            context["theirs"] = _head_differences(application, kind, form)
            _told(form, error, kind.head_of(application).version)
        else:
            forget(pk, HEAD, by=request.user)
            messages.success(request, str(kind.head.saved))
            if not is_open(application, kind.rows_key):  # a correction that asked for the head alone
                return redirect("draft", pk)
            return redirect("table-head" if form.later else _rows_page(application, kind), pk)
    return _page(request, "head", kind, context)


def _rows_page(application: Application, kind: TableKind) -> str:
    """The page on which the rows are filled in: where few are typed by hand and there is none, that of the first."""
    return "table-row-add" if kind.typed_by_hand and not kind.rows_of(application) else "table-rows"


def _head_differences(application: Application, kind: TableKind, form: HeadForm) -> list[tuple[str, str]]:
    """Label and stored value of each field in which somebody else's version differs from what was typed."""
    kind.head_of(application).refresh_from_db()
    stored = kind.snapshot(application)[kind.head_key]
    typed = {name: plain_json(form.cleaned_data[name]) for name in kind.head.fields}
    both = zip(_facts_of_all(kind, stored), _facts_of_all(kind, typed), strict=True)
    return [theirs for theirs, mine in both if theirs != mine]  # in words: 8600 and 8600.00 are one


def _facts_of_all(kind: TableKind, said: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value in words of every field of the head."""
    return [
        (kind.head_model.label(name), in_words(kind.head_model.field(name), said[name])) for name in kind.head.fields
    ]


@login_required
@require_safe
def rows(request: Signed, pk: int) -> HttpResponse:
    """The table with what it comes to, and what is wrong in each row."""
    application, kind = _opened(request, pk)
    every = kind.rows_of(application)
    values = [row.values for row in every]
    page = page_of(request, Paginator(every, ON_A_PAGE))
    context = {
        "application": application,
        "place": kind.rows_key,
        "page": page,
        "columns": [kind.table.by_name[name] for name in kind.table.listed],
        "rows": _listed(kind, list(page)),
        "sums": kind.sums(values),
        "differs": kind.disagreement(kind.head_of(application), values) if values else None,
        "form": TableForm() if not every else None,
        "bad": sum(any(True for _said in kind.table.row_problems(row)) for row in values),
    }
    return _page(request, "rows", kind, context)


def _listed(kind: TableKind, rows: Sequence[TableRow]) -> list[dict[str, Any]]:
    columns = [kind.table.by_name[name] for name in kind.table.listed]
    told = evened([[(column, cell(column, row.values[column.name])) for column in columns] for row in rows])
    return [_line(kind, row, cells) for row, cells in zip(rows, told, strict=True)]


def _line(kind: TableKind, row: TableRow, cells: list[tuple[Column, str]]) -> dict[str, Any]:
    said = list(kind.table.row_problems(row.values))
    return {
        "row": row,
        "cells": cells,
        "problems": kind.table.described(said) if said else "",
        "flag": kind.table.flag(row.values),
    }


@login_required
@get_or_post
def row_add(request: Signed, pk: int) -> HttpResponse:
    """A new row. Its place is begun like that of the last row, for neighbours share it."""
    application, kind = _opened(request, pk)
    last = kind.rows_of(application)[-1:]
    start = {name: getattr(last[0], name) for name in kind.table.carried} if last else kind.new_row(application)
    keeping = page_keeping(request, application, kind)
    form = RowForm(kind.table, posted(request), values=start | keeping.restored)
    if request.method == "POST" and form.is_valid():
        try:
            added = kind.book.add(pk, form.row)
            forget(pk, NEW_ROW, by=request.user)
            return _saved(request, pk, kind, added)
        except BadFacts as error:
            _at_fields(form, error)
    return _row_page(request, kind, application, form, {"keeping": keeping})


@login_required
@get_or_post
def row_edit(request: Signed, pk: int, row: int) -> HttpResponse:
    """One row by hand."""
    application, kind = _opened(request, pk)
    stored = get_object_or_404(kind.head_of(application).rows, pk=row)
    keeping = page_keeping(request, application, kind, stored)
    form = RowForm(kind.table, posted(request), values=stored.values | keeping.restored, version=stored.version)
    context: dict[str, Any] = {"row": stored, "keeping": keeping}
    if request.method == "POST" and form.is_valid():
        try:
            changed = kind.book.change(pk, row, form.row, version=form.cleaned_data["version"])
            forget(pk, row_page(stored), by=request.user)
            return _saved(request, pk, kind, changed)
        except BadFacts as error:
            _at_fields(form, error)
        except EditedMeanwhile as error:
            stored.refresh_from_db()
            context["theirs"] = _row_differences(kind, stored, form)
            _told(form, error, stored.version)
    said = [] if form.is_bound else kind.table.row_problems(stored.values)
    context["open"] = [(kind.table.by_name[name].label, name, text) for name, text in said]
    return _row_page(request, kind, application, form, context)


def _row_page(
    request: Signed, kind: TableKind, application: Application, form: RowForm, context: dict[str, Any]
) -> HttpResponse:
    shown = {name: form[name].value() for name in kind.table.names}
    own = {"application": application, "form": form, "place": kind.rows_key, "flag": kind.table.flag(shown)}
    return _page(request, "row", kind, own | context)


def _row_differences(kind: TableKind, row: TableRow, form: RowForm) -> list[tuple[str, str]]:
    """Label and stored value of each field in which somebody else's row differs from what was typed."""
    typed, stored = form.row, row.values
    return [
        (str(column.label), cell(column, stored[name]))
        for name, column in kind.table.by_name.items()
        if (typed[name] or "") != (stored[name] or "")
    ]


def _at_fields(form: RowForm, error: BadFacts) -> None:
    for name, message in error.errors.items():
        form.add_error(name, message)


def _saved(request: Signed, pk: int, kind: TableKind, row: TableRow) -> HttpResponse:
    """Back to the table, or on to the next row; what is still open is said."""
    if said := list(kind.table.row_problems(row.values)):
        facts = {"plot": row.name, "problems": kind.table.described(said)}
        messages.warning(request, _("%(plot)s was saved. Still to do: %(problems)s.") % facts)
    else:
        messages.success(request, _("%(plot)s was saved.") % {"plot": row.name})
    if "materials" in request.POST and not said:
        return redirect("draft-materials", pk)
    return redirect("table-row-add" if "another" in request.POST else "table-rows", pk)


@login_required
@get_or_post
def row_delete(request: Signed, pk: int, row: int) -> HttpResponse:
    """Ask first, then take a row out of the draft."""
    application, kind = _opened(request, pk)
    stored = kind.head_of(application).rows.filter(pk=row).first()
    if stored is None and request.method == "POST":  # a second click, or another was faster: it is gone, as asked
        return redirect("table-rows", pk)
    if stored is None:
        raise Http404
    if request.method != "POST":
        context = {"application": application, "row": stored, "place": kind.rows_key}
        return _page(request, "row_delete", kind, context)
    try:
        kind.book.delete(pk, row, version=whole(request.POST.get("version")) or 0)
    except EditedMeanwhile as error:
        messages.error(request, _("%(error)s It was not deleted; please look again.") % {"error": error})
        return redirect("table-row-delete", pk, row)
    messages.success(request, _("%(plot)s was deleted.") % {"plot": stored.name})
    return redirect("table-rows", pk)


@login_required
@get_or_post
def table_import(request: Signed, pk: int) -> HttpResponse:
    """Upload, look, confirm. A table with problems is never kept: all of them are shown, or marked in the file that is
    handed back."""
    application, kind = _opened(request, pk)
    if "confirm" in request.POST:
        return _confirm(request, kind, application)
    if "drop" in request.POST:
        kind.book.drop(pk, by=request.user)
        return redirect("table-import", pk)
    form = TableForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context: dict[str, Any] = {"application": application, "form": form, "place": kind.rows_key}
    if request.method == "POST" and form.is_valid():
        try:
            parsed = importing.parse(form.cleaned_data["file"], table=kind.table)
        except UploadRefused as refused:
            form.add_error("file", str(refused))
        else:
            if parsed.good:
                kind.book.keep(pk, parsed, by=request.user)
                return redirect("table-import", pk)
            if "marked" in request.POST:
                return _marked(form.cleaned_data["file"], parsed)
            context["parsed"] = parsed
    if not form.is_bound:
        context |= _preview(request, kind, application)
    response = _page(request, "import", kind, context)
    response.status_code = 422 if form.is_bound else 200
    return response


def _marked(file: IO[bytes], parsed: importing.Parsed) -> HttpResponse:
    """The file handed in, with what is wrong marked in it."""
    from permits.tables import marking  # as exporting below

    name = parsed.upload.name.rpartition(".")[0] or parsed.table.sheet
    return _download(marking.marked(file, parsed), f"{name}-{marking.LIST}.xlsx", "xlsx")


def _preview(request: Signed, kind: TableKind, application: Application) -> dict[str, Any]:
    """The table this person uploaded and has not yet confirmed, as it would be taken over."""
    head = kind.head_of(application)
    pending = kind.book.waiting(head, request.user)
    if pending is None:
        return {}
    read = [dict.fromkeys(kind.table.names) | row for row in pending.rows]
    return {
        "pending": pending,
        "listing": listing(kind.table, read[:PREVIEWED]).even,
        "sums": kind.sums(read),
        "differs": kind.disagreement(head, read),
        "count": len(read),
        "previewed": PREVIEWED,
        "there": len(kind.rows_of(application)),
        "rows_version": head.rows_version,
    }


def _confirm(request: Signed, kind: TableKind, application: Application) -> HttpResponse:
    seen, sha256 = whole(request.POST.get("rows_version")) or 0, request.POST.get("sha256", "")
    try:
        count = kind.book.take_over(application.pk, sha256=sha256, seen=seen, by=request.user)
    except AlreadyTaken as error:
        messages.info(request, str(error))
        return redirect("table-rows", application.pk)
    except EditedMeanwhile as error:
        messages.error(request, str(error))
        return redirect("table-import", application.pk)
    text = ngettext("%(count)d row was imported.", "%(count)d rows were imported.", count)
    messages.success(request, text % {"count": count})
    return redirect(_after_import(application), application.pk)


def _after_import(application: Application) -> str:
    """In a first application whose rows are whole the materials that still lack come next; else back to the table."""
    wanting = {part.slug for part in parts(application) if part.problems}
    return "draft-materials" if application.number is None and wanting == {MATERIALS} else "table-rows"


@login_required
@require_safe
def table_export(request: Signed, pk: int, form: str) -> HttpResponse:
    """The rows as a file, as whoever asks may see them: the unit's own people as they are now, everyone else as they
    were handed in."""
    from permits.tables import exporting  # here, not above: it brings openpyxl, which few processes ever use

    application = visible_to(request.user).filter(pk=pk).first()
    if application is None or form not in ("xlsx", "csv"):
        raise Http404
    kind = _table_kind(application)
    note_reading(request.user, application, page=request.path, address=logged_address(request))
    if (snapshot := shown_to(request.user, application, kind)) is None:
        raise WrongStatus(_("The text that was handed in was changed outside this site and cannot be read."))
    rows = snapshot[kind.rows_key]
    write = exporting.to_xlsx if form == "xlsx" else exporting.to_csv
    return _download(write(rows, table=kind.table), f"{kind.table.sheet}-{application}.{form}", form)


@require_safe
def table_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty table, with lists and explanations, for everyone: a precheck reads such a file, too."""
    from permits.tables import exporting  # as above

    found = next((one for one in kinds() if one.code == kind and isinstance(one, TableKind)), None)
    if not isinstance(found, TableKind):
        raise Http404
    return _download(exporting.template(found.table), f"{found.table.sheet}-模板.xlsx", "xlsx")


def _download(data: bytes, name: str, form: str) -> HttpResponse:
    response = HttpResponse(data, content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
