"""Who enters people, posts and rights. Apart from who decides cases: an administrator has no mandate, ever.

The head of an agency and the manager of an operating unit staff their own body; the system administrator enters bodies
and accounts and fills the posts that head or manage one; the security administrator alone grants rights. So nobody
gives a right to somebody of their own choosing: it takes two. The post of a head has its right before it is filled, and
a head fills the posts that decide: so the other two administrators, and who heads the agency already, are told at once
who came to head it (workflows/notifications/posts.py).
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from roles.access import agencies_headed_by, units_managed_by
from roles.days import local_today
from roles.models import Administration, Agency, AgencyGrant, Membership, OperatingUnit, Person, Post, UnitGrant
from roles.models.mandates import current

Role = Administration.Role


def administers(person: Person) -> str:
    """Which of the three administrators `person` is today (`Administration.Role`); empty for everyone else."""
    if not person.is_active:
        return ""
    return Administration.objects.filter(current(), person=person).values_list("role", flat=True).first() or ""


def leads(post: Post) -> bool:
    """Whether `post` heads its agency or manages its unit, today or later, for good or until a day."""
    given = Q(group=post.group_id) & (Q(until=None) | Q(until__gte=local_today()))
    return (
        AgencyGrant.objects.filter(given, permission__codename="head").exists()
        or UnitGrant.objects.filter(given, permission__codename="manage").exists()
    )


def runs(person: Person, body: Agency | OperatingUnit) -> bool:
    """Whether `person` heads this agency, or manages this unit, today."""
    if isinstance(body, Agency):
        return agencies_headed_by(person).filter(pk=body.pk).exists()
    return units_managed_by(person).filter(pk=body.pk).exists()


def may_staff(by: Person, post: Post) -> bool:
    """Whether `by` fills and empties `post`: whoever runs the body, or for a leading post the system administrator."""
    return administers(by) == Role.SYSTEM if leads(post) else runs(by, post.body)


def staffs(by: Person, post: Post) -> bool:
    """Whether `by` runs the body of `post` and the post leads nothing: those are the people `by` looks after."""
    return runs(by, post.body) and not leads(post)


def may_make_posts(by: Person, body: Agency | OperatingUnit) -> bool:
    """Whether `by` makes posts in `body`: whoever runs it, or the system administrator."""
    return administers(by) == Role.SYSTEM or runs(by, body)


def may_enter_people(by: Person) -> bool:
    """Whether `by` opens accounts: the system administrator, and whoever runs an agency or a unit."""
    return administers(by) == Role.SYSTEM or agencies_headed_by(by).exists() or units_managed_by(by).exists()


def may_keep_account(by: Person, person: Person) -> bool:
    """Whether `by` changes the account of `person` and gives it a one-time link: the system administrator for everyone
    else's, and whoever runs a body for those who hold its posts, and only its posts. An administrator's account is kept
    by command: else one of the three could enter as another."""
    if by.pk == person.pk or administers(person):
        return False
    if administers(by) == Role.SYSTEM:
        return True
    terms = Membership.objects.filter(current(), person=person).select_related("post__agency", "post__unit")
    return bool(terms) and all(staffs(by, term.post) for term in terms)


def insist(allowed: bool) -> None:
    """Raises PermissionDenied unless `allowed`."""
    if not allowed:
        raise PermissionDenied(_("Your role does not allow this."))
