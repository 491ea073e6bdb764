"""Findings tell a figure without the zeros of its field, and money with its two decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from permits.rules import evaluate, parse
from permits.rules.base import Message
from tests.permits.felling.cases import felling
from tests.permits.rules.cases import occupation


@pytest.mark.parametrize(
    ("figure", "told"), [("4.0000", "4"), ("0.5000", "0.5"), ("120.00", "120"), ("0.00", "0"), ("1E+2", "100")]
)
def test_a_figure_is_told_without_zeros_behind(figure: str, told: str) -> None:
    assert str(Message("%(area)s ha", {"area": Decimal(figure)})) == f"{told} ha"


def said(case: Any, rule: str) -> str:
    (finding,) = (one for one in evaluate(parse(case)).findings if one.rule == rule)
    with override("en"):
        return str(finding.message)


def test_a_clear_cut_is_told_with_its_area_as_it_is_typed() -> None:
    stand = {"stand_purpose": "timber", "public_benefit": "none", "manner": "clear", "area_ha": "4.0000"}
    assert "Clear cutting of 4 ha of commodity forest" in said(felling(stand=stand), "F-FL55-2")


def test_the_fee_is_told_to_the_fen() -> None:
    assert "The restoration fee is 50,000.00 yuan" in said(occupation(), "O-FEE")
