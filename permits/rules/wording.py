"""How strict a finding is and how well a source is known, in the words every reader gets, whoever it is."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.rules.base import Outcome, Text


class Grade(Struct, frozen=True):
    """A severity as pages show it: a word, a sign, and what it means; the colour only repeats them."""

    code: str
    label: Text
    meaning: Text
    sign: str


GRADES: Final = (
    Grade("not_competent", _("Not competent"), _("Another organ decides this."), "⇄"),
    Grade("refuse", _("To be refused"), _("The law does not allow this."), "✕"),
    Grade("refer", _("To be ruled on"), _("A named official must decide, with reasons."), "?"),
    Grade("incomplete", _("Incomplete"), _("Something the law asks for is missing."), "…"),
    Grade("warn", _("To be weighed"), _("Uncertain, or strictly controlled."), "!"),
    Grade("info", _("For information"), _("Nothing stands against it."), "i"),
)
WAITS: Final = Grade(
    "refuse",
    _("Not to be approved by what is left now"),
    _("What becomes free before the decision is reserved in the order of acceptance; where too little is left then, "
      "the case is to be refused."),
    "✕",
)  # fmt: skip
"""How a quota book that has too little is told of an undecided case: the rule refuses what is above it (森林法 36, 59),
and until the decision an accepted case takes its turn (许可法 57). Too little is no ground to refuse acceptance (许可法
32(1)), so it is told so before it, too."""
VERIFIED: Final[dict[str, Text]] = {
    "verified": _("read in the full text"),
    "secondary": _("read in a copy or summary"),
    "memory": _("from memory, not verified"),
    "practice": _("as practised, not verified"),
}
LEVELS: Final[dict[str, Text]] = {
    "district": _("district level"),
    "municipal": _("municipal level"),
    "national": _("national level"),
}
BY_CODE: Final = {grade.code: grade for grade in GRADES}


def outcome_label(outcome: Outcome) -> Text:
    """An assessment's outcome in words: the gravest finding's, or that nothing stands in the way."""
    return _("May proceed") if outcome == "proceed" else BY_CODE[outcome].label
