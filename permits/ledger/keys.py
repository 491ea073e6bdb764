"""The keys of the log: the one it signs with, those of before, and those of its witnesses."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Max, Min
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.data_files import flush
from permits.ledger.notes import COSIGNATURE, ED25519, BadNote, PrivateKey, PublicKey
from permits.models import LogKey


class NoLogKey(Exception):
    """The log cannot be signed; the message says why, and shows no key. `briefly` says it without a path or name."""

    def __init__(self, message: str, briefly: str) -> None:
        super().__init__(message)
        self.briefly = briefly


class LogKeyExists(Exception):
    """A key is there already and is not overwritten: it may be the only copy."""


def private_key() -> PrivateKey:
    """The key in the file LOG_KEY. Raises NoLogKey where there is none, or it is another log's."""
    try:
        key = PrivateKey.parse(settings.LOG_KEY.read_text("utf-8"))
    except FileNotFoundError as error:
        said = _("There is no %(file)s: manage.py make_log_key writes one.") % {"file": settings.LOG_KEY}
        raise NoLogKey(said, "the log has no key") from error
    except (OSError, UnicodeDecodeError, BadNote) as error:
        said = _("%(file)s cannot be read as the key of a log.") % {"file": settings.LOG_KEY}
        raise NoLogKey(said, "the key of the log cannot be read") from error
    if key.kind != ED25519 or key.name != settings.LOG_ORIGIN:
        told = {"file": settings.LOG_KEY, "its": key.name, "origin": settings.LOG_ORIGIN}
        said = _("The key in %(file)s is of %(its)s, the log is %(origin)s (LOG_ORIGIN).") % told
        raise NoLogKey(said, "the key is not of this log")
    return key


def make_key(path: Path, origin: str) -> PublicKey:
    """Write a new key for the log `origin`, readable by its owner only. Raises LogKeyExists, BadNote for a bad name."""
    key = PrivateKey.generate(origin)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise LogKeyExists(str(path)) from error
    with os.fdopen(file, "w", encoding="utf-8") as stream:
        stream.write(f"{key.written()}\n")
    flush(path, path.parent)
    return key.public


class UsedKey(Struct, frozen=True):
    """A public key of the log, and when its first and its newest checkpoint were made."""

    key: PublicKey
    since: datetime
    until: datetime


def used_keys() -> list[UsedKey]:
    """Every key that signed this log, the newest first. By these, and by no file, old checkpoints are verified."""
    rows = LogKey.objects.annotate(first=Min("checkpoints__made_at"), last=Max("checkpoints__made_at"))
    return [UsedKey(PublicKey.parse(row.verifier), row.first, row.last) for row in rows.order_by("-pk") if row.first]


def witnesses() -> list[PublicKey]:
    """The keys of LOG_WITNESSES. Raises BadNote for a text that is no witness's key."""
    found = [PublicKey.parse(text) for text in settings.LOG_WITNESSES]
    if wrong := [key.name for key in found if key.kind != COSIGNATURE]:
        told = _("%(key)s is no witness's key: its bytes begin with %(kind)s.")
        raise BadNote(told % {"key": wrong[0], "kind": COSIGNATURE})
    return found
