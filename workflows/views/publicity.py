"""The publicity of an agency's licences for credit platforms 双公示: what is delivered, what is missing, the file.

For the agency's own people: its head, and who holds a mandate in the procedure there, each for the own kinds.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from permits.kinds import codes, kinds
from permits.register.publicity import HEADS, granted, rows
from roles.access import mandates_of
from roles.authority import runs
from roles.days import local_today
from roles.forms import DayField
from roles.models import Agency, Person
from roles.models.mandates import IN_THE_PROCEDURE
from roles.requests import Signed
from workflows.exports import MOST, as_file

MOST_DAYS = 366
SHOWN = 100


class PeriodForm(forms.Form):
    """The days of the decisions, both counted."""

    first = DayField(label=gettext_lazy("Decided from"))
    last = DayField(label=gettext_lazy("Decided to"))

    def clean(self) -> dict[str, Any]:
        """A period of a year at most, that begins before it ends."""
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            raise ValidationError({"last": _("It ends before it begins.")})
        if first and last and (last - first).days > MOST_DAYS:
            raise ValidationError({"last": _("At most one year at once.")})
        return said


def kinds_for(person: Person, agency: Agency) -> list[str]:
    """The kinds of which `person` may take the agency's rows away: all for its head, else those of one's mandates."""
    if runs(person, agency):
        return codes()
    held = mandates_of(person).filter(agency=agency, duty__in=IN_THE_PROCEDURE)
    return sorted(set(held.values_list("kind", flat=True)))


@login_required
@require_safe
def publicity(request: Signed, slug: str) -> HttpResponse:
    """The rows of a period with the fields that are missing, or the file. 404 for who has no mandate there."""
    agency = get_object_or_404(Agency, slug=slug)
    own = kinds_for(request.user, agency)
    if not own:
        raise Http404
    today = local_today()
    form = PeriodForm(request.GET if "first" in request.GET else {"first": _month(today), "last": today})
    valid = form.is_valid()
    said = form.cleaned_data
    found = list(rows(granted(agency, said["first"], said["last"], own)[:MOST])) if valid else []
    if valid and "format" in request.GET:
        cells, wanted = (row.cells for row in found), request.GET["format"]
        return as_file("publicity", _("Publication of licences"), HEADS, cells, wanted)
    left_out = [kind for kind in kinds() if kind.code in own and not kind.licence]
    context = {
        "agency": agency, "form": form, "rows": found[:SHOWN], "many": len(found), "heads": HEADS, "shown": SHOWN,
        "incomplete": sum(bool(row.lacking) for row in found), "left_out": left_out,
    }  # fmt: skip
    return render(request, "workflows/publicity.html", context, status=200 if valid else 422)


def _month(today: date) -> date:
    """The first day of last month, from which the form begins: mostly the last weeks are delivered."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
