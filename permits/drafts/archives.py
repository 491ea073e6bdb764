"""Zip files and what is built on them (xlsx, docx): what they are, and whether they can be opened without harm.

Bounds are checked twice, on the sizes the archive declares and on the bytes that really come out, because a bomb's
declaration lies. Every member is looked at, by its name and by its first bytes, whatever the archive calls itself.
"""

import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _

from permits.errors import UploadRefused

MAX_MEMBERS = 5_000
MAX_DIRECTORY = 4 * 1024 * 1024  # bytes of the list of members, which is read whole
MAX_UNPACKED = 200 * 1024 * 1024
MAX_DOCUMENTS = 50  # PDF and Office files within an archive: each is judged like one handed in by itself
# Office XML packs 10 to 40 times; ten million equal rows pack 1 000 times. Small archives are harmless at any ratio.
MAX_RATIO = 100
RATIO_FROM = 10 * 1024 * 1024
_PIECE = 256 * 1024

Members = Callable[[zipfile.ZipInfo], Iterator[bytes]]
Judge = Callable[[IO[bytes], str], None]
"""Judges a document found within an archive: the file, and its kind (pdf, docx, xlsx). Raises UploadRefused."""

PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAM_SUFFIXES = frozenset(
    {".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".msi", ".jar"}
    | {".hta", ".lnk", ".sh", ".apk", ".pif", ".cpl", ".msc", ".reg", ".url", ".scf", ".chm"}
    | {".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".xlsb", ".pptm", ".ppam", ".xll"}
)
_PACKED_SUFFIXES = frozenset({".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".cab", ".iso"})
_PACKED = (b"PK", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00", b"MSCF", b"\x28\xb5\x2f\xfd", b"LZIP")
_GZIP, _PACKED_PICTURES = b"\x1f\x8b", frozenset({".emz", ".wmz"})
_OFFICE = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}
_OFFICE_SUFFIXES = {".xlsx": "xlsx", ".docx": "docx"}
_DRIVE = re.compile(r"[A-Za-z]:")
_APPLE = b"\x00\x05\x16\x07"
"""What a Mac packs beside each file, under its name (AppleDouble, RFC 1740): `__MACOSX/._plan.pdf` is no PDF."""


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
        # whatever zipfile raises of a directory: damaged, with offsets out of the file, of a later version's making
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


def check(file: IO[bytes], size: int, judge: Judge | None = None) -> None:
    """Raise UploadRefused for an archive that swells, lies, hides or runs. `size` is the archive's own, in bytes.

    `judge` is asked about each document within; without it, an archive may hold none (there is no third layer).
    """
    with _opened(file) as archive:
        members = archive.infolist()
        _check_declared(members, size)
        unpacked = documents = 0
        for member in members:
            found = ""
            for number, piece in enumerate(pieces_of(archive)(member)):
                if number == 0:
                    found = _check_member(member, piece)
                unpacked += len(piece)
                _check_total(unpacked, size)
            if found:
                documents += 1
                _check_document(archive, member, found, judge if documents <= MAX_DOCUMENTS else None)


def members_of(file: IO[bytes]) -> tuple[list[zipfile.ZipInfo], Members]:
    """The members of an archive that passed `check`, and how to read each in pieces."""
    archive = _opened(file)
    return archive.infolist(), pieces_of(archive)


def _check_declared(members: list[zipfile.ZipInfo], size: int) -> None:
    """What the directory of the archive says, before anything is unpacked."""
    if not members:
        raise UploadRefused(_("The archive is empty."))
    if len(members) > MAX_MEMBERS:
        facts = {"count": len(members), "most": MAX_MEMBERS}
        raise UploadRefused(_("The archive holds %(count)d files; at most %(most)d are allowed.") % facts)
    for member in members:
        _check_entry(member)
    if len({member.filename.casefold() for member in members}) < len(members):
        raise UploadRefused(_("The archive holds two files of the same name."))
    # Members that share packed bytes are the trick of the densest bombs.
    if sum(member.compress_size for member in members) > size:
        raise UploadRefused(_("The archive is damaged: its files overlap."))
    _check_total(sum(member.file_size for member in members), size)


def _check_entry(member: zipfile.ZipInfo) -> None:
    """One line of the directory: no password, no unusual packing, no link, no way out."""
    facts, path = {"name": member.filename[:80]}, PurePath(member.filename.replace("\\", "/"))
    if member.flag_bits & 0x41:  # 0x40: encrypted in the stronger way
        raise UploadRefused(_("The archive is encrypted (%(name)s); hand it in without a password.") % facts)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Python unpacks the other methods without a bound on memory.
        raise UploadRefused(
            _("The archive is packed in an unusual way (%(name)s); make it again with the ordinary zip method.") % facts
        )
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UploadRefused(_("The archive holds a link or a device (%(name)s); put the file itself into it.") % facts)
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(member.filename):
        raise UploadRefused(_("The archive holds a file with a path that leads outside of it (%(name)s).") % facts)


def _check_total(unpacked: int, size: int) -> None:
    if unpacked > MAX_UNPACKED:
        facts = {"limit": MAX_UNPACKED // 1024 // 1024}
        raise UploadRefused(_("Unpacked, the file would be larger than %(limit)d MB; it is refused unopened.") % facts)
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * size:
        raise UploadRefused(
            _("The file would swell more than %(ratio)d times when opened; it is refused.") % {"ratio": MAX_RATIO}
        )


def _check_member(member: zipfile.ZipInfo, first: bytes) -> str:
    """The kind of a document within, to be judged like any other; empty for a plain file. No programs, no archives."""
    facts, suffix = {"name": member.filename[:80]}, PurePath(member.filename).suffix.lower()
    if suffix in _PROGRAM_SUFFIXES or first.startswith(PROGRAMS):
        raise UploadRefused(_("The archive holds a program (%(name)s).") % facts)
    if first.startswith((OLD_OFFICE, b"{\\rt")) or b"<?mso-application" in first[:1024]:
        raise UploadRefused(
            _("The archive holds an old Office file or an embedded object (%(name)s); save it as .docx or .xlsx.")
            % facts
        )
    if first.startswith(b"PK") and suffix in _OFFICE_SUFFIXES:
        return _OFFICE_SUFFIXES[suffix]
    gzipped = first.startswith(_GZIP) and suffix not in _PACKED_PICTURES
    if suffix in _PACKED_SUFFIXES or first.startswith(_PACKED) or gzipped or first[257:262] == b"ustar":
        raise UploadRefused(_("The archive holds another archive (%(name)s).") % facts)
    named_pdf = suffix == ".pdf" and not first.startswith(_APPLE)
    return "pdf" if named_pdf or b"%PDF-" in first[:1024] else ""


def _check_document(archive: zipfile.ZipFile, member: zipfile.ZipInfo, found: str, judge: Judge | None) -> None:
    """A PDF or Office file within the archive, judged by `judge`; the reason names the member."""
    facts = {"name": member.filename[:80], "most": MAX_DOCUMENTS}
    if judge is None:
        raise UploadRefused(
            _("The archive holds too many documents (%(name)s): at most %(most)d, and none within another.") % facts
        )
    with tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024) as copy:
        for piece in pieces_of(archive)(member):
            copy.write(piece)
        try:
            judge(copy, found)
        except UploadRefused as refused:
            raise UploadRefused(_("In “%(name)s”: %(reason)s") % {**facts, "reason": refused}) from refused


def pieces_of(archive: zipfile.ZipFile) -> Members:
    """How to read a member of `archive` in pieces."""
    return lambda member: _pieces(archive, member)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes in pieces, to its end, where the checksum is compared. Raises UploadRefused."""
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        # whatever zipfile raises of a member: wrong checksum or stream, cut off, encrypted, packed in an unknown way
        raise UploadRefused(_("The file is damaged: part of it cannot be unpacked.")) from error
