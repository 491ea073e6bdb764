"""Accounts, posts, units and rights, as the security log tells of them; duties and agencies, as loads wrote them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext_lazy

from permits.verification.instant import one_instant
from permits.verification.registry import Problem, once
from roles import kept_passwords, rights_record, whole_rows
from roles.matrix import record


@once("rights", gettext_lazy("posts and rights"))
def rights() -> Iterator[Problem]:
    """No right without the line that gave it."""
    yield from _problems("rights", rights_record.differences)


@once("bodies", gettext_lazy("accounts, posts and units"))
def bodies() -> Iterator[Problem]:
    """No account, post or unit but as the last line about it has it."""
    yield from _problems("bodies", whole_rows.differences)


@once("passwords", gettext_lazy("kept passwords"))
def passwords() -> Iterator[Problem]:
    """No kept password but one whose fingerprint the security log has."""
    yield from _problems("passwords", kept_passwords.differences)


@once("matrix", gettext_lazy("role matrix"))
def matrix() -> Iterator[Problem]:
    """No duty, place, document or agency but what a load of the matrix, or a page since, wrote."""
    yield from _problems("matrix", record.differences)


def _problems(check: str, differences: Callable[[], Iterator[str]]) -> list[Problem]:
    with one_instant():
        return [Problem(check, "roles", told) for told in differences()]
