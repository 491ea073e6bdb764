"""The tree is that of RFC 6962: known roots, and proofs as its text defines them, for trees of any size."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.ledger.merkle import (
    BadProof,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves, roots and proofs of the reference implementation of Certificate Transparency.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def mth(data: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = split(len(data))
    return sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: Sequence[bytes]) -> list[bytes]:
    """2.1.1."""
    if len(data) == 1:
        return []
    k = split(len(data))
    return [*path(m, data[:k]), mth(data[k:])] if m < k else [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """2.1.2."""
    if m == len(data):
        return [] if whole else [mth(data)]
    k = split(len(data))
    if m <= k:
        return [*subproof(m, data[:k], whole=whole), mth(data[k:])]
    return [*subproof(m - k, data[k:], whole=False), mth(data[:k])]


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Kept:
    """Nodes out of a list of leaves."""

    def __init__(self, data: Sequence[bytes]) -> None:
        self.data = data

    def __call__(self, height: int, index: int) -> bytes:
        part = self.data[index << height : (index + 1) << height]
        assert len(part) == 1 << height, "only whole subtrees are asked for"
        return mth(part)


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_standard_leaves(size: int) -> None:
    assert root_of(map(leaf_hash, LEAVES[:size])).hex() == ROOTS[size]


def test_proofs_of_the_standard_leaves() -> None:
    nodes = Kept(LEAVES)
    assert [one.hex() for one in inclusion_proof(0, 8, nodes)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [one.hex() for one in consistency_proof(6, 8, nodes)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.data(), st.integers(1, 300))
def test_proofs_are_those_of_the_definition_and_verify(draw: st.DataObject, size: int) -> None:
    data = [number.to_bytes(3) for number in range(size)]
    index, older = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size))
    nodes, root = Kept(data), mth(data)

    proof = inclusion_proof(index, size, nodes)
    assert proof == path(index, data)
    verify_inclusion(leaf_hash(data[index]), index, size, proof, root)

    growth = consistency_proof(older, size, nodes)
    assert growth == subproof(older, data, whole=True)
    verify_consistency(older, size, growth, mth(data[:older]), root)

    edge = Frontier.read(older, nodes)
    for one in data[older:]:
        edge.append(leaf_hash(one))
    assert edge.root() == root


@given(st.data(), st.integers(2, 300))
def test_nothing_else_verifies(draw: st.DataObject, size: int) -> None:
    data = [number.to_bytes(3) for number in range(size)]
    index, older = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size - 1))
    nodes, root, other = Kept(data), mth(data), sha256(b"other").digest()
    leaf, proof = leaf_hash(data[index]), inclusion_proof(index, size, nodes)
    before, growth = mth(data[:older]), consistency_proof(older, size, nodes)
    at = draw.draw(st.integers(0, len(proof) - 1))
    wrong = [*proof[:at], other, *proof[at + 1 :]]
    for bad in (
        lambda: verify_inclusion(other, index, size, proof, root),
        lambda: verify_inclusion(leaf, (index + 1) % size, size, proof, root),
        lambda: verify_inclusion(leaf, index, size, wrong, root),
        lambda: verify_inclusion(leaf, index, size, proof[:-1], root),
        lambda: verify_inclusion(leaf, index, size, [*proof, other], root),
        lambda: verify_inclusion(leaf, index, size, proof, other),
        lambda: verify_consistency(older, size, growth, other, root),
        lambda: verify_consistency(older, size, growth, before, other),
        lambda: verify_consistency(older, size, growth[:-1], before, root),
        lambda: verify_consistency(older, size, [*growth, other], before, root),
    ):
        with pytest.raises(BadProof):
            bad()


def test_what_a_tree_does_not_have_has_no_proof() -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(8, 8, Kept(LEAVES))
    with pytest.raises(ValueError, match="not the beginning"):
        consistency_proof(9, 8, Kept(LEAVES))
