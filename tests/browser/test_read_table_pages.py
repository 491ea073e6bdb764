"""The pages of a table kind's draft in a browser: no barrier, nothing wider than the screen, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page

from permits.kinds import codes, kind_of
from tests.permits.occupation.cases import Office

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now() -> Iterator[None]:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True):
        yield


@pytest.mark.parametrize("code", [code for code in codes() if code != "tending"])  # its own: test_read_draft_pages
def test_no_page_of_the_draft_has_a_barrier_or_is_too_wide(
    code: str, live_server: Any, page: Page, sign_in: Callable[..., None], look_over: Callable[[Page, str], None],
    now: None,
) -> None:  # fmt: skip
    Office.enter()
    case, clerk = import_module(f"tests.permits.{code}.cases").draft()
    (row,) = kind_of(case).rows_of(case)
    sign_in(page, clerk)
    pages = {"head": (), "rows": (), "row-add": (), "import": (), "row": (row.pk,), "row-delete": (row.pk,)}
    for name, more in pages.items():
        page.goto(live_server.url + reverse(f"table-{name}", args=[case.pk, *more]))
        look_over(page, f"{code}-{name}")
