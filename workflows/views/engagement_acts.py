"""What auditors do in an engagement, as pages: a form for each act, sent once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from msgspec import Struct

from permits.access import visible_to
from permits.errors import BadFacts, NotPermitted, StorageFailed
from permits.ledger.chain import problems_of
from permits.models import Application
from roles.models import Person
from roles.requests import Signed, posted
from workflows.engagements.acts import conclude, draw_sample, population_now, write_note
from workflows.engagements.findings import accept, addressees, close, send_back, send_finding, what_is_open
from workflows.engagements.forms import (
    AcceptForm,
    ActForm,
    CloseForm,
    ConcludeForm,
    DrawForm,
    FindingForm,
    JoinForm,
    LeaveForm,
    NoteForm,
    OpenForm,
    SendBackForm,
)
from workflows.engagements.opening import join, leave, open_engagement
from workflows.engagements.record import Recorded
from workflows.engagements.standing import Standing
from workflows.models import Engagement, EngagementFile, Entry
from workflows.tables import act_label, kind_label
from workflows.views.desk import noted, refuse_others
from workflows.views.engagements import engagement_of, told_of, words_of

READ = require_http_methods(["GET", "HEAD", "POST"])


def done(request: Signed, form: ActForm, do: Callable[..., Any], **given: Any) -> Any:
    """What the act of a valid form made; None where it was refused, which then stands in the form. A form sent twice
    gives what it made the first time, and the page says so."""
    if not form.is_valid():
        return None
    try:
        made = do(**given, **form.said, by=request.user, key=form.cleaned_data["once"])
    except Recorded as before:
        messages.info(request, str(before))
        return before.entry
    except BadFacts as bad:
        form.take(bad)
        return None
    except StorageFailed as fault:
        form.add_error(None, str(fault))
        return None
    messages.success(request, _("Recorded."))
    return made


@login_required
@READ
def engagement_new(request: Signed) -> HttpResponse:
    """The form that opens an engagement."""
    refuse_others(request.user)
    form, status = OpenForm(request.user, posted(request)), 0
    try:
        if request.method == "POST" and (made := done(request, form, open_engagement)):
            return redirect("engagement", made.pk if isinstance(made, Engagement) else made.engagement_id)
    except NotPermitted as refused:  # this agency, place or member: another may be chosen, and what was typed stays
        form.add_error(None, str(refused))
        status = 403
    context = {"form": form, "title": _("Open an engagement"), "button": _("Open the engagement")}
    return _form_page(request, context, status)


class Deed(Struct, frozen=True):
    """An act with a form page of its own, led to from the page of the engagement."""

    title: str | Promise
    button: str | Promise
    do: Callable[..., Any]
    form: Callable[[Standing, Any], ActForm]
    says: str | Promise = ""


DEEDS = {
    "join": Deed(
        gettext_lazy("Let somebody join"), gettext_lazy("Join"), join, JoinForm,
        gettext_lazy("Whoever held a post in the agency in the period, acted in one of the cases or belongs to a unit "
                     "that applied cannot join."),
    ),
    "leave": Deed(gettext_lazy("Let a member leave"), gettext_lazy("Leave"), leave, LeaveForm),
    "draw": Deed(
        gettext_lazy("Draw a sample"), gettext_lazy("Draw"), draw_sample, DrawForm,
        gettext_lazy("The seed comes from the system's randomness at the moment of drawing and is recorded with the "
                     "population, so nobody can choose the sample, and everybody can draw it again."),
    ),
    "finding": Deed(
        gettext_lazy("Send a finding"), gettext_lazy("Send to the agency"), send_finding,
        lambda standing, data: FindingForm(standing, addressees(standing), data),
        gettext_lazy("The agency's head sees what is written here, the cases and the day; not notes, and not the "
                     "sample."),
    ),
    "close": Deed(
        gettext_lazy("Close the engagement"), gettext_lazy("Close"), close,
        lambda standing, data: CloseForm(data, unsettled=bool(what_is_open(standing))),
        gettext_lazy("The report is made now and kept with its hash. Nothing is added to the engagement afterwards."),
    ),
}  # fmt: skip


@login_required
@READ
def engagement_act(request: Signed, pk: int, name: str) -> HttpResponse:
    """The form page of one of DEEDS."""
    found = engagement_of(request, pk)
    if name not in DEEDS:
        raise Http404
    deed, standing = DEEDS[name], Standing.of(found)
    if standing.closed and request.method != "POST":  # a form that nobody can send any more
        return redirect("engagement", pk)
    if name != "join":  # where no member audits any more, another joins: the act itself knows
        insist_works(request.user, standing)
    form = deed.form(standing, posted(request))
    if request.method == "POST" and done(request, form, deed.do, pk=pk):
        return redirect("engagement", pk)
    context: dict[str, Any] = {"form": form, "title": deed.title, "button": deed.button, "says": deed.says}
    if isinstance(form, JoinForm) and not form.free:
        context["nobody"] = _("There is nobody who could join: everybody who audits here takes part, or cannot.")
    if name == "draw":
        context["size"] = len(population_now(standing))
    if name == "close":
        context["open"] = what_is_open(standing)
    return _form_page(request, context | {"engagement": found})


def insist_works(person: Person, standing: Standing) -> None:
    """Raises NotPermitted for who is no member: nobody is shown a form that they cannot send."""
    if person.pk not in standing.members:
        raise NotPermitted(_("Only members of the engagement do this."))


def _form_page(request: Signed, context: dict[str, Any], status: int = 0) -> HttpResponse:
    return render(request, "workflows/engagement_form.html", context, status=status or _status([context["form"]]))


class Choice(Struct, frozen=True):
    """One of several acts whose forms stand on one page; the posted `act` names it."""

    form: Callable[[Any], ActForm]
    do: Callable[..., Any]


OF_CASE = {"note": Choice(NoteForm, write_note), "conclude": Choice(ConcludeForm, conclude)}
OF_FINDING = {"accept": Choice(AcceptForm, accept), "send_back": Choice(SendBackForm, send_back)}


def _posted_to(request: Signed, standing: Standing, choices: Mapping[str, Choice]) -> tuple[str, dict[str, ActForm]]:
    """Which of `choices` was posted, empty where none was; and their forms, that one with what was typed. 403 for who
    is no member, 404 for an act that the page has not."""
    wanted = ""
    if request.method == "POST":
        insist_works(request.user, standing)
        wanted = request.POST.get("act", "")
        if wanted not in choices:
            raise Http404
    forms = {name: choice.form(request.POST if name == wanted else None) for name, choice in choices.items()}
    return wanted, forms


@login_required
@READ
def engagement_case(request: Signed, pk: int, case: int) -> HttpResponse:
    """A case of the sample: conclusions, and for members notes and the two forms. 404 for a case outside the sample."""
    found = engagement_of(request, pk)
    standing = Standing.of(found)
    if case not in standing.cases:
        raise Http404
    wanted, forms = _posted_to(request, standing, OF_CASE)
    if wanted and done(request, forms[wanted], OF_CASE[wanted].do, pk=pk, case=case):
        return redirect("engagement-case", pk, case)
    noted(request)
    member = request.user.pk in standing.members
    works = member and not standing.closed
    context = {
        "engagement": found,
        "member": member,
        "form": forms.get(wanted),
        "note": forms["note"] if works else None,
        "verdict": forms["conclude"] if works else None,
        "next": _next_without_verdict(standing, case),
        **_audited(request.user, standing, case),
        **_written(standing, case, member=member),
    }
    return render(request, "workflows/engagement_case.html", context, status=_status(forms.values()))


def _audited(person: Person, standing: Standing, case: int) -> dict[str, Any]:
    """A case of the sample as it was drawn and as it is; whether `person` may open its own page."""
    drawn, application = standing.cases[case], Application.objects.select_related("unit").get(pk=case)
    return {
        "case": drawn,
        "kind": kind_label(drawn.kind),
        "outcome": act_label(drawn.kind, drawn.outcome),
        "application": application,
        "problems": problems_of(application),
        "visible": visible_to(person).filter(pk=case).exists(),
    }


def _written(standing: Standing, case: int, *, member: bool) -> dict[str, Any]:
    """Conclusions on a case, the latest first; its notes are for members alone."""
    of_case = [row for row in standing.entries if row.application_id == case]
    told = [told_of(row, standing, member=member, of_case=True) for row in of_case]
    return {
        "conclusions": [one for one in reversed(told) if one["row"].entry == Entry.CONCLUDED],
        "notes": [one for one in told if one["row"].entry == Entry.NOTE] if member else [],
    }


def _next_without_verdict(standing: Standing, case: int) -> int | None:
    """The key of the next case after this one, in the order of the sample, on which nothing was concluded."""
    keys = list(standing.cases)
    later = keys[keys.index(case) + 1 :]
    return next((key for key in later if not standing.cases[key].verdict), None)


def _status(forms: Iterable[ActForm]) -> int:
    return 422 if any(form.is_bound and form.errors for form in forms) else 200


@login_required
@READ
def engagement_finding(request: Signed, pk: int, finding: int) -> HttpResponse:
    """A finding with what followed; for members, while there is something to judge, the two forms."""
    found = engagement_of(request, pk)
    standing = Standing.of(found)
    one = next((one for one in standing.findings if one.row.pk == finding), None)
    if one is None:
        raise Http404
    wanted, forms = _posted_to(request, standing, OF_FINDING)
    if wanted and done(request, forms[wanted], OF_FINDING[wanted].do, pk=pk, finding=finding):
        return redirect("engagement-finding", pk, finding)
    noted(request)
    works = request.user.pk in standing.members and not standing.closed and one.to_judge
    context = {
        "engagement": found,
        "finding": one,
        "number": standing.findings.index(one) + 1,
        "steps": steps_of(one),
        "form": forms.get(wanted),
        "accept": forms["accept"] if works else None,
        "send_back": forms["send_back"] if works else None,
    }
    return render(request, "workflows/engagement_finding.html", context, status=_status(forms.values()))


def steps_of(finding: Any) -> list[dict[str, Any]]:
    """What followed a finding, in words, each with its files."""
    files: dict[int, list[EngagementFile]] = {}
    for file in EngagementFile.objects.filter(entry__in=[row.pk for row in finding.follow_ups]):
        files.setdefault(file.entry_id, []).append(file)
    return [
        {"row": row, "who": row.content["name"], "words": [one for one in words_of(row) if one],
         "files": files.get(row.pk, [])}
        for row in finding.follow_ups
    ]  # fmt: skip
