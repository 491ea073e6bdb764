"""The rows of the public register as CSV and JSON: the same fields, the same words, under keys that stay."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import translation
from msgspec import Struct

from permits.models import RegisterEntry
from permits.register.reading import Shown, chunks, shown
from roles.formulas import as_text

TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


class Field(Struct, frozen=True):
    """One field of a row: its key in JSON, its head in CSV, which both stay, and what it means."""

    key: str
    head: str
    meaning: str
    coded: bool = False
    """For programs: in JSON alone."""


FIELDS: Final = (
    Field("id", "序号", "the register's own number of the entry; it stays"),
    Field("number", "决定文书号", "number of the decision"),
    Field("certificate", "许可证件编号", "number of the certificate the holder carries; empty where there is none"),
    Field("kind", "事项", "kind of permit"),
    Field("nature", "事项性质", "行政许可, or what else the matter is"),
    Field("holder", "被许可人", "holder; of a natural person the family name"),
    Field("holder_code", "统一社会信用代码", "of an organisation; empty for a natural person"),
    Field("matter", "许可内容", "matter"),
    Field("district", "行政区划", "district it was filed with"),
    Field("site", "地点", "place"),
    Field("hectares", "面积（公顷）", "hectares, as handed in; empty where none is asked"),
    Field("cubic_metres", "蓄积（立方米）", "cubic metres, as handed in; empty where none is asked"),
    Field("organ", "决定机关", "organ that decided"),
    Field("decided_on", "决定日期", "day of the decision"),
    Field("valid_from", "有效期自", "first day of the term"),
    Field("valid_to", "有效期至", "last day of the term; empty where the law sets none"),
    Field("state", "状态代码", "how it stands on the day the file is made: valid, early, expired, superseded, "
          "withdrawn, revoked, cancelled, forfeited, annulled", coded=True),
    Field("state_name", "状态", "the same in words"),
    Field("changes", "变动情况", "what became of it, with its days; in CSV joined by ；"),
)  # fmt: skip


def rows(entries: QuerySet[RegisterEntry]) -> Iterator[list[dict[str, Any]]]:
    """The rows in pieces, in the official language whatever the reader's."""
    for piece in chunks(entries):
        with translation.override("zh-hans"):  # never across a yield: the language is the thread's
            made = [row_of(one) for one in shown(piece)]
        yield made


def row_of(one: Shown) -> dict[str, Any]:
    """One row: text by key, and `changes` as a list of day and words."""
    entry, permit = one.entry, one.entry.permit
    return {
        "id": str(entry.pk),
        "number": entry.number,
        "certificate": entry.certificate,
        "kind": str(one.kind.label),
        "nature": str(one.kind.nature),
        "holder": entry.holder,
        "holder_code": entry.holder_code,
        "matter": entry.matter,
        "district": entry.place.name,
        "site": entry.site,
        "hectares": plain(entry.hectares),
        "cubic_metres": plain(entry.cubic_metres),
        "organ": entry.organ,
        "decided_on": entry.decided_on.isoformat(),
        "valid_from": permit.valid_from.isoformat(),
        "valid_to": permit.valid_to.isoformat() if permit.valid_to else "",
        "state": one.state,
        "state_name": one.state_name,
        "changes": [{"day": change.day.isoformat(), "what": change.what} for change in one.changes],
    }


def plain(number: Any) -> str:
    """A figure without zeros that say nothing; empty for none."""
    return "" if number is None else f"{number.normalize():f}"


def as_csv(pieces: Iterable[list[dict[str, Any]]]) -> Iterator[bytes]:
    """UTF-8 with the mark by which spreadsheets know it; the heads in Chinese. No text becomes a formula."""
    writer, shown_there = csv.writer(_Echo()), [field for field in FIELDS if not field.coded]
    yield "\ufeff".encode() + writer.writerow([field.head for field in shown_there])
    for piece in pieces:
        yield b"".join(writer.writerow([_cell(row[field.key]) for field in shown_there]) for row in piece)


def as_json(pieces: Iterable[list[dict[str, Any]]], more: str) -> Iterator[bytes]:
    """One object: `fields` says what each key means, `next` the key to ask `after` for the rest (null: there is none),
    `entries` the rows."""
    told = {field.key: {"name": field.head, "meaning": field.meaning} for field in FIELDS}
    yield f'{{"fields": {_dump(told)}, "next": {_dump(more or None)}, "entries": ['.encode()
    first = True
    for piece in pieces:
        text = ",\n".join(_dump(row) for row in piece)
        yield (("\n" if first else ",\n") + text).encode()
        first = False
    yield b"\n]}\n"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else "；".join(f"{one['day']} {one['what']}" for one in value)
    return as_text(text)


class _Echo:
    """A file for csv.writer that gives back each line instead of keeping it."""

    def write(self, line: str) -> bytes:
        return line.encode()
