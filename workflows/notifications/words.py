"""What a notification says, in the language that is active, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from permits.aftercare.standing import called
from permits.clocks.timeline import Light
from permits.models import Act
from permits.models.aftercare import OF_PERMIT
from permits.models.body import legible
from permits.models.clock import PERIODS, Limit
from permits.models.life import outcome_told
from permits.models.remedies import REMEDIES
from permits.models.states import EDITABLE
from permits.views.findings import in_language
from workflows.models import Notification
from workflows.notifications.table import To, news_of
from workflows.tables import address_of


def headline(news: Notification) -> str:
    """What happened, in a few words; of an act whose text cannot be read, that."""
    unreadable = _("What was done in this case cannot be read: its page tells whether the record was changed.")
    return legible(lambda: _said(news), unreadable)


def _said(news: Notification) -> str:
    act, item = news.act, news.item
    said = {"status": act.application.status_label(act.after), "step": item.step_title if item else ""}
    more = SAYS.get(act.act)
    return str(news_of(act.act, news.event).words) % (said | (more(act) if more else {}))


def _lit(act: Act) -> dict[str, Any]:
    """What a light that turned says: of which period, and whether the promised or the statutory date binds."""
    facts = act.facts
    return {
        "light": Light(facts["light"]).label,
        "period": dict(PERIODS)[facts["period"]],
        "limit": Limit(facts.get("limit", Limit.STATUTORY)).label,
        "due": date_format(date.fromisoformat(facts["due"])),
    }


def _ending(act: Act) -> dict[str, Any]:
    """When a permit ends, and by when an extension is asked for, where that is still to come."""
    facts, asking = act.facts, ""
    if by := facts.get("ask_by"):
        asking = _("; an extension is asked for by %(day)s, that day included") % {
            "day": date_format(date.fromisoformat(by))
        }
    return {"days": facts["days"], "ends": date_format(date.fromisoformat(facts["ends"])), "asking": asking}


def _due(act: Act) -> dict[str, Any]:
    """Which obligation is, or was, due, by the name it had then, and when."""
    facts = act.facts
    name = facts.get("named", {}).get("obligations", {}).get(facts["obligation"])
    told = in_language(name) if name else called(act.application.kind, facts["obligation"])
    return {"obligation": told, "due": date_format(date.fromisoformat(facts["due"]))}


def _outcome(act: Act) -> dict[str, Any]:
    """What a reconsideration or a judgment came to."""
    return {"outcome": outcome_told(act.facts)}


def _paid(act: Act) -> dict[str, Any]:
    """Whether more of a compensation follows."""
    more = bool(act.facts.get("rest"))
    return {"rest": _("more of it is still to be paid") if more else _("it is recorded as paid in full")}


SAYS: dict[str, Callable[[Act], dict[str, Any]]] = {
    "flag_deadline": _lit, "warn_of_end": _ending,
    **dict.fromkeys(REMEDIES, _outcome), "record_compensation": _paid,
    "remind_obligation": _due, "note_overdue": _due,
}  # fmt: skip
"""What the words of an act's news name beside case and step."""


def address(news: Notification) -> str:
    """Where the reader can do something about it: the task, the draft to be corrected, else the case."""
    application = news.act.application
    if news.item and news.item.is_open:
        return address_of(news.item)
    if news.act.act in OF_PERMIT and hasattr(application, "permit"):
        return reverse("permit", args=[application.pk])
    mine = news.event == To.UNIT  # so is the unit's news called; an act whose name was changed has no row to ask
    name = "draft" if mine and application.status in EDITABLE else "case"
    return reverse(name, args=[application.pk])
