"""A witness somebody else might run: C2SP tlog-witness over HTTP, written from the specification and from RFC 6962
alone. It imports nothing of the program, so that a mistake there is not made here too."""

from __future__ import annotations

import base64
import hashlib
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def proves(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """RFC 6962, 2.1.2, read backwards: the proof taken apart by recursion, as the tree was put together."""
    left = list(proof)

    def roots(old: int, size: int, whole: bool) -> tuple[bytes, bytes]:
        """Of the first `old` leaves and of all `size` of this subtree; takes hashes off the end of the proof."""
        if old == size:
            known = old_root if whole else left.pop(0)
            return known, known
        split = 1 << (size - 1).bit_length() - 1
        if old <= split:
            before, after = roots(old, split, whole)
            return before, _node(after, left.pop(0))
        before, after = roots(old - split, size - split, whole=False)
        aside = left.pop(0)
        return _node(aside, before), _node(aside, after)

    if old in (0, new):
        return not proof and (old == 0 or old_root == new_root)
    try:
        found = roots(old, new, whole=True)
    except IndexError:
        return False
    return found == (old_root, new_root) and not left


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Witness:
    """What one remembers, and how it answers. `lies` makes it sign with bytes that do not hold."""

    name: str = "witness.example/w1"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    logs: dict[str, bytes] = field(default_factory=dict)
    """Origin → the log's public key."""
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    """The status of each answer given."""
    lies: bool = False

    @property
    def public(self) -> str:
        """As LOG_WITNESSES names it."""
        raw = b"\x04" + self.key.public_key().public_bytes_raw()
        return f"{self.name}+{self._id().hex()}+{base64.b64encode(raw).decode()}"

    def trust(self, verifier: str) -> None:
        """Follow the log with this key (`name+id+base64`)."""
        name, _id, encoded = verifier.split("+", 2)
        self.logs[name] = base64.b64decode(encoded)[1:]

    def answer(self, body: str) -> tuple[int, str]:
        """Status and text."""
        status, text = self._answer(body)
        self.asked.append(status)
        return status, text

    def _answer(self, body: str) -> tuple[int, str]:
        head, gap, note = body.partition("\n\n")
        lines = head.split("\n")
        if not gap or not lines[0].startswith("old ") or str(int(lines[0][4:])) != lines[0][4:] or len(lines) > 64:
            return 400, "no add-checkpoint\n"
        old, proof = int(lines[0][4:]), [base64.b64decode(line, validate=True) for line in lines[1:]]
        text, gap, signatures = note.partition("\n\n")
        text += "\n"
        origin, size_told, root_told, *_more = text.split("\n")
        size, root = int(size_told), base64.b64decode(root_told, validate=True)
        refused = self._refusal(origin, text, signatures, old, size, root, proof)
        if refused is None:
            self.seen[origin] = size, root
        return refused or (200, self._cosign(text))

    def _refusal(
        self, origin: str, text: str, signatures: str, old: int, size: int, root: bytes, proof: list[bytes]
    ) -> tuple[int, str] | None:
        """In the order of the specification; None for what is to be signed."""
        known, known_root = self.seen.get(origin, (0, b""))
        for wrong, answer in (
            (lambda: origin not in self.logs, (404, "unknown log\n")),
            (lambda: not self._signed(origin, text, signatures), (403, "not signed by the log\n")),
            (lambda: old > size, (400, "it shrank\n")),
            (lambda: old != known, (409, f"{known}\n")),
            (lambda: old == size and known_root != root, (409, f"{known}\n")),
            (lambda: not proves(old, size, known_root, root, proof), (422, "the proof does not hold\n")),
        ):
            if wrong():
                return answer
        return None

    def _signed(self, origin: str, text: str, signatures: str) -> bool:
        for line in signatures.rstrip("\n").split("\n"):
            name, encoded = line.removeprefix("— ").split(" ")
            if name != origin:
                continue
            try:
                Ed25519PublicKey.from_public_bytes(self.logs[origin]).verify(
                    base64.b64decode(encoded)[4:], text.encode()
                )
            except InvalidSignature:
                continue
            return True
        return False

    def _cosign(self, text: str) -> str:
        seconds = int(time.time())
        signature = self.key.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        if self.lies:
            signature = bytes(64)
        told = base64.b64encode(self._id() + struct.pack(">Q", seconds) + signature).decode()
        return f"— {self.name} {told}\n"

    def _id(self) -> bytes:
        raw = self.key.public_key().public_bytes_raw()
        return hashlib.sha256(f"{self.name}\n".encode() + b"\x04" + raw).digest()[:4]


@contextmanager
def served(witness: Witness) -> Iterator[str]:
    """Its submission prefix on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, text = witness.answer(body) if self.path == "/w/add-checkpoint" else (404, "")
            self.send_response(status)
            kind = "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_told: object) -> None:
            """Not to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/w"
    finally:
        server.shutdown()
        server.server_close()
