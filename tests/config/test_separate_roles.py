"""The role that runs the program cannot rewrite the record, whatever the triggers; a missing trigger is told."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import nullcontext

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils.translation import override

from config.installation import WrongInstallation, refuse_who_may_not_migrate
from permits.ledger.triggers import install, missing, tables, tell_missing
from permits.models.states import S
from permits.verification.guards import privileges
from tests.cast import Cast
from tests.run import WORKER

pytestmark = pytest.mark.owner

ROLE = f"permits_runtime_{WORKER}"


def connect(role: str | None = None) -> psycopg.Connection:
    """A connection of its own to this test's database; as `role` where the server takes it without a password."""
    given = connection.settings_dict
    found = psycopg.connect(
        host=given["HOST"] or None, port=given["PORT"] or None, dbname=given["NAME"], user=given["USER"] or None,
        password=given["PASSWORD"] or None, autocommit=True,
    )  # fmt: skip
    if role:
        found.execute(f"SET SESSION AUTHORIZATION {role}")
    return found


@pytest.fixture
def runtime(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection as the runtime role, which is made for this test and dropped after it."""
    with connect() as owner:
        owner.execute(f"DROP ROLE IF EXISTS {ROLE}")
        owner.execute(f"CREATE ROLE {ROLE} LOGIN")
        try:
            call_command("grant_runtime", ROLE, stdout=io.StringIO())
            call_command("grant_runtime", ROLE, stdout=io.StringIO())
            with connect(ROLE) as as_runtime:
                yield as_runtime
        finally:
            owner.execute(f"DROP OWNED BY {ROLE}")
            owner.execute(f"DROP ROLE {ROLE}")


@pytest.mark.postgres
def test_the_runtime_role_reads_and_writes_rows_and_may_do_nothing_else(runtime: psycopg.Connection) -> None:
    runtime.execute("INSERT INTO django_session VALUES ('key', 'data', now())")
    runtime.execute("UPDATE django_session SET session_data = 'other'")
    runtime.execute("DELETE FROM django_session")
    keys = {model._meta.db_table: model._meta.pk.column for model in apps.get_models() if model._meta.pk}
    for table in tables():
        assert runtime.execute(f"SELECT count(*) FROM {table}").fetchone()
        for refused in (
            f"UPDATE {table} SET {keys[table]} = {keys[table]}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TRIGGER {table}_no_rewrite ON {table}",
            f"DROP TABLE {table}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                runtime.execute(refused)
    for refused in (
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE OR REPLACE FUNCTION permits_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "SET session_replication_role = replica",
        "DELETE FROM django_migrations",
        "UPDATE config_installation SET kind = 'local'",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute(refused)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("GRANT UPDATE ON permits_act TO {role}", "The role {role} may UPDATE on permits_act."),
        ("GRANT UPDATE (body) ON permits_act TO {role}", "The role {role} may UPDATE on permits_act."),
        ("GRANT DELETE ON permits_logleaf TO {role}", "The role {role} may DELETE on permits_logleaf."),
        ("GRANT TRUNCATE ON permits_act TO {role}", "The role {role} may TRUNCATE on permits_act."),
        ("GRANT TRIGGER ON permits_act TO {role}", "The role {role} may TRIGGER on permits_act."),
        ("GRANT CREATE ON SCHEMA public TO {role}", "The role {role} may make tables and functions."),
    ],
)
def test_a_privilege_given_past_the_command_is_named(runtime: psycopg.Connection, given: str, told: str) -> None:
    with override("en"):
        assert list(privileges()) == []
        with connection.cursor() as cursor:
            cursor.execute(given.format(role=ROLE))
        assert [problem.what for problem in privileges()] == [told.format(role=ROLE)]


@pytest.mark.postgres
def test_a_case_is_walked_as_the_runtime_role(runtime: psycopg.Connection, cast: Cast) -> None:
    case = cast.walk_to(S.SUBMITTED)  # a recorded one would stand alone beside the numbers of the others
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION AUTHORIZATION {ROLE}")
    try:
        cast.do(case, "accept")
        call_command("verify_ledger", stdout=io.StringIO())
    finally:
        connection.close()


@pytest.mark.postgres
def test_a_role_that_nothing_can_be_denied_to_is_refused(transactional_db: None) -> None:
    for role in ("nobody_of_that_name", connection.settings_dict["USER"]):
        with pytest.raises(CommandError, match=r"没有角色|超级用户|数据表的所有者"):
            call_command("grant_runtime", role)


@pytest.mark.postgres
def test_the_runtime_role_is_told_that_it_may_not_migrate_and_who_may(runtime: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION AUTHORIZATION {ROLE}")
    try:
        with pytest.raises(CommandError, match=f"{ROLE} may not change tables: migrate with the DATABASE_URL of their"):
            call_command("migrate", "config", "0002", verbosity=0)
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ("ALTER TABLE django_migrations OWNER TO {role}", False),
        ("CREATE SCHEMA own AUTHORIZATION {role}; SET LOCAL search_path = own", False),
        ("CREATE SCHEMA others; SET LOCAL search_path = others", True),
        ("SET LOCAL search_path = nowhere", True),
    ],
)
def test_who_owns_the_tables_or_may_make_them_in_the_schema_in_use_may_migrate(
    runtime: psycopg.Connection, given: str, refused: bool
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(given.format(role=ROLE))
            cursor.execute(f"SET SESSION AUTHORIZATION {ROLE}")
        with pytest.raises(WrongInstallation, match="无权更改数据表") if refused else nullcontext():
            refuse_who_may_not_migrate(plan=["anything"])
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_sqlite_has_no_roles_and_says_so() -> None:
    if connection.vendor == "sqlite":
        with pytest.raises(CommandError, match="只有PostgreSQL"):
            call_command("grant_runtime", "somebody")


@pytest.mark.django_db
def test_a_migrate_that_mends_a_removed_trigger_tells_it(caplog: pytest.LogCaptureFixture) -> None:
    table = tables()[0]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {table}_no_update")
        else:
            cursor.execute(f"DROP TRIGGER {table}_no_rewrite ON {table}")
    with caplog.at_level(logging.ERROR):
        call_command("migrate", verbosity=0)
    assert [record.args for record in caplog.records if record.name == "permits.ledger.triggers"] == [(table,)]
    assert missing(connection) == []
    caplog.clear()
    tell_missing()
    install()
    assert not caplog.records
