"""A list writes its cells as the library would: empty ones, those of choices, days and numbers, in either language."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import translation
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html

from permits.kinds import name_of
from permits.models import Act, Application, ObligationRow, Permit
from permits.models.states import S
from tests.cast import Cast, log_in
from workflows.models import WorkItem
from workflows.obligation_list import ObligationTable
from workflows.permit_list import PermitTable
from workflows.tables import AgencyTable, CaseTable, DoneTable, ItemTable, LedTable, Table

pytestmark = pytest.mark.django_db
ALL: tuple[tuple[type[Table], type[Any]], ...] = (
    (ItemTable, WorkItem), (AgencyTable, WorkItem), (LedTable, WorkItem), (DoneTable, Act), (CaseTable, Application),
    (PermitTable, Permit), (ObligationTable, ObligationRow),
)  # fmt: skip


def by_the_library(table: Table) -> list[str]:
    """The cells of each row as django-tables2 finds and escapes them."""
    rows = []
    for row in table.rows:
        cells = [
            format_html(
                '<td data-label="{}" {}>{}</td>', column.header, column.attrs["td"].as_html(),
                conditional_escape(localize(cell)),
            )
            for column, cell in row.items()
        ]  # fmt: skip
        rows.append("\n        ".join(cells))
    return rows


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_cell_is_as_the_library_writes_it(cast: Cast, language: str) -> None:
    approved = cast.walk_to(S.APPROVED)
    Application.objects.filter(pk=approved.pk).update(title="<b>\"&'</b>")
    for status in (S.DRAFT, S.SUBMITTED, S.REFUSED):
        cast.walk_to(status)
    with translation.override(language):
        for table, model in ALL:
            rows: QuerySet[Any] = model.objects.order_by("pk")
            assert rows.exists(), model
            ours, theirs = table(rows), table(rows)
            assert [cells for _looks, cells in ours.lines()] == by_the_library(theirs), table


def test_a_case_without_a_title_is_called_by_what_is_asked_for_and_by_whom(cast: Cast) -> None:
    case = cast.walk_to(S.APPROVED)
    cast.walk_to(S.SUBMITTED)
    Application.objects.update(title="")
    case.refresh_from_db()
    called = f"天然林抚育作业设计审批 · {case.unit}"
    with translation.override("zh-hans"):
        assert name_of(case) == called
        for table, model in ALL[:-1]:  # an obligation is called by its own name
            rows: QuerySet[Any] = model.objects.order_by("pk")
            cells = "".join(cells for _looks, cells in table(rows).lines())
            assert called in cells if rows.exists() else not cells, table
            assert 'data-label="名称" class="title-cell">—' not in cells


def test_rows_are_sorted_and_written_to_files_by_the_name_they_show(cast: Cast) -> None:
    titled, bare = cast.walk_to(S.SUBMITTED), cast.walk_to(S.SUBMITTED)
    for case, title in ((titled, "丁家沟抚育"), (bare, "")):
        Application.objects.filter(pk=case.pk).update(title=title)
    shown = ["丁家沟抚育", f"天然林抚育作业设计审批 · {bare.unit}"]
    for sort, names in (("title", shown), ("-title", shown[::-1])):
        page = log_in(cast.auditor).get(f"/cases/?sort={sort}&format=csv").content.decode("utf-8-sig")
        assert [row["名称"] for row in csv.DictReader(io.StringIO(page))] == names, sort
    for table, model in ALL[:-1]:
        rows: QuerySet[Any] = model.objects.all()
        assert len(list(table(rows, order_by="title").rows)) == len(rows), table
