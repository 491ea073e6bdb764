"""docs/rules.md is made from the code, and nothing in the code is without its source."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command

from permits.rules.base import REGISTRY, SEVERITIES, VERIFIED, Registry, Rule, rule
from permits.rules.catalogue import notes
from permits.rules.parameters import NoValue, find, parameters, value


def printed(*options: str) -> str:
    out = io.StringIO()
    call_command("list_rules", *options, stdout=out)
    return out.getvalue()


def test_the_page_is_up_to_date() -> None:
    page = (settings.BASE_DIR / "docs" / "rules.md").read_text("utf-8")
    assert page == printed("--markdown"), "run: python manage.py list_rules --markdown > docs/rules.md"


def test_the_page_of_readings_is_up_to_date() -> None:
    page = (settings.BASE_DIR / "docs" / "readings.md").read_text("utf-8")
    assert page == printed("--readings"), "run: python manage.py list_rules --readings > docs/readings.md"
    assert not [line["reading"] for line in notes()["readings"] if f"| {line['reading']} |" not in page]


def test_the_page_names_every_rule_and_every_value() -> None:
    page = printed("--markdown")
    assert not [rule_id for rule_id in REGISTRY.rules if f"**{rule_id}**" not in page]
    assert not [name for name in parameters() if f"| {name} |" not in page]


def test_a_reading_names_rules_that_exist() -> None:
    named = {rule_id for reading in notes()["readings"] for rule_id in reading["rules"].split(", ")}
    assert named <= REGISTRY.rules.keys()
    assert all(reading["why"] in printed("--markdown") for reading in notes()["readings"])


def test_the_list_has_a_line_for_each_rule() -> None:
    assert len(printed("--lang", "en").splitlines()) == len(REGISTRY.rules)


@pytest.mark.parametrize("rule_id", REGISTRY.rules)
def test_a_rule_cites_its_source_and_says_what_it_checks(rule_id: str) -> None:
    registered = REGISTRY.rules[rule_id]
    cited = [*registered.citations, *(dated.citation for name in registered.parameters for dated in parameters()[name])]
    assert cited
    for citation in cited:
        assert citation.source
        assert citation.article
        assert citation.clause
        assert citation.verified in VERIFIED
    assert registered.severity in SEVERITIES
    assert registered.why


@pytest.mark.parametrize("name", parameters())
def test_a_value_has_its_source_and_the_day_it_was_checked(name: str) -> None:
    for dated in parameters()[name]:
        assert dated.last_checked >= date(2026, 11, 20)
        assert dated.citation.clause


def test_a_rule_whose_own_values_are_all_from_memory_or_practice_never_refuses() -> None:
    for registered in REGISTRY.rules.values():
        cited = [
            *registered.citations,
            *(dated.citation for name in registered.parameters for dated in parameters()[name]),
        ]
        if not {"verified", "secondary"} & {citation.verified for citation in cited}:
            assert registered.severity not in {"refuse", "not_competent"}, registered.id
        thresholds = [dated.citation.verified for name in registered.parameters for dated in parameters()[name]]
        if {"memory", "practice"} & set(thresholds):
            assert registered.severity == "refer", registered.id


def test_a_rule_without_a_citation_is_not_registered() -> None:
    bare = Rule("X-1", "title", ("tending",), ("beijing",), "warn", lambda case, on: [])
    with pytest.raises(ValueError, match="no citation"):
        Registry().add(bare)


def test_a_rule_id_is_given_once() -> None:
    known = REGISTRY.rules["O-01"]
    with pytest.raises(ValueError, match="twice"):
        rule("O-01", title="", kinds=(), places=(), severity="warn", citations=known.citations)(known.check)


def test_a_value_is_found_by_day_and_place() -> None:
    assert value("felling_season", date(2026, 11, 20), "110118") == {"from": "10-15", "to": "03-31"}
    with pytest.raises(NoValue):
        value("felling_season", date(2026, 11, 20), "120119")
    assert find("national_share_delegated", date(2021, 2, 1))
    assert find("national_share_delegated", date(2023, 2, 1))
    assert not find("national_share_delegated", date(2023, 2, 2))
