"""What an uploaded file is, told by its content and not by its name; what cannot be kept is refused with the reason.

`inspect()` reads a file in pieces and never holds a large one whole. It refuses: an empty file, one over MAX_UPLOAD_MB,
content that is none of the accepted kinds (programs above all), a name that promises another kind, a picture or archive
that would swell beyond bounds when opened, what is encrypted, and documents that act by themselves: archives.py,
office.py and pdfs.py say which. Where CLAMD_URL names a virus scanner, that is asked last (scanner.py).
"""

import hashlib
import json
import re
import struct
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import IO, Any, Protocol

from django.conf import settings
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.drafts import archives, office, pdfs, scanner
from permits.errors import UploadRefused

__all__ = ["CONTENT_TYPES", "MATERIAL_KINDS", "Upload", "UploadRefused", "inspect"]

# Extension by kind; the first is the one a stored file gets.
EXTENSIONS = {
    "pdf": ("pdf",),
    "png": ("png",),
    "jpg": ("jpg", "jpeg"),
    "xlsx": ("xlsx",),
    "docx": ("docx",),
    "zip": ("zip",),
    "geojson": ("geojson", "json"),
    "csv": ("csv",),
}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
    "geojson": "application/geo+json",
    "csv": "text/csv",
}
# What may be handed in as a material; csv is read by imports only.
MATERIAL_KINDS = ("pdf", "png", "jpg", "xlsx", "docx", "zip", "geojson")

MAX_PIXELS = 200_000_000  # an A0 map scanned at 300 dpi has 139 million
MAX_GEOJSON = 20 * 1024 * 1024  # parsed in memory, where it takes about ten times its size
NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
"""Signs that some disk does not take."""
_MAX_NAME = 200
_PIECE = 1024 * 1024


class Readable(Protocol):
    """A seekable binary file that may carry the name the sender gave it: Django's UploadedFile, or an open file."""

    def read(self, size: int = ..., /) -> bytes: ...
    def seek(self, offset: int, whence: int = ..., /) -> Any: ...
    def tell(self) -> int: ...


class Upload(Struct, frozen=True):
    """A file found fit to keep. `size` in bytes; `name` without path and control characters."""

    kind: str
    sha256: str
    size: int
    name: str

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.kind]


def inspect(file: Readable, *, name: str = "", accepts: Sequence[str] = MATERIAL_KINDS) -> Upload:
    """What `file` is. `name` defaults to the file's own; `accepts` lists kinds of EXTENSIONS.

    The file is left at its start. Raises UploadRefused, whose message is fit to show; ScannerUnreachable.
    """
    name = clean_name(name or str(getattr(file, "name", "")))
    file.seek(0)
    sha256, size = _digest(file)
    kind = _kind(file, name, accepts)
    if kind not in accepts:
        facts = {"kind": kind, "allowed": _(", ").join(accepts)}
        raise UploadRefused(_("This is a %(kind)s file; allowed here: %(allowed)s.") % facts)
    _agree(name, kind)
    _CHECKS[kind](file, size)
    scanner.scan(_binary(file))
    file.seek(0)
    return Upload(kind=kind, sha256=sha256, size=size, name=name)


def clean_name(name: str) -> str:
    """The last part of a sender's file name, without what misleads: paths, control and direction marks."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip()
    if len(name) > _MAX_NAME:
        path = PurePath(name)
        name = path.stem[: _MAX_NAME - len(path.suffix)] + path.suffix
    return name[:_MAX_NAME]


def _digest(file: Readable) -> tuple[str, int]:
    """SHA-256 and size, counted while reading: a sender's own claim about the size is not believed."""
    limit = settings.MAX_UPLOAD_MB * 1024 * 1024
    digest, size = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise UploadRefused(_("The file is larger than %(limit)d MB.") % {"limit": settings.MAX_UPLOAD_MB})
        digest.update(piece)
    if size == 0:
        raise UploadRefused(_("The file is empty."))
    return digest.hexdigest(), size


_SIGNATURES = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))


def _kind(file: Readable, name: str, accepts: Sequence[str]) -> str:
    """The kind by the first bytes. Raises UploadRefused for what is none of ours."""
    file.seek(0)
    head = file.read(2048)
    if head.startswith(archives.PROGRAMS):
        raise UploadRefused(_("This is a program, whatever its name says; programs are refused."))
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"PK"):
        return archives.kind(_binary(file))
    if head.startswith(archives.OLD_OFFICE):
        raise UploadRefused(
            _("This is an old or password-protected Office file; save it as .xlsx or .docx without a password.")
        )
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and "geojson" in accepts:
        return "geojson"
    if "csv" in accepts and PurePath(name).suffix.lower() == ".csv":
        return "csv"
    facts = {"allowed": _(", ").join(accepts)}
    raise UploadRefused(_("The content of this file is of no kind that is allowed here (%(allowed)s).") % facts)


def _binary(file: Readable) -> IO[bytes]:
    """The same file for zipfile, which asks for more methods by type than it uses."""
    file.seek(0)
    return file  # type: ignore[return-value]  # zipfile calls read, seek and tell only


def _agree(name: str, kind: str) -> None:
    """Refuse a name that promises another kind than the content: it would mislead whoever opens it."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    if suffix not in EXTENSIONS[kind]:
        facts = {"name": name, "kind": kind, "suffix": EXTENSIONS[kind][0]}
        raise UploadRefused(_("“%(name)s” holds a %(kind)s file; give it a name that ends in .%(suffix)s.") % facts)


def _tail(file: Readable, size: int, length: int) -> bytes:
    file.seek(max(0, size - length))
    return file.read(length)


def _check_pdf(file: Readable, size: int) -> None:
    """A PDF ends in its end mark; one that broke off on the way does not."""
    if b"%%EOF" not in _tail(file, size, 2048):
        raise UploadRefused(_("The PDF is incomplete or damaged; please export or scan it again."))
    pdfs.check(_binary(file), size)


def _check_picture(file: Readable, size: int) -> None:
    """A picture that decodes, and not to more pixels than an officer's machine can show."""
    from PIL import Image  # here, not above: only who takes in a picture needs it

    file.seek(0)
    try:
        with Image.open(_binary(file)) as picture:
            pixels = picture.width * picture.height
            if pixels > MAX_PIXELS:
                facts = {"pixels": pixels // 1_000_000, "most": MAX_PIXELS // 1_000_000}
                raise UploadRefused(
                    _("The picture has %(pixels)d million pixels; at most %(most)d million are allowed.") % facts
                )
            picture.verify()
    except Image.DecompressionBombError as error:
        raise UploadRefused(_("The picture has too many pixels.")) from error
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise UploadRefused(_("The picture is damaged and cannot be opened.")) from error
    if b"\xff\xd9" not in _tail(file, size, 65536) and b"IEND" not in _tail(file, size, 65536):
        raise UploadRefused(_("The picture is incomplete; please save it again."))


def _check_archive(file: Readable, size: int) -> None:
    archives.check(_binary(file), size, _judge_within)


def _check_office(file: Readable, size: int) -> None:
    """All of it, and each document within it."""
    archives.check(_binary(file), size, _judge_within)
    office.check(_binary(file), archives.kind(_binary(file)))


def _judge_within(file: IO[bytes], kind: str) -> None:
    """A document within an archive, judged as if it came alone; it may hold no further one."""
    size = file.seek(0, 2)
    if kind == "pdf":
        pdfs.check(file, size)
        return
    archives.check(file, size)
    if archives.kind(file) != kind:
        raise UploadRefused(_("The document is damaged: it is no %(kind)s file.") % {"kind": kind})
    office.check(file, kind)


_GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
    | {"Feature", "FeatureCollection"}
)


def _check_geojson(file: Readable, size: int) -> None:
    """A GeoJSON object (RFC 7946) in UTF-8: parsed whole, so bounded in size first."""
    if size > MAX_GEOJSON:
        raise UploadRefused(_("A GeoJSON file may have at most %(limit)d MB.") % {"limit": MAX_GEOJSON // 1024 // 1024})
    file.seek(0)
    try:
        data = json.loads(file.read().decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UploadRefused(_("This is not valid GeoJSON: it cannot be read as UTF-8 JSON.")) from error
    kind = data.get("type") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _GEOMETRIES:
        raise UploadRefused(_("This JSON is not GeoJSON: its “type” names no geometry, feature or collection."))


def _no_constant(name: str) -> None:
    """JSON has no NaN or Infinity; Python would read them."""
    raise ValueError(name)


def _check_csv(file: Readable, size: int) -> None:
    """Text holds no NUL; which encoding it is in is the reader's matter."""
    file.seek(0)
    while piece := file.read(_PIECE):
        if b"\x00" in piece:
            raise UploadRefused(_("This is not a text file in UTF-8 or GB18030; save it as “CSV UTF-8” or as .xlsx."))


_CHECKS: dict[str, Callable[[Readable, int], None]] = {
    "pdf": _check_pdf,
    "png": _check_picture,
    "jpg": _check_picture,
    "xlsx": _check_office,
    "docx": _check_office,
    "zip": _check_archive,
    "geojson": _check_geojson,
    "csv": _check_csv,
}
