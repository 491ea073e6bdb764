"""Days that an act tells of lie after what they are about. That they are not still to come each fact says itself
(`Day(past=True)`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from permits.models import Application
from roles.models import Person

Said = Mapping[str, Any]
Errors = dict[str, str]


def since_receipt(field: str) -> Callable[[Application, Said, Person | None], Errors]:
    """A check that the day in `field` does not lie before the application was received."""

    def check(application: Application, said: Said, by: Person | None) -> Errors:
        return _since(application.received_on, field, said, _("This day lies before the application was received."))

    return check


def since_decision(field: str) -> Callable[[Application, Said, Person | None], Errors]:
    """A check that the day in `field` does not lie before the case was decided."""

    def check(application: Application, said: Said, by: Person | None) -> Errors:
        return _since(application.decided_on, field, said, _("This day lies before the decision."))

    return check


def _since(first: date | None, field: str, said: Said, message: str) -> Errors:
    return {field: message} if first and date.fromisoformat(said[field]) < first else {}
