"""People take and leave posts, posts get and lose grants. Nothing is deleted: every term and grant keeps its dates.

A post's group holds its members of today, for Django's own permissions; what counts for acts are the terms
(`roles.access`). Each verb is atomic, writes its line of the security log, and raises `ValidationError` with the field
at fault, PermissionDenied where `by` may not (`roles.authority`); without `by` it is a command of the installation.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.ctypes import get_content_type

from roles.authority import Role, administers, insist, may_keep_account, may_make_posts, may_staff
from roles.days import local_today
from roles.models import (
    Agency,
    AgencyGrant,
    Delegation,
    Mandate,
    MandateGrant,
    Membership,
    OperatingUnit,
    Person,
    Post,
    UnitGrant,
)
from roles.models.mandates import WORKING_DUTIES, Grant, current, held
from roles.models.security import What
from roles.security_log import note

dismissed = Signal()
"""Sent inside the transaction, with `term`: whoever keeps work for its holder takes it back. A receiver that knows of
acts done in it later raises `ValidationError`."""

BACKDATED, AHEAD = timedelta(days=31), timedelta(days=2 * 366)
Target = Mandate | Agency | OperatingUnit


@transaction.atomic
def make_post(
    body: Agency | OperatingUnit, name: str, *, name_en: str = "", slug: str = "", by: Person | None = None
) -> Post:
    """A new post of `body`, which gives nothing until it is granted something; `slug` is its key where that must be a
    known one. Raises `ValidationError` for a name that the body has already, one that is too long or of more than a
    line."""
    insist(by is None or may_make_posts(by, body))
    where = {"agency": body} if isinstance(body, Agency) else {"unit": body}
    if Post.objects.filter(name=name, **where).exists():
        raise ValidationError({"name": _("There is a post of this name already.")})
    post = Post(slug=slug or f"post-{secrets.token_hex(8)}", name=name, name_en=name_en, **where)
    post.clean_fields(exclude=["group", "slug"])
    post.group = Group.objects.create(name=post.slug)
    post.save()
    note(What.POST_MADE, by=by, post=post, told={"name": name})
    return post


@transaction.atomic
def appoint(
    person: Person,
    post: Post,
    *,
    since: date | None = None,
    until: date | None = None,
    by: Person | None = None,
    ground: str = "",
) -> Membership:
    """`person` holds `post` from `since` (default today) to `until`, both counted, or without an end.

    The term may lie in the future; `ground` names the paper it rests on. Raises `ValidationError` for a closed account,
    an administrator, `by` themselves, a term that ends before it begins, or one that overlaps with another term of the
    same person in the same post.
    """
    insist(by is None or may_staff(by, post))
    if by is not None and by.pk == person.pk:  # as nobody stands in for whom they themselves named
        raise ValidationError({"person": _("Nobody appoints themselves.")})
    person = Person.objects.select_for_update().get(pk=person.pk)  # two clerks appointing at once: one waits
    since = since or local_today()
    check_term(since, until)
    if not person.is_active:
        raise ValidationError({"person": _("This account is closed.")})
    if person.administrations.filter(current()).exists():
        raise ValidationError({"person": _("An administrator holds no post.")})
    if by is not None:
        _check_own(person, post, since)
    if _overlapping(Membership.objects.filter(person=person, post=post), since, until):
        raise ValidationError({"since": _("This person already holds this post in that time.")})
    term = Membership.objects.create(person=person, post=post, since=since, until=until, appointed_by=by)
    keep_group(post)
    note(What.APPOINTED, by=by, person=person, post=post, ground=ground, told=_dates(term))
    return term


def _check_own(person: Person, post: Post, since: date) -> None:
    """Nobody draws another body's people to their own: whoever belongs to an applicant decides nothing for an agency,
    so that a post forced on an officer would bar them. Nor are terms begun long ago, which would bar backwards, nor far
    ahead, which is a slip."""
    of_body = {"agency": post.agency} if post.agency else {"unit": post.unit}
    today = local_today()
    elsewhere = Post.objects.exclude(**of_body).filter(memberships__person=person)
    if elsewhere.filter(Q(memberships__until=None) | Q(memberships__until__gte=today)).exists():
        raise ValidationError({"person": _("This person holds a post of another body. That ends first.")})
    if since < today - BACKDATED:
        raise ValidationError({"since": _("A term begins at most a month back.")})
    if since > today + AHEAD:
        raise ValidationError({"since": _("A term begins at most two years ahead.")})


@transaction.atomic
def dismiss(
    person: Person, post: Post, *, until: date | None = None, by: Person | None = None, ground: str = ""
) -> Membership:
    """End the term of `person` in `post` that holds today, or the next one, as `end_term` does.

    Raises `ValidationError` also when there is no open or future term.
    """
    insist(by is None or may_staff(by, post))
    terms = Membership.objects.filter(person=person, post=post)
    lasting = Q(until__isnull=True) | Q(until__gte=until or local_today())
    term = terms.filter(lasting).order_by("since").first()
    if term is None:
        raise ValidationError({"person": _("This person does not hold this post.")})
    return end_term(term, until=until, by=by, ground=ground)


@transaction.atomic
def end_term(term: Membership, *, until: date | None = None, by: Person | None = None, ground: str = "") -> Membership:
    """The last day of `term` is `until`; by default yesterday, so that it takes effect at once.

    A term that began today ends today at the earliest: it was held. One that has not begun never is, and its last day,
    by default, lies before its first. Raises `ValidationError` when it ends before that
    already, when `until` lies before its beginning or before the last act done in the post, or, set by a person, more
    than a month back: who served a body is tied to it by what the term says.
    """
    insist(by is None or may_staff(by, term.post))
    if by is not None and until is not None and until < local_today() - BACKDATED:
        raise ValidationError({"until": _("A term ends at most a month back.")})
    term = Membership.objects.select_for_update().get(pk=term.pk)
    term.until, term.dismissed_by = _last_day(term, until), by
    term.save(update_fields=["until", "dismissed_by"])
    keep_group(term.post)
    note(What.DISMISSED, by=by, person=term.person, post=term.post, ground=ground, told=_dates(term))
    dismissed.send(sender=Membership, term=term)
    return term


def _last_day(term: Membership | Grant, until: date | None) -> date:
    """The day it ends on, which is no later than it would: nothing is made longer by ending it."""
    today = local_today()
    last = until or (today if term.since == today else today - timedelta(days=1))
    if until is not None:
        check_term(term.since, until)
    if term.until is not None and (term.until < last or term.never_held):
        raise ValidationError({"until": _("It ends before that already.")})
    return last


@transaction.atomic
def deactivate(person: Person, *, by: Person | None = None, ground: str = "") -> Person:
    """Closes an account. The person, the terms held and every act stay; nothing can be done with it any more, and
    nobody stands in for the person or by the person any more."""
    insist(by is None or may_keep_account(by, person))
    person = Person.objects.select_for_update().get(pk=person.pk)
    person.is_active = False
    person.save(update_fields=["is_active"])
    note(What.ACCOUNT_CLOSED, by=by, person=person, ground=ground)
    for term in Membership.objects.filter(Q(until__isnull=True) | Q(until__gt=local_today()), person=person):
        term.until, term.dismissed_by = _last_day_of_account(term), by
        term.save(update_fields=["until", "dismissed_by"])
        keep_group(term.post)
        note(What.DISMISSED, by=by, person=person, post=term.post, ground=ground, told=_dates(term))
    standing_in = Delegation.objects.filter(until__gte=local_today(), taken_back_at=None)
    for delegation in standing_in.filter(Q(principal=person) | Q(delegate=person)):
        delegation.taken_back_at = timezone.now()
        delegation.save(update_fields=["taken_back_at"])
        told = delegation.told
        note(What.DELEGATION_ENDED, by=by, person=delegation.delegate, post=delegation.post, ground=ground, told=told)
    return person


def _last_day_of_account(term: Membership) -> date:
    """Today, on which it was held; for a term that has not begun the day before, so that it never is."""
    today = local_today()
    return today if term.since <= today else today - timedelta(days=1)


def keep_group(post: Post) -> None:
    """Makes the post's group hold exactly those whose term holds today."""
    holders = Person.objects.filter(pk__in=post.memberships.filter(current()).values("person"), is_active=True)
    post.group.user_set.set(holders)


def keep_groups() -> None:
    """All groups in step with today: run daily, since terms begin and end without anyone touching them."""
    for post in Post.objects.select_related("group"):
        keep_group(post)


@transaction.atomic
def grant(
    post: Post,
    target: Target,
    *,
    by: Person | None = None,
    since: date | None = None,
    until: date | None = None,
    ground: str = "",
    manage: bool = False,
) -> Grant:
    """Gives `post` what `target` allows: a mandate's own duty, to head an agency, to apply for an operating unit, or
    with `manage` to manage it.

    `ground` names the paper it rests on; only the security administrator grants. Raises `ValidationError` for a mandate
    no step of a procedure needs or that left the role matrix, a post of another agency, an agency's post asked to apply
    for a unit, a bad term, or a term it already has.
    """
    insist(by is None or administers(by) == Role.SECURITY)
    _check_fit(post, target)
    since = since or local_today()
    check_term(since, until)
    kind, codename = _grant_of(target)
    codename = "manage" if manage and isinstance(target, OperatingUnit) else codename
    permission = Permission.objects.get(content_type=get_content_type(target), codename=codename)
    given = kind._default_manager.filter(group=post.group, permission=permission, content_object=target)
    if _overlapping(given, since, until):
        raise ValidationError({"since": _("This post already has this grant in that time.")})
    created: Grant = kind._default_manager.create(
        group=post.group,
        permission=permission,
        content_object=target,
        granted_by=by,
        since=since,
        until=until,
        ground=ground,
    )
    note(What.GRANTED, by=by, post=post, ground=ground, told=told_of_grant(created))
    return created


@transaction.atomic
def end_grant(given: Grant, *, until: date | None = None, by: Person | None = None, ground: str = "") -> Grant:
    """The last day of a grant is `until`; by default yesterday, so that it ends at once (one given today: today). One
    that has not begun then never holds.

    Raises `ValidationError` when it has already ended, or would end before it began.
    """
    insist(by is None or administers(by) == Role.SECURITY)
    given = type(given)._default_manager.select_for_update().get(pk=given.pk)
    if given.until is not None and given.until < local_today():
        raise ValidationError({"until": _("This grant has already ended.")})
    given.until, given.ended_by = _last_day(given, until), by
    given.save(update_fields=["until", "ended_by"])
    post = Post.objects.get(group=given.group_id)
    note(What.GRANT_ENDED, by=by, post=post, ground=ground, told=told_of_grant(given))
    return given


def _dates(term: Membership | Grant) -> dict[str, Any]:
    told = {"since": term.since.isoformat(), "until": term.until.isoformat() if term.until else None}
    return told | {"never_held": True} if term.never_held else told


def told_of_grant(given: Grant) -> dict[str, Any]:
    """What a line of the security log says of a grant."""
    target = given.content_object  # type: ignore[attr-defined]
    key = target.key if isinstance(target, Mandate) else target.slug if isinstance(target, Agency) else target.pk
    return {"right": given.permission.codename, "on": key, **_dates(given)}


def check_term(since: date, until: date | None) -> None:
    """Raises `ValidationError` for a term that ends before it begins."""
    if until is not None and until < since:
        raise ValidationError({"until": _("The last day lies before the first.")})


def _overlapping(rows: models.QuerySet[models.Model], since: date, until: date | None) -> bool:
    """Whether one of `rows` (with `since`, `until`) shares a day with the given term."""
    lasting = Q(until__isnull=True) | Q(until__gte=since)
    begun = Q(since__lte=until) if until is not None else Q()
    return rows.filter(held(), lasting & begun).exists()


def _check_fit(post: Post, target: Target) -> None:
    """A post acts for its own body; an agency does not apply to itself."""
    if isinstance(target, OperatingUnit):
        if post.unit_id is None:
            raise ValidationError({"post": _("A post of an agency does not apply for an operating unit.")})
        return
    agency_id = target.pk if isinstance(target, Agency) else target.agency_id
    if post.agency_id != agency_id:
        raise ValidationError({"post": _("This post belongs to another body.")})
    if isinstance(target, Mandate) and target.duty not in WORKING_DUTIES:
        raise ValidationError({"target": _("No step of a procedure needs this duty, so nobody acts under it.")})
    if isinstance(target, Mandate) and target.left(local_today()):
        raise ValidationError({"target": _("This mandate has left the role matrix.")})


def _grant_of(target: Target) -> tuple[type[Grant], str]:
    """The model of the grant and the codename of what it allows."""
    if isinstance(target, Mandate):
        return MandateGrant, f"{target.duty}_under"
    return (AgencyGrant, "head") if isinstance(target, Agency) else (UnitGrant, "apply_for")
