"""Who presides over a hearing 听证主持人: nobody who reviews the application, nor has an interest (许可法 48(1)[3])."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from permits.access import impartial, not_impartial
from permits.models import Application
from roles.models import Person
from roles.models.mandates import Duty


def chair_refused(application: Application, said: Mapping[str, Any]) -> dict[str, str]:
    """Why the announced or recorded chair may not preside as the case stands now: errors by field."""
    chair = said["chair"]["id"]
    if chair in _examined(application):
        return {"chair": _("The chair may not be someone who reviews this application (Licensing Law art 48(3)).")}
    wrong = not_impartial([chair], application)
    return {"chair": wrong} if wrong else {}


def may_chair(people: Sequence[Person], application: Application) -> list[Person]:
    """Those of `people` who may chair a hearing of the case."""
    examined = _examined(application)
    return impartial([one for one in people if one.pk not in examined], application)


def _examined(application: Application) -> set[int | None]:
    """Keys of the people who reviewed the case, of those for whom they stood in, and of who inspected the site (许可法
    48(1)[3])."""
    reviews = [one for one in application.history if one.duty in (Duty.FIRST_REVIEW, Duty.FINAL_REVIEW)]
    checks = (row for one in application.did("record_site_check") for row in one.facts["inspectors"])
    found = {key for one in reviews for key in (one.person_id, one.on_behalf_of_id)}
    return found | {row["person"]["id"] for row in checks}
