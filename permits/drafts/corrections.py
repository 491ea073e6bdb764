"""Correction 补正 (许可法 32(1)(4)): what the officer asked for, what that unlocks, and what was changed in answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.drafts.changes import Change, changed_parts, difference
from permits.drafts.completeness import MATERIALS, missing
from permits.kinds import kind_of
from permits.models import Act, Application
from permits.models.material import current_files
from permits.models.states import S
from permits.models.submission import last_submission
from roles.models import Person

__all__ = [
    "Change",
    "Point",
    "answered",
    "answered_nothing",
    "changed_places",
    "difference",
    "is_open",
    "material_place",
    "open_materials",
    "places",
    "points",
    "to_correct",
    "unlocked",
]


class Point(Struct, frozen=True):
    """One line of the correction list: the place it speaks of, its address, and whether that was changed since."""

    code: str
    label: str
    what: str
    url: str = ""
    changed: bool = False


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


def changed_places(application: Application) -> frozenset[str]:
    """Codes of the sections and materials that the last submission changed against the one before it."""
    keys, slots = changed_parts(application)
    sections = {one.slug for one in kind_of(application).sections if (one.kept_as or one.slug) in keys}
    return frozenset(sections | {material_place(slot) for slot in slots})


def request_of(application: Application) -> Act | None:
    """The last act that asked for corrections: mostly the only one (permits/acts/asking_again.py)."""
    return application.acts.filter(act="request_correction").order_by("-seq").first()


def points(application: Application) -> list[Point]:
    """The correction list the applicant has to answer now; empty unless the case awaits correction."""
    request = request_of(application) if application.status == S.CORRECTING else None
    if request is None:
        return []
    return _told(application, request, _changed(application))


def answered(application: Application) -> list[Point]:
    """The correction list that was answered last, each point with whether the answer changed what it names; empty
    while none was answered. For the desk: who accepts an answer sees what it was an answer to."""
    if not application.did("resubmit"):
        return []
    return _told(application, application.did("request_correction")[-1], changed_places(application))


def _told(application: Application, request: Act, changed: frozenset[str]) -> list[Point]:
    labels = dict(places(application))
    return [
        Point(
            row["where"], labels.get(row["where"], row["where"]), row["what"],
            url=_address(application, row["where"]), changed=row["where"] in changed,
        )
        for row in request.facts["items"]
    ]  # fmt: skip


def answered_nothing(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: an answer that changes nothing says in words what it answers; else the desk reads the same again, as if
    nobody had asked."""
    if said.get("note") or _changed(application):
        return {}
    return {"note": _("Nothing was changed since the application was handed in: say what is answered to the list.")}


def to_correct(application: Application) -> frozenset[str]:
    """Codes of the places that were named and not changed since: a mark for the applicant, which bars nothing."""
    return frozenset(point.code for point in points(application) if not point.changed)


def _address(application: Application, code: str) -> str:
    """The page on which what the code names is changed; none for a place that is no longer there."""
    if code.startswith(material_place("")):
        return f"{reverse('draft-materials', args=[application.pk])}#slot-{code.removeprefix(material_place(''))}"
    pages = {section.slug: section.url_name for section in kind_of(application).sections}
    return reverse(pages[code], args=[application.pk]) if code in pages else ""


def _changed(application: Application) -> frozenset[str]:
    """Codes of the places that differ from what was handed in last."""
    last = last_submission(application)
    if last is None:
        return frozenset()
    kind, before = kind_of(application), last.content["asked"]
    now = kind.snapshot(application)
    names = {section.slug: section.kept_as or section.slug for section in kind.sections}
    sections = {slug for slug, name in names.items() if before.get(name) != now.get(name)}
    files = last.files ^ {(file.material.slot, file.sha256) for file in current_files(application)}
    return frozenset(sections | {material_place(slot) for slot, _sha256 in files})


def unlocked(application: Application) -> frozenset[str]:
    """Codes of `places` the applicant may change now: all of a draft; of a case under correction those that were named,
    and those that the correction leaves incomplete. A changed section may call for a material that nobody could name
    before, and else the application could never be handed in again."""
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
