"""The end of a permit's term 失效: the permit's own machine, moved by the calendar."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from .errors import WrongStatus
from .locks import locked
from .models import Permit
from .models.permit import P


def expire(application_id: int, today: date) -> Permit:
    """Mark the permit expired if its last day lies before `today`. Raises WrongStatus if not valid or still running."""
    with locked(application_id) as application:
        permit = Permit.objects.get(pk=application.pk)
        if permit.status != P.VALID or permit.valid_to is None or permit.valid_to >= today:
            raise WrongStatus(_("This permit is not one whose term has ended."))
        permit.expire()
        permit.save(update_fields=["status"])
        return permit
