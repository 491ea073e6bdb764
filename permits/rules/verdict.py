"""All rules in force, run on a case: every finding, the strictest first, who decides, and the fee."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from permits.rules import shared
from permits.rules.base import REGISTRY, Citation, Finding, Hit, Message, Outcome, Rule, Severity, strictness
from permits.rules.facts import CASE_KINDS, Common
from permits.rules.parameters import citation_of
from permits.rules.places import place_of

__all__ = ["Verdict", "evaluate", "shared"]  # shared: imported for its rules

OUTCOMES: Final[Mapping[Severity, Outcome]] = MappingProxyType(
    {
        "not_competent": "not_competent",
        "refuse": "refuse",
        "refer": "refer",
        "incomplete": "incomplete",
        "warn": "proceed",
        "info": "proceed",
    }
)
CITED: Final = ("source", "article", "clause", "verified")


class Verdict(Struct, frozen=True):
    """What the rules say of a case.

    `decided_by` is the agency's Chinese name, `level` its level, `fee_yuan` the restoration fee with two decimals;
    each is None where the law's answer was not found or does not apply.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    decided_by: str | None
    level: str | None
    fee_yuan: Decimal | None

    def of(self, *severities: Severity) -> tuple[Finding, ...]:
        """The findings of these severities."""
        return tuple(finding for finding in self.findings if finding.severity in severities)

    @property
    def no_permit_needed(self) -> tuple[Finding, ...]:
        """The findings that no permit is needed for what is asked; none where one is, or where that is open."""
        return tuple(finding for finding in self.findings if finding.no_permit)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON that needs nothing else to be read years later."""
        return {
            "outcome": self.outcome,
            "findings": [finding.as_dict() for finding in self.findings],
            "decided_by": self.decided_by,
            "level": self.level,
            "fee_yuan": self._fee(),
        }

    def as_answer(self, language: str) -> dict[str, Any]:
        """The answer of `precheck --json`: exactly the contract's keys, messages in `language`."""
        return {
            "outcome": self.outcome,
            "findings": [
                {
                    "rule": finding.rule,
                    "severity": finding.severity,
                    "where": finding.where,
                    "message": finding.message_in(language),
                    "citations": [{key: citation.as_dict()[key] for key in CITED} for citation in finding.citations],
                }
                for finding in self.findings
            ],
            "decided_by": self.decided_by,
            "level": self.level,
            "fee_yuan": self._fee(),
        }

    def _fee(self) -> str | None:
        return None if self.fee_yuan is None else f"{self.fee_yuan:.2f}"


def evaluate(case: Common, on: date | None = None) -> Verdict:
    """Run every rule in force on `on` (the day of acceptance; without it the case's own date) on `case`.

    All rules are run and all findings returned, strictest first; one finding never hides another.
    """
    day = on or case.date
    place = place_of(case.jurisdiction)
    findings = [
        _finding(rule, found, case, day)
        for rule in REGISTRY.of(case.kind, place, day)
        for found in rule.check(case, day)
    ]
    findings.sort(key=lambda finding: strictness(finding.severity))
    kind = CASE_KINDS[case.kind]
    decides = kind.competence(case, day)
    return Verdict(
        outcome=OUTCOMES[findings[0].severity] if findings else "proceed",
        findings=tuple(findings),
        decided_by=decides.agency,
        level=decides.level,
        fee_yuan=kind.fee(case, day) if kind.fee else None,
    )


def _finding(rule: Rule, found: Hit, case: Common, on: date) -> Finding:
    severity = found.severity or rule.severity
    if severity != rule.severity and severity not in rule.also:
        raise AssertionError(f"rule {rule.id} gave {severity}, which it does not declare")
    place = found.where
    return Finding(
        rule=rule.id,
        severity=severity,
        where=place.in_language("en") if isinstance(place, Message) else place,
        message=found.message,
        citations=rule.citations + _values(rule, case, on),
        title=Message(rule.title),
        place=place,
        exception=Message(rule.exception) if rule.exception is not None else None,
        no_permit=rule.no_permit,
    )


def _values(rule: Rule, case: Common, on: date) -> tuple[Citation, ...]:
    cited = (citation_of(name, on, case.jurisdiction) for name in rule.parameters)
    return tuple(citation for citation in cited if citation is not None)
