"""PDF files: read whole by a parser, and refused where they act by themselves, hide files or cannot be read."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.errors import UploadRefused

JUDGE = Path(__file__).with_name("pdf_judge.py")
PACKED = re.compile(rb"ObjStm|XRef|/[^\s/<>()\[\]{}%]*#[0-9A-Fa-f]{2}")  # named plainly, or by a name in disguise
SMALL = 1024 * 1024
WAITED = 60  # seconds by the clock: a busy machine gives little of its time
REASONS: Final = {
    "damaged": gettext_lazy("The PDF is damaged and cannot be read; please export or scan it again."),
    "encrypted": gettext_lazy("The PDF is protected by a password; hand it in without one."),
    "script": gettext_lazy("The PDF holds a script (JavaScript); print it to a new PDF and hand that in."),
    "launch": gettext_lazy("The PDF starts a program; print it to a new PDF and hand that in."),
    "sends": gettext_lazy("The PDF sends or fetches data by itself; print it to a new PDF and hand that in."),
    "elsewhere": gettext_lazy("The PDF opens another file; print it to a new PDF and hand that in."),
    "media": gettext_lazy("The PDF holds film, sound or 3D content; print it to a new PDF and hand that in."),
    "automatic": gettext_lazy("The PDF does things by itself (AA); print it to a new PDF and hand that in."),
    "embedded": gettext_lazy("The PDF holds other files; hand each of them in as a file of its own."),
    "xfa": gettext_lazy("The PDF is an XFA form, which runs scripts; print it to a new PDF and hand that in."),
}


def check(file: IO[bytes], size: int) -> None:
    """Raise UploadRefused for a PDF that is not just pages to be shown; `size` in bytes."""
    from permits.drafts import pdf_judge  # it brings pikepdf, which most processes never use

    file.seek(0)
    data = file.read() if size <= SMALL else b""
    # Objects swell where they are packed into streams. A small file that has no such stream is read here.
    found = pdf_judge.judge(io.BytesIO(data)) if data and not PACKED.search(data) else _judged_apart(file)
    if found:
        reason, where = found
        facts = {"said": REASONS[reason], "where": where}
        raise UploadRefused(_("%(said)s Found in object %(where)s.") % facts if where else str(REASONS[reason]))


def _judged_apart(file: IO[bytes]) -> tuple[str, str] | None:
    """The answer of a process of its own, with bounded time and memory."""
    file.seek(0)
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        try:
            done = subprocess.run(  # noqa: S603  # our own program, and nothing of the sender in its arguments
                [sys.executable, "-I", str(JUDGE)],
                stdin=copy, capture_output=True, check=True, timeout=WAITED,
            )  # fmt: skip
            answer = json.loads(done.stdout)
        except (subprocess.SubprocessError, ValueError) as error:
            raise UploadRefused(
                _("The PDF takes too much time or memory to read; please export or scan it again.")
            ) from error
    return (answer[0], answer[1]) if answer else None
