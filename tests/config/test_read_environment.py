"""The environment is read strictly, and the start stops with the name and what is allowed."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.environment import GIVEN_UP_SECONDS, BadSetting, Environment

Read = Callable[[Environment], object]
FIRST = Environment({}).database("X", "postgres://permits@db/permits")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("perhaps", lambda env: env.flag("X", True)),
        ("70000", lambda env: env.number("X", 8000, least=1, most=65535)),
        ("0", lambda env: env.number("X", 8000, least=1, most=65535)),
        ("-1", lambda env: env.number("X", 0, least=0, most=9)),
        ("８０", lambda env: env.number("X", 8000, least=1, most=65535)),
        ("zh", lambda env: env.choice("X", "zh-hans", ["zh-hans", "en"])),
        ("*", lambda env: env.names("X")),
        (".*.cn", lambda env: env.names("X")),
        ("a,,b", lambda env: env.names("X")),
        ("https://a.cn", lambda env: env.names("X")),
        ("a.cn", lambda env: env.origin("X")),
        ("ftp://a.cn", lambda env: env.origin("X")),
        ("https://a.cn/path", lambda env: env.origin("X")),
        ("https://a.cn:port", lambda env: env.origin("X")),
        ("https://*.cn", lambda env: env.origins("X", "")),
        ("javascript:alert(1)", lambda env: env.link("X")),
        ("10.0.0.0/33", lambda env: env.networks("X", "")),
        ("too-short", lambda env: env.secrets("X")),
        ("/no/such/folder", lambda env: env.folder("X")),
        ("http://a:3310", lambda env: env.scanner("X")),
        ("tcp://", lambda env: env.scanner("X")),
        ("unix://run/clamd.sock", lambda env: env.scanner("X")),
        ("mysql://a/b", lambda env: env.database("X", "")),
        ("sqlite:////tmp/replica", lambda env: env.replica("X", FIRST)),
        ("postgres://a:port/b", lambda env: env.replica("X", FIRST)),
        ("postgres://permits@db/permits", lambda env: env.replica("X", FIRST)),
        ("postgres://other:x@db:5432/permits", lambda env: env.replica("X", FIRST)),
        ("postgres://standby/permits", lambda env: env.replica("X", Environment({}).database("Y", "sqlite:////tmp/a"))),
        ("sqlite://", lambda env: env.database("X", "")),
        ("postgres://a:port/b", lambda env: env.database("X", "")),
        ("gopher://a", lambda env: env.email("X", "")),
        ("smtp://", lambda env: env.email("X", "")),
    ],
)
def test_bad_value_names_the_variable_and_what_is_allowed(value: str, read: Read) -> None:
    with pytest.raises(BadSetting, match=r"^X: .*(not allowed|missing); expected .+"):
        read(Environment({"X": value}))


@pytest.mark.parametrize("read", [lambda env: env.text("X"), lambda env: env.names("X"), lambda env: env.origin("X")])
def test_empty_value_counts_as_missing_where_one_is_required(read: Read) -> None:
    with pytest.raises(BadSetting, match="X: missing"):
        read(Environment({"X": "  "}))


def test_password_is_never_part_of_the_error() -> None:
    with pytest.raises(BadSetting) as refused:
        Environment({"X": "mysql://root:s3cret@host/db"}).database("X", "")
    assert "s3cret" not in str(refused.value)


def test_sqlite_takes_the_write_lock_first_and_waits_for_it() -> None:
    options = Environment({}).database("X", "sqlite:////tmp/a.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 4
    of_jobs = Environment({"PERMITS_WORKER_GROUP": "one-1"}).database("X", "sqlite:////tmp/a.sqlite3")["OPTIONS"]
    assert of_jobs == options | {"timeout": 30}, "nobody sits before a job"
    assert {"PRAGMA synchronous=FULL", "PRAGMA recursive_triggers=ON"} < set(options["init_command"].split(";"))


def test_postgres_gives_up_a_lock_after_four_seconds_and_keeps_what_the_address_says() -> None:
    database = Environment({}).database("X", "postgres://u:p%40@h:5433/n?sslmode=require")
    assert database["PASSWORD"] == "p@"
    assert database["OPTIONS"]["sslmode"] == "require"
    assert "lock_timeout=4000" in database["OPTIONS"]["options"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_either_end_of_a_connection_gives_up_one_that_is_silent() -> None:
    """Else a page hangs, and a case stays locked by a host that is gone, for the two hours that TCP waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting::int FROM pg_settings WHERE name LIKE 'tcp_%%'")
        at_server = dict(cursor.fetchall())
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as here:
        idle, interval, count, unheard = (
            here.getsockopt(socket.IPPROTO_TCP, getattr(socket, f"TCP_{name}"))
            for name in ("KEEPIDLE", "KEEPINTVL", "KEEPCNT", "USER_TIMEOUT")
        )
    told = {"idle": idle, "interval": interval, "count": count}
    assert at_server == {f"tcp_keepalives_{name}": value for name, value in told.items()} | {
        "tcp_user_timeout": unheard
    }
    assert idle + interval * count == unheard / 1000 == GIVEN_UP_SECONDS <= 30


def test_a_replica_is_only_read_and_not_waited_for_long() -> None:
    assert Environment({"X": " "}).replica("X", FIRST) == {}
    found = Environment({"X": "postgres://u:p@standby/permits?sslmode=require"}).replica("X", FIRST)["replica"]
    assert (found["HOST"], found["OPTIONS"]["sslmode"], found["OPTIONS"]["connect_timeout"]) == (
        "standby",
        "require",
        3,
    )
    assert "default_transaction_read_only=on" in found["OPTIONS"]["options"]
    assert "lock_timeout=4000" in found["OPTIONS"]["options"]


def test_a_replica_of_sqlite_is_refused_by_name_and_without_its_password() -> None:
    with pytest.raises(BadSetting, match="DATABASE_URL is SQLite") as refused:
        Environment({"X": "postgres://u:s3cret@h/n"}).replica("X", Environment({}).database("Y", "sqlite:////tmp/a"))
    assert "s3cret" not in str(refused.value)


def test_mails_go_to_files_also_where_the_folder_has_a_blank_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "mails of the demo"
    mail = Environment({}).email("X", folder.as_uri())
    assert mail["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert mail["EMAIL_FILE_PATH"] == str(folder)


def test_mail_address_sets_host_port_and_encryption() -> None:
    mail = Environment({}).email("X", "smtp+tls://me:p%40@mail.example.cn:2525")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_HOST_PASSWORD"]) == ("mail.example.cn", 2525, "p@")
    assert mail["EMAIL_USE_TLS"]
    assert not mail["EMAIL_USE_SSL"]


PRODUCTION = {
    "SECRET_KEY": "not-a-real-key-but-long-and-varied-0123456789-abcdefghijk",
    "ALLOWED_HOSTS": "permits.example.cn",
    "IDENTITY_KEY": "x" * 40,
    "SITE_URL": "https://permits.example.cn",
    "PROXIES": "1",
    "DATABASE_URL": "postgres://permits@127.0.0.1:1/permits",
}


def start(tmp_path: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs manage.py with these variables only, in an installation of its own."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **variables}
    manage = str(settings.BASE_DIR / "manage.py")
    return subprocess.run(
        [sys.executable, manage, *command], env=environment, check=False, capture_output=True, text=True
    )


def test_mails_of_a_local_installation_are_files_and_not_lines_on_the_screen(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("not-a-real-key-but-long-and-varied-0123456789-abcdefghijk")
    done = start(
        tmp_path, "shell", "-c", "from django.conf import settings; print(settings.EMAIL_FILE_PATH)", "-v", "0"
    )
    assert done.stdout.strip() == str(tmp_path / "mail"), done.stderr


def test_a_folder_of_the_role_matrix_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("not-a-real-key-but-long-and-varied-0123456789-abcdefghijk")
    done = start(tmp_path, "check", ROLES_DIR=str(tmp_path / "none"))
    assert done.returncode
    assert "ROLES_DIR：" in done.stderr
    assert "应为已有的文件夹" in done.stderr


def test_production_settings_pass_djangos_deployment_check(tmp_path: Path) -> None:
    """What is left to complain of is the site's own: nothing was set up but the settings."""
    done = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 1
    assert set(re.findall(r"\((\w+\.[EW]\d+)\)", done.stderr)) == {
            "config.E003", "config.E006", "config.E013", "config.W004", "config.W007",
        }, done.stderr  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", ""),
        ("SITE_URL", ""),
        ("DEBUG", "on"),
        ("DEMO", "on"),
        ("HTTPS", "perhaps"),
        ("PORT", "eighty"),
        ("DATABASE_URL", "oracle://x/y"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "postgres://a:port/b"),
        ("REPLICA_URL", "sqlite:////tmp/a"),
        ("REPLICA_URL", "postgres://permits@127.0.0.1:1/permits"),
        ("REPLICA_LAG", "0"),
        ("LANGUAGE", "de"),
        ("MAX_UPLOAD_MB", "0"),
    ],
)
def test_start_stops_at_a_bad_value_without_a_traceback(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, "check", **{**PRODUCTION, name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"无法启动。{name}：")
    assert not re.search("expected|allowed|missing|the address", done.stderr), "English amid what is told in Chinese"
    assert "Traceback" not in done.stderr


def test_an_installation_in_english_is_told_in_english_why_it_does_not_start(tmp_path: Path) -> None:
    done = start(tmp_path, "check", **PRODUCTION, LANGUAGE="en", PORT="eighty")
    assert done.stderr.strip() == "Cannot start. PORT: 'eighty' is not allowed; expected a whole number from 1 to 65535"


def test_start_without_a_key_says_how_to_get_one(tmp_path: Path) -> None:
    done = start(tmp_path, "check")
    assert done.returncode == 1
    assert "make setup" in done.stderr


def test_keys_of_before_are_as_long_as_a_key_and_never_shown() -> None:
    keys = ["a" * 50, "b" * 60]
    assert Environment({"X": " , ".join(keys)}).secrets("X") == keys
    with pytest.raises(BadSetting) as refused:
        Environment({"X": f"{keys[0]},s3cret"}).secrets("X")
    assert "s3cret" not in str(refused.value)
