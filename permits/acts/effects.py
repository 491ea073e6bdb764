"""What an act brings about in its own transaction: the case's number and route, clocks, the permit, the numbers of the
papers.

How the clocks are moved and counted: permits/clocks. What leaves the process waits for the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from permits.acts import grounds, life, quotas
from permits.acts.competence import deciding_agency, receiving_agency, reviewing_agency
from permits.acts.districts import land_of
from permits.acts.found import case_of, found_now
from permits.acts.hearings import fallen_by, open_requests
from permits.acts.readings import OWN_PERIOD, first_review_period
from permits.aftercare.rows import keep_rows, touches
from permits.aftercare.standing import aftercare_of
from permits.clocks import verbs as clock
from permits.clocks.entries import WHOLE, day_of, none_before, written_together
from permits.clocks.standing import DELIVERY, status
from permits.clocks.timing import keep_timing
from permits.documents.numbering import reserve, reserve_required
from permits.kinds import kind_of
from permits.models import Act, Application, Document, FilingOutcome, Permit, take_number
from permits.models.document import NoticeKind
from permits.models.permit import P
from permits.models.states import REVIEWING, S
from permits.models.submission import HANDS_IN
from permits.register.entries import keep_entry
from permits.register.reading import CHANGES
from roles.days import local_today

# Steps with a statutory period of their own. The final review and the decision share the whole case's.
NOTICE, FIRST_REVIEW, SITE_CHECK = "accept", "first_review", "site_check"
HEARING_ASK, HEARING_HOLD = "hearing_ask", "hearing_hold"


def before_record(application: Application, act: str, said: dict[str, Any]) -> None:
    """What of the locked case and its permit the record tells as the act made it: from when the case counts as accepted
    by silence; once it is handed in its route, its ground, and the first time its number; the permit's days and status.
    What is found before acceptance may change the route; an accepted case keeps it (permits/acts/competence.py)."""
    if act == "accept" and time_to_ask_passed(application):
        application.accepted_on = application.last_received  # whether a tick or an officer comes first
    if act in HANDS_IN or (act == "determine" and application.status == S.SUBMITTED):
        case = case_of(application, *found_now(act, application, said))
        application.scope = kind_of(application).scope(application, case)
    if act in HANDS_IN:
        application.number = application.number or _case_number(application)
        grounds.claim(application)
    life.move_permit(application, act, said)


def brought_about(application: Application, before: str, stood: dict[str, Any]) -> dict[str, Any]:
    """What the act being performed makes stand of the case, for its record: what it changed of `stood`, and the permit
    it grants or moves. Where the draft is opened or handed in all of it is told, because a draft is edited without
    acts."""
    stands = application.standing()
    whole = not application.history or (application.status == S.SUBMITTED != before)
    sets = {name: value for name, value in stands.items() if whole or value != stood[name]}
    if application.status == S.APPROVED != before:
        sets["permit"] = [day and day.isoformat() for day in term_of(application)]
        sets["permit_status"] = str(P.VALID)
    elif permit := life.moved(application):
        sets |= life.said_of(permit)
    return sets


RENEWS = frozenset({"determine", *CHANGES})
"""Acts after which the register's entry is made anew also where the case does not stand approved: while it is decided
anew what is found a state secret now is listed no more, and what the public is told of has a new day of change."""


def after_record(record: Act) -> None:
    """What `record` brings about elsewhere: clocks, quota books, the permit, papers, the public register, obligations.
    Raises WrongStatus or BadFacts where a clock may not be moved so."""
    _move_clocks(record)
    quotas.follow(record)
    first = record.grants and not any(one.after == S.APPROVED for one in record.application.history[:-1])
    if record.grants:
        life.keep_in_hand(record.application, _grant(record, first=first))
    papers = _papers(record)
    life.keep_permit(record, papers)
    _keep_public(record, papers)
    if filing := record.facts.get("filing"):
        FilingOutcome.objects.create(filing_id=filing, act=record)
    if touches(record) and (aftercare := aftercare_of(record.application)):
        keep_rows(aftercare, first=first)


def _move_clocks(record: Act) -> None:
    move = CLOCKS.get(record.act)
    if move is None:
        return
    if all(one.act == "open_draft" for one in record.application.history[:-1]):
        none_before(record.application)
    with written_together():
        move(record)
    keep_timing(record.application)


def _keep_public(record: Act, papers: list[Document]) -> None:
    """The entry of the public register, where the act changes what it tells. `papers` are those of the act."""
    if record.after == S.APPROVED and (record.grants or life.touches(record)):
        # of a permit just granted every paper is of this act
        keep_entry(life.granted(record.application), record.at, papers if record.grants else None)
    elif record.act in RENEWS and (permit := life.permit_of(record.application)):
        keep_entry(permit, record.at)


def _papers(record: Act) -> list[Document]:
    """The papers the act requires, their numbers reserved. A paper that the applicant's own act requires comes from the
    agency that received the application; that a hearing is not held, from the one that announced it."""
    papers = reserve_required(record, receiving_agency(record.application) if record.act in HANDS_IN else None)
    if announced := fallen_by(record):
        papers.append(reserve(record, kind=NoticeKind.HEARING_OFF, agency=record.agency or announced.agency))
    return papers


def _case_number(application: Application) -> str:
    year = local_today().year
    series = f"{kind_of(application).case_prefix}{application.jurisdiction_id}"
    return f"{series}-{year}-{take_number(series, year):05d}"


def _grant(record: Act, *, first: bool) -> Permit:
    """The permit, with the term its kind gives it. The permit of an annulled approval is granted anew; before the
    `first` approval of a case there is none. It counts from the act that approves."""
    begins, ends = term_of(record.application)
    if not first and (permit := Permit.objects.filter(pk=record.application_id).first()):
        permit.grant_anew()
        permit.granted_by, permit.valid_from, permit.valid_to = record, begins, ends
        permit.save(update_fields=["status", "granted_by", "valid_from", "valid_to"])
        return permit
    return Permit.objects.create(application=record.application, granted_by=record, valid_from=begins, valid_to=ends)


def term_of(application: Application) -> tuple[date, date | None]:
    """First and last day of the permit of an approved case, None where it has no last. ValueError for no first."""
    term = kind_of(application).term(application)
    if term.first is None:
        raise ValueError(f"{application} is approved and has no day of decision")
    return term.first, term.last


def time_to_ask_passed(application: Application) -> bool:
    """许可法 32(1)[4]: whether the whole last day for asking for a correction has passed and nobody asked, so that the
    application counts as accepted from its receipt. Not by a calendar that is not published yet, for that may move the
    day."""
    notice = status(application).of_step(NOTICE)
    return bool(notice and notice.running and not notice.due.provisional and notice.due.date < local_today())


# ---- clocks ----------------------------------------------------------------------------------------------------------
def _received(record: Act) -> None:
    application = record.application
    _notice_begins(record)
    if kind_of(application).inspected:  # 令35 art 10: within ten working days of the application
        clock.start(application, "site_check", record, step=SITE_CHECK, agency=reviewing_agency(application))


def _notice_begins(record: Act, on: date | None = None) -> None:
    """Counted by the promise of the agency that is to act, whoever handed in; so are the other periods that follow."""
    clock.start(record.application, "notice", record, on, step=NOTICE, agency=receiving_agency(record.application))


def _first_review_begins(record: Act, on: date | None = None) -> None:
    reviews = reviewing_agency(record.application)
    clock.start(record.application, "first_review", record, on, step=FIRST_REVIEW, agency=reviews)


def _correction_asked(record: Act) -> None:
    clock.stop(record.application, record, step=NOTICE)
    clock.stop(record.application, record, step=SITE_CHECK)


def _inspected(record: Act) -> None:
    """令35 art 10 gives ten days for the check itself, so the day counts on which it was made, not that of its record.
    Of land in several districts it is made once each has made its first, on the day of the latest (docs/readings.md).
    """
    application = record.application
    since = max((act.seq for act in application.did(*HANDS_IN)), default=0)
    made = land_of(application).done(act for act in application.did("record_site_check") if act.seq > since)
    if all(made.values()):
        days = (min(act.facts["checked_on"] for act in of_district) for of_district in made.values())
        clock.stop(application, record, date.fromisoformat(max(days)), step=SITE_CHECK)


def _accepted(record: Act) -> None:
    """Deemed acceptance counts from the day of receipt, 许可法 32(1)[4]."""
    clock.stop(record.application, record, step=NOTICE)
    _review_begins(record, record.application.accepted_on)


def _review_begins(record: Act, on: date | None) -> None:
    application = record.application
    reviewed_below = record.after == S.FIRST_REVIEW  # 许可法 43: only where a lower organ reviews first
    if not (reviewed_below and first_review_period(application) == OWN_PERIOD):
        _decision_begins(record, on)
    if reviewed_below:
        _first_review_begins(record, on)


def _decision_begins(record: Act, on: date | None = None) -> None:
    decides = deciding_agency(record.application)  # whose promise the applicant was given, whoever accepts
    clock.start(record.application, "decide", record, on, step=WHOLE, agency=decides)


def _recommended(record: Act) -> None:
    """Where the lower organ has a period of its own, that of the decision begins now; where time is not counted (art
    45), it goes on not being counted."""
    application = record.application
    reading = status(application).of_step(FIRST_REVIEW)
    clock.stop(application, record, step=FIRST_REVIEW)
    whole = status(application).whole
    if whole is None or not whole.running:
        _decision_begins(record)
        if reading and reading.ground:
            clock.suspend(application, record, reading.ground)


def _returned(record: Act) -> None:
    _first_review_begins(record)


def _ended(record: Act) -> None:
    clock.stop(record.application, record)


def _decided(record: Act) -> None:
    clock.stop(record.application, record)
    clock.start(record.application, DELIVERY, record, step=DELIVERY)


def _decided_above(record: Act) -> None:
    """许可法 44 gives ten days from the decision. This agency can deliver only what it has: its days count from the
    receipt (docs/readings.md); the permit's term counts from the decision."""
    clock.stop(record.application, record)
    received = record.facts.get("received")
    on = date.fromisoformat(received) if received else None
    clock.start(record.application, DELIVERY, record, on, step=DELIVERY)


def _reopened(record: Act) -> None:
    """Counted from the day the outcome was received, with the period it names, else that of the law: no article found
    says which (docs/permit-life.md). Nothing runs where it waits for the applicant or for the higher authority."""
    application = record.application
    clock.stop(application, record)  # the delivery of what was taken away
    remedy = application.did_at(record.facts["remedy"])
    on = date.fromisoformat(remedy.facts["received"]) if remedy.facts.get("received") else day_of(remedy)
    if record.after == S.SUBMITTED:
        _notice_begins(record, on)
    elif record.after in REVIEWING:
        if until := remedy.facts.get("until"):
            clock.start_set(application, "anew", record, on, until=date.fromisoformat(until))
        else:
            _review_begins(record, on)


def _delivered(record: Act) -> None:
    """许可法 44 gives ten days for the delivery itself: the day counts on which it was made, not that of its record."""
    clock.stop(record.application, record, date.fromisoformat(record.facts["delivered_on"]), step=DELIVERY)


def _hearing_told(record: Act) -> None:
    """Each party has its own five days from being told; the clock shown is the first party's while it runs, then that
    of the party told next."""
    if not _runs(record.application, HEARING_ASK):
        clock.stop(record.application, record, step=HEARING_ASK)  # that of a party which let its days pass
        clock.start(record.application, "hearing_ask", record, step=HEARING_ASK)


def _hearing_asked(record: Act) -> None:
    """A hearing is held within twenty days of the asking (许可法 47(1)), whenever a third party's request is put on
    record; it is held by the agency that told of the right."""
    clock.stop(record.application, record, step=HEARING_ASK)
    if not _runs(record.application, HEARING_HOLD):
        _hold_within(record, record)


def _hold_within(record: Act, request: Act) -> None:
    received = request.facts.get("received")
    on = date.fromisoformat(received) if received else day_of(request)
    told = record.application.did("tell_hearing_right")
    holds = told[-1].agency if told else None
    clock.start(record.application, "hearing_hold", record, on, step=HEARING_HOLD, agency=holds)


def _hearing_given_up(record: Act) -> None:
    """No hearing is owed within twenty days any more; where another party had asked too, it is held within that party's
    days."""
    still = open_requests(record.application)
    if not still or record.facts["request"] < still[0].seq:
        clock.stop(record.application, record, step=HEARING_HOLD)
        if still:
            _hold_within(record, still[0])


def _hearing_held(record: Act) -> None:
    clock.stop(record.application, record, step=HEARING_HOLD)


def _runs(application: Application, step: str) -> bool:
    reading = status(application).of_step(step)
    return reading is not None and reading.running


def _suspended(record: Act) -> None:
    clock.suspend(record.application, record, record.facts["ground"], reason=record.facts["reason"])


def _resumed(record: Act) -> None:
    over_on = record.facts.get("over_on")
    on = date.fromisoformat(over_on) if over_on else None
    clock.resume(record.application, record, on, reason=record.facts.get("note", ""))


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
    "record_higher_decision": _decided_above,
    "record_delivery": _delivered,
    "reopen": _reopened,
    "withdraw": _ended,
    "tell_hearing_right": _hearing_told,
    "ask_hearing": _hearing_asked,
    "record_hearing_request": _hearing_asked,
    "hold_hearing": _hearing_held,
    "give_up_hearing": _hearing_given_up,
    "record_hearing_given_up": _hearing_given_up,
    "suspend_clock": _suspended,
    "resume_clock": _resumed,
    "extend_period": _extended,
    "order_joint_handling": _joint,
}
MOVES_DEADLINES = frozenset({*CLOCKS, "recompute_deadline"})
"""Acts after which a deadline may be another than before."""
