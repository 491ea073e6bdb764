"""Office files (docx, xlsx): refused where they run something, fetch something or hide a file of another kind.

Each part is read once by an XML parser that follows nothing: no document type, no entity. What the fields of a text
say, however split or quoted, is judged by oletools, on a file whose size and number of elements are bounded by then.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from permits.drafts import archives
from permits.errors import UploadRefused

MAX_ELEMENTS = 2_000_000  # each takes a hundred bytes while the file is judged
XML = frozenset({".xml", ".rels", ".vml"})
FOLLOWED = re.compile(r"(https?|mailto):|#", re.IGNORECASE)  # a link that waits for a click
QUOTED = re.compile(r'"[^"]*"')
DDE_FORMULA = re.compile(r"""(^|[=+\-@(,])\s*['"]?[A-Za-z][\w.]*['"]?\s*\|""")
OBJECTS = frozenset({"oleobject", "control", "objectembed", "objectlink", "olelink"})
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
MACROS = gettext_noop("The document holds macros (%(name)s); save it without them.")
OBJECT = gettext_noop("The document holds an embedded object (%(name)s); take it out.")
DDE = gettext_noop("The document fetches data from another program (DDE, %(name)s); take the link out.")


def check(file: IO[bytes], kind: str) -> None:
    """Raise UploadRefused for active content in a docx or xlsx whose members passed `archives.check`."""
    elements, fields = 0, False
    members, read = archives.members_of(file)
    for member in members:
        _refuse_by_name(member.filename)
        part = None
        for number, piece in enumerate(read(member)):
            if number == 0 and is_xml(member.filename, piece):
                part = _Part(member.filename, elements)
            if part:
                part.feed(piece)
        if part:
            part.feed(b"", last=True)
            elements, fields = part.elements, fields or part.fields
    if fields and kind == "docx":
        _check_fields(file)


def is_xml(name: str, first: bytes) -> bool:
    """By name or by look: a part may have any name, and what says so is itself in the sender's hands. XML may begin
    with as much blank space as it likes: what is nothing but blank as far as it was read may be XML yet."""
    begins = first.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return PurePath(name).suffix.lower() in XML or begins.startswith(b"<") or not begins


def _refuse_by_name(name: str) -> None:
    low = name.lower()
    if low.endswith(MACRO_PARTS) or "macrosheets/" in low or "dialogsheets/" in low:
        raise UploadRefused(_(MACROS) % {"name": name[:80]})
    if "activex/" in low or PurePath(low).name.startswith("oleobject"):
        raise UploadRefused(_(OBJECT) % {"name": name[:80]})


class _Part:
    """One XML part, read in pieces. Raises UploadRefused at the first thing that is not accepted."""

    def __init__(self, name: str, elements: int) -> None:
        self.name, self.elements, self.fields = name, elements, False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._element

    def feed(self, piece: bytes, last: bool = False) -> None:
        try:
            self.parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise UploadRefused(
                _("The document is damaged: %(name)s cannot be read.") % {"name": self.name[:80]}
            ) from error

    def _refuse(self, message: str, **facts: Any) -> None:
        raise UploadRefused(message % {"name": self.name[:80], **facts})

    def _doctype(self, *_declared: Any) -> None:
        self._refuse(_("The document declares entities or a document type (%(name)s), which no Office program writes."))

    def _element(self, tag: str, said: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            self._refuse(_("The document has more than %(most)d elements (%(name)s)."), most=MAX_ELEMENTS)
        bare = tag.rpartition(" ")[2].lower()
        if bare == "f":
            self.parser.CharacterDataHandler, self.parser.EndElementHandler = self._formula, self._formula_ends
        elif bare in ("instrtext", "fldsimple"):
            self.fields = True
        elif bare == "relationship":
            self._relationship(said)
        elif bare in OBJECTS:
            self._refuse(_(OBJECT))
        elif bare == "ddelink":
            self._refuse(_(DDE))
        elif bare in ("default", "override") and "macroenabled" in said.get("ContentType", "").lower():
            self._refuse(_(MACROS))

    def _formula(self, text: str) -> None:
        if DDE_FORMULA.search(QUOTED.sub("", text)):
            self._refuse(_(DDE))

    def _formula_ends(self, tag: str) -> None:
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None

    def _relationship(self, said: dict[str, str]) -> None:
        """A part outside of the file: fetched when it is opened, unless it is a link that waits for a click."""
        if said.get("TargetMode", "").lower() != "external":
            return
        sort = said.get("Type", "").rsplit("/", 1)[-1]
        if sort != "hyperlink" or not FOLLOWED.match(said.get("Target", "").strip()):
            self._refuse(
                _("The document loads something from outside (%(sort)s, %(name)s); put it into the document itself."),
                sort=sort[:40],
            )


def _check_fields(file: IO[bytes]) -> None:
    from oletools import msodde  # here, not above: few processes ever read an Office file

    try:
        file.seek(0)
        found = msodde.process_docx(file, msodde.FIELD_FILTER_DDE)
    except Exception as error:  # the library names no error of its own for what it cannot read
        raise UploadRefused(_("The document is damaged: its fields cannot be read.")) from error
    if found.strip():
        raise UploadRefused(_(DDE) % {"name": found.strip()[:40]})
