"""What a kind declares and gets wrong stops the start: the check names kind and part."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from permits.felling.kind import FELLING, FellingKind
from permits.kinds import check_kinds, kinds
from permits.rules.base import REGISTRY
from permits.rules.found import Determinable
from permits.tables.columns import When
from permits.tables.contradictions import unread_paths
from permits.tables.kind import TableKind
from permits.tending.kind import TENDING, TendingKind
from tests.permits.rules.legal_cases import legal_cases


def told() -> list[str]:
    return [str(message.msg) for message in check_kinds()]


NIX = ("nix",)


def asked(name: str, value: str) -> Any:
    return replace(FELLING.head, asked_where=((name, value, ()),))


def where(name: str, *when: When) -> Any:
    """The table with another condition of its column `name`."""
    columns = tuple(replace(one, where=when) if one.name == name else one for one in FELLING.table.columns)
    return replace(FELLING.table, columns=columns)


FIRST, SECOND, *OTHERS = FELLING.table.columns
HEADED_TWICE = replace(FELLING.table, columns=(FIRST, replace(SECOND, aliases=(FIRST.head,)), *OTHERS))
"""The import would find one of the two."""


@pytest.mark.parametrize(
    ("part", "value", "what"),
    [
        ("table", replace(FELLING.table, key=NIX), "table.key: no column is called “nix”"),
        ("table", replace(FELLING.table, brief=NIX), "table.brief: no column is called “nix”"),
        ("table", replace(FELLING.table, listed=NIX), "table.listed: no column is called “nix”"),
        ("table", replace(FELLING.table, groups=FELLING.table.groups[:-1]), "table.groups: “remark” is in none"),
        ("table", HEADED_TWICE, f"table: two columns are headed “{FELLING.table.columns[0].head}”"),
        ("ground_columns", (NIX,), "ground_columns: no column is called “nix”"),
        ("found_rows", ("stands", {"site": "nix"}), "found_rows: no column is called “nix”"),
        ("found_head", {"applicant": "nix"}, "found_head: the head has no field “nix”"),
        ("found_documents", {"nix": "nothing"}, "found_documents: “nix” is none of the rules' documents"),
        ("head", replace(FELLING.head, asked=NIX), "head.asked: the head has no field “nix”"),
        ("row_model", TENDING.row_model, "row_model: its head has no related_name “rows”"),
        ("table", where("remark", When("origin", ("naturall",))), "where of “remark”: “origin” is never “naturall”"),
        ("table", where("remark", When("closed", ("true",))), "where of “remark”: “closed” is never “true”"),
        ("head", asked("last_regeneration", "nix"), "head.asked_where: “last_regeneration” is never “nix”"),
        ("head", replace(FELLING.head, asked_in=(("applicant", NIX),)), "head.asked_in: “nix” is no place"),
        ("called", {"aprove": "Consent"}, "called: “aprove” is no act and no status"),
        ("quota", replace(FELLING.quota, rule="F-NIX"), "quota: no rule is called “F-NIX”"),
        ("materials", lambda place, head, rows: (), "materials: not declared as a static method"),
        ("papers", FELLING.papers[1:2], "papers: none of them grants"),
        ("case", replace(FELLING.case, facts=TENDING.case.facts), "facts: kind is “tending”, and not “felling”"),
    ],
)
def test_a_part_that_contradicts_another_is_told_with_its_kind(
    monkeypatch: pytest.MonkeyPatch, part: str, value: Any, what: str
) -> None:
    monkeypatch.setattr(FellingKind, part, value)
    assert told() == [f"The kind felling: {what}."]


def test_a_rule_for_a_place_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    own = REGISTRY.rules["F-FL59"]
    monkeypatch.setitem(REGISTRY.rules, own.id, replace(own, places=(*own.places, "bejing")))
    assert told() == ["The kind felling: rule F-FL59: places do not know “bejing”."]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.code)
def test_what_an_organ_may_find_is_asked_by_some_legal_case(kind: TableKind) -> None:
    """Whatever no case asks, nobody could find."""
    assert unread_paths(kind, of_the_law(kind.code)) == set()


@pytest.mark.parametrize(
    ("part", "value", "path"),
    [
        ("found_head", {"work.form": "work_from"}, "work.form"),
        ("found_rows", ("stands", {"sit": "site"}), "stands[0].sit"),
        ("organs_own", [Determinable(path="limit_m3", label="", type="number", organs_own=True)], "limit_m3"),
    ],
)
def test_a_path_that_no_case_asks_is_named(monkeypatch: pytest.MonkeyPatch, part: str, value: Any, path: str) -> None:
    monkeypatch.setattr(FellingKind, part, value)
    assert unread_paths(FELLING, of_the_law("felling")) == {path}


def of_the_law(code: str) -> list[dict[str, Any]]:
    return [case.mapping for case in legal_cases() if case.mapping["kind"] == code]


def test_letters_of_case_numbers_and_codes_of_papers_are_those_of_one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FellingKind, "case_prefix", TendingKind.case_prefix)
    monkeypatch.setattr(FellingKind, "papers", TENDING.papers[:1])
    assert told() == [
        f"The kind felling: case_prefix: “{TENDING.case_prefix}” is that of the kind tending.",
        f"The kind felling: papers: “{TENDING.papers[0].code}” is that of the kind tending.",
    ]
