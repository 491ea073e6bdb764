"""From a plain mapping (a case file, or what a permit kind builds from its rows) to typed facts: the one gate.

The mapping is the contract of a case file: every field shown there is required, conditional ones only where they
apply, and no other is known. All problems are collected, each with its path.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from permits.rules.facts import CASE_KINDS, Common
from permits.rules.reading import Problem, Problems, record, shown


class BadCase(ValueError):
    """The mapping is no case. `problems` lists every (path, what is wrong); nothing was evaluated."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems: list[Problem] = list(problems)

    def __str__(self) -> str:
        return "; ".join(f"{path}: {message}" if path else str(message) for path, message in self.problems)


def parse(mapping: object) -> Common:
    """The typed facts of a case written in the contract of a case file.

    Raises BadCase with every problem found: a missing or unknown field, a wrong type, an impossible value.
    """
    problems = Problems()
    kind = mapping.get("kind") if isinstance(mapping, Mapping) else None
    if not isinstance(mapping, Mapping):
        problems.note("", _("a case must be a mapping of fields"))
    elif "kind" not in mapping:
        problems.note("kind", _("is missing"))
    elif not isinstance(kind, str) or kind not in CASE_KINDS:
        known = ", ".join(CASE_KINDS)
        problems.note("kind", _("“%(value)s” is not one of: %(allowed)s"), value=shown(kind), allowed=known)
    if problems or not isinstance(kind, str):
        raise BadCase(problems)
    case_kind = CASE_KINDS[kind]
    values = record(case_kind.every_field)(mapping, "", problems)
    if case_kind.check:
        case_kind.check(values, problems)
    if problems:
        raise BadCase(problems)
    return case_kind.build(values)  # type: ignore[no-any-return]
