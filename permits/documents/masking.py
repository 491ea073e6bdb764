"""What papers for everyone, and the public register, take out of the texts they tell: names and numbers of persons.

A public notice tells nothing personal (令35 art 11; 许可法 5, 个人信息保护法 6 and 28 from memory), and what applicants
type holds it all the same: a project's name is free text. Why each is left out: permits/register/masking.py.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Prefetch

from permits.documents.forms.common import in_public
from permits.documents.holder import names_asked
from permits.models import Act, Application, Document
from permits.models.body import legible
from roles.identity import clean_number
from roles.models import OperatingUnit

HIDDEN: Final = "（已隐去）"
"""Stands where a number of a person was."""
_GAP: Final = r"[\s\-‐-―−－_.．·・•/／~～]{0,3}"
"""What people put between the groups of a number. Its digits may be full-width, as a head's texts are typed."""
_MOBILE: Final = "|".join(
    _GAP.join(rf"\d{{{length}}}" for length in groups) for groups in ((4, 4), (3, 5), (5, 3), (1, 4, 3), (1, 3, 4))
)
"""How the eight digits after the first three of a mobile number are written."""
_IDENTITY = re.compile(
    rf"(?<![\dA-Za-z])\d{{6}}{_GAP}(?:\d{{8}}{_GAP}\d{{3}}[\dXxＸｘ]|\d{{6}}{_GAP}\d{{3}})(?![\dA-Za-z])"
)
"""An identity number 公民身份号码 of eighteen signs, or of fifteen as before 1999."""
_SPACED = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dXxＸｘ](?!\d)")
"""Eighteen signs in groups of whatever length, also after letters: hidden where they are an identity number."""
_BORN = re.compile(r"[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?[8８][6６]{_GAP})?[（(]?[1１][3-9３-９]\d[）)]?{_GAP}(?:{_MOBILE})(?!\d)"
    rf"|(?<![\d.])(?:[（(]?[0０]\d{{2,3}}[）)]?|(?:\+|00)86{_GAP}[1-9]\d{{1,2}}){_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\.?\d)"
)
"""A mobile number, or a fixed one with its area code, where it is no part of a figure such as 0.0123; with the code of
the country or without."""
_UNSEEN: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Signs that no paper and no page shows (SET_AS_NOTHING of permits/text/printable.py): what is masked is what is
read."""


def with_asks(case: str) -> Prefetch[Any]:
    """For a list: what `masked` asks of the case that `case` leads to from each row, read for all of them together."""
    return Prefetch(f"{case}__acts", Act.objects.filter(act="ask_change"), to_attr="asks_for_change")


def masked(text: str, application: Application) -> str:
    """`text` of the case without the names of persons of the holder and without anyone's identity or telephone number:
    each that holder or representative bore or asked to bear, the longer first, for one may begin as another does.
    A list reads what this asks of each case by `with_asks`."""
    unit, asks = application.unit, application.__dict__.get("asks_for_change")
    asks = application.did("ask_change") if asks is None else asks
    shown = {name: f"{name[:1]}某" for name in {unit.representative, *names_asked(asks, "representative")}}
    if unit.kind == OperatingUnit.Kind.PERSON:
        names = {unit.name, *names_asked(asks, "holder_name")}
        shown |= {name: in_public(name, person=True) for name in names}
    text = text.translate(_UNSEEN)
    for name in sorted(shown, key=len, reverse=True):
        if len(name) > 1 and name[0] in text:
            text = _written(name).sub(shown[name].replace("\\", r"\\"), text)
    return _PHONE.sub(HIDDEN, _IDENTITY.sub(HIDDEN, _SPACED.sub(_hide_identity, text)))


def public_title(paper: Document, application: Application) -> str:
    """What a printed paper is called, as everyone may read it: papers for the parties bear a project's own name whole.
    Where the record does not tell which names of persons are to be left out, what kind of paper it is."""
    return legible(lambda: masked(paper.title, application), paper.label) if paper.title else ""


def _written(name: str) -> re.Pattern[str]:
    """The name however it is spaced: one of two characters is often set as wide as one of three, 李　明."""
    return re.compile(r"\s{0,3}".join(re.escape(sign) for sign in "".join(name.split())))


def _hide_identity(found: re.Match[str]) -> str:
    signs = "".join(sign for sign in found[0] if sign.isalnum())
    try:
        return HIDDEN if _BORN.match(clean_number(signs)) else found[0]
    except ValidationError:
        return found[0]
