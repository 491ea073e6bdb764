"""A case file is read whole, or every mistake in it is named with its path."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from permits.occupation.facts import Occupation
from permits.rules import BadCase, parse
from permits.rules.case_file import BadFile, documents
from permits.tending.facts import Tending
from tests.permits.rules.cases import introduction, occupation, tending


def paths(mapping: object) -> list[str]:
    with pytest.raises(BadCase) as caught:
        parse(mapping)
    return [path for path, _problem in caught.value.problems]


def test_a_case_becomes_typed_facts() -> None:
    case = parse(occupation())
    assert isinstance(case, Occupation)
    assert case.date == date(2026, 11, 20)
    assert case.parcels[0].area_ha == Decimal("0.5000")
    assert case.years is None


def test_numbers_may_be_written_as_text_or_number_and_dates_as_text_or_date() -> None:
    case = parse(tending(plot={"canopy_after": "0.68", "area_ha": 12.5}, date=date(2026, 11, 20)))
    assert isinstance(case, Tending)
    assert (case.plots[0].canopy_after, case.plots[0].area_ha) == (Decimal("0.68"), Decimal("12.5"))


@pytest.mark.parametrize("make", [occupation, tending, introduction])
def test_every_field_shown_in_the_contract_is_required_but_what_only_an_organ_knows(make: Any) -> None:
    whole = make()
    for field in whole.keys() - {"quota_left_ha", "filed_with"}:  # here one files with the municipal authority
        assert field in paths({key: value for key, value in whole.items() if key != field})


@pytest.mark.parametrize(("make", "rows"), [(occupation, "parcels"), (tending, "plots"), (introduction, "species")])
def test_every_field_of_a_row_is_required_and_no_other_is_known(make: Any, rows: str) -> None:
    whole = make()
    for field in list(whole[rows][0]):
        case = make()
        del case[rows][0][field]
        case[rows][0]["colour"] = "green"
        assert paths(case) == [f"{rows}[0].{field}", f"{rows}[0].colour"]


@pytest.mark.parametrize(
    ("mapping", "path"),
    [
        (occupation(parcel={"area_ha": "0"}), "parcels[0].area_ha"),
        (occupation(parcel={"area_ha": "-1"}), "parcels[0].area_ha"),
        (occupation(parcel={"area_ha": "0.12345"}), "parcels[0].area_ha"),
        (occupation(parcel={"area_ha": "1e3"}), "parcels[0].area_ha"),
        (occupation(parcel={"area_ha": float("nan")}), "parcels[0].area_ha"),
        (occupation(parcel={"area_ha": float("inf")}), "parcels[0].area_ha"),
        (occupation(parcel={"area_ha": True}), "parcels[0].area_ha"),
        (occupation(parcel={"area_ha": None}), "parcels[0].area_ha"),
        (occupation(parcel={"area_ha": "١"}), "parcels[0].area_ha"),
        (occupation(parcel={"grade": 2}), "parcels[0].grade"),
        (occupation(parcel={"grade": "V"}), "parcels[0].grade"),
        (occupation(parcel={"red_line": "false"}), "parcels[0].red_line"),
        (occupation(parcels=[]), "parcels"),
        (occupation(parcels="none"), "parcels"),
        (occupation(parcels=["none"]), "parcels[0]"),
        (occupation(jurisdiction=110118), "jurisdiction"),
        (occupation(jurisdiction="110199"), "jurisdiction"),
        (occupation(date="2026-02-30"), "date"),
        (occupation(date="20261120"), "date"),
        (occupation(date=20261120), "date"),
        (occupation(documents=["letter"]), "documents[0]"),
        (occupation(documents=None), "documents"),
        (occupation(quota_left_ha="-0.1"), "quota_left_ha"),
        (occupation(project={"name": "  "}), "project.name"),
        (occupation(project={"name": "a\x00b"}), "project.name"),
        (occupation(project={"name": "\ud800"}), "project.name"),
        (occupation(project={"national_major": "yes"}), "project.national_major"),
        (occupation(project={"in_plan_area": True}), "project.in_plan_area"),
        (occupation(project={"class": "nature_area_plan"}), "project.in_plan_area"),
        (occupation(project={"class": "linear_works_borrow"}), "project.main_project_level"),
        (occupation(years=2), "years"),
        (occupation(permanent_building=False), "permanent_building"),
        (occupation(tenure="temporary", permanent_building=False), "years"),
        (occupation(tenure="temporary", years=0, permanent_building=False), "years"),
        (occupation(tenure="temporary", years=2), "permanent_building"),
        (tending(plot={"canopy_after": 1.01}), "plots[0].canopy_after"),
        (tending(plot={"stem_intensity_pct": 101}), "plots[0].stem_intensity_pct"),
        (tending(plot={"species_cut": "刺槐"}), "plots[0].species_cut"),
        (tending(plot={"species_cut": [1]}), "plots[0].species_cut[0]"),
        (tending(work={"to": "2026-11-24"}), "work.to"),
        (introduction(site={"at": "none"}), "site.at"),
        (introduction(one={"scientific_name": ""}), "species[0].scientific_name"),
        (introduction(filed_with="city"), "filed_with"),
        (occupation(kind="mining"), "kind"),
        (occupation(kind=["occupation"]), "kind"),
        (occupation(remark="urgent"), "remark"),
        ({}, "kind"),
        ([], ""),
        (None, ""),
    ],
)
def test_an_impossible_value_is_named_with_its_path(mapping: object, path: str) -> None:
    assert path in paths(mapping)


def test_all_problems_are_told_at_once_and_in_order() -> None:
    case = occupation(parcel={"grade": "V", "zone": "inner"}, quota_left_ha="much", remark="")
    assert paths(case) == ["remark", "parcels[0].zone", "parcels[0].grade", "quota_left_ha"]


def test_problems_are_readable() -> None:
    with pytest.raises(BadCase) as caught:
        parse(occupation(parcel={"grade": "V"}))
    (problem,) = [message for _path, message in caught.value.problems]
    assert problem.in_language("en") == "“V” is not one of: I, II, III, IV"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "kind: [",
        "kind: a\nkind: b\n",
        "a: &x [*x",
        "\x00",
        "a: " + "[" * 5000,
        "n: " + "9" * 5000,
        "!!python/object:x {}",
    ],
)
def test_a_file_that_is_no_yaml_of_cases_is_refused(text: str) -> None:
    with pytest.raises(BadFile):
        documents(text)


def test_dates_are_left_for_the_reader_that_names_their_path() -> None:
    assert documents("date: 2026-13-40") == [{"date": "2026-13-40"}]
