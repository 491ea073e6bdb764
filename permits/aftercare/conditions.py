"""The conditions of an approval as obligations: one for each line, due on the day the line itself names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from permits.contract.kind import Label
from permits.contract.obligations import CONDITION, Held, Obligation
from permits.models.facts import words
from permits.models.permit import granting
from permits.models.remedies import Outcomes
from permits.rules.sources import PERMIT_LAW_WATCH
from permits.text.numerals import without_numbers

CALLED: Final[Mapping[str, Label]] = MappingProxyType({CONDITION: _("Condition of the approval")})
OF_EXTENSION: Final = _("Condition of the extension")
NAMED_DAY: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:之?前|以前)")
BASIS: Final = (PERMIT_LAW_WATCH,)


def of_conditions(held: Held) -> Iterator[Obligation]:
    """One for each line of the conditions of the act that granted the permit, and of those that extended it."""
    by, annulled = granting(held.acts), Outcomes(held.acts).annulled
    given = [*([by] if by else []), *(one for one in held.acts if one.act == "grant_extension")]
    told = [(code, text, act.seq in annulled) for act in given for code, text in told_by(act)]
    for code, text, gone in told:
        yield Obligation(
            code=code,
            basis=BASIS,
            **by_named_day(text),
            annulled=gone,
            after_end=True,
            asks={"done": words(pgettext_lazy("of a condition", "What was done"))},
        )


def told_by(act: Any) -> list[tuple[str, str]]:
    """Code and words of each condition that `act`, an approval or an extension, gave."""
    stem = f"{CONDITION}-{act.seq}" if act.act == "grant_extension" else CONDITION
    return [(f"{stem}-{number}", text) for number, text in enumerate(lines_of(act), 1)]


def approval_annulled(held: Held) -> bool:
    """Whether a reconsideration or judgment annulled the act that granted the permit, so that its conditions do not
    bind."""
    return getattr(granting(held.acts), "seq", None) in Outcomes(held.acts).annulled


def lines_of(act: Any) -> list[str]:
    """The conditions that `act` gave, one to a line, without empty ones and without numbers typed before them."""
    lines = (one.strip() for one in str(act.facts.get("conditions") or "").splitlines())
    return list(without_numbers(one for one in lines if one))


def by_named_day(text: str) -> dict[str, Any]:
    """What an obligation says of a condition's words and of the day they name."""
    due = named_day(text)
    return {"detail": text, "due": due, "counted": _("The day the condition names") if due else ""}


def named_day(text: str) -> date | None:
    """The day before or on which a condition is to be met, where its words name one.

    >>> named_day("应于2027年6月30日前完成补植。")
    datetime.date(2027, 6, 30)
    """
    found = NAMED_DAY.search(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:  # a thirty-first of June: a person reads what was meant
        return None
