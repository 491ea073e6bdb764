"""The compact form of the mandates: a matter with its clause and, by duty, who has it; one row per agency comes out.

A file gives defaults for its matters, a matter for its duties, a duty for its agencies; notes add up, the rest is
overridden. `$name` in a list of agencies stands for a list of the file, which may add a note or a weaker basis.
`words` are the words that give the duty, joined to the clause with ……; `edition` tells the editions of a plan apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from roles.matrix.read import BadMatrix, Row, read_file
from roles.matrix.rows import Blame, Entry, check_names, check_term, clean, rows_of
from roles.models import Mandate
from roles.models.mandates import WORKING_DUTIES, Duty

NOTES = ("note", "note_en")
PASSED_DOWN = (
    "document", "line", "clause", "basis", "valid_from", "valid_to", "jurisdiction", "scope", "countersign", *NOTES,
)  # fmt: skip
OF_FILE = (*PASSED_DOWN, "lists", "matters", "texts")
OF_MATTER = (*PASSED_DOWN, "key", "matter", "matter_en", "kind", "duties")
OF_DUTY = (*PASSED_DOWN, "agencies", "words", "edition")
OF_LIST = ("agencies", "basis", *NOTES)
NEEDED = ("agency", "matter", "jurisdiction", "duty", "document", "line", "clause")
SOURCE_PLACE = re.compile(r"L\d+(-\d+)?|(第|公示).+")
IN_SUBSTANCE = "（大意）"
FIELDS = ("matter", "matter_en", "kind", "duty", *PASSED_DOWN)


class Known(Struct, frozen=True):
    """What a mandate may point to: the keys of documents, jurisdictions, and agencies with their seats."""

    documents: Collection[str]
    jurisdictions: Collection[str]
    seats: dict[str, str]  # agency → jurisdiction


class Reading(Struct, frozen=True):
    """One file being read: what its rows may point to, its own lists, and whom to blame."""

    known: Known
    lists: Row
    blame: Blame


def _under(above: Row, below: Row, names: Iterable[str] = PASSED_DOWN) -> Row:
    """`below` with what it leaves open filled from `above`; notes of both stand one under the other."""
    row = Row(below)
    row.line = below.line
    for name in names:
        if name in NOTES:
            row[name] = "\n".join(text for text in (above.get(name, ""), below.get(name, "")) if text)
        elif name in above and name not in below:
            row[name] = above[name]
    return row


def _duty_rows(duties: Row, duty: str, key: str, blame: Blame) -> Iterator[Row]:
    """The forms a duty may take (one mapping; a list of agencies; a list of mappings), as mappings."""
    value = duties[duty]
    if isinstance(value, Row):
        yield value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        row = Row(agencies=value)
        row.line = duties.line
        yield row
    else:
        yield from rows_of(value, duties, duty, blame, key)


def _agencies(row: Row, key: str, reading: Reading) -> Iterator[tuple[str, Row]]:
    """Each agency of a duty row with the row it stands under, the lists written out."""
    lists, blame = reading.lists, reading.blame
    names = row.get("agencies")
    if not isinstance(names, list) or not names:
        blame.add(row, key, "agencies", _("must be a list of agencies"))
        return
    for name in map(str, names):
        if not name.startswith("$"):
            yield name, row
        elif isinstance(lists.get(name[1:]), Row):
            listed = lists[name[1:]]
            check_names(listed, name, ["agencies"], OF_LIST, blame)
            extra = Row({k: v for k, v in listed.items() if k != "agencies"})
            extra.line = row.line
            for agency in listed.get("agencies", []):
                yield str(agency), _under(row, extra, (*PASSED_DOWN, "edition"))
        else:
            blame.add(row, key, "agencies", _("there is no list “%(list)s” in this file") % {"list": name[1:]})


def _mandate(agency: str, row: Row, matter: Row, duty: str, reading: Reading) -> Entry:
    """One checked mandate. Its jurisdiction is the agency's seat unless the row says otherwise."""
    known, blame = reading.known, reading.blame
    parts = [matter.get("key", ""), duty, agency, row.get("scope", ""), row.get("edition", "")]
    key = ".".join(str(part) for part in parts if part)
    whole = Row(row, agency=agency, duty=duty, **{n: matter.get(n, "") for n in ("matter", "matter_en", "kind")})
    whole.line = row.line
    if agency not in known.seats:
        blame.add(row, key, "agencies", _("“%(key)s” is not in the data") % {"key": agency})
    whole.setdefault("jurisdiction", known.seats.get(agency, "?"))
    check_names(whole, key, NEEDED, whole, blame)
    values = clean(Mandate, whole, key, FIELDS, blame) | {"agency": agency}
    for name, targets in (("document", known.documents), ("jurisdiction", known.jurisdictions)):
        if agency in known.seats and values.get(name) and values[name] not in targets:
            blame.add(row, key, name, _("“%(key)s” is not in the data") % {"key": values[name]})
    check_term(whole, key, values, blame)
    _check_source(whole, key, values, blame)
    return Entry(key, values, blame.file, row.line)


def _check_source(row: Row, key: str, values: dict[str, Any], blame: Blame) -> None:
    """Blames a place that is neither line nor article, words in substance called quoted, and an inference that does not
    say in both languages what is open."""
    line, basis = str(values.get("line") or ""), values.get("basis")
    if line and not SOURCE_PLACE.fullmatch(line):
        blame.add(row, key, "line", _("must be a line of a document (L22) or an article of a law (第二十二条)"))
    if basis != "inferred" and IN_SUBSTANCE in str(values.get("clause") or ""):
        blame.add(row, key, "basis", _("the clause is given in substance only: it is not quoted"))
    if basis != "quoted" and not values.get("note"):
        blame.add(row, key, "note", _("what is inferred or rebuilt says what is open"))
    if bool(values.get("note")) != bool(values.get("note_en")):
        blame.add(row, key, "note_en", _("a note stands in both languages or in none"))


def _matter_mandates(matter: Row, reading: Reading) -> Iterator[Entry]:
    """All mandates of one matter."""
    blame = reading.blame
    key = str(matter.get("key", ""))
    check_names(matter, key, ["key", "matter", "duties"], OF_MATTER, blame)
    duties = matter.get("duties")
    if not isinstance(duties, Row):
        blame.add(matter, key, "duties", _("must name agencies by duty"))
        return
    for duty in duties:
        if duty not in Duty.values:
            blame.add(duties, key, duty, _("unknown duty; known are %(known)s") % {"known": ", ".join(Duty.values)})
            continue
        for given in _duty_rows(duties, duty, key, blame):
            check_names(given, f"{key}.{duty}", ["agencies"], OF_DUTY, blame)
            row = _under(matter, given)
            if given.get("words"):
                row["clause"] = f"{row.get('clause', '')}……{given['words']}"
            for agency, full in _agencies(row, f"{key}.{duty}", reading):
                yield _mandate(agency, full, matter, duty, reading)


def read_mandates(path: Path, known: Known) -> list[Entry]:
    """All mandates of one file, checked one by one. Raises `BadMatrix` with every problem of the file."""
    content = read_file(path)
    blame = Blame(path.name)
    check_names(content, "", ["matters"], OF_FILE, blame)
    lists = content.get("lists", Row())
    if not isinstance(lists, Row):
        blame.add(content, "", "lists", _("must name lists of agencies"))
        lists = Row()
    reading = Reading(known, lists, blame)
    entries: list[Entry] = []
    for matter in rows_of(content.get("matters", []), content, "matters", blame):
        entries += _matter_mandates(_under(content, matter), reading)
    if blame.problems:
        raise BadMatrix(blame.problems)
    return entries


def check_together(entries: Iterable[Entry]) -> None:
    """What only shows across files: a key given twice, and one duty held twice at the same time.

    Same agency, duty, scope and jurisdiction in the same kind (or, for what no flow looks up, the same matter) may
    stand again only for another, not overlapping term. Raises `BadMatrix`.
    """
    keys: dict[str, Entry] = {}
    same: defaultdict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    blames: defaultdict[str, Blame] = defaultdict(lambda: Blame(""))
    for entry in entries:
        if entry.key in keys:
            first = keys[entry.key]
            message = _("the same key stands in %(file)s, line %(line)d") % {"file": first.file, "line": first.line}
            _blame(blames, entry, "key", message)
        keys.setdefault(entry.key, entry)
        for other in same[_identity(entry)]:
            if other.key != entry.key and _overlap(other, entry):
                _blame(blames, entry, "valid_from", _("its term overlaps with that of “%(key)s”") % {"key": other.key})
        same[_identity(entry)].append(entry)
    problems = [problem for blame in blames.values() for problem in blame.problems]
    if problems:
        raise BadMatrix(problems)


def _blame(blames: defaultdict[str, Blame], entry: Entry, name: str, message: str) -> None:
    row = Row()
    row.line = entry.line
    blames[entry.file].file = entry.file
    blames[entry.file].add(row, entry.key, name, message)


def _identity(entry: Entry) -> tuple[Any, ...]:
    values = entry.values
    looked_up = values["kind"] and values["duty"] in WORKING_DUTIES
    about = values["kind"] if looked_up else entry.key.split(".")[0]
    return (about, *(values[name] for name in ("duty", "agency", "jurisdiction", "scope")))


def _overlap(one: Entry, other: Entry) -> bool:
    """Whether two terms share a day; an open side reaches for ever."""
    begins = max(entry.values["valid_from"] or date.min for entry in (one, other))
    ends = min(entry.values["valid_to"] or date.max for entry in (one, other))
    return begins <= ends
