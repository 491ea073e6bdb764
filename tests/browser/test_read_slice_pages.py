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
def visits(transactional_db: None) -> Iterator[dict[str, Visit]]:
    """Every page of the two slices, and who opens it."""
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        design = cast.draft()
        plot = SubCompartment.objects.latest("pk")
        unit = make_unit("密云繁育中心", MIYUN)
        plan, clerk = introduction.draft(introduction.species("D"), unit=unit)
        one = plan.introduction.species.latest("pk")
        pages = {
            "tending-head": (cast.clerk, [design.pk]),
            "tending-plots": (cast.clerk, [design.pk]),
            "tending-plot-add": (cast.clerk, [design.pk]),
            "tending-plot": (cast.clerk, [design.pk, plot.pk]),
            "tending-plot-delete": (cast.clerk, [design.pk, plot.pk]),
            "tending-import": (cast.clerk, [design.pk]),
            "introduction-head": (clerk, [plan.pk]),
            "introduction-species": (clerk, [plan.pk]),
            "introduction-species-add": (clerk, [plan.pk]),
            "introduction-species-edit": (clerk, [plan.pk, one.pk]),
            "introduction-species-delete": (clerk, [plan.pk, one.pk]),
            "draft-check": (clerk, [plan.pk]),
        }
        yield {name: (person, reverse(name, args=keys)) for name, (person, keys) in pages.items()}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1280, 375])
def test_the_drafts_of_the_slices_have_no_barrier(
    visits: dict[str, Visit],
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
    axe: Callable[[Page], None],
    shot: Callable[[Page, str], None],
    language: str,
    width: int,
) -> None:
    page = new_page(language=language, width=width)
    barriers = []
    for name, (person, address) in visits.items():
        sign_in(page, person)
        page.goto(address)
        try:
            axe(page)
        except AssertionError as found:
            barriers.append(f"{name}: {found}")
        shot(page, f"slice-{name}-{language}-{width}")
    assert not barriers, "\n".join(barriers)
