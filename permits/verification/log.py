"""The transparency log: every entry as its row, the tree as its entries, every signed checkpoint as the tree."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from permits.ledger.whole import problems
from permits.verification.registry import Problem, once


@once("log", gettext_lazy("transparency log"))
def log() -> Iterator[Problem]:
    """What is wrong with the log as a whole; rows that were taken away are named here."""
    for problem in problems():
        yield Problem("log", "/log/", problem)
