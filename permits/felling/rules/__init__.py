"""Rules of a felling licence (林木采伐许可)."""

from __future__ import annotations

from permits.felling.rules import forest, grounds, level, limit, natural, need, papers, regeneration, reserves, season
from permits.felling.rules.level import competence

__all__ = [
    "competence",
    "forest",
    "grounds",
    "level",
    "limit",
    "natural",
    "need",
    "papers",
    "regeneration",
    "reserves",
    "season",
]
