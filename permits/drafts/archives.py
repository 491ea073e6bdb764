"""Zip files and what is built on them (xlsx, docx): what they are, and whether they can be opened without harm.

Bounds are checked twice, on the sizes the archive declares and on the bytes that really come out, because a bomb's
declaration lies. Nothing is written to disk; at most one piece of a member is in memory.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _

MAX_MEMBERS = 5_000
MAX_DIRECTORY = 4 * 1024 * 1024  # bytes of the list of members, which is read whole
MAX_UNPACKED = 200 * 1024 * 1024
# Office XML packs 10 to 40 times; ten million equal rows pack 1 000 times. Small archives are harmless at any ratio.
MAX_RATIO = 100
RATIO_FROM = 10 * 1024 * 1024
_PIECE = 256 * 1024

_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_PROGRAM_SUFFIXES = frozenset(
    {".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".msi", ".jar", ".hta"}
    | {".lnk", ".sh", ".apk"}
)
_PACKED_SUFFIXES = frozenset({".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".cab", ".iso"})
_OFFICE = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}


class UploadRefused(ValueError):
    """The file cannot be taken; the message says why and is fit to show beside the field."""


def _directory_size(file: IO[bytes]) -> int:
    """Bytes of the list of members by the archive's end record, found as zipfile finds it; 0 if there is none."""
    end = file.seek(0, 2)
    file.seek(max(0, end - (1 << 16) - 22))
    tail = file.read()
    at = len(tail) - 22
    if not (tail[at:].startswith(b"PK\x05\x06") and tail.endswith(b"\x00\x00")):
        at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return 0
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        record: int = struct.unpack_from("<Q", tail, at - 12)[0]
        file.seek(min(record, end))
        large = file.read(56)
        return int(struct.unpack_from("<Q", large, 40)[0]) if len(large) == 56 else 0
    return int(struct.unpack_from("<L", tail, at + 12)[0])


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    if _directory_size(file) > MAX_DIRECTORY:
        raise UploadRefused(_("The archive holds too many files."))
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UploadRefused(_("The file is damaged: it cannot be opened as a zip archive.")) from error


def kind(file: IO[bytes]) -> str:
    """xlsx, docx or zip, by the members. Raises UploadRefused if it is not a readable archive."""
    with _opened(file) as archive:
        names = set(archive.namelist()[: MAX_MEMBERS + 1])
    if "[Content_Types].xml" in names:
        for member, office in _OFFICE.items():
            if member in names:
                return office
    return "zip"


def check(file: IO[bytes], size: int) -> None:
    """Raise UploadRefused for an archive that swells, lies, hides or runs. `size` is the archive's own, in bytes."""
    with _opened(file) as archive:
        members = archive.infolist()
        _check_declared(members, size)
        office = any(member.filename in _OFFICE for member in members)
        if office:
            _check_macros(archive, members)
        unpacked = 0
        for member in members:
            for number, piece in enumerate(_pieces(archive, member)):
                if number == 0 and not office:
                    _check_member(member, piece)
                unpacked += len(piece)
                _check_total(unpacked, size)


def _check_declared(members: list[zipfile.ZipInfo], size: int) -> None:
    """What the directory of the archive says, before anything is unpacked."""
    if not members:
        raise UploadRefused(_("The archive is empty."))
    if len(members) > MAX_MEMBERS:
        facts = {"count": len(members), "most": MAX_MEMBERS}
        raise UploadRefused(_("The archive holds %(count)d files; at most %(most)d are allowed.") % facts)
    if any(member.flag_bits & 0x1 for member in members):
        raise UploadRefused(_("The archive is encrypted; hand it in without a password."))
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        # Python unpacks the other methods without a bound on memory.
        raise UploadRefused(_("The archive is packed in an unusual way; make it again with the ordinary zip method."))
    # Members that share packed bytes are the trick of the densest bombs.
    if sum(member.compress_size for member in members) > size:
        raise UploadRefused(_("The archive is damaged: its files overlap."))
    _check_total(sum(member.file_size for member in members), size)
    for member in members:
        path = PurePath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise UploadRefused(_("The archive holds a file with a path that leads outside of it."))


def _check_total(unpacked: int, size: int) -> None:
    if unpacked > MAX_UNPACKED:
        facts = {"limit": MAX_UNPACKED // 1024 // 1024}
        raise UploadRefused(_("Unpacked, the file would be larger than %(limit)d MB; it is refused unopened.") % facts)
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * size:
        raise UploadRefused(
            _("The file would swell more than %(ratio)d times when opened; it is refused.") % {"ratio": MAX_RATIO}
        )


def _check_macros(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Programs inside Office files: refused by member name and by the declared type of the document."""
    names = [member.filename.lower() for member in members]
    types = (
        b"".join(_pieces(archive, archive.getinfo("[Content_Types].xml"))) if "[content_types].xml" in names else b""
    )
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "macrosheets/" in name for name in names) or (
        b"macroenabled" in types.lower()
    ):
        raise UploadRefused(_("The document holds macros; save it without them."))


def _check_member(member: zipfile.ZipInfo, first: bytes) -> None:
    """No programs and no archives within an archive: nobody can see what they are unopened."""
    suffix = PurePath(member.filename).suffix.lower()
    if suffix in _PROGRAM_SUFFIXES or first.startswith(_PROGRAMS):
        raise UploadRefused(_("The archive holds a program (%(name)s).") % {"name": member.filename[:80]})
    if suffix in _PACKED_SUFFIXES:
        raise UploadRefused(_("The archive holds another archive (%(name)s).") % {"name": member.filename[:80]})


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes in pieces, to its end, where the checksum is compared. Raises UploadRefused."""
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise UploadRefused(_("The file is damaged: part of it cannot be unpacked.")) from error
