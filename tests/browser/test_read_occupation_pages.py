"""The pages of an occupation's draft in a browser: no barrier, nothing wider than the screen, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page

from permits.occupation.models import Parcel
from tests.permits.occupation.cases import Office, draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now() -> Iterator[None]:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True):
        yield


@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_of_the_draft_has_a_barrier_or_is_too_wide(
    live_server: Any, page: Page, sign_in: Callable[..., None], axe: Callable[[Page], None], now: None, width: int
) -> None:
    Office.enter()
    case, clerk = draft()
    row = Parcel.objects.get(occupation=case.pk)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, clerk)
    names = [("head", ()), ("parcels", ()), ("parcel-add", ()), ("import", ()), ("parcel", (row.pk,)),
             ("parcel-delete", (row.pk,))]  # fmt: skip
    for name, more in names:
        page.goto(live_server.url + reverse(f"occupation-{name}", args=[case.pk, *more]))
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
