"""What bars an act although the status would allow it (BARS), and what its facts must agree on with the case (CHECKS),
both by the act's name.

A bar gives the reason, fit to show, or None; a check gives errors by field. What a single fact must be:
permits/models/facts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from permits.acts.aftercare import AFTERCARE_BARS, AFTERCARE_CHECKS, named, not_the_officers
from permits.acts.asking_again import (
    asking_not_over,
    asking_over,
    nothing_left_open,
    nothing_to_ask_again,
    places_named,
)
from permits.acts.assessment import fee_due, fee_made_up, verdict
from permits.acts.competence import not_to_be_accepted
from permits.acts.consultation import consulted_again, countersigned, not_countersigned
from permits.acts.days import since_receipt
from permits.acts.deadlines import lit_rightly, moved_rightly
from permits.acts.fees import fee_corrected, fee_given_back, fee_of, fee_paid, nothing_to_give_back
from permits.acts.found import case_of, fields_of, recorded_with
from permits.acts.hearings import (
    asked_after_told,
    asked_by_the_applicant,
    hearing_announced,
    hearing_given_up,
    hearing_held,
    hearing_may_be_asked,
    hearing_open,
    hearing_was_had,
    minutes_weighed,
    no_hearing_announced,
    no_hearing_right_told,
    no_request_of_the_applicant,
    no_request_open,
    taken_back,
)
from permits.acts.life_conditions import LIFE_BARS, LIFE_CHECKS, first_of, papers_unprinted
from permits.acts.objections import (
    filing_named,
    filings_waiting,
    nothing_handed_in,
    nothing_to_answer,
    notice_running,
    objection_named,
    objections_unanswered,
    taken_as_handed_in,
)
from permits.acts.payments import YUAN, nothing_to_correct
from permits.acts.reopening import decision_of, follows_remedy, not_refused_the_same, not_the_same, nothing_to_follow
from permits.acts.statements import not_stated_before, stated_often_today
from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import day_of
from permits.clocks.periods import periods
from permits.clocks.standing import status
from permits.clocks.verbs import stands_still
from permits.documents.delivering import delivered_before, here_from, undelivered
from permits.drafts.corrections import answered_nothing
from permits.kinds import kind_of
from permits.models import Application
from permits.models.aftercare import OF_AFTERCARE
from permits.models.clock import Ground
from permits.models.states import REVIEWING
from permits.rules import BadCase, parse
from permits.rules.found import Determinable, value_at
from roles.days import local_today
from roles.models import Person

Said = Mapping[str, Any]
Errors = dict[str, str]
Bar = Callable[[Application], str | None]
Check = Callable[[Application, Said, Person | None], Errors]


def barred(application: Application, act: str) -> str | None:
    """Why `act` cannot be performed now whatever it says; None where nothing bars it."""
    bar = BARS.get(act)
    return bar(application) if bar else None


def disagreements(application: Application, act: str, said: Said, by: Person | None) -> Errors:
    """What the facts of `act` get wrong together, or against the case: errors by field."""
    check = CHECKS.get(act)
    return check(application, said, by) if check else {}


def told_beside(application: Application, act: str, said: Said) -> dict[str, Any]:
    """What the record of `act` adds to what was said, so that it can be read alone."""
    if act in OF_AFTERCARE:
        return named(application, act, said)
    if act == "give_up_hearing":
        return taken_back(application)
    if act == "tell_fee_due":
        return fee_made_up(application, Decimal(said["amount"]))
    return recorded_with(application, said) if act == "determine" else {}


# ---- bars ------------------------------------------------------------------------------------------------------------
def has_acts(application: Application) -> str | None:
    """A bar: a draft is opened once."""
    return _("This draft was already opened.") if application.history else None


def clock_stands_still(application: Application) -> str | None:
    """A bar: a period that is suspended is not suspended again (许可法 45)."""
    return _("The clock is already suspended.") if stands_still(application) else None


def clock_runs(application: Application) -> str | None:
    """A bar: only a suspended period is resumed."""
    return None if stands_still(application) else _("The clock is not suspended.")


def resumed_rightly(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the period runs again on no day before that on which it was suspended."""
    over_on, suspended = said.get("over_on"), application.did("suspend_clock")
    if over_on and suspended and date.fromisoformat(over_on) < (since := day_of(suspended[-1])):
        return {"over_on": _("The period stands still since %(day)s.") % {"day": date_format(since)}}
    return {}


def still_timed(application: Application, ground: str = "") -> str | None:
    """Bars while the period stands still (许可法 45), for whatever reason or for `ground` alone. Who decides, or
    records the expert review for which it stood still, first lets it run again: the record then says when that was
    over, which nobody could add afterwards."""
    if stands_still(application, ground):
        return _("The period stands still: let it run again from the day on which what it stood still for was over.")
    return None


def no_fee_charged(application: Application) -> str | None:
    """A bar: a fee is told only where the kind charges one, or a person may find that it does."""
    return None if kind_of(application).may_charge(application) else _("No fee is due in this case.")


def fee_settled(application: Application) -> str | None:
    """A bar: no more is told once the fee that the rules find was paid, and no notice asks for more. Where they find
    none, a person fixes it and may have told too little."""
    fee = fee_of(application)
    if fee is None or not fee.paid or fee.outstanding:
        return None
    due = fee_due(application)
    if due is None or fee.paid < due:
        return None
    return _("The fee that the rules find, %(due)s yuan, was recorded as paid.") % {"due": f"{due:,.2f}"}


def accepted_rightly(application: Application) -> str | None:
    """A bar: an accepted case ends in refused acceptance only if it needs no permit or another organ is competent."""
    if application.status not in REVIEWING or _grounds_found(application):
        return None
    return _("The case was accepted; the rules name no other organ that decides it, and find that a permit is needed.")


def _grounds_found(application: Application) -> frozenset[str]:
    try:
        return not_to_be_accepted(application, verdict(application))
    except BadCase:
        return frozenset()


# ---- checks ----------------------------------------------------------------------------------------------------------
def ground_of_refusal(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the ground “another organ” names that organ (许可法 32(1)(2)); “not completed” needs a request to
    complete that is over; an accepted case only has the grounds that the rules find."""
    if (said["ground"] == "other_organ") != bool(said.get("organ")):
        return {"organ": _("Name the organ that is competent, and on that ground alone (Licensing Law art 32(2)).")}
    if said["ground"] == "not_completed" and (reason := nothing_left_open(application)):
        return {"ground": reason}
    if application.status in REVIEWING and said["ground"] not in _grounds_found(application):
        return {
            "ground": _("What was accepted ends so only on the ground that the rules find (Licensing Law art 32(1)).")
        }
    return {}


def acceptance_refused_rightly(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the ground holds, and is not the one of an earlier refusal that was annulled."""
    return ground_of_refusal(application, said, by) | not_refused_the_same(application, said, by)


def fact_found(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: a field of this case, a value it can have, and what that rests on, the recorded site check or a
    document."""
    field = fields_of(application).get(said["field"])
    if field is None:
        return {"field": _("This case has no such field.")}
    errors = _impossible(application, field, said["value"])
    checked = said["ground"] == "site_check"
    if checked and not application.did("record_site_check"):
        errors["ground"] = _("No site check was recorded in this case.")
    if not checked and not said.get("document"):
        errors["document"] = _("Attach the evidence this finding rests on.")
    return errors


def _impossible(application: Application, field: Determinable, written: str) -> Errors:
    """Errors of the value itself. That it makes the case ask for further fields is no error: those are found next."""
    try:
        value = field.plain(written)
        if field.in_case:
            case = case_of(application, (field.path, value))
            if value_at(case, field.path) is None:
                return {"value": _("The case does not ask this, as it stands.")}
            parse(case)
    except ValueError as bad:
        if not isinstance(bad, BadCase):
            allowed = _(", ").join(str(label) for _code, label in field.options)
            return {"value": _("Choose one of: %(allowed)s.") % {"allowed": allowed}}
        for path, message in bad.problems:
            if path == field.path:
                return {"value": str(message)}
    return {}


def site_check(application: Application, said: Said, by: Person | None) -> Errors:
    """A check (许可法 34): two or more different officers, none of them kept from the case; a day since the receipt."""
    errors = since_receipt("checked_on")(application, said, by)
    if wrong := not_the_officers(
        application, said, _("A site check needs two or more officers (Licensing Law art 34).")
    ):
        errors["inspectors"] = wrong
    return errors


def notice_period(application: Application, said: Said, by: Person | None) -> Errors:
    """A check (令35 art 11): five working days or more, both ends counted.

    It begins today or later, for the act itself posts the notice, and before that nobody can object. Nothing can take
    it back and nothing is proposed before it ends, so it ends within the time that 许可法 42 leaves for a decision with
    its extension.
    """
    starts, ends = date.fromisoformat(said["starts"]), date.fromisoformat(said["ends"])
    if ends < starts:
        return {"ends": _("The notice ends before it begins.")}
    if starts < local_today():
        return {"starts": _("A notice begins today or later: before it is posted nobody can object.")}
    calendar, least = WorkCalendar.load(), periods()["public_notice"].working_days
    days = calendar.count(starts, ends).days
    if days < least:
        return {
            "ends": _("A notice runs %(least)d working days or more; this is %(days)d.")
            % {"least": least, "days": days}
        }
    last = calendar.add(local_today(), periods()["decide"].working_days + periods()["extend"].working_days).date
    if ends > last:
        told = _(
            "Nothing is proposed before a notice ends: it ends on %(last)s at the latest, see Licensing Law art 42."
        )
        return {"ends": told % {"last": date_format(last)}}
    return {}


def objection_recorded(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: it came since the receipt; what was handed in on the notice's page stands in its own words."""
    return since_receipt("received")(application, said, by) | taken_as_handed_in(application, said, by)


def approved_jointly(application: Application, said: Said, by: Person | None) -> Errors:
    """A check (许可法 42(2)): where joint handling was ordered, the head of the people's government approves the
    extension. That head has no account here, so the approval itself goes on the record."""

    whole = status(application).whole
    if whole is None or whole.period is None or whole.period.key != "joint":
        return {}
    lacking = [name for name in ("approval", "document") if not said.get(name)]
    message = _(
        "In joint handling the head of the people's government approves the extension (Licensing Law art 42(2))."
    )
    return dict.fromkeys(lacking, message)


def hearing_asked(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: asked after the application and after the right was told; once a hearing was held, only if asked in
    time."""
    return since_receipt("received")(application, said, by) or asked_after_told(application, said, by)


def hearing_took_place(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: held after the application, not before the announced day, chaired by nobody who reviewed the case."""
    return since_receipt("held_on")(application, said, by) | hearing_held(application, said, by)


def refused_rightly(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the minutes of a hearing are weighed, and no annulled refusal is repeated."""
    return minutes_weighed(application, said, by) | not_the_same(application, said, by)


def fee_told(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: an amount in yuan, the one that the rules find or another with its reason, payable by a day to come."""
    errors: Errors = {}
    due = fee_due(application)
    if not YUAN.fullmatch(said["amount"]) or not Decimal(said["amount"]):
        errors["amount"] = _("Give an amount in yuan, such as 100000.00.")
    elif due is not None and Decimal(said["amount"]) != due and not said.get("difference"):
        told = _("The rules find %(due)s yuan: say why another amount is asked.")
        errors["difference"] = told % {"due": f"{due:,.2f}"}
    if date.fromisoformat(said["until"]) < local_today():
        errors["until"] = _("This day has passed.")
    return errors


def experts_asked(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: since the receipt; with a reason where the kind's law knows expert reviews and asks for none here."""
    errors = since_receipt("held_on")(application, said, by)
    if kind_of(application).experts_needed(application) is False and not said.get("reason"):
        errors["reason"] = _("The law asks for no expert review in this case: say why one was held.")
    return errors


def decided_above(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the higher authority decided after the case was reported up, and its decision came here after that."""
    errors = since_receipt("decided_on")(application, said, by)
    decided = date.fromisoformat(said["decided_on"])
    reported = application.did("report_up")
    if reported and decided < (day := timezone.localdate(reported[-1].at)):
        told = _("The case was reported up on %(day)s: it was not decided before.")
        errors.setdefault("decided_on", told % {"day": date_format(day)})
    if received := said.get("received"):
        errors |= since_receipt("received")(application, said, by)
        if date.fromisoformat(received) < decided:
            errors.setdefault("received", _("This day lies before the decision."))
    return errors


def delivered(application: Application, said: Said, by: Person | None) -> Errors:
    """A check of the day: not before the decision was here, another authority's too. A day before everything that is
    still to be handed over is a slip, unless it says that something was delivered once more."""
    errors = since_receipt("delivered_on")(application, said, by)
    day, decision = date.fromisoformat(said["delivered_on"]), decision_of(application)
    waiting = undelivered(application)
    if decision and day < here_from(decision):
        errors["delivered_on"] = _("This day lies before the decision.")
    elif not delivered_before(application):  # the decision is delivered by this, be it that its permit ended since
        if said.get("again"):
            errors["again"] = _("Nothing of this case was delivered before: leave this empty.")
    elif waiting and not said.get("again") and day < (first := min(here_from(paper.act) for paper in waiting)):
        told = _(
            "What is still to be handed over was decided on %(day)s or later. Where this tells of what was delivered "
            "before, say so."
        )
        errors["delivered_on"] = told % {"day": date_format(first)}
    return errors


BARS: Final[Mapping[str, Bar]] = MappingProxyType(
    {
        "open_draft": has_acts,
        "deem_accepted": asking_not_over,
        "request_correction": first_of(asking_over, nothing_to_ask_again),
        "make_statement": stated_often_today,
        "ask_hearing": first_of(no_hearing_right_told, asked_by_the_applicant, hearing_was_had),
        "record_hearing_request": no_hearing_right_told,
        "hold_hearing": no_hearing_announced,
        "give_up_hearing": no_request_of_the_applicant,
        "record_hearing_given_up": no_request_open,
        "answer_objection": nothing_to_answer,
        "set_aside_filing": nothing_handed_in,
        "tell_fee_due": first_of(no_fee_charged, fee_settled),
        "record_refund": nothing_to_give_back,
        "correct_payment": nothing_to_correct,
        "suspend_clock": clock_stands_still,
        "resume_clock": clock_runs,
        "record_expert_review": lambda application: still_timed(application, Ground.EXPERT_REVIEW),
        "recommend": notice_running,
        "propose": first_of(notice_running, filings_waiting, objections_unanswered),
        "report_up": first_of(
            hearing_open, hearing_may_be_asked, notice_running, filings_waiting, objections_unanswered, still_timed
        ),
        "approve": first_of(
            hearing_open, hearing_may_be_asked, filings_waiting, objections_unanswered, not_countersigned, still_timed
        ),
        "refuse": first_of(hearing_open, hearing_may_be_asked, filings_waiting, objections_unanswered, still_timed),
        "refuse_acceptance": accepted_rightly,
        "reopen": first_of(nothing_to_follow, papers_unprinted),
        **LIFE_BARS,
        **AFTERCARE_BARS,
    }
)
CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "request_correction": places_named,
        "resubmit": answered_nothing,
        "refuse_acceptance": acceptance_refused_rightly,
        "determine": fact_found,
        "return_to_first_review": consulted_again,
        "propose": countersigned,
        "report_up": countersigned,
        "approve": minutes_weighed,
        "refuse": refused_rightly,
        "reopen": follows_remedy,
        "record_higher_decision": decided_above,
        "record_site_check": site_check,
        "publish_notice": notice_period,
        "record_objection": objection_recorded,
        "set_aside_filing": filing_named,
        "answer_objection": objection_named,
        "make_statement": not_stated_before,
        "record_hearing_request": hearing_asked,
        "announce_hearing": hearing_announced,
        "hold_hearing": hearing_took_place,
        "record_hearing_given_up": hearing_given_up,
        "record_expert_review": experts_asked,
        "record_fee": fee_paid,
        "tell_fee_due": fee_told,
        "resume_clock": resumed_rightly,
        "record_refund": fee_given_back,
        "correct_payment": fee_corrected,
        "extend_period": approved_jointly,
        "flag_deadline": lit_rightly,
        "recompute_deadline": moved_rightly,
        "record_delivery": delivered,
        **LIFE_CHECKS,
        **AFTERCARE_CHECKS,
    }
)
