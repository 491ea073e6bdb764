"""What every test begins with is walked once in a run, and its rows are put into the database of each test that asks.

`recorded()` holds the role matrix, the cast and one case of it in each status, walked through the door like any other
case, in a database of their own. `put_back` writes their rows into the database at hand, within the test's transaction:
a test that asks for a case in a status has that case and no other, so lists, numbers and counts are what they would be
had it been walked there. Rows keep the keys they had, because the record of acts is hashed over them: the keys of a
walked case are above FIRST, and of what a test adds beside it above LAST.

The first process of a run that asks walks and writes the recording down; the others read it.

Nearly every test begins with the matrix, and most with the cast. Those that say so by a fixture, `begins_with_matrix`
or `begins_with_cast`, are stood on a database that holds them already; in it `step` has nothing to do.

What else several tests begin with, a function with `walked_once` walks: from the matrix or the cast, once in a run.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.test import override_settings
from django.utils import timezone
from django.utils.translation import override

from permits.models.document import NumberSequence
from permits.models.states import S
from roles import reference
from roles.models import ReferenceStamp
from tests.databases import Databases, databases
from tests.run import RUN, SCRATCH, alone
from tests.runtime_role import as_owner

FIRST, LAST, WALKED = 1_000, 100_000, 200_000
BEFORE_CASES = 900
"""Above every key of the matrix and the cast: PostgreSQL counts on from there, SQLite by itself from the highest."""
BEFORE, AFTER = "2026-11-20T09:56:00+08:00", "2026-11-20T09:58:00+08:00"
"""Four minutes before the clock of the cast the cases are walked, two before it what goes on from them: nobody's test
begins before what it begins with."""

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Row = tuple[Any, ...]


@dataclass
class Rows:
    """Rows by table, with the columns of each, and the files they tell of."""

    tables: dict[str, tuple[tuple[str, ...], list[Row]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def put_back(self) -> None:
        """Write them into the database at hand. IntegrityError where a key is taken."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table, (columns, rows) in self.tables.items():
                names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join(["%s"] * len(columns))
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
        for name, content in self.files.items():
            path = Path(settings.MEDIA_ROOT) / name
            if not path.exists() or path.stat().st_size != len(content):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


APPROVED = 4
"""How many approved cases there are to be had."""


def name_of(status: str, number: int = 1) -> str:
    """What the recorded case in `status` is called; a second one is told apart."""
    return status if number == 1 else f"{status} {number}"


@dataclass
class Recording:
    """What was walked: steps that build on each other, cases that do not."""

    steps: dict[str, Rows] = field(default_factory=dict)
    cases: dict[str, tuple[int, Rows]] = field(default_factory=dict)
    numbers: list[tuple[str, int, int]] = field(default_factory=list)

    def step(self, name: str) -> None:
        """Put the rows of that step into the database, unless it began with them. What was the same before is the same
        after it, and so is its stamp: answers of a test that began so are those of the next."""
        if name in BEGINNINGS[databases().beginning]:
            return
        _put_back_as(name, self.steps[name])
        if connection.vendor == "postgresql":
            keys_begin_at(BEFORE_CASES)

    def case(self, name: str) -> int | None:
        """The key of that case, put into the database; None where it is there already, or where a case walked in this
        test has its number."""
        pk, rows = self.cases[name]
        there = set(_applications().filter(pk__range=(FIRST, LAST)).values_list("pk", flat=True))
        if pk in there or (not there and NumberSequence.objects.exists()):
            return None
        rows.put_back()
        if not there:
            _count_on(self.numbers, LAST)
        return pk


def _put_back_as(name: str, rows: Rows) -> None:
    """The rows and a stamp that hangs on what was there before and on `name` alone: kept answers are good again."""
    before = reference.stamp()
    rows.put_back()
    ReferenceStamp.objects.update(stamp=hashlib.md5(f"{before} {name}".encode()).hexdigest())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('permits.stamp', '', true)")


def _count_on(numbers: list[tuple[str, int, int]], last: int) -> None:
    """Numbers and keys of what comes next follow those that were put back."""
    NumberSequence.objects.bulk_create(NumberSequence(prefix=p, year=y, last=n) for p, y, n in numbers)
    keys_begin_at(last)


def _numbers() -> list[tuple[str, int, int]]:
    return list(NumberSequence.objects.values_list("prefix", "year", "last"))


def _applications() -> models.QuerySet[Any]:
    return apps.get_model("permits", "Application")._default_manager.all()


class Recorder:
    """Walks, and sees which rows came of it."""

    def __init__(self) -> None:
        self.made = Recording()
        self.now = _everything()

    def step(self, name: str, walk: Callable[[], Any]) -> Any:
        result, self.made.steps[name] = self.rows_of(walk)
        keys = [row[0] for _columns, rows in self.made.steps[name].tables.values() for row in rows]
        assert all(key < BEFORE_CASES for key in keys if isinstance(key, int)), "put the keys of cases higher"
        return result

    def case(self, name: str, walk: Callable[[], Any]) -> None:
        case, rows = self.rows_of(walk)
        self.made.cases[name] = case.pk, rows

    def rows_of(self, walk: Callable[[], Any]) -> tuple[Any, Rows]:
        before, files = self.now, _files()
        result = walk()
        self.now = _everything()
        rows = Rows()
        for table, (columns, after) in self.now.items():
            _, known = before[table]
            changed = [pk for pk in known if after.get(pk) != known[pk]]
            assert not changed, f"{table} {changed}: a walk may add rows, not change what is there"
            if new := [row for pk, row in after.items() if pk not in known]:
                rows.tables[table] = columns, new
        rows.files = {name: content for name, content in _files().items() if name not in files}
        return result, rows


def _everything() -> dict[str, tuple[tuple[str, ...], dict[Any, Row]]]:
    """Every row by its key, of every table but the counters of numbers, which are told apart, and the stamp of the
    reference data, which the database writes."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if not model._meta.managed or model in (NumberSequence, ReferenceStamp):
                continue
            key = model._meta.pk.column
            columns = (key, *(one.column for one in model._meta.local_concrete_fields if one.column != key))
            cursor.execute(
                f'SELECT {", ".join(f""""{column}" """ for column in columns)} FROM "{model._meta.db_table}"'
            )
            found[model._meta.db_table] = columns, {row[0]: _plain(row) for row in cursor.fetchall()}
    return found


def _plain(row: Row) -> Row:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def _files() -> dict[str, bytes]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def keys_begin_at(number: int) -> None:
    """Rows that are added get keys above `number`."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
            known = {row[0] for row in cursor.execute("SELECT name FROM sqlite_sequence").fetchall()}
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE seq < %s", [number, number])
            new = [(table, number) for table in tables if table not in known]
            cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", new)
            return
        with as_owner():
            cursor.execute(
                "SELECT setval(format('%%I', sequencename)::regclass, greatest(coalesce(last_value, 1), %s)) "
                "FROM pg_sequences WHERE schemaname = current_schema()",
                [number],
            )


BEGINNINGS = {"": (), "matrix": ("matrix",), "cast": ("matrix", "cast")}
"""What the tests of each begin with."""


class Next:
    """What the next test begins with; known before there is a database."""

    beginning = ""


def begin_with(beginning: str) -> None:
    """The next test finds the database so."""

    def fill() -> None:
        for step in BEGINNINGS[beginning]:
            recorded().step(step)

    Next.beginning = beginning
    if databases().begun:
        databases().stand_on(beginning, fill)


@functools.cache
def recorded() -> Recording:
    """The recording of this run."""
    path = RUN / "recorded.pickle"
    with alone("recorded"):
        if not path.exists():
            with _stage(BEFORE):
                path.write_bytes(pickle.dumps(_walk()))
        return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]


@contextmanager
def _stage(at: str) -> Iterator[None]:
    """An empty database beside the one at hand, in the morning of the cast's day."""
    with databases().beside(), time_machine.travel(at, tick=True), override(settings.LANGUAGE_CODE):
        yield


def _walk() -> Recording:
    from tests.cast import WAY, Cast, load_matrix_anew

    recorder = Recorder()
    recorder.step("matrix", load_matrix_anew)
    cast = recorder.step("cast", Cast.enter_anew)
    keys_begin_at(FIRST)
    for status in WAY:
        recorder.case(status, functools.partial(cast.walk_to, status))
    for number in range(2, APPROVED + 1):
        recorder.case(name_of(S.APPROVED, number), functools.partial(cast.walk_to, S.APPROVED))
    recorder.case("printed", cast.walk_and_print)
    recorder.made.numbers = _numbers()
    return recorder.made


# --- what several tests begin with beside that ------------------------------------------------------------------------
@dataclass
class Walked:
    """What a function wrote and what it gave."""

    rows: Rows
    numbers: list[tuple[str, int, int]]
    answer: Any


class Stage:
    """Whether something is walked beside the test just now."""

    taken = False


def in_the_casts_time() -> bool:
    """Whether the clock stands where it stood when the cast was recorded: posts and periods begin on a day."""
    return abs(timezone.now() - datetime.fromisoformat(AFTER)) < timedelta(minutes=30)


def walked_once(beginning: str) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """The function walks from `beginning`, in the cast's time. In a test that stands there and has written nothing yet,
    the rows it wrote once in the run are put back and its answer, pickled then, is given; in any other it walks. What
    it is asked is told apart by `repr`."""

    def once(walk: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @functools.wraps(walk)
        def walked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            if Stage.taken or not in_the_casts_time() or not _stands_at(beginning):
                return walk(*args, **kwargs)
            name = f"{walk.__module__}.{walk.__qualname__} {args} {kwargs}"
            found: Walked = pickle.loads(_walked(beginning, name, lambda: walk(*args, **kwargs)))
            _put_back_as(name, found.rows)
            _count_on(found.numbers, 2 * WALKED)
            return found.answer  # type: ignore[no-any-return]

        return walked

    return once


def _stands_at(beginning: str) -> bool:
    return reference.stamp() == _stamp_of(beginning) and not _applications().exists()


@functools.cache
def _stamp_of(beginning: str) -> str | None:
    with _stage_at(beginning):
        return reference.stamp()


_pickled: dict[str, bytes] = {}


def _walked(beginning: str, name: str, walk: Callable[[], Any]) -> bytes:
    if name not in _pickled:
        path = RUN / f"walked-{hashlib.md5(name.encode()).hexdigest()}"
        with alone(path.name):
            if not path.exists():
                path.write_bytes(pickle.dumps(_walk_beside(beginning, walk)))
            _pickled[name] = path.read_bytes()
    return _pickled[name]


def _walk_beside(beginning: str, walk: Callable[[], Any]) -> Walked:
    """As in a test: nothing is committed. The keys are above those of recorded cases and of what is added to them."""
    with _stage_at(beginning), transaction.atomic():
        keys_begin_at(WALKED)
        answer, rows = Recorder().rows_of(walk)
        numbers = _numbers()
        transaction.set_rollback(True)
    return Walked(rows, numbers, answer)


@contextmanager
def _stage_at(beginning: str) -> Iterator[None]:
    """A database that holds the beginning and a folder of files, beside those at hand."""
    made, Stage.taken = recorded(), True
    try:
        with _stage(AFTER), tempfile.TemporaryDirectory(dir=SCRATCH) as folder, override_settings(MEDIA_ROOT=folder):
            for step in BEGINNINGS[beginning]:
                made.step(step)
            Databases.beginning = beginning  # until the stage is left
            yield
    finally:
        Stage.taken = False
