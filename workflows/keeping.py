"""Open work that nobody can do any more goes where somebody can: back to the queue, or on to the agency that follows.

Each item by an act of the clock, so that the record says why. What a dismissal or a delegation taken back frees goes
back at once (`returned`, `returned_by_the_delegate`); what ends by its date, a term, a grant or a delegation, is found
by `manage.py tick`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from permits.access import covers, refusal
from permits.acts.perform import perform
from permits.acts.sweeps import Swept
from permits.errors import RecordChanged, WrongStatus
from roles.access import capacity, delegations_in_force
from roles.appointments import dismissed
from roles.days import local_today
from roles.delegations import taken_back
from roles.editions import work_asked
from roles.models import Delegation, Mandate, MandateGrant, Membership, Person, Post
from roles.models.mandates import current, in_matrix
from workflows.mandates import mandates_for, the_mandate
from workflows.models import WorkItem
from workflows.queues import open_items

log = logging.getLogger(__name__)


@receiver(dismissed)
def returned(sender: Any, term: Membership, **kwargs: Any) -> None:
    """What the person held by a post that is left today, or who stood in held for the person, goes back to the agency
    at once; also on the day on which the term began, through which the post is still held. Raises Busy when a case is
    locked: then the dismissal is undone, too."""
    today = local_today()
    if term.until is None or term.until > today:
        return
    stood_in = Q(owner__delegations_held__principal=term.person, owner__delegations_held__post=term.post)
    for item in open_items().filter(Q(owner=term.person) | stood_in).distinct().order_by("application_id", "pk"):
        with suppress(RecordChanged):  # whoever leaves, leaves: such a case stands still, and each tick tells of it
            if not _return(item) and term.until == today and not _held_beyond(item, term):
                why = _("The term of %(person)s in %(post)s ends today.") % {"person": term.person, "post": term.post}
                perform(item.application_id, "vacate", by=None, item=item.pk, reason=why)


@receiver(taken_back)
def returned_by_the_delegate(sender: Any, delegation: Delegation, **kwargs: Any) -> None:
    """What the delegate held only by a delegation that was taken back goes back to the agency at once: nobody else
    could go on with it. Raises Busy when a case is locked: then nothing is taken back."""
    held = open_items().filter(owner=delegation.delegate, mandate__agency=delegation.post.agency_id)
    for item in held.order_by("application_id", "pk"):
        with suppress(RecordChanged):
            _return(item)


def returned_by_who_stood_in(person: Person) -> int:
    """What others hold for `person`, whose account is closed, goes back to the agency, unless they hold its duty by
    themselves. Gives how many items. Raises Busy when a case is locked."""
    stood_in = open_items().filter(owner__delegations_held__principal=person).exclude(owner=person)
    returned = 0
    for item in stood_in.distinct().order_by("application_id", "pk"):
        with suppress(RecordChanged):
            returned += _return(item)
    return returned


@receiver(work_asked)
def open_steps(sender: Any, mandates: Collection[int], **kwargs: Any) -> dict[int, int]:
    """How many items are open under each of the mandates with these keys that has any. One query."""
    rows = open_items().filter(mandate__in=mandates).order_by().values_list("mandate").annotate(Count("pk"))
    return dict(rows)


def _held_beyond(item: WorkItem, term: Membership) -> bool:
    """Whether the holder will have the item's mandate tomorrow, by a post of their own or by standing in for
    another."""
    tomorrow = local_today() + timedelta(days=1)
    if item.mandate is None or item.mandate.agency_id != term.post.agency_id:
        return True  # what another agency or the unit waits for is not held by this post
    granted = MandateGrant.objects.filter(current(on=tomorrow), content_object=item.mandate)
    posts = Post.objects.filter(group__in=granted.values("group"))
    own = Membership.objects.filter(current(on=tomorrow), post__in=posts, person=item.owner)
    stood_in = delegations_in_force(tomorrow).filter(post__in=posts, delegate=item.owner)
    return own.exists() or stood_in.exists()


def return_unheld() -> Swept:
    """Items held by somebody whom nothing entitles to them any more."""
    grants, posts = "mandate__grants__", "mandate__grants__group__post__"
    in_post = WorkItem.objects.filter(
        current(grants), current(f"{posts}memberships__"), **{f"{posts}memberships__person": F("owner")}
    )
    held = open_items().exclude(owner=None).filter(in_matrix("mandate__"), mandate__isnull=False)
    doubtful = held.filter(Q(owner__is_active=False) | ~Q(pk__in=in_post.values("pk")))
    swept = Swept()
    for item in doubtful.order_by("application_id", "pk"):
        try:
            swept.recorded += _return(item)
        except Exception:  # whatever is wrong with one, a row nobody foresaw, must not stop the others
            log.exception("item %s of case %s could not be returned", item.pk, item.application_id)
            swept.failed.append(item.application_id)
    return swept


def _return(item: WorkItem) -> bool:
    """Put the item back into its agency's queue, unless its holder may work on it; gives whether it was put back."""
    reason = refusal(item.owner, "claim", item.application, item.mandate)
    if reason is None:
        return False
    perform(item.application_id, "vacate", by=None, item=item.pk, reason=_why(item, reason))
    return True


def _why(item: WorkItem, reason: str) -> str:
    """Why its holder may not work on it any more, in words for the record, which others read; `reason` is what the
    holder would be told."""
    if item.owner and item.owner.is_active and item.mandate and capacity(item.owner, item.mandate) is None:
        told = _("%(person)s holds no post with this duty any more, and stands in for nobody who does.")
        return told % {"person": item.owner}
    return _("%(person)s can no longer work on it: %(reason)s") % {"person": item.owner, "reason": reason}


def readdress() -> Swept:
    """Items whose mandate has left the role matrix go on to the mandate that follows. Where none follows, or several
    could, the case is left out, and the tick reports it."""
    swept = Swept()
    gone = open_items().exclude(mandate=None).exclude(in_matrix("mandate__"))
    for item in gone.order_by("application_id", "pk"):
        try:
            follows = successor(item)
            reason = _("The mandate it was addressed to has left the role matrix.")
            perform(item.application_id, "readdress", by=None, item=item.pk, office=follows, reason=reason)
            swept.recorded += 1
        except Exception:  # whatever is wrong with one, a row nobody foresaw, must not stop the others
            log.exception("no agency follows for item %s of case %s", item.pk, item.application_id)
            swept.failed.append(item.application_id)
    return swept


def successor(item: WorkItem) -> Mandate:
    """The mandate that follows the item's, which has left the role matrix: the one of the step's duty; for a step that
    asks several agencies the same agency's. Raises WrongStatus where there is none or more than one."""
    gone, application = item.mandate, item.application
    if gone is None:
        raise WrongStatus(_("This work item is the unit's."))
    if "mandate" not in item.data:
        follows = [the_mandate(application, gone.duty)]
    else:
        every = mandates_for(application, gone.duty, district=gone.jurisdiction_id)
        follows = [row for row in every if row.agency_id == gone.agency_id]
    follows = [row for row in follows if covers(row, application) and not row.left(local_today())]
    if len(follows) != 1:
        raise WrongStatus(_("The role matrix names no one agency that follows."))
    return follows[0]
