"""Who enlarges the text alone is given the narrow pages as soon as the wide ones have no room."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted((settings.BASE_DIR / "static").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_widths_at_which_a_page_changes_grow_with_the_text(sheet: Path) -> None:
    assert not re.findall(r"@media[^{]*width: [\d.]+px", sheet.read_text())
