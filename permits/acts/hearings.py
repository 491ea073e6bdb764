"""Hearings 听证: who may ask for one, what waits for it, how it is announced and held, and that the decision weighs it.

An asked or announced hearing is held before the decision, and nothing is decided, or sent up to who decides it, while a
party that was told of its right can still ask (许可法 46–48). Who asked may give the hearing up: then it is as if that
party had not asked. What was announced because somebody had asked falls away with the last of the requests; what the
agency announced by itself is held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.chairs import chair_refused
from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import day_of
from permits.clocks.periods import periods
from permits.clocks.standing import status
from permits.documents.hearings import ENDS, GIVEN_UP, OF_THE_STATE, REQUESTS, of_own_motion, still_open
from permits.documents.holder import names_of_applicant
from permits.documents.standard import TELLS_PARTIES
from permits.kinds import kind_of
from permits.models import Act, Application, Document
from permits.models.act import read_records
from permits.models.body import legible
from permits.models.document import NoticeKind
from permits.models.states import REVIEWING
from roles.days import local_today
from roles.models import Person

AHEAD = timedelta(days=366)
"""How long before its day a hearing is announced at the most."""


# ---- bars ------------------------------------------------------------------------------------------------------------
def no_hearing_right_told(application: Application) -> str | None:
    """Bars until the organ told of the right to a hearing (许可法 47)."""
    if application.did("tell_hearing_right"):
        return None
    return _("Nobody was told of a right to a hearing in this case (Licensing Law art 47).")


def hearing_was_had(application: Application, party: str = "") -> str | None:
    """Bars a further hearing (许可法 47(1)): one telling of the right gives one. Once it was held, or `party` (empty:
    the applicant) gave it up, and the days of that telling are over, nobody asks for another until the right is told
    again: else what was heard might never be decided."""
    told = max((act.seq for act in application.did("tell_hearing_right")), default=0)
    had = max((act.seq for act in [*application.did("hold_hearing"), *_gave_up(application, party)]), default=0)
    if had < told or not had or hearing_may_be_asked(application):
        return None
    return _(
        "The hearing was held or given up; another can be asked for only after the agency tells of the right again "
        "(Licensing Law art 47)."
    )


def _gave_up(application: Application, party: str) -> list[Act]:
    requests = {act.seq: _asks(application, act) for act in application.did(*REQUESTS)}
    return [act for act in application.did(*GIVEN_UP) if requests[act.facts["request"]] == _named(application, party)]


def _named(application: Application, party: str) -> str:
    """The name of `party` among the requests; empty for the applicant, however an officer wrote it who recorded a
    request on paper."""
    return "" if party in names_of_applicant(application) else party


def asked_by_the_applicant(application: Application) -> str | None:
    """Bars a second request of the applicant (许可法 47(1)). A request of another party bars nothing: that party may
    give it up when the applicant's days are over."""
    if any(_asks(application, one) == "" for one in open_requests(application)):
        return _("You have asked for a hearing already, and it has not been held yet (Licensing Law art 47).")
    return None


def _asks(application: Application, request: Act) -> str:
    """The party whose request it is; empty: the applicant's."""
    return _named(application, request.facts.get("party", ""))


def no_request_of_the_applicant(application: Application) -> str | None:
    """Bars where the applicant made no request that waits: one of another party, or on paper, an officer records as
    given up."""
    return None if _own_request(application) else _("You have asked for no hearing that was not held yet.")


def _own_request(application: Application) -> Act | None:
    return next((act for act in open_requests(application) if act.act == "ask_hearing"), None)


def taken_back(application: Application) -> dict[str, Any]:
    """Which request the applicant takes back, for the record; nothing where none is open."""
    own = _own_request(application)
    return {"request": own.seq} if own else {}


def no_request_open(application: Application) -> str | None:
    """Bars where every hearing that was asked for was held or given up."""
    return None if open_requests(application) else _("No request for a hearing is open.")


def no_hearing_announced(application: Application) -> str | None:
    """Bars until a hearing is announced (许可法 48(1)): the announcement of one that was held does not serve for
    another."""
    return None if announced_hearing(application) else _("No hearing was announced.")


def open_hearing(application: Application, before: int | None = None) -> list[Act]:
    """The requests and announcements of a hearing that was neither held nor given up yet, in order; with `before` as
    they were when the act of that number was done."""
    found = still_open(application, before)
    return sorted([*found.asked.values(), *(act for act, _on_request in found.announced)], key=attrgetter("seq"))


def open_requests(application: Application) -> list[Act]:
    """The requests among what `open_hearing` gives, in order."""
    return [act for act in open_hearing(application) if act.act in REQUESTS]


def announced_hearing(application: Application, before: int | None = None) -> Act | None:
    """The last announcement of a hearing that was not held yet; with `before` as it was when the act of that number was
    done."""
    found = reversed(open_hearing(application, before))
    return next((act for act in found if act.act == "announce_hearing"), None)


def hearing_open(application: Application) -> str | None:
    """Bars the decision until a hearing that was asked for or announced is held or given up (许可法 46–48)."""
    if open_hearing(application):
        return _("A hearing was asked for or announced and has not been held yet (Licensing Law art 47, 48).")
    return None


def hearing_may_be_asked(application: Application) -> str | None:
    """Bars the decision while somebody told of the right can still ask (许可法 47(1)): five days for each party, unless
    a hearing was asked for since and not given up."""
    told = application.did("tell_hearing_right")
    if not told:
        return None
    given_up = {act.facts["request"] for act in application.did(*GIVEN_UP)}
    asked = max((act.seq for act in application.did(*REQUESTS) if act.seq not in given_up), default=0)
    last = max(_last_to_ask([act for act in told if act.seq > asked]), default=None)
    if last is None or local_today() > last:
        return None
    return _("A hearing can be asked for until %(day)s (Licensing Law art 47).") % {"day": date_format(last)}


def _last_to_ask(told: Sequence[Act]) -> list[date]:
    """For each telling of the right, the last day to ask."""
    calendar, least = WorkCalendar.load(), periods()["hearing_ask"].working_days
    return [calendar.add(day_of(act), least).date for act in told]


def in_time(application: Application) -> str:
    """For the form that records a request: until when each party told of the right could ask, and what a later request
    leads to (许可法 47(1)); empty where nobody was told."""
    told = application.did("tell_hearing_right")
    names = [_named(application, act.facts["party"]) or application.unit.name for act in told]
    days = dict(zip(names, _last_to_ask(told), strict=True))
    if not days:
        return ""
    said = _(
        "In time up to and with: %(days)s (Licensing Law art 47). What came later is late, and the agency need not "
        "hold a hearing on it; once it is recorded nothing is decided before the hearing is held or given up."
    )
    return said % {"days": _(", ").join(f"{name} {date_format(day)}" for name, day in days.items())}


def not_told_of_right(application: Application) -> tuple[str, ...]:
    """许可法 47(1): where officers told others that the case touches their grave interests (36), the applicant and
    those others who were not told of the right to a hearing. Nobody while one is announced, whose notice goes to all;
    once one was held, those whom its notice did not reach."""
    if announced_hearing(application):
        return ()
    since = max((act.seq for act in application.did("hold_hearing")), default=0)
    told = {_named(application, act.facts["party"]) for act in application.did("tell_hearing_right", *REQUESTS[1:])}
    told |= {""} if since or application.did(REQUESTS[0]) else set()
    touched = [_named(application, act.facts["party"]) for act in application.did(*TELLS_PARTIES) if act.seq > since]
    others = dict.fromkeys(party for party in touched if party)
    return tuple(party or application.unit.name for party in ("", *others) if party not in told) if others else ()


def told_since(application: Application, announcement: Act) -> tuple[str, ...]:
    """Parties beside the applicant whom the notice of `announcement` does not name (许可法 48(1)[1]), because they
    asked for a hearing, or were told of their right or interest, after it. Each once."""
    names: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for act in application.did(*TELLS_PARTIES):
        if party := _named(application, act.facts["party"]):
            names[act.seq < announcement.seq][party] = None
    return tuple(name for name in names[False] if name not in names[True])


class FallenAway(Struct, frozen=True):
    """An announced hearing that will not be held, because everybody who asked gave it up, or because the case `ended`
    before it was decided. `others` are those, beside the applicant, who were told of its day; `letter` tells all of
    them that it is not held, and a person delivers it (None: it fell away before there was such a letter)."""

    day: date
    others: tuple[str, ...]
    letter: Document | None
    ended: bool = False


def fallen_away(application: Application) -> FallenAway | None:
    """The hearing announced last, if it fell away and its day is not over; else None."""
    announced = application.did("announce_hearing", "hold_hearing")[-1:]
    if not announced or announced[0].act == "hold_hearing" or announced_hearing(application):
        return None
    day = date.fromisoformat(announced[0].facts["held_on"])
    told = (one for one in application.did(*TELLS_PARTIES) if one.seq < announced[0].seq)
    others = dict.fromkeys(name for one in told if (name := _named(application, one.facts["party"])))
    if day < local_today():
        return None
    letters = application.documents.filter(kind=NoticeKind.HEARING_OFF, act__seq__gt=announced[0].seq)
    return FallenAway(day, tuple(others), letters.order_by("pk").first(), _with_the_case(application, announced[0]))


def _with_the_case(application: Application, announced: Act) -> bool:
    """Whether the hearing fell away because the case ended, and not before."""
    end = next((act for act in application.did(*ENDS) if act.seq > announced.seq), None)
    return end is not None and announced_hearing(application, before=end.seq) is not None


def fallen_by(record: Act) -> Act | None:
    """The announcement of a coming hearing that the act `record` makes fall away; None where it does so with none."""
    if record.act not in (*GIVEN_UP, *ENDS) or fallen_away(record.application) is None:
        return None
    return announced_hearing(record.application, before=record.seq)


# ---- checks ----------------------------------------------------------------------------------------------------------
def asked_after_told(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check (许可法 47(1)): who asks was told of the right before; the day counts, for the hearing is held within
    twenty days of it. After a hearing another is owed only to who asked within the days of a telling, even if it is
    recorded late. A party asks once: what it gives up, it would else still wait for."""
    if any(_asks(application, one) == _named(application, said["party"]) for one in open_requests(application)):
        return {"party": _("This party has asked already, and the hearing has not been held yet.")}
    told, received = application.did("tell_hearing_right"), date.fromisoformat(said["received"])
    if told and received < min(day_of(act) for act in told):
        return {"received": _("On this day nobody had been told of a right to a hearing yet (Licensing Law art 47).")}
    over = hearing_was_had(application, said["party"])
    return {"received": over} if over and received > max(_last_to_ask(told)) else {}


def hearing_announced(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: seven days' notice, and a chair who neither reviews the case nor has an interest in it (许可法 48(1),
    (3)). What was asked for is held in time, as long as that notice leaves a day for it (47(1)). A state secret is not
    heard openly (5)."""
    least = periods()["hearing_notice"].working_days
    errors = chair_refused(application, said)
    if said.get("closed") != OF_THE_STATE and not_open(application):
        errors["closed"] = _("The case was declared or found to be a state secret: its hearing is not held openly.")
    earliest, latest = _first_day(local_today()), _last_day(application)
    day = date.fromisoformat(said["held_on"])
    if latest and earliest <= latest < day:
        told = _(
            "A hearing is held within %(days)d working days of its request (Licensing Law art 47): %(last)s at the "
            "latest."
        )
        errors["held_on"] = told % {"days": periods()["hearing_hold"].working_days, "last": date_format(latest)}
    if day > local_today() + AHEAD:  # no law: a slip in the year
        errors["held_on"] = _("This day is more than a year away: see whether the year is right.")
    if day < earliest:
        days = {"least": least, "earliest": date_format(earliest)}
        errors["held_on"] = (
            _("The hearing is announced %(least)d working days before: %(earliest)s at the earliest.") % days
        )  # fmt: skip
    return errors


def not_open(application: Application) -> bool:
    """Whether the case was declared or found to be a state secret, of which the public is told nothing (许可法 5)."""
    kind = kind_of(application)
    return kind.may_be_secret and not kind.made_public(application)


def hearing_held(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: on the announced day or later, with seven days' notice also by the calendar published since; chaired by
    nobody who reviewed the case."""
    errors = chair_refused(application, said)
    announced = application.did("announce_hearing")
    if announced and said["held_on"] < (day := announced[-1].facts["held_on"]):
        errors["held_on"] = _("The hearing was announced for %(day)s.") % {"day": date_format(date.fromisoformat(day))}
    elif announced and said["held_on"] < first_day(announced[-1]).isoformat():
        errors["held_on"] = _told_too_late(announced[-1])
    return _as_announced(announced[-1], said) | errors if announced else errors


def _as_announced(announcement: Act, said: Mapping[str, Any]) -> dict[str, str]:
    """许可法 48(1)[3]: parties may object to the chair they were told of; another one is recorded with the reason."""
    chair = announcement.facts["chair"]
    other, why = said["chair"]["id"] != chair["id"], said.get("other_chair")
    if other and not why:
        told = _("%(chair)s was announced as the chair: say why another person chaired.")
        return {"other_chair": told % {"chair": chair["name"]}}
    if why and not other:
        return {"other_chair": _("The chair is the one who was announced: leave this empty.")}
    return {}


def first_day(announcement: Act) -> date:
    """The first day on which what was announced may be held (许可法 48(1)). Counted anew whenever one looks: the
    holidays of next year may be published after the announcement."""
    return _first_day(day_of(announcement))


def _first_day(told: date) -> date:
    return WorkCalendar.load().add(told, periods()["hearing_notice"].working_days).date


def _last_day(application: Application) -> date | None:
    """The day by which the hearing that was asked for last is to be held (许可法 47(1)); None where none is owed."""
    clock = status(application).of_step("hearing_hold")
    return clock.due.date if clock and clock.running else None


def _told_too_late(announcement: Act) -> str:
    told = _(
        "By the calendar as it is published now the notice of the hearing came less than %(least)d working days "
        "before: %(earliest)s at the earliest. Announce it anew."
    )
    least = periods()["hearing_notice"].working_days
    return told % {"least": least, "earliest": date_format(first_day(announcement))}


def hearing_given_up(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: an open request, given up after it came; who is recorded as not having come had asked before the hearing
    was announced, so that its notice told of it."""
    request = next((act for act in open_requests(application) if act.seq == said["request"]), None)
    if request is None:
        return {"request": _("This is no request for a hearing that is open.")}
    on = date.fromisoformat(said["given_up_on"])
    if on < date.fromisoformat(request.facts.get("received") or day_of(request).isoformat()):
        return {"given_up_on": _("On this day the hearing had not been asked for yet.")}
    if said["how"] == "withdrawn":
        return {}
    announced = announced_hearing(application)
    if announced is None or announced.seq < request.seq:
        return {"how": _("No hearing was announced after this request: nobody could come to one.")}
    day = date.fromisoformat(announced.facts["held_on"])
    if on != day:
        return {"given_up_on": _("The hearing was announced for %(day)s.") % {"day": date_format(day)}}
    stays = _stays_though_absent(announced)
    return {"how": stays} if stays else {}


def _stays_though_absent(announced: Act) -> str:
    """Why a party that did not come has not given its request up: the agency held the hearing by itself, or told that
    party too late."""
    if of_own_motion(announced):
        return _("The agency holds this hearing by itself, whoever comes: staying away gives nothing up.")
    return _told_too_late(announced) if date.fromisoformat(announced.facts["held_on"]) < first_day(announced) else ""


def to_chair(person: Person) -> list[Act]:
    """Announcements of hearings not held yet under the chair `person`, the soonest first. Two queries."""
    since = timezone.now() - AHEAD
    acts = Act.objects.filter(act="announce_hearing", at__gte=since, application__status__in=REVIEWING)
    cases = {act.application_id: act.application for act in acts.select_related("application")}
    read_records(cases.values())
    found = [one for case in cases.values() if (one := legible(partial(announced_hearing, case), None))]
    return sorted((one for one in found if one.facts["chair"]["id"] == person.pk), key=lambda one: one.facts["held_on"])


def minutes_weighed(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check (许可法 48(2)): after a hearing the decision rests on its minutes and says how."""
    if application.did("hold_hearing") and not said.get("minutes"):
        return {"minutes": _("A hearing was held: say how its minutes were weighed (Licensing Law art 48).")}
    return {}
