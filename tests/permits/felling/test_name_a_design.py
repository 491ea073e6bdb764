"""A felling may name the approval of a tending design given here, instead of handing in its copy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from permits.felling.kind import FELLING, HEAD
from permits.models import Permit
from tests.cast import Cast
from tests.permits.felling.cases import draft
from tests.permits.occupation.cases import HUAIROU, MIYUN

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("place", "begins", "changed", "fits"),
    [
        (MIYUN, date(2026, 11, 25), {}, True),
        (HUAIROU, date(2026, 11, 25), {}, False),
        (MIYUN, date(2030, 11, 25), {}, False),
        (MIYUN, date(2026, 11, 25), {"status": "revoked"}, False),
    ],
)
def test_only_an_approval_of_the_unit_there_and_then_is_taken(
    cast: Cast, place: str, begins: date, changed: dict[str, Any], fits: bool
) -> None:
    approved = cast.printed_case()
    Permit.objects.filter(pk=approved.pk).update(**changed)
    number = approved.documents.get(kind="tending_approval").number
    case, _clerk = draft(place, unit=(cast.farm, cast.clerk), applicant="county_farm")
    said = {"applicant": "county_farm", "work_from": begins, "tending_design": number}
    found = [field for field, _message in HEAD.wrong(said, FELLING.head_of(case))]
    assert found == ([] if fits else ["tending_design"])


def test_the_approval_of_another_unit_is_none(cast: Cast) -> None:
    number = cast.printed_case().documents.get(kind="tending_approval").number
    case, _clerk = draft(MIYUN, unit=(cast.other_farm, cast.rival), applicant="county_farm")
    found = HEAD.wrong({"applicant": "county_farm", "tending_design": number}, FELLING.head_of(case))
    assert [field for field, _message in found] == ["tending_design"]
