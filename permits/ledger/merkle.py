"""The Merkle tree of RFC 6962 over the leaves of the log: its root, its proofs, and how a reader verifies them.

Pure arithmetic over hashes: whoever calls says where the hash of a subtree is read from (`Nodes`). A node (height h,
index i) is the root of the whole subtree over the leaves i·2^h up to (i+1)·2^h. Numbers are those of RFC 6962, section
2.1; the verifying algorithms are those of its successor RFC 9162, sections 2.1.3.2 and 2.1.4.2, for the same tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

Nodes = Callable[[int, int], bytes]
"""Reads the hash of the node at (height, index); asked only for subtrees that are whole."""
EMPTY_ROOT = hashlib.sha256(b"").digest()


class BadProof(ValueError):
    """A proof that does not prove what it was given for."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf with this content."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees. The first byte differs from a leaf's: neither passes for the other."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of the whole subtrees it consists of, the largest first.

    One for each bit set in `size`, so log2(size) hashes are all that is needed to append, and to know the root.
    """

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size, self.roots = size, list(roots)
        if len(self.roots) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} whole subtrees, not {len(self.roots)}")

    @classmethod
    def read(cls, size: int, nodes: Nodes) -> Frontier:
        """The edge of the tree over the first `size` leaves."""
        return cls(size, [nodes(height, index) for height, index in _whole(0, size)])

    def append(self, hash: bytes) -> None:
        """Add a leaf by its hash."""
        self.size += 1
        full = self.size
        while not full & 1:
            hash = node_hash(self.roots.pop(), hash)
            full >>= 1
        self.roots.append(hash)

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return _joined(self.roots) if self.roots else EMPTY_ROOT


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over these hashes of leaves, or of subtrees of one size."""
    edge = Frontier()
    for hash in hashes:
        edge.append(hash)
    return edge.root()


def root_at(size: int, nodes: Nodes) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return Frontier.read(size, nodes).root()


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the tree of `size` leaves, the lowest first (2.1.1).

    Raises ValueError for a leaf that this tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range(middle, high, nodes))
            high = middle
        else:
            path.append(_range(low, middle, nodes))
            low = middle
    return path[::-1]


def consistency_proof(older: int, newer: int, nodes: Nodes) -> list[bytes]:
    """The hashes that show the tree of `older` leaves to be the beginning of that of `newer` leaves (2.1.2).

    Empty where nothing needs to be shown. Raises ValueError where `older` is the larger, or negative.
    """
    if not 0 <= older <= newer:
        raise ValueError(f"a tree of {older} leaves is not the beginning of one of {newer}")
    if older in {0, newer}:
        return []
    path, low, high, known = [], 0, newer, True
    while older != high:
        middle = low + _split(high - low)
        if older <= middle:
            path.append(_range(middle, high, nodes))
            high = middle
        else:
            path.append(_range(low, middle, nodes))
            low, known = middle, False
    return ([] if known else [_range(low, high, nodes)]) + path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """That the leaf with the hash `leaf` stands at `index` in the tree with this size and root; else BadProof."""
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} leaves has no leaf {index}")
    found = leaf
    for left, hash in _climb(index, size - 1, proof):
        found = node_hash(hash, found) if left else node_hash(found, hash)
    if found != root:
        raise BadProof("the proof leads to another root")


def verify_consistency(older: int, newer: int, proof: Sequence[bytes], older_root: bytes, newer_root: bytes) -> None:
    """That the newer tree begins with the whole of the older one; else BadProof."""
    if not 0 <= older <= newer:
        raise BadProof(f"a tree of {older} leaves is not the beginning of one of {newer}")
    if older in {0, newer}:
        if proof:
            raise BadProof("the proof is too long")
        if older_root != (newer_root if older else EMPTY_ROOT):
            raise BadProof("the roots differ")
        return
    path = list(proof) if older & (older - 1) else [older_root, *proof]
    if not path:
        raise BadProof("the proof is too short")
    here, last = older - 1, newer - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = path[0]
    for left, hash in _climb(here, last, path[1:]):
        before = node_hash(hash, before) if left else before
        after = node_hash(hash, after) if left else node_hash(after, hash)
    if (before, after) != (older_root, newer_root):
        raise BadProof("the proof leads to other roots")


def _climb(here: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bool, bytes]]:
    """The hashes of a proof on the way from node `here` of a level whose last node is `last` up to the root, each with
    whether it stands to the left. Raises BadProof where they do not lead there or go on."""
    for hash in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        left = bool(here & 1) or here == last
        yield left, hash
        while left and not here & 1 and here:
            here, last = here >> 1, last >> 1
        here, last = here >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << (width - 1).bit_length() - 1


def _whole(low: int, high: int) -> list[tuple[int, int]]:
    """The whole subtrees (height, index) of which the range consists; `low` begins a subtree of the tree."""
    found = []
    while low < high:
        height = (high - low).bit_length() - 1
        found.append((height, low >> height))
        low += 1 << height
    return found


def _range(low: int, high: int, nodes: Nodes) -> bytes:
    return _joined([nodes(height, index) for height, index in _whole(low, high)])


def _joined(roots: Sequence[bytes]) -> bytes:
    """One root over the roots of subtrees that grow smaller from left to right."""
    found = roots[-1]
    for root in reversed(roots[:-1]):
        found = node_hash(root, found)
    return found
