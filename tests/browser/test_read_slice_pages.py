"""The pages of a tending design's and an introduction's draft: no barrier in either language, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page

from permits.tending.models import SubCompartment
from roles.models import Person
from tests.cast import NOW, Cast
from tests.permits.introduction import cases as introduction
from tests.permits.occupation.cases import MIYUN, make_unit

Visit = tuple[Person, str]


@pytest.fixture
def visits(begins_with_cast: None, transactional_db: None) -> Iterator[dict[str, Visit]]:
    """Every page of the two slices, and who opens it."""
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        design = cast.draft()
        plot = SubCompartment.objects.latest("pk")
        unit = make_unit("密云繁育中心", MIYUN)
        plan, clerk = introduction.draft(introduction.species("D"), unit=unit)
        one = plan.introduction.rows.latest("pk")
        pages = {
            "table-head": (cast.clerk, [design.pk]),
            "table-rows": (cast.clerk, [design.pk]),
            "table-row-add": (cast.clerk, [design.pk]),
            "table-row": (cast.clerk, [design.pk, plot.pk]),
            "table-row-delete": (cast.clerk, [design.pk, plot.pk]),
            "table-import": (cast.clerk, [design.pk]),
            "introduction table-head": (clerk, [plan.pk]),
            "introduction table-rows": (clerk, [plan.pk]),
            "introduction table-row-add": (clerk, [plan.pk]),
            "introduction table-row": (clerk, [plan.pk, one.pk]),
            "introduction table-row-delete": (clerk, [plan.pk, one.pk]),
            "introduction table-import": (clerk, [plan.pk]),
            "draft-check": (clerk, [plan.pk]),
        }
        yield {name: (person, reverse(name.split()[-1], args=keys)) for name, (person, keys) in pages.items()}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_drafts_of_the_slices_have_no_barrier(
    visits: dict[str, Visit],
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
    look_over: Callable[[Page, str], None],
    language: str,
) -> None:
    page = new_page(language=language)
    barriers = []
    for name, (person, address) in visits.items():
        sign_in(page, person)
        page.goto(address)
        try:
            look_over(page, f"slice-{name}-{language}")
        except AssertionError as found:
            barriers.append(f"{name}: {found}")
    assert not barriers, "\n".join(barriers)
