"""A finding can be shown in two languages, kept for years, and passed only where its rule has an exception."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import gettext_noop, override

from permits.rules import Finding, Message, evaluate, parse
from tests.permits.felling.cases import felling
from tests.permits.rules.cases import introduction, occupation, tending


def finding(case: dict[str, object], rule: str) -> Finding:
    return next(found for found in evaluate(parse(case)).findings if found.rule == rule)


KEY_ZONE = {"origin": "natural", "zone": "key"}


def test_a_finding_is_written_in_the_language_asked_for_whatever_language_is_active() -> None:
    found = finding(tending(plot={"canopy_after": 0.55, "canopy_before": 0.75}), "T-GB1")
    for active in ("zh-hans", "en"):
        with override(active):
            assert found.message_in("en") == (
                "Canopy closure after thinning is 0.55; at least 0.6 is believed to be required."
            )


def test_a_recorded_finding_holds_all_that_is_needed_to_read_it() -> None:
    record = json.loads(json.dumps(finding(occupation(parcel=KEY_ZONE), "O-01").as_dict()))
    assert (record["rule"], record["severity"], record["where"]) == ("O-01", "refuse", "parcel 1")
    assert set(record["message"]) == {"zh-hans", "en"}
    assert record["citations"][0]["clause"].startswith("严管天然林地占用")
    assert record["citations"][0]["verified"] == "verified"
    assert (record["passable"], "special circumstances" in record["exception"]["en"]) == (True, True)


@pytest.mark.parametrize(
    ("case", "rule", "passable"),
    [
        (occupation(parcel=KEY_ZONE), "O-01", True),
        (occupation(parcel=KEY_ZONE, project={"class": "national_defence"}), "O-01", False),  # a paper is missing
        (occupation(parcel=KEY_ZONE, jurisdiction="120119"), "O-02", False),  # a closed list of exceptions
        (occupation(parcel={"origin": "natural", "zone": "core"}), "T-09", False),
        (occupation(parcel={"grade": "I"}), "O-AD4-1", False),
        (tending(plot={"zone": "key", "purpose": "quality"}, jurisdiction="120119"), "T-10", True),
        (tending(plot={"purpose": "commercial"}), "T-11", False),
        (tending(plot={"zone": "reserve", "purpose": "research"}), "T-FL55-3", True),  # “等特殊情况”
        (felling(stand={"zone": "reserve", "purpose": "research"}), "F-FL55-3", True),
        (introduction(purpose="release"), "W-WL40-3", True),
    ],
)
def test_only_a_refusal_whose_rule_has_an_exception_can_be_passed(
    case: dict[str, object], rule: str, passable: bool
) -> None:
    assert finding(case, rule).passable is passable


def test_the_law_of_the_day_given_decides_not_that_of_the_case() -> None:
    case = parse(occupation(parcel={"zone": "core"}))
    assert "O-NR1" in {found.rule for found in evaluate(case).findings}
    assert "O-NR1" not in {found.rule for found in evaluate(case, date(2026, 3, 14)).findings}


def test_all_findings_are_given_not_only_the_strictest() -> None:
    case = parse(
        occupation(parcel={**KEY_ZONE, "grade": "I"}, quota_left_ha="0", prior_violation="unresolved", documents=[])
    )
    rules = [found.rule for found in evaluate(case).findings]
    assert {"O-01", "O-AD4-1", "O-FL36", "O-N5-1", "O-AD7"} <= set(rules)
    assert rules.count("O-AD7") == 2


def test_a_message_with_numbers_and_lists_is_written_plainly() -> None:
    message = Message(gettext_noop("%(area)s, %(names)s"), {"area": Decimal("1E+2"), "names": ["杜松", "铁木"]})
    assert message.in_language("en") == "100, 杜松, 铁木"
