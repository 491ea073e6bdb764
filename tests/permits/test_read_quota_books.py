"""The pages of the quota books: their figures add up, and a correction is called one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from permits.acts.quotas import allot, carry_over
from roles.models import Jurisdiction
from tests.cast import NOW, Cast, log_in
from tests.permits.occupation.cases import MIYUN
from tests.quotas import stock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_the_list_says_what_was_carried_over_where_something_was(cast: Cast) -> None:
    of, desk = stock("felling", MIYUN, "20"), log_in(cast.head, english=True)
    assert "Carried over or lapsed" not in desk.get(reverse("quota-list")).content.decode()
    carry_over(of, Decimal(3), document="结转", by=cast.head)
    page = desk.get(reverse("quota-list"))
    row = next(row for row in page.context["rows"] if row["book"] == of)
    assert row["given"] - row["reserved"] - row["deducted"] - row["gone"] == row["left"]
    assert "Carried over or lapsed" in page.content.decode()


def test_what_a_later_document_takes_back_is_no_allotment(cast: Cast) -> None:
    of, place = stock("felling", MIYUN, "20"), Jurisdiction.objects.get(pk=MIYUN)
    allot("felling", place, of.year, Decimal(-5), document="调减", by=cast.head)
    page = log_in(cast.head, english=True).get(reverse("quota", args=[of.pk])).content.decode()
    assert page.count("allotment reduced") == 1


def test_figures_have_no_zeros_behind(cast: Cast) -> None:
    of = stock("felling", MIYUN, "12345.5")
    desk = log_in(cast.head, english=True)
    for page in (desk.get(reverse("quota-list")), desk.get(reverse("quota", args=[of.pk]))):
        assert ">12,345.5<" in page.content.decode().replace(" m³", "")
        assert "5000" not in page.content.decode().split("<main")[1].split("<form")[0]
