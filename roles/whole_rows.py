"""Accounts, posts and units as the security log tells of them, compared with their rows.

A line that makes or changes one bears a fingerprint of each of its columns as they stand then: salted, so the log tells
nothing more of anybody, and nobody tries telephone numbers on all lines at once. The newest line of a row must be what
stands there. A line of earlier versions has none, and nothing is concluded from silence; but a row of which no line
tells at all was put there past the application, which notes each, and the upgrade noted those of before.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from roles.models import Agency, OperatingUnit, Person, Post
from roles.models.security import SecurityEvent, What

TELL = frozenset({
    What.ACCOUNT_OPENED, What.ACCOUNT_CHANGED, What.ACCOUNT_CLOSED, What.ACCOUNT_REOPENED, What.POST_MADE,
    What.BODY_ENTERED, What.BODY_CHANGED, What.NOTED,
})  # fmt: skip
"""Lines that tell of a whole row: the person's, else the post's, else the unit's. What stands of an agency tell the
editions of the role matrix (roles/matrix/record.py)."""
KINDS: tuple[type[Model], ...] = (Person, Post, OperatingUnit)
UNTOLD = frozenset({"id", "password", "is_superuser", "is_staff", "last_login", "date_joined", "language"})
"""Columns without a fingerprint: the kept password has its own (roles/kept_passwords.py), nobody is ever a superuser or
staff (roles/rights_record.py), and nothing follows from the others."""
ROW, SALT = "row", "salt"
Fingerprints = dict[str, str]
Rows = dict[tuple[type[Model], int], Fingerprints | None]


def told_of(row: Model | None) -> dict[str, Fingerprints]:
    """What a line that makes or changes `row` says of it beside its own words."""
    return {ROW: fingerprints(row)} if row is not None and not isinstance(row, Agency) else {}


def fingerprints(row: Model) -> Fingerprints:
    """Column → fingerprint of its value, and the salt they are made with."""
    salt = secrets.token_hex(16)
    return {SALT: salt} | {name: _fingerprint(salt, name, getattr(row, name)) for name in _columns(row)}


def differences() -> Iterator[str]:
    """Where the rows differ from what the log tells of them last, in words. Reads those lines and tables once."""
    recorded = _recorded()
    for kind in KINDS:
        for row in kind._default_manager.order_by("pk").iterator():
            key = kind, row.pk
            if key not in recorded:
                yield _("%(row)s: no line of the security log tells of it") % {"row": _named(kind, row.pk, row)}
            elif (told := recorded.pop(key)) is not None:
                for column in _columns_astray(row, told):
                    named = {"row": _named(kind, row.pk, row), "field": column}
                    yield _("%(row)s: %(field)s is not what the security log tells of it last") % named
    for kind, pk in sorted(recorded, key=str):
        yield _("%(row)s: the security log tells of it, and it is gone") % {"row": _named(kind, pk)}


def _recorded() -> Rows:
    """Each row the log tells of, with the fingerprints of its newest line, None where that has none."""
    found: Rows = {}
    lines = SecurityEvent.objects.filter(what__in=TELL).order_by("pk")
    for *keys, told in lines.values_list("person", "post", "unit", "details").iterator():
        about = next(((kind, pk) for kind, pk in zip(KINDS, keys, strict=True) if pk is not None), None)
        if about:
            found[about] = told.get(ROW)
    return found


def _columns_astray(row: Model, told: Mapping[str, str]) -> Iterator[str]:
    for column in _columns(row):  # a column added since is in no line of before
        if column in told and told[column] != _fingerprint(told[SALT], column, getattr(row, column)):
            yield column


def _columns(row: Model) -> list[str]:
    return [field.attname for field in row._meta.concrete_fields if field.attname not in UNTOLD]


def _fingerprint(salt: str, column: str, value: Any) -> str:
    """SHA-256 of the salt, the column's name and its plain value, in hexadecimal."""
    return hashlib.sha256(json.dumps([salt, column, value], ensure_ascii=False).encode()).hexdigest()


def _named(kind: type[Model], pk: int, row: Model | str = "") -> str:
    return f"{kind._meta.verbose_name} {pk} {row}".strip()
