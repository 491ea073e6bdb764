"""The auditor's dossier: read in a bounded time, and typeset when nothing is asked any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from permits.database import statements
from permits.documents.content import Form
from permits.documents.rendering import render
from permits.models.states import S
from tests.cast import Cast, log_in

EVER = "since=2020-01-01"


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """When the bounded time begins and, unless it is broken off, is over."""
    told, real = list[str](), statements.within_time

    @contextmanager
    def counted() -> Iterator[None]:
        with real():
            told.append("begun")
            yield
        told.append("over")

    monkeypatch.setattr("workflows.views.desk.within_time", counted)
    return told


def test_a_dossier_is_stopped_by_the_database_as_an_answer_is(
    cast: Cast, bounds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_given: Any, **_more: Any) -> bytes:
        raise OperationalError("stopped") from psycopg.errors.QueryCanceled()

    monkeypatch.setattr("workflows.desk.dossier.dossier", slow)
    answer = log_in(cast.auditor, english=True).get(f"/desk/decisions/dossier.pdf?{EVER}")
    assert answer.status_code == 503
    assert bounds == ["begun"]


def test_while_a_dossier_is_typeset_the_database_is_asked_nothing(
    cast: Cast, bounds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.case_at(S.APPROVED)

    def set_in_type(form: Form) -> bytes:
        bounds.append("typeset")
        with CaptureQueriesContext(connection) as asked:
            made = render(form)
        assert not asked.captured_queries
        return made

    monkeypatch.setattr("workflows.desk.dossier.render", set_in_type)
    answer = log_in(cast.auditor).get(f"/desk/decisions/dossier.pdf?{EVER}")
    assert answer.content.startswith(b"%PDF-")
    assert bounds == ["begun", "over", "typeset"]
