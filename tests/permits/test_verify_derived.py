"""Whatever the record's owner rewrites beside the acts, with every trigger off, is named by `verify_ledger`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from permits.acts.perform import perform
from permits.clocks.entries import WHOLE
from permits.kinds import kinds
from permits.ledger import triggers
from permits.ledger.derived import repeats
from permits.models import (
    Act,
    Application,
    ClockEntry,
    DeclaredLand,
    Document,
    DocumentFile,
    GroundClaim,
    MaterialVersion,
    NumberSequence,
    Permit,
)
from permits.models.states import S
from permits.verification.run import verify
from roles.models import MandateGrant, Membership, OperatingUnit
from roles.models.security import SecurityEvent
from tests.cast import Cast
from tests.permits.guards import unguarded_tables
from workflows.models import WorkItem

pytestmark = pytest.mark.owner

Tamper = Callable[[Application], Any]


def found() -> Counter[str]:
    """How many problems each check has but that of the triggers, which are off."""
    return Counter(problem.check for problem in verify() if problem.check != "triggers")


@pytest.fixture
def unguarded(db: None) -> Iterator[None]:
    """No table is guarded: the owner of the database turned the triggers off, and turns them on again afterwards."""
    with unguarded_tables(triggers.tables()):
        yield


def rows(kind: type[Any], **change: Any) -> Tamper:
    """All rows of a table that belong to the case are changed so."""
    return lambda case: kind.objects.filter(application=case).update(**change)


def of_case(**change: Any) -> Tamper:
    return lambda case: Application.objects.filter(pk=case.pk).update(**change)


def other_unit(case: Application) -> None:
    unit = OperatingUnit.objects.exclude(pk=case.unit_id).first() or OperatingUnit.objects.create(
        name="别的林场", kind=case.unit.kind, jurisdiction=case.jurisdiction
    )
    Application.objects.filter(pk=case.pk).update(unit=unit)


def other_pdf(case: Application) -> None:
    DocumentFile.objects.filter(document__application=case).update(pdf=b"%PDF-1.4 of somebody else")


def moved_day(field: str) -> Tamper:
    def move(case: Application) -> None:
        day = getattr(Application.objects.get(pk=case.pk), field)
        Application.objects.filter(pk=case.pk).update(**{field: day - timedelta(days=3)})

    return move


def longer_permit(case: Application) -> None:
    permit = Permit.objects.get(pk=case.pk)
    Permit.objects.filter(pk=case.pk).update(valid_to=(permit.valid_to or permit.valid_from) + timedelta(days=365))


def other_table_row(case: Application) -> None:
    row = case.tending.rows.first()
    type(row).objects.filter(pk=row.pk).update(area_ha=row.area_ha + 1)


def taken_file(case: Application) -> None:
    version = MaterialVersion.objects.filter(material__application=case).first()
    assert version is not None
    version.file.storage.delete(version.file.name)


def other_name(case: Application) -> None:
    MaterialVersion.objects.filter(material__application=case).update(name="x.pdf")


def first_paper(case: Application) -> Any:
    return Document.objects.filter(pk=case.documents.order_by("pk")[0].pk)


REWRITTEN: dict[str, tuple[str, Tamper]] = {
    "the number": ("derived", of_case(number="FY110228-2026-00999")),
    "the unit": ("derived", other_unit),
    "the title": ("derived", of_case(title="另一个项目")),
    "the route": ("derived", of_case(scope="elsewhere")),
    "the day of receipt": ("derived", moved_day("received_on")),
    "the day of acceptance": ("derived", moved_day("accepted_on")),
    "the day of decision": ("derived", moved_day("decided_on")),
    "the status": ("chain", of_case(status=S.REFUSED)),
    "the permit's term": ("derived", longer_permit),
    "the permit's act": ("derived", lambda case: Permit.objects.filter(pk=case.pk).update(
        granted_by=case.acts.get(seq=1))),
    "the permit taken away": ("derived", lambda case: Permit.objects.filter(pk=case.pk).delete()),
    "a row of the table": ("derived", other_table_row),
    "a paper's file": ("papers", other_pdf),
    "a paper's number": ("papers", lambda case: first_paper(case).update(number="伪〔2026〕1号")),
    "a paper's serial": ("numbers", lambda case: first_paper(case).update(serial=900)),
    "a paper ended": ("force", lambda case: first_paper(case).update(status="revoked")),
    "a paper replaced": ("force", lambda case: first_paper(case).update(status="superseded")),
    "a paper that names another": ("force", lambda case: first_paper(case).update(
        replaced_by=case.documents.order_by("pk")[1])),
    "the ground claimed": ("ground", rows(GroundClaim, key="elsewhere|x")),
    "the ground taken away": ("ground", lambda case: GroundClaim.objects.filter(application=case).delete()),
    "the land added up": ("derived", rows(DeclaredLand, hectares=1)),
    "the land taken away": ("derived", lambda case: DeclaredLand.objects.filter(application=case).delete()),
    "a stored file": ("files", taken_file),
    "a material's name": ("files", other_name),
    "clock entries": ("clocks", lambda case: ClockEntry.objects.filter(application=case).delete()),
    "a running number": ("numbers", lambda case: NumberSequence.objects.update(last=77)),
    "a token opened again": ("tokens", lambda case: WorkItem.objects.filter(application=case).update(status="NEW")),
    "a term given": ("rights", lambda case: Membership.objects.filter(until=None).update(since="2020-01-01")),
    "a right taken away": ("rights", lambda case: MandateGrant.objects.all().delete()),
    "the log of rights": ("rights", lambda case: SecurityEvent.objects.filter(what="appointed").delete()),
}  # fmt: skip


def test_what_is_rewritten_beside_the_acts_is_named(cast: Cast, unguarded: None, subtests: Any) -> None:
    case = cast.walk_and_print()  # a recorded one would stand alone beside the numbers of the others
    assert not found()
    for name, (check, tamper) in REWRITTEN.items():
        with subtests.test(name), transaction.atomic():
            tamper(Application.objects.get(pk=case.pk))
            assert found()[check], name
            transaction.set_rollback(True)


SLIPPED_IN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "an extension nobody ordered": ("extended", "accept", {"working_days": 10}),
    "joint handling nobody ordered": ("joint", "accept", {"working_days": 45}),
    "a pause nobody ordered": ("suspended", "accept", {"ground": "hearing"}),
    "an end before the decision": ("stopped", "recommend", {}),
    "a pause beside a recommendation": ("suspended", "recommend", {"ground": "hearing"}),
}


@pytest.mark.parametrize("what", SLIPPED_IN)
def test_an_entry_slipped_into_a_running_clock_is_named(cast: Cast, what: str) -> None:
    """Whoever may only insert rows makes a late decision one in time."""
    case = cast.walk_to(S.AWAITING_DECISION)
    event, act, more = SLIPPED_IN[what]
    start = ClockEntry.objects.filter(application=case, step=WHOLE).earliest("pk")
    record = case.acts.get(act=act)
    entry = ClockEntry(application=case, act=record, event=event, on=start.on, period=start.period, due_on=start.due_on)
    for name, value in ({"working_days": start.working_days, "approved_by": record.person} | more).items():
        setattr(entry, name, value)
    entry.save()
    if event == "suspended":  # nothing is decided while the period stands still
        assert found()["clocks"]
        cast.do(case, "resume_clock")
    cast.do(case, "approve")
    assert found()["clocks"]


SLIPPED_IN_STEPS: dict[str, tuple[str, str, str]] = {
    "a late notice stopped by the handing in": ("accept", "stopped", "submit"),
    "a late first review stopped by the acceptance": ("first_review", "stopped", "accept"),
    "a delivery stopped by the first review": ("deliver", "stopped", "recommend"),
    "an extended first review": ("first_review", "extended", "extend_period"),
    "a first review that stands still by its acceptance": ("first_review", "suspended", "submit"),
    "a hearing nobody asked for": ("hearing_hold", "started", "accept"),
    "a site check begun anew": ("site_check", "started", "accept"),
    "a step nobody knows": ("coffee", "started", "accept"),
}


@pytest.mark.parametrize("what", SLIPPED_IN_STEPS)
def test_an_entry_slipped_into_the_clock_of_a_step_is_named(cast: Cast, what: str) -> None:
    case = cast.walk_to(S.AWAITING_DECISION)
    assert not found()["clocks"]
    step, event, act = SLIPPED_IN_STEPS[what]
    start = ClockEntry.objects.filter(application=case, step="first_review").earliest("pk")
    record = case.acts.filter(act=act).first() or case.acts.get(act="accept")
    more = {"ground": "hearing" if event == "suspended" else "", "working_days": 10, "approved_by": cast.acceptor}
    ClockEntry.objects.create(application=case, act=record, step=step, event=event, on=start.on, period=start.period,
                              due_on=start.due_on, **more)  # fmt: skip
    assert found()["clocks"]


@pytest.mark.parametrize("column", Application.CLOCK_FIELDS)
def test_a_day_kept_of_a_clock_that_still_runs_is_named(cast: Cast, column: str) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    Application.objects.filter(pk=case.pk).update(**{column: date(2026, 1, 5)})
    assert found()["clocks"]


def test_a_closed_step_that_no_act_closed_is_named(cast: Cast, unguarded: None) -> None:
    """The desk's times would count it. An act that names no step accounts for one, and for no second beside it."""
    case = cast.case_at(S.FIRST_REVIEW)
    acts = case.acts.exclude(work_item=None)
    Act.objects.filter(pk__in=acts.values("pk")).update(work_item=None)
    assert not found()["tokens"]
    for step in WorkItem.objects.filter(application=case, status="DONE", flow_task_type="HUMAN"):
        with transaction.atomic():
            step.pk = None
            step._state.adding = True
            step.save()
            assert found()["tokens"] == 1
            transaction.set_rollback(True)


def test_who_holds_a_step_is_what_the_acts_say(cast: Cast, unguarded: None) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    step = WorkItem.objects.get(application=case, step="first_review")
    perform(case.pk, "claim", by=step.mandate and cast.officers[step.mandate.duty], mandate=step.mandate, item=step.pk)
    assert not found()["tokens"]
    for change in ({"owner": cast.clerk}, {"owner": None}, {"status": "NEW"}):
        with transaction.atomic():
            WorkItem.objects.filter(pk=step.pk).update(**change)
            assert found()["tokens"] == 1
            transaction.set_rollback(True)


def test_a_trigger_emptied_under_its_own_name_is_named(cast: Cast, unguarded: None) -> None:
    table = Act._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            triggers.install()
            cursor.execute(f"DROP TRIGGER {table}_no_update")
            cursor.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN 0 BEGIN SELECT 1; END")
        else:
            connection.check_constraints()
            triggers.install()
            cursor.execute(f"DROP TRIGGER {table}_no_rewrite ON {table}")
            cursor.execute(
                f"CREATE TRIGGER {table}_no_rewrite BEFORE UPDATE ON {table} "
                "FOR EACH ROW WHEN (false) EXECUTE FUNCTION permits_refuse_rewrite()"
            )
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_rewrite")
    assert [problem.where for problem in verify() if problem.check == "triggers"] == [table]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes no value that is not of its column")
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("act", "key", "'x'"), ("act", "body", "'{'"), ("act", "body", "X'ff00'"), ("act", "at", "'x'"),
     ("act", "act", "CAST(X'ff' AS TEXT)"), ("application", "number", "X'ff00'"), ("application", "number", "'x'"),
     ("application", "received_on", "'x'"), ("application", "unit_id", "'x'"), ("submission", "body", "'{'"),
     ("document", "title", "CAST(X'ff' AS TEXT)"), ("permit", "valid_to", "'x'")],
)  # fmt: skip
def test_a_value_nobody_can_read_is_named_and_hides_no_other(
    cast: Cast, unguarded: None, table: str, column: str, value: str
) -> None:
    """Foreign keys are looked at when the test's transaction ends, which it does not."""
    spoilt, other = cast.case_at(S.APPROVED), cast.case_at(S.FIRST_REVIEW)
    key = {"application": "id"}.get(table, "application_id")
    with transaction.atomic(), connection.cursor() as cursor:
        last = f"SELECT max(rowid) FROM permits_{table} WHERE {key} = %s"
        cursor.execute(f"UPDATE permits_{table} SET {column} = {value} WHERE rowid = ({last})", [spoilt.pk])
        cursor.execute("UPDATE permits_application SET title = 'another' WHERE id = %s", [other.pk])
        where = {problem.where for problem in verify() if problem.check != "triggers"}
        transaction.set_rollback(True)
    assert str(other.number) in where
    assert where & {f"#{spoilt.pk}", str(spoilt.number), "x"}


@pytest.mark.parametrize(
    ("stands", "recorded", "said"),
    [
        ({"head": {"a": 1}}, {"head": {"a": 1, "limit_left": "8600.00"}}, True),
        ({"head": {"a": 1}, "rows": [{"b": 2}]}, {"head": {"a": 1}, "rows": [{"b": 2, "limit_left": None}]}, True),
        ({"head": {"a": 1, "limit_left": "1.00"}}, {"head": {"a": 1, "limit_left": "8600.00"}}, True),
        ({"head": {}}, {"head": {"a": 1}}, False),
        ({"head": {"a": 2}}, {"head": {"a": 1, "limit_left": "8600.00"}}, False),
        ({"rows": []}, {"rows": [{"limit_left": None}]}, False),
    ],
)
def test_what_a_kind_asks_no_more_is_not_missed(stands: Any, recorded: Any, said: bool) -> None:
    assert repeats(stands, recorded, frozenset({"limit_left"})) is said


def test_each_kind_names_the_fields_it_asked_before_and_asks_no_more() -> None:
    former = {kind.code: kind.former_fields for kind in kinds() if kind.former_fields}
    assert former == {
        "felling": {"limit_left_m3"},
        "occupation": {"quota_left_ha", "protection_area"},
        "introduction": {"filed_with"},
    }
