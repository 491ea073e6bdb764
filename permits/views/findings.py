"""What the rules found, for a page: grouped by severity, strictest first, each with its sources."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts import assessment
from permits.acts.quota_turns import short_in
from permits.kinds import kind_of
from permits.models import Application
from permits.rules import BadCase
from permits.rules.wording import GRADES, VERIFIED, WAITS, Grade
from permits.tables.kind import TableKind


class Shown(Struct, frozen=True):
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
    found: bool
    citations: list[dict[str, Any]]

    @property
    def anchor(self) -> str:
        """Where it stands on a page that shows it once."""
        return f"finding-{slugify(f'{self.rule} {self.where}', allow_unicode=True)}"

    @property
    def row_anchor(self) -> str:
        """Where the row it speaks of stands on the page."""
        return f"row-{slugify(self.where, allow_unicode=True)}"

    @property
    def sign(self) -> str:
        """The sign of its severity."""
        return next((grade.sign for grade in GRADES if grade.code == self.severity), "")


class Group(list[Shown]):
    """Findings of one severity."""

    @property
    def by_rule(self) -> list[list[list[Shown]]]:
        """Those of one rule that rest on the same clauses, together; within, those that say the same of several places:
        of fifty sub-compartments each may ask for one thing, or each for its own area."""
        rules: dict[tuple[object, ...], dict[tuple[str, bool], list[Shown]]] = {}
        for one in self:
            cited = tuple((clause["source"], clause["article"], clause["clause"]) for clause in one.citations)
            said = rules.setdefault((one.rule, one.exception, cited), {})
            said.setdefault((one.message, one.found), []).append(one)
        return [list(said.values()) for said in rules.values()]


class Board(Struct):
    """All findings of a case. `problem` says why there are none: the application is not complete enough. `mark` tells
    whether another look, in whatever language, finds the same."""

    groups: list[tuple[Grade, Group]] = []
    open: list[Shown] = []
    problem: str = ""
    decided_by: str = ""
    mark: str = ""

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(len(group) for _grade, group in self.groups)


def board(application: Application) -> Board:
    """What the rules say of `application` now."""
    try:
        found = assessment.verdict(application)
    except BadCase as problem:
        return Board(problem=str(problem), mark=_mark([path for path, _message in problem.problems]))
    keys = {(finding.rule, finding.where) for finding in assessment.unruled(application, found)}
    told = [finding.as_dict() for finding in found.findings]
    shown = [
        show(one, is_open=(finding.rule, finding.where) in keys, passable=assessment.passable(finding))
        for finding, one in zip(found.findings, told, strict=True)
    ]
    mark = _mark([[one[name] for name in ("rule", "severity", "where", "message")] for one in told])
    groups = as_the_quota_stands(application, grouped(shown))
    return Board(groups, [one for one in shown if one.open], decided_by=found.decided_by or "", mark=mark)


def _mark(found: list[Any]) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


class RowMark(Struct, frozen=True):
    """What findings say of one row of the table: where it stands on the page, and which they are."""

    anchor: str
    findings: list[Shown]


def row_marks(application: Application, found: Board) -> dict[str, RowMark]:
    """The rows of the application's table of which a finding speaks, by name; none for a kind without a table."""
    kind = kind_of(application)
    names = {row.name for row in kind.rows_of(application)} if isinstance(kind, TableKind) else set()
    marks: dict[str, RowMark] = {}
    for _grade, findings in found.groups:
        for finding in findings:
            if finding.where in names:
                marks.setdefault(finding.where, RowMark(finding.row_anchor, [])).findings.append(finding)
    return marks


def grouped(shown: list[Shown]) -> list[tuple[Grade, Group]]:
    """By severity, the strictest first; only those there are."""
    groups = [(grade, Group(one for one in shown if one.severity == grade.code)) for grade in GRADES]
    return [(grade, group) for grade, group in groups if group]


def as_the_quota_stands(application: Application, groups: list[tuple[Grade, Group]]) -> list[tuple[Grade, Group]]:
    """The same of a case for which a quota book has too little: that is told of what is left now, be the case accepted
    and waiting or not accepted yet, and is no refusal before the decision."""
    quota = kind_of(application).quota
    told = []
    for grade, findings in groups:
        small = Group(one for one in findings if quota and grade.code == "refuse" and one.rule == quota.rule)
        if small and not short_in(application):  # no book says it, but what was found: nothing of that becomes free
            small = Group()
        others = Group(one for one in findings if one not in small)
        told += [(shown, group) for shown, group in ((grade, others), (WAITS, small)) if group]
    return told


def recorded(findings: list[dict[str, Any]]) -> list[tuple[Grade, Group]]:
    """Findings as an act recorded them."""
    return grouped([show(finding) for finding in findings])


def show(finding: dict[str, Any], *, is_open: bool = False, passable: bool = False) -> Shown:
    """A finding's plain JSON for the page, in the reader's language. A clause that two values rest on stands once."""
    clauses = {(one["source"], one["article"], one["clause"]): one for one in finding["citations"]}
    cited = [{**one, "how": str(VERIFIED.get(one["verified"], one["verified"]))} for one in clauses.values()]
    return Shown(
        rule=finding["rule"],
        title=in_language(finding.get("title")),
        severity=finding["severity"],
        where=finding["where"],
        where_text=in_language(finding.get("where_text") or finding["where"]),
        message=in_language(finding["message"]),
        exception=in_language(finding.get("exception")),
        passable=passable,
        open=is_open,
        found=finding.get("basis") == "found",
        citations=cited,
    )


def summary(groups: list[tuple[Grade, Group]]) -> str:
    """How many of each severity, in words."""
    if not groups:
        return _("No findings.")
    counted = ({"label": grade.label, "count": len(group)} for grade, group in groups)
    return _(", ").join(_("%(label)s: %(count)d") % one for one in counted)


def in_language(texts: Any) -> str:
    """The reader's language of a text recorded in several."""
    if not isinstance(texts, dict):
        return str(texts or "")
    return str(texts.get(get_language() or "") or texts.get("zh-hans") or next(iter(texts.values()), ""))
