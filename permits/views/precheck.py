"""The precheck 预检 for everyone: facts in, findings out. No login; nothing of what is entered is kept anywhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from permits.drafts.forms import by_city
from permits.drafts.guidance import districts_for, guide
from permits.drafts.uploads import UploadRefused
from permits.errors import Problem
from permits.rules import BadCase
from permits.rules.wording import LEVELS, outcome_label
from permits.tables import importing
from permits.tables.kind import TableKind
from permits.tables.precheck import (
    MOST_BY_HAND,
    MOST_BYTES,
    MOST_IN_A_FILE,
    Prechecked,
    RowFacts,
    precheck,
    precheck_head_form,
    too_long,
    unsaved,
)  # fmt: skip
from permits.views.findings import grouped, show
from permits.views.guide import kind_or_404
from roles.addresses import logged_address
from roles.misread import begin
from roles.models import Jurisdiction
from roles.rates import Rate, insist_rate

CHECKED = Rate("precheck", most=30, seconds=600)


class WhereForm(forms.Form):
    """In which district, and the table if there is one."""

    district = forms.ChoiceField(label=gettext_lazy("District"))
    file = forms.FileField(
        label=gettext_lazy("Table (.xlsx or .csv)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(
            "Instead of the rows below; the template of the application itself. It is read and forgotten."
        ),
    )
    papers = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, kind: TableKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = {place.pk: place for place in districts_for(kind)}
        self.fields["district"].choices = [("", "—"), *by_city(list(self.districts.values()))]  # type: ignore[attr-defined]
        self.fields["papers"].choices = list(kind.found_documents.items())  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile[Any] | None:
        """A file small enough to be read in memory."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than %(most)s.") % {"most": filesizeformat(MOST_BYTES)})
        return file

    @property
    def place(self) -> Jurisdiction:
        """The district chosen; any one of them for a form that was not filled in."""
        first = next(iter(self.districts.values()))
        return self.districts.get(self.data.get("district") or self.initial.get("district", ""), first)


def _table_kind(code: str) -> TableKind:
    kind = kind_or_404(code)
    if not isinstance(kind, TableKind) or not districts_for(kind).exists():
        raise Http404
    return kind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def precheck_page(request: HttpRequest, kind: str) -> HttpResponse:
    """The form, and below it what the rules say of what was entered."""
    asked = _table_kind(kind)
    posted = request.POST if request.method == "POST" else None
    if posted is not None:
        insist_rate(CHECKED, logged_address(request))
    where = WhereForm(posted, request.FILES if posted is not None else None, kind=asked)
    begin(request, where, "district")
    application = unsaved(asked, where.place)
    count = _count(posted)
    start = asked.new_row(application) if where.initial.get("district") or posted else {}
    head = precheck_head_form(asked, application, posted)
    rows = [RowFacts(asked, number, posted, start=start) for number in range(1, count + 1)]
    context: dict[str, Any] = {"kind": asked, "where": where, "head": head, "rows": rows, "count": count}
    context |= {"may_add": count < MOST_BY_HAND, "most_rows": MOST_IN_A_FILE, "most_size": MOST_BYTES}
    refused = False
    if posted is not None and "more" not in posted:
        refused = not _answer(asked, application, context)
    elif posted is not None:  # one row more: nothing is judged yet
        context |= {"where": _open(where), "head": _open(head), "rows": [_open(row) for row in rows]}
    context["groups_of_head"] = [(legend, [head[name] for name in names]) for legend, names in head.declared.groups]
    context["problems"] = [one for form in (where, head, *context["rows"]) for one in _problems(form)]
    return render(request, "permits/precheck.html", context, status=422 if refused else 200)


def _problems(form: Any) -> list[Problem]:
    """Everything wrong with one of the forms, for the one list above all of them."""
    at_fields = ((form[name], said) for name, said in form.errors.items() if name in form.fields)
    listed = [
        Problem(where=field.label, message=message, anchor=f"#{field.auto_id}")
        for field, said in at_fields
        for message in said
    ]
    return (
        [*(Problem(where="", message=message) for message in form.non_field_errors()), *listed] if form.is_bound else []
    )


def _open(form: Any) -> Any:
    """The form as it was filled in, without a judgement."""
    form._errors = ErrorDict()
    form.cleaned_data = {}
    return form


def _count(posted: Any) -> int:
    """How many rows the page offers: as many as it did, one more where that was asked."""
    said = (posted or {}).get("count", "1")
    shown = int(said) if said in {str(number) for number in range(1, MOST_BY_HAND + 1)} else 1
    return min(shown + 1, MOST_BY_HAND) if posted is not None and "more" in posted else shown


def _answer(kind: TableKind, application: Any, context: dict[str, Any]) -> bool:
    """Puts the findings into `context`; False where something has to be put right first."""
    where, head = context["where"], context["head"]
    whole = all([where.is_valid(), head.is_valid()])  # a list: both are judged, whatever the first says
    file = where.cleaned_data.get("file")
    rows = _read(kind, file, where, context) if file else _by_hand(context["rows"])
    if file:
        context["rows"] = [_open(form) for form in context["rows"]]
    if not whole or rows is None:
        return False
    for name, value in head.cleaned_data.items():
        setattr(kind.head_of(application), name, value)
    try:
        found = precheck(application, kind, rows, where.cleaned_data["papers"])
    except BadCase as problem:
        head.add_error(None, _("The application is not complete: %(problem)s") % {"problem": problem})
        return False
    context |= told(kind, where.place, found, where.cleaned_data["papers"]) | {"read": len(rows)}
    return True


def _by_hand(forms_of_rows: list[RowFacts]) -> list[Any] | None:
    """The rows that were filled in, of which one at least is asked for; None where one of them is not whole."""
    judged = [form for form in forms_of_rows if form.said] or forms_of_rows[:1]
    for form in forms_of_rows:
        if form not in judged:
            _open(form)
    whole = [form.is_valid() for form in judged]
    return [form.values(form.cleaned_data) for form in judged] if all(whole) else None


def _read(kind: TableKind, file: UploadedFile[Any], where: WhereForm, context: dict[str, Any]) -> list[Any] | None:
    """The rows of an uploaded table; None, with the reason at its place, where they cannot be read."""
    try:
        parsed = importing.parse(file, table=kind.table)
    except UploadRefused as refused:
        where.add_error("file", str(refused))
        return None
    if not parsed.good:
        context["parsed"] = parsed
        return None
    if len(parsed.rows) > MOST_IN_A_FILE:
        where.add_error("file", too_long(len(parsed.rows)))
        return None
    return list(parsed.rows)


def told(kind: TableKind, district: Jurisdiction, found: Prechecked, papers: list[str]) -> dict[str, Any]:
    """What the page tells of the findings."""
    verdict, book = found.verdict, guide(kind.code, district)
    return {
        "district": district,
        "found": found,
        "verdict": verdict,
        "outcome": outcome_label(verdict.outcome),
        "level": LEVELS.get(verdict.level or "", ""),
        "fee_asked": bool(kind.case.fee),
        "groups": grouped([show(finding.as_dict()) for finding in verdict.findings]),
        "times": book.times,
        "materials": [
            (one, not one.required and bool(one.document), one.document in papers) for one in found.materials
        ],
    }
