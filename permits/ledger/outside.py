"""Keeping checkpoints where whoever runs this database cannot rewrite them: CHECKPOINT_URL.

A folder (`file:///path/`), a web server (`https://…/` gets a PUT for each checkpoint, any other address a POST), or a
bucket (`s3+https://key:secret@host:port/bucket`). Each checkpoint is one small text, named by date and size, and is
never overwritten. What fails stays owed and is tried again by each run.
"""

from __future__ import annotations

import os
from datetime import UTC
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from permits.data_files import flush
from permits.models import LogCheckpoint, LogDelivery

AT_ONCE = 100
"""Checkpoints sent by one run."""
SECONDS = 10


class OtherKept(Exception):
    """The place has another text under the name of this checkpoint: one of the two logs is not this one."""


class Place(Protocol):
    """Somewhere outside."""

    def keep(self, name: str, note: str) -> None:
        """Have it there when this returns; once more does no harm. Raises OSError, or OtherKept."""

    def kept(self, most: int) -> list[tuple[str, str]] | None:
        """Name and note of the `most` newest that lie there, the newest first; None where it cannot be read from here.
        Raises OSError."""


class Folder:
    """On another machine's disk, or one that this user may only add to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def takes(self) -> bool:
        """Whether it is there, and this user may add to it."""
        return self.path.is_dir() and os.access(self.path, os.W_OK | os.X_OK)

    def keep(self, name: str, note: str) -> None:
        """On the disk, not only in memory. What broke off, by a crash or on a full disk, is completed."""
        target, data = self.path / name, note.encode()
        try:
            _written(target, "xb", data)
        except FileExistsError:
            there = target.read_bytes()
            _insist_same(there, data[: len(there)], name)
            if there != data:
                _written(target, "r+b", data)  # from its beginning: two runs at once write the same
        flush(self.path)

    def kept(self, most: int) -> list[tuple[str, str]] | None:
        """Files of other names are somebody else's."""
        names = sorted((path.name for path in self.path.iterdir() if path.suffix == ".txt"), reverse=True)
        return [(name, (self.path / name).read_text("utf-8", "replace")) for name in names[:most]]


class Web:
    """A server that answers 2xx once it has it; user and password of the address are sent as HTTP Basic."""

    def __init__(self, url: str) -> None:
        self.url = url

    def keep(self, name: str, note: str) -> None:
        import requests  # here, not above: few processes send, and none does at its start

        into = self.url.endswith("/")
        response = requests.request(
            "PUT" if into else "POST",
            self.url + name if into else self.url,
            data=note.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
            timeout=SECONDS,
            allow_redirects=False,
        )
        if not 200 <= response.status_code < 300:
            raise OSError(_("the server of CHECKPOINT_URL answered %(code)s") % {"code": response.status_code})

    def kept(self, most: int) -> list[tuple[str, str]] | None:
        """What is sent there is not asked for again: no way to list it is agreed on."""
        return None


class Bucket:
    """An S3-compatible store, by the library that keeps materials there. Its rules must forbid to overwrite."""

    def __init__(self) -> None:
        self.storage = import_string(settings.CHECKPOINT_STORAGE["BACKEND"])(**settings.CHECKPOINT_STORAGE["OPTIONS"])

    def keep(self, name: str, note: str) -> None:
        if not self.storage.exists(name):
            self.storage.save(name, ContentFile(note.encode()))
        with self.storage.open(name) as stream:
            _insist_same(stream.read(), note.encode(), name)

    def kept(self, most: int) -> list[tuple[str, str]] | None:
        """Objects of other names are somebody else's."""
        names = sorted((name for name in self.storage.listdir("")[1] if name.endswith(".txt")), reverse=True)
        found = []
        for name in names[:most]:
            with self.storage.open(name) as stream:
                found.append((name, stream.read().decode("utf-8", "replace")))
        return found


def place() -> Place | None:
    """As CHECKPOINT_URL says; None where checkpoints stay here."""
    parts = urlsplit(settings.CHECKPOINT_URL)
    if parts.scheme == "file":
        return Folder(Path(parts.path))
    if parts.scheme in {"http", "https"}:
        return Web(settings.CHECKPOINT_URL)
    return Bucket() if parts.scheme else None


def owed() -> QuerySet[LogCheckpoint]:
    """Checkpoints that are to be kept outside and are not yet, the oldest first. At the very first only the newest:
    it covers all before it."""
    last = LogDelivery.objects.order_by("-checkpoint_id").values_list("checkpoint_id", flat=True).first()
    if last is None:
        last = (LogCheckpoint.objects.values_list("pk", flat=True).first() or 0) - 1
    return LogCheckpoint.objects.filter(pk__gt=last).order_by("pk")


def deliver() -> int:
    """Keep outside what is owed; returns how many. Raises what the place raises: they stay owed."""
    there, sent = place(), 0
    if there is None:
        return 0
    for row in owed()[:AT_ONCE]:
        there.keep(named(row), row.note)
        _row, new = LogDelivery.objects.get_or_create(
            checkpoint=row, defaults={"place": shown(settings.CHECKPOINT_URL)}
        )
        sent += new
    return sent


def named(row: LogCheckpoint) -> str:
    """Under which name a checkpoint is kept: its date and size first, so that names sort as they were made."""
    return f"{row.made_at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}-{row.size:012d}-{row.pk}.txt"


def shown(url: str) -> str:
    """An address without its user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _insist_same(there: bytes, note: bytes, name: str) -> None:
    if there != note:
        raise OtherKept(_("What is kept outside as %(name)s is not the checkpoint of this log.") % {"name": name})


def _written(target: Path, mode: str, data: bytes) -> None:
    with target.open(mode) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
