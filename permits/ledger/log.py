"""The transparency log for who reads it: its newest word, proofs that an act is in it, and its witnesses.

Whether what is stored is whole: permits.ledger.whole."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from msgspec import Struct

from permits.ledger.keys import witnesses
from permits.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash, verify_inclusion
from permits.ledger.notes import BadNote, Checkpoint, Note, PublicKey
from permits.ledger.tiles import Tiles
from permits.models import Act, LogCheckpoint, LogCosignature, LogLeaf


class NotLogged(LookupError):
    """The row is not in the log yet: the sequencer runs every minute."""


class Inclusion(Struct, frozen=True):
    """All that somebody elsewhere needs to see that a leaf is in the log; the public key they know already."""

    data: str
    """The leaf's text: of an act its keys, its hash and the number of its papers."""
    number: int
    proof: list[bytes]
    """From the leaf to the root, the lowest first."""
    checkpoint: str
    """The signed note with the size and the root that the proof is for."""
    salt: str = ""
    """What the leaf's hash is taken over before the row's text, in hexadecimal digits; of an act there is none."""

    def verify(self, *keys: PublicKey) -> None:
        """Raises BadNote unless one of `keys` signed the checkpoint, BadProof unless the leaf is under its root."""
        note = Note.parse(self.checkpoint)
        note.verified_by(keys)
        said = Checkpoint.parse(note.text)
        verify_inclusion(leaf_hash(self.data.encode()), self.number, said.size, self.proof, said.root)


def checkpoint() -> LogCheckpoint | None:
    """The newest one; None while the log was never signed."""
    return LogCheckpoint.objects.select_related("key").first()


def said_by(made: LogCheckpoint) -> Checkpoint:
    """What the note of a checkpoint says. Raises BadNote unless the key of the checkpoint signed it."""
    note = Note.parse(made.note)
    note.verified_by([PublicKey.parse(made.key.verifier)])
    return Checkpoint.parse(note.text)


def published(made: LogCheckpoint) -> str:
    """The signed note of a checkpoint with the cosignatures that came since."""
    return made.note + "".join(f"{one.line}\n" for one in made.cosignatures.all())


def prove(act: Act) -> Inclusion:
    """That `act`, with its hash, is in the log as the newest checkpoint has it. Raises NotLogged."""
    found = prove_rows("act", [act.pk])
    if not found:
        raise NotLogged(f"act {act.pk}")
    return found[act.pk]


def prove_rows(source: str, rows: Collection[int], newest: LogCheckpoint | None = None) -> dict[int, Inclusion]:
    """Row → its proof, of those rows of `source` (permits/ledger/sources.py) that are in the log as `newest` has it,
    or the newest checkpoint there is. A row that is not in it yet is left out."""
    newest = newest or checkpoint()
    if newest is None:
        return {}
    note, tiles = published(newest), Tiles()
    leaves = LogLeaf.objects.filter(source=source, row__in=rows, number__lt=newest.size)
    return {
        leaf.row: Inclusion(
            leaf.data, leaf.number, inclusion_proof(leaf.number, newest.size, tiles.node), note, leaf.salt
        )
        for leaf in leaves
    }


def prove_growth(older: int, newer: int) -> list[bytes]:
    """That the log of `newer` entries begins with the one of `older`. Raises ValueError, or LookupError where the log
    has not grown so far."""
    return consistency_proof(older, newer, Tiles().node)


def accept_cosignatures(written: str) -> list[LogCosignature]:
    """Keep what witnesses of LOG_WITNESSES signed under one of our checkpoints; returns what is new.

    `written` is the note as the witness gives it back. Raises BadNote where it is no checkpoint of this log, or a
    known witness's signature does not hold, or no known witness signed.
    """
    note = Note.parse(written)
    of_this_size = LogCheckpoint.objects.filter(size=Checkpoint.parse(note.text).size)
    ours = next((row for row in of_this_size if Note.parse(row.note).text == note.text), None)
    if ours is None:
        raise BadNote(_("This is no checkpoint of this log."))
    kept = []
    for key, seen_at in note.verified_by(witnesses()):
        assert seen_at is not None  # noqa: S101  all are witnesses' keys
        line = next(str(one) for one in note.signatures if one.of(key))
        row, new = LogCosignature.objects.get_or_create(
            checkpoint=ours, witness=str(key), defaults={"seen_at": seen_at, "line": line}
        )
        kept += [row] if new else []
    return kept
