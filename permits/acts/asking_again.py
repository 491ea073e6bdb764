"""Correction is asked for once, in one list (许可法 32(1)(4)): what may be asked after that, and when acceptance may
still be refused for it.

What the applicant's answer itself changed could not be in the list, so it may be asked again. What the list named and
the answer left alone is not asked again; acceptance may be refused for it (a practice, no article: docs/readings.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from permits.acts.assessment import readable
from permits.acts.effects import time_to_ask_passed
from permits.drafts.corrections import changed_places, places
from permits.models import Act, Application
from permits.models.states import S
from roles.days import local_today
from roles.models import Person


def askable(application: Application) -> list[tuple[str, str]]:
    """The parts that a correction list may name now, as (code, label): every part at first, then what the answer
    changed."""
    every = places(application)
    if not application.did("request_correction"):
        return every
    changed = changed_places(application)
    return [(code, label) for code, label in every if code in changed]


def may_ask_again(application: Application) -> bool:
    """Whether correction was asked for before, and may be asked for once more in parts."""
    asked = application.status == S.SUBMITTED and application.did("request_correction")
    return bool(asked and askable(application))


def asking_not_over(application: Application) -> str | None:
    """Bars acceptance by silence until the whole last day for asking has passed (许可法 32(1)(4))."""
    if time_to_ask_passed(application):
        return None
    return _("The time in which correction can be asked for has not passed.")


def asking_over(application: Application) -> str | None:
    """A bar: nobody asks for correction once the application counts as accepted by silence, even if the clock has not
    recorded that yet. An application that the rules cannot read is accepted by nothing, so its correction may still be
    asked for."""
    if not time_to_ask_passed(application) or not readable(application):
        return None
    return _(
        "The time in which correction can be asked for has passed without a word: by law the application counts as "
        "accepted from its receipt (Licensing Law art 32(1)(4)). Accept it; what is missing is cleared up in the "
        "review."
    )


def left_uncorrected(application: Application) -> list[str]:
    """Labels of what was asked for and not mended: the answer left it as it was, or it was asked for twice."""
    requests = application.did("request_correction")
    if not requests:
        return []
    asked, before = _named(requests[-1]), frozenset[str]().union(*(_named(one) for one in requests[:-1]))
    left = (asked - changed_places(application)) | (asked & before)
    return [label for code, label in places(application) if code in left]


def _named(request: Act) -> frozenset[str]:
    return frozenset(row["where"] for row in request.facts["items"])


def nothing_to_ask_again(application: Application) -> str | None:
    """A bar: one notice was to name everything, and the answer to it changed nothing."""
    if not application.did("request_correction") or askable(application):
        return None
    return _(
        "The law asks once for everything (Licensing Law art 32(1)(4)), and the answer to that changed nothing that "
        "could be asked again. Accept the application, or refuse acceptance for what was asked for and not completed."
    )


def places_named(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: a correction list names parts of the application, the second time only what the answer changed. It
    leaves time, for who is late is refused acceptance; the first day is not counted (民法典 201)."""
    if said.get("until") and date.fromisoformat(said["until"]) <= local_today():
        return {"until": _("Give a day to come: this one leaves no time.")}
    allowed, known = dict(askable(application)), dict(places(application))
    named = [(str(number), row["where"]) for number, row in enumerate(said["items"], 1)]
    if unknown := [number for number, where in named if where not in known]:
        return {"items": _("Rows %(rows)s: choose the part from the list.") % {"rows": _(", ").join(unknown)}}
    if late := [number for number, where in named if where not in allowed]:
        told = _(
            "Rows %(rows)s: this was there when correction was asked for, and the law asks once for everything "
            "(Licensing Law art 32(1)(4)). Only what the answer changed can be asked again: %(changed)s."
        )
        return {"items": told % {"rows": _(", ").join(late), "changed": _(", ").join(allowed.values())}}
    return {}


def nothing_left_open(application: Application) -> str | None:
    """Why acceptance cannot be refused because something was not completed; None where it can."""
    requests = application.did("request_correction")
    if not requests:
        return _("Nothing was asked to be completed.")
    if application.status != S.CORRECTING:
        if over := asking_over(application):
            return over
        return None if left_uncorrected(application) else _(
            "The answer changed everything that was asked for. What it made wrong can be asked again."
        )  # fmt: skip
    until = requests[-1].facts.get("until")
    if not until:
        return _("No day was set by which to complete it: it cannot be late.")
    day = date.fromisoformat(until)
    if local_today() <= day:
        return _("It may still be completed, to %(day)s.") % {"day": date_format(day)}
    return None
