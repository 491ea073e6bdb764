"""The security log, for the audit administrator: read, filtered, taken away as a table, never changed."""

from __future__ import annotations

import csv

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from roles.authority import Role, administers, insist
from roles.forms import DayField
from roles.formulas import as_text
from roles.models import SecurityEvent
from roles.models.security import What
from roles.pages import BoundedPages
from roles.requests import Signed

PAGE, MOST = 50, 50_000


class LogFilter(forms.Form):
    """What the reader of the log looks for."""

    q = forms.CharField(label=_("Person, login or post"), required=False, max_length=60)
    what = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("All")), *What.choices])
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To, both days counted"), required=False)

    def apply(self, lines: QuerySet[SecurityEvent]) -> QuerySet[SecurityEvent]:
        """The lines looked for; every line where the form is not understood."""
        said = self.cleaned_data if self.is_valid() else {}
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
@require_GET
def security_log(request: Signed) -> HttpResponse:
    """The lines, the newest first; `?format=csv` gives up to `MOST` of them as a table, whose last row says so where
    there are more."""
    insist(administers(request.user) == Role.AUDIT)
    form = LogFilter(request.GET)
    lines = form.apply(SecurityEvent.objects.select_related("by", "person", "post", "agency", "unit"))
    if request.GET.get("format") == "csv":
        return _as_csv(lines)
    page = BoundedPages(lines, PAGE).get_page(request.GET.get("page"))
    return render(request, "roles/security_log.html", {"form": form, "page": page})


def _as_csv(lines: QuerySet[SecurityEvent]) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="security-log.csv"'
    answer.write("\ufeff")  # so that Excel reads it as UTF-8
    table = csv.writer(answer)
    table.writerow(["no", "at", "what", "by", "person", "post", "body", "address", "ground", "details"])
    for line in lines[:MOST]:
        said = (line.by, line.person, line.post, line.agency or line.unit, line.address, line.ground, line.details)
        cells = (as_text(str(one or "")) for one in said)
        table.writerow([line.pk, localtime(line.at).isoformat(), line.what, *cells])
    if lines[MOST : MOST + 1]:
        told = gettext("Only the newest %(most)d lines: narrow the dates to have the older ones.")
        table.writerow([told % {"most": MOST}])
    return answer
