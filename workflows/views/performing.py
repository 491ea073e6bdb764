"""A posted form becomes an act, or an answer that loses nothing of what was typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from permits.acts.perform import perform
from permits.drafts.corrections import places
from permits.drafts.materials import attach
from permits.errors import BadFacts, Busy, NotPermitted, RuleViolated, WrongStatus
from permits.locks import busy_when_locked
from permits.models import Act, Application, MaterialVersion
from permits.models.machine import ActSpec
from permits.rules.wording import Grade
from permits.views.findings import Shown, grouped, show
from roles.models import Mandate, Person
from roles.models.mandates import Duty
from workflows.forms import ActForm, Pool
from workflows.mandates import mandates_for
from workflows.models import WorkItem
from workflows.worklist import colleagues

CHANGE, CONFIRMED = "change", "confirmed"


@dataclass
class Attempt:
    """What came of a posted act: the record, or why there is none. `status` is the answer's HTTP status."""

    record: Act | None = None
    status: int = 200
    said: str = ""
    findings: list[tuple[Grade, list[Shown]]] = field(default_factory=list)


def attempt(
    form: ActForm, application: Application, *, by: Person, mandate: Mandate | None, work_item: int | None
) -> Attempt:
    """Perform the act of a valid `form`. Files are stored in the act's own transaction. Errors go into the form.

    Raises AlreadyRecorded for a form that was sent before: config/errors.py answers it.
    """

    def store(file: Any) -> MaterialVersion:
        return attach(application.pk, file, by=by, mandate=mandate)

    try:
        with busy_when_locked(), transaction.atomic():
            facts = form.said(store)
            record = perform(
                application.pk, form.spec.name, by=by, mandate=mandate, work_item=work_item, key=form.key, **facts
            )
    except BadFacts as bad:
        form.refuse(bad)
        return Attempt()
    except RuleViolated as violated:
        found = grouped([show(finding.as_dict()) for finding in violated.findings])
        return _refused(form, str(violated), 409, found)
    except NotPermitted as refused:
        return _refused(form, str(refused), 403)
    except WrongStatus as wrong:
        return _refused(form, str(wrong), 409)
    except Busy as busy:
        return _refused(form, str(busy), 503)
    return Attempt(record)


def _refused(form: ActForm, said: str, status: int, findings: Any = ()) -> Attempt:
    form.add_error(None, said)
    return Attempt(status=status, said=said, findings=list(findings))


def form_of(
    spec: ActSpec,
    application: Application,
    mandate: Mandate | None,
    request: HttpRequest | None = None,
    initial: dict[str, str] | None = None,
) -> ActForm:
    """The form of `spec`; bound to `request` where it was posted."""
    pool = pool_of(spec.name, application, mandate)
    if request is None:
        return ActForm(spec, pool, initial=initial or {})
    return ActForm(spec, pool, request.POST, request.FILES, check=CHANGE not in request.POST)


def pool_of(act: str, application: Application, mandate: Mandate | None) -> Pool:
    """Whom and which agencies `act` may name in this case."""

    def people() -> list[Person]:
        return colleagues(mandate) if mandate else []

    def offices() -> list[Mandate]:
        if act in ("ask_opinion", "return_to_first_review"):
            return consultable(application)
        asked = WorkItem.objects.filter(application=application, mandate__duty=Duty.ADVISE)
        still = asked.filter(finished=None).values("mandate")
        return list(Mandate.objects.filter(pk__in=still).select_related("agency").order_by("agency__slug"))

    return Pool(people, offices, {"items.where": places(application)} if act == "request_correction" else {})


def consultable(application: Application) -> list[Mandate]:
    """The agencies the role matrix says may be consulted in this case."""
    codes = dict.fromkeys([application.jurisdiction_id, *application.districts.values_list("pk", flat=True)])
    found = [mandate for code in codes for mandate in mandates_for(application, Duty.ADVISE, district=code)]
    return list({mandate.pk: mandate for mandate in found}.values())


def done_words(record: Act) -> str:
    """What to tell after an act."""
    application = record.application
    return _("“%(act)s” was recorded. Case %(number)s is now: %(status)s.") % {
        "act": application.act_label(record.act),
        "number": application,
        "status": application.get_status_display(),
    }
