"""Unified social credit codes 统一社会信用代码 by GB 32100-2015 (facts 2.10).

A code that fails is a warning, never a block: at least one code known to be valid does not pass the check.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
LENGTH = 18
WEIGHTS = [pow(3, place, 31) for place in range(LENGTH - 1)]  # 1, 3, 9, 27, 19, … 28


def check_character(body: str) -> str:
    """The check character of the first 17 characters, all from the alphabet: (31 − Σ weight × value mod 31) mod 31."""
    total = sum(weight * ALPHABET.index(character) for weight, character in zip(WEIGHTS, body, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def problems_of(code: str) -> list[str | Promise]:
    """What is wrong with a code; empty when nothing is. Letters count in upper case, as the standard writes them."""
    foreign = sorted({character for character in code if character not in ALPHABET})
    problems: list[str | Promise] = []
    if len(code) != LENGTH:
        problems.append(_("it has %(count)d characters, not 18") % {"count": len(code)})
    if foreign:
        problems.append(_("these characters cannot stand in it: %(list)s") % {"list": " ".join(foreign)})
    if problems:
        return problems
    expected = check_character(code[:-1])
    if expected != code[-1]:
        problems.append(_("its last character should be %(expected)s by GB 32100") % {"expected": expected})
    return problems
