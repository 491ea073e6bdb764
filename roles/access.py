"""What a person may do by the posts held today. guardian's `has_perm` is never asked alone: it honours grants
that have ended and lets superusers through; here nobody is above the law."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from msgspec import Struct

from roles.days import local_today
from roles.models import Agency, Delegation, Mandate, Membership, OperatingUnit, Person, Post, UnitGrant
from roles.models.mandates import WORKING_DUTIES, Duty, current, held, in_matrix
from roles.reference import kept


@kept
def _groups_of(person: Person) -> frozenset[tuple[int, bool]]:
    """Groups of the posts `person` holds today (True) or stands in for (False). One query.

    Posts first, then what their groups were granted: as one query these joins take PostgreSQL longer to plan than all
    the rest of a page.
    """
    return frozenset(_posts_held(person).union(_posts_stood_in(person)))


@kept
def _granted(model: type[Any], person: Person, codename: str) -> frozenset[int | str]:
    """Keys of the rows of `model` on which a post held today by `person` has a grant of `codename` in force today."""
    own = [group for group, in_person in _groups_of(person) if in_person]
    if not own:
        return frozenset()
    held = model.objects.filter(  # one filter call: every condition speaks of the same grant
        current("grants__"), grants__permission__codename=codename, grants__group__in=own
    )
    return frozenset(held.order_by().values_list("pk", flat=True))


OWN_DUTY = Concat(F("duty"), Value("_under"))


@kept
def _held(person: Person) -> frozenset[tuple[int, str]]:
    """Mandates, by key and duty, of `mandates_held`. Two queries."""
    groups = [group for group, _in_person in _groups_of(person)]
    if not groups:
        return frozenset()
    return frozenset(_exercised_by(groups).order_by().values_list("pk", "duty"))


def mandates_held(person: Person) -> frozenset[int]:
    """Keys of the mandates of the role matrix whose own duty `person` may exercise today, in a post or for someone who
    is away."""
    return frozenset(pk for pk, _duty in _held(person))


def mandates_of_each(people: QuerySet[Person], duty: Duty) -> dict[int, frozenset[int]]:
    """Keys of the mandates with this duty among `mandates_held`, by the key of each of `people`. Three queries."""
    keys = people.order_by().values("pk")
    own = Membership.objects.filter(current(), person__in=keys, person__is_active=True)
    posts = [*own.order_by().values_list("person", "post__group")]
    posts += delegations_in_force().filter(delegate__in=keys).order_by().values_list("delegate", "post__group")
    granted = defaultdict[int, set[int]](set)
    exercised = _exercised_by({group for _person, group in posts}).filter(duty=duty)
    for group, mandate in exercised.order_by().values_list("grants__group", "pk"):
        granted[group].add(mandate)
    found = defaultdict[int, set[int]](set)
    for person, group in posts:
        found[person] |= granted[group]
    return {person: frozenset(mandates) for person, mandates in found.items()}


def duties_of(person: Person) -> frozenset[str]:
    """The duties of these mandates."""
    return frozenset(duty for _pk, duty in _held(person))


def _exercised_by(groups: Collection[int]) -> QuerySet[Mandate]:
    return Mandate.objects.filter(
        in_matrix(), current("grants__"), grants__permission__codename=OWN_DUTY, grants__group__in=groups
    )


def mandates_of(person: Person) -> QuerySet[Mandate]:
    """The mandates of `mandates_held`, also to ask within a query: their keys stand in it, nothing is joined."""
    return Mandate.objects.filter(pk__in=mandates_held(person))


@kept
def mandates_within_reach(person: Person) -> tuple[Mandate, ...]:
    """The mandates of `mandates_held`, and every mandate of the agencies `person` heads today, be it that it left the
    role matrix; with their agencies, by key. One query."""
    within = Q(pk__in=mandates_held(person)) | Q(agency__in=_granted(Agency, person, "head"))
    return tuple(Mandate.objects.filter(within).select_related("agency").order_by("pk"))


def held_by_somebody() -> QuerySet[Mandate]:
    """The mandates whose own duty somebody can exercise today: a post that was granted it has a holder with an open
    account. Who stands in does so for a holder."""
    member = "grants__group__post__memberships__"
    return Mandate.objects.filter(
        current("grants__"), current(member), grants__permission__codename=OWN_DUTY,
        **{f"{member}person__is_active": True},
    )  # fmt: skip


class Capacity(Struct, frozen=True):
    """In which post, and for whom if not for oneself, a person exercises a mandate."""

    post: Post
    principal: Person | None = None


@kept
def capacity(person: Person, mandate: Mandate) -> Capacity | None:
    """How `person` holds `mandate` today: the own post before a delegated one; None if not at all.

    Nobody holds a mandate that has left the role matrix, nor what they delegated to themselves as an agency's head.
    """
    grants = mandate.grants.filter(in_matrix("content_object__"), current())
    granted = Post.objects.filter(group__in=grants.filter(permission__codename=f"{mandate.duty}_under").values("group"))
    held = granted.filter(current("memberships__"), memberships__person=person, memberships__person__is_active=True)
    if own := held.first():
        return Capacity(own)
    given = delegations_in_force().filter(delegate=person, post__in=granted)
    if standing_in := given.select_related("post", "principal").first():
        return Capacity(standing_in.post, standing_in.principal)
    return None


def delegations_in_force(on: date | None = None) -> QuerySet[Delegation]:
    """Delegations that give something on `on` (default today): for who still holds the post, to who still belongs to
    its agency, and not by the word of who stands in."""
    terms = Membership.objects.filter(current(on=on))
    return Delegation.objects.filter(
        current(on=on),
        Exists(terms.filter(post=OuterRef("post"), person=OuterRef("principal"))),
        Exists(terms.filter(post__agency=OuterRef("post__agency"), person=OuterRef("delegate"))),
        taken_back_at=None,
        principal__is_active=True,
        delegate__is_active=True,
    ).exclude(made_by=F("delegate"))


def standing_in(person: Person) -> list[Delegation]:
    """Delegations by which `person` acts for others today; no query where the groups held tell that there is none."""
    if all(in_person for _group, in_person in _groups_of(person)):
        return []
    found = delegations_in_force().filter(delegate=person).select_related("principal", "post")
    return list(found.order_by("until", "pk"))


class Reach(Struct, frozen=True):
    """Of what a person may know today: units to apply for, and kinds (blank: every kind) and places of mandates.

    A place comes with each division directly below it, or None. `consulted` are the mandates to advise: they speak of
    the cases in which somebody asked, wherever these lie.
    """

    units: Collection[int] = ()
    places: Collection[tuple[str, str, str | None]] = ()
    consulted: Collection[int] = ()


@kept
def reach_of(person: Person) -> Reach:
    """What `units_of`, `mandates_of` and the working mandates of `agencies_headed_by` speak of, in three queries."""
    groups = _groups_of(person)
    if not groups:
        return Reach()
    own = [group for group, in_person in groups if in_person]
    told = ("duty", "pk", "kind", "jurisdiction", "jurisdiction__districts")
    held = _exercised_by([group for group, _in_person in groups])
    headed = Mandate.objects.filter(
        in_matrix(),
        current("agency__grants__"),
        agency__grants__permission__codename="head",
        agency__grants__group__in=own,
        duty__in=WORKING_DUTIES,
    )
    units = UnitGrant.objects.filter(current(), permission__codename="apply_for", group__in=own)
    rows = list(held.order_by().values_list(*told).union(headed.order_by().values_list(*told)))
    return Reach(
        units=frozenset(units.values_list("content_object", flat=True)),
        places=frozenset((kind, place, part) for duty, _pk, kind, place, part in rows if duty != Duty.ADVISE),
        consulted=frozenset(pk for duty, pk, *_place in rows if duty == Duty.ADVISE),
    )


def only_applies(person: Person) -> bool:
    """Whether all posts `person` holds today, or stands in for, are of operating units. One query."""
    own = Q(current("memberships__"), memberships__person=person)
    stood_in = Q(current("delegations__"), delegations__delegate=person, delegations__taken_back_at=None)
    held = list(Post.objects.filter(own | stood_in).order_by().values_list("agency", flat=True).distinct())
    return bool(held) and not any(held)


def _posts_held(person: Person) -> QuerySet[Post, tuple[int, bool]]:
    """Groups of the posts `person` holds today, each with True."""
    posts = Post.objects.filter(
        current("memberships__"), memberships__person=person, memberships__person__is_active=True
    )
    return posts.order_by().values_list("group", Value(True))


def _posts_stood_in(person: Person) -> QuerySet[Delegation, tuple[int, bool]]:
    """Groups of the posts in which `person` stands in today, each with False."""
    given = delegations_in_force().filter(delegate=person)
    return given.order_by().values_list("post__group", Value(False))


def units_of(person: Person) -> QuerySet[OperatingUnit]:
    """Operating units `person` may apply for today."""
    return OperatingUnit.objects.filter(pk__in=_granted(OperatingUnit, person, "apply_for"))


def applies_for(person: Person, unit: int) -> bool:
    """Whether `person` may apply for the unit with this key today."""
    return unit in _granted(OperatingUnit, person, "apply_for")


@kept
def anybody_applies_for(unit: int) -> bool:
    """Whether somebody with an open account may apply for the unit with this key today. One query."""
    return _given_to_somebody().filter(content_object=unit).exists()


def left_alone(units: QuerySet[OperatingUnit]) -> QuerySet[OperatingUnit]:
    """Those of `units` for which nobody with an open account may apply today."""
    return units.exclude(pk__in=_given_to_somebody().order_by().values("content_object"))


def _given_to_somebody() -> QuerySet[UnitGrant]:
    member = "group__post__memberships__"
    return UnitGrant.objects.filter(
        current(), current(member), permission__codename="apply_for", **{f"{member}person__is_active": True}
    )


def heads(person: Person, agency: int) -> bool:
    """Whether `person` heads the agency with this key today."""
    return agency in _granted(Agency, person, "head")


@kept
def units_served(people: frozenset[int], unit: int | None = None) -> tuple[tuple[int, date | None], ...]:
    """Operating units one of `people` (keys) belongs or belonged to by today, each with the last day (None:
    still); with `unit` only the terms of that one. One belongs to the unit of a post, and to every unit that post may
    apply for. One query.
    """
    today, member = local_today(), "group__post__memberships__"
    terms = Membership.objects.filter(held(), person__in=people, since__lte=today, post__unit__isnull=False)
    granted = UnitGrant.objects.filter(
        held(member), permission__codename="apply_for", **{f"{member}person__in": people, f"{member}since__lte": today}
    )
    if unit is not None:
        terms, granted = terms.filter(post__unit=unit), granted.filter(content_object=unit)
    served = terms.order_by().values_list("post__unit", "until")
    return tuple(served.union(granted.order_by().values_list("content_object", f"{member}until")))


def agencies_headed_by(person: Person) -> QuerySet[Agency]:
    """Agencies `person` heads today: reassigns their work, extends their periods."""
    return Agency.objects.filter(pk__in=_granted(Agency, person, "head"))


def units_managed_by(person: Person) -> QuerySet[OperatingUnit]:
    """Operating units `person` manages today: invites their clerks, ends their terms."""
    return OperatingUnit.objects.filter(pk__in=_granted(OperatingUnit, person, "manage"))
