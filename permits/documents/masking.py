"""What papers for everyone, and the public register, take out of the texts they tell: names and numbers of persons.

A public notice tells nothing personal (令35 art 11; 许可法 5, 个人信息保护法 6 and 28 from memory), and what applicants
type holds it all the same: a project's name is free text. Why each is left out: permits/register/masking.py.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.db.models import Prefetch

from permits.documents.forms.common import in_public
from permits.documents.holder import names_asked
from permits.models import Act, Application
from roles.models import OperatingUnit

HIDDEN: Final = "（已隐去）"
"""Stands where a number of a person was."""
_GAP: Final = r"[-－—–\s]?"
"""What people put between the groups of a number. Its digits may be full-width, as a head's texts are typed."""
_IDENTITY = re.compile(
    rf"(?<![\dA-Za-z])\d{{6}}{_GAP}(?:\d{{8}}{_GAP}\d{{3}}[\dXxＸｘ]|\d{{6}}{_GAP}\d{{3}})(?![\dA-Za-z])"
)
"""An identity number 公民身份号码 of eighteen signs, or of fifteen as before 1999."""
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:(?:\+|00)?[8８][6６]{_GAP})?[1１][3-9３-９]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
    rf"|(?:[（(]?[0０]\d{{2,3}}[）)]?|(?:\+|00)86{_GAP}[1-9]\d{{1,2}}){_GAP}\d{{3,4}}{_GAP}\d{{4}})(?!\d)"
)
"""A mobile number, or a fixed one with its area code; with the code of the country or without."""


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
    for name in sorted(shown, key=len, reverse=True):
        if len(name) > 1:
            text = text.replace(name, shown[name])
    return _PHONE.sub(HIDDEN, _IDENTITY.sub(HIDDEN, text))
