"""What changed between two submissions of one application, in words a reviewer reads: place, before, after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.drafts.material_names import material_names
from permits.kinds import KindConfig, codes
from permits.kinds import kind as named
from permits.models import Application, Submission
from permits.models.submission import HANDS_IN

Path = tuple[str, ...]
PLACE = ("township", "village", "compartment", "sub_compartment", "part")
NAMING: tuple[Path, ...] = (
    ("plot",), ("parcel",), ("stand_name",), ("slot",), ("scientific_name",), ("code",), ("number",), ("name",),
    ("key",), PLACE, ("district", *PLACE),
)  # fmt: skip
"""Fields by which a row of a list is known again, together, when others were added or taken away before it."""


class Change(Struct, frozen=True):
    """One difference. `path` names the place; an empty `old` was added, an empty `new` taken away."""

    path: str
    old: str
    new: str


def difference(application: Application) -> list[Change]:
    """The changes between the last two submissions of `application`; none before there are two."""
    last = _last_two(application)
    return difference_between(application, *last) if last else []


def difference_between(application: Application, before: Submission, after: Submission) -> list[Change]:
    """The changes from one submission of `application` to another: what was asked cell by cell, files by their hash."""
    old, new = before.content, after.content
    words = Words(application.kind)
    asked = [words.change(*found) for found in compare(*(words.in_order(one["asked"]) for one in (old, new)))]
    return asked + list(_files(application, old["materials"], new["materials"]))


def changed_parts(application: Application) -> tuple[frozenset[str], frozenset[str]]:
    """Where the last two submissions differ: keys of the kind's snapshot, and slots of materials."""
    last = _last_two(application)
    if last is None:
        return frozenset(), frozenset()
    old, new = (one.content for one in last)
    was, now = old["asked"], new["asked"]
    keys = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    before, after = (one.files for one in last)
    return frozenset(keys), frozenset(slot for slot, _hash in before ^ after)


def _last_two(application: Application) -> tuple[Submission, Submission] | None:
    if len(application.did(*HANDS_IN)) < 2:
        return None
    last = list(Submission.objects.filter(application=application).order_by("-act__seq")[:2])
    return (last[1], last[0]) if len(last) == 2 else None


def compare(old: Any, new: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Every leaf in which two plain JSON values differ, as (path, old, new); None stands for what is not there."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from compare(old.get(name), new.get(name), (*path, name))
    elif _rows(old) and _rows(new):
        before, after = _named(old, new)
        for name in [*before, *(name for name in after if name not in before)]:
            yield from compare(before.get(name), after.get(name), (*path, name))
    else:
        yield path, old, new


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _named(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both lists by a name that tells their rows apart; by position where no field does."""
    for fields in NAMING:
        before, after = ({name: row for row in rows if (name := _name(row, fields))} for rows in (old, new))
        if len(before) == len(old) and len(after) == len(new):
            return before, after
    before, after = ({f"#{number}": row for number, row in enumerate(rows, 1)} for rows in (old, new))
    return before, after


def _name(row: Mapping[str, Any], fields: Path) -> str:
    return " ".join(str(row[field]) for field in fields if row.get(field))


def _files(application: Application, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    """Files added and taken away, by the name of their material."""
    labels = material_names(application)
    before = {(file["slot"], file["sha256"]): file for file in old}
    after = {(file["slot"], file["sha256"]): file for file in new}
    for key in sorted(before.keys() ^ after.keys()):
        gone, come = before.get(key), after.get(key)
        path = _("Material: %(name)s") % {"name": labels.get(key[0], key[0])}
        yield Change(path, _file(gone), _file(come))


def _file(file: Mapping[str, Any] | None) -> str:
    return _("%(name)s (SHA-256 %(hash)s…)") % {"name": file["name"], "hash": file["sha256"][:12]} if file else ""


class Words:
    """Names and values of a kind's snapshot as its pages write them, read from the fields of the slice's models."""

    def __init__(self, kind: str) -> None:
        self.kind = named(kind) if kind in codes() else None
        self.fields = fields_of(kind)
        self.parts = parts_of(kind)
        self.order = {name: place for place, name in enumerate((*self.parts, *self.fields))}
        self.in_rows = {field.name: place for place, field in enumerate(_fields(kind))}  # the models of rows come last

    def change(self, path: Path, old: Any, new: Any) -> Change:
        """The difference in the reader's language."""
        part, field = (path[0], path[-1]) if path else ("", "")
        first = [str(self.parts.get(one, self.name(one))) for one in path[:1]]  # a field may be called as a section
        place = " › ".join(first + [self.name(one, part) for one in path[1:]])
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            place = _("%(row)s (added)") % {"row": place} if old is None else _("%(row)s (removed)") % {"row": place}
        was, now = ("\n".join(self.lines(field, one, part)) for one in (old, new))
        return Change(place, was, now)

    def in_order(self, value: Any, *, of_row: bool = False) -> Any:
        """What a snapshot says in the order of the pages: the record has its names sorted by letters. A field of a row
        may be called as one of the head, and stands elsewhere there."""
        if isinstance(value, Mapping):
            order = self.in_rows if of_row else self.order
            names = sorted(value, key=lambda name: order.get(name, -1))
            return {name: self.in_order(value[name]) for name in names}
        return [self.in_order(one, of_row=True) for one in value] if isinstance(value, list) else value

    def name(self, field: str, part: str = "") -> str:
        """The name of a field or of a section, with its unit where the kind tells one. A row is known by a name of its
        own: where that is its place, it begins with the code of the district."""
        if self.kind and (told := self.kind.told(part, field, None)):
            return told[0]
        if field in self.fields:
            return capfirst(str(self.fields[field][0]))
        code, _blank, rest = field.partition(" ")
        districts = self.fields.get("district", ("", {}))[1]
        return f"{districts[code]} {rest}" if code in districts else str(self.parts.get(field, field))

    def lines(self, row: str, value: Any, part: str) -> Iterator[str]:
        """One value, or a row field by field without the name it is called by."""
        if not isinstance(value, Mapping):
            yield self.value(row, value, part)
            return
        for field, one in value.items():
            name, text = self.name(field, part), self.value(field, one, part)
            if text and (name, text) != (field, row):
                yield _("%(name)s: %(value)s") % {"name": name, "value": text}

    def value(self, field: str, value: Any, part: str = "") -> str:
        """One value as the page of the case shows it."""
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, Mapping):
            return _("; ").join(self.lines("", value, part))
        if isinstance(value, list):
            return _(", ").join(self.value(field, one, part) for one in value)
        if self.kind and (told := self.kind.told(part, field, value)):
            return told[1]
        choices = self.fields.get(field, ("", {}))[1]
        return str(choices.get(value, value))


def parts_of(kind: str) -> Mapping[str, str | Promise]:
    """What the parts of a kind's snapshot are called: its sections by the key each is kept under, and the sums of its
    rows; none of a kind that is not installed."""
    if kind not in codes():
        return {}
    return {one.kept_as or one.slug: one.label for one in named(kind).sections} | {"totals": _("Total")}


@cache
def fields_of(kind: str) -> Mapping[str, tuple[str | Promise, Mapping[Any, str | Promise]]]:
    """Label and choices of each field of the models of the slice, by field name; none of a kind that is not installed.

    The slice is the app whose label is `kind`, also of a kind that comes as a package of its own.
    """
    return {field.name: (field.verbose_name, dict(getattr(field, "choices", None) or ())) for field in _fields(kind)}


def _fields(kind: str) -> Iterator[Field[Any, Any]]:
    """The fields of the models of the slice, as the slice defines them."""
    config = apps.app_configs.get(kind)
    for model in config.get_models() if isinstance(config, KindConfig) else ():
        yield from model._meta.concrete_fields
