"""The security log 安全日志: one line for each change of who may do what, and for each use of an account; and the
names of what lines tell by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from roles.models.bodies import Agency, OperatingUnit
from roles.models.mandates import Mandate
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


def in_names(lines: Iterable[SecurityEvent]) -> list[SecurityEvent]:
    """`lines`, each with the names of whom and what its details tell by key: who is stood in for, and what a right is
    on. A query for the people and one for the mandates, each only where there is one."""
    found = list(lines)
    away = {line.details["principal"] for line in found if "principal" in line.details}
    people = dict(Person.objects.filter(pk__in=away).values_list("pk", "name")) if away else {}
    keys = {line.details["on"] for line in found if _on_mandate(line)}
    rows = Mandate.objects.filter(key__in=keys).select_related("document", "jurisdiction") if keys else ()
    mandates = {row.key: f"{row.matter_name} · {row.jurisdiction}" for row in rows}
    for line in found:
        line.named = _names(line, people, mandates)
    return found


def _on_mandate(line: SecurityEvent) -> bool:
    return "on" in line.details and str(line.details.get("right", "")).endswith("_under")


def _names(line: SecurityEvent, people: Mapping[int, str], mandates: Mapping[str, str]) -> dict[str, str]:
    named: dict[str, str] = {}
    if name := people.get(line.details.get("principal", 0)):
        named["principal"] = name
    if "on" in line.details and "right" in line.details:  # a right is on a mandate, or on the body whose post has it
        body = line.agency or line.unit
        told = mandates.get(str(line.details["on"]), "") if _on_mandate(line) else str(body or "")
        named |= {"on": told} if told else {}
    return named
