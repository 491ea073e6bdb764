"""The renewal of a temporary use: it names the consent, covers its parcels, and tells the years before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from permits.acts.assessment import verdict
from permits.contract.terms import after_months
from permits.documents.printing import paper_of
from permits.documents.rendering import render
from permits.drafts.completeness import problems
from permits.models import Application, Permit
from permits.models.document import NoticeKind
from permits.models.permit import ENDED_EARLY
from permits.occupation.kind import OCCUPATION
from permits.occupation.models import LandOccupation
from permits.occupation.renewal import same_parcels
from tests.cast import fresh
from tests.permits.documents.reading import text_of
from tests.permits.life.cases import BARE, Desk
from tests.permits.occupation.cases import MIYUN, Office, draft, parcel

pytestmark = pytest.mark.django_db
YES = {"outcome": "approve", "opinion": "建议同意。"}
TEMPORARY: dict[str, Any] = {"tenure": "temporary", "years": Decimal(1), "permanent_building": False}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


def granted(now: Any) -> tuple[Application, Office, str]:
    """A temporary use of one year, granted, and the number of the consent."""
    desk = Desk.of_temporary_use(now)
    return desk.case, Office(desk.clerk), desk.case.documents.get(kind="temporary_consent").number


@pytest.mark.parametrize(("years", "last"), [("0.08", date(2026, 12, 19)), ("0.33", date(2027, 3, 19))])
def test_a_use_of_some_months_is_granted_to_the_end_of_them(now: Any, years: str, last: date) -> None:
    case, _clerk = draft(MIYUN, parcel(**BARE), **(TEMPORARY | {"years": Decimal(years)}))
    case.decided_on = date(2026, 11, 20)
    term = OCCUPATION.term(case)
    assert (term.first, term.last) == (date(2026, 11, 20), last)


def renewal(earlier: Application, office: Office, number: str, *rows: dict[str, Any], **other: Any) -> Application:
    said = TEMPORARY | {"renews": number, "years_before": Decimal(1)} | other
    return draft(MIYUN, *(rows or (parcel(**BARE),)), unit=(earlier.unit, office.clerk), **said)[0]


def found(case: Application) -> dict[str, str]:
    return {one.rule: one.severity for one in verdict(case).findings if one.rule.startswith("O-AD20")}


def test_the_paper_tells_the_last_day_that_was_granted_however_a_term_is_read_since(
    now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _office, number = granted(now)
    monkeypatch.setattr("permits.occupation.kind.last_of_years", lambda first, years: date(2030, 1, 1))
    text = text_of(render(paper_of(case.documents.get(number=number))))
    last = fresh(case).permit.valid_to
    assert last is not None
    assert f"{last.year}年{last.month}月{last.day}日" in text
    assert "2030年1月1日" not in text


def test_a_renewal_of_the_same_parcels_passes_within_two_years(now: Any) -> None:
    earlier, office, number = granted(now)
    case = renewal(earlier, office, number)
    assert problems(case) == []
    assert found(case) == {"O-AD20-1": "info"}


def test_other_parcels_and_more_years_are_told(now: Any) -> None:
    earlier, office, number = granted(now)
    other = parcel(**BARE, sub_compartment="9")
    assert found(renewal(earlier, office, number, other))["O-AD20-2"] == "incomplete"
    larger = parcel(**BARE, area_ha=Decimal("0.6000"))
    case = renewal(earlier, office, number, larger, years=Decimal(2), total_ha=Decimal("0.6000"))
    assert found(case) == {"O-AD20-1": "info", "O-AD20-2": "incomplete", "O-AD20-3": "refer"}


def test_a_consent_of_nobody_or_of_another_unit_is_for_an_officer_to_compare(now: Any) -> None:
    earlier, office, number = granted(now)
    unknown = renewal(earlier, office, "京绿资许〔2020〕1号")
    assert found(unknown)["O-AD20-2"] == "refer"
    strangers, _clerk = draft(MIYUN, parcel(**BARE), **TEMPORARY, renews=number, years_before=Decimal(1))
    assert same_parcels(strangers, number, OCCUPATION.rows_of(strangers)) is None


@pytest.mark.parametrize("ended", ENDED_EARLY)
def test_a_consent_that_was_taken_away_is_for_an_officer_to_compare(now: Any, ended: str) -> None:
    earlier, office, number = granted(now)
    Permit.objects.filter(pk=earlier.pk).update(status=ended)
    assert found(renewal(earlier, office, number))["O-AD20-2"] == "refer"


def test_what_an_officer_found_of_the_parcels_counts(now: Any) -> None:
    earlier, office, _number = granted(now)
    case = renewal(earlier, office, "京绿资许〔2020〕1号")
    office.do(case, "submit", statement=True)
    office.determine(case, "accept", "same_parcels", "yes")
    assert found(fresh(case)) == {"O-AD20-1": "info"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (
            {"tenure": "permanent", "renews": "1号", "years_before": 1},
            "renews",
        ),
        (TEMPORARY | {"renews": "1号"}, "years_before"),
        (TEMPORARY | {"years_before": 1}, "renews"),
    ],
)
def test_a_head_that_half_names_a_renewal_is_not_handed_in(said: dict[str, Any], field: str) -> None:
    case, _clerk = draft(MIYUN, parcel(**BARE), **said)
    (problem,) = problems(case)
    assert LandOccupation.label(field) in problem.where


def test_fewer_years_than_the_register_knows_are_not_handed_in(now: Any) -> None:
    earlier, office, number = granted(now)
    case = renewal(earlier, office, number, years_before=Decimal("0.5"))
    assert any(number in str(one.message) for one in problems(case))


def test_the_paper_of_an_extension_is_named_too_and_its_months_count(now: Any) -> None:
    """One year from 20 November, extended by four months: the holder carries the paper of the extension."""
    desk = Desk.of_temporary_use(now)
    last = fresh(desk.case).permit.valid_to
    assert last is not None
    desk.ask("ask_extension", until=after_months(last, 4), reason="工期顺延。")
    desk.decide("grant_extension", until=after_months(last, 4))
    carried = desk.case.documents.get(kind=NoticeKind.PERMIT_PAPER).number
    for years, left_out in (("1", True), ("1.33", False)):
        case = renewal(desk.case, Office(desk.clerk), carried, years_before=Decimal(years), years=Decimal("0.5"))
        assert same_parcels(case, carried, OCCUPATION.rows_of(case)) is True
        assert [carried in str(one.message) for one in problems(case)] == [True] * left_out


def test_years_are_made_public_as_pages_write_them(now: Any) -> None:
    """As handed in they have two decimals: the register and the public notice said 2.00年."""
    case, office, _number = granted(now)
    other = renewal(case, office, "", renews="", years_before=None, years=Decimal("0.50"))
    for told, years in ((case, "1年"), (other, "0.5年")):
        if told == other:
            office.do(other, "submit", statement=True)
        assert dict(OCCUPATION.made_public(fresh(told)))["使用期限"] == years
