"""Whether the stored log is the one that was signed, and the rows it stands for are those that were logged.

All is computed anew from the leaves. It finds what was changed inside this database; that all of it was made anew with
the key at hand, only checkpoints kept outside tell (`compare`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.ledger.log import said_by
from permits.ledger.merkle import Frontier, leaf_hash, root_at, root_of
from permits.ledger.notes import BadNote, Checkpoint, Note, PublicKey
from permits.ledger.sequencer import BATCH, SETTLED
from permits.ledger.sources import SOURCES, unlogged
from permits.ledger.tiles import WIDTH, Tiles
from permits.models import LogCheckpoint, LogLeaf, LogTile

AT_ONCE = 256
"""Rows that are read in one portion."""
UNSEEN = 3 * SETTLED
"""So long a row may have been there before it is logged: an hour for its transaction, one until the next thorough run,
one for the clocks of several machines."""


def problems() -> list[str]:
    """What is wrong with the log; empty where it is whole.

    Checked: each row that is logged is still as its leaf says, and not older than it can be; numbers without a gap;
    whole tiles as their leaves; each checkpoint's text, signature and root; no entry beyond the newest checkpoint; no
    row of an hour ago without a leaf.
    """
    return [*_rows(), *_tree(), *_left_out()]


def compare(written: str, *keys: PublicKey) -> str:
    """What is wrong between this log and a checkpoint that was kept outside; empty where the log still begins so.

    Raises BadNote where `written` is not signed by one of `keys`.
    """
    note = Note.parse(written)
    note.verified_by(keys)
    said = Checkpoint.parse(note.text)
    try:
        root = root_at(said.size, Tiles().node)
    except LookupError:
        return _("The log is shorter than the checkpoint of %(size)d entries.") % {"size": said.size}
    wrong = _("The log does not have the root of the checkpoint of %(size)d entries.") % {"size": said.size}
    return "" if root == said.root else wrong


def _rows() -> Iterator[str]:
    leaves, runs = LogLeaf.objects.order_by("number").iterator(AT_ONCE), _Runs()
    while some := list(islice(leaves, AT_ONCE)):
        for name in {leaf.source for leaf in some}:
            of_source = [leaf for leaf in some if leaf.source == name]
            if name not in SOURCES:
                yield _("Nobody knows what entries “%(source)s” of the log stand for.") % {"source": name}
                continue
            rows = SOURCES[name].all().in_bulk([leaf.row for leaf in of_source])
            yield from (told for leaf in of_source if (told := _row(leaf, rows.get(leaf.row), runs)))


def _row(leaf: LogLeaf, row: Any, runs: _Runs) -> str:
    """What is wrong with the row for which `leaf` stands in the log; empty where it is as it was logged."""
    told = {"number": leaf.number, "source": leaf.source, "row": leaf.row}
    if row is None:
        return _("Entry %(number)d of the log stands for a row that is gone: %(source)s %(row)d.") % told
    try:
        same = SOURCES[leaf.source].told(row, leaf.salt, leaf.data)
    except ValueError:  # the salt is none, or a value is not of its column
        same = False
    if not same:
        return _("Entry %(number)d of the log: %(source)s %(row)d is not what was logged.") % told
    written = SOURCES[leaf.source].written_at(row)
    if size := runs.missed(leaf, written):
        told |= {"size": size, "at": timezone.localtime(written).strftime("%Y-%m-%d %H:%M")}
        return (
            _(
                "Entry %(number)d of the log: %(source)s %(row)d says it was written at %(at)s, and was not there hours"
                " later, when the checkpoint of %(size)d entries was signed."
            )
            % told
        )
    return ""


class _Runs:
    """When the log had taken in all there was: at the checkpoints that ended a run. Of those that it signed between,
    while it caught up in batches, nothing follows."""

    def __init__(self) -> None:
        self.sizes, self.moments, before = list[int](), list[datetime](), 0
        for size, at in LogCheckpoint.objects.order_by("pk").values_list("size", "made_at").iterator(AT_ONCE):
            while self.moments and self.moments[-1] > at:  # a clock that ran ahead signed these
                self.sizes.pop(), self.moments.pop()
            if size - before < BATCH:
                self.sizes.append(size)
                self.moments.append(at)
            before = size
        firsts = LogLeaf.objects.order_by().values("source").annotate(first=Min("number"))
        self.begun = {of["source"]: self._after(of["first"]) for of in firsts}

    def missed(self, leaf: LogLeaf, written: datetime) -> int:
        """The size of the checkpoint that ended a run long after `written`, before `leaf` was there; 0 where none did.
        What was taken in as its table came to be logged may be of any age."""
        last = bisect_right(self.sizes, leaf.number) - 1
        if last < self.begun[leaf.source] or self.moments[last] - written <= UNSEEN:
            return 0
        return self.sizes[last]

    def _after(self, number: int) -> int:
        """Which of the runs, by its place, took in the entry `number`."""
        return bisect_right(self.sizes, number)


def _tree() -> Iterator[str]:
    """One walk along the leaves, past the checkpoints; the tiles are made anew beside it."""
    edge, tiles, signed = Frontier(), _Tiles(), _Signed()
    for number, data in LogLeaf.objects.order_by("number").values_list("number", "data").iterator(AT_ONCE):
        yield from _passed(edge, signed)
        if number != edge.size:
            yield _("Entry %(number)d of the log is missing.") % {"number": edge.size}
            return
        hash = leaf_hash(data.encode())
        edge.append(hash)
        tiles.append(hash)
    yield from _passed(edge, signed)
    for row in signed.left():
        yield _("The log is shorter than the checkpoint of %(size)d entries.") % {"size": row.size}
    if edge.size > signed.newest:
        yield _("Entries of the log from %(number)d on are not signed.") % {"number": signed.newest}
    for tile in tiles.wrong():
        yield _("Tile %(tile)s of the log is not what its entries make.") % {"tile": tile}


def _passed(edge: Frontier, signed: _Signed) -> Iterator[str]:
    """What is wrong with the checkpoints of just this size."""
    for row in signed.left(edge.size):
        told = {"size": row.size}
        try:
            said = said_by(row)
        except BadNote:
            yield _("The checkpoint of %(size)d entries is not signed by its key.") % told
            continue
        if (said.size, said.root.hex()) != (row.size, row.root):
            yield _("The checkpoint of %(size)d entries is not what its note says.") % told
        if said.root != edge.root():
            yield _("The log does not have the root of the checkpoint of %(size)d entries.") % told


class _Signed:
    """The checkpoints by their size, read as the walk comes to them: each minute of work leaves one, for years."""

    def __init__(self) -> None:
        rows = LogCheckpoint.objects.select_related("key").order_by("size", "pk")
        self._rows = rows.iterator(AT_ONCE)
        self._next = next(self._rows, None)
        self.newest: int = rows.aggregate(newest=Max("size", default=0))["newest"]

    def left(self, size: int | None = None) -> Iterator[LogCheckpoint]:
        """Those not passed yet; with `size`, of them those of this size."""
        while self._next and size in (None, self._next.size):
            yield self._next
            self._next = next(self._rows, None)


class _Tiles:
    """The whole tiles as the leaves make them, compared with the stored ones as each becomes whole."""

    def __init__(self) -> None:
        self._filling: list[list[bytes]] = []
        self._made: list[int] = []
        self._wrong: list[str] = []

    def append(self, hash: bytes, level: int = 0) -> None:
        if level == len(self._filling):
            self._filling.append([])
            self._made.append(0)
        self._filling[level].append(hash)
        if len(self._filling[level]) < WIDTH:
            return
        hashes, index = self._filling[level], self._made[level]
        self._filling[level], self._made[level] = [], index + 1
        root = root_of(hashes)
        row = LogTile.objects.filter(level=level, index=index).first()
        if row is None or (bytes(row.hashes), bytes(row.root)) != (b"".join(hashes), root):
            self._wrong.append(f"{level}/{index}")
        self.append(root, level + 1)

    def wrong(self) -> list[str]:
        """Tiles that are missing, other than their leaves make them, or beyond the last leaf."""
        rows = LogTile.objects.values_list("level", "index").iterator(AT_ONCE)
        made = dict(enumerate(self._made))
        return self._wrong + [f"{level}/{index}" for level, index in rows if index >= made.get(level, 0)]


def _left_out() -> Iterator[str]:
    for name, source in SOURCES.items():
        first = unlogged(source).first()
        if first is not None and source.written_at(first) < timezone.now() - SETTLED:
            yield _("%(source)s %(row)d was written more than an hour ago and is not in the log.") % {
                "source": name,
                "row": first.pk,
            }
