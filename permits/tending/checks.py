"""What a design's figures must agree on among themselves, before any rule of law is asked.

These are matters of shape: a figure that contradicts another cannot be meant. Whether the figures are allowed is for
`permits.rules`. The same checks serve the import, the form of one row and the draft's problem list.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from permits.tables import stands
from permits.tables.columns import Said
from permits.tending import vocabulary as v
from roles.days import local_today


def impossible(values: Mapping[str, Any]) -> Iterator[Said]:
    """Fields of the head that cannot both be meant, or hold what no record can keep."""
    start, end = values.get("work_from"), values.get("work_to")
    if start and end and end < start:
        yield "work_to", _("The work cannot end before it begins.")
    surveyed = values.get("surveyed_on")
    if surveyed and surveyed > local_today():
        yield "surveyed_on", _("This day lies in the future.")
        return
    if surveyed and start and surveyed > start:
        yield "surveyed_on", _("The site is surveyed before the work begins.")


def inconsistent(values: Mapping[str, Any]) -> Iterator[Said]:
    """Fields of one row that cannot both be meant."""
    if values.get("method") in v.FELLING_METHODS:
        yield from stands.canopy(values)
    yield from _felling(values)
    yield from stands.category(values)
    yield from stands.coordinates(values)
    if values.get("rare_plants") and not values.get("rare_plant_measures"):
        yield "rare_plant_measures", _("Rare plants are present: say how they are protected.")


def _felling(values: Mapping[str, Any]) -> Iterator[Said]:
    """Method, intensities and kind of felling agree with one another."""
    method = values.get("method")
    felled = [name for name in ("stem_intensity_pct", "volume_intensity_pct") if values.get(name)]
    if method in v.METHODS_WITHOUT_FELLING:
        for name in felled:
            yield name, _("This method fells no trees: the intensity must be 0.")
    if (
        method in v.FELLING_METHODS
        and values.get("stem_intensity_pct") == 0
        and values.get("volume_intensity_pct") == 0
    ):
        yield "stem_intensity_pct", _("This method fells trees: the intensities cannot both be 0.")
    if felled and not stands.species(str(values.get("species_cut") or "")):
        yield "species_cut", _("Trees are felled: name the species.")
    if felled and values.get("felling_type") == "none":
        yield "felling_type", _("Trees are felled: this cannot be “no felling”.")
    if method == "weeding" and values.get("weeding") is False:
        yield "weeding", _("The method is clearing of shrubs and weeds: this cannot be “no”.")


def fells(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether any of the rows fells trees."""
    return any(row.get("stem_intensity_pct") or row.get("volume_intensity_pct") for row in rows)
