"""Hearings 听证: who may ask for one, what waits for it, how it is announced and held, and that the decision weighs it.

An asked or announced hearing is held before the decision, and nothing is decided, or sent up to who decides it, while a
party that was told of its right can still ask (许可法 46–48).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from permits.access import not_impartial
from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import day_of, local_today
from permits.clocks.periods import periods
from permits.models import Act, Application
from roles.models import Person
from roles.models.mandates import Duty


# ---- bars ------------------------------------------------------------------------------------------------------------
def no_hearing_right_told(application: Application) -> str | None:
    """许可法 47: the organ tells of the right, then it can be used."""
    if application.did("tell_hearing_right"):
        return None
    return _("Nobody was told of a right to a hearing in this case (art 47).")


def hearing_was_held(application: Application) -> str | None:
    """许可法 47(1): one telling gives one hearing. Once it was held, and the days that the telling gave are over,
    another is asked for only after the organ told of the right again: what was heard would else never be decided."""
    told = max((act.seq for act in application.did("tell_hearing_right")), default=0)
    held = max((act.seq for act in application.did("hold_hearing")), default=0)
    if held < told or not held or hearing_may_be_asked(application):
        return None
    return _("The hearing was held; another can be asked for only after the agency tells of the right again (art 47).")


def no_hearing_announced(application: Application) -> str | None:
    """许可法 48(1): a hearing is announced first, each by itself: one that was held is no announcement of another."""
    return None if announced_hearing(application) else _("No hearing was announced.")


def open_hearing(application: Application) -> list[Act]:
    """The requests and announcements of a hearing that was not held yet, in their order."""
    held = max((act.seq for act in application.did("hold_hearing")), default=0)
    asked = application.did("ask_hearing", "record_hearing_request", "announce_hearing")
    return [act for act in asked if act.seq > held]


def announced_hearing(application: Application) -> Act | None:
    """The last announcement of a hearing that was not held yet."""
    return next((act for act in reversed(open_hearing(application)) if act.act == "announce_hearing"), None)


def hearing_open(application: Application) -> str | None:
    """许可法 46–48: a hearing asked for or announced is held before the decision."""
    if open_hearing(application):
        return _("A hearing was asked for or announced and has not been held yet (art 47, 48).")
    return None


def hearing_may_be_asked(application: Application) -> str | None:
    """许可法 47(1): whoever was told of the right has five days to ask, each party its own; nothing is decided before,
    unless a hearing was asked for since."""
    told = application.did("tell_hearing_right")
    if not told:
        return None
    asked = max((act.seq for act in application.did("ask_hearing", "record_hearing_request")), default=0)
    last = max(_last_to_ask([act for act in told if act.seq > asked]), default=None)
    if last is None or local_today() > last:
        return None
    return _("A hearing can be asked for until %(day)s (art 47).") % {"day": last.isoformat()}


def _last_to_ask(told: Sequence[Act]) -> list[date]:
    """The last day to ask of each telling."""
    calendar, least = WorkCalendar.load(), periods()["hearing_ask"].working_days
    return [calendar.add(day_of(act), least).date for act in told]


# ---- checks ----------------------------------------------------------------------------------------------------------
def asked_after_told(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """许可法 47(1): who asks was told of the right before; the day counts, for the hearing is held within so many days
    of it. After a hearing another is owed only to who had asked within the days of a telling, be it recorded late."""
    told, received = application.did("tell_hearing_right"), date.fromisoformat(said["received"])
    if told and received < min(day_of(act) for act in told):
        return {"received": _("On this day nobody had been told of a right to a hearing yet (art 47).")}
    over = hearing_was_held(application)
    return {"received": over} if over and received > max(_last_to_ask(told)) else {}


def hearing_announced(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """许可法 48(1), (3): seven days' notice; the chair is no reviewer of the case, and has no interest in it."""

    least = periods()["hearing_notice"].working_days
    errors = _chair(application, said)
    earliest = WorkCalendar.load().add(timezone.localdate(), least).date
    if date.fromisoformat(said["held_on"]) < earliest:
        days = {"least": least, "earliest": earliest.isoformat()}
        errors["held_on"] = (
            _("The hearing is announced %(least)d working days before: %(earliest)s at the earliest.") % days
        )  # fmt: skip
    return errors


def hearing_held(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """The announced day, or a later one; the chair is no reviewer."""
    errors = _chair(application, said)
    announced = application.did("announce_hearing")
    if announced and said["held_on"] < (day := announced[-1].facts["held_on"]):
        errors["held_on"] = _("The hearing was announced for %(day)s.") % {"day": day}
    return errors


def _chair(application: Application, said: Mapping[str, Any]) -> dict[str, str]:
    chair = said["chair"]["id"]
    reviewers = (Duty.FIRST_REVIEW, Duty.FINAL_REVIEW)
    if any(chair in (act.person_id, act.on_behalf_of_id) and act.duty in reviewers for act in application.history):
        return {"chair": _("The chair may not be someone who reviews this application (art 48(3)).")}
    wrong = not_impartial([chair], application)
    return {"chair": wrong} if wrong else {}


def minutes_weighed(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """许可法 48(2): where a hearing was held, the decision rests on its minutes and says how."""
    if application.did("hold_hearing") and not said.get("minutes"):
        return {"minutes": _("A hearing was held: say how its minutes were weighed (art 48).")}
    return {}
