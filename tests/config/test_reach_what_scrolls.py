"""What scrolls within a page is reached by the keyboard, and says what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

BOX = re.compile(r'<div class="[^"]*\b(?:table-responsive|scroll-x)\b[^"]*"[^>]*>')
WITHIN_A_CARD = '<div class="card-body scroll-x">'
"""Of pages of a case: their tables turn into cards before they scroll."""


def boxes() -> list[tuple[Path, str]]:
    pages = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    return [(page, box) for page in pages for box in BOX.findall(page.read_text()) if box != WITHIN_A_CARD]


def test_there_are_such_boxes() -> None:
    assert len(boxes()) > 5


@pytest.mark.parametrize(("page", "box"), [pytest.param(*one, id=f"{one[0].name}") for one in boxes()])
def test_a_box_that_scrolls_takes_the_focus_and_has_a_name(page: Path, box: str) -> None:
    assert 'tabindex="0"' in box, page
    assert 'role="' in box, page
    assert "aria-label" in box, page
