"""`manage.py workday`: one line, exit 0; bad input, exit 2; with and without a database."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from permits.models import CalendarDay


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (["add", "2026-09-24", "5"], "2026-10-09"),
        (["add", "2026-12-31", "0"], "2026-12-31"),
        (["add", "2026-12-30", "5"], "2027-01-07 provisional"),
        (["count", "2023-07-06", "2023-07-12"], "5"),
        (["count", "2025-07-15", "2025-07-21"], "5"),
        (["count", "2026-01-23", "2026-01-29"], "5"),
        (["count", "2026-10-01", "2026-10-01"], "0"),
        (["count", "2026-12-31", "2027-01-04"], "2 provisional"),
    ],
)
def test_it_prints_one_line(question: list[str], answer: str) -> None:
    out, err = StringIO(), StringIO()
    call_command("workday", *question, stdout=out, stderr=err)
    assert (out.getvalue(), err.getvalue()) == (f"{answer}\n", "")


@pytest.mark.django_db
def test_it_heeds_the_days_in_the_database() -> None:
    CalendarDay.objects.create(date=date(2026, 10, 9), is_working=False, source="order of 2026-09-01")
    out = StringIO()
    call_command("workday", "add", "2026-09-24", "5", stdout=out)
    assert out.getvalue() == "2026-10-10\n"


def shell(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, on a machine whose database was never made."""
    (var / "secret_key").write_text("x" * 60)
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SECRET_KEY"}}
    return subprocess.run(
        [sys.executable, "manage.py", "workday", *arguments],
        cwd=settings.BASE_DIR, env=environment | {"VAR_DIR": str(var)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_without_a_database_the_packaged_calendar_answers_and_says_so(tmp_path: Path) -> None:
    done = shell(tmp_path, "add", "2026-09-24", "5")
    assert (done.returncode, done.stdout) == (0, "2026-10-09\n")
    assert "仅使用随附的日历" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["add", "2026-02-29", "5"], "“2026-02-29”"),
        (["add", "20260924", "5"], "“20260924”"),
        (["add", "2026-09-24", "-5"], "“-5”"),
        (["add", "2026-09-24", "five"], "“five”"),
        (["count", "2026-09-24", "2026-09-23"], "最后一日早于第一日"),
        (["subtract", "2026-09-24", "5"], "subtract"),
        ([], "add|count"),
    ],
)
def test_bad_input_is_named_and_ends_with_exit_code_2(tmp_path: Path, arguments: list[str], named: str) -> None:
    done = shell(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert named in done.stderr
