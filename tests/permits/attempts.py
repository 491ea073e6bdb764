"""An act that is refused writes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from permits.acts.perform import perform
from permits.errors import PermitError
from permits.models import Act, Application, ClockEntry, Document
from workflows.models import WorkItem


def rows() -> tuple[int, ...]:
    """How much is written down, anywhere an act writes."""
    models = (Act, ClockEntry, Document, WorkItem.previous.through, WorkItem)
    with connection.cursor() as cursor:
        counts = (f'(SELECT count(*) FROM "{model._meta.db_table}")' for model in models)
        cursor.execute(f"SELECT {', '.join(counts)}")
        return tuple(cursor.fetchone())


def attempt(
    case: Application, act: str, error: type[PermitError] | tuple[type[PermitError], ...], **given: Any
) -> PermitError:
    """`act` is refused with `error`, and nothing is written."""
    before, status = rows(), Application.objects.get(pk=case.pk).status
    with pytest.raises(error) as refused:
        perform(case.pk, act, **given)
    assert rows() == before
    assert Application.objects.get(pk=case.pk).status == status
    return refused.value
