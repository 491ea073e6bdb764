"""Today is asked for in one way: where the agencies sit, whatever time zone is active."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

OURS = ("permits", "workflows", "roles", "config", "benchmarks")
OTHERWISE = re.compile(r"timezone\.localdate\(\)|\bdate\.today\(\)|now\(\)\.date\(\)|localdate\(timezone=")
ITSELF = Path("roles", "days.py")


def test_no_other_way_than_local_today_is_used() -> None:
    root = Path(settings.BASE_DIR)
    files = {path.relative_to(root): path.read_text("utf-8") for one in OURS for path in (root / one).rglob("*.py")}
    assert len(files) > 400
    assert "def local_today()" in files[ITSELF]
    assert {str(path) for path, text in files.items() if OTHERWISE.search(text)} == {str(ITSELF)}
