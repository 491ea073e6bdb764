"""What the rules say of every legal case, and that every rule has a case it finds and one it leaves."""

from __future__ import annotations

from collections import defaultdict

import pytest

from permits.rules import evaluate, parse
from permits.rules.base import REGISTRY
from permits.rules.catalogue import notes
from tests.permits.rules.legal_cases import LegalCase, legal_cases

CASES = legal_cases()
ROWS_OF_FACTS_1A = [
    *(f"T-{number:02}" for number in range(1, 22)),
    *(f"O-{number:02}" for number in range(1, 17)),
    *(f"W-{number:02}" for number in range(1, 13)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_legal_case_comes_out_as_expected(case: LegalCase) -> None:
    verdict = evaluate(parse(case.mapping))
    found = {(finding.rule, finding.severity) for finding in verdict.findings}
    assert verdict.outcome == case.expect["outcome"], sorted(found)
    assert set(case.hits.items()) <= found
    assert not {rule for rule, _severity in found} & set(case.expect.get("absent", []))
    answer = verdict.as_answer("en")
    for key in {"level", "decided_by", "fee_yuan"} & case.expect.keys():
        assert answer[key] == case.expect[key], key


@pytest.mark.parametrize("rule_id", REGISTRY.rules)
def test_a_rule_has_a_case_that_breaks_it_and_one_that_keeps_it(rule_id: str) -> None:
    rule = REGISTRY.rules[rule_id]
    assert any(rule_id in case.hits for case in CASES)
    kept = [case for case in CASES if rule_id in case.expect.get("absent", [])]
    assert any(rule.reaches(case.mapping["kind"]) for case in kept)


def test_every_severity_a_rule_declares_is_given_in_some_case() -> None:
    given = defaultdict(set)
    for case in CASES:
        for finding in evaluate(parse(case.mapping)).findings:
            given[finding.rule].add(finding.severity)
    declared = {rule.id: {rule.severity, *rule.also} for rule in REGISTRY.rules.values()}
    assert given == declared


@pytest.mark.parametrize("row", ROWS_OF_FACTS_1A)
def test_a_row_of_the_documents_has_a_rule_or_a_reason_why_no_machine_can_check_it(row: str) -> None:
    reasons = {line["id"]: line["why"] for line in notes()["rows"]}
    assert (row in REGISTRY.rules) != (row in reasons)
    assert reasons.get(row, "a rule").strip()


def test_a_reason_is_given_for_rows_of_the_documents_only() -> None:
    assert {line["id"] for line in notes()["rows"]} <= set(ROWS_OF_FACTS_1A)
