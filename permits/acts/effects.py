"""What an act brings about in its transaction: number and route, clocks, the permit, the numbers of the papers.

The verbs of the clocks and their arithmetic: permits/clocks. What leaves the process waits for the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils import timezone

from permits.clocks import verbs as clock
from permits.clocks.entries import WHOLE
from permits.clocks.standing import status
from permits.documents.numbering import reserve_required
from permits.kinds import kind_of
from permits.models import Act, Application, Permit, take_number
from permits.models.states import S
from roles.mandates import MandateError, the_one
from roles.models import Agency
from roles.models.mandates import Duty

# Steps with a statutory period of their own. The final review and the decision share the whole case's.
NOTICE, FIRST_REVIEW, DELIVERY, SITE_CHECK = "accept", "first_review", "deliver", "site_check"
HEARING_ASK, HEARING_HOLD = "hearing_ask", "hearing_hold"
HANDS_IN = frozenset({"submit", "resubmit"})


def complete(application: Application, act: str) -> None:
    """Write onto `application` what its kind says once it is handed in: the route, and at first the case number."""
    if act in HANDS_IN:
        application.scope = kind_of(application).scope(application)
        application.number = application.number or _case_number(application)


def follow(record: Act) -> None:
    """Make what `record` brings about. Raises WrongStatus or BadFacts where the law lets no clock do so."""
    if move_clocks := CLOCKS.get(record.act):
        move_clocks(record)
    if record.after == S.APPROVED and record.before != S.APPROVED:
        _grant(record)
    reserve_required(record)


def _case_number(application: Application) -> str:
    year = timezone.localdate().year
    series = f"{kind_of(application).case_prefix}{application.jurisdiction_id}"
    return f"{series}-{year}-{take_number(series, year):05d}"


def _grant(record: Act) -> None:
    """The permit, with the term its kind gives it. Source of the decision's day: the act that approves."""
    application = record.application
    term = kind_of(application).term(application)
    if term.first is None:
        raise ValueError(f"{record} approves and sets no day of decision")
    Permit.objects.create(application=application, granted_by=record, valid_from=term.first, valid_to=term.last)


# ---- clocks ----------------------------------------------------------------------------------------------------------
def _received(record: Act) -> None:
    clock.start(record.application, "notice", record, step=NOTICE)
    if kind_of(record.application).inspected:  # 令35 art 10: within ten working days of the application
        clock.start(record.application, "site_check", record, step=SITE_CHECK)


def _correction_asked(record: Act) -> None:
    clock.stop(record.application, record, step=NOTICE)
    clock.stop(record.application, record, step=SITE_CHECK)


def _inspected(record: Act) -> None:
    clock.stop(record.application, record, step=SITE_CHECK)


def _accepted(record: Act) -> None:
    """Deemed acceptance counts from the day of receipt, 许可法 32(4)."""
    clock.stop(record.application, record, step=NOTICE)
    decides = _deciding_agency(record.application)  # whose promise the applicant was given, whoever accepts
    clock.start(record.application, "decide", record, record.application.accepted_on, step=WHOLE, agency=decides)
    if record.after == S.FIRST_REVIEW:  # 许可法 43: only where a lower organ reviews first
        clock.start(record.application, "first_review", record, record.application.accepted_on, step=FIRST_REVIEW)


def _deciding_agency(application: Application) -> Agency | None:
    """The agency the role matrix lets decide; None where it names none or several."""
    on = application.accepted_on or timezone.localdate()
    try:
        mandate = the_one(
            application.kind, Duty.DECIDE, district=application.jurisdiction_id, on=on, scope=application.scope
        )
    except MandateError:
        return None
    return mandate.agency


def _recommended(record: Act) -> None:
    clock.stop(record.application, record, step=FIRST_REVIEW)


def _returned(record: Act) -> None:
    clock.start(record.application, "first_review", record, step=FIRST_REVIEW)


def _ended(record: Act) -> None:
    clock.stop(record.application, record)


def _decided(record: Act) -> None:
    clock.stop(record.application, record)
    clock.start(record.application, "deliver", record, step=DELIVERY)


def _delivered(record: Act) -> None:
    clock.stop(record.application, record, step=DELIVERY)


def _hearing_told(record: Act) -> None:
    """Each party told has its own five days; the clock shown is that of the first party, while it runs."""
    if not _runs(record.application, HEARING_ASK):
        clock.start(record.application, "hearing_ask", record, step=HEARING_ASK)


def _hearing_asked(record: Act) -> None:
    clock.stop(record.application, record, step=HEARING_ASK)
    if not _runs(record.application, HEARING_HOLD):
        clock.start(record.application, "hearing_hold", record, step=HEARING_HOLD)


def _hearing_held(record: Act) -> None:
    clock.stop(record.application, record, step=HEARING_HOLD)


def _runs(application: Application, step: str) -> bool:
    reading = status(application).of_step(step)
    return reading is not None and reading.running


def _suspended(record: Act) -> None:
    clock.suspend(record.application, record, record.facts["ground"], reason=record.facts["reason"])


def _resumed(record: Act) -> None:
    clock.resume(record.application, record, reason=record.facts.get("note", ""))


def _extended(record: Act) -> None:
    clock.extend(record.application, record, days=record.facts["working_days"], reason=record.facts["reason"])


def _joint(record: Act) -> None:
    clock.order_joint(record.application, record, reason=record.facts["reason"])


CLOCKS: dict[str, Callable[[Act], None]] = {
    "submit": _received,
    "resubmit": _received,
    "request_correction": _correction_asked,
    "refuse_acceptance": _ended,
    "accept": _accepted,
    "deem_accepted": _accepted,
    "record_site_check": _inspected,
    "recommend": _recommended,
    "return_to_first_review": _returned,
    "report_up": _ended,
    "approve": _decided,
    "refuse": _decided,
    "record_higher_decision": _decided,
    "record_delivery": _delivered,
    "withdraw": _ended,
    "tell_hearing_right": _hearing_told,
    "ask_hearing": _hearing_asked,
    "record_hearing_request": _hearing_asked,
    "hold_hearing": _hearing_held,
    "suspend_clock": _suspended,
    "resume_clock": _resumed,
    "extend_period": _extended,
    "order_joint_handling": _joint,
}
MOVES_DEADLINES = frozenset(
    {"suspend_clock", "resume_clock", "extend_period", "order_joint_handling", "recompute_deadline"}
)


def due_of(application: Application, period: str) -> date | None:
    """The day by which the step whose statutory period is `period` ends; None where none runs."""
    view = status(application)
    reading = view.whole if period == "decide" else view.of_step({"notice": NOTICE}.get(period, period))
    return reading.due.date if reading and reading.running else None
