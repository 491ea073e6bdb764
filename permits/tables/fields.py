"""What is stored of a table kind: its head, its rows with a field for each column, a table that is not taken over
yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from permits.tables.columns import Choice, Column
from permits.tables.table import Table

_CODE_LENGTH, _CHOSEN_LENGTH = 24, 32
MOST_COUNTED = 9_999_999


def field_of(column: Column) -> models.Field[Any, Any]:
    """The database field of a column; blank or null while a draft leaves it open."""
    if column.type == "flag":
        return models.BooleanField(column.label, null=True, blank=True)
    if column.type == "integer":
        return models.PositiveIntegerField(column.label, null=True, blank=True)
    if column.type == "decimal":
        digits = len(str(int(column.high))) + column.places
        places = column.places
        return models.DecimalField(column.label, max_digits=digits, decimal_places=places, null=True, blank=True)
    choices = [(choice.code, choice.label) for choice in column.choices]
    length = _CODE_LENGTH if choices else column.length
    return models.CharField(column.label, max_length=length, choices=choices or None, blank=True)


def number_column(field: models.Field[Any, Any]) -> Column | None:
    """How a number of a head is read: from the least its model asks (else 0) to the most the model can hold, a count to
    MOST_COUNTED. None for a field that holds no number."""
    if isinstance(field, models.DecimalField):
        places: int = field.decimal_places
        highest = (Decimal(10) ** field.max_digits - 1).scaleb(-places)
    elif isinstance(field, models.IntegerField):
        places, highest = 0, Decimal(MOST_COUNTED)
    else:
        return None
    own = field._validators  # type: ignore[union-attr]  # those declared: the database's limits say nothing to readers
    least = max((one.limit_value for one in own if isinstance(one, MinValueValidator)), default=0)
    most = min((one.limit_value for one in own if isinstance(one, MaxValueValidator)), default=highest)
    return Column(
        name=field.name, head=str(field.verbose_name), label=field.verbose_name, source="",
        type="decimal" if places else "integer", span=(str(least), str(most)), places=places,
    )  # fmt: skip


def constraints_of(columns: Iterable[Column], *, prefix: str) -> Iterator[models.CheckConstraint]:
    """Each column's range or closed list as the database enforces it."""
    for column in columns:
        if column.numeric:
            span = Q(**{f"{column.name}__gte": column.low, f"{column.name}__lte": column.high})
            yield models.CheckConstraint(condition=span, name=f"{prefix}_{column.name}_range")
        elif column.type == "choice":
            known = Q(**{f"{column.name}__in": ["", *(choice.code for choice in column.choices)]})
            yield models.CheckConstraint(condition=known, name=f"{prefix}_{column.name}_known")


def chosen(label: Any, choices: Sequence[Choice]) -> models.CharField[Any, Any]:
    """A field of a head that holds one value of a vocabulary; empty in a draft."""
    listed = [(one.code, one.label) for one in choices]
    return models.CharField(label, max_length=_CHOSEN_LENGTH, choices=listed, blank=True)


def chosen_known(fields: Mapping[str, Sequence[Choice]], *, prefix: str) -> Iterator[models.CheckConstraint]:
    """The closed lists of a head's fields as the database enforces them."""
    for name, choices in fields.items():
        known = Q(**{f"{name}__in": ["", *(one.code for one in choices)]})
        yield models.CheckConstraint(condition=known, name=f"{prefix}_{name}_known")


def with_columns(table: Table) -> Callable[[type[Row]], type[Row]]:
    """Gives a model of rows the fields of `table`, in order: so each column is declared once, in the table."""

    def give(model: type[Row]) -> type[Row]:
        for column in table.columns:
            model.add_to_class(column.name, field_of(column))
        model.table = table
        return model

    return give


class Head(models.Model):
    """What a draft says once, beside its rows: a kind's head. The application knows it by the kind's code."""

    application = models.OneToOneField(
        "permits.Application",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="%(app_label)s",
        verbose_name=_("application"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    rows_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.application)

    @classmethod
    def field(cls, name: str) -> models.Field[Any, Any]:
        """The field called `name`. FieldDoesNotExist if there is none."""
        field: models.Field[Any, Any] = cls._meta.get_field(name)  # type: ignore[assignment]  # no relation is asked for
        return field

    @classmethod
    def label(cls, name: str) -> str:
        """What a field is called, in the language of the request."""
        return capfirst(str(cls.field(name).verbose_name))


class TableRow(models.Model):
    """One row: the base of a kind's rows. The concrete model names its `head`, and `with_columns` gives the fields."""

    table: ClassVar[Table]
    head: Any
    position = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        ordering = ["head", "position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def values(self) -> dict[str, Any]:
        """The row by column name."""
        names, known = self.table.names, self.__dict__
        try:
            return {name: known[name] for name in names}
        except KeyError:  # one is not read yet, and asked of the database now
            return {name: getattr(self, name) for name in names}

    @property
    def name(self) -> str:
        """What the row is called; its number in the table while it has no name."""
        return self.table.name_of(self.values) or str(self.position)


Row = TypeVar("Row", bound=TableRow)


class PendingTable(models.Model):
    """A table that was read without a problem and waits for its uploader to confirm it. It is stored here, so that what
    is taken over is what was checked, whatever the browser sends back."""

    KEPT = timedelta(days=2)

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()

    class Meta:
        abstract = True
        verbose_name = _("table waiting to be taken over")
        verbose_name_plural = _("tables waiting to be taken over")

    def __str__(self) -> str:
        return self.name
