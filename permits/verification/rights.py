"""Posts, rights, standing in and administrators, as the security log tells of them; duties, as loads wrote them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from permits.verification.registry import Problem, once
from roles import kept_passwords
from roles.matrix import record
from roles.rights_record import differences


@once("rights", gettext_lazy("posts and rights"))
def rights() -> Iterator[Problem]:
    """No right without the line that gave it."""
    for problem in differences():
        yield Problem("rights", "roles", problem)


@once("passwords", gettext_lazy("kept passwords"))
def passwords() -> Iterator[Problem]:
    """No kept password but one whose fingerprint the security log has."""
    for problem in kept_passwords.differences():
        yield Problem("passwords", "roles", problem)


@once("matrix", gettext_lazy("role matrix"))
def matrix() -> Iterator[Problem]:
    """No duty, place or document but what a load of the matrix wrote."""
    for problem in record.differences():
        yield Problem("matrix", "roles", problem)
