"""The loader writes past the door: what it writes is whole all the same, and it writes into no database of anyone's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from benchmarks.load import guard
from benchmarks.load.guard import Refused, refuse_unless_for_benchmarks
from tests.cast import make_person
from tests.migrated import put_migrated
from tests.run import RUN, alone

ROOT = Path(__file__).parent.parent.parent
CASES, TEMPLATES = 50, 8


def run(var: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command on a SQLite database of the test's own."""
    environment = os.environ | {
        "VAR_DIR": str(var),
        "DATABASE_URL": f"sqlite:///{var / 'bench.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )


@pytest.fixture(scope="session")
def loaded() -> Path:
    """The folder of a loaded database, which the tests read: one for the processes of a run."""
    var = RUN / "loaded"
    with alone("loaded"):
        if not (var / "done").exists():
            var.mkdir(exist_ok=True)
            (var / "secret_key").write_text("x" * 60)
            put_migrated(var / "bench.sqlite3")
            assert run(var, "manage.py", "migrate", "-v0").returncode == 0
            done = run(var, "-m", "benchmarks.load", str(CASES), "--templates", str(TEMPLATES))
            assert done.returncode == 0, done.stderr
            (var / "done").touch()
    return var


def answers(var: Path, program: str) -> dict[str, int]:
    done = run(var, "-c", f"import django, json; django.setup(); {program}")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_was_loaded_is_whole(loaded: Path) -> None:
    checked = run(loaded, "manage.py", "verify_ledger", "--json")
    told = json.loads(checked.stdout.splitlines()[0])
    assert told["problems"] == {}, told
    assert told["cases"] == CASES


def test_a_text_changed_in_a_loaded_case_is_found(loaded: Path) -> None:
    """The check above could not else be believed."""
    done = run(
        loaded, "-c",
        "import django; django.setup()\n"
        "from permits.ledger.chain import problems_of_acts\n"
        "from permits.models import Application\n"
        "case = Application.objects.exclude(number=None).order_by('-pk')[0]\n"
        "acts = list(case.acts.order_by('seq'))\n"
        "assert not problems_of_acts(case, acts)\n"
        "acts[1].body = acts[1].body.replace('submitted', 'approved')\n"
        "print(len(problems_of_acts(case, acts)))",
    )  # fmt: skip
    assert int(done.stdout or 0) > 0, done.stderr


def test_cases_are_spread_over_years_districts_and_units(loaded: Path) -> None:
    told = answers(
        loaded,
        "from permits.models import Application as A; a = A.objects.exclude(received_on=None);"
        "many = lambda name: a.order_by().values(name).distinct().count();"
        "print(json.dumps({'years': many('received_on__year'), 'places': many('jurisdiction'), 'units': many('unit'),"
        " 'statuses': many('status'), 'kinds': many('kind')}))",
    )
    assert told["years"] >= 5
    assert told["places"] >= 4
    assert told["units"] >= 8
    assert told["statuses"] >= 3
    assert told["kinds"] >= 2


def test_a_database_with_cases_is_refused(loaded: Path) -> None:
    again = run(loaded, "-m", "benchmarks.load", "60", "--templates", "2")
    assert again.returncode == 2
    assert "is not empty" in again.stderr


@pytest.mark.django_db
def test_a_database_whose_name_does_not_say_so_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", "/srv/bench/permits.sqlite3")
    with pytest.raises(Refused, match=r"permits\.sqlite3"):
        refuse_unless_for_benchmarks()


def test_a_database_that_was_not_migrated_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x" * 60)
    done = run(tmp_path, "-m", "benchmarks.load", "60")
    assert (done.returncode, "migrate" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.django_db
def test_a_database_with_people_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", f"permits_{guard.WORD}")
    refuse_unless_for_benchmarks()
    make_person("someone", "某人")
    with pytest.raises(Refused, match="not empty"):
        refuse_unless_for_benchmarks()
