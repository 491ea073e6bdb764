"""Who may do what, computed anew from the security log and compared with the tables that say so today.

The log has a line for each appointment, right, standing in and administrator, and for the end of each
(roles/security_log.py). A row without its line was put there past the application; a line without its row tells of one
that was taken away, or whose days were changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from guardian.models import GroupObjectPermission, UserObjectPermission

from roles.appointments import told_of_grant
from roles.models import AgencyGrant, Delegation, MandateGrant, Membership, Post, UnitGrant
from roles.models.security import Administration, SecurityEvent, What

Right = tuple[str, ...]
"""What kind of right, whose, for what, since when; the value beside it is how it ends: its last day, or a word."""

BEGUN_OR_ENDED = {
    What.APPOINTED: "term", What.DISMISSED: "term",
    What.GRANTED: "grant", What.GRANT_ENDED: "grant",
    What.DELEGATED: "standing in", What.DELEGATION_ENDED: "standing in",
    What.ADMINISTRATOR_MADE: "administrator", What.ADMINISTRATOR_ENDED: "administrator",
}  # fmt: skip
ENDED = frozenset({What.DELEGATION_ENDED, What.ADMINISTRATOR_ENDED})
LASTS, OVER = "lasts", "over"


def differences() -> Iterator[str]:
    """Where the rights differ from what the log tells of them, in words. Reads the log and those tables once."""
    recorded, standing = _recorded(), dict(_standing())
    for right in sorted(recorded.keys() | standing.keys()):
        told = {"right": " · ".join(right), "stands": standing.get(right), "recorded": recorded.get(right)}
        if right not in recorded:
            yield _("%(right)s: no line of the security log tells of it") % told
        elif right not in standing:
            yield _("%(right)s: the security log tells of it, and it is gone") % told
        elif recorded[right] != standing[right]:
            yield _("%(right)s: ends “%(stands)s”, the security log says “%(recorded)s”") % told
    for kind in (GroupObjectPermission, UserObjectPermission):
        if kind.objects.exists():
            yield _("%(table)s has rows, and the application writes none") % {"table": kind._meta.db_table}


def _recorded() -> dict[Right, str]:
    """Each right the log tells of, and how the last line about it says it ends."""
    found: dict[Right, str] = {}
    for event in SecurityEvent.objects.filter(what__in=BEGUN_OR_ENDED).order_by("pk").iterator():
        right = _named_by(event)
        found[right] = _end(event)
    return found


def _named_by(event: SecurityEvent) -> Right:
    told, kind = event.details, BEGUN_OR_ENDED[What(event.what)]
    person, post = str(event.person_id), str(event.post_id)
    if kind == "term":
        return kind, person, post, told["since"]
    if kind == "grant":
        return kind, post, told["right"], str(told["on"]), told["since"]
    if kind == "standing in":
        return kind, str(told["principal"]), person, post, told["since"], told["until"]
    return kind, person, told["role"]


def _end(event: SecurityEvent) -> str:
    if BEGUN_OR_ENDED[What(event.what)] in ("term", "grant"):
        return event.details["until"] or LASTS
    return OVER if event.what in ENDED else LASTS


def _standing() -> Iterator[tuple[Right, str]]:
    """Each right as its table has it, and how it ends there."""
    for term in Membership.objects.order_by("pk").iterator():
        right: Right = "term", str(term.person_id), str(term.post_id), term.since.isoformat()
        yield right, term.until.isoformat() if term.until else LASTS
    posts = dict(Post.objects.values_list("group", "pk"))
    for kind in (MandateGrant, AgencyGrant, UnitGrant):
        for grant in kind.objects.select_related("permission", "content_object").order_by("pk").iterator():
            told = told_of_grant(grant)
            right = "grant", str(posts.get(grant.group_id)), str(told["right"]), str(told["on"]), str(told["since"])
            yield right, told["until"] or LASTS
    for one in Delegation.objects.order_by("pk").iterator():
        days = one.since.isoformat(), one.until.isoformat()
        right = "standing in", str(one.principal_id), str(one.delegate_id), str(one.post_id), *days
        yield right, OVER if one.taken_back_at else LASTS
    for administration in Administration.objects.order_by(
        "pk"
    ).iterator():  # one made again stands as its last row does
        right = "administrator", str(administration.person_id), administration.role
        yield right, OVER if administration.until else LASTS
