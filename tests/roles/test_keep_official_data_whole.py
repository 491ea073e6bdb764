"""What papers say of an agency was entered with a line of the security log; a row put in by hand is named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from permits.verification.run import of_installation
from roles import official_data
from roles.models import Agency, OfficialDatum
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def named() -> list[str]:
    with override("en"):
        return list(official_data.differences())


def entered(cast: Cast) -> OfficialDatum:
    return official_data.enter_official_datum(
        Agency.objects.get(slug="bj-forestry"), "court", "北京市第一中级人民法院", source="公告",
        valid_from=date(2026, 1, 1),
    )  # fmt: skip


def test_what_was_entered_has_its_line(cast: Cast) -> None:
    entered(cast)
    assert named() == []


@pytest.mark.parametrize(
    "change", [{}, {"value": "某某法院"}, {"valid_from": date(2020, 1, 1)}, {"source": "x"}, {"kind": "felling"}]
)
def test_a_row_put_in_by_hand_is_named_even_one_that_repeats_another(cast: Cast, change: dict[str, Any]) -> None:
    row = entered(cast)
    copied = {name: getattr(row, name) for name in ("agency", "datum", "value", "source", "valid_from")}
    OfficialDatum.objects.create(**copied | change)
    (told,) = named()
    assert told.endswith("no line of the security log tells of it")
    assert "official" in {problem.check for problem in of_installation("official")}
