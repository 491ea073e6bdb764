"""docs/compliance.md names files that are there, and says of each requirement one of four words."""

from __future__ import annotations

import re
from collections import Counter

from django.conf import settings

PAGE = settings.BASE_DIR / "docs" / "compliance.md"
STATES = {"met", "partly", "not met", "n/a"}
ROW = re.compile(r"^\| (\d[\d.,–  ]*|[\u4e00-\u9fff]+[a-g, –]*) \| [^|]+ \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)


def test_every_row_has_a_state_and_what_is_met_is_shown() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert len(rows) > 150
    for number, state, shown in rows:
        assert state in STATES, f"{number}: {state}"
        assert shown.strip() or not state.startswith("met"), number


def test_the_summary_counts_the_rows() -> None:
    text = PAGE.read_text("utf-8")
    of_asvs, of_dengbao = text.split("## GB/T 22239-2019, level 3")
    for part in (of_asvs, of_dengbao):
        counted = Counter(state for _number, state, _shown in ROW.findall(part))
        assert ", ".join(f"{counted[state]} {state}" for state in ("met", "partly", "not met", "n/a")) in text


def test_every_file_named_is_there() -> None:
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]*|[\w-]+\.(?:md|toml|txt|json))`", PAGE.read_text("utf-8"))
    assert len(named) > 100
    assert [name for name in named if not (settings.BASE_DIR / name).exists()] == []


def test_no_requirement_is_told_twice() -> None:
    numbers = [one for number, _state, _shown in ROW.findall(PAGE.read_text("utf-8")) for one in number.split(", ")]
    of_asvs = [one for one in numbers if re.fullmatch(r"[\d.–]+", one)]
    assert len(of_asvs) == len(set(of_asvs))
