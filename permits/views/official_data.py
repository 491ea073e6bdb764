"""The official data of an agency 机关公文资料: what its papers say of it, what is missing, which papers wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from permits.documents.needs import papers_waiting_for
from permits.errors import Unprintable
from permits.kinds import kind_or_absent, kinds
from permits.text.printable import refuse_unprintable
from roles.authority import administers, insist, runs
from roles.days import local_today
from roles.forms import DayField
from roles.misread import begin
from roles.models import Agency, Mandate, OfficialDatum
from roles.models.mandates import WORKING_DUTIES
from roles.models.official import CODES, Datum
from roles.official_data import enter_official_datum, official_data, rows_in_force
from roles.requests import Signed, posted
from roles.staffing_forms import VerbForm


class DatumForm(VerbForm):
    """One datum from a day on."""

    datum = forms.ChoiceField(label=gettext_lazy("Item"), choices=Datum.choices)
    kind = forms.ChoiceField(
        label=gettext_lazy("Permit kind"), required=False,
        help_text=gettext_lazy("Only where it differs by kind, such as who gets a copy."),
    )  # fmt: skip
    value = forms.CharField(
        label=gettext_lazy("What papers say"), max_length=300, required=False,
        help_text=gettext_lazy(
            "As it is to be printed, names in full; several that get copies are separated by 、. Left empty, there is "
            "none from that day on."
        ),
    )  # fmt: skip
    valid_from = DayField(label=gettext_lazy("Valid from"))
    source = forms.CharField(
        label=gettext_lazy("Where it is written"), max_length=200,
        help_text=gettext_lazy("The paper it rests on: number and title."),
    )  # fmt: skip

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["kind"].choices = [("", _("All")), *((kind.code, kind.label) for kind in kinds())]  # type: ignore[attr-defined]

    def clean_value(self) -> str:
        """Printable: it stands on papers."""
        try:
            refuse_unprintable(self.cleaned_data["value"])
        except Unprintable as problem:
            raise ValidationError(str(problem)) from problem
        return str(self.cleaned_data["value"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def data_of_agency(request: Signed, slug: str) -> HttpResponse:
    """What holds, what is missing; its head enters more. Administrators read; to others the page is not there."""
    agency = get_object_or_404(Agency.objects.select_related("jurisdiction"), slug=slug)
    heads = runs(request.user, agency)
    if not heads and not administers(request.user):
        raise Http404
    form = DatumForm(posted(request), initial={"valid_from": local_today()}) if heads else None
    if form:
        begin(request, form, "datum")
    if request.method == "POST":
        insist(heads)
        if form and form.is_valid() and form.run(enter_official_datum, agency, by=request.user, **form.cleaned_data):
            messages.success(request, _("The official data were changed. Papers issued from that day on say so."))
            return redirect("official-data", slug)
    context = {"agency": agency, "form": form, "heads": heads, **_shown(agency)}
    return render(request, "permits/official_data.html", context, status=422 if form and form.errors else 200)


def _shown(agency: Agency) -> dict[str, Any]:
    """The rows that hold or are to come, each datum that lacks, and what that means."""
    today = local_today()
    rows, order = rows_in_force(agency, today), Datum.values.index
    rows.sort(key=lambda row: (order(row.datum), row.kind, row.valid_from))  # what is to come, after what it follows
    return {
        "rows": [{"row": row, "kind": _kind_name(row), "later": row.valid_from > today} for row in rows],
        "from_matrix": _from_matrix(agency, rows),
        "missing": list(_missing(agency, today)),
    }


def _missing(agency: Agency, today: date) -> Iterator[dict[str, Any]]:
    known = official_data(agency, today)
    duties = Mandate.objects.filter(agency=agency, duty__in=WORKING_DUTIES, ended_on=None)
    acts_in = set(duties.exclude(kind="").values_list("kind", flat=True))
    for datum in Datum:
        if datum not in known and datum not in (Datum.COPIES, Datum.CONTACT):
            papers = [] if datum in CODES else papers_waiting_for(datum, acts_in)
            yield {"datum": datum, "papers": papers, "is_code": datum in CODES}


def _from_matrix(agency: Agency, rows: list[OfficialDatum]) -> list[dict[str, Any]]:
    """What the sources of the role matrix tell, where nobody entered it."""
    entered = {row.datum for row in rows if not row.kind}
    read = (
        (Datum.DECISION_CODE, agency.document_prefix, agency.document_prefix_source),
        (Datum.PHONE, agency.phone, ""),
    )
    told = (one for one in read if one[1] and one[0] not in entered)
    return [{"datum": datum, "value": value, "source": source} for datum, value, source in told]


def _kind_name(row: OfficialDatum) -> str:
    return str(kind_or_absent(row.kind).label) if row.kind else ""
