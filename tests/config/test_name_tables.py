"""A screen reader tells each table by a name: its caption, or the heading above it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

TABLE = re.compile(r"(<table\b[^>]*>)\s*((?:\{%[^%]*%\}\s*)*<caption)?")
NAMED_BY = re.compile(r'aria-labelledby="([a-z-]+)"')
TEMPLATES = settings.BASE_DIR / "templates"


def tables() -> list[tuple[Path, str, str]]:
    pages = sorted(TEMPLATES.rglob("*.html"))
    return [(page, tag, caption) for page in pages for tag, caption in TABLE.findall(page.read_text("utf-8"))]


def test_there_are_tables() -> None:
    assert len(tables()) > 40


@pytest.mark.parametrize(("page", "tag", "caption"), [pytest.param(*one, id=one[0].name) for one in tables()])
def test_a_table_has_a_name(page: Path, tag: str, caption: str) -> None:
    assert caption or "aria-label" in tag, page
    for name in NAMED_BY.findall(tag):
        using = [one for one in page.parent.glob("*.html") if f"/{page.name}" in one.read_text("utf-8")]
        around = [page, TEMPLATES / "base.html", *using]
        assert any(f'id="{name}"' in one.read_text("utf-8") for one in around), name
