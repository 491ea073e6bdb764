"""The permit kinds the role matrix may speak of. Whoever brings a kind names it here; roles know no more of it."""

from __future__ import annotations

from django.utils.functional import Promise

KNOWN: dict[str, str | Promise] = {}
"""What each kind is called, by code, in the order in which they came."""


def label_of(code: str) -> str | Promise:
    """What the kind `code` is called; the code itself for a kind that is not installed."""
    return KNOWN.get(code, code)


SERIES: set[str] = set()
"""Words that kinds put behind an agency's code to count a paper's numbers apart."""


def series_of(code: str) -> set[str]:
    """Every beginning of a number that papers under the code 机关代字 `code` can have."""
    return {code, *(code + word for word in SERIES)}
