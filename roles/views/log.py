"""The security log, for the audit administrator: read, filtered, taken away as a table, never changed."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from roles.authority import Role, administers, insist
from roles.forms import DayField
from roles.formulas import as_text
from roles.misread import misread, page_of
from roles.models import SecurityEvent
from roles.models.security import What
from roles.pages import BoundedPages
from roles.requests import Signed
from roles.security_log import in_names

PAGE, MOST = 50, 50_000
HEADS = (
    _("No."), _("When"), _("What"), _("Done by"), _("Person"), _("Post"), _("Agency or unit"), _("Network address"),
    _("Ground"), _("Particulars"),
)  # fmt: skip


class LogFilter(forms.Form):
    """What the reader of the log looks for."""

    q = forms.CharField(label=_("Person, login or post"), required=False, max_length=60)
    what = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("All")), *What.choices])
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To, both days counted"), required=False)

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return said

    def apply(self, lines: QuerySet[SecurityEvent]) -> QuerySet[SecurityEvent]:
        """The lines looked for; none where the form is not understood: others would be taken for the answer."""
        if not self.is_valid():
            return lines.none()
        said = self.cleaned_data
        if word := said.get("q"):
            names = Q(person__name__icontains=word) | Q(person__username__iexact=word) | Q(by__name__icontains=word)
            lines = lines.filter(names | Q(by__username__iexact=word) | Q(post__name__icontains=word))
        if said.get("what"):
            lines = lines.filter(what=said["what"])
        if said.get("since"):
            lines = lines.filter(at__date__gte=said["since"])
        if said.get("until"):
            lines = lines.filter(at__date__lte=said["until"])
        return lines


@login_required
@require_safe
def security_log(request: Signed) -> HttpResponse:
    """The lines, the newest first; `?format=csv` gives up to `MOST` of them as a table, whose last row says so where
    there are more. What is asked wrongly gives no table, but the page that says what is wrong."""
    insist(administers(request.user) == Role.AUDIT)
    form = LogFilter(request.GET)
    lines = form.apply(SecurityEvent.objects.select_related("by", "person", "post", "agency", "unit"))
    if request.GET.get("format") == "csv" and form.is_valid():
        return _as_csv(lines)
    if request.GET.get("format") != "csv":
        misread(request, "format", request.GET.get("format", ""))
    page = page_of(request, BoundedPages(lines, PAGE))
    page.object_list = in_names(page.object_list)
    return render(request, "roles/security_log.html", {"form": form, "page": page})


def _as_csv(lines: QuerySet[SecurityEvent]) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="security-log.csv"'
    answer.write("\ufeff")  # so that Excel reads it as UTF-8
    table = csv.writer(answer)
    table.writerow(str(head) for head in HEADS)
    for line in in_names(lines[:MOST]):
        details = gettext("; ").join(f"{name} {value}" for name, value in line.particulars)
        body = line.agency or line.unit
        said = (line.get_what_display(), line.by, line.person, line.post, body, line.address, line.ground, details)
        table.writerow([line.pk, localtime(line.at).isoformat(), *(as_text(str(one or "")) for one in said)])
    if lines[MOST : MOST + 1]:
        told = gettext("Only the newest %(most)d lines: narrow the dates to have the older ones.")
        table.writerow([told % {"most": MOST}])
    return answer
