"""Writing the security log 安全日志: one line for each change of who may do what, and for each use of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roles.models.bodies import Agency, OperatingUnit
from roles.models.people import Person, Post
from roles.models.security import SecurityEvent, What


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
    particulars in plain JSON values.
    """
    body = body or (post.body if post else None)
    return SecurityEvent.objects.create(
        what=what,
        by=by,
        person=person,
        post=post,
        agency=body if isinstance(body, Agency) else None,
        unit=body if isinstance(body, OperatingUnit) else None,
        ground=ground[:500],
        address=address,
        details=dict(told or {}),
    )
