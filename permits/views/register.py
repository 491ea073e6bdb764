"""The public register 许可公开 of granted decisions (许可法 40), for everyone: list, entry, the same rows as files."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import condition, require_safe

from permits.database.statements import took_too_long, within_time
from permits.documents.masking import public_title
from permits.kinds import kinds
from permits.ledger.chain import problems_of
from permits.models import RegisterEntry
from permits.register import reading
from permits.register.entries import papers_of
from permits.register.masking import RULES
from permits.register.reading import Asked
from permits.views import register_files as files
from permits.views.public_words import as_told, told
from roles.addresses import logged_address
from roles.days import local_today
from roles.misread import misread
from roles.models import Jurisdiction
from roles.rates import Rate, insist_rate

SEARCHED = Rate("register", most=120, seconds=600)
FETCHED = Rate("register-file", most=60, seconds=600)
LONGEST = 60  # characters of a search


class RegisterForm(forms.Form):
    """What is looked for: each part may stay empty."""

    q = forms.CharField(
        label=gettext_lazy("Number, holder, matter or place"), max_length=LONGEST, required=False
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    district = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State of the permit"), required=False)
    year = forms.TypedChoiceField(
        label=gettext_lazy("Year of the decision"), required=False, coerce=int, empty_value=None
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        every = [("", _("All"))]
        places = Jurisdiction.objects.exclude(parent=None).order_by("code")
        self.fields["kind"].choices = [*every, *((kind.code, kind.label) for kind in kinds())]  # type: ignore[attr-defined]
        self.fields["district"].choices = [*every, *((place.pk, str(place)) for place in places)]  # type: ignore[attr-defined]
        self.fields["state"].choices = [*every, *reading.STATES.items()]  # type: ignore[attr-defined]
        self.fields["year"].choices = [*every, *((year, str(year)) for year in reading.years())]  # type: ignore[attr-defined]

    @property
    def asked(self) -> Asked:
        """What a valid form asks for."""
        said = self.cleaned_data
        return Asked(said["q"], said["kind"], said["district"], said["state"], said["year"])


@require_safe
def register_list(request: HttpRequest) -> HttpResponse:
    """A page of the register; 422 for a filter that is none, 503 where the search takes too long."""
    form, after = RegisterForm(request.GET), request.GET.get("after", "")
    if not reading.told_by(after):
        misread(request, "after", after)
    rows, more, many, status, slow = [], "", 0, 200, False
    if form.is_valid():
        if form.asked.q:
            insist_rate(SEARCHED, logged_address(request))
        try:
            with within_time():
                fitting = reading.found(form.asked)
                many = reading.count(fitting)
                here = list(reading.after(reading.whole(fitting), after)[: reading.PER_PAGE + 1])
                rows = reading.shown(here[: reading.PER_PAGE])
                more = rows[-1].key if len(here) > reading.PER_PAGE else ""
        except OperationalError as error:
            if not took_too_long(error):
                raise
            slow, status = True, 503
    else:
        status = 422
    context = {
        "form": form, "rows": rows, "more": more, "many": min(many, reading.COUNTED), "beyond": many > reading.COUNTED,
        "later": bool(reading.told_by(after)), "rules": RULES, "slow": slow,
        "others": [kind for kind in kinds() if not kind.licence],
        "used": any(request.GET.get(name) for name in form.fields),
    }  # fmt: skip
    return render(request, "permits/register_list.html", context, status=status)


@require_safe
def register_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One granted decision: what the public is told of it, how it stands, what became of it, its papers, and
    whether somebody changed the record it was made of. 404 for what
    is not listed."""
    entry = get_object_or_404(reading.whole(RegisterEntry.objects.filter(withheld="")), pk=pk)
    row, application = reading.shown([entry])[0], entry.permit.application
    papers = papers_of(application)
    for paper in papers:  # as they are shown here, and not kept
        paper.title = public_title(paper, application)
    context = {
        "changed": bool(problems_of(application)),
        "row": row, "entry": entry, "papers": papers, "facts": told(row.kind, entry.facts),
        "hectares": as_told(entry.hectares, entry.facts),
    }  # fmt: skip
    return render(request, "permits/register_entry.html", context)


def _marked(request: HttpRequest, form: str) -> str:
    """The entity tag: what was asked, the last change of anything listed, and the day, by which terms end."""
    parts = (form, request.META.get("QUERY_STRING", ""), str(reading.last_changed()), local_today().isoformat())
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_marked)
def register_data(request: HttpRequest, form: str) -> HttpResponseBase:
    """The rows as CSV or JSON, in the official language, filtered as the list; streamed, at most MOST, and then the
    key from which the next file begins. 404 for another form, 422 for a filter that is none."""
    if form not in ("csv", "json"):
        raise Http404
    insist_rate(FETCHED, logged_address(request))
    filters = RegisterForm(request.GET)
    if not filters.is_valid():
        return HttpResponse(json.dumps(filters.errors.get_json_data()), status=422, content_type="application/json")
    after = request.GET.get("after", "")
    if after and not reading.told_by(after):
        told = {"after": [{"message": _("That is the key of no row."), "code": "invalid"}]}
        return HttpResponse(json.dumps(told), status=422, content_type="application/json")
    fitting = reading.after(reading.found(filters.asked), after)
    keys = list(fitting.values_list("decided_on", "pk")[reading.MOST - 1 : reading.MOST + 1])
    more = f"{keys[0][0].isoformat()}-{keys[0][1]}" if len(keys) > 1 else ""
    made = files.as_csv(files.rows(fitting)) if form == "csv" else files.as_json(files.rows(fitting), more)
    response = StreamingHttpResponse(made, content_type=files.TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="register-{local_today().isoformat()}.{form}"'
    if more:
        query = request.GET.copy()
        query["after"] = more
        response.headers["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return response
