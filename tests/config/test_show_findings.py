"""Each list of findings has every row that was found, and each test or file it names is there."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

DOCS = settings.BASE_DIR / "docs"
ROW = re.compile(r"^\| ([ULOR]\d+) \| (.+) \| (.+) \| (.+) \|$", re.M)
NAMED = re.compile(r"`(tests/[\w/]+\.py)` ((?:`test_\w+`(?:, )?)+)")
FILE = re.compile(r"`([\w./-]+\.(?:py|md|toml)|Makefile)`")
LISTS = {"findings-use-and-law.md": {"U": 21, "L": 20}, "findings-operation.md": {"O": 23, "R": 12}}
ROWS = {
    number: (now, shown)
    for name in LISTS
    for number, _seen, now, shown in ROW.findall((DOCS / name).read_text("utf-8"))
}


@pytest.mark.parametrize("name", LISTS)
def test_every_row_that_was_found_is_told_once(name: str) -> None:
    wanted = [f"{letter}{number}" for letter, most in LISTS[name].items() for number in range(1, most + 1)]
    assert [row[0] for row in ROW.findall((DOCS / name).read_text("utf-8"))] == wanted


@pytest.mark.parametrize("number", ROWS)
def test_each_test_it_names_is_there(number: str) -> None:
    now, shown = ROWS[number]
    named, files = NAMED.findall(shown), FILE.findall(f"{now} {shown}")
    assert named or files
    for path, tests in named:
        text = (settings.BASE_DIR / path).read_text("utf-8")
        missing = [name for name in re.findall(r"`(test_\w+)`", tests) if f"def {name}(" not in text]
        assert not missing, f"{number}: {path} has no {missing}"
    assert not [path for path in files if "/" in path and not (settings.BASE_DIR / path).exists()], number
