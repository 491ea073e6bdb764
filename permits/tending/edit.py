"""Changes of a design while it is a draft; rows by the book of `permits.sheets.book`."""

from collections.abc import Mapping
from typing import Any

from permits.models import Application
from permits.sheets import book
from permits.sheets.book import AlreadyTaken, EditedMeanwhile
from permits.sheets.cells import Value
from permits.sheets.sheet import Parsed
from permits.tending.models import PendingImport, SubCompartment, TendingDesign
from permits.tending.sheet import PLOTS as TABLE
from roles.models import Person

__all__ = ["AlreadyTaken", "EditedMeanwhile"]

# Parts of the draft as a correction list names them.
HEAD = "head"
PLOTS = "plots"

HEAD_FIELDS = (
    "compiler", "qualification", "lead_designer", "staff", "surveyed_on", "management_plan", "standards", "purpose",
    "funding", "funding_note", "cost_yuan", "labour_days", "supplies", "work_from", "work_to", "felling",
)  # fmt: skip

BOOK = book.Book(
    table=TABLE, head=TendingDesign, row=SubCompartment, pending=PendingImport, place=PLOTS, link="design",
    rows="plots", touched="plots_version", said_at="number",
)  # fmt: skip


def begin(application: Application) -> TendingDesign:
    """The empty design of a new draft; the one that is there if it was begun already."""
    design: TendingDesign
    design, _made = TendingDesign.objects.get_or_create(application=application)
    return design


def change_head(application_id: int, values: Mapping[str, Any], *, version: int) -> TendingDesign:
    """Write the head fields in `values`, read at `version`. Raises EditedMeanwhile, WrongStatus, Busy."""
    design: TendingDesign = book.change_head(
        TendingDesign, application_id, values, place=HEAD, version=version, fields=HEAD_FIELDS
    )
    return design


def add_plot(application_id: int, values: Mapping[str, Value]) -> SubCompartment:
    """Append a row. Raises BadFacts, WrongStatus, Busy."""
    plot: SubCompartment = BOOK.add(application_id, values)
    return plot


def change_plot(application_id: int, plot_id: int, values: Mapping[str, Value], *, version: int) -> SubCompartment:
    """Write a row read at `version`. Raises EditedMeanwhile, BadFacts, WrongStatus, Busy."""
    plot: SubCompartment = BOOK.change(application_id, plot_id, values, version=version)
    return plot


def delete_plot(application_id: int, plot_id: int, *, version: int) -> None:
    """Take a row out of the draft. Raises EditedMeanwhile, WrongStatus, Busy."""
    BOOK.delete(application_id, plot_id, version=version)


def keep_table(application_id: int, parsed: Parsed, *, by: Person) -> PendingImport:
    """Hold a good table until its uploader says that it shall replace the rows. ValueError if it has problems."""
    kept: PendingImport = BOOK.keep(application_id, parsed, by=by)
    return kept


def take_over(application_id: int, *, sha256: str, plots_version: int, by: Person) -> int:
    """Replace all rows by the table `by` looked at. Raises EditedMeanwhile, WrongStatus, Busy."""
    return BOOK.take_over(application_id, sha256=sha256, seen=plots_version, by=by)


def drop_table(application_id: int, *, by: Person) -> None:
    """Forget the table `by` uploaded; the rows stay."""
    BOOK.drop(application_id, by=by)
