"""Beside English heads a page has no room for all chosen columns: what every row says alike is told once, above."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from tests.cast import NOW, log_in, markup
from tests.permits.felling.cases import MIYUN, ROW, draft
from tests.permits.occupation.cases import Office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        Office.enter()
        yield


def test_what_every_stand_says_alike_is_told_once_in_english() -> None:
    case, clerk = draft(MIYUN, ROW, ROW | {"number": "8", "species": "侧柏"})
    page = reverse("draft-check", args=[case.pk])
    english, chinese = log_in(clerk, english=True).get(page).text, log_in(clerk).get(page).text
    told = english.partition("The same in every row: ")[2].partition("</p>")[0]
    assert '<span class="text-secondary">Forest purpose</span> Timber forest' in told
    assert 'data-label="Forest purpose" class="brief"' not in english
    assert '<td data-label="Species felled" class="brief">侧柏</td>' in english
    assert '<td data-label="林种" class="brief">' in chinese


def test_what_one_stand_alone_says_is_not_called_the_same_in_every_row() -> None:
    case, clerk = draft(MIYUN, ROW)
    english = markup(log_in(clerk, english=True).get(reverse("draft-check", args=[case.pk])).text)
    assert "The same in every row" not in english
    assert '<p>Of this row:<span class="text-secondary">' in english
