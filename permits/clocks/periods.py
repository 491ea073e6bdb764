"""The statutory periods as data: how many working days, by which article, and how well that is verified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from msgspec import Struct

from permits.data_files import read_yaml
from permits.models.clock import PERIODS
from permits.text.citing import articles_said, blank, source_said

PARAMETERS = Path(__file__).parent.parent / "rules" / "parameters.yaml"

# 行政许可法 art 45 leaves time out of "the periods of this section": those of arts 42 to 44, no others.
SUSPENDABLE = frozenset({"decide", "joint", "first_review", "deliver"})
# Art 42: by approval of the organ's head; where the people's government ordered joint handling, of its head.
EXTENSIONS = MappingProxyType({"decide": "extend", "joint": "joint_extend"})
# A reconsideration or a judgment sets its last day, which no calendar moves.
SET_BY_ANOTHER = frozenset({"anew"})
# Who was told of the right to a hearing uses it or lets it pass (art 47(1)): with its last day it is over, and nobody
# is late.
OF_A_PARTY = frozenset({"hearing_ask"})
# They run from the application, so before acceptance: 行政许可法 art 32(4) and 令35 art 10.
FROM_RECEIPT = frozenset({"notice", "site_check"})


class Period(Struct, frozen=True):
    """A statutory period: `working_days` by `article` of `source`, which was `verified` or is from memory and so on."""

    key: str
    working_days: int
    article: str
    source: str
    verified: str

    @property
    def name(self) -> str:
        """What it is for, in words."""
        return str(dict(PERIODS).get(self.key, self.key))

    @property
    def citation(self) -> str:
        """Law and article, as Chinese texts write them."""
        return f"{self.source}{self.article}"

    @property
    def told(self) -> str:
        """The same in the reader's language."""
        return f"{source_said(self.source)}{blank()}{articles_said(self.article)}"

    @property
    def suspendable(self) -> bool:
        """Whether art 45 leaves time out of it."""
        return self.key in SUSPENDABLE

    @property
    def extension(self) -> Period | None:
        """The period it may be extended by, once."""
        key = EXTENSIONS.get(self.key)
        return periods()[key] if key else None


@cache
def periods() -> Mapping[str, Period]:
    """Every statutory period by key, read once. Raises ValueError for a value without days or article."""
    rows: dict[str, dict[str, Any]] = read_yaml(PARAMETERS)["periods"]
    return MappingProxyType({key: _period(key, row) for key, row in rows.items()})


def _period(key: str, row: Mapping[str, Any]) -> Period:
    days, article = row.get("working_days"), row.get("article")
    if not isinstance(days, int) or days < 1 or not article:
        raise ValueError(f"period {key}: working_days and article are needed")
    return Period(key, days, str(article), str(row.get("source", "")), str(row.get("verified", "")))


@register(Tags.compatibility)
def check_periods(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """System check: each period ever named still has its days and its article."""
    return [
        Error(f"The period {key} is gone from {PARAMETERS.name}: entries of the record name it.", id="permits.E002")
        for key, _name in PERIODS
        if key not in periods()
    ]
