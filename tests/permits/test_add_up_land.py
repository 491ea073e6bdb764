"""The land a case asks for stands in rows of its own: made with each submission, and by the upgrade for what stood."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from permits.acts.land import declared
from permits.contract.kind import Extent
from permits.kinds import kind_of
from permits.models import Application, DeclaredLand
from permits.models.states import S
from roles.models import Jurisdiction
from tests.cast import Cast

Row = tuple[str, str, Decimal, Decimal]


def kept(case: Application) -> list[Row]:
    """Place, purpose, hectares and cubic metres of each row of the case, in order."""
    rows = DeclaredLand.objects.filter(application=case)
    return sorted(rows.values_list("place", "purpose", "hectares", "cubic_metres"))


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes every submission declare these parts."""

    def say(case: Application, *parts: tuple[str, str, str]) -> None:
        told = [Extent(place=place, purpose=purpose, hectares=Decimal(area)) for place, purpose, area in parts]
        monkeypatch.setattr(type(kind_of(case)), "extent", lambda _kind, _asked: told)

    return say


def test_each_place_and_purpose_is_a_row(cast: Cast, says: Any) -> None:
    elsewhere = Jurisdiction.objects.exclude(pk=cast.miyun.pk).filter(level="district")[0].pk
    case = cast.draft()
    says(case, ("", "a", "1.25"), (cast.miyun.pk, "a", "0.75"), (elsewhere, "a", "3"), (elsewhere, "", "4.0001"))
    cast.do(case, "submit")
    none, here = Decimal(0), cast.miyun.pk
    rows = [(here, "a", Decimal(2), none), (elsewhere, "", Decimal("4.0001"), none), (elsewhere, "a", Decimal(3), none)]
    assert kept(case) == sorted(rows)


def test_what_lies_nowhere_we_know_is_counted_where_it_was_filed(cast: Cast, says: Any) -> None:
    case = cast.draft()
    says(case, ("999999", "a", "1"))
    cast.do(case, "submit")
    assert [row[0] for row in kept(case)] == [cast.miyun.pk]


def test_what_is_handed_in_again_stands_in_the_place_of_what_was_there(cast: Cast, says: Any) -> None:
    case = cast.walk_to(S.CORRECTING)
    before = kept(case)
    assert before
    says(case, ("", "a", "7"))
    assert kept(case) == before, "nothing before it is handed in"
    cast.do(case, "resubmit")
    assert kept(case) == [(cast.miyun.pk, "a", Decimal(7), Decimal(0))]


def test_a_draft_asks_for_nothing_yet(cast: Cast) -> None:
    case = cast.draft()
    assert (kept(case), declared(case, ())) == ([], [])


def test_the_upgrade_makes_the_rows_of_what_was_handed_in_before(cast: Cast) -> None:
    cases = [cast.case_at(S.APPROVED), cast.case_at(S.CORRECTING), cast.draft()]
    made = {case.pk: kept(case) for case in cases}
    assert [bool(rows) for rows in made.values()] == [True, True, False]
    DeclaredLand.objects.all().delete()
    import_module("permits.migrations.0020_land_in_rows").fill(apps, None)
    assert {case.pk: kept(case) for case in cases} == made
