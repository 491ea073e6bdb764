"""What a process does not load before somebody asks for it, and what it does not look through while it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from config.pending import migrations_by_name

SELDOM = (
    "reportlab", "segno", "PIL", "pikepdf", "pyhanko", "fontTools",  # papers
    "openpyxl", "lxml", "oletools", "msoffcrypto",  # files handed in
    "health_check", "dns", "smtplib", "markdown_it", "boto3", "botocore", "aiohttp",  # monitors, manuals, storage
    "requests", "urllib3", "fido2",  # who logs in by a provider, or with a passkey
)  # fmt: skip
URLS = "from django.urls import get_resolver; get_resolver().url_patterns"
TELL = f"import sys; print([name for name in {SELDOM} if name in sys.modules])"
COLLECTING = "import gc; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"


def started(*arguments: str, folder: Path) -> str:
    """What a process of its own prints last. Its database cannot be reached: a start goes on without."""
    (folder / "secret_key").write_text("x" * 60)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/none/db.sqlite3", "VAR_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1]


def test_a_web_process_starts_without_what_few_pages_need(tmp_path: Path) -> None:
    program = f"import config.wsgi; {URLS}; {TELL}"
    assert started("-c", program, folder=tmp_path) == "[]"


def test_a_web_process_asks_the_checks_but_those_of_the_code_alone(tmp_path: Path) -> None:
    registers = "asked = []; register(lambda **_: asked.append('models') or [], 'models'); "
    registers += "register(lambda **_: asked.append('settings') or [])"
    program = f"from django.core.checks import register; {registers}; import config.wsgi; print(asked)"
    assert started("-c", program, folder=tmp_path) == "['settings']"


def test_a_command_starts_without_what_few_commands_need(tmp_path: Path) -> None:
    assert started("manage.py", "shell", "--no-imports", "-c", TELL, folder=tmp_path) == "[]"


@pytest.mark.parametrize(
    "arguments",
    [("-c", f"import config.wsgi; {COLLECTING}"), ("manage.py", "shell", "--no-imports", "-c", COLLECTING)],
    ids=["web", "command"],
)
def test_garbage_is_collected_once_a_process_has_started_and_what_the_start_made_is_left_out(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    assert started(*arguments, folder=tmp_path) == "True True"


def test_migrations_are_known_by_the_names_of_their_files_as_django_knows_them() -> None:
    assert set(migrations_by_name()) == set(MigrationLoader(None).disk_migrations)
