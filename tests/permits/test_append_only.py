"""The database itself refuses to rewrite the record, on both engines; and who walks past it is found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils.html import escape
from django.utils.translation import override

from permits.ledger import chain, triggers
from permits.ledger.chain import canonical, problems_of
from permits.ledger.keeping import keep_log
from permits.models import Act, Application, LogCheckpoint, LogCosignature, LogDelivery, LogTile, RecordCheck
from permits.models.filing import FilingOutcome, ObjectionFiling
from permits.models.states import S
from tests.cast import Cast, log_in
from tests.prepared import walked_once
from tests.quotas import stock
from tests.workflows.engaged import answered_finding

pytestmark = pytest.mark.owner

GUARDED = [model for model in apps.get_models() if getattr(model, "append_only", False)]


@pytest.fixture
def case(cast: Cast) -> Application:
    return with_rows_in_every_guarded_table()


@walked_once("cast")
def with_rows_in_every_guarded_table() -> Application:
    cast = Cast.enter()
    stock("occupation", "110118")
    found = cast.case_at(S.APPROVED)
    answered_finding(cast, found)
    keep_log()
    newest = LogCheckpoint.objects.latest("pk")
    LogTile.objects.create(level=9, index=0, hashes=b"", root=b"")
    LogCosignature.objects.create(checkpoint=newest, witness="w", seen_at=newest.made_at, line="— w")
    LogDelivery.objects.create(checkpoint=newest, place="elsewhere")
    RecordCheck.objects.create(seconds=1, cases=1)
    paper = found.documents.first()
    assert paper is not None
    said = {"name": "张某", "contact": "010", "reason": "此地是水源地"}
    filing = ObjectionFiling.objects.create(notice=paper, application=found, key=uuid4(), **said)
    FilingOutcome.objects.create(filing=filing, act=found.acts.latest("pk"))
    return found


def refused(sql: str) -> None:
    connection.check_constraints()  # PostgreSQL: a table with deferred checks pending is refused for another reason
    with pytest.raises(IntegrityError, match=triggers.MESSAGE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_acts_submissions_and_clock_entries_are_guarded() -> None:
    assert {model._meta.db_table for model in GUARDED} >= {"permits_act", "permits_submission", "permits_clockentry"}


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_a_row_is_neither_changed_nor_deleted(case: Application, model: type[models.Model]) -> None:
    table, column = model._meta.db_table, model._meta.pk.column
    assert model._default_manager.exists()
    refused(f"UPDATE {table} SET {column} = {column}")
    refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_no_row_is_replaced_and_no_table_emptied(case: Application, model: type[models.Model]) -> None:
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
    else:
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_the_orm_is_refused_too(case: Application) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.filter(application=case).update(act="withdraw")
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.filter(application=case)._raw_delete("default")


@pytest.mark.django_db(transaction=True)
def test_the_guards_are_made_again_after_a_migration_dropped_them() -> None:
    with connection.cursor() as cursor:
        where = " ON permits_act" if connection.vendor == "postgresql" else ""
        cursor.execute("DROP TRIGGER permits_act_no_" + ("truncate" if where else "delete") + where)
    assert triggers.missing(connection) == ["permits_act"]
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has each name once")
def test_a_trigger_of_that_name_on_another_table_is_no_guard(cast: Cast) -> None:
    cast.case_at(S.SUBMITTED)
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER permits_act_no_rewrite ON permits_act")
        cursor.execute("CREATE TABLE beside (id int)")
        cursor.execute(
            "CREATE TRIGGER permits_act_no_rewrite BEFORE UPDATE OR DELETE ON beside "
            f"FOR EACH ROW EXECUTE FUNCTION {triggers.REFUSING}()"
        )
        cursor.execute("ALTER TABLE beside ENABLE ALWAYS TRIGGER permits_act_no_rewrite")
    assert triggers.missing(connection) == ["permits_act"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite rebuilds a table to alter it")
def test_sqlite_drops_them_silently_when_it_rebuilds_the_table() -> None:
    field = Act._meta.get_field("act")
    wider = models.CharField(max_length=41)
    wider.set_attributes_from_name("act")
    wider.model = Act
    with connection.schema_editor() as editor:
        editor.alter_field(Act, field, wider, strict=True)
    assert triggers.missing(connection) == ["permits_act"]  # which is why post_migrate makes them anew
    triggers.install()
    assert triggers.missing(connection) == []


OF_CASE = "WHERE application_id = %s"
TAMPERING = {
    "a hash": (f"UPDATE permits_act SET hash = 'f' {OF_CASE} AND seq = 2", "does not have the stored hash"),
    "a word of the text": (f"UPDATE permits_act SET body = body || ' ' {OF_CASE} AND seq = 2", "stored hash"),
    "a column": (f"UPDATE permits_act SET duty = 'audit' {OF_CASE} AND seq = 2", "column duty differs"),
    "a whole act": (f"DELETE FROM permits_act {OF_CASE} AND act = 'claim'", "is missing"),
    "a status": ("UPDATE permits_application SET status = 'refused' WHERE id = %s", "its last act left it approved"),
    "all that was handed in": (f"UPDATE permits_submission SET body = '{{}}' {OF_CASE}", "not what was hashed"),
    "a sign of what was handed in": (
        f"UPDATE permits_submission SET body = body || ' ' {OF_CASE}",
        "not what was hashed",
    ),
}


@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_past_the_guards_is_found(cast: Cast, tampering: str) -> None:
    case = cast.case_at(S.SUBMITTED)
    cast.take(case)
    for act in ("accept", "recommend", "propose", "approve"):
        cast.do(case, act)
    assert problems_of(case) == []
    sql, told = TAMPERING[tampering]
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table in triggers.tables():
            for name in ("no_update", "no_delete") if connection.vendor == "sqlite" else ("no_rewrite",):
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER {table}_{name}{on}")
        if tampering == "a whole act":
            cursor.execute("DELETE FROM permits_clockentry")
        cursor.execute(sql, [case.pk])
    with override("en"):
        problems = problems_of(case)
    assert any(told in problem for problem in problems), problems
    if tampering == "all that was handed in":
        return  # nothing of the application is left that the page could show
    page = log_in(cast.auditor, english=True).get(f"/cases/{case.pk}/").content.decode()
    assert all(escape(problem) in page for problem in problems)


def test_an_act_recorded_while_one_looks_is_nothing_wrong(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts and application are read by two statements."""
    case = cast.case_at(S.SUBMITTED)
    read = chain.problems_of_acts

    def meanwhile(application: Application, acts: Sequence[Act]) -> list[str]:
        monkeypatch.setattr(chain, "problems_of_acts", read)
        cast.do(case, "accept")
        return read(Application.objects.get(pk=case.pk), acts)

    monkeypatch.setattr(chain, "problems_of_acts", meanwhile)
    assert problems_of(case) == []


@pytest.mark.parametrize("value", [1e16, 0.1, "堃龘喆𠮷", "\u202eabc", {"b": 1, "a": [None, True]}, 2**53 - 1])
def test_the_canonical_text_reads_back_as_what_it_was(value: object) -> None:
    assert json.loads(canonical({"value": value}))["value"] == value
