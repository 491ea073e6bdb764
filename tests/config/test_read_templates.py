"""A template is read without scrolling sideways: what stands in it is laid out over lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
LONGEST = 160
"""Signs. Where no blank may show between two things, they stay on one line; the rest fits 120."""


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_line_is_too_long_to_read(template: Path) -> None:
    long = [number for number, line in enumerate(template.read_text().splitlines(), 1) if len(line) > LONGEST]
    assert not long


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_line_begins_with_what_stands_close_to_what_is_before(template: Path) -> None:
    """Before a Chinese colon or bracket no blank stands, and a line break is one."""
    parted = re.findall(
        r"^\s*(?:<[^>]*>)*(\{% colon %\}|\{\{[^}]*\|in_brackets \}\})", template.read_text(), re.MULTILINE
    )
    assert not parted
