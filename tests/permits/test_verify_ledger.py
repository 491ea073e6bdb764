"""`verify_ledger`: whole records pass, and whatever was rewritten behind the database's back is found."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import override

from permits.ledger.sequencer import sequence
from permits.models import Act, LogLeaf, RecordCheck, Submission
from permits.models.act import digest
from permits.models.states import S
from permits.verification.nightly import verify_record
from roles.models import SecurityEvent
from tests.cast import Cast
from tests.permits.guards import guard_again, unguarded_tables

pytestmark = pytest.mark.owner


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The problems are told in the reader's language."""
    with override("en"):
        yield


DROP_OF_SUBMISSIONS = {
    "sqlite": f"DROP TRIGGER {Submission._meta.db_table}_no_update",
    "postgresql": f"DROP TRIGGER {Submission._meta.db_table}_no_rewrite ON {Submission._meta.db_table}",
}


def verify(*arguments: str) -> str:
    out = io.StringIO()
    call_command("verify_ledger", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("verify_ledger", *arguments, stdout=out)
    return out.getvalue() + str(error.value), error.value.returncode


@pytest.fixture
def unguarded(db: None) -> Iterator[None]:
    """The triggers of the acts are gone, as if by someone with the database's password; put back after the test."""
    with unguarded_tables([Act._meta.db_table]):
        yield


def test_whole_records_are_told_to_be_whole(cast: Cast) -> None:
    cast.walk_to(S.APPROVED)  # a recorded one would stand alone beside the numbers of the others
    cast.walk_to(S.SUBMITTED)
    assert "2" in verify()


def test_one_case_is_found_by_number_or_key(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    assert "1" in verify("--case", case.number or "")
    assert "1" in verify("--case", str(case.pk))


def test_an_unknown_case_is_an_error_of_the_caller(cast: Cast) -> None:
    assert refused("--case", "FY000000-2026-00001")[1] == 2


def test_missing_triggers_are_a_problem_even_if_no_row_was_touched(cast: Cast, unguarded: None) -> None:
    said, status = refused()
    assert status == 1
    assert Act._meta.db_table in said


PLANTED = {
    "sqlite": "CREATE TRIGGER planted AFTER INSERT ON permits_document"
    " BEGIN UPDATE permits_document SET label = 'x'; END",
    "postgresql": "CREATE TRIGGER planted BEFORE UPDATE ON permits_document FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
}


@pytest.mark.django_db
def test_a_trigger_planted_on_whichever_table_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLANTED[connection.vendor])
    assert "The triggers of permits_document were altered." in refused()[0]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a schema of PostgreSQL may hold tables of others")
def test_a_trigger_on_a_table_that_is_no_models_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER planted AFTER INSERT ON django_migrations BEGIN DELETE FROM permits_permit; END")
    assert "The triggers of django_migrations were altered." in refused()[0]


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE RULE planted AS ON UPDATE TO permits_document DO INSTEAD NOTHING",
        "ALTER TABLE permits_document ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE permits_materialversion RENAME TO kept; CREATE VIEW permits_materialversion AS SELECT * FROM kept",
    ],
)
def test_a_table_that_answers_by_a_rule_is_found(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert "by a view, a rule or row security" in refused()[0]


VIEW = "ALTER TABLE {0} RENAME TO kept; CREATE VIEW {0} AS SELECT * FROM kept"


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["permits_registerentry", "roles_jurisdiction"])
def test_a_view_in_the_place_of_a_table_is_found(table: str) -> None:
    """Guarded or not: it may tell who verifies at night something else than who reads by day."""
    with connection.cursor() as cursor:
        for statement in VIEW.format(table).split("; "):
            cursor.execute(statement)
    assert f"The database answers for {table} by a view" in refused()[0]


def test_a_case_under_a_key_that_the_program_never_gives_is_verified_too(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    slipped_in(case, id=-7, number=None)
    assert "#-7" in refused()[0]
    verify_record()
    latest = RecordCheck.objects.latest("pk")
    assert (latest.cases, latest.whole) == (2, False)


def test_a_line_under_a_key_that_the_program_never_gives_is_missed_in_the_log(cast: Cast) -> None:
    slipped_in(SecurityEvent.objects.latest("pk"), id=-7, at=timezone.now() - timedelta(days=300))
    assert "security -7 was written more than an hour ago and is not in the log" in refused()[0]
    sequence(thorough=True)
    assert LogLeaf.objects.filter(source="security", row=-7).exists()


def slipped_in(row: Model, **other: object) -> None:
    """A copy of `row`, but for the columns of `other`, past the program."""
    table, columns = row._meta.db_table, [field.column for field in row._meta.local_concrete_fields]
    values = ["%s" if column in other else f'"{column}"' for column in columns]
    names, given = ", ".join(f'"{column}"' for column in columns), [other[one] for one in columns if one in other]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} WHERE id = %s",
            [*given, row.pk],
        )


def test_a_rewritten_opinion_is_found(cast: Cast, unguarded: None) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    act = case.acts.get(act="recommend")
    Act.objects.filter(pk=act.pk).update(body=act.body.replace("建议同意", "建议不同意"))
    guard_again()
    said, status = refused()
    assert status == 1
    assert f"act {act.seq}: the text does not have the stored hash" in said


def test_a_rewritten_opinion_with_a_new_hash_breaks_the_chain_after_it(cast: Cast, unguarded: None) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    act = case.acts.get(act="recommend")
    body = act.body.replace("建议同意", "建议不同意")
    Act.objects.filter(pk=act.pk).update(body=body, hash=digest(body))
    guard_again()
    assert f"act {act.seq + 1}: not chained to the act before" in refused()[0]


def test_a_case_whose_status_was_set_without_an_act_is_found(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    type(case).objects.filter(pk=case.pk).update(status=S.APPROVED)
    said, status = refused()
    assert (status, "its last act left it submitted" in said) == (1, True)


def test_what_an_act_hands_in_that_hands_in_nothing_is_found(cast: Cast) -> None:
    """It would be read as what was handed in last, wherever the case is shown."""
    case = cast.case_at(S.FINAL_REVIEW)
    later = case.acts.filter(submission=None).last()
    assert later is not None
    body = case.submissions.get().body.replace(case.title, "另一个项目")
    Submission.objects.create(act=later, application=case, body=body, sha256=digest(body))
    assert f"act {later.seq}: what was handed in is not what was hashed" in refused()[0]


def test_what_was_handed_in_and_put_with_another_case_is_found(cast: Cast, unguarded: None) -> None:
    case, other = cast.case_at(S.SUBMITTED), cast.case_at(S.FINAL_REVIEW)
    submission = case.submissions.get()
    with connection.cursor() as cursor:
        cursor.execute(DROP_OF_SUBMISSIONS[connection.vendor])
    Submission.objects.filter(pk=submission.pk).update(application=other)
    guard_again()
    assert f"act {submission.act.seq}: what was handed in stands at another case" in refused()[0]


def test_a_deleted_act_leaves_a_gap(cast: Cast, unguarded: None) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Act._meta.db_table} WHERE id = %s", [case.acts.get(seq=1).pk])
    guard_again()
    assert "number 1 is missing" in refused()[0]
