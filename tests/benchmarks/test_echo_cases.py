"""A database many times over: rows with keys and numbers of their own, and the pages that show them."""

from __future__ import annotations

import pytest
from django.db import connection

from benchmarks.load import echoes, guard
from benchmarks.load.bare import WORDS
from benchmarks.load.guard import Refused
from permits.models import Act, Application, Document, Permit
from permits.models.states import S
from tests.cast import Cast, log_in
from workflows.models import WorkItem

TIMES = 3


def guarded_by() -> set[str]:
    """Names of the constraints and indexes there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace "
            "UNION SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
        )
        return {str(row[0]) for row in cursor.fetchall()}


@pytest.mark.postgres
@pytest.mark.owner
@pytest.mark.django_db(transaction=True)
def test_an_echo_has_every_row_of_its_case_and_is_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.walk_to(S.APPROVED)
    cast.walk_to(S.FINAL_REVIEW)
    before, every = guarded_by(), (Application, Act, Document, Permit, WorkItem)
    rows = {model: model._default_manager.count() for model in every}
    monkeypatch.setattr(guard, "WORD", "test")
    cases, _rows = echoes.echo(TIMES)
    assert cases == TIMES * rows[Application]
    assert {model: model._default_manager.count() for model in every} == {
        model: TIMES * many for model, many in rows.items()
    }
    assert before - guarded_by() == set(WORDS)
    client = log_in(cast.auditor)
    for echo in Application.objects.filter(title=case.title, status=S.APPROVED):
        assert echo.acts.count() == case.acts.count()
        assert client.get(f"/cases/{echo.pk}/").status_code == 200
    assert client.get("/cases/").status_code == 200
    assert cast.walk_to(S.SUBMITTED).pk > Application.objects.exclude(status=S.SUBMITTED).latest("pk").pk


@pytest.mark.django_db
def test_only_a_database_for_benchmarks_is_echoed() -> None:
    with pytest.raises(Refused):
        echoes.echo(TIMES)
