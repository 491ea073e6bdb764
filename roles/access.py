"""What a person may do by the posts held today. guardian's `has_perm` is never asked alone: it honours grants
that have ended and lets superusers through; here nobody is above the law."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from .models import Agency, Mandate, OperatingUnit, Person
from .models.mandates import current


def _granted(model: type[Any], person: Person, codename: Any) -> QuerySet[Any]:
    """Rows of `model` on which a post held today by `person` has a grant of `codename` in force today."""
    if not person.is_active:
        return model.objects.none()
    held = model.objects.filter(  # one filter call: every condition speaks of the same grant and the same term
        current("grants__"),
        current("grants__group__post__memberships__"),
        grants__permission__codename=codename,
        grants__group__post__memberships__person=person,
    )
    return model.objects.filter(pk__in=held.values("pk"))


def mandates_of(person: Person) -> QuerySet[Mandate]:
    """Mandates whose own duty `person` may exercise today. One query, usable as a subquery."""
    return _granted(Mandate, person, Concat(F("duty"), Value("_under")))


def units_of(person: Person) -> QuerySet[OperatingUnit]:
    """Operating units `person` may apply for today."""
    return _granted(OperatingUnit, person, "apply_for")


def agencies_headed_by(person: Person) -> QuerySet[Agency]:
    """Agencies `person` heads today: reassigns their work, extends their periods."""
    return _granted(Agency, person, "head")
