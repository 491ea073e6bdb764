"""What the tests of a work item's page ask and send."""

from __future__ import annotations

from typing import Any

from permits.models import Application
from roles.models import Person
from tests.cast import Cast, log_in
from workflows.models import WorkItem


def address(item: WorkItem, more: str = "") -> str:
    return f"/tasks/{item.pk}/{more}"


def open_item(cast: Cast, case: Application) -> WorkItem:
    item = cast.open_item(case)
    assert item is not None
    return item


def post(person: Person, item: WorkItem, act: str, **facts: Any) -> Any:
    return log_in(person, english=True).post(address(item), {"act": act, **facts})


def status(case: Application) -> str:
    return str(Application.objects.get(pk=case.pk).status)
