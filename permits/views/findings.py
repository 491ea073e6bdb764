"""What the rules found, for a page: grouped by severity, strictest first, each with its sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from permits.acts import assessment
from permits.models import Application
from permits.rules import BadCase
from permits.rules.wording import GRADES, VERIFIED, Grade


@dataclass(frozen=True)
class Shown:
    """One finding, ready for a page."""

    rule: str
    title: str
    severity: str
    where: str
    where_text: str
    message: str
    exception: str
    passable: bool
    open: bool
    citations: list[dict[str, Any]]


@dataclass
class Board:
    """All findings of a case. `problem` says why there are none: the application is not complete enough."""

    groups: list[tuple[Grade, list[Shown]]] = field(default_factory=list)
    open: list[Shown] = field(default_factory=list)
    problem: str = ""
    decided_by: str = ""

    @property
    def open_groups(self) -> list[tuple[Grade, list[Shown]]]:
        """Those that stand against an approval, by severity."""
        return grouped(self.open)

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(len(group) for _grade, group in self.groups)


def board(application: Application) -> Board:
    """What the rules say of `application` now."""
    try:
        found = assessment.verdict(application)
    except BadCase as problem:
        return Board(problem=str(problem))
    keys = {(finding.rule, finding.where) for finding in assessment.unruled(application, found)}
    shown = [
        show(finding.as_dict(), is_open=(finding.rule, finding.where) in keys, passable=assessment.passable(finding))
        for finding in found.findings
    ]
    return Board(grouped(shown), [one for one in shown if one.open], decided_by=found.decided_by or "")


def grouped(shown: list[Shown]) -> list[tuple[Grade, list[Shown]]]:
    """By severity, the strictest first; only those there are."""
    groups = [(grade, [one for one in shown if one.severity == grade.code]) for grade in GRADES]
    return [(grade, group) for grade, group in groups if group]


def recorded(findings: list[dict[str, Any]]) -> list[tuple[Grade, list[Shown]]]:
    """Findings as an act recorded them."""
    return grouped([show(finding) for finding in findings])


def show(finding: dict[str, Any], *, is_open: bool = False, passable: bool = False) -> Shown:
    """A finding's plain JSON for the page, in the reader's language. A clause that two values rest on stands once."""
    clauses = {(one["source"], one["article"], one["clause"]): one for one in finding["citations"]}
    cited = [{**one, "how": str(VERIFIED.get(one["verified"], one["verified"]))} for one in clauses.values()]
    return Shown(
        rule=finding["rule"],
        title=_in_language(finding.get("title")),
        severity=finding["severity"],
        where=finding["where"],
        where_text=_in_language(finding.get("where_text") or finding["where"]),
        message=_in_language(finding["message"]),
        exception=_in_language(finding.get("exception")),
        passable=passable,
        open=is_open,
        citations=cited,
    )


def summary(groups: list[tuple[Grade, list[Shown]]]) -> str:
    """How many of each severity, in words."""
    if not groups:
        return _("No findings.")
    return "、".join(_("%(label)s: %(count)d") % {"label": grade.label, "count": len(group)} for grade, group in groups)


def _in_language(texts: Any) -> str:
    """The reader's language of a text recorded in several."""
    if not isinstance(texts, dict):
        return str(texts or "")
    return str(texts.get(get_language() or "") or texts.get("zh-hans") or next(iter(texts.values()), ""))
