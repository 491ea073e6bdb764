"""What bars an act although the status would allow it, and what its facts must agree on with the case, by act.

A bar gives the reason, fit to show, or None; a check gives errors by field. Single facts: permits/models/facts.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from permits.clocks.calendar import WorkCalendar
from permits.clocks.periods import periods
from permits.clocks.standing import status
from permits.drafts.corrections import places
from permits.models import Application
from permits.models.states import S
from roles.models import Mandate, Person
from roles.models.mandates import Duty

Said = Mapping[str, Any]
Errors = dict[str, str]
Bar = Callable[[Application], str | None]
Check = Callable[[Application, Said, Person | None], Errors]
FEWEST_INSPECTORS: Final = 2  # 许可法 34
YUAN: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")  # a million million and more is a slip of the pen


def barred(application: Application, act: str) -> str | None:
    """Why `act` cannot be performed now whatever it says; None where nothing bars it."""
    bar = BARS.get(act)
    return bar(application) if bar else None


def disagreements(application: Application, act: str, said: Said, by: Person | None) -> Errors:
    """What the facts of `act` get wrong together, or against the case: errors by field."""
    check = CHECKS.get(act)
    return check(application, said, by) if check else {}


# ---- bars ------------------------------------------------------------------------------------------------------------
def has_acts(application: Application) -> str | None:
    """A draft is opened once."""
    return _("This draft was already opened.") if application.history else None


def correction_asked_before(application: Application) -> str | None:
    """许可法 32(4): everything to be corrected is told once, in one notice."""
    if application.did("request_correction"):
        return _("Correction was requested before. The law allows one complete list, once (Licensing Law art 32(4)).")
    return None


def no_hearing_right_told(application: Application) -> str | None:
    """许可法 47: the organ tells of the right, then it can be used."""
    if application.did("tell_hearing_right"):
        return None
    return _("Nobody was told of a right to a hearing in this case (art 47).")


def no_hearing_announced(application: Application) -> str | None:
    """许可法 48(1): a hearing is announced first."""
    return None if application.did("announce_hearing") else _("No hearing was announced.")


def hearing_open(application: Application) -> str | None:
    """许可法 46–48: a hearing asked for or announced is held before the decision."""
    held = max((act.seq for act in application.did("hold_hearing")), default=0)
    asked = application.did("ask_hearing", "record_hearing_request", "announce_hearing")
    if any(act.seq > held for act in asked):
        return _("A hearing was asked for or announced and has not been held yet (art 47, 48).")
    return None


# ---- checks ----------------------------------------------------------------------------------------------------------
def past_day(field: str) -> Callable[[Application, Said, Person | None], Errors]:
    """A check that the day in `field` lies between the application's receipt and today."""

    def check(application: Application, said: Said, by: Person | None) -> Errors:
        day = date.fromisoformat(said[field])
        if day > timezone.localdate():
            return {field: _("This day lies in the future.")}
        if application.received_on and day < application.received_on:
            return {field: _("This day lies before the application was received.")}
        return {}

    return check


def ground_of_refusal(application: Application, said: Said, by: Person | None) -> Errors:
    """许可法 32(2) wants the right organ named; «not completed in time» needs a request to complete."""
    if said["ground"] == "other_organ" and not said.get("organ"):
        return {"organ": _("Name the organ that is competent (art 32(2)).")}
    if said["ground"] == "not_completed" and application.status != S.CORRECTING:
        return {"ground": _("Nothing was asked to be completed.")}
    return {}


def places_named(application: Application, said: Said, by: Person | None) -> Errors:
    """A correction list names sections and materials of the application: what it names is unlocked."""
    known = dict(places(application))
    unknown = [str(number) for number, row in enumerate(said["items"], 1) if row["where"] not in known]
    if unknown:
        return {"items": _("Rows %(rows)s: choose the part from the list.") % {"rows": ", ".join(unknown)}}
    return {}


def countersigned(application: Application, said: Said, by: Person | None) -> Errors:
    """Where a mandate countersigns 会签, an approval is proposed only with its agreement; silence is none."""
    if said.get("outcome", "approve") != "approve":
        return {}
    given = application.did("give_opinion", "record_silence")
    if not given:
        return {}
    asked = {act.mandate_id: act for act in application.acts.filter(act="give_opinion", mandate__countersign=True)}
    missing = {act.agency.name for act in asked.values() if act.agency and act.facts["position"] == "object"}
    silent = {act.facts["office"]["id"] for act in application.did("record_silence")} - asked.keys()
    missing |= set(Mandate.objects.filter(pk__in=silent, countersign=True).values_list("agency__name", flat=True))
    if missing:
        return {"outcome": _("Not countersigned by: %(agencies)s.") % {"agencies": ", ".join(sorted(missing))}}
    return {}


def site_check(application: Application, said: Said, by: Person | None) -> Errors:
    """许可法 34: two or more staff, and they are different people."""
    errors = past_day("checked_on")(application, said, by)
    people = [row["person"]["id"] for row in said["inspectors"]]
    if len(set(people)) < len(people):
        errors["inspectors"] = _("An officer is named twice.")
    elif len(people) < FEWEST_INSPECTORS:
        errors["inspectors"] = _("A site check needs two or more officers (art 34).")
    return errors


def notice_period(application: Application, said: Said, by: Person | None) -> Errors:
    """令35 art 11: five working days or more, both ends counted."""
    starts, ends = date.fromisoformat(said["starts"]), date.fromisoformat(said["ends"])
    if ends < starts:
        return {"ends": _("The notice ends before it begins.")}
    if application.received_on and starts < application.received_on:
        return {"starts": _("This day lies before the application was received.")}
    least = periods()["public_notice"].working_days
    days = WorkCalendar.load().count(starts, ends).days
    if days < least:
        return {
            "ends": _("A notice runs %(least)d working days or more; this is %(days)d.")
            % {"least": least, "days": days}
        }
    return {}


def hearing_announced(application: Application, said: Said, by: Person | None) -> Errors:
    """许可法 48(1), (3): seven days' notice; the chair is no reviewer of the case."""

    least = periods()["hearing_notice"].working_days
    errors = _chair(application, said)
    earliest = WorkCalendar.load().add(timezone.localdate(), least).date
    if date.fromisoformat(said["held_on"]) < earliest:
        days = {"least": least, "earliest": earliest.isoformat()}
        errors["held_on"] = (
            _("The hearing is announced %(least)d working days before: %(earliest)s at the earliest.") % days
        )  # fmt: skip
    return errors


def hearing_held(application: Application, said: Said, by: Person | None) -> Errors:
    """The announced day, or a later one; never a day to come; the chair is no reviewer."""
    errors = past_day("held_on")(application, said, by) | _chair(application, said)
    announced = application.did("announce_hearing")
    if announced and said["held_on"] < (day := announced[-1].facts["held_on"]):
        errors["held_on"] = _("The hearing was announced for %(day)s.") % {"day": day}
    return errors


def _chair(application: Application, said: Said) -> Errors:
    chair = said["chair"]["id"]
    reviewers = (Duty.FIRST_REVIEW, Duty.FINAL_REVIEW)
    if any(chair in (act.person_id, act.on_behalf_of_id) and act.duty in reviewers for act in application.history):
        return {"chair": _("The chair may not be someone who reviews this application (art 48(3)).")}
    return {}


def approved_jointly(application: Application, said: Said, by: Person | None) -> Errors:
    """许可法 42(2): where joint handling was ordered, the head of the people's government approves the extension. That
    head has no account here, so the approval itself is put on the record."""

    whole = status(application).whole
    if whole is None or whole.period is None or whole.period.key != "joint":
        return {}
    lacking = [name for name in ("approval", "document") if not said.get(name)]
    message = _("In joint handling the head of the people's government approves the extension (art 42(2)).")
    return dict.fromkeys(lacking, message)


def minutes_weighed(application: Application, said: Said, by: Person | None) -> Errors:
    """许可法 48(2): where a hearing was held, the decision rests on its minutes and says how."""
    if application.did("hold_hearing") and not said.get("minutes"):
        return {"minutes": _("A hearing was held: say how its minutes were weighed (art 48).")}
    return {}


def fee_paid(application: Application, said: Said, by: Person | None) -> Errors:
    """A day that has come, and an amount in yuan with at most two decimals below a million million."""
    errors = past_day("paid_on")(application, said, by)
    if not YUAN.fullmatch(said["amount"]) or not Decimal(said["amount"]):
        errors["amount"] = _("Give an amount in yuan, such as 100000.00.")
    return errors


def delivered(application: Application, said: Said, by: Person | None) -> Errors:
    """Not before the decision, not in the future."""
    errors = past_day("delivered_on")(application, said, by)
    decided = application.decided_on
    if decided and date.fromisoformat(said["delivered_on"]) < decided:
        errors["delivered_on"] = _("This day lies before the decision.")
    return errors


BARS: Final[Mapping[str, Bar]] = MappingProxyType(
    {
        "open_draft": has_acts,
        "request_correction": correction_asked_before,
        "ask_hearing": no_hearing_right_told,
        "record_hearing_request": no_hearing_right_told,
        "hold_hearing": no_hearing_announced,
        "approve": hearing_open,
        "refuse": hearing_open,
    }
)
CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "request_correction": places_named,
        "refuse_acceptance": ground_of_refusal,
        "propose": countersigned,
        "report_up": countersigned,
        "approve": minutes_weighed,
        "refuse": minutes_weighed,
        "record_higher_decision": past_day("decided_on"),
        "record_site_check": site_check,
        "publish_notice": notice_period,
        "record_objection": past_day("received"),
        "record_hearing_request": past_day("received"),
        "announce_hearing": hearing_announced,
        "hold_hearing": hearing_held,
        "record_expert_review": past_day("held_on"),
        "record_fee": fee_paid,
        "extend_period": approved_jointly,
        "record_delivery": delivered,
    }
)
