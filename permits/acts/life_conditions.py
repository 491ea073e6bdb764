"""What bars the acts of a permit's life, and what their facts must agree on; conditions.py lists each by its act.

Two ends at once, an extension that races the expiry, a change of a permit that was replaced: all take the case's one
lock, so the second finds the permit moved and is told so, and nothing of it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from permits.acts.compensation import compensation_paid, nothing_to_pay
from permits.acts.days import since_decision
from permits.acts.life import permit_of
from permits.acts.remedies import nothing_challenged, remedy_names
from permits.acts.reopening import not_again
from permits.acts.requests import Request, answer_open, open_request, open_requests, silence_grants, waits_again
from permits.documents import of_permit
from permits.documents.holder import called
from permits.errors import WrongStatus
from permits.kinds import kind_of
from permits.models import Application, Permit
from permits.models.permit import ENDED_EARLY, ENDS, REQUEST_REFUSED, P
from permits.models.remedies import REMEDIES
from permits.models.states import S
from permits.text.citing import laws_said
from roles.days import local_today
from roles.models import Person

Said = Mapping[str, Any]
Errors = dict[str, str]
Bar = Callable[[Application], str | None]
Check = Callable[[Application, Said, Person | None], Errors]
WARNED: Final = (60, 30)
"""Days before the end on which holder and deciding agency are told, once each. Ours: no law asks for it."""
EARLIER: Final = 120
"""The first warning where an extension is asked for months before the end, so that there is time to ask."""
TERMS: Final = 2
"""An extension of more than so many times the term so far is most likely a slip of the pen, and needs a reason."""


# ---- bars ------------------------------------------------------------------------------------------------------------
def none_granted(application: Application) -> str | None:
    """Bars where there is no permit."""
    return None if permit_of(application) else _("There is no permit in this case.")


def not_valid(application: Application) -> str | None:
    """Bars once the permit has ended, in whatever way."""
    permit = permit_of(application)
    if permit is None:
        return none_granted(application)
    if permit.status != P.VALID:
        return _("The permit is no longer valid: %(status)s.") % {"status": permit.get_status_display()}
    return None


def term_over(application: Application) -> str | None:
    """Bars once the permit has ended or its last day has passed, even if the clock has not recorded the expiry yet."""
    permit = permit_of(application)
    over = permit is not None and permit.valid_to is not None and permit.valid_to < local_today()
    return not_valid(application) or (_("The term of the permit has ended.") if over else None)


def answered_too_late(application: Application) -> str | None:
    """Bars an answer to an extension after the term. But where a refusal was annulled after the end, the request waits
    again: it is answered although the permit has expired, and the permit goes on from its old last day. Where the
    refusal was annulled before the end, silence has granted what was asked, whenever the clock records that."""
    permit = permit_of(application)
    granted = permit is not None and permit.status == P.VALID and silence_grants(application)
    if permit and permit.status in (P.VALID, P.EXPIRED) and waits_again(application, "ask_extension") and not granted:
        return None
    return term_over(application)


def papers_unprinted(application: Application) -> str | None:
    """Bars for the few seconds until a paper of the permit is printed: only then can it be ended or replaced."""
    if of_permit.unprinted(application):
        return _("A paper of the permit is still being prepared. Please try again in a minute.")
    return None


def not_extendable(application: Application) -> str | None:
    """Bars where the law of the kind lets the term not be extended, or no further, and where it has no last day."""
    permit, rule = permit_of(application), kind_of(application).extension(application)
    if rule.never:
        return str(rule.never)
    if permit and not permit.valid_to:
        return _("The permit has no last day: there is nothing to extend.")
    if permit and permit.valid_to and rule.last and permit.valid_to >= rule.last:
        told = {"law": laws_said(rule.last_law)}
        return _("It lasts to the furthest day already (%(law)s): it cannot be extended.") % told
    return None


def asked_already(ask: str) -> Bar:
    """Bars a request while the same one waits for an answer."""
    return lambda application: (
        _("This was asked for and waits for an answer.") if open_request(application, ask) else None
    )


def not_asked(ask: str) -> Bar:
    """Bars an answer where no request waits, and while it is open whether an earlier answer stands."""

    def bar(application: Application) -> str | None:
        asked = open_request(application, ask)
        if asked is None:
            return _("Nobody asked for this, or it is answered.")
        return _answer_is_open() if answer_open(application, asked) else None

    return bar


def _answer_is_open() -> str:
    return _(
        "What took the answer to this away was annulled itself, and it is open whether the answer stands: nothing is "
        "decided until the next outcome about it is recorded."
    )


def to_take_back(application: Application) -> list[Request]:
    """The requests that the holder may take back: those that wait, as long as they can be answered. Once the last day
    has passed, silence has granted an extension that was asked for in time, and ended every other request."""
    over = term_over(application) is not None
    late = over and answered_too_late(application) is not None
    return [one for one in open_requests(application) if not (late if one.act.act == "ask_extension" else over)]


def nothing_to_take_back(application: Application) -> str | None:
    """Bars where nothing waits for an answer; where the permit ended meanwhile, that is the reason given."""
    if to_take_back(application):
        return None
    ended = term_over(application) if open_requests(application) else None
    return ended or _("Nothing that was asked on this permit waits for an answer.")


def not_run_out(application: Application) -> str | None:
    """Bars the expiry until the last day has passed, and where an extension asked for in time counts as granted."""
    permit = permit_of(application)
    if permit is None or permit.valid_to is None or permit.valid_to >= local_today():
        return _("This permit is not one whose term has ended.")
    return _("An extension was asked for in time and not decided.") if silence_grants(application) else None


def not_deemed(application: Application) -> str | None:
    """Bars silence from granting anything but what was asked in time, once the whole last day has passed."""
    permit = permit_of(application)
    over = permit and permit.valid_to and permit.valid_to < local_today()
    if over and silence_grants(application):
        return None
    return _("No extension is deemed granted in this case.")


def not_cancellable(application: Application) -> str | None:
    """Bars 注销 of a permit that was cancelled or replaced; it follows every other end."""
    permit = permit_of(application)
    if permit and permit.status in (P.CANCELLED, P.SUPERSEDED):
        return not_valid(application)
    return none_granted(application)


def first_of(*bars: Bar) -> Bar:
    """The bars as one: the reason of the first that holds."""
    return lambda application: next((reason for bar in bars if (reason := bar(application))), None)


# ---- checks ----------------------------------------------------------------------------------------------------------
def extension_asked(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: a later last day, no later than the law allows. A reason is needed after the last day for asking, and
    for an extension out of proportion: silence grants what was asked, a slip of the pen too."""
    errors = _longer(application, said)
    permit, rule = _permit(application), kind_of(application).extension(application)
    last_day = rule.ask_by(permit.valid_to) if permit.valid_to else None
    if last_day and local_today() > last_day and not said.get("late"):
        told = {"day": date_format(last_day), "law": laws_said(rule.law)}
        errors["late"] = _("It was to be asked for by %(day)s (%(law)s): say why it is asked later.") % told
    if last_day and local_today() <= last_day and said.get("late"):
        errors["late"] = _("It is asked for in time: leave this empty.")
    if "until" not in errors and permit.valid_to and permit.valid_from:
        errors |= _said_why(permit.valid_from, permit.valid_to, date.fromisoformat(said["until"]), said.get("longer"))
    return errors


def _said_why(first: date, last: date, until: date, why: str | None) -> Errors:
    """A reason is given for an extension beyond `last` that is longer than TERMS times the term since `first`, and for
    no other."""
    longer = until - last > TERMS * (last - first)
    if longer and not why:
        told = _(
            "That is more than twice the term so far, %(first)s to %(last)s. Check the day; where it is meant, say why."
        )
        return {"longer": told % {"first": date_format(first), "last": date_format(last)}}
    if why and not longer:
        return {"longer": _("It is no longer than twice the term so far: leave this empty.")}
    return {}


def extension_granted(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: a later last day, no later than the law allows and than was asked, for more was applied for by nobody.
    Where it is earlier than asked, the rest is refused, with reasons (许可法 38(2))."""
    errors = _longer(application, said)
    asked = open_request(application, "ask_extension")
    if errors or asked is None:
        return errors
    until, told = date.fromisoformat(said["until"]), {"day": date_format(asked.until)}
    if until > asked.until:
        return {"until": _("It was asked for to %(day)s, and not longer.") % told}
    if until < asked.until and not said.get("shorter"):
        return {"shorter": _("It was asked for to %(day)s: say why it is not granted so long.") % told}
    if until == asked.until and said.get("shorter"):
        return {"shorter": _("It is granted as it was asked: leave this empty.")}
    return {}


def _longer(application: Application, said: Said) -> Errors:
    permit, rule = _permit(application), kind_of(application).extension(application)
    until = date.fromisoformat(said["until"])
    if permit.valid_to and until <= permit.valid_to:
        return {"until": _("The permit lasts to %(day)s: give a later day.") % {"day": date_format(permit.valid_to)}}
    if rule.last and until > rule.last:
        told = {"day": date_format(rule.last), "law": laws_said(rule.last_law)}
        return {"until": _("It can last to %(day)s at the furthest (%(law)s).") % told}
    return {}


def deemed(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: silence grants what was asked, and nothing else."""
    asked = open_request(application, "ask_extension")
    same = asked is not None and said["until"] == asked.act.facts["until"]
    return {} if same else {"until": _("Silence grants what was asked for.")}


def expired_on(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the last day is the permit's own."""
    right = _permit(application).valid_to == date.fromisoformat(said["ended_on"])
    return {} if right else {"ended_on": _("The permit has another last day.")}


def change_asked(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: another place, area, species, method or purpose was never examined, so it is a new application; and a
    new name of the holder is another than it has."""
    if said["what"] == "substance":
        return {"what": _("Another place, area, species, method or purpose needs a new application.")}
    same = said["what"] == "holder_name" and said["now"].strip() == called(application)
    return {"now": _("The holder is called so already.")} if same else {}


def taken_back(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: it is one of the requests that wait."""
    waits = said["request"] in {one.act.act for one in to_take_back(application)}
    return {} if waits else {"request": _("Nobody asked for this, or it is answered.")}


def revoked_rightly(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: no revocation by which the public interest would suffer gravely (许可法 69(3)); on the grounds of 69(1)
    the loss is compensated (69(4))."""
    errors: Errors = {}
    if said["harm"] == "yes":
        errors["harm"] = _("What would harm the public interest gravely is not revoked (Licensing Law art 69(3)).")
    if said["ground"] != "fraud" and not said.get("compensation"):
        errors["compensation"] = _("Say what is compensated, or why nothing is owed (Licensing Law art 69(4)).")
    if said["ground"] == "fraud" and said.get("compensation"):
        errors["compensation"] = _(
            "What was obtained by fraud is not protected (Licensing Law art 69(4)): leave this empty."
        )
    return errors | not_again("revoke_permit")(application, said, by)


def cancelled_rightly(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the ground agrees with how the permit stands (许可法 70), and the ground “asked” needs a request of the
    holder. While the refusal to extend it is annulled and not decided anew, nobody knows whether it was not extended
    (70(1))."""
    status, ground = _permit(application).status, said["ground"]
    if ground == "expired" and status == P.EXPIRED and waits_again(application, "ask_extension"):
        return {"ground": _("This was asked for and waits for an answer.")}
    if ground == "asked" and status == P.VALID and open_request(application, "ask_cancellation") is None:
        return {"ground": _("Nobody asked for this, or it is answered.")}
    if errors := not_again("cancel_permit")(application, said, by):
        return errors
    fits = {"expired": (P.EXPIRED,), "ended": ENDED_EARLY, "asked": (P.VALID,)}.get(ground, (P.VALID, P.EXPIRED))
    if status in fits:
        return {}
    told = {"status": _permit(application).get_status_display()}
    return {"ground": _("This ground does not agree with how the permit stands: %(status)s.") % told}


def replaced_by(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: the other case is an approved one of the same holder and kind. Its permit is valid today, printed, and
    leaves the holder no day without a permission, for what is replaced ends at once.

    That case is locked, too, to the end of the act: else two permits could each take the place of the other, or a
    permit that is being revoked that of another. Raises Busy where the lock cannot be had.
    """
    others = Application.objects.filter(
        number=said["number"], unit=application.unit_id, kind=application.kind, status=S.APPROVED
    ).exclude(pk=application.pk)
    if other := others.first():
        with Application.locked(other.pk) as found:
            if term_over(found) is None:
                reason = papers_unprinted(found)
                return _leaves_a_gap(_permit(application), _permit(found)) or ({"number": reason} if reason else {})
    return {"number": _("The holder has no other valid permit of this kind under this case number.")}


def _leaves_a_gap(ends: Permit, begins: Permit) -> Errors:
    if begins.valid_from <= max(ends.valid_from, local_today()):
        return {}
    told = _("That permit begins on %(day)s only, and this one would end at once: the holder would have none until "
             "then. Replace it from that day on.")  # fmt: skip
    return {"number": told % {"day": date_format(begins.valid_from)}}


def ask_by(application: Application, ends: date, today: date) -> date | None:
    """The last day on which an extension beyond `ends` is asked for in time, itself included; None once it has passed,
    seen from `today`, or where the law of the kind knows no such day."""
    rule = kind_of(application).extension(application)
    if rule.never or (rule.last and ends >= rule.last):
        return None
    last = rule.ask_by(ends)
    return last if last >= today else None


def marks_of(ends: date, asked_by: date | None) -> tuple[int, ...]:
    """How many days before the end it is told, where an extension can be asked for until the day `asked_by`."""
    return (EARLIER, *WARNED) if asked_by and (ends - asked_by).days > max(WARNED) else WARNED


def warned_once(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: told once for each mark and last day. Raises WrongStatus where another run of the clock came first."""
    told, ends = application.did("warn_of_end"), date.fromisoformat(said["ends"])
    asked_by = ask_by(application, ends, local_today())
    if (said["days"], said["ends"]) in {(act.facts["days"], act.facts["ends"]) for act in told}:
        raise WrongStatus(_("This was recorded before."))
    if said["days"] not in marks_of(ends, asked_by) or (ends - local_today()).days > said["days"]:
        return {"days": _("It is not so many days before that day.")}
    if (named := said.get("ask_by")) and (asked_by is None or named != asked_by.isoformat()):
        return {"ask_by": _("It is due on another day.")}
    return expired_on(application, {"ended_on": said["ends"]}, by)


def _permit(application: Application) -> Permit:
    permit = permit_of(application)
    if permit is None:
        raise LookupError(f"{application} has no permit")
    return permit


RUNNING = first_of(term_over, papers_unprinted)
ANSWERABLE = first_of(answered_too_late, not_asked("ask_extension"))
LIFE_BARS: Final[Mapping[str, Bar]] = MappingProxyType(
    {
        "warn_of_end": term_over,
        "expire_permit": first_of(not_valid, not_run_out),
        "ask_extension": first_of(term_over, not_extendable, asked_already("ask_extension")),
        "grant_extension": first_of(ANSWERABLE, papers_unprinted),
        "refuse_extension": ANSWERABLE,
        "deem_extended": first_of(not_valid, not_deemed, papers_unprinted),
        "ask_change": first_of(term_over, asked_already("ask_change")),
        "grant_change": first_of(RUNNING, not_asked("ask_change")),
        "refuse_change": first_of(term_over, not_asked("ask_change")),
        "ask_cancellation": first_of(term_over, asked_already("ask_cancellation")),
        "refuse_cancellation": first_of(term_over, not_asked("ask_cancellation")),
        "ask_reissue": first_of(term_over, asked_already("ask_reissue")),
        "take_back_request": first_of(none_granted, nothing_to_take_back),
        "reissue_permit": first_of(RUNNING, not_asked("ask_reissue")),
        "replace_permit": RUNNING,
        **dict.fromkeys(ENDS.keys() - {"expire_permit", "cancel_permit", "replace_permit"},
                        first_of(not_valid, papers_unprinted)),
        "cancel_permit": first_of(not_cancellable, papers_unprinted),
        "record_compensation": nothing_to_pay,
        "record_reconsideration": first_of(nothing_challenged, papers_unprinted),
        "record_suit": first_of(nothing_challenged, papers_unprinted),
    }
)  # fmt: skip
LIFE_CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "warn_of_end": warned_once,
        "expire_permit": expired_on,
        "ask_extension": extension_asked,
        "grant_extension": extension_granted,
        "deem_extended": deemed,
        **{act: not_again(act) for act in (*REQUEST_REFUSED, "withdraw_permit")},
        "ask_change": change_asked,
        "take_back_request": taken_back,
        "revoke_permit": revoked_rightly,
        "cancel_permit": cancelled_rightly,
        "forfeit_permit": since_decision("decided_on"),
        "replace_permit": replaced_by,
        "record_compensation": compensation_paid,
        **{act: remedy_names(act) for act in REMEDIES},
    }
)
