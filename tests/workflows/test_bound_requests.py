"""Bounding what a request says: numbers no row can have, pages of no length, searches of a hundred thousand signs."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import override

from permits.acts.conditions import fee_paid
from permits.models.states import S
from roles.numbers import LARGEST, whole
from tests.cast import Cast, log_in

HUGE = ("9" * 20, "9" * 5000, "-1", "１２", "1e3", "", "x")


@pytest.mark.parametrize("text", [*HUGE, None, " 1", "+1", "1_0", str(LARGEST + 1)])
def test_what_is_no_plain_number_of_a_row_is_none(text: str | None) -> None:
    assert whole(text) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7), (str(LARGEST), LARGEST)])
def test_a_plain_number_is_read(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("number", HUGE)
def test_an_item_that_cannot_be_is_not_taken(cast: Cast, number: str) -> None:
    assert log_in(cast.acceptor).post(reverse("queue-claim"), {"item": [number]}).status_code == 302


@pytest.mark.parametrize("query", ["per_page=-1", "per_page=0", "per_page=999999999", "page=-1", "page=" + "9" * 5000])
def test_a_list_has_the_length_we_give_it(cast: Cast, query: str) -> None:
    cast.case_at(S.SUBMITTED)
    answer = log_in(cast.acceptor).get(f"{reverse('case-list')}?{query}")
    assert answer.status_code == 200
    assert answer.context["table"].paginator.per_page == 25
    assert len(answer.context["table"].page.object_list) == 1


@pytest.mark.parametrize("length", [101, 100_000])
def test_a_search_too_long_to_mean_anything_finds_nothing(cast: Cast, length: int) -> None:
    cast.case_at(S.SUBMITTED)
    answer = log_in(cast.acceptor).get(reverse("case-list"), {"q": "林" * length})
    assert answer.status_code == 200
    assert list(answer.context["table"].page.object_list) == []


@pytest.mark.parametrize("number", ["9" * 19, "9" * 20, "9" * 5000, str(LARGEST)])
@pytest.mark.parametrize("place", ["/cases/{}/", "/drafts/{}/rows/1/", "/documents/{}.pdf", "/tasks/{}/claim/"])
def test_a_key_no_row_can_have_is_an_address_that_does_not_exist(cast: Cast, place: str, number: str) -> None:
    answer = (
        log_in(cast.clerk).post(place.format(number))
        if "claim" in place
        else log_in(cast.clerk).get(place.format(number))
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("amount", ["1e30", "1e400", "nan", "-1", "0", "0.001", "9" * 20, "１００", "Infinity"])
def test_a_fee_is_an_amount_in_yuan(cast: Cast, amount: str) -> None:
    said = {"paid_on": "2026-11-20", "receipt": "1", "amount": amount}
    with override("en"):
        assert "Give an amount in yuan" in fee_paid(cast.case_at(S.FINAL_REVIEW), said, cast.reviewer)["amount"]
