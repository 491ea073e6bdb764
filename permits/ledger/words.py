"""Where words stand in the texts of acts: an index of each engine, so that a search reads few texts and not all.

An index only narrows: every condition made here also holds the text itself against the words, so an engine without
its index (a SQLite without FTS5) finds the same, by reading row by row. Words of one sign are never in an index.

PostgreSQL has two (migrations 0009 and 0016): trigrams by pg_trgm, for words of three signs and more of any script; and
pairs of Chinese signs, because most words of the field have two (林地, 山杨), of which no trigram can be made.
SQLite has one, of trigrams by FTS5, filled by a trigger and made here after each migrate.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

TABLE, INDEX = "permits_act", "permits_act_words"
PAIR: Final = re.compile("[\u3400-\U0010ffff]{2}")
"""Two signs side by side of which `permits_signs` of migration 0016 makes an entry."""
TRIGRAM: Final = re.compile(r"[^\W_]{3}")
"""Three signs side by side of which pg_trgm makes one."""
PLAIN: Final = re.compile(r"[A-Za-z0-9_:.-]+")
"""What can stand in the text of an act without anybody having said it: in a field's name, a time stamp, a hash."""
UNSAID: Final = r'(?!\d{4}-\d\d-\d\dT[\d:.]+Z"|[0-9a-f]{64}")'
"""Not the beginning of a time stamp of the record, nor of a hash, as whole values."""
_LONG: Final = 3  # signs of a trigram
TRIGGER: Final = (
    f"CREATE TRIGGER {INDEX}_kept AFTER INSERT ON {TABLE} "  # noqa: S608 - constants
    f"BEGIN INSERT INTO {INDEX} (rowid, body) VALUES (new.id, new.body); END"
)
"""Acts are only added to, so nothing else has to be told to the index."""
_MAKE: Final = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5 "
    f"(body, content='{TABLE}', content_rowid='id', tokenize='trigram', detail='none', columnsize=0)"
)
_FILL: Final = f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')"  # noqa: S608 - constants


def within_json(text: str) -> str:
    """`text` as a JSON string has it between its quotes."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def holding(text: str) -> Q:
    """That the canonical text of an act holds `text`, as JSON writes it, along the index of the engine."""
    found = Q(body__contains=text)
    if connection.vendor == "postgresql":
        pairs = PAIR.search(text) and not TRIGRAM.search(text)  # along one index: to test the other is dearer
        return found & Q(_Pairs(F("body"), Value(text))) if pairs else found
    if len(text) < _LONG or not kept(connection):
        return found
    rows = RawSQL(f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s", [_all_of(text)])  # noqa: S608, S611 - constants
    return found & Q(pk__in=rows)


def in_a_value(text: str) -> Q:
    """That `text` is said in the text of an act, and does not only stand in the name of a field, a time stamp of the
    record or a hash; numbers of its columns are not said either.

    A value is told by what comes after the end of its string: no colon. Of what can stand in none of these nothing is
    asked.
    """
    if not PLAIN.fullmatch(text):
        return Q()
    within = r'(?:[^"\\]|\\.)*'
    return Q(body__regex=rf'"{UNSAID}{within}{re.escape(text)}{within}"[],}}]')


class _Pairs(Func):
    """That every pair of Chinese signs in the second stands in the first; exact, so nothing is computed again."""

    template = "permits_signs(%(expressions)s)"
    arg_joiner = ") @> permits_signs("
    output_field: Any = BooleanField()


def _all_of(text: str) -> str:
    """FTS5's words for “each of these trigrams”: where they stand is not in the index."""
    grams = sorted({text[first : first + _LONG] for first in range(len(text) - _LONG + 1)})
    return " AND ".join('"{}"'.format(gram.replace('"', '""')) for gram in grams)


# ---- SQLite ----------------------------------------------------------------------------------------------------------
def kept(database: BaseDatabaseWrapper) -> bool:
    """Whether this SQLite database has the index and the trigger that fills it."""
    return _there(database) == {"table", "trigger"}


def unfed(database: BaseDatabaseWrapper) -> bool:
    """Whether someone took the trigger away: what is written from then on would not be found."""
    return _there(database) == {"table"}


def _there(database: BaseDatabaseWrapper) -> set[str]:
    with database.cursor() as cursor:
        cursor.execute("SELECT type FROM sqlite_master WHERE name IN (%s, %s)", [INDEX, f"{INDEX}_kept"])
        return {row[0] for row in cursor.fetchall()}


def install(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """On SQLite make the index where it is missing, or its trigger was: what was written meanwhile is read anew.

    Receiver of post_migrate, like the guards: a migration that rebuilds the table drops its triggers without a word.
    """
    database = connections[using]
    if database.vendor != "sqlite" or TABLE not in database.introspection.table_names() or kept(database):
        return
    try:
        with transaction.atomic(using), database.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER IF EXISTS {INDEX}_kept")
            cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")
            cursor.execute(_MAKE)
            cursor.execute(TRIGGER)
            cursor.execute(_FILL)
    except DatabaseError:  # an SQLite without FTS5 or its trigrams (before 3.34): searched row by row
        return
