"""Other agencies that are asked 征求意见: whom a second round may ask, and whose agreement an approval needs 会签."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from permits.access import covers
from permits.models import Act, Application
from roles.days import local_today
from roles.models import Mandate, Person
from roles.models.mandates import Duty

Said = Mapping[str, Any]
Errors = dict[str, str]


# ---- bars ------------------------------------------------------------------------------------------------------------
def not_countersigned(application: Application) -> str | None:
    """Bars an approval without the agreement of each agency whose mandate countersigns, even if a refusal was proposed.
    Its last word counts; one that was silent or released has not agreed. Where its mandate left the role matrix, the
    agency whose mandate follows answers for it."""
    last = {_of(act): act for act in application.did("give_opinion", "record_silence", "drop_consultee")}
    if not last:
        return None
    asked = list(Mandate.objects.filter(pk__in=last).select_related("agency"))
    agreed = {row.pk for row in asked if last[row.pk].facts.get("position", "object") != "object"}
    missing = {row.agency.name for row in asked if row.countersign and row.pk not in agreed
               and not any(_follows(other, row, last) for other in asked if other.pk in agreed)}  # fmt: skip
    if missing:
        return _("Not countersigned by: %(agencies)s.") % {"agencies": _(", ").join(sorted(missing))}
    return None


def _follows(row: Mandate, gone: Mandate, last: Mapping[int, Act]) -> bool:
    """Whether `row` answered later for the agency whose mandate `gone` has left the role matrix."""
    same = (row.agency_id, row.jurisdiction_id) == (gone.agency_id, gone.jurisdiction_id)
    return same and gone.left(local_today()) and last[row.pk].seq > last[gone.pk].seq


def _of(answer: Act) -> int:
    """The mandate of the agency that answered, was silent, or was released."""
    return int(answer.mandate_id or 0 if answer.act == "give_opinion" else answer.facts["office"]["id"])


# ---- checks ----------------------------------------------------------------------------------------------------------
def countersigned(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: an approval is proposed only with the agreement of every agency that countersigns it."""
    reason = not_countersigned(application) if said.get("outcome", "approve") == "approve" else None
    return {"outcome": reason} if reason else {}


def consulted_again(application: Application, said: Said, by: Person | None) -> Errors:
    """A check: each agency is asked once, and has the duty to advise here: on another the round would wait forever."""
    keys = [row["office"]["id"] for row in said.get("consult") or ()]
    if len(set(keys)) < len(keys):
        return {"consult": _("An agency is named twice.")}
    today, named = local_today(), Mandate.objects.filter(pk__in=keys).select_related("agency")
    wrong = [row.agency.name for row in named
             if row.duty != Duty.ADVISE or row.left(today) or not covers(row, application)]  # fmt: skip
    if wrong:
        told = _("No duty to advise on this kind of permit in this place: %(agencies)s.")
        return {"consult": told % {"agencies": _(", ").join(wrong)}}
    return {}
