"""Who decides: the answer's type."""

from __future__ import annotations

from typing import NamedTuple


class Competence(NamedTuple):
    """The level and the agency's Chinese name; None where the law's answer was not found."""

    level: str | None
    agency: str | None


UNKNOWN = Competence(None, None)
