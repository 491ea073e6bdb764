"""When an officer leaves, the work stays."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from permits.acts import perform
from roles import appointments
from roles.models import Person

from .models import OPEN, WorkItem


def deactivate(person: Person, *, by: Person | None = None) -> int:
    """Close the account of `person` and return each open item held to its agency's queue, an act each.

    The clocks run on, the history stays. Returns how many items were returned. Raises Busy when a case is locked; then
    nothing is done.
    """
    with transaction.atomic():
        appointments.deactivate(person, by=by)
        items = list(WorkItem.objects.filter(owner=person, status__in=OPEN).order_by("application_id"))
        for item in items:
            reason = _("The account of %(person)s was closed.") % {"person": person}
            perform(item.application_id, "vacate", by=None, item=item.pk, reason=reason)
    return len(items)
