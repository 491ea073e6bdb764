"""What the public register leaves out or shortens, rule by rule, each with its reason.

许可法 40: granted decisions are open, anyone may look; 许可法 5: state secrets, trade secrets and personal privacy are
not (both read in a full text; the paragraph of art 5 and the rules marked so are from memory). Everything is left out
that no rule lets in: of what was applied for, only what the kind itself tells in a public notice is shown.
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.documents.forms.common import in_public
from roles.models import OperatingUnit

WITHHELD: Final = "state_secret"


class Rule(Struct, frozen=True):
    """One rule: what it does, why, on what law as Chinese papers write it, and whether that law was read or is from
    memory."""

    code: str
    what: str | Promise
    law: str
    verified: bool


RULES: Final = (
    Rule(WITHHELD, _("A matter that is a state secret is not listed, as no notice is posted."),
         "《行政许可法》第五条、第四十条", True),
    Rule("refusal", _("Only what was granted is listed; a refusal is the applicant's own matter."),
         "《行政许可法》第四十条", True),
    Rule("person", _("Of a natural person only the family name is shown."),
         "《行政许可法》第五条、《个人信息保护法》第六条", False),
    Rule("person_code", _("The code of a natural person is never shown."), "《个人信息保护法》第二十八条", False),
    Rule("numbers", _("Identity and telephone numbers are taken out of every text."),
         "《个人信息保护法》第二十八条", False),
    Rule("people", _("Representatives, contacts and officers are not named."), "《个人信息保护法》第六条", False),
    Rule("trade", _("Shown is what a public notice tells; every other field and all materials are left out, so that no "
                    "trade secret is told."), "《行政许可法》第五条", True),
)  # fmt: skip
"""As the page of the register lists them."""


def shown_name(unit: OperatingUnit) -> str:
    """The holder's name: an organisation's in full, of a natural person the family name, as public notices have it."""
    return in_public(unit.name, person=unit.kind == OperatingUnit.Kind.PERSON)


def shown_code(unit: OperatingUnit) -> str:
    """The unified social credit code of an organisation; nothing of a natural person, whose number it might be."""
    return unit.credit_code


def withheld(facts: tuple[tuple[str, str], ...]) -> str:
    """The rule by which an entry is not listed: that of the notice, which tells nothing of a state secret. Empty: it is
    listed."""
    return "" if facts else WITHHELD
