"""The conditions of an approval as obligations: one for each line, due on the day the line itself names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.contract import Label
from permits.models.facts import words
from permits.models.states import S
from permits.obligations import CONDITION, Held, Obligation
from permits.rules.base import Citation

CALLED: Final[Mapping[str, Label]] = MappingProxyType({CONDITION: _("Condition of the approval")})
NAMED_DAY: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:之?前|以前)")
BASIS: Final = (
    Citation(
        "行政许可法",
        "第六十一条第一款",
        "行政机关应当建立健全监督制度，通过核查反映被许可人从事行政许可事项活动情况的有关材料，履行监督责任。",
        "verified",
    ),
)


def of_conditions(held: Held) -> Iterator[Obligation]:
    """One for each line of the conditions of the act that granted the permit."""
    granting = next((act for act in held.acts if act.after == S.APPROVED != act.before), None)
    lines = [one.strip() for one in str(granting.facts.get("conditions") or "").splitlines()] if granting else []
    for number, text in enumerate((one for one in lines if one), 1):
        yield Obligation(
            code=f"{CONDITION}-{number}",
            basis=BASIS,
            detail=text,
            due=named_day(text),
            counted=_("The day the condition names") if named_day(text) else "",
            after_end=True,
            asks={"done": words(_("What was done"))},
        )


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
