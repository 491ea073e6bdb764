"""What the public register leaves out or shortens, rule by rule, each with its reason.

许可法 40: granted decisions are open, anyone may look; 许可法 5: state secrets, trade secrets and personal privacy are
not (both read in a full text; the paragraph of art 5 and the rules marked so are from memory). Everything is left out
that no rule lets in: of what was applied for, only what the kind itself tells in a public notice is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from permits.documents.forms.common import in_public
from roles.models import OperatingUnit

HIDDEN: Final = "（已隐去）"
"""Stands where a number of a person was."""
WITHHELD: Final = "state_secret"
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


@dataclass(frozen=True)
class Rule:
    """One rule: what it does, why, on what law, and whether that law was read or is from memory."""

    code: str
    what: str | Promise
    law: str
    verified: bool


RULES: Final = (
    Rule(WITHHELD, _("A matter that is a state secret is not listed, as no notice is posted."), "许可法 5、40", True),
    Rule("refusal", _("Only what was granted is listed; a refusal is the applicant's own matter."), "许可法 40", True),
    Rule("person", _("Of a natural person only the family name is shown."), "许可法 5；个人信息保护法 6", False),
    Rule("person_code", _("The code of a natural person is never shown."), "个人信息保护法 28", False),
    Rule("numbers", _("Identity and telephone numbers are taken out of every text."), "个人信息保护法 28", False),
    Rule("people", _("Representatives, contacts and officers are not named."), "个人信息保护法 6", False),
    Rule("trade", _("Shown is what a public notice tells; every other field and all materials are left out, so that no "
                    "trade secret is told."), "许可法 5", True),
)  # fmt: skip
"""As the page of the register lists them."""


def shown_name(unit: OperatingUnit) -> str:
    """The holder's name: an organisation's in full, of a natural person the family name, as public notices have it."""
    return in_public(unit.name, person=unit.kind == OperatingUnit.Kind.PERSON)


def shown_code(unit: OperatingUnit) -> str:
    """The unified social credit code of an organisation; nothing of a natural person, whose number it might be."""
    return "" if unit.kind == OperatingUnit.Kind.PERSON else unit.uscc


def masked(text: str, unit: OperatingUnit, name: str = "") -> str:
    """`text` without the names of persons of the holder and without anyone's identity or telephone number. `name`: what
    the holder is called now, where that is another name than the unit's."""
    if unit.kind == OperatingUnit.Kind.PERSON:
        for one in filter(None, (unit.name, name)):
            text = text.replace(one, in_public(one, person=True))
    if len(unit.representative) > 1:
        text = text.replace(unit.representative, f"{unit.representative[:1]}某")
    return _PHONE.sub(HIDDEN, _IDENTITY.sub(HIDDEN, text))


def withheld(facts: tuple[tuple[str, str], ...]) -> str:
    """The rule by which an entry is not listed: that of the notice, which tells nothing of a state secret. Empty: it is
    listed."""
    return "" if facts else WITHHELD
