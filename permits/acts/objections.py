"""The public notice and what was objected to it: what waits for it, and what was answered.

While a notice runs nothing is proposed; each objection is answered before anything is decided. The notice: 令35 art 11.
That objections are answered before the decision is a reading of its purpose, and of 许可法 36 (docs/readings.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.models import Act, Application, FilingOutcome, ObjectionFiling
from permits.models.inquiry import UPHELD
from roles.days import local_today
from roles.models import Person


class Objection(Struct, frozen=True):
    """One recorded objection, and the act that answered it; None while it is open."""

    act: Act
    answer: Act | None = None

    @property
    def name(self) -> str:
        """By its number in the record, and who objects."""
        return _("%(number)d. %(text)s") % {"number": self.act.seq, "text": self.act.facts["objector"]}

    @property
    def received(self) -> date:
        """The day it came."""
        return date.fromisoformat(self.act.facts["received"])

    @property
    def result(self) -> str:
        """Whether it was upheld, in words; empty while it is open."""
        return str(dict(UPHELD.options)[self.answer.facts["upheld"]]) if self.answer else ""


def objections(application: Application) -> list[Objection]:
    """Every recorded objection in the order they came, with its answer."""
    answers = {act.facts["objection"]: act for act in application.did("answer_objection")}
    return [Objection(act, answers.get(act.seq)) for act in application.did("record_objection")]


def open_objections(application: Application) -> list[Objection]:
    """The objections nobody answered yet."""
    return [one for one in objections(application) if one.answer is None]


# ---- bars ------------------------------------------------------------------------------------------------------------
def notice_running(application: Application) -> str | None:
    """Bars while a notice runs (令35 art 11): objections may come until its last day, both ends counted."""
    ends = [date.fromisoformat(act.facts["ends"]) for act in application.did("publish_notice")]
    last = max(ends, default=None)
    if last is None or last < local_today():
        return None
    days = {"day": date_format(last), "next": date_format(last + timedelta(days=1))}
    told = _(
        "A public notice runs to %(day)s, that day included: objections may come until then. Possible from %(next)s on."
    )
    return told % days


def objections_unanswered(application: Application) -> str | None:
    """Bars the decision until each objection is answered."""
    if waiting := open_objections(application):
        names = _(", ").join(one.name for one in waiting)
        return _("Objections must be answered first: %(objections)s.") % {"objections": names}
    return None


def filings_waiting(application: Application) -> str | None:
    """Bars while what was handed in on the page of the notice is neither on the record nor set aside with a reason."""
    if not application.did("publish_notice"):
        return None
    waiting = ObjectionFiling.objects.filter(application=application, outcome=None).values_list("pk", flat=True)
    if numbers := _(", ").join(str(pk) for pk in waiting[:20]):
        told = _("What was handed in on the page of the notice waits to be taken on the record: number %(numbers)s.")
        return told % {"numbers": numbers}
    return None


def nothing_handed_in(application: Application) -> str | None:
    """Bars where nothing that was handed in waits: only that is set aside."""
    return None if filings_waiting(application) else _("Nothing that was handed in waits.")


def nothing_to_answer(application: Application) -> str | None:
    """Bars where no objection is open."""
    return None if open_objections(application) else _("No objection waits for an answer.")


# ---- checks ----------------------------------------------------------------------------------------------------------
def filing_named(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: what is named was handed in to this case, and no act took it yet."""
    filing = ObjectionFiling.objects.filter(application=application, pk=said["filing"]).first()
    if filing is None:
        return {"filing": _("Nothing with this number was handed in to this case.")}
    if outcome := FilingOutcome.objects.filter(filing=filing).select_related("act").first():
        return {"filing": _("This was dealt with before, in act %(seq)d.") % {"seq": outcome.act.seq}}
    return {}


def taken_as_handed_in(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: what is taken on the record from the page of the notice says who, when and what as it was handed in."""
    if not said.get("filing"):
        return {}
    if errors := filing_named(application, said, by):
        return errors
    as_it_was = record_of(ObjectionFiling.objects.get(pk=said["filing"]))
    told = _("Not as it was handed in: open this form by the link beside it, and change nothing.")
    return {name: told for name, value in as_it_was.items() if said[name] != value}


def record_of(filing: ObjectionFiling) -> dict[str, Any]:
    """The facts with which an objection handed in is taken on the record."""
    received = timezone.localdate(filing.at).isoformat()
    return {"objector": filing.name, "received": received, "objection": filing.reason, "filing": filing.pk}


def objection_named(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: the objection answered is one of this case, and still open."""
    known = {one.act.seq: one for one in objections(application)}
    one = known.get(said["objection"])
    if one is None:
        return {"objection": _("No objection has this number in the record.")}
    if one.answer:
        return {"objection": _("This objection was answered before, in act %(seq)d.") % {"seq": one.answer.seq}}
    return {}
