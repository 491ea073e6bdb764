"""The table says the middle, the span and the earlier version's middle; a probe that fails says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.databases import var_folder
from benchmarks.rows import Ratio, side_by_side, table
from benchmarks.worker import Failed, Worker


def test_a_ratio_is_the_middle_of_its_rounds() -> None:
    told = table([Ratio(2, "queries", [3.0, 9.0, 2.5], "less", {"ours": 242})]).splitlines()[1]
    assert told.split()[:3] == ["2", "queries", "3"]
    assert "2.5 – 9" in told
    assert "ours 242" in told


def test_an_earlier_version_stands_beside_by_name() -> None:
    ratios = [Ratio(1, "cases", [0.5], "more"), Ratio(5, "new page", [1.0])]
    lines = side_by_side(ratios, [{"name": "cases", "middle": 0.16}], "726ccf1").splitlines()
    assert lines[1].split() == ["1", "cases", "0.5", "0.16", "more"]
    assert lines[2].split() == ["5", "new", "page", "1", "–", "less"]


def here() -> str:
    """A probe: which database the worker is on."""
    return str(settings.DATABASES["default"]["NAME"])


def refuse() -> None:
    """A probe that fails."""
    raise LookupError("nothing of the kind")


def test_workers_answer_for_their_own_database_and_tell_what_failed(tmp_path: Path) -> None:
    with var_folder(tmp_path / "var") as folder, Worker(f"sqlite:///{tmp_path / 'one.sqlite3'}", var=folder) as worker:
        assert worker.ask(here) == str(tmp_path / "one.sqlite3")
        with pytest.raises(Failed, match="nothing of the kind"):
            worker.ask(refuse)
        assert worker.ask(here)
