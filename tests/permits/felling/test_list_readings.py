"""Readings, open points and values of the felling licence: each has its reason, and names what exists."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

import permits.felling.rules
from permits.rules import evaluate, parse
from permits.rules.base import REGISTRY
from permits.rules.parameters import find
from tests.permits.felling.cases import felling

FOLDER = Path(permits.felling.rules.__file__).parent


def loaded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return found


def test_a_reading_names_rules_that_exist_and_says_why() -> None:
    for line in loaded("notes.yaml")["readings"]:
        assert set(line["rules"].split(", ")) <= REGISTRY.rules.keys(), line
        assert line["reading"]
        assert line["why"]


def test_what_no_machine_can_check_has_a_reason_and_no_rule() -> None:
    for line in loaded("notes.yaml")["rules"]:
        assert line["kind"] == "felling"
        assert line["why"].strip()
        assert line["id"] not in REGISTRY.rules


def test_the_values_are_found_by_day() -> None:
    for name in loaded("parameters.yaml")["values"]:
        assert find(name, date(2026, 11, 21), "110118")
        assert not find(name, date(2011, 1, 7), "110118")


def test_a_finding_is_written_in_both_languages() -> None:
    for finding in evaluate(
        parse(felling(stand={"zone": "core", "origin": "natural", "converts_to_plantation": True}))
    ).findings:
        assert finding.message_in("en") != finding.message_in("zh-hans"), finding.rule
        assert finding.title.in_language("en") != finding.title.in_language("zh-hans"), finding.rule
