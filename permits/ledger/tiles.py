"""Reading and storing the tree in tiles of 256 hashes, as C2SP tlog-tiles has them (c2sp.org/tlog-tiles).

Tile (level l, index i) holds the nodes of height 8·l with the indexes 256·i up to 256·i+255. Whole tiles are stored;
the one at the right edge of a level is put together from the level below whenever it is asked for.
"""

from __future__ import annotations

from permits.ledger.merkle import leaf_hash, root_of
from permits.models import LogLeaf, LogTile

BITS = 8
WIDTH = 1 << BITS
HASH = 32
"""Bytes of a hash."""


class Tiles:
    """The tree as stored, read for one purpose: what was read is kept, because whole tiles never change."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], list[bytes]] = {}

    def hashes(self, level: int, index: int, width: int = WIDTH) -> list[bytes]:
        """The first `width` hashes of a tile. Raises LookupError where the log has not grown so far."""
        known = self._read.get((level, index), [])
        if len(known) < width:
            known = self._read[level, index] = self._stored(level, index) or self._edge(level, index, width)
        if len(known) < width:
            raise LookupError(f"tile {level}/{index} has {len(known)} hashes, not {width}")
        return known[:width]

    def node(self, height: int, index: int) -> bytes:
        """The root of a whole subtree; `permits.ledger.merkle` reads by it."""
        level, within = divmod(height, BITS)
        tile, offset = divmod(index << within, WIDTH)
        last = offset + (1 << within)
        return root_of(self.hashes(level, tile, last)[offset:last])

    @staticmethod
    def _stored(level: int, index: int) -> list[bytes]:
        row = LogTile.objects.filter(level=level, index=index).first()
        whole = bytes(row.hashes) if row else b""
        return [whole[at : at + HASH] for at in range(0, len(whole), HASH)]

    @staticmethod
    def _edge(level: int, index: int, width: int) -> list[bytes]:
        first = index * WIDTH
        if level == 0:
            leaves = LogLeaf.objects.filter(number__gte=first, number__lt=first + width).order_by("number")
            return [leaf_hash(data.encode()) for data in leaves.values_list("data", flat=True)]
        below = LogTile.objects.filter(level=level - 1, index__gte=first, index__lt=first + width).order_by("index")
        return [bytes(root) for root in below.values_list("root", flat=True)]


def store_whole_tiles(before: int, after: int) -> None:
    """Store the tiles that became whole while the log grew from `before` to `after` leaves, which are stored already.
    In the transaction of the sequencer."""
    level = 0
    while before < after:
        before, after, read = before // WIDTH, after // WIDTH, Tiles()
        found = {index: read.hashes(level, index) for index in range(before, after)}
        LogTile.objects.bulk_create(
            LogTile(level=level, index=index, hashes=b"".join(hashes), root=root_of(hashes))
            for index, hashes in found.items()
        )
        level += 1


def width_of(level: int, index: int, size: int) -> int:
    """How many hashes this tile has in a log of `size` leaves; 0 where there is no such tile."""
    return max(0, min(WIDTH, (size >> BITS * level) - index * WIDTH))
