"""The table says the middle, the span and the earlier version's middle; a probe that fails says why."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest
from django.conf import settings

from benchmarks import run
from benchmarks.bench import Bench
from benchmarks.databases import loaded, var_folder
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


def test_what_could_not_be_measured_is_named_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_bench: Bench) -> list[Ratio]:
        raise LookupError("first\nno such page")

    monkeypatch.setattr(
        run, "MEASURES", ((frozenset({1, 2}), broken), (frozenset({8}), lambda _bench: [Ratio(8, "papers", [0.5])]))
    )
    bench = Bench(Mock(), Mock(), (1, 2), 1, ("", ""), Path())
    ratios = run.run(bench)
    assert [one.number for one in ratios] == [8]
    assert bench.missed == ["ratios [1, 2]: no such page"]
    assert table(ratios, bench.missed).splitlines()[-1] == "not measured: ratios [1, 2]: no such page"


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


def test_an_address_without_a_database_is_told_in_a_line(tmp_path: Path) -> None:
    """It ended in a trace."""
    nowhere = "postgres://nobody:s3cret@127.0.0.1:1/nothing"
    with pytest.raises(SystemExit, match="no database answers there") as ended, loaded(nowhere, tmp_path, 1, None):
        pass
    assert "s3cret" not in str(ended.value)
