"""The periods an agency promises 承诺时限: entered by its head, shorter than the law's, for cases accepted later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from permits.clocks.periods import periods
from permits.clocks.promises import promise
from permits.errors import NotPermitted
from permits.kinds import kinds
from permits.models.clock import PERIODS
from roles.access import agencies_headed_by
from roles.models import Agency
from roles.requests import Signed, posted

NAMED = {key for key, _name in PERIODS} - {"hearing_ask", "anew", "joint"}
"""Periods an agency has to act in. What extends one, gives others time, is set by another organ or is handled by
several is promised by nobody."""


class PromiseForm(forms.Form):
    """A promise names a statutory period and is shorter than it. 0 working days take the promise back."""

    kind = forms.ChoiceField(label=gettext_lazy("Permit kind"))
    period = forms.ChoiceField(label=gettext_lazy("Period"))
    working_days = forms.IntegerField(
        label=gettext_lazy("Working days"), min_value=0, max_value=366,
        help_text=gettext_lazy("0 takes the promise back: the law's own period counts again."),
    )  # fmt: skip
    source = forms.CharField(label=gettext_lazy("Where it was promised"), max_length=300)

    def __init__(self, agency: Agency, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.agency = agency
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in kinds()]  # type: ignore[attr-defined]
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (period.key, f"{period.name} · {period.working_days}")
            for period in periods().values()
            if period.key in NAMED
        ]

    def clean(self) -> dict[str, Any]:
        """Shorter than the law's; and something else than is promised already."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            self._refuse_what_stands(said)
        statutory = periods().get(said.get("period", ""))
        if statutory and said.get("working_days", 0) >= statutory.working_days:
            self.add_error("working_days", _("A promised period is shorter than the statutory one."))
        return said

    def _refuse_what_stands(self, said: Mapping[str, Any]) -> None:
        """Nothing is written, and no line of the security log made, for what changes nothing."""
        same = self.agency.promised_periods.filter(kind=said["kind"], period=said["period"])
        if not said["working_days"] and not same.exists():
            self.add_error("working_days", _("Nothing is promised for this period: there is nothing to take back."))
        elif same.filter(working_days=said["working_days"], source=said["source"]).exists():
            self.add_error(None, _("This is promised already."))

    def keep(self, *, by: Any) -> None:
        """Write the promise, in the place of an older one for the same period."""
        promise(self.agency, **self.cleaned_data, by=by)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promises(request: Signed, slug: str) -> HttpResponse:
    """What the agency promises, and a form for one more or another number of days."""
    agency = get_object_or_404(Agency, slug=slug)
    if not agencies_headed_by(request.user).filter(pk=agency.pk).exists():
        raise NotPermitted(_("Only the head of an agency sees this page."))
    form = PromiseForm(agency, posted(request))
    if form.is_valid():
        form.keep(by=request.user)
        messages.success(
            request, _("The promised periods were changed. Periods that begin from now on are bound by them.")
        )
        return redirect("agency-promises", slug)
    names = {kind.code: kind.label for kind in kinds()}
    rows = [
        {"promise": one, "kind": names.get(one.kind, one.kind), "period": periods().get(one.period)}
        for one in agency.promised_periods.all()
    ]
    context = {"agency": agency, "rows": rows, "form": form}
    return render(request, "permits/promises.html", context, status=422 if form.errors else 200)
