"""What bars the acts of supervision, and what their facts must agree on; the lists at the end name each by its act.

Refused with its reason, before anything is written: a report after closure, a report on an ended permit that the law
does not ask for, an inspection by one officer, an obligation that the permit does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from msgspec.structs import asdict

from permits.access import not_impartial
from permits.acts.days import since_decision
from permits.aftercare.reports import problems, read
from permits.aftercare.standing import Aftercare, Standing, aftercare_of
from permits.contract.obligations import Obligation, Reported
from permits.errors import WrongStatus
from permits.kinds import kind_of
from permits.models import Application
from permits.models.aftercare import ACCEPTED, FULFILLED, IN_ORDER, NAMES_ONE, OF_ENDED, REPORTS
from permits.models.facts import Choice
from permits.models.obligation import DONE, O
from permits.models.permit import P
from permits.rules.base import LANGUAGES
from roles.days import local_today
from roles.models import Person

Said = Mapping[str, Any]
Errors = dict[str, str]
Bar = Callable[[Application], str | None]
Check = Callable[[Application, Said, Person | None], Errors]
FEWEST_INSPECTORS: Final = 2
"""处罚法 42(1); for checks during an application 许可法 34(3) says the same, read in full."""
REMINDED: Final = (30, 7)
"""Days before a due day on which holder and supervising agencies are told, once each. Ours: no law asks for it."""


def standing_of(application: Application, code: str) -> Standing:
    """The obligation called `code`. LookupError for none: the checks have refused it before."""
    aftercare = aftercare_of(application)
    found = aftercare.of(code) if aftercare else None
    if found is None:
        raise LookupError(f"{application} has no obligation {code}")
    return found


# ---- bars: whether anything could be done at all ---------------------------------------------------------------------
def some(fits: Callable[[Standing], bool], otherwise: Callable[[], str]) -> Bar:
    """A bar: the act is possible only while one of the obligations fits; `otherwise` gives the reason."""

    def bar(application: Application) -> str | None:
        aftercare = aftercare_of(application)
        if aftercare is None:
            return _("There is no permit in this case.")
        return None if any(fits(one) for one in aftercare.standings) else otherwise()

    return bar


def nothing_granted(application: Application) -> str | None:
    """Bars where there is no permit: nobody is obliged to anything."""
    return None if aftercare_of(application) else _("There is no permit in this case.")


def no_escape(application: Application) -> str | None:
    """A bar: only what was introduced can escape, also after the permit's end."""
    if reason := nothing_granted(application):
        return reason
    return None if kind_of(application).alarm else _("Nothing can escape under a permit of this kind.")


def some_of_holder(*states: str, otherwise: Callable[[], str]) -> Bar:
    """A bar: an obligation that the holder owes must stand in one of `states`."""
    return some(lambda one: one.state in states and one.obligation.by == "holder", otherwise)


# ---- checks: one obligation, as it stands ----------------------------------------------------------------------------
def one_of(*states: str, reason: Callable[[], str], then: Check | None = None) -> Check:
    """A check: the obligation named is there and stands in one of `states`; then comes the check `then`."""

    def check(application: Application, said: Said, by: Person | None) -> Errors:
        if wrong := unknown(application, said):
            return wrong
        standing = standing_of(application, said["obligation"])
        if standing.state not in states:
            told = {"obligation": standing.label, "state": standing.state_label}
            return {"obligation": _("“%(obligation)s” stands at: %(state)s.") % told + " " + reason()}
        return then(application, said, by) if then else {}

    return check


def of_holder(*states: str, reason: Callable[[], str], then: Check | None = None) -> Check:
    """As `one_of`, for an act directed at the holder: the agency cannot order what it owes itself."""
    right = one_of(*states, reason=reason, then=then)

    def check(application: Application, said: Said, by: Person | None) -> Errors:
        wrong = unknown(application, said)
        if not wrong and standing_of(application, said["obligation"]).obligation.by == "agency":
            return {"obligation": _("The agency does this, not the holder.")}
        return wrong or right(application, said, by)

    return check


def unknown(application: Application, said: Said) -> Errors:
    """What is wrong where this permit has no such obligation, as one of another kind."""
    aftercare = aftercare_of(application)
    found = aftercare.of(said["obligation"]) if aftercare else None
    return {} if found else {"obligation": _("This permit has no such obligation.")}


def report(owed_by: str) -> Check:
    """A check: the report comes from who owes it, not before its day, and tells everything that is asked."""

    def check(application: Application, said: Said, by: Person | None) -> Errors:
        if wrong := unknown(application, said):
            return wrong
        standing = standing_of(application, said["obligation"])
        obligation = standing.obligation
        if reason := _not_to_report(application, standing, owed_by):
            return {"obligation": reason}
        if obligation.opens and local_today() < obligation.opens:
            return {"obligation": _("It can be reported from %(day)s on.") % {"day": date_format(obligation.opens)}}
        if said.get("statement") is False:
            return {"statement": _("Nothing is reported without this statement (Licensing Law art 62).")}
        return problems(obligation, said) or _still_short(standing, said)

    return check


def _still_short(standing: Standing, said: Said) -> Errors:
    """A rectification in figures must not fall short again: while it waits for its check, the day that the order set
    stands still, and nothing could accept it."""
    short_of = standing.obligation.short_of if standing.to_be_told_in_figures else None
    short = short_of(read(said.get("answers") or (), said.get("materials") or ())) if short_of else ""
    return {"obligation": short} if short else {}


def _not_to_report(application: Application, standing: Standing, owed_by: str) -> str:
    """Why who reports cannot report it as it stands; empty where a report is taken."""
    if standing.obligation.by != owed_by:
        agency = _("The agency does this, not the holder.")
        return agency if owed_by == "holder" else _("The holder reports this, not the agency.")
    if standing.obligation.annulled:
        return _("The decision that asked for it was annulled: it binds nobody any more.")
    if standing.obligation.nothing and standing.lapsed:
        return _("By what was accepted, nothing is left to be done of it.")
    if standing.lapsed:
        permit = _aftercare(application).permit
        return _("The permit has ended (%(status)s), and after its end the law does not ask for this.") % {
            "status": permit.get_status_display()
        }
    if standing.can_be_reported:
        return ""
    reasons = {
        O.WAITING: _("It waits until what comes before it was reported."),
        O.REPORTED: _("It was reported, and waits for its check."),
        O.FAULTED: _("It was found not in order: wait for the order to put it right."),
        O.RECTIFYING: _("Report the rectification instead."),
        O.RECTIFIED: _("The rectification was reported, and waits for its check."),
        O.ACCEPTED: _("It was accepted already."),
        O.CLOSED: _("It is closed: nothing more is reported."),
    }
    return reasons[O(standing.state)]


def _aftercare(application: Application) -> Aftercare:
    aftercare = aftercare_of(application)
    if aftercare is None:
        raise LookupError(f"{application} has no permit")
    return aftercare


def report_checked(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: on paper an officer accepts only what needs no inspection and reaches what the law asks; where the
    report is not accepted, the holder is told what it lacks."""
    return _accepted_on_paper(application, said) if said["outcome"] == ACCEPTED else _says_why(said)


def rectification_checked(application: Application, said: Said, by: Person | None) -> Errors:
    """As `report_checked`, of a rectification."""
    return _accepted_on_paper(application, said) if said["outcome"] == "yes" else _says_why(said)


def told_in_words(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: words put nothing right where the figures reported before fall short, for nothing could accept it."""
    if not standing_of(application, said["obligation"]).to_be_told_in_figures:
        return {}
    return {"obligation": _("What was reported falls short: report the obligation anew, with its figures.")}


def _says_why(said: Said) -> Errors:
    return {} if said.get("note") else {"note": _("Say what is missing or wrong: the holder has to know what to do.")}


def _accepted_on_paper(application: Application, said: Said) -> Errors:
    standing = standing_of(application, said["obligation"])
    if standing.obligation.on_site:
        return {"outcome": _("This is accepted by an inspection of two officers.")}
    return {"outcome": standing.short_of} if standing.short_of else {}


def put_right_by(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the day by which something is put right is still to come."""
    if date.fromisoformat(said["until"]) <= local_today():
        return {"until": _("Give a day to come: this one leaves no time.")}
    return {}


def closed_rightly(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: closed as fulfilled is what was accepted, and nothing else; the rest falls away for another reason."""
    standing = standing_of(application, said["obligation"])
    if (said["ground"] == FULFILLED) == (standing.state == O.ACCEPTED):
        return {}
    if said["ground"] == FULFILLED:
        return {"ground": _("It was not accepted: it cannot be closed as fulfilled.")}
    return {"ground": _("It was accepted: close it as fulfilled.")}


def breach_found(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: only what is overdue, not in order, or not put right is broken; and to end the permit is proposed only
    while it is valid."""
    if not standing_of(application, said["obligation"]).can_be_broken(local_today()):
        return {"obligation": _("Its day has not passed: nothing is broken yet.")}
    if said["proposal"] not in OF_ENDED and _aftercare(application).permit.status != P.VALID:
        return {"proposal": _("The permit has ended already.")}
    return {}


def inspected(application: Application, said: Said, by: Person | None) -> Errors:
    """A check of an inspection: two or more different officers, the one who records it among them and none kept from
    the case; a day since the decision; each obligation of this permit once, and none accepted that falls short; of
    photographs what was seen, and latitude with longitude."""
    errors = since_decision("inspected_on")(application, said, by)
    if no_officers := not_the_officers(application, said, _("An inspection needs two or more officers.")):
        errors["inspectors"] = no_officers
    elif by is not None and by.pk not in _inspectors(said):
        errors["inspectors"] = _("Whoever records an inspection took part in it: name yourself, too.")
    if wrong := _findings(application, said["findings"], date.fromisoformat(said["inspected_on"])):
        errors["findings"] = wrong
    for row in said.get("photos") or ():
        if not row.get("photo") and not row.get("longitude") and not row.get("what"):
            errors["photos"] = _("A row needs a photograph or a place.")
        if bool(row.get("longitude")) != bool(row.get("latitude")):
            errors["photos"] = _("A place has both longitude and latitude.")
    return errors


def not_the_officers(application: Application, said: Said, too_few: str) -> str:
    """What is wrong with the officers named as inspectors: `too_few`, one named twice, or one kept from the case; empty
    where nothing is."""
    people = _inspectors(said)
    if len(set(people)) < len(people):
        return _("An officer is named twice.")
    return too_few if len(people) < FEWEST_INSPECTORS else not_impartial(people, application)


def _inspectors(said: Said) -> list[int]:
    return [row["person"]["id"] for row in said["inspectors"]]


def _findings(application: Application, rows: list[dict[str, Any]], seen: date) -> str:
    """What is wrong with the findings of an inspection on the day `seen`; empty where nothing is."""
    codes = [row["obligation"] for row in rows]
    if len(set(codes)) < len(codes):
        return _("An obligation is named twice.")
    aftercare = _aftercare(application)
    for row in rows:
        standing = aftercare.of(row["obligation"])
        if standing is None:
            return _("This permit has no such obligation.")
        if standing.state == O.CLOSED:
            return _("“%(obligation)s” is closed: nothing more is found of it.") % {"obligation": standing.label}
        if row["finding"] == IN_ORDER and standing.state != O.OPEN and (wrong := _not_to_accept(standing, seen)):
            return wrong
        if row["finding"] == "not_in_order" and not row.get("what"):
            return _("Say what is not in order: %(obligation)s.") % {"obligation": standing.label}
    return ""


def _not_to_accept(standing: Standing, seen: date) -> str:
    """Why an inspection on the day `seen` cannot find it in order: the obligation still waits for another, what was
    reported falls short, or it was reported after that day. Empty where it can."""
    if standing.state == O.WAITING and standing.track.state != O.OPEN:
        return f"{standing.label}{_(': ')}{_('It waits until what comes before it was reported.')}"
    if standing.short_of:
        return f"{standing.label}{_(': ')}{standing.short_of}"
    since = standing.track.since
    if since is None or since <= seen:
        return ""
    told = {"obligation": standing.label, "day": date_format(since)}
    return _("“%(obligation)s”: what was reported or found on %(day)s came after this inspection.") % told


# ---- by the clock ----------------------------------------------------------------------------------------------------
def reminded(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: told once for each obligation, each of REMINDED and each due day. Raises WrongStatus where another run
    of the clock was first."""
    told = {(act.facts["obligation"], act.facts["days"], act.facts["due"]) for act in application.did(
        "remind_obligation")}  # fmt: skip
    if (said["obligation"], said["days"], said["due"]) in told:
        raise WrongStatus(_("This was recorded before."))
    left = (date.fromisoformat(said["due"]) - local_today()).days
    if said["days"] not in REMINDED or not 0 <= left <= said["days"]:
        return {"days": _("It is not so many days before that day.")}
    return _due(application, said)


def overdue(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: told once for each obligation and each due day, after it. Raises WrongStatus where another run of the
    clock was first."""
    told = {(act.facts["obligation"], act.facts["due"]) for act in application.did("note_overdue")}
    if (said["obligation"], said["due"]) in told:
        raise WrongStatus(_("This was recorded before."))
    if date.fromisoformat(said["due"]) >= local_today():
        return {"due": _("Its day has not passed: nothing is broken yet.")}
    return _due(application, said)


def _due(application: Application, said: Said) -> Errors:
    standing = standing_of(application, said["obligation"])
    if standing.obligation.by != said["owed_by"]:
        return {"owed_by": _("Another owes it.")}
    right = standing.due
    return {} if right and right.isoformat() == said["due"] else {"due": _("It is due on another day.")}


def named(application: Application, act: str, said: Said) -> dict[str, Any]:
    """The names, in both languages, of the codes in the record, so that it can be read alone: obligations, fields,
    parts, materials and choices. Where an obligation is closed as fulfilled, also the paper that attests it."""
    codes = [said["obligation"]] if act in NAMES_ONE else [row["obligation"] for row in said.get("findings") or ()]
    standings = [standing_of(application, code) for code in codes]
    found: dict[str, Any] = {one.code: _in_both(lambda one=one: one.label) for one in standings}  # type: ignore[misc]
    told = {"obligations": found} if found else {}
    if act == "close_obligation" and said["ground"] == FULFILLED and (paper := standings[0].obligation.attested):
        told["attested"] = asdict(paper)
    if act in REPORTS:
        told |= _named_in(standings[0].obligation, read(said.get("answers") or (), said.get("materials") or ()))
    return {"named": told} if told else {}


def _named_in(obligation: Obligation, given: Reported) -> dict[str, Any]:
    """The names a report uses: `choices` by field and code."""
    used = {*given.values, *(name for row in given.table.values() for name in row)}
    facts = {name: fact for name, fact in {**obligation.asks, **obligation.columns}.items() if name in used}
    return {
        "fields": {name: _in_both(lambda fact=fact: fact.label) for name, fact in facts.items()},  # type: ignore[misc]
        "choices": {
            name: {code: _in_both(lambda label=label: label) for code, label in fact.options}  # type: ignore[misc]
            for name, fact in facts.items()
            if isinstance(fact, Choice)
        },
        "parts": {part.key: part.label for part in obligation.parts if part.key in given.table},
        "materials": {
            one.code: _in_both(lambda one=one: one.label)  # type: ignore[misc]
            for one in obligation.materials
            if one.code in given.materials
        },
    }


def _in_both(label: Callable[[], object]) -> dict[str, str]:
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = str(label())
    return told


AFTERCARE_BARS: Final[Mapping[str, Bar]] = MappingProxyType(
    {
        "report_obligation": nothing_granted,  # the check says of each obligation why it cannot be reported
        "record_fulfilment": nothing_granted,
        "raise_alarm": no_escape,
        "check_report": some(lambda one: one.state == O.REPORTED, lambda: _("No report waits for its check.")),
        "record_inspection": some(
            lambda one: one.state != O.CLOSED, lambda: _("Every obligation is closed: there is nothing to inspect.")
        ),
        "order_rectification": some_of_holder(
            O.FAULTED, O.BREACH, otherwise=lambda: _("Nothing was found that is not in order.")
        ),
        "report_rectification": some_of_holder(O.RECTIFYING, otherwise=lambda: _("No rectification was ordered.")),
        "check_rectification": some(lambda one: one.state == O.RECTIFIED, lambda: _("No rectification was reported.")),
        "close_obligation": some(lambda one: one.state != O.CLOSED, lambda: _("Every obligation is closed.")),
        "find_breach": some_of_holder(
            *(state for state in O if state not in DONE),
            otherwise=lambda: _("Every obligation is accepted or closed."),
        ),
        "remind_obligation": some(lambda one: one.due is not None, lambda: _("Nothing is due.")),
        "note_overdue": some(lambda one: one.due is not None, lambda: _("Nothing is due.")),
    }
)
AFTERCARE_CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "report_obligation": report("holder"),
        "record_fulfilment": report("agency"),
        "raise_alarm": since_decision("found_on"),
        "check_report": one_of(O.REPORTED, reason=lambda: _("No report waits for its check."), then=report_checked),
        "record_inspection": inspected,
        "order_rectification": of_holder(
            O.FAULTED, O.BREACH, reason=lambda: _("Nothing was found that is not in order."), then=put_right_by
        ),
        "report_rectification": of_holder(
            O.RECTIFYING, reason=lambda: _("No rectification was ordered."), then=told_in_words
        ),
        "check_rectification": one_of(
            O.RECTIFIED, reason=lambda: _("No rectification was reported."), then=rectification_checked
        ),
        "close_obligation": one_of(
            *(state for state in O if state != O.CLOSED), reason=lambda: _("It is closed already."),
            then=closed_rightly,
        ),
        "find_breach": of_holder(
            O.OPEN, O.WAITING, O.FAULTED, O.RECTIFYING, O.RECTIFIED, O.REPORTED,
            reason=lambda: _("Nothing is broken."), then=breach_found,
        ),
        "remind_obligation": one_of(O.OPEN, O.WAITING, O.RECTIFYING, reason=lambda: _("Nothing is due."),
                                    then=reminded),
        "note_overdue": one_of(O.OPEN, O.WAITING, O.RECTIFYING, reason=lambda: _("Nothing is due."), then=overdue),
    }
)  # fmt: skip
