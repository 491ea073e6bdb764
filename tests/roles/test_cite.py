"""Every row of the role matrix says what it rests on."""

from __future__ import annotations

import re
from datetime import date

import pytest

from permits.text.laws import ENGLISH
from roles.matrix.load import Matrix, read_matrix

IN_SUBSTANCE = "（大意）"
LAST_LINE = {"S0": 42, "S1": 97, "S3": 40, "S4": 576}


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return read_matrix()


def test_every_mandate_has_clause_document_and_line(matrix: Matrix) -> None:
    assert matrix.mandates
    for row in matrix.mandates:
        assert row.values["clause"].strip(), row.key
        assert row.values["document"], row.key
        assert row.values["line"].strip(), row.key


def test_what_is_called_quoted_is_never_given_in_substance_only(matrix: Matrix) -> None:
    for row in matrix.mandates:
        if row.values["basis"] != "inferred":
            assert IN_SUBSTANCE not in row.values["clause"], row.key


def test_what_is_inferred_or_rebuilt_says_what_is_open_in_both_languages(matrix: Matrix) -> None:
    for row in matrix.mandates:
        if row.values["basis"] != "quoted":
            assert row.values["note"], row.key
        assert bool(row.values["note"]) == bool(row.values["note_en"]), row.key
        assert row.values["matter_en"], row.key


def test_lines_are_lines_of_the_document_and_laws_have_articles(matrix: Matrix) -> None:
    for row in matrix.mandates:
        line, last = row.values["line"], LAST_LINE.get(row.values["document"])
        if last is None:
            assert line.startswith(("第", "公示")), row.key
            continue
        assert re.fullmatch(r"L\d+(-\d+)?", line), row.key
        numbers = [int(number) for number in re.findall(r"\d+", line)]
        assert numbers == sorted(numbers), row.key
        assert numbers[-1] <= last, row.key


@pytest.mark.parametrize(("document", "year"), [("S3", 2022), ("S4", 2023)])
def test_both_species_editions_are_kept_with_their_year(matrix: Matrix, document: str, year: int) -> None:
    rows = [row for row in matrix.mandates if row.values["document"] == document]
    assert {row.values["duty"] for row in rows} >= {"lead", "responsible", "assist"}
    for row in rows:
        assert (row.values["valid_from"], row.values["valid_to"]) == (date(year, 1, 1), date(year, 12, 31)), row.key


def test_rebuilt_columns_are_marked_only_where_the_table_is_damaged(matrix: Matrix) -> None:
    rebuilt = {row.values["document"] for row in matrix.mandates if row.values["basis"] == "rebuilt"}
    assert rebuilt == {"S4"}


def test_places_are_beijings_and_tianjins_sixteen_districts(matrix: Matrix) -> None:
    for city in ("110000", "120000"):
        assert sum(row.values["parent"] == city for row in matrix.jurisdictions) == 16


def test_agencies_and_documents_have_english_names(matrix: Matrix) -> None:
    assert not [row.key for row in matrix.agencies if not row.values["name_en"] or not row.values["short_name"]]
    assert not [row.key for row in matrix.documents if not row.values["title_en"]]


def test_the_document_without_title_and_date_says_so(matrix: Matrix) -> None:
    plan = next(row for row in matrix.documents if row.key == "S0")
    assert plan.values["issued_on"] is None
    assert "无标题" in plan.values["note"]
    assert "no date" in plan.values["note_en"]


def test_a_document_has_one_english_name_here_and_where_rules_cite_it(matrix: Matrix) -> None:
    """What stands in brackets, and a first letter, make no other name."""
    several = {
        row.key: (row.values["title_en"], name)
        for row in matrix.documents
        for title, name in ENGLISH.items()
        if title == re.sub(r"^中华人民共和国|（[^）]*）$", "", row.values["title"])
        and row.values["title_en"].partition(" (")[0].casefold() != name.casefold()
    }
    assert not several
