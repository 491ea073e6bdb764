"""Writing the security log 安全日志: one line for each change of who may do what, and for each use of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roles.models.bodies import Agency, OperatingUnit
from roles.models.people import Person, Post
from roles.models.security import SecurityEvent, What
from roles.whole_rows import TELL, told_of


def note(
    what: What,
    *,
    by: Person | None,
    person: Person | None = None,
    post: Post | None = None,
    body: Agency | OperatingUnit | None = None,
    ground: str = "",
    address: str | None = None,
    told: Mapping[str, Any] | None = None,
) -> SecurityEvent:
    """Add a line. Called in the transaction of what it tells of: both are written or neither.

    `by` is None for a command, the clock or a visitor; `body` is the post's own where it is not given; `told` are more
    particulars in plain JSON values. What makes or changes an account, a post or a unit is given it as it stands now.
    """
    body = body or (post.body if post else None)
    whole = told_of(person or post or body) if what in TELL else {}
    return SecurityEvent.objects.create(
        what=what,
        by=by,
        person=person,
        post=post,
        agency=body if isinstance(body, Agency) else None,
        unit=body if isinstance(body, OperatingUnit) else None,
        ground=ground[:500],
        address=address,
        details={**(told or {}), **whole},
    )
