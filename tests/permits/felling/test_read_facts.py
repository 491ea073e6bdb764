"""A felling case is read whole, or every mistake in it is named; a field is asked for only where it applies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from permits.rules import BadCase, evaluate, parse
from tests.permits.felling.cases import CASE, STAND, felling

REGENERATION = ("regeneration_method", "regeneration_area_ha", "regeneration_until")


def paths(mapping: object) -> list[str]:
    with pytest.raises(BadCase) as caught:
        parse(mapping)
    return [path for path, _problem in caught.value.problems]


def test_a_case_becomes_typed_facts() -> None:
    case: Any = parse(felling())
    assert case.stands[0].regeneration_until == date(2028, 12, 31)
    assert case.stands[0].converts_to_plantation is None
    assert (case.volume_m3, case.limit_left_m3, case.tending_design) == (Decimal(320), Decimal(1000), "")


@pytest.mark.parametrize("field", [name for name in CASE if name not in {"kind", "limit_left_m3"}])
def test_every_field_of_the_case_is_required(field: str) -> None:
    assert paths({name: value for name, value in felling().items() if name != field}) == [field]


@pytest.mark.parametrize("field", STAND)
def test_every_field_of_a_stand_is_required(field: str) -> None:
    assert f"stands[0].{field}" in paths(felling(without=(field,)))


def test_what_is_left_of_the_limit_is_told_as_the_volume_beside_it_without_the_zeros_of_its_field() -> None:
    for left, told in (("0.0000", "0"), ("12.50", "12.5"), ("12.3456", "12.3456")):
        (finding,) = (one for one in evaluate(parse(felling(limit_left_m3=left))).findings if one.rule == "F-FL59")
        assert f"仅余{told}立方米" in str(finding.message)


def test_what_is_left_of_the_limit_may_stay_open() -> None:
    case = felling()
    del case["limit_left_m3"]
    known: Any = parse(case)
    assert known.limit_left_m3 is None


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"origin": "natural"}, ["converts_to_plantation"]),
        ({"manner": "selective"}, ["volume_intensity_pct", "canopy_after"]),
    ],
)
def test_a_field_is_asked_for_where_another_calls_for_it(change: dict[str, Any], asked: list[str]) -> None:
    assert paths(felling(stand=change)) == [f"stands[0].{name}" for name in asked]


@pytest.mark.parametrize(
    ("change", "unasked"),
    [
        ({"felling_type": "tending"}, REGENERATION),
        ({"purpose": "construction"}, REGENERATION),
        ({"regeneration_method": "none"}, REGENERATION[1:]),
        ({"stand": "bamboo"}, ("age_group", "stock_m3")),
    ],
)
def test_a_field_that_does_not_apply_is_no_field_of_the_stand(change: dict[str, Any], unasked: tuple[str, ...]) -> None:
    assert set(paths(felling(stand=change))) == {f"stands[0].{name}" for name in unasked}
    parse(felling(stand=change, without=unasked))


@pytest.mark.parametrize(
    ("case", "path"),
    [
        (felling(applicant="army"), "applicant"),
        (felling(documents=["design"]), "documents[0]"),
        (felling(stands=[]), "stands"),
        (felling(stand={"species": []}), "stands[0].species"),
        (felling(stand={"volume_m3": "-1"}), "stands[0].volume_m3"),
        (felling(stand={"stems": "2.5"}), "stands[0].stems"),
        (felling(work={"from": "2026-11-25", "to": "2026-11-24"}), "work.to"),
        (felling(work={"from": "2026-11-25", "to": "soon"}), "work.to"),
    ],
)
def test_an_impossible_value_is_named_with_its_path(case: dict[str, Any], path: str) -> None:
    assert paths(case) == [path]
