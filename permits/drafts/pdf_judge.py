"""What in a PDF acts by itself or hides files: told as a reason and the object it stands in.

Stands alone, on pikepdf only, because it is also run as a process of its own with bounded time and memory: a stranger's
file that makes the parser swell, loop or crash takes nothing else with it (permits/drafts/pdfs.py).
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf

SECONDS = 15  # of computing; a file of 50 MB that an honest program made takes two
MEMORY = 768 * 1024 * 1024
UNPACKED = 64 * 1024 * 1024  # of one stream that holds objects; pictures and pages are not unpacked
UNREAD = ("error decoding stream", "unfilterable stream", "object stream", "limit exceeded")

ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/SubmitForm": "sends",
    "/ImportData": "sends",
    "/GoToR": "elsewhere",
    "/GoToE": "elsewhere",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
    "/GoTo3DView": "media",
}
ANNOTATIONS = {
    "/RichMedia": "media",
    "/Movie": "media",
    "/Screen": "media",
    "/Sound": "media",
    "/3D": "media",
    "/FileAttachment": "embedded",
}
KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/AA": "automatic",
    "/EF": "embedded",
    "/EmbeddedFiles": "embedded",
    "/XFA": "xfa",
    "/RichMediaContent": "media",
}
SCHEME = re.compile(
    r"(?!(?:https?|mailto|tel|sms|ftp|urn|doi):|about:blank$|[a-z0-9.-]+:[0-9]{1,5}(?:/|$))[a-z][a-z0-9+.-]*:|[/\\]{2}",
    re.IGNORECASE,
)
"""How a link begins that leads elsewhere than to the web or to a mail: to a file, a share, a script, a program that
registered a scheme of its own. A host with its port is no scheme."""


def judge(file: BinaryIO) -> tuple[str, str] | None:
    """(reason, where) of the first thing that is not accepted; None for a PDF that only shows pages."""
    pikepdf.settings.set_qpdf_limits(flate_max_memory=UNPACKED, max_stream_filters=4)
    try:
        with pikepdf.open(file, suppress_warnings=True) as pdf:
            if not len(pdf.pages):
                return "damaged", ""
            found = next(_found(pdf), None)
            # Only streams of objects are unpacked here: where one cannot be, nobody knows what it holds.
            unread = any(sign in str(said) for said in pdf.get_warnings() for sign in UNREAD)
            return found or (("damaged", "") if unread else None)
    except pikepdf.PasswordError:
        return "encrypted", ""
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, RecursionError):
        return "damaged", ""


def _found(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """Every dictionary of the file is looked at, also where no page leads to it: a reader may still come there."""
    for whole in (pdf.trailer, *pdf.objects):
        waiting: list[Any] = [whole]
        while waiting:
            one = waiting.pop()
            if isinstance(one, pikepdf.Array):
                waiting += [part for part in one if _direct(part)]
            elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                yield from ((reason, _place(whole)) for reason in _reasons(one))
                waiting += [part for part in one.values() if _direct(part)]


def _direct(part: Any) -> bool:
    """Whether the part is written here; what is only pointed to is an object of the file and has its own turn."""
    return isinstance(part, pikepdf.Array | pikepdf.Dictionary) and not part.is_indirect


def _reasons(one: Any) -> Iterator[str]:
    keys = one.keys()
    yield from (reason for key, reason in KEYS.items() if key in keys)
    for key, known in (("/S", ACTIONS), ("/Subtype", ANNOTATIONS)):
        name = one.get(key)
        if isinstance(name, pikepdf.Name) and str(name) in known:
            yield known[str(name)]
    for key in ("/URI", "/Base"):
        address = one.get(key)
        if isinstance(address, pikepdf.String) and SCHEME.match(re.sub(r"[\x00-\x20]", "", str(address))):
            yield "elsewhere"
    if one.get("/Type") == pikepdf.Name.EmbeddedFile:
        yield "embedded"


def _place(whole: Any) -> str:
    number, _generation = whole.objgen
    return str(number) if number else ""


def main() -> None:
    """Judge the file on standard input; the answer is JSON on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(judge(sys.stdin.buffer), sys.stdout)


if __name__ == "__main__":
    main()
