"""docs/findings-use-and-law.md has every row that was found, and each test it names is there."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

PAGE = settings.BASE_DIR / "docs" / "findings-use-and-law.md"
ROW = re.compile(r"^\| ([UL]\d+) \| (.+) \| (.+) \| (.+) \|$", re.M)
NAMED = re.compile(r"`(tests/[\w/]+\.py)` ((?:`test_\w+`(?:, )?)+)")
ROWS = {number: (seen, now, tests) for number, seen, now, tests in ROW.findall(PAGE.read_text("utf-8"))}


def test_every_row_that_was_found_is_told_once() -> None:
    wanted = [f"U{number}" for number in range(1, 22)] + [f"L{number}" for number in range(1, 21)]
    assert [row[0] for row in ROW.findall(PAGE.read_text("utf-8"))] == wanted


@pytest.mark.parametrize("number", ROWS)
def test_each_test_it_names_is_there(number: str) -> None:
    named = NAMED.findall(ROWS[number][2])
    assert named
    for path, tests in named:
        text = (settings.BASE_DIR / path).read_text("utf-8")
        missing = [name for name in re.findall(r"`(test_\w+)`", tests) if f"def {name}(" not in text]
        assert not missing, f"{number}: {path} has no {missing}"
