"""The outcome of a reconsideration or a suit on the record: of which decision it can be, and what its facts must agree
on. What the organ does about it: reopening.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from permits.acts.days import since_decision
from permits.acts.requests import ORDERED
from permits.models import Application, Document
from permits.models.permit import REMEDIES
from roles.models import Person

Said = Mapping[str, Any]
Errors = dict[str, str]
DECISIONS: Final = (
    "approve", "refuse", "refuse_acceptance", "record_higher_decision", "grant_extension", "refuse_extension",
    "deem_extended", "grant_change", "refuse_change", "refuse_cancellation", "withdraw_permit", "revoke_permit",
    "cancel_permit", "forfeit_permit", "replace_permit",
)  # fmt: skip
"""Acts that a reconsideration or a suit can be about: an extension too that silence granted, which stands for one."""


def nothing_challenged(application: Application) -> str | None:
    """A remedy is about a decision."""
    return None if application.did(*DECISIONS) else _("Nothing was decided in this case that a remedy could be about.")


def remedy_names(application: Application, said: Said, by: Person | None) -> Errors:
    """A decision of this case, decided on after it. One judgment may be about several decisions, and is recorded for
    each of them once."""
    errors = since_decision("decided_on")(application, said, by)
    known = {act.seq: act for act in application.did(*DECISIONS)}
    if said["against"] not in known:
        errors["against"] = _("This case has no such decision.")
    elif application.documents.filter(act=known[said["against"]], status=Document.Status.PENDING).exists():
        errors["against"] = _("A paper of the permit is still being prepared. Please try again in a minute.")
    elif date.fromisoformat(said["decided_on"]) < known[said["against"]].decided_on:
        errors["decided_on"] = _("This day lies before the decision.")
    elif any(_same(act.facts, said) for act in application.did(*REMEDIES)):
        errors["number"] = _("This outcome was recorded already.")
    return errors | _times_of_remedy(said)


def _same(one: Said, other: Said) -> bool:
    return (one["number"], one["against"]) == (other["number"], other["against"])


def _times_of_remedy(said: Said) -> Errors:
    """Received after it was decided; a day to decide anew by only where that was ordered, and later."""
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
