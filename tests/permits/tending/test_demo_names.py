"""What the demonstration's designs say of where they lie."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from django.utils import timezone

from permits.tending.demo import examples


def test_a_design_of_a_farm_follows_the_plan_of_the_farm() -> None:
    """Cut after three characters its plan was 密云云天然林经营方案."""
    walker = cast(Any, SimpleNamespace(moment=timezone.now()))
    plans = {one.title: str(one.head(walker)["management_plan"]) for one in examples()}
    farms = {title: plan for title, plan in plans.items() if "林场" in title}
    assert farms
    assert all(plan.startswith(title.partition("林场")[0] + "林场天然林经营方案") for title, plan in farms.items())
