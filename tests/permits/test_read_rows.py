"""Rows read in bulk say what rows say that Django makes, key by key and moment by moment."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import connection, models

from permits.database.reading import among, by_key, read, related
from permits.models import Act, Application
from permits.models.states import S
from permits.models.submission import last_handed_in, last_submission
from permits.verification.instant import much_reading
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def columns(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("label", [
    "permits.Application", "permits.Act", "permits.Submission", "permits.Permit", "permits.Document",
    "permits.MaterialVersion", "permits.RegisterEntry", "permits.ObligationRow", "tending.SubCompartment",
    "workflows.Case", "workflows.WorkItem",
])  # fmt: skip
def test_a_row_says_what_django_says(cast: Cast, label: str) -> None:
    cast.case_at(S.APPROVED)
    rows = apps.get_model(label)._default_manager.order_by("pk")
    plain = list(rows)
    assert plain, f"no row of {label} to compare"
    with much_reading():
        quick = read(rows)
    assert [columns(row) for row in quick] == [columns(row) for row in plain]
    assert quick == plain
    assert [row._state.adding for row in quick] == [False] * len(plain)


def test_keys_are_asked_for_as_one_value_and_through_a_relation(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    assert set(Application.objects.filter(among("pk", [case.pk, -1]))) == {case}
    assert not Application.objects.filter(among("pk", []))
    acts = Act.objects.filter(among("submission__act__application", [case.pk]))
    assert [act.act for act in acts] == ["submit"]


def test_what_an_act_handed_in_is_told_of_rows_read_either_way(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    acts = list(Act.objects.filter(application=case).order_by("seq"))
    assert last_handed_in(acts) == last_submission(case) is not None
    assert related(acts[0], "submission") is None
    assert by_key(acts) == {act.pk: act for act in acts}


@pytest.mark.postgres
@pytest.mark.parametrize("text", [
    "2026-01-02 03:04:05.6+00", "2026-01-02 03:04:05+08", "1999-12-31 23:59:59.999999+00", "0001-01-01 00:00:00+00",
])  # fmt: skip
def test_a_moment_is_read_as_django_reads_it(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        django = cursor.fetchone()[0]
    with much_reading(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        quick = cursor.fetchone()[0]
    assert isinstance(quick, datetime)
    assert (quick, quick.tzinfo, str(quick)) == (django, UTC, str(django))


def test_garbage_is_looked_for_again_afterwards() -> None:
    assert gc.isenabled()
    with much_reading():
        assert not gc.isenabled()
    assert gc.isenabled()
