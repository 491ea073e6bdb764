"""A posted form becomes an act, or an answer in which nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.access import impartial
from permits.acts.asking_again import askable
from permits.acts.chairs import may_chair
from permits.acts.compensation import to_pay
from permits.acts.hearings import announced_hearing, in_time, open_requests
from permits.acts.life_conditions import to_take_back
from permits.acts.objections import open_objections
from permits.acts.payments import COMPENSATION, CORRECTS, MONEY, Payment, on_record
from permits.acts.perform import perform
from permits.acts.preview import Brought, files_asked, preview, rehearse
from permits.acts.remedies import DECISIONS
from permits.acts.reopening import to_follow
from permits.clocks.calendar import add
from permits.drafts.materials import attach, attach_report, attach_stated, judged
from permits.drafts.uploads import Upload
from permits.errors import BadFacts, Busy, NotPermitted, RecordChanged, RuleViolated, WrongStatus
from permits.locks import busy_when_locked
from permits.models import Act, Application, MaterialVersion
from permits.models.aftercare import OF_PERMIT
from permits.models.machine import ActSpec
from permits.models.permit import ANSWERS, TAKES_BACK, Permit
from permits.models.remedies import REMEDIES
from permits.models.states import S
from permits.rules.wording import Grade
from permits.views.findings import Group, grouped, show
from roles.bodies import in_order
from roles.days import local_today
from roles.models import Mandate, Person
from roles.models.mandates import Duty
from workflows.forms import ActForm, Pool, Store
from workflows.mandates import mandates_for
from workflows.models import WorkItem
from workflows.report_forms import ReportForm
from workflows.supervision import choices
from workflows.worklist import GRAVE, colleagues

CHANGE, CONFIRMED, PREVIEW, LOOKED_AT = "change", "confirmed", "preview", "looked_at"
DAYS_TO_CORRECT = 15
"""Working days that are proposed to an agency for a correction; it may write another day, or none."""


class Attempt(Struct):
    """What came of a posted act: the record, or why there is none. `status` is the answer's HTTP status."""

    record: Act | None = None
    status: int = 200
    said: str = ""
    papers: bytes = b""
    brings: Brought | None = None
    findings: list[tuple[Grade, Group]] = []

    def refuse(self, form: ActForm | ReportForm, said: str | list[str], status: int, findings: Any = ()) -> None:
        """The act of `form` is refused: why stands over the form, too."""
        form.add_error(None, said)
        self.status, self.said, self.findings = status, str(form.non_field_errors()[0]), list(findings)


class Standing(TypedDict):
    """Who acts, under which mandate (None: for the unit), and which work item the act completes."""

    by: Person
    mandate: Mandate | None
    work_item: int | None


def attempt(form: ActForm | ReportForm, application: Application, **who: Unpack[Standing]) -> Attempt:
    """Perform the act of a valid `form`. Files are stored in the act's own transaction. Errors go into the form.

    Raises AlreadyRecorded for a form that was sent before: config/errors.py answers it.
    """
    with _refusals_in(form) as tried:
        store = _storing(form, application, by=who["by"], mandate=who["mandate"])
        with busy_when_locked(), transaction.atomic():
            facts = form.said(store)
            record = perform(application.pk, form.spec.name, key=form.key, **who, **facts)
        tried.record = record  # once it is committed: what the database refuses then is refused, too
    return tried


def look(form: ActForm | ReportForm, application: Application, **who: Unpack[Standing]) -> Attempt:
    """The papers of the act as they would be issued; nothing is written. Else as `attempt`."""
    with _refusals_in(form) as tried, busy_when_locked():
        tried.papers = preview(application.pk, form.spec.name, **who, **form.said(_no_file))
    return tried


def try_out(form: ActForm, application: Application, **who: Unpack[Standing]) -> Attempt:
    """What would refuse the act of a valid `form`, before anyone is asked to confirm it, and else what it would bring
    about. Nothing is written."""
    with _refusals_in(form) as tried, busy_when_locked():
        tried.brings = rehearse(application.pk, form.spec.name, **who, **form.said(_no_file))
    return tried


@contextmanager
def _refusals_in(form: ActForm | ReportForm) -> Iterator[Attempt]:
    """What refuses an act that is done within this block is told in the form, and in the Attempt."""
    tried = Attempt()
    try:
        yield tried
    except BadFacts as bad:
        form.refuse(bad)
    except RuleViolated as violated:
        found = grouped([show(finding.as_dict()) for finding in violated.findings])
        tried.refuse(form, violated.reasons, 409, found)
    except NotPermitted as refused:
        tried.refuse(form, str(refused), 403)
    except (WrongStatus, RecordChanged) as wrong:
        tried.refuse(form, str(wrong), 409)
    except Busy as busy:
        tried.refuse(form, str(busy), 503)


def _storing(form: ActForm | ReportForm, application: Application, *, by: Person, mandate: Mandate | None) -> Store:
    """How the files of a valid `form` get into the case. Each is judged here, before the transaction of the act: else a
    large file, or a slow scanner, would hold up everybody else in the case. Raises BadFacts, ScannerUnreachable."""
    uploads = _judged(form)

    def store(file: Any) -> MaterialVersion:
        if mandate is None:
            of_unit = attach_report if application.status == S.APPROVED else attach_stated
            return of_unit(application.pk, file, by=by, upload=uploads[file])
        return attach(application.pk, file, by=by, mandate=mandate, upload=uploads[file])

    return store


def _judged(form: ActForm | ReportForm) -> dict[UploadedFile[Any], Upload]:
    """The kind of each file of a valid `form`. Raises BadFacts with every file that is refused, at its own field."""
    uploads, wrong = {}, {}
    for name, file in form.cleaned_data.items():
        if isinstance(file, UploadedFile):
            try:
                uploads[file] = judged(file)
            except BadFacts as bad:
                wrong[name] = bad.errors["file"]
    if wrong:
        raise BadFacts(wrong)
    return uploads


def _no_file(file: Any) -> None:
    """Where nothing is written, no file is stored."""


def papers_looked_at(tried: Attempt) -> HttpResponse:
    """The preview, shown in the browser's own viewer."""
    return HttpResponse(tried.papers, content_type="application/pdf", headers={"Cache-Control": "no-store"})


def form_of(
    spec: ActSpec,
    application: Application,
    mandate: Mandate | None,
    request: HttpRequest | None = None,
    initial: dict[str, str] | None = None,
) -> ActForm:
    """The form of `spec`; bound to `request` where it was posted."""
    pool = pool_of(spec.name, application, mandate)
    later = files_asked(spec.name) if spec.name in GRAVE else ()
    if request is None:
        return ActForm(spec, pool, initial=_proposed(spec.name) | (initial or {}), later=later)
    check, sent = CHANGE not in request.POST, CONFIRMED in request.POST
    return ActForm(spec, pool, request.POST, request.FILES, check=check, later=later, sent=sent)


def _proposed(act: str) -> dict[str, str]:
    """What a form begins with beside what is known. No law says by when papers are corrected (许可法 32(1)(4)): the
    agency chooses."""
    if act != "request_correction":
        return {}
    return {"until": add(local_today(), DAYS_TO_CORRECT).date.isoformat()}


def pool_of(act: str, application: Application, mandate: Mandate | None) -> Pool:
    """Whom and which agencies `act` may name in this case."""

    def people() -> list[Person]:
        staff = colleagues(mandate) if mandate else []
        if act in ("announce_hearing", "hold_hearing"):
            return may_chair(_with_the_chair(staff, application) if act == "hold_hearing" else staff, application)
        return staff if act == "bar_person" else impartial(staff, application)

    def offices() -> list[Mandate]:
        if act == "return_to_first_review":
            return consultable(application)
        asked = WorkItem.objects.filter(application=application, mandate__duty=Duty.ADVISE)
        still = asked.filter(finished=None).values("mandate")
        if act == "ask_opinion":  # of whom an answer is still awaited is not asked a second time
            waits = set(still.values_list("mandate", flat=True))
            return [one for one in consultable(application) if one.pk not in waits]
        return list(Mandate.objects.filter(pk__in=still).select_related("agency").order_by(*in_order("agency__")))

    only = {}
    if act in REMEDIES:
        only["earlier"] = ("against", tuple(str(one.seq) for one in application.did(*REMEDIES)))
    asked = frozenset({"minutes"} if act in ("approve", "refuse") and application.did("hold_hearing") else ())
    helps = {"received": in_time(application)} if act == "record_hearing_request" else {}
    return Pool(people, offices, _listed(act, application), asked, only, helps)


def _with_the_chair(staff: list[Person], application: Application) -> list[Person]:
    """`staff` with the announced chair, who may belong to another agency that had the case then, or have no account
    now, and who presided all the same."""
    announced = announced_hearing(application)
    known = {announced.facts["chair"]["id"]} - {one.pk for one in staff} if announced else set()
    return [*staff, *Person.objects.filter(pk__in=known)] if known else staff


def _listed(act: str, application: Application) -> dict[str, Sequence[tuple[str, str]]]:
    """The closed lists that `act` chooses from in this case."""
    if act == "request_correction":
        return {"items.where": askable(application)}
    if act == "answer_objection":
        return {"objection": [(str(one.act.seq), one.name) for one in open_objections(application)]}
    if act == "record_hearing_given_up":
        return {"request": [(str(one.seq), asked_by(one)) for one in open_requests(application)]}
    if act == CORRECTS:
        return {"against": [(str(one.record.seq), money(one)) for one in on_record(application, *MONEY)]}
    return _listed_of_life(act, application) or choices(act, application)


def _listed_of_life(act: str, application: Application) -> dict[str, Sequence[tuple[str, str]]]:
    """As `_listed`, of the acts of a permit's life; nothing for another act."""
    if act == TAKES_BACK:
        return {"request": [(one.act.act, decided(one.act)) for one in to_take_back(application)]}
    if act in REMEDIES:
        about = [(str(one.seq), decided(one)) for one in application.did(*DECISIONS)]
        return {"against": about + [(str(one.seq), remedy(one)) for one in application.did(*REMEDIES)]}
    if act == COMPENSATION:
        return {"against": [(str(one.decision.seq), decided(one.decision)) for one in to_pay(application)]}
    if act == "reopen":
        return {"remedy": [(str(one.seq), remedy(one)) for one in to_follow(application)]}
    return {}


def money(payment: Payment) -> str:
    """A payment as the record reads now: what it was, its sum, day and receipt."""
    called = payment.record.application.act_label(payment.record.act)
    return f"{called} · {payment.amount:,.2f} · {date_format(payment.on)} · {payment.receipt}"


def asked_by(act: Act) -> str:
    """A request for a hearing: who asked, and on which day it came."""
    day = act.facts.get("received")
    came = date.fromisoformat(day) if day else timezone.localdate(act.at)
    return f"{act.facts.get('party') or act.application.unit.name} {date_format(came)}"


def remedy(act: Act) -> str:
    """An outcome that took a decision away: of which organ, its number and day."""
    said = act.facts
    return f"{said['organ']} {said['number']} {date_format(date.fromisoformat(said['decided_on']))}"


def decided(act: Act) -> str:
    """A decision of a case, or a request, by name and day."""
    return f"{act.application.act_label(act.act)} {date_format(act.decided_on)}"


def consultable(application: Application) -> list[Mandate]:
    """The agencies the role matrix says may be consulted in this case."""
    codes = dict.fromkeys([application.jurisdiction_id, *application.districts.values_list("pk", flat=True)])
    found = [mandate for code in codes for mandate in mandates_for(application, Duty.ADVISE, district=code)]
    return list({mandate.pk: mandate for mandate in found}.values())


def done_words(record: Act) -> str:
    """What the page tells after an act."""
    application = record.application
    if record.act == "withdraw" and not application.number:
        return _("The draft was deleted. What was done before stays in its history.")
    if record.act in OF_PERMIT and (permit := Permit.objects.filter(pk=application.pk).first()):
        said = {"act": application.act_label(record.act), "number": application, "status": permit.get_status_display()}
        if record.act in ANSWERS:
            return _("“%(act)s” was recorded and waits for an answer. Permit %(number)s is now: %(status)s.") % said
        return _("“%(act)s” was recorded. Permit %(number)s is now: %(status)s.") % said
    return _("“%(act)s” was recorded. Case %(number)s is now: %(status)s.") % {
        "act": application.act_label(record.act),
        "number": application,
        "status": application.get_status_display(),
    }
