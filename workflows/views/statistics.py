"""Statistics, for who audits and for heads: the same numbers as the desk's, over what each may count."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permits.errors import NotPermitted
from roles.access import agencies_headed_by
from roles.requests import Signed
from workflows.desk.asked import Asked, AskedForm, as_auditor, as_head, usual
from workflows.desk.figures import FIELDS, figures
from workflows.views.desk import audits, stopped


@login_required
@require_safe
def statistics(request: Signed) -> HttpResponse:
    """An auditor's of all cases to be audited; a head's of the own agencies. 403 for everyone else."""
    headed = list(agencies_headed_by(request.user))
    auditor = audits(request.user)
    if not (auditor or headed):
        raise NotPermitted(_("Statistics are for heads of agencies and for who audits."))
    everything = as_auditor(request.user) if auditor else as_head(request.user)
    data = request.GET.copy()
    for name, value in usual(FIELDS).items():
        data.setdefault(name, value)
    names = FIELDS if auditor else [name for name in FIELDS if name != "agency"]
    form = AskedForm(names, everything, data)
    context = {"form": form, "auditor": auditor, "headed": [] if auditor else headed, "query": request.GET.urlencode()}
    if form.is_valid():
        asked = Asked(everything.scope, form.cleaned_data, everything.agencies)
        with stopped(context):
            context["figures"] = figures(asked)
    return render(request, "workflows/statistics.html", context)
