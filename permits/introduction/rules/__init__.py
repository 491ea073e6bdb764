"""Rules of the introduction of alien and wild species (外来（野生）物种引进)."""

from __future__ import annotations

from permits.introduction.rules import need, papers, release, routes, sites, species
from permits.introduction.rules.routes import competence

__all__ = ["competence", "need", "papers", "release", "routes", "sites", "species"]
