"""What the materials of an application are called, by slot: what is asked for now, and what was asked for before."""

from __future__ import annotations

from permits.contract import Label
from permits.kinds import kind_of
from permits.models import Application


def material_names(application: Application) -> dict[str, Label]:
    """The name of each slot, in the reader's language; one that the kind never had is not there."""
    kind = kind_of(application)
    return {**kind.former_materials, **{entry.slot: entry.label for entry in kind.requirements(application)}}
