"""Correction 补正 (许可法 32(1)(4)): what the officer asked for, what that unlocks, and what was changed in answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from permits.drafts.changes import Change, difference
from permits.drafts.completeness import MATERIALS, missing
from permits.kinds import kind_of
from permits.models import Act, Application
from permits.models.states import S

__all__ = [
    "Change",
    "Point",
    "difference",
    "is_open",
    "material_place",
    "open_materials",
    "places",
    "points",
    "unlocked",
]


@dataclass(frozen=True)
class Point:
    """One line of the correction list, with the name of the place it speaks of."""

    code: str
    label: str
    what: str


def material_place(slot: str) -> str:
    """The code by which a correction list names a material. A section is named by its slug."""
    return f"{MATERIALS}/{slot}"


def places(application: Application) -> list[tuple[str, str]]:
    """What a correction list may name, as (code, label): the sections of the kind, then each material of its list."""
    kind = kind_of(application)
    sections = [(section.slug, str(section.label)) for section in kind.sections]
    return sections + [
        (material_place(entry.slot), _("Material: %(name)s") % {"name": entry.label})
        for entry in kind.requirements(application)
    ]


def request_of(application: Application) -> Act | None:
    """The act that asked for corrections; the law allows one in a case."""
    return application.acts.filter(act="request_correction").order_by("-seq").first()


def points(application: Application) -> list[Point]:
    """The correction list the applicant has to answer now; empty unless the case awaits correction."""
    request = request_of(application) if application.status == S.CORRECTING else None
    if request is None:
        return []
    labels = dict(places(application))
    return [Point(row["where"], labels.get(row["where"], row["where"]), row["what"]) for row in request.facts["items"]]


def unlocked(application: Application) -> frozenset[str]:
    """Codes of `places` the applicant may change now: all of a draft, of a case under correction what was named.

    What a correction leaves incomplete elsewhere is open too: a changed section may call for a material that nobody
    could name before, and the application could then never be handed in again.
    """
    if application.status == S.DRAFT:
        return frozenset(code for code, _label in places(application))
    if application.status != S.CORRECTING:
        return frozenset()
    named = {point.code for point in points(application)}
    others = (section for section in kind_of(application).sections if section.slug not in named)
    broken = {section.slug for section in others if section.problems(application)}
    lacking = {material_place(entry.slot) for entry in missing(application)}
    return frozenset((named | broken | lacking) & {code for code, _label in places(application)})


def is_open(application: Application, place: str) -> bool:
    """Whether the applicant may change `place` (a code of `places`) now. No query for a draft."""
    return application.status == S.DRAFT or place in unlocked(application)


def open_materials(application: Application, slots: Sequence[str]) -> frozenset[str]:
    """Those of `slots` into which files may be put now."""
    if application.status == S.DRAFT:
        return frozenset(slots)
    codes = unlocked(application)
    return frozenset(slot for slot in slots if material_place(slot) in codes)
