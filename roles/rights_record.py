"""Who may do what, computed anew from the security log and compared with the tables that say so today.

The log has a line for each appointment, right, standing in and administrator, and for the end of each
(roles/security_log.py). A row without its line was put there past the application; a line without its row tells of one
that was taken away, or whose days were changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.models import GroupObjectPermission, UserObjectPermission

from roles.appointments import told_of_grant
from roles.models import AgencyGrant, Delegation, MandateGrant, Membership, Person, Post, UnitGrant
from roles.models.security import Administration, SecurityEvent, What

Right = tuple[str, ...]
"""What kind of right, whose, for what, since when."""

Told = dict[str, str]
"""How a right ends, `ENDS`, and by whom and why it was given and taken; what a line is silent of is not in it."""

BEGUN_OR_ENDED = {
    What.APPOINTED: "term", What.DISMISSED: "term",
    What.GRANTED: "grant", What.GRANT_ENDED: "grant",
    What.DELEGATED: "standing in", What.DELEGATION_ENDED: "standing in",
    What.ADMINISTRATOR_MADE: "administrator", What.ADMINISTRATOR_ENDED: "administrator",
}  # fmt: skip
BEGINS = (What.APPOINTED, What.GRANTED, What.DELEGATED, What.ADMINISTRATOR_MADE)
DONE_BY = {
    What.APPOINTED: "appointed_by", What.DISMISSED: "dismissed_by", What.GRANTED: "granted_by",
    What.GRANT_ENDED: "ended_by", What.DELEGATED: "made_by",
}  # fmt: skip
NOT_ENDED_BY = {What.APPOINTED: "dismissed_by", What.GRANTED: "ended_by"}
WHY = {What.GRANTED: "ground", What.DELEGATED: "reason"}
"""Which column a line's `by` and `ground` stand in, and which one is empty again with a new beginning."""
LASTS, OVER = "lasts", "over"
ENDS, NOBODY = "ends", str(None)


def differences() -> Iterator[str]:
    """Where the rights differ from what the log tells of them, in words. Reads the log and those tables once."""
    recorded, standing = _recorded(), defaultdict[Right, list[Told]](list)
    for right, stands in _standing():
        standing[right].append(stands)
    for right in sorted(recorded.keys() | standing.keys()):
        told = {"right": " · ".join(right)}
        if len(standing[right]) > len(recorded[right]):
            yield _("%(right)s: no line of the security log tells of it") % told
        elif len(standing[right]) < len(recorded[right]):
            yield _("%(right)s: the security log tells of it, and it is gone") % told
        else:
            for stands, said in zip(standing[right], recorded[right], strict=True):
                yield from _of_right(told["right"], stands, said)
    yield from _above_the_law()


def _of_right(name: str, standing: Told, recorded: Told) -> Iterator[str]:
    for field, said in recorded.items():
        told = {"right": name, "field": field, "stands": standing[field], "recorded": said}
        if standing[field] == said:
            continue
        if field == ENDS:
            yield _("%(right)s: ends “%(stands)s”, the security log says “%(recorded)s”") % told
        else:
            yield _("%(right)s: %(field)s is “%(stands)s”, the security log says “%(recorded)s”") % told


def _above_the_law() -> Iterator[str]:
    """What Django and guardian would give beside posts, and the application never gives."""
    for kind in (
        GroupObjectPermission,
        UserObjectPermission,
        Group.permissions.through,
        Person.user_permissions.through,
    ):
        if kind._default_manager.exists():
            yield _("%(table)s has rows, and the application writes none") % {"table": kind._meta.db_table}
    for login in (
        Person.objects.filter(Q(is_superuser=True) | Q(is_staff=True)).order_by("pk").values_list("username", flat=True)
    ):
        yield _("%(login)s: marked as superuser or staff, and the application marks nobody") % {"login": login}


def _recorded() -> defaultdict[Right, list[Told]]:
    """Each right the log tells of, as often as it began, each time as its beginning and its last end say."""
    found = defaultdict[Right, list[Told]](list)
    for event in SecurityEvent.objects.filter(what__in=BEGUN_OR_ENDED).order_by("pk").iterator():
        times = found[_named_by(event)]
        if event.what in BEGINS or not times:
            times.append({})
        times[-1] |= _told(event, times[-1])
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


def _told(event: SecurityEvent, before: Told) -> Told:
    """What a line says of the right it names; `before` is what lines before it said."""
    what = What(event.what)
    told = {ENDS: _end(event, before)}
    if what in DONE_BY:
        told[DONE_BY[what]] = str(event.by_id)
    if what in NOT_ENDED_BY:
        told[NOT_ENDED_BY[what]] = NOBODY
    if what in WHY:
        told[WHY[what]] = event.ground.strip()
    if what == What.ADMINISTRATOR_MADE:
        told["since"] = event.details.get("since") or _day(event.at).isoformat()
    return told


def _end(event: SecurityEvent, before: Told) -> str:
    if event.what == What.DELEGATION_ENDED:
        return OVER
    until = event.details.get("until")
    if event.what == What.ADMINISTRATOR_ENDED and not until:  # before lines said so: roles.accounts.end_administration
        yesterday = (_day(event.at) - timedelta(days=1)).isoformat()
        return max(before.get("since", yesterday), yesterday)
    return LASTS if event.what == What.DELEGATED else until or LASTS


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _standing() -> Iterator[tuple[Right, Told]]:
    """Each right as its table has it, and how it ends there."""
    for term in Membership.objects.order_by("pk").iterator():
        right: Right = "term", str(term.person_id), str(term.post_id), term.since.isoformat()
        by = {"appointed_by": str(term.appointed_by_id), "dismissed_by": str(term.dismissed_by_id)}
        yield right, {ENDS: term.until.isoformat() if term.until else LASTS, **by}
    posts = dict(Post.objects.values_list("group", "pk"))
    for kind in (MandateGrant, AgencyGrant, UnitGrant):
        for grant in kind.objects.select_related("permission", "content_object").order_by("pk").iterator():
            told = told_of_grant(grant)
            right = "grant", str(posts.get(grant.group_id)), str(told["right"]), str(told["on"]), str(told["since"])
            by = {"granted_by": str(grant.granted_by_id), "ended_by": str(grant.ended_by_id)}
            yield right, {ENDS: told["until"] or LASTS, "ground": grant.ground.strip(), **by}
    for one in Delegation.objects.order_by("pk").iterator():
        days = one.since.isoformat(), one.until.isoformat()
        right = "standing in", str(one.principal_id), str(one.delegate_id), str(one.post_id), *days
        made = {"made_by": str(one.made_by_id), "reason": one.reason.strip()}
        yield right, {ENDS: OVER if one.taken_back_at else LASTS, **made}
    for office in Administration.objects.order_by("pk").iterator():
        right = "administrator", str(office.person_id), office.role
        last = office.until.isoformat() if office.until else LASTS
        yield right, {ENDS: last, "since": office.since.isoformat()}
