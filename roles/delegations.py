"""Standing in for someone who is away 代理. Nothing is deleted: a delegation taken back keeps its dates."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.access import agencies_headed_by
from roles.days import local_today
from roles.models import Delegation, Membership, Person, Post
from roles.models.mandates import current
from roles.models.security import What
from roles.security_log import note

taken_back = Signal()
"""Sent inside the transaction, with `delegation`, which gives nothing any more: whoever keeps work for its delegate
takes it back."""


@transaction.atomic
def delegate(
    principal: Person, to: Person, post: Post, *, since: date, until: date, reason: str, by: Person
) -> Delegation:
    """`to` exercises the mandates of `post` for `principal` from `since` to `until`, both counted.

    `by` is the principal or the head of the agency. Raises ValidationError with the field at fault: dates, a post the
    principal does not hold, a delegate outside the agency or with a closed account, a head who would stand in by their
    own order, or an overlap in the same post.
    """
    errors: dict[str, object] = {}
    if until < since or until < local_today():
        errors["until"] = _("The last day lies before the first, or in the past.")
    if since < local_today():  # as if what had been done before were done for the other
        errors["since"] = _("Nobody stood in before it was ordered: give today or a later day.")
    if not post.memberships.filter(current(), person=principal).exists():
        errors["post"] = _("This person does not hold this post.")
    if to == principal:
        errors["to"] = _("Nobody stands in for themselves.")
    elif to == by:
        errors["to"] = _(
            "Nobody gives another's post to themselves. Another head of the agency, or the person who is away, does."
        )
    elif not to.is_active or not Membership.objects.filter(current(), person=to, post__agency=post.agency_id).exists():
        errors["to"] = _("Only somebody of the same agency can stand in.")
    if not reason.strip():
        errors["reason"] = _("This field is required.")
    if by != principal and not _heads(by, post):
        errors["principal"] = _("Only the person away or the head of the agency delegates.")
    Person.objects.select_for_update().get(pk=principal.pk)  # two at once would not see each other's
    same = Delegation.objects.filter(
        principal=principal, post=post, since__lte=until, until__gte=since, taken_back_at=None
    )
    if not errors and same.exists():
        errors["since"] = _("Somebody stands in for this post in that time already.")
    if errors:
        raise ValidationError(errors)
    given = Delegation.objects.create(
        principal=principal, delegate=to, post=post, since=since, until=until, reason=reason.strip(), made_by=by
    )
    note(What.DELEGATED, by=by, person=to, post=post, ground=reason, told=given.told)
    return given


@transaction.atomic
def take_back(delegation: Delegation, *, by: Person) -> Delegation:
    """End `delegation` at once, also one that has not begun; what is held by it alone goes back to the queue.

    Raises ValidationError for who may not, or if ended, and what `taken_back` raises; then nothing is done.
    """
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if by != delegation.principal and not _heads(by, delegation.post):
        raise ValidationError({"principal": _("Only the person away or the head of the agency takes it back.")})
    if delegation.until < local_today() or delegation.taken_back_at:
        raise ValidationError({"until": _("It has ended already.")})
    delegation.taken_back_at = timezone.now()
    delegation.save(update_fields=["taken_back_at"])
    told = delegation.told | ({"never_held": True} if delegation.since > local_today() else {})
    note(What.DELEGATION_ENDED, by=by, person=delegation.delegate, post=delegation.post, told=told)
    taken_back.send(Delegation, delegation=delegation)
    return delegation


def _heads(person: Person, post: Post) -> bool:
    return post.agency is not None and agencies_headed_by(person).filter(pk=post.agency.pk).exists()
