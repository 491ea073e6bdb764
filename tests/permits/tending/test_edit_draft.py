"""Changing a draft: what is kept, what is refused, and who is told when two edit the same thing."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from permits.acts.perform import open_draft, perform
from permits.errors import BadFacts, EditedMeanwhile, WrongStatus
from permits.models import Application
from permits.tables import exporting as export
from permits.tables.importing import parse
from permits.tending.columns import COLUMNS, PLOTS
from permits.tending.kind import TENDING
from permits.tending.models import PendingImport, SubCompartment, TendingDesign
from roles.models import Person

Row = dict[str, Any]
Rows = Callable[[int], list[Row]]


def table(rows: list[Row]) -> Any:
    return parse(io.BytesIO(export.to_csv(rows, table=PLOTS)), name="table.csv", table=PLOTS)


def numbers(application: Application) -> list[str]:
    return [plot.number for plot in application.tending.rows.all()]


def test_a_new_draft_has_an_empty_design(draft: Application) -> None:
    assert (draft.tending.version, draft.tending.rows.count()) == (1, 0)


def test_a_row_is_kept_as_it_was_given(draft: Application, good_row: Row) -> None:
    plot = TENDING.book.add(draft.pk, good_row)
    plot.refresh_from_db()
    stored = {name: value for name, value in plot.values.items() if value not in ("", None)}
    assert stored == {name: value for name, value in good_row.items() if value is not None}
    assert plot.name == "12林班3小班"


def test_the_same_row_sent_twice_is_one(draft: Application, good_row: Row) -> None:
    first, again = TENDING.book.add(draft.pk, good_row), TENDING.book.add(draft.pk, good_row)
    assert first.pk == again.pk


@pytest.mark.parametrize("number", ["3", "３", " 3"])
def test_a_sub_compartment_stands_in_a_design_once(number: str, draft: Application, good_row: Row) -> None:
    TENDING.book.add(draft.pk, good_row)
    with pytest.raises(BadFacts) as refused:
        TENDING.book.add(draft.pk, good_row | {"number": number, "area_ha": Decimal(1)})
    assert "number" in refused.value.errors


def test_the_second_of_two_who_edit_a_row_is_told_and_nothing_is_overwritten(draft: Application, good_row: Row) -> None:
    plot = TENDING.book.add(draft.pk, good_row)
    TENDING.book.change(draft.pk, plot.pk, good_row | {"remark": "first"}, version=1)
    with pytest.raises(EditedMeanwhile):
        TENDING.book.change(draft.pk, plot.pk, good_row | {"remark": "second"}, version=1)
    plot.refresh_from_db()
    assert (plot.remark, plot.version) == ("first", 2)


def test_the_second_of_two_who_edit_the_head_is_told(draft: Application) -> None:
    TENDING.book.change_head(draft.pk, {"compiler": "first"}, version=1)
    with pytest.raises(EditedMeanwhile):
        TENDING.book.change_head(draft.pk, {"compiler": "second"}, version=1)
    assert TendingDesign.objects.get(pk=draft.pk).compiler == "first"


def test_a_row_changed_meanwhile_is_not_deleted(draft: Application, good_row: Row) -> None:
    plot = TENDING.book.add(draft.pk, good_row)
    TENDING.book.change(draft.pk, plot.pk, good_row | {"remark": "new"}, version=1)
    with pytest.raises(EditedMeanwhile):
        TENDING.book.delete(draft.pk, plot.pk, version=1)
    TENDING.book.delete(draft.pk, plot.pk, version=2)
    assert numbers(draft) == []


def test_a_row_of_another_case_cannot_be_reached(draft: Application, good_row: Row, clerk: Person) -> None:
    plot = TENDING.book.add(draft.pk, good_row)
    other = open_draft("tending", draft.unit, draft.jurisdiction, by=clerk)
    with pytest.raises(EditedMeanwhile):
        TENDING.book.delete(other.pk, plot.pk, version=1)


def test_an_imported_table_replaces_the_rows_once_it_is_confirmed(
    draft: Application, rows: Rows, good_row: Row, clerk: Person
) -> None:
    TENDING.book.add(draft.pk, good_row | {"number": "old"})
    pending = TENDING.book.keep(draft.pk, table(rows(3)), by=clerk)
    assert numbers(draft) == ["old"]
    assert TENDING.book.take_over(draft.pk, sha256=pending.sha256, seen=2, by=clerk) == 3
    assert numbers(draft) == ["1", "2", "3"]
    assert draft.tending.rows.get(number="2").area_ha == 2
    assert not PendingImport.objects.exists()


def test_a_table_is_taken_over_once_only(draft: Application, rows: Rows, clerk: Person) -> None:
    pending = TENDING.book.keep(draft.pk, table(rows(2)), by=clerk)
    TENDING.book.take_over(draft.pk, sha256=pending.sha256, seen=1, by=clerk)
    with pytest.raises(EditedMeanwhile):
        TENDING.book.take_over(draft.pk, sha256=pending.sha256, seen=1, by=clerk)


def test_only_the_table_that_was_looked_at_is_taken_over(draft: Application, rows: Rows, clerk: Person) -> None:
    looked_at = TENDING.book.keep(draft.pk, table(rows(2)), by=clerk).sha256
    TENDING.book.keep(draft.pk, table(rows(3)), by=clerk)
    with pytest.raises(EditedMeanwhile):
        TENDING.book.take_over(draft.pk, sha256=looked_at, seen=1, by=clerk)
    assert numbers(draft) == []


def test_rows_edited_since_the_preview_are_not_replaced_unseen(
    draft: Application, rows: Rows, good_row: Row, clerk: Person
) -> None:
    pending = TENDING.book.keep(draft.pk, table(rows(2)), by=clerk)
    TENDING.book.add(draft.pk, good_row | {"number": "by hand"})
    with pytest.raises(EditedMeanwhile):
        TENDING.book.take_over(draft.pk, sha256=pending.sha256, seen=1, by=clerk)
    assert numbers(draft) == ["by hand"]
    TENDING.book.take_over(draft.pk, sha256=pending.sha256, seen=2, by=clerk)  # told, and looked once more
    assert numbers(draft) == ["1", "2"]


def test_another_person_cannot_confirm_my_table(
    draft: Application, rows: Rows, clerk: Person, stranger: Person
) -> None:
    pending = TENDING.book.keep(draft.pk, table(rows(2)), by=clerk)
    with pytest.raises(EditedMeanwhile):
        TENDING.book.take_over(draft.pk, sha256=pending.sha256, seen=1, by=stranger)


def test_a_table_with_problems_is_never_kept(draft: Application, rows: Rows, clerk: Person) -> None:
    bad = table([row | {"area_ha": None} for row in rows(1)])
    with pytest.raises(ValueError, match="problems"):
        TENDING.book.keep(draft.pk, bad, by=clerk)
    assert not PendingImport.objects.exists()


def test_what_was_handed_in_is_closed_to_every_change(
    draft: Application, good_row: Row, rows: Rows, clerk: Person
) -> None:
    plot = TENDING.book.add(draft.pk, good_row)
    pending = TENDING.book.keep(draft.pk, table(rows(2)), by=clerk)
    perform(draft.pk, "withdraw", by=clerk)
    changes: list[Callable[[], Any]] = [
        lambda: TENDING.book.change_head(draft.pk, {}, version=1),
        lambda: TENDING.book.add(draft.pk, good_row | {"number": "9"}),
        lambda: TENDING.book.change(draft.pk, plot.pk, good_row, version=1),
        lambda: TENDING.book.delete(draft.pk, plot.pk, version=1),
        lambda: TENDING.book.keep(draft.pk, table(rows(2)), by=clerk),
        lambda: TENDING.book.take_over(draft.pk, sha256=pending.sha256, seen=1, by=clerk),
        lambda: TENDING.book.drop(draft.pk, by=clerk),
    ]
    for change in changes:
        with pytest.raises(WrongStatus):
            change()
    assert numbers(draft) == ["3"]


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.numeric], ids=lambda column: column.name)
def test_the_database_refuses_a_number_out_of_range(column: Any, draft: Application, good_row: Row) -> None:
    plot = TENDING.book.add(draft.pk, good_row)
    step = Decimal(1).scaleb(-column.places)
    for bad in (column.high + step, column.low - step):
        with pytest.raises(IntegrityError), transaction.atomic():
            SubCompartment.objects.filter(pk=plot.pk).update(**{column.name: bad})


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.type == "choice"], ids=lambda column: column.name)
def test_the_database_refuses_an_unknown_choice(column: Any, draft: Application, good_row: Row) -> None:
    plot = TENDING.book.add(draft.pk, good_row)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubCompartment.objects.filter(pk=plot.pk).update(**{column.name: "neither"})


def test_the_database_refuses_work_that_ends_before_it_begins(draft: Application) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TendingDesign.objects.filter(pk=draft.pk).update(work_from="2026-12-02", work_to="2026-12-01")
