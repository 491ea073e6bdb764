"""The applicant's pages: beginning, the task list, the check before handing in, and what comes after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permits import kinds
from permits.acts.copying import earlier_of
from permits.acts.perform import open_draft, perform
from permits.acts.progress import query_code
from permits.clocks.standing import status as clocks_of
from permits.contract.kind import Kind
from permits.drafts import editing as drafts
from permits.drafts.completeness import Part, parts
from permits.drafts.corrections import Point, points, to_correct, unlocked
from permits.drafts.forms import ApplyForm, SubmitForm, TitleForm, submit_form
from permits.drafts.guidance import prospectus
from permits.drafts.unfinished import MINE, forget_draft, keeping
from permits.errors import AlreadyRecorded, BadFacts, NotPermitted, NotReady, RecordChanged, RuleViolated, WrongStatus
from permits.models import Application
from permits.models.document import NoticeKind
from permits.models.states import S
from permits.models.submission import HANDS_IN
from permits.views.findings import board
from permits.views.materials import slots
from permits.views.once import once, token_for
from permits.views.viewing import pdf_response
from roles.access import units_of
from roles.misread import one_of
from roles.models import OperatingUnit, Person
from roles.requests import Signed, posted


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_new(request: Signed) -> HttpResponse:
    """Choose what to apply for; then who applies, where, and open the draft."""
    unit = units_of(request.user).first()
    if unit is None:
        raise NotPermitted(_("You apply for no operating unit. Ask your unit to appoint you."))
    code = request.GET.get("kind", "")
    if not code:
        return render(request, "permits/draft/kinds.html", {"kinds": kinds.kinds()})
    try:
        kind = kinds.kind(code)
    except KeyError:
        raise Http404 from None
    form = ApplyForm(posted(request), person=request.user, kind=kind)
    if request.method == "POST" and form.is_valid():
        made = once(request.session, form.cleaned_data["once"], lambda: _open(request.user, code, form.cleaned_data))
        if made is not None:
            return redirect(_first_page(made))
        form.add_error(
            None, _("This form was open for too long. Nothing was lost: look at it once more and send it again.")
        )
    return _apply_page(request, kind, form, unit)


def _first_page(pk: int) -> str:
    """Where a new draft begins: its first part; the task list where the kind declares none."""
    first = next(iter(parts(Application.objects.get(pk=pk))), None)
    return first.url if first else reverse("draft", args=[pk])


def _apply_page(request: Signed, kind: Kind, form: ApplyForm, unit: OperatingUnit) -> HttpResponse:
    token = token_for(request.session)
    if form.is_bound:
        form.data = data = request.POST.copy()
        data["once"] = token
    form.initial["once"] = token
    district = next(iter(form.districts.values()), None)
    facts = prospectus(kind.code, form.districts.get(unit.jurisdiction_id, district)) if district else None
    context = {"kind": kind, "form": form, "facts": facts, "earlier": earlier_of(request.user, kind.code)}
    return render(request, "permits/draft/new.html", context, status=_status(form))


def _open(person: Person, code: str, said: dict[str, Any]) -> int:
    application = open_draft(code, said["unit"], said["district"], by=person)
    if said["title"]:
        drafts.rename(application.pk, said["title"])
    return int(application.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: Signed, pk: int) -> HttpResponse:
    """The task list of one application, and its title."""
    application = drafts.get_draft(request.user, pk)
    form = TitleForm(posted(request), initial={"title": application.title})
    if request.method == "POST" and form.is_valid():
        drafts.rename(pk, form.cleaned_data["title"])
        messages.success(request, _("The title was saved."))
        return redirect("draft", pk)
    listed = parts(application)
    about, lines = _about(application), [line(application, part) for part in listed]
    context = {
        "next_step": _next_step(application, lines, about["unchanged"]),
        "parts": lines,
        "slots": slots(application),
        "form": form,
        "left": sum(1 for part in listed if part.problems),
    }
    return render(request, "permits/draft/tasks.html", about | context, status=_status(form))


def _next_step(application: Application, lines: Sequence[dict[str, Any]], unchanged: Sequence[Point]) -> dict[str, Any]:
    """Where the applicant goes on: the first point of a correction that was not met, the first part that is not whole,
    else the check before handing in."""
    for point in unchanged:
        if point.url:
            return {"label": point.label, "url": point.url}
    for one in lines:
        if one["is_open"] and one["part"].problems:
            return {"label": one["part"].label, "url": one["part"].url}
    return {"label": _("Check and hand in"), "url": reverse("draft-check", args=[application.pk])}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_check(request: Signed, pk: int) -> HttpResponse:
    """Everything as it will be handed in, what is missing, what the rules say; and handing it in."""
    application = drafts.get_draft(request.user, pk, editable=request.method != "POST")
    if not application.editable:
        return _handed_in_already(application)
    kept = keeping(
        by=request.user, application_id=pk, page="check", base=application.acts.count(),
        url=reverse("draft-unfinished", args=[pk]), asked=one_of(request, "unfinished", (MINE,), ""),
    )  # fmt: skip
    form = submit_form(application, posted(request), kept.restored)
    if request.method == "POST" and form.is_valid():
        try:
            _hand_in(application, form, request.user)
        except (WrongStatus, AlreadyRecorded, RecordChanged) as wrong:
            now = drafts.get_draft(request.user, pk, editable=False)
            if not now.editable:  # somebody was faster
                return _handed_in_already(now)
            form.add_error(None, str(wrong))
        except BadFacts as bad:
            for field, message in bad.errors.items():
                form.add_error(field if field in form.fields else None, message)
        except (NotReady, RuleViolated) as reason:
            form.add_error(None, str(reason))
        else:
            forget_draft(pk)
            return redirect("draft-submitted", pk)
    context = _check_context(application) | {"form": form, "keeping": kept}
    return render(request, "permits/draft/check.html", context, status=_status(form))


def _hand_in(application: Application, form: SubmitForm, person: Person) -> None:
    """Perform the act, with the statement made on the page (许可法 31), once for each form."""
    said = {name: form.cleaned_data[name] for name in ("note", "statement") if name in form.cleaned_data}
    act = "resubmit" if application.number else "submit"
    perform(application.pk, act, by=person, key=form.cleaned_data["once"], **said)


def _handed_in_already(application: Application) -> HttpResponse:
    """A second click, or a colleague's, found the work done: the same confirmation. Later than that is too late."""
    if application.status != S.SUBMITTED:
        raise drafts.no_longer(application)
    return redirect("draft-submitted", application.pk)


def _check_context(application: Application) -> dict[str, Any]:
    listed = parts(application)
    return _about(application) | {
        "parts": [line(application, part) for part in listed],
        "problems": [problem for part in listed for problem in part.problems],
        "slots": slots(application),
        "summary_template": kinds.kind_of(application).summary_template,
        "board": board(application),
    }


@login_required
@require_safe
def draft_form(request: Signed, pk: int) -> HttpResponse:
    """The application as it would be handed in now, as one PDF, each page marked 未提交. 409 once it is handed in."""
    from permits.documents import application_form  # the typesetter is imported where a page is set

    application = drafts.get_draft(request.user, pk)
    return pdf_response(application_form.draft_form(application), f"申请书（未提交）{application.title}")


@login_required
@require_safe
def draft_submitted(request: Signed, pk: int) -> HttpResponse:
    """The case number, and what comes next."""
    application = drafts.get_draft(request.user, pk, editable=False)
    if application.number is None or application.editable:
        return redirect("draft", pk)
    record = application.acts.filter(act__in=HANDS_IN).order_by("-seq").first()
    notice = clocks_of(application).of_step("accept") if application.status == S.SUBMITTED else None
    receipt = record.documents.filter(kind=NoticeKind.MATERIALS_RECEIPT).first() if record else None
    told = {"record": record, "notice": notice, "code": query_code(application), "receipt": receipt}
    return render(request, "permits/draft/submitted.html", _about(application) | told)


def _status(form: Form) -> int:
    """422 for a form that was refused, so that no cache or script takes it for done."""
    return 422 if form.is_bound and form.errors else 200


def line(application: Application, part: Part) -> dict[str, Any]:
    """A part of the task list, and whether it may be changed now."""
    codes = unlocked(application) if application.status == S.CORRECTING else None
    is_open = codes is None or _names(part, codes)
    return {"part": part, "is_open": is_open, "to_correct": codes is not None and _names(part, to_correct(application))}


def _names(part: Part, codes: Iterable[str]) -> bool:
    """Whether one of `codes` is the part, or lies in it."""
    return any(code == part.slug or code.startswith(f"{part.slug}/") for code in codes)


def _about(application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "kind": kinds.kind_of(application),
        "correcting": application.status == S.CORRECTING,
        "unchanged": [point for point in points(application) if not point.changed],
    }
