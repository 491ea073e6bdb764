"""Rules of a tending-operation design (天然林抚育作业设计)."""

from __future__ import annotations

from datetime import date

from permits.rules.competence import UNKNOWN, Competence
from permits.rules.places import BEIJING, BEIJING_FORESTRY, JIZHOU, JIZHOU_FORESTRY, place_of
from permits.tending.facts import Tending
from permits.tending.rules import felling, papers, public_benefit, standards, zones

__all__ = ["competence", "felling", "papers", "public_benefit", "standards", "zones"]


def competence(case: Tending, on: date) -> Competence:
    """Who approves the design of natural forest.

    Beijing: 市园林绿化局 (S0 L27). Jizhou: 林业主管部门, level not stated; 区林业局 leads that row (S1 L31). Elsewhere
    林造发〔2012〕191号 art 7 leaves the level to the province: not found.
    """
    if not any(plot.natural for plot in case.plots):
        return UNKNOWN  # the approval of S0 and S1 is for natural forest
    place = place_of(case.jurisdiction)
    if place == BEIJING:
        return Competence("municipal", BEIJING_FORESTRY)
    return Competence("district", JIZHOU_FORESTRY) if place == JIZHOU else UNKNOWN
