"""What an agency tells applicants of its own steps before the decision 过程信息: its head decides, closed by default.

Matters in procedure need not be made public before the decision (《政府信息公开条例》16(2), from memory, not verified).
"""

from __future__ import annotations

from django.db import transaction

from roles.authority import insist, runs
from roles.models import Agency, Person
from roles.models.security import What
from roles.security_log import note


@transaction.atomic
def tell_applicants(agency: Agency, *, at_once: bool, by: Person, ground: str) -> Agency:
    """From now on the steps and opinions of `agency` are told to applicants `at_once`, else with the decision.

    `by` heads it; `ground` names the paper it rests on. A line of the security log, none for no change. Raises
    PermissionDenied.
    """
    insist(runs(by, agency))
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    if agency.tells_at_once != at_once:
        agency.tells_at_once = at_once
        agency.save(update_fields=["tells_at_once"])
        note(What.BODY_CHANGED, by=by, body=agency, ground=ground, told={"tells_at_once": "yes" if at_once else "no"})
    return agency
