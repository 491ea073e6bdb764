"""A reader elsewhere, who knows the public key and the specification alone, finds the log whole over HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from permits.ledger.keys import private_key
from permits.ledger.sequencer import sequence
from permits.views import log
from roles.models import SecurityEvent
from roles.models.security import What
from tests.cast import Cast, log_in

pytestmark = pytest.mark.django_db


class Reader:
    """Written from c2sp.org/tlog-tiles and RFC 6962 alone; uses nothing of the program."""

    def __init__(self, verifier: str) -> None:
        self.client = Client()
        self.name, _id, key = verifier.split("+", 2)
        self.key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])

    def get(self, path: str) -> bytes:
        response = self.client.get(f"/log/{path}")
        assert response.status_code == 200, path
        return bytes(response.content)

    def checkpoint(self) -> tuple[int, bytes]:
        text, _gap, signatures = self.get("checkpoint").decode().partition("\n\n")
        line = next(line for line in signatures.split("\n") if line.startswith(f"— {self.name} "))
        self.key.verify(base64.b64decode(line.rpartition(" ")[2])[4:], f"{text}\n".encode())
        origin, size, root = text.split("\n")
        assert origin == self.name
        return int(size), base64.b64decode(root)

    def entries(self, size: int) -> list[bytes]:
        found: list[bytes] = []
        for tile in range(0, size, 256):
            bundle = self.get("tile/entries/" + self.path(tile // 256, min(256, size - tile)))
            while bundle:
                (length,) = struct.unpack(">H", bundle[:2])
                found.append(bundle[2 : 2 + length])
                bundle = bundle[2 + length :]
        return found

    def level(self, level: int, size: int) -> list[bytes]:
        width, found = size >> 8 * level, b""
        for tile in range(0, width, 256):
            found += self.get(f"tile/{level}/" + self.path(tile // 256, min(256, width - tile)))
        return [found[at : at + 32] for at in range(0, len(found), 32)]

    @staticmethod
    def path(index: int, width: int) -> str:
        assert index < 1000
        return f"{index:03}" + (f".p/{width}" if width < 256 else "")


def root_of(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + root_of(hashes[:k]) + root_of(hashes[k:])).digest()


def lines(number: int) -> None:
    SecurityEvent.objects.bulk_create(SecurityEvent(what=What.REFUSED) for _n in range(number))


def test_a_reader_makes_the_root_anew_from_entries_and_from_tiles() -> None:
    lines(600)
    sequence()
    reader = Reader(str(private_key().public))
    size, root = reader.checkpoint()
    assert size == 600
    leaves = [hashlib.sha256(b"\x00" + entry).digest() for entry in reader.entries(size)]
    assert root_of(leaves) == root
    assert reader.level(0, size) == leaves
    above = reader.level(1, size)
    assert above == [root_of(leaves[:256]), root_of(leaves[256:512])]


def test_a_reader_sees_that_the_log_only_grew() -> None:
    lines(300)
    sequence()
    reader = Reader(str(private_key().public))
    before, older = reader.checkpoint()
    kept = reader.entries(before)
    lines(300)
    sequence()
    after, newer = reader.checkpoint()
    leaves = reader.level(0, after)
    assert (root_of(leaves[:before]), root_of(leaves)) == (older, newer)
    assert reader.entries(after)[:before] == kept


def test_a_partial_tile_stays_to_be_had_after_the_log_grew() -> None:
    lines(300)
    sequence()
    client = Client()
    before = client.get("/log/tile/0/001.p/44").content
    lines(300)
    sequence()
    assert client.get("/log/tile/0/001.p/44").content == before
    assert client.get("/log/tile/0/001").content.startswith(before)


@pytest.mark.parametrize(
    "path",
    ["0/002", "0/001", "0/001.p/45", "0/001.p/0", "0/001.p/256", "0/000.p/256", "0/001.p/044", "0/1", "0/x000/001",
     "0/x001/000",
     "1/000", "1/000.p/2", "7/000", "8/000", "63/000", "entries/001", "entries/001.p/45", "entries/", "0/001.p",
     "entries/000.p/256", "0/x999/x999/x999/x999/999", "99999999999999999999/000", "0/００1"],
)  # fmt: skip
def test_what_the_log_does_not_have_is_not_found(path: str) -> None:
    lines(300)
    sequence()
    assert Client().get(f"/log/tile/{path}").status_code == 404


def test_tiles_may_be_kept_and_the_checkpoint_not_for_long() -> None:
    lines(300)
    sequence()
    for path, kind in (("tile/0/000", "application/octet-stream"), ("tile/entries/000", "application/octet-stream")):
        response = Client().get(f"/log/{path}")
        assert response["Content-Type"] == kind
        assert "immutable" in response["Cache-Control"]
    response = Client().get("/log/checkpoint")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "immutable" not in response["Cache-Control"]


def test_the_page_tells_size_root_and_keys_to_everyone(cast: Cast) -> None:
    assert Client().get("/log/checkpoint").status_code == 404
    assert Client().get(reverse("log-page")).status_code == 200  # nothing signed yet
    sequence()
    for client in (Client(), log_in(cast.clerk)):
        text = client.get(reverse("log-page")).content.decode()
        assert str(private_key().public) in text


def test_entries_hold_nothing_but_keys_and_hashes(cast: Cast) -> None:
    SecurityEvent.objects.create(what=What.LOGGED_IN, by=cast.clerk, person=cast.clerk, address="10.1.2.3")
    sequence()
    reader = Reader(str(private_key().public))
    for entry in reader.entries(reader.checkpoint()[0]):
        told: dict[str, Any] = json.loads(entry)
        assert told.keys() == {"source", "row", "hash"} | (
            {"case", "number", "papers"} if told["source"] == "act" else set()
        )


def test_the_page_looks_for_the_days_of_the_keys_once_and_again_where_another_key_signs(
    db: None, settings: Settings, tmp_path: Any
) -> None:
    def page() -> tuple[list[str], int]:
        with CaptureQueriesContext(connection) as queries:
            keys = Client().get("/log/").context["keys"]
        return [str(used.key) for used in keys], sum("MIN(" in one["sql"] for one in queries)

    log._keys_up_to.cache_clear()
    SecurityEvent.objects.create(what=What.REFUSED)
    sequence()
    first = str(private_key().public)
    assert page() == ([first], 1)
    SecurityEvent.objects.create(what=What.REFUSED)
    sequence()
    assert page() == ([first], 0)
    settings.LOG_KEY = tmp_path / "log_key"
    call_command("make_log_key", verbosity=0)
    sequence()
    assert page() == ([str(private_key().public), first], 1)
    assert page()[1] == 0


def test_the_page_says_what_the_verifier_needs_and_how_it_is_run(db: None) -> None:
    SecurityEvent.objects.create(what=What.REFUSED)
    sequence()
    page = Client().get("/log/").text
    assert "Python 3.11" in page
    assert "cryptography" in page
    assert "python verify.py 数据包.zip --key 日志公钥" in page  # not the key shown here: one brought from elsewhere
