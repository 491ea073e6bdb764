"""The outcome of a reconsideration or a suit on the record: about which decision it can be, and what its facts must
agree on. What the organ then does: reopening.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from permits.acts.days import since_decision
from permits.acts.requests import ORDERED
from permits.models import Act, Application, Document
from permits.models.remedies import CHANGED, REMEDIES, RESTORED, TAKEN_AWAY
from roles.models import Person

Said = Mapping[str, Any]
Errors = dict[str, str]
DECISIONS: Final = (
    "approve", "refuse", "refuse_acceptance", "record_higher_decision", "grant_extension", "refuse_extension",
    "deem_extended", "grant_change", "refuse_change", "refuse_cancellation", "withdraw_permit", "revoke_permit",
    "cancel_permit", "forfeit_permit", "replace_permit",
)  # fmt: skip
"""Acts that a reconsideration or a suit can be about; an extension granted by silence, too, which stands for a
decision."""


def nothing_challenged(application: Application) -> str | None:
    """Bars where there is no decision that a remedy could be about."""
    return None if application.did(*DECISIONS) else _("Nothing was decided in this case that a remedy could be about.")


def remedy_names(act: str) -> Callable[[Application, Said, Person | None], Errors]:
    """The check of `act`: it names a decision of this case, or the outcome of an earlier remedy in it, and came after
    that. One judgment may be about several of them, and is recorded once for each."""

    def check(application: Application, said: Said, by: Person | None) -> Errors:
        errors = since_decision("decided_on")(application, said, by)
        known = {one.seq: one for one in application.did(*DECISIONS, *REMEDIES)}
        named = known.get(said["against"])
        if named is None:
            errors["against"] = _("This case has no such decision.")
        elif application.documents.filter(act=named, status=Document.Status.PENDING).exists():
            errors["against"] = _("A paper of the permit is still being prepared. Please try again in a minute.")
        elif date.fromisoformat(said["decided_on"]) < named.decided_on:
            errors["decided_on"] = _("This day lies before the decision.")
        elif any(_same(one.facts, said) for one in application.did(*REMEDIES)):
            errors["number"] = _("This outcome was recorded already.")
        if named is not None and named.act in REMEDIES:
            return errors | _of_outcome(act, said, named)
        if said.get("earlier"):
            errors["earlier"] = _("Leave this empty: it is about no outcome of a remedy.")
        return errors | _times_of_remedy(said)

    return check


def _of_outcome(act: str, said: Said, earlier: Act) -> Errors:
    """A check of an outcome about an `earlier` one. Where it annuls that, it says what becomes of the decision that one
    was about: restored, or open, as where that is decided on anew (法释〔2018〕1号 89; 诉讼法 89). What it makes of the
    decision itself is recorded as an outcome of its own (诉讼法 79, 89[3]). A time that it sets is not this agency's.
    """
    errors: Errors = _times_of_remedy(said)
    if said.get("until"):
        errors["until"] = _("Leave this empty: it is not this agency that is ordered to decide anew.")
    if earlier.act == "record_suit" != act:
        errors["against"] = _("A judgment is taken away by a court only.")
    if said["outcome"] == CHANGED:
        errors["outcome"] = _(
            "Say here whether it was annulled. What was decided instead is recorded against the decision itself."
        )
    annuls, then = said["outcome"] in TAKEN_AWAY, said.get("earlier")
    if annuls and not then:
        errors["earlier"] = _("Say what becomes of what the annulled outcome was about.")
    elif then and not annuls:
        errors["earlier"] = _("Leave this empty: nothing was annulled.")
    elif then == RESTORED and said["outcome"] == ORDERED:
        errors["earlier"] = _("What is to be decided on anew is not restored: it is open until then.")
    return errors


def _same(one: Said, other: Said) -> bool:
    return (one["number"], one["against"]) == (other["number"], other["against"])


def _times_of_remedy(said: Said) -> Errors:
    """A check: received after it was decided; a day to decide anew by only where that was ordered, and then later."""
    errors: Errors = {}
    received = said.get("received")
    if received and received < said["decided_on"]:
        errors["received"] = _("This day lies before the decision.")
    if until := said.get("until"):
        if said["outcome"] != ORDERED:
            errors["until"] = _("Leave this empty: nothing was ordered to be decided anew.")
        elif until <= (received or said["decided_on"]):
            errors["until"] = _("This day lies before the decision.")
    return errors
