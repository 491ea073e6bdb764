"""The virus scanner, where the setting CLAMD_URL names one: clamd, asked by its command INSTREAM.

A file is kept only after the scanner has called it clean: one that does not answer, or answers with an error, keeps the
file out.
"""

from __future__ import annotations

import logging
import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from permits.errors import ScannerUnreachable, UploadRefused

log = logging.getLogger(__name__)
CONNECT_SECONDS, ANSWER_SECONDS = 5, 60
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096


def scan(file: IO[bytes]) -> None:
    """Nothing without a scanner. Raises UploadRefused naming what was found, ScannerUnreachable."""
    if not settings.CLAMD_URL:
        return
    file.seek(0)
    try:
        answer = _answer(settings.CLAMD_URL, file)
    except OSError as error:
        log.error("the virus scanner at %s does not answer: %s", settings.CLAMD_URL, error)
        raise ScannerUnreachable from error
    if answer.endswith(" FOUND"):
        found = answer.removeprefix("stream:").removesuffix("FOUND").strip()
        raise UploadRefused(_("The virus scanner found “%(found)s” in this file.") % {"found": found[:80]})
    if answer != "stream: OK":
        log.error("the virus scanner at %s answered: %s", settings.CLAMD_URL, answer)
        raise ScannerUnreachable


def _answer(url: str, file: IO[bytes]) -> str:
    """What clamd says of the bytes: each piece follows its length, and a length of nothing ends them."""
    with _connected(url) as line:
        line.settimeout(ANSWER_SECONDS)
        line.sendall(b"zINSTREAM\0")
        while piece := file.read(_PIECE):
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER and (more := line.recv(1024)):
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname or "", parts.port or 3310), CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(CONNECT_SECONDS)
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line
