"""An agency's people: who holds what, and when an officer leaves, the work stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.perform import perform
from permits.errors import NotPermitted, RecordChanged
from roles import appointments
from roles.authority import may_keep_account
from roles.days import local_today
from roles.models import Agency, AgencyGrant, Delegation, Membership, Person
from roles.models.mandates import current
from workflows.keeping import returned_by_who_stood_in
from workflows.models import OPEN, WorkItem
from workflows.queues import LATE, pressing


class Officer(Struct):
    """Someone with a post in the agency today: the posts, the open work held, and how much of it is overdue."""

    person: Person
    terms: list[Membership] = []
    open: int = 0
    late: int = 0
    closable: bool = True
    """Whether the head may close the account: no head's, and of nobody with a post elsewhere too."""


def officers(agency: Agency) -> list[Officer]:
    """Everyone with a post in `agency` today, by name. Three queries."""
    found: dict[int, Officer] = {}
    terms = Membership.objects.filter(current(), post__agency=agency, person__is_active=True)
    for term in terms.select_related("person", "post").order_by("person__name", "person", "post"):
        found.setdefault(term.person_id, Officer(term.person)).terms.append(term)
    held = WorkItem.objects.filter(owner__in=found, status__in=OPEN, mandate__agency=agency).values("owner")
    for row in held.annotate(open=Count("pk"), late=Count("pk", filter=pressing(LATE))):
        found[row["owner"]].open, found[row["owner"]].late = row["open"], row["late"]
    heads = AgencyGrant.objects.filter(current(), permission__codename="head").values("group")
    elsewhere = Membership.objects.filter(current(), ~Q(post__agency=agency) | Q(post__group__in=heads))
    for pk in elsewhere.filter(person__in=found).values_list("person", flat=True):
        found[pk].closable = False
    return list(found.values())


def standing_in(agencies: Iterable[Agency]) -> dict[int, list[Delegation]]:
    """Delegations that hold today or later, by agency. One query."""
    found: dict[int, list[Delegation]] = defaultdict(list)
    rows = Delegation.objects.filter(post__agency__in=agencies, until__gte=local_today(), taken_back_at=None)
    for row in rows.select_related("principal", "delegate", "post__agency"):
        found[row.post.agency_id or 0].append(row)
    return found


def refusal_to_close(person: Person, by: Person) -> str | None:
    """Why `by` may not close the account of `person`, or None: the system administrator closes any other's, whoever
    runs an agency or a unit the accounts of those who hold its posts, and only its posts."""
    if person == by:
        return _("Nobody closes their own account.")
    if may_keep_account(by, person):
        return None
    return _("Only the system administrator closes this account: it has a leading post, or one outside your body.")


def deactivate(person: Person, *, by: Person | None = None, reason: str = "") -> int:
    """Close the account of `person` and return each open item held, also by who stood in for the person, to its
    agency's queue, an act each.

    The clocks run on, the history stays, and nobody stands in for the person or by the person any more. `by` is who
    `refusal_to_close` allows, or None for a command; `reason` goes into each act.
    Returns how many items were returned. Raises NotPermitted, Busy when a case is locked; then nothing is done.
    """
    if by is not None and (refused := refusal_to_close(person, by)):
        raise NotPermitted(refused)
    closed = _("The account of %(person)s was closed.") % {"person": person}
    with transaction.atomic():
        appointments.deactivate(person, by=by, ground=reason)
        returned, why = 0, f"{closed} {reason}".strip()
        for item in WorkItem.objects.filter(owner=person, status__in=OPEN).order_by("application_id"):
            with suppress(RecordChanged):  # such a case stands still; the account is closed all the same
                perform(item.application_id, "vacate", by=None, item=item.pk, reason=why)
                returned += 1
        returned += returned_by_who_stood_in(person)
    return returned
