"""Agencies to choose from stand place by place, each by its name, in the reader's language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from roles.bodies import in_order
from roles.models import Agency, Jurisdiction
from roles.models.bodies import Level

pytestmark = pytest.mark.django_db


@pytest.fixture
def agencies() -> None:
    city = Jurisdiction.objects.create(code="990000", name="甲市", level=Level.MUNICIPAL)
    district = Jurisdiction.objects.create(code="990101", name="乙区", level=Level.DISTRICT, parent=city)
    for slug, name, english, place in (
        ("a-district", "乙区局", "District bureau", district),
        ("b-city-two", "乙市局", "Agriculture", city),
        ("c-city-one", "丙市局", "Zoning", city),
        ("d-country", "丁部", "Ministry", None),
    ):
        level = place.level if place else Level.NATIONAL
        Agency.objects.create(slug=slug, name=name, name_en=english, level=level, jurisdiction=place)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-hans", ["d-country", "c-city-one", "b-city-two", "a-district"]),
        ("en", ["d-country", "b-city-two", "c-city-one", "a-district"]),
    ],
)
def test_place_after_place_then_by_name(agencies: None, language: str, expected: list[str]) -> None:
    with override(language):
        listed = Agency.objects.filter(slug__in=expected).order_by(*in_order())
        assert [agency.slug for agency in listed] == expected
