"""Names and other words of one line, as they are kept of people, posts and bodies."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

if TYPE_CHECKING:  # generic for the type checker only
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField

NOT_IN_A_LINE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Categories of Unicode: control characters, marks that are not seen, such as those of the direction of writing, and
what ends a line or a paragraph."""


def on_one_line(text: str) -> None:
    """Raises ValidationError naming the first character that ends a line or is not seen.

    With it two names could look like one, and one could stand as two lines, or backwards, in lists, mails and the log.
    """
    for char in text:
        if unicodedata.category(char) in NOT_IN_A_LINE:
            told = _("This is one line: take out the line break or hidden character in it (%(code)s).")
            raise ValidationError(told % {"code": f"U+{ord(char):04X}"}, code="not_one_line")


class LineField(CharField):
    """Text of one line. `Model.clean_fields`, which each verb asks before it saves, refuses anything else."""

    default_validators = [on_one_line]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """As the field it is to the database: no migration tells them apart."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def insist_on_lines(row: models.Model, names: Iterable[str] | None = None) -> None:
    """Raises ValidationError at each field of one line that holds anything else; `names`: only of these. What was kept
    before this was asked, and is not changed, stays."""
    fields = {field.name: field for field in row._meta.fields}
    asked = fields.keys() if names is None else set(names)
    row.clean_fields(exclude={
        name for name, field in fields.items() if name not in asked or not isinstance(field, LineField)
    })  # fmt: skip
