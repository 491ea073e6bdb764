"""What a person may do by the posts held today. guardian's `has_perm` is never asked alone: it honours grants
that have ended and lets superusers through; here nobody is above the law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from .models import Agency, Delegation, Mandate, OperatingUnit, Person, Post
from .models.mandates import current


def _granted(model: type[Any], person: Person, codename: Any) -> QuerySet[Any]:
    """Rows of `model` on which a post held today by `person` has a grant of `codename` in force today."""
    everything: QuerySet[Any] = model.objects.all()
    if not person.is_active:
        return everything.none()
    held = everything.filter(  # one filter call: every condition speaks of the same grant and the same term
        current("grants__"),
        current("grants__group__post__memberships__"),
        grants__permission__codename=codename,
        grants__group__post__memberships__person=person,
    )
    return everything.filter(pk__in=held.values("pk"))


OWN_DUTY = Concat(F("duty"), Value("_under"))


def mandates_of(person: Person) -> QuerySet[Mandate]:
    """Mandates whose own duty `person` may exercise today, in a post or for someone who is away. One query, usable as a
    subquery."""
    held = _granted(Mandate, person, OWN_DUTY)
    return Mandate.objects.filter(Q(pk__in=held.values("pk")) | Q(pk__in=_delegated(person).values("pk")))


def _delegated(person: Person) -> QuerySet[Mandate]:
    """Mandates of posts in which `person` stands in today for a principal who still holds them."""
    if not person.is_active:
        return Mandate.objects.none()
    post = "grants__group__post__"
    return Mandate.objects.filter(
        current("grants__"),
        current(f"{post}delegations__"),
        current(f"{post}memberships__"),
        grants__permission__codename=OWN_DUTY,
        **{
            f"{post}delegations__delegate": person,
            f"{post}delegations__taken_back_at": None,
            f"{post}delegations__principal__is_active": True,
            f"{post}memberships__person": F(f"{post}delegations__principal"),
        },
    )


@dataclass(frozen=True)
class Capacity:
    """In which post, and for whom if not for oneself, a person exercises a mandate."""

    post: Post
    principal: Person | None = None


def capacity(person: Person, mandate: Mandate) -> Capacity | None:
    """How `person` holds `mandate` today: the own post before a delegated one; None if not at all."""
    if not person.is_active:
        return None
    granted = Post.objects.filter(
        group__in=mandate.grants.filter(current(), permission__codename=f"{mandate.duty}_under").values("group")
    )
    if own := granted.filter(current("memberships__"), memberships__person=person).first():
        return Capacity(own)
    given = Delegation.objects.filter(current(), delegate=person, post__in=granted, taken_back_at=None)
    for standing_in in given.select_related("post", "principal"):
        if (
            standing_in.principal.is_active
            and standing_in.post.memberships.filter(current(), person=standing_in.principal).exists()
        ):
            return Capacity(standing_in.post, standing_in.principal)
    return None


def units_of(person: Person) -> QuerySet[OperatingUnit]:
    """Operating units `person` may apply for today."""
    return _granted(OperatingUnit, person, "apply_for")


def agencies_headed_by(person: Person) -> QuerySet[Agency]:
    """Agencies `person` heads today: reassigns their work, extends their periods."""
    return _granted(Agency, person, "head")
