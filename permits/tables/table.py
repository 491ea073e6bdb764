"""A table as its kind declares it: columns, what tells rows apart, the checks of a row, and the words of its pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from msgspec import Struct

from permits.tables.columns import Column, Said, folded

Label = str | Promise
Values = Mapping[str, Any]
Groups = tuple[tuple[Label, tuple[str, ...]], ...]


class Words(Struct, frozen=True, kw_only=True):
    """What the pages of a table say: its title, one row, no row yet, the links to a new row and back, and two hints."""

    title: Label
    row: Label
    none_yet: Label
    region: Label
    add: Label
    back: Label
    upload_hint: Label
    row_hint: Label = ""


class Table(Struct, frozen=True, kw_only=True, dict=True):
    """A table as its kind declares it."""

    sheet: str
    """The name of the worksheet."""
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """The columns that tell rows apart."""
    words: Words
    groups: Groups
    """Legend and columns of each part of a row's form."""
    brief: tuple[str, ...]
    """The columns shown where there is no room for all."""
    listed: tuple[str, ...]
    """The columns shown beside the row's name in a draft."""
    row_problems: Callable[[Values], Iterable[Said]]
    """The fields of a row that are missing or contradict each other, with what is wrong."""
    name_of: Callable[[Values], str]
    """What a row is called."""
    carried: tuple[str, ...] = ()
    """What a new row takes from the last one."""
    anchors: tuple[str, ...] = ()
    """What even a row that is kept for later must say."""
    notes: tuple[str, ...] = ()
    """The first lines of the template's explanations."""
    derive: Callable[[dict[str, Any]], None] = lambda row: None
    """Fills in what follows from the other fields of a forest map's row."""
    attributes: bool = False
    """Whether the table may also be that of a forest map: heads that no column knows are passed over, and columns that
    are missing are left open."""
    flag: Callable[[Values], Label] = lambda row: ""
    """Marks a row that a reader must notice."""
    flag_hint: Label = ""
    """Why such a row is to be noticed."""

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by their name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.by_name)

    @cached_property
    def heads(self) -> Mapping[str, str]:
        """Every head read as a column, folded: the head with and without its unit, the name, the aliases."""
        heads: dict[str, str] = {}
        for column in self.columns:
            for head in (*column.headings, column.head, column.name, *column.aliases):
                heads.setdefault(folded(head), column.name)
        return heads

    def missing(self, values: Values) -> Iterator[Said]:
        """Fields without which a row cannot be handed in. False and 0 are answers."""
        for column in self.columns:
            if column.asked and values.get(column.name) in (None, ""):
                yield column.name, _(MUST)

    def described(self, said: Sequence[Said]) -> str:
        """Problems of one row in one line: the missing fields together, the others with their reason."""
        must = _(MUST)
        open_fields = [str(self.by_name[name].label) for name, message in said if message == must]
        lines = [f"{self.by_name[name].label}{_(': ')}{message}" for name, message in said if message != must]
        if open_fields:
            shown = _(", ").join(open_fields[:SHOWN_FIELDS]) + (" …" if len(open_fields) > SHOWN_FIELDS else "")
            facts = {"count": len(open_fields), "fields": shown}
            told = ngettext(
                "%(count)d field to fill in (%(fields)s)", "%(count)d fields to fill in (%(fields)s)", len(open_fields)
            )
            lines.insert(0, told % facts)
        return _("; ").join(lines)


MUST = gettext_noop("This field is required.")
SHOWN_FIELDS = 4
