"""What an act says beside its name: typed facts, checked at the door and written to the record as plain JSON.

The same declarations make the forms of the task page, so that page, shell and API ask for the same things.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from permits.errors import Unprintable
from permits.text.printable import on_one_line, refuse_unprintable, trimmed
from roles.days import local_today, unlikely

Label = str | Promise
MAX_INTEGER = 2**53 - 1  # RFC 8785 numbers are IEEE doubles: beyond this two readers would see two integers


class BadFact(ValueError):
    """One fact is missing or malformed; the message is fit to show beside its field."""


class Fact(Struct, frozen=True, kw_only=True):
    """A fact of an act. `clean` returns its plain JSON value or raises BadFact."""

    label: Label = ""
    required: bool = True
    help: Label = ""
    only: tuple[str, tuple[str, ...]] | None = None
    """Another fact and its values with which alone this one is asked: the page hides it beside others."""

    def clean(self, value: Any) -> Any:
        """The plain value; None where the fact is optional and absent."""
        if value is None or value in ("", []):
            if self.required:
                raise BadFact(_("This field is required."))
            return None
        return self.plain(value)

    def plain(self, value: Any) -> Any:
        """`value` as plain JSON. Subclasses say how."""
        raise NotImplementedError


def printable(value: Any) -> str:
    """`value` if it is text that the record can hold for ever and a paper can show."""
    if not isinstance(value, str):
        raise BadFact(_("This must be text."))
    if "\x00" in value or any(0xD800 <= ord(char) <= 0xDFFF for char in value):
        raise BadFact(_("This holds a character that cannot be stored."))
    try:
        refuse_unprintable(value)
    except Unprintable as problem:
        raise BadFact(str(problem)) from problem
    return trimmed(value.replace("\r\n", "\n"))


class Text(Fact, frozen=True, kw_only=True):
    """Words of a person; `long` asks for a text area, and what is not stands on one line."""

    long: bool = True
    most: int = 4000

    def plain(self, value: Any) -> str | None:
        """The text without surrounding blanks; only blanks is no text."""
        text = printable(value)
        if not self.long:
            text = on_one_line(text)
        if not text and self.required:
            raise BadFact(_("This field is required."))
        if len(text) > self.most:
            raise BadFact(
                _("At most %(most)d characters; this has %(length)d.") % {"most": self.most, "length": len(text)}
            )
        return text or None


class Choice(Fact, frozen=True, kw_only=True):
    """One of a closed list: pairs of code and label."""

    options: Sequence[tuple[str, Label]] = ()

    def plain(self, value: Any) -> str:
        """The code."""
        if not isinstance(value, str) or value not in dict(self.options):
            allowed = _(", ").join(str(label) for _code, label in self.options)
            raise BadFact(_("Choose one of: %(allowed)s.") % {"allowed": allowed})
        return str(value)


class Day(Fact, frozen=True, kw_only=True):
    """A calendar day in the agency's time zone, as ISO text. No act speaks of one that is `unlikely`. `past`: it tells
    of what happened, and has come."""

    past: bool = False

    def plain(self, value: Any) -> str:
        """`YYYY-MM-DD`."""
        try:
            day = date.fromisoformat(value.isoformat()[:10] if isinstance(value, date) else printable(value))
        except ValueError:
            raise BadFact(_("Give a date as year-month-day, such as 2026-03-05.")) from None
        if problem := unlikely(day):
            raise BadFact(problem)
        if self.past and day > local_today():
            raise BadFact(_("This day lies in the future."))
        return day.isoformat()


class Hour(Fact, frozen=True, kw_only=True):
    """A time of day in the agency's time zone, as HH:MM."""

    def plain(self, value: Any) -> str:
        """`HH:MM`."""
        try:
            at = value if isinstance(value, time) else time.fromisoformat(printable(value))
        except ValueError:
            raise BadFact(_("Give a time as hours and minutes, such as 09:30.")) from None
        return at.strftime("%H:%M")


class Whole(Fact, frozen=True, kw_only=True):
    """A whole number between `least` and `most`."""

    least: int = 0
    most: int = MAX_INTEGER

    def plain(self, value: Any) -> int:
        """The number."""
        try:
            number = int(str(value))
        except ValueError:
            raise BadFact(_("Give a whole number.")) from None
        if not self.least <= number <= self.most:
            raise BadFact(_("Between %(least)d and %(most)d.") % {"least": self.least, "most": self.most})
        return number


class Amount(Fact, frozen=True, kw_only=True):
    """A decimal between `least` and `most` with at most `places` decimals, recorded as text so that none is lost."""

    least: str = "0"
    most: str = "100000000"
    places: int = 4

    def plain(self, value: Any) -> str:
        """The number, written out."""
        try:
            number = value if isinstance(value, Decimal) else Decimal(printable(value))
        except InvalidOperation:
            raise BadFact(_("Give a number.")) from None
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > self.places:
            raise BadFact(_("Give a number with at most %(places)d decimals.") % {"places": self.places})
        if not Decimal(self.least) <= number <= Decimal(self.most):
            raise BadFact(_("Between %(least)s and %(most)s.") % {"least": self.least, "most": self.most})
        return f"{number:f}"


class Truth(Fact, frozen=True, kw_only=True):
    """Yes or no."""

    def plain(self, value: Any) -> bool:
        """The truth."""
        if not isinstance(value, bool):
            raise BadFact(_("Say yes or no."))
        return value


class Who(Fact, frozen=True, kw_only=True):
    """A person of the system, by row; recorded with key and name."""

    def plain(self, value: Any) -> dict[str, Any]:
        """`{"id": …, "name": …}`."""
        if getattr(value, "pk", None) is None or not getattr(value, "is_active", False):
            raise BadFact(_("Choose a person with an active account."))
        return {"id": value.pk, "name": str(value)}


class Office(Fact, frozen=True, kw_only=True):
    """A mandate: an agency in a duty; recorded with key and the agency's official name."""

    def plain(self, value: Any) -> dict[str, Any]:
        """`{"id": …, "agency": …}`."""
        if getattr(value, "pk", None) is None:
            raise BadFact(_("Choose an agency."))
        return {"id": value.pk, "agency": value.agency.name}


class Evidence(Fact, frozen=True, kw_only=True):
    """A stored file of the case; recorded with name and SHA-256."""

    def plain(self, value: Any) -> dict[str, Any]:
        """`{"id": …, "name": …, "sha256": …}`."""
        if not getattr(value, "sha256", ""):
            raise BadFact(_("Attach the document."))
        return {"id": value.pk, "name": value.name, "sha256": value.sha256}


class Rows(Fact, frozen=True, kw_only=True):
    """A list of records, each of the same named facts; at least one when required. A form begins with `shown` of them,
    empty, and adds more on demand."""

    columns: dict[str, Fact] = {}
    most: int = 200
    shown: int = 3

    def plain(self, value: Any) -> list[dict[str, Any]]:
        """A list of plain mappings; the row and column of a bad cell are named."""
        if not isinstance(value, (list, tuple)) or not all(isinstance(row, dict) for row in value):
            raise BadFact(_("This must be a list of rows."))
        if len(value) > self.most:
            raise BadFact(_("At most %(most)d rows.") % {"most": self.most})
        return [self._row(number, row) for number, row in enumerate(value, 1)]

    def _row(self, number: int, row: dict[str, Any]) -> dict[str, Any]:
        if unknown := row.keys() - self.columns.keys():
            raise BadFact(
                _("Row %(row)d: unknown %(names)s.") % {"row": number, "names": _(", ").join(sorted(map(str, unknown)))}
            )
        plain = {}
        for name, column in self.columns.items():
            try:
                plain[name] = column.clean(row.get(name))
            except BadFact as problem:
                raise BadFact(
                    _("Row %(row)d, %(column)s: %(problem)s")
                    % {"row": number, "column": column.label or name, "problem": problem}
                ) from None
        return plain


def files_in(facts: Any) -> list[dict[str, Any]]:
    """The stored files that the recorded facts of an act refer to, as recorded: key, name and SHA-256."""
    if isinstance(facts, dict):
        if "sha256" in facts and "id" in facts:
            return [facts]
        return [found for part in facts.values() for found in files_in(part)]
    if isinstance(facts, list):
        return [found for part in facts for found in files_in(part)]
    return []


REASON = Text(label=gettext_lazy("Reasons"))
OPINION = Text(label=gettext_lazy("Opinion"))
NOTE = Text(label=gettext_lazy("Note"), required=False)
OUTCOME = Choice(
    label=gettext_lazy("Recommended outcome"),
    options=(("approve", gettext_lazy("In favour")), ("refuse", gettext_lazy("Against"))),
)
CONDITIONS = Text(label=gettext_lazy("Conditions"), required=False, help=gettext_lazy("One condition on each line."))


def line(label: Label, **said: Any) -> Text:
    """A fact of one line."""
    return Text(label=label, long=False, **said)


def words(label: Label, **said: Any) -> Text:
    """A fact of several lines."""
    return Text(label=label, **said)
