"""Accounts, posts, units, rights and official data, as the security log tells of them; duties and agencies, as loads
wrote them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from permits.verification.registry import Problem, once
from roles import factors, identities, kept_passwords, official_data, rights_record, whole_rows
from roles.matrix import record


@once("rights", gettext_lazy("posts and rights"))
def rights() -> Iterator[Problem]:
    """No right without the line that gave it."""
    for told in rights_record.differences():
        yield Problem("rights", "roles", told)


@once("bodies", gettext_lazy("accounts, posts and units"))
def bodies() -> Iterator[Problem]:
    """No account, post or unit but as the last line about it has it."""
    for told in whole_rows.differences():
        yield Problem("bodies", "roles", told)


@once("passwords", gettext_lazy("kept passwords"))
def passwords() -> Iterator[Problem]:
    """No kept password but one whose fingerprint the security log has."""
    for told in kept_passwords.differences():
        yield Problem("passwords", "roles", told)


@once("matrix", gettext_lazy("role matrix"))
def matrix() -> Iterator[Problem]:
    """No duty, place, document or agency but what a load of the matrix, or a page since, wrote."""
    for told in record.differences():
        yield Problem("matrix", "roles", told)


@once("official", gettext_lazy("official data of agencies"))
def official() -> Iterator[Problem]:
    """Nothing for papers to say of an agency but what was entered with a line of the security log."""
    for told in official_data.differences():
        yield Problem("official", "roles", told)


@once("factors", gettext_lazy("second factors"))
def second_factors() -> Iterator[Problem]:
    """No second factor but one its holder added."""
    for told in factors.differences():
        yield Problem("factors", "roles", told)


@once("identities", gettext_lazy("ways into accounts"))
def ways_in() -> Iterator[Problem]:
    """No identity of the organisation's log-in but one that was tied by it, and no address but the account's."""
    for told in identities.differences():
        yield Problem("identities", "roles", told)
