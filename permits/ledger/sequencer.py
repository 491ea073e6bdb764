"""The one writer of the log: numbers what is not in it yet, grows the tree, signs a checkpoint.

One at a time, in batches. A batch is one transaction: killed anywhere, it leaves the log as it was, and the next run
takes the same rows. It runs every minute, and with every tick over all rows.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.errors import Busy
from permits.ledger.keys import private_key
from permits.ledger.log import said_by
from permits.ledger.merkle import Frontier, leaf_hash
from permits.ledger.notes import BadNote, Checkpoint, PrivateKey
from permits.ledger.sources import SOURCES, Source, unlogged
from permits.ledger.tiles import Tiles, store_whole_tiles
from permits.locks import busy_when_locked
from permits.models import LogCheckpoint, LogKey, LogLeaf

log = logging.getLogger(__name__)
BATCH: Final = 512
"""Leaves in one transaction: on SQLite nobody else writes while it lasts."""
LOCK: Final = 0x7065726D_6C6F67
"""Number of PostgreSQL's advisory lock; any that nothing else in this database takes."""
SETTLED: Final = timedelta(hours=1)
"""Longer than any transaction: keys below one that was logged so long ago are not looked at again by the quick run."""


class LogBroken(Exception):
    """What is stored does not have the root that was signed: the log is not continued. The message says where."""


def sequence(*, thorough: bool = False) -> int:
    """Put what is missing into the log; returns how many leaves it grew by.

    `thorough` looks at every row there is, else at those of the last hour. Where another run is at work nothing is
    done. Raises NoLogKey, and LogBroken where the stored log is not the one that was signed.
    """
    grown, seen = 0, dict[str, int | None]()
    try:
        with busy_when_locked():
            while (added := _batch(seen, thorough=thorough)) == BATCH:
                grown += added
            grown += added
    except Busy:
        log.info("another transaction holds the database; the next run goes on")
    return grown


def _batch(seen: dict[str, int | None], *, thorough: bool) -> int:
    """One transaction, which on SQLite takes the write lock at its start (config/environment.py). `seen` is the key of
    each source up to which this run has looked, and looks no more: what is written below it meanwhile waits for the
    next run, and catching up takes no longer the further it gets."""
    with transaction.atomic():
        if not _alone():
            return 0
        key = private_key()
        newest = LogCheckpoint.objects.select_related("key").first()
        edge = _edge(newest)
        leaves = _leaves(edge.size, seen, thorough=thorough)
        if not leaves and newest and newest.key.verifier == str(key.public):
            return 0
        LogLeaf.objects.bulk_create(leaves)
        before = edge.size
        for leaf in leaves:
            edge.append(leaf_hash(leaf.data.encode()))
        store_whole_tiles(before, edge.size)
        _sign(edge, key)
    return len(leaves)


def _alone() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _edge(newest: LogCheckpoint | None) -> Frontier:
    """The tree as the newest checkpoint signed it. Never signs what grew from anything else: that would be a fork."""
    last = LogLeaf.objects.aggregate(last=Max("number"))["last"]
    stored, signed = 0 if last is None else last + 1, newest.size if newest else 0
    if stored != signed:
        told = _("The log has %(stored)s entries, its newest checkpoint says %(signed)s.")
        raise LogBroken(told % {"stored": stored, "signed": signed})
    try:
        edge = Frontier.read(signed, Tiles().node)
    except LookupError as error:
        raise LogBroken(_("Entries or tiles of the log are missing: %(which)s.") % {"which": error}) from error
    if newest and edge.root() != _signed_root(newest):
        told = _("The log does not have the root of the checkpoint of %(size)d entries.")
        raise LogBroken(told % {"size": signed})
    return edge


def _signed_root(newest: LogCheckpoint) -> bytes:
    """The root as the signed note has it, not as the column beside it does, which who writes the table may change."""
    try:
        said = said_by(newest)
    except BadNote as error:
        told = _("The checkpoint of %(size)d entries is not signed by its key: %(problem)s")
        raise LogBroken(told % {"size": newest.size, "problem": error}) from error
    if said.size != newest.size:
        raise LogBroken(_("The checkpoint of %(size)d entries is not what its note says.") % {"size": newest.size})
    return said.root


def _leaves(first: int, seen: dict[str, int | None], *, thorough: bool) -> list[LogLeaf]:
    found: list[LogLeaf] = []
    for source in SOURCES.values():
        if len(found) == BATCH:
            break
        if source.name not in seen:
            seen[source.name] = None if thorough else settled(source)
        for row in unlogged(source, seen[source.name])[: BATCH - len(found)]:
            salt = source.new_salt()
            data = source.data(row, salt)
            found.append(LogLeaf(number=first + len(found), source=source.name, row=row.pk, salt=salt, data=data))
            seen[source.name] = row.pk
    return found


def settled(source: Source) -> int:
    """The highest key of `source` that was in the log SETTLED ago; 0 where there was none. Rows below it that are not
    in the log were written by a transaction that lasted longer, or past the program: the thorough run finds them."""
    before = LogCheckpoint.objects.filter(made_at__lte=timezone.now() - SETTLED).first()
    if before is None:
        return 0
    leaves = LogLeaf.objects.filter(source=source.name, number__lt=before.size).order_by("-row")
    return leaves.values_list("row", flat=True).first() or 0


def _sign(edge: Frontier, key: PrivateKey) -> None:
    row, _new = LogKey.objects.get_or_create(verifier=str(key.public))
    said = Checkpoint(key.name, edge.size, edge.root())
    LogCheckpoint.objects.create(size=said.size, root=said.root.hex(), note=said.signed(key), key=row)
