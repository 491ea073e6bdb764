"""Changes of a design while it is a draft: each locks the case and checks that it is still open.

Every change names the version it was made from. Where another has changed the same thing since, nothing is written and
EditedMeanwhile is raised; the caller keeps what was typed and asks again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from permits.corrections import is_open
from permits.errors import BadFacts, PermitError, WrongStatus
from permits.locks import locked
from permits.models import Application
from permits.sheets.cells import Value
from permits.sheets.columns import folded
from permits.sheets.grid import MAX_ROWS
from permits.sheets.sheet import Parsed, Row
from permits.tending.columns import BY_NAME, KEY, NAMES
from permits.tending.models import PendingImport, SubCompartment, TendingDesign
from roles.models import Person

# Parts of the draft as a correction list names them.
HEAD = "head"
PLOTS = "plots"

HEAD_FIELDS = (
    "compiler", "qualification", "lead_designer", "staff", "surveyed_on", "management_plan", "standards", "purpose",
    "funding", "funding_note", "cost_yuan", "labour_days", "supplies", "work_from", "work_to", "felling",
)  # fmt: skip


class EditedMeanwhile(PermitError):
    """Somebody changed the same thing since it was read. Nothing was written."""


class AlreadyTaken(EditedMeanwhile):
    """There is no table to take over any more: a second click, or a page left open."""


@contextmanager
def _open(application_id: int, place: str = PLOTS) -> Iterator[TendingDesign]:
    """The design, its case locked and `place` still open. Raises WrongStatus where it is not."""
    with locked(application_id) as application:
        if not application.editable:
            raise WrongStatus(_("The application was handed in and can no longer be changed."))
        if not is_open(application, place):
            raise WrongStatus(_("The correction list does not name this part; it stays as it was handed in."))
        yield TendingDesign.objects.get(application=application)


def begin(application: Application) -> TendingDesign:
    """The empty design of a new draft; the one that is there if it was begun already."""
    design: TendingDesign
    design, _made = TendingDesign.objects.get_or_create(application=application)
    return design


def change_head(application_id: int, values: Mapping[str, Any], *, version: int) -> TendingDesign:
    """Write the head fields in `values`, read at `version`. Raises EditedMeanwhile, WrongStatus, Busy."""
    with _open(application_id, HEAD) as design:
        if design.version != version:
            raise EditedMeanwhile(_("Someone else has changed this page since you opened it."))
        for name in HEAD_FIELDS:
            if name in values:
                setattr(design, name, values[name])
        design.version += 1
        design.save(update_fields=[*HEAD_FIELDS, "version"])
        return design


def add_plot(application_id: int, values: Mapping[str, Value]) -> SubCompartment:
    """Append a row; the same row sent twice is one. Raises BadFacts if its number is taken or the table is full.

    Raises WrongStatus, Busy.
    """
    with _open(application_id) as design:
        last = design.plots.order_by("position").last()
        if last and {name: getattr(last, name) for name in NAMES} == _stored(values):
            return last
        if design.plots.count() >= MAX_ROWS:
            raise BadFacts({"number": _("At most %(most)d rows.") % {"most": MAX_ROWS}})
        _refuse_taken(design, values)
        plot = SubCompartment(design=design, position=last.position + 1 if last else 1, **_stored(values))
        plot.save(force_insert=True)
        _touch(design)
        return plot


def change_plot(application_id: int, plot_id: int, values: Mapping[str, Value], *, version: int) -> SubCompartment:
    """Write a row read at `version`. Raises EditedMeanwhile also when it is gone; BadFacts, WrongStatus, Busy."""
    with _open(application_id) as design:
        plot = _same(design, plot_id, version)
        _refuse_taken(design, values, but=plot_id)
        for name, value in _stored(values).items():
            setattr(plot, name, value)
        plot.version += 1
        plot.save(update_fields=[*NAMES, "version"])
        _touch(design)
        return plot


def delete_plot(application_id: int, plot_id: int, *, version: int) -> None:
    """Take a row out of the draft. Raises EditedMeanwhile, WrongStatus, Busy."""
    with _open(application_id) as design:
        _same(design, plot_id, version).delete()
        _touch(design)


def keep_table(application_id: int, parsed: Parsed, *, by: Person) -> PendingImport:
    """Hold a good table until its uploader says that it shall replace the rows. ValueError if it has problems."""
    if not parsed.good:
        raise ValueError("a table with problems is never kept")
    with _open(application_id) as design:
        facts = {
            "name": parsed.upload.name,
            "sha256": parsed.upload.sha256,
            "rows": [_plain(row) for row in parsed.rows],
            "uploaded_at": timezone.now(),
        }
        PendingImport.objects.filter(uploaded_at__lt=timezone.now() - PendingImport.KEPT).delete()
        pending: PendingImport
        pending, _made = PendingImport.objects.update_or_create(design=design, uploaded_by=by, defaults=facts)
        return pending


def take_over(application_id: int, *, sha256: str, plots_version: int, by: Person) -> int:
    """Replace all rows by the table `by` uploaded and looked at, known by its SHA-256. Gives the number of rows.

    `plots_version` is the state of the rows that were to be replaced when it was looked at. Raises EditedMeanwhile if
    another table was uploaded, or the rows were edited, since; WrongStatus, Busy.
    """
    with _open(application_id) as design:
        pending = PendingImport.objects.filter(design=design, uploaded_by=by).first()
        if pending is None:
            raise AlreadyTaken(_("This table was taken over or discarded already."))
        if pending.sha256 != sha256:
            raise EditedMeanwhile(_("Another table was uploaded since; please look at its preview first."))
        if design.plots_version != plots_version:
            raise EditedMeanwhile(_("The rows were changed since this preview. Look at both and confirm once more."))
        design.plots.all().delete()
        rows = [restored(row) for row in pending.rows]
        SubCompartment.objects.bulk_create(
            SubCompartment(design=design, position=position, **_stored(row)) for position, row in enumerate(rows, 1)
        )
        pending.delete()
        _touch(design)
        return len(rows)


def drop_table(application_id: int, *, by: Person) -> None:
    """Forget the table `by` uploaded; the rows stay."""
    with _open(application_id) as design:
        PendingImport.objects.filter(design=design, uploaded_by=by).delete()


def restored(row: Mapping[str, Any]) -> Row:
    """A row as it was before it was kept as JSON: decimals are text there."""
    decimals = {name for name, column in BY_NAME.items() if column.type == "decimal"}
    return {name: Decimal(value) if name in decimals and value is not None else value for name, value in row.items()}


def _plain(row: Mapping[str, Value]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def _stored(values: Mapping[str, Value]) -> dict[str, Any]:
    """Every field of a row as the database holds it: text that is absent is empty, not null."""
    return {
        name: ""
        if values.get(name) is None and BY_NAME[name].type in ("text", "species", "choice")
        else values.get(name)
        for name in NAMES
    }


def _same(design: TendingDesign, plot_id: int, version: int) -> SubCompartment:
    plot = design.plots.filter(pk=plot_id).first()
    if plot is None:
        raise EditedMeanwhile(_("Someone else has deleted this row since you opened it."))
    if plot.version != version:
        raise EditedMeanwhile(_("Someone else has changed this row since you opened it."))
    return plot


def _refuse_taken(design: TendingDesign, values: Mapping[str, Value], *, but: int = 0) -> None:
    """A sub-compartment stands in a design once. Compared as the import compares: blanks and width of digits aside."""
    wanted = tuple(folded(str(values.get(name) or "")) for name in KEY)
    for key in design.plots.exclude(pk=but).values_list(*KEY):
        if tuple(folded(part) for part in key) == wanted:
            raise BadFacts({"number": _("This sub-compartment stands in the table already.")})


def _touch(design: TendingDesign) -> None:
    design.plots_version += 1
    design.save(update_fields=["plots_version"])
