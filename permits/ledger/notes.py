"""Signed notes and checkpoints as the C2SP specifications signed-note, tlog-checkpoint and tlog-cosignature have them.

A note is a text, an empty line, and lines of signatures: `— name base64(key id ‖ signature)`. A checkpoint is such a
text: the log's origin, its size, its root, and lines of extensions. Specifications: c2sp.org/signed-note,
c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature; the written forms of keys are those of signed-note, and for the
private key those of the Go package golang.org/x/mod/sumdb/note, so that other tools read them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils.translation import gettext as _
from msgspec import Struct

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
"""Kinds of signature: that of a log, and that of a witness, who adds when it saw the checkpoint."""
DASH: Final = "— "
PRIVATE: Final = "PRIVATE+KEY"


class BadNote(ValueError):
    """A text that is no note, no checkpoint or no key, or is not signed as it must be."""


class PublicKey(Struct, frozen=True):
    """A key that verifies: of a log, or of a witness."""

    name: str
    kind: int
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """From `name+key id+base64`. Raises BadNote."""
        name, id, encoded = _parts(text, 3)
        kind, raw = _kind_and_bytes(encoded)
        key = cls(name, kind, raw)
        if key.id.hex() != id.lower():
            raise BadNote(_("The id of the key is not that of its name and bytes."))
        return key

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.raw)}"

    def verify(self, text: str, signature: bytes) -> datetime | None:
        """Raises BadNote unless `signature` is this key's over `text`. Of a witness: when it saw the text."""
        seen, message = None, text.encode()
        if self.kind == COSIGNATURE:
            if len(signature) != 8 + 64:
                raise BadNote(_("The cosignature is not 72 bytes long."))
            (seconds,) = struct.unpack(">Q", signature[:8])
            signature, message = signature[8:], f"cosignature/v1\ntime {seconds}\n".encode() + message
            seen = _moment(seconds)
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature as error:
            raise BadNote(_("The signature of %(name)s does not hold.") % {"name": self.name}) from error
        return seen


class PrivateKey(Struct, frozen=True):
    """A key that signs."""

    name: str
    kind: int
    raw: bytes

    @classmethod
    def generate(cls, name: str, kind: int = ED25519) -> PrivateKey:
        """A new one. Raises BadNote for a name that a note cannot bear."""
        _check_name(name)
        return cls(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> PrivateKey:
        """From `PRIVATE+KEY+name+key id+base64`. Raises BadNote, which never shows the key."""
        text = text.strip()
        if not text.startswith(f"{PRIVATE}+"):
            raise BadNote(_("This is not a private key of a log."))
        name, id, encoded = _parts(text.removeprefix(f"{PRIVATE}+"), 3)
        key = cls(name, *_kind_and_bytes(encoded))
        if key.public.id.hex() != id.lower():
            raise BadNote(_("The id of the key is not that of its name and bytes."))
        return key

    @property
    def public(self) -> PublicKey:
        raw = Ed25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw()
        return PublicKey(self.name, self.kind, raw)

    def written(self) -> str:
        """As it is kept in a file; `str()` of a key shows none."""
        return f"{PRIVATE}+{self.name}+{self.public.id.hex()}+{_base64(bytes([self.kind]) + self.raw)}"

    def __repr__(self) -> str:
        return f"<private key {self.name}>"

    def sign(self, text: str, at: datetime | None = None) -> str:
        """The line of this key's signature over `text`; a witness says `at` which time it saw it, to the second."""
        key, message, before = Ed25519PrivateKey.from_private_bytes(self.raw), text.encode(), b""
        if self.kind == COSIGNATURE:
            seconds = int((at or datetime.now(UTC)).timestamp())
            message, before = f"cosignature/v1\ntime {seconds}\n".encode() + message, struct.pack(">Q", seconds)
        return f"{DASH}{self.name} {_base64(self.public.id + before + key.sign(message))}\n"


class Signature(Struct, frozen=True):
    """One line under a note, not verified yet."""

    name: str
    id: bytes
    value: bytes

    @classmethod
    def parse(cls, line: str) -> Signature:
        """From `— name base64`. Raises BadNote."""
        name, _space, encoded = line.removeprefix(DASH).partition(" ")
        if not line.startswith(DASH) or not name:
            raise BadNote(_("A line of signatures is not written as one."))
        value = _bytes(encoded)
        if len(value) < 5:
            raise BadNote(_("A signature is too short."))
        return cls(name, value[:4], value[4:])

    def __str__(self) -> str:
        return f"{DASH}{self.name} {_base64(self.id + self.value)}"

    def of(self, key: PublicKey) -> bool:
        """Whether it says to be this key's."""
        return (self.name, self.id) == (key.name, key.id)


class Note(Struct, frozen=True):
    """A text, ending in a line feed, with the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, written: str) -> Note:
        """Raises BadNote for what is not a note with at least one signature."""
        text, gap, lines = written.rpartition("\n\n")
        if not gap or not lines.endswith("\n") or any(ord(sign) < 0x20 and sign != "\n" for sign in written):
            raise BadNote(_("This is not a signed note."))
        return cls(f"{text}\n", tuple(Signature.parse(line) for line in lines[:-1].split("\n")))

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)

    def verified_by(self, keys: Iterable[PublicKey]) -> list[tuple[PublicKey, datetime | None]]:
        """Those of `keys` that signed it, with when a witness did; signatures of unknown keys are passed over.

        Raises BadNote where a known key's signature does not hold, or none of the keys signed.
        """
        found = [
            (key, key.verify(self.text, signature.value))
            for key in keys
            for signature in self.signatures
            if signature.of(key)
        ]
        if not found:
            raise BadNote(_("None of the known keys signed this note."))
        return found


class Checkpoint(Struct, frozen=True):
    """What a log says of itself at one moment: how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From the text of a note. Raises BadNote."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise BadNote(_("This is not a checkpoint."))
        origin, size, root, *extensions = lines[:-1]
        if not (size.isascii() and size.isdigit()) or str(int(size[:19])) != size:
            raise BadNote(_("The size of the log is not a number."))
        if len(_bytes(root)) != 32:
            raise BadNote(_("The root of the log is not a hash."))
        return cls(origin, int(size), _bytes(root), tuple(extensions))

    def __str__(self) -> str:
        return "\n".join([self.origin, str(self.size), _base64(self.root), *self.extensions, ""])

    def signed(self, *keys: PrivateKey) -> str:
        """The note with the signatures of these keys. Raises BadNote for a log's key with another name: the origin
        is the name."""
        if any(key.kind == ED25519 and key.name != self.origin for key in keys):
            raise BadNote(_("The key is not of the log %(origin)s.") % {"origin": self.origin})
        return f"{self}\n" + "".join(key.sign(str(self)) for key in keys)


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise BadNote(_("The time of the cosignature is none.")) from error


def _check_name(name: str) -> None:
    if not name or "+" in name or not name.isprintable() or any(sign.isspace() for sign in name):
        raise BadNote(_("A name has no spaces, no plus sign and no control characters."))


def _parts(text: str, count: int) -> list[str]:
    parts = text.strip().split("+", count - 1)  # the base64 at the end may have plus signs of its own
    if len(parts) != count:
        raise BadNote(_("This is not a key."))
    _check_name(parts[0])
    return parts


def _kind_and_bytes(encoded: str) -> tuple[int, bytes]:
    value = _bytes(encoded)
    if len(value) != 33 or value[0] not in {ED25519, COSIGNATURE}:
        raise BadNote(_("The key is no Ed25519 key of a log or of a witness."))
    return value[0], value[1:]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote(_("This is not base64.")) from error
