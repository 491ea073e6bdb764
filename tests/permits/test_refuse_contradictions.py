"""What a kind declares and gets wrong stops the start: the check names kind and part."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from permits.felling.kind import FELLING, FellingKind
from permits.kinds import check_kinds
from permits.tending.kind import TENDING, TendingKind


def told() -> list[str]:
    return [str(message.msg) for message in check_kinds()]


NIX = ("nix",)
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


def test_letters_of_case_numbers_and_codes_of_papers_are_those_of_one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FellingKind, "case_prefix", TendingKind.case_prefix)
    monkeypatch.setattr(FellingKind, "papers", TENDING.papers[:1])
    assert told() == [
        f"The kind felling: case_prefix: “{TENDING.case_prefix}” is that of the kind tending.",
        f"The kind felling: papers: “{TENDING.papers[0].code}” is that of the kind tending.",
    ]
