"""A command that needs the database begins on none that is not migrated, another installation's, or away; what the
system says of a fault is in the language of the installation."""

from __future__ import annotations

import errno
import importlib
import re
import sqlite3
import ssl
import sys
from io import StringIO
from pathlib import Path
from subprocess import PIPE, run
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import override
from pytest_django.fixtures import Settings

from config.models import Installation
from roles.commands import DatabaseCommand
from roles.faults import CAUSES, in_words

WITHOUT = {
    "compile_catalogue", "update_catalogue", "dumpdata", "list_rules", "precheck", "make_log_key", "make_test_seal",
    "workday",  # without a database it counts by the packaged calendar, and says so
    "serve", "restore",  # migrate by themselves
}  # fmt: skip


def commands() -> list[str]:
    found = Path(settings.BASE_DIR).glob("*/management/commands/[a-z]*.py")
    return sorted(str(path.relative_to(settings.BASE_DIR).with_suffix("")).replace("/", ".") for path in found)


@pytest.mark.parametrize("name", commands())
def test_every_command_that_needs_the_database_asks_for_it_first(name: str) -> None:
    command: type[BaseCommand] = importlib.import_module(name).Command
    assert issubclass(command, DatabaseCommand) is (name.rpartition(".")[2] not in WITHOUT)


@pytest.mark.django_db
@pytest.mark.owner
@pytest.mark.parametrize("command", [["tick"], ["keep_register"], ["print_documents"], ["seals"], ["backup", "there"]])
def test_before_migrate_it_is_refused_in_words_and_does_nothing(command: list[str], tmp_path: Path) -> None:
    MigrationRecorder.Migration.objects.filter(app="permits", name__startswith="0023").delete()
    command = [str(tmp_path / word) if word == "there" else word for word in command]
    with pytest.raises(CommandError, match="migrate"):
        call_command(*command, stdout=StringIO())
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
@pytest.mark.owner
def test_another_installations_database_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.LOCAL = False
    settings.INSTALLATION_MARK = tmp_path / "installation.json"
    settings.INSTALLATION_MARK.write_text('{"key": "6f6f0f5e-5e0e-4c0c-9a55-0d5b3f0a0001"}')
    Installation.objects.update(kind="production")
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("tick", stdout=StringIO())


@pytest.mark.parametrize("command", ["tick", "work"])
def test_a_database_that_is_away_is_told_in_words_and_not_by_a_trace(command: str, tmp_path: Path) -> None:
    environment = {"VAR_DIR": str(tmp_path), "SECRET_KEY": "k" * 25 + "0123456789" * 3, "IDENTITY_KEY": "i" * 40,
                   "ALLOWED_HOSTS": "localhost", "SITE_URL": "https://localhost",
                   "DATABASE_URL": "postgres://nobody:p@127.0.0.1:1/nowhere"}  # fmt: skip
    asked = [sys.executable, "manage.py", command]
    done = run(asked, check=False, env=environment, cwd=settings.BASE_DIR, stderr=PIPE, text=True)
    assert done.returncode == 1
    assert "无法连接数据库" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "told"),
    [(sqlite3.SQLITE_FULL, "数据库"), (sqlite3.SQLITE_BUSY, "再次运行"), (sqlite3.SQLITE_CANTOPEN, "无法连接数据库")],
)
def test_a_database_that_fails_in_the_midst_is_told_in_words_and_not_by_a_trace(code: int, told: str) -> None:
    cause: Any = sqlite3.OperationalError("as sqlite says it")
    cause.sqlite_errorcode = code
    failed = OperationalError("as Django says it")
    failed.__cause__ = cause
    asked = []

    def fails(execute: Any, sql: str, *given: Any) -> Any:
        asked.append(sql)
        if "agency" not in sql:
            return execute(sql, *given)
        raise failed

    with connection.execute_wrapper(fails), pytest.raises(CommandError, match=told):
        call_command("import_people", template=Path("nowhere"))
    assert len(asked) > 1


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_the_kernels_faults_are_told_in_the_language_of_the_installation(cause: int) -> None:
    assert not re.search("[A-Za-z]", in_words(OSError(cause, "in English")))
    with override("en"):
        assert in_words(OSError(cause, "other words", "/a/file")) == f"/a/file: {CAUSES[cause]}"


def test_what_is_not_known_is_told_as_it_says_itself() -> None:
    assert in_words(OSError(errno.ELOOP, "Too many levels")) == "[Errno 40] Too many levels"
    assert in_words(OSError("said by a server")) == "said by a server"
    assert in_words(ValidationError("不对")) == "不对"
    assert in_words(ssl.SSLCertVerificationError(errno.EPERM, "self-signed certificate")) == (
        "self-signed certificate"
    ), "the number is the library's, and none of the kernel's"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [["import_calendar", "nowhere"], ["cosign_checkpoint", "nowhere"], ["verify_ledger", "--outside", "nowhere"],
     ["verify_ledger", "--since", "nowhere"], ["restore", "nowhere"], ["import_calendar", "gbk"],
     ["cosign_checkpoint", "gbk"], ["verify_ledger", "--since", "gbk"], ["load_roles", "--dir", "roles"],
     ["import_people", "--template", "nowhere/list.xlsx"]],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_without_a_word_of_english(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "gbk").write_bytes("北京".encode("gbk"))
    (tmp_path / "roles").mkdir()
    given = [
        str(tmp_path / word) if word in ("nowhere", "gbk", "roles", "nowhere/list.xlsx") else word for word in command
    ]
    with pytest.raises(CommandError) as refused:
        call_command(*given, stdout=StringIO())
    assert str(tmp_path) in str(refused.value)
    told = str(refused.value).replace(str(tmp_path), "")
    assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}|Errno|codec", told), told
