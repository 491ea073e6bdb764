"""What the public is told of a case, as pages show it: the heads in the reader's language, the words as published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.contract.kind import Kind, Label
from permits.documents.handed_in import OFFICIAL
from permits.tables.listing import MAP_TO_SEE

OF_EVERY_KIND: Final[dict[str, Label]] = {"申请人": _("Applicant"), MAP_TO_SEE[0]: _("Map")}
HECTARES: Final = re.compile(r"(\d+(?:\.\d+)?)公顷")


class Told(Struct, frozen=True):
    """One fact: its head, whether that is the official Chinese one, and its words."""

    head: str
    official: bool
    words: str


def told(kind: Kind, facts: Iterable[Iterable[str]]) -> list[Told]:
    """The facts, heads and words, with the heads in the reader's language; a head nobody translated stands as it is."""
    heads = {} if get_language() == OFFICIAL else {**OF_EVERY_KIND, **kind.public_heads()}
    return [Told(capfirst(str(heads.get(head, head))), head not in heads, words) for head, words in facts]


def as_told(hectares: Decimal | None, facts: Iterable[Iterable[str]]) -> str:
    """The area with the decimals in which the facts write it, so that a page writes it in one way; empty where they do
    not."""
    figures = (figure for _head, words in facts for figure in HECTARES.findall(words))
    return next((figure for figure in figures if Decimal(figure) == hectares), "")
