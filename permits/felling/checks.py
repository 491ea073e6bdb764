"""What a row must say, and what its fields must agree on among themselves, before any rule of law is asked.

Whether the figures are allowed is for the rules. The same checks serve the import, the form of one row and the draft's
problem list.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from permits.felling.facts import THINS
from permits.tables import stands
from permits.tables.columns import Said

ROUNDING_PCT = Decimal(1)
"""How far the intensity may lie from volume by stock, in points."""


def inconsistent(values: Mapping[str, Any]) -> Iterator[Said]:
    """Fields of one row that cannot both be meant. Whether they are allowed is for the rules."""
    yield from _figures(values)
    yield from _felling(values)
    yield from stands.category(values)
    yield from stands.coordinates(values)


def _figures(values: Mapping[str, Any]) -> Iterator[Said]:
    volume, stock, intensity = (values.get(name) for name in ("volume_m3", "stock_m3", "volume_intensity_pct"))
    if volume is not None and stock is not None and volume > stock:
        yield "volume_m3", _("No more can be felled than stands there (%(stock)s m³).") % {"stock": stock}
    elif _unlike(volume, stock, intensity) and values.get("manner") in THINS:
        yield "volume_intensity_pct", _("The intensity does not fit the volume felled and the standing volume.")
    if values.get("timber_m3") is not None and volume is not None and values["timber_m3"] > volume:
        yield "timber_m3", _("The timber yield cannot be larger than the volume felled.")
    yield from stands.canopy(values)


def _unlike(volume: Decimal | None, stock: Decimal | None, intensity: Decimal | None) -> bool:
    """Whether the intensity is not what volume and stock give; not where one of them is open."""
    if volume is None or not stock or intensity is None:
        return False
    return abs(Decimal(volume) / Decimal(stock) * 100 - Decimal(intensity)) > ROUNDING_PCT


def _felling(values: Mapping[str, Any]) -> Iterator[Said]:
    if values.get("felling_type") == "tending" and values.get("manner") in ("clear", "shelterwood"):
        yield "manner", _("A tending felling leaves the stand: it is no clear cut and no shelterwood cutting.")
    if values.get("stems") == 0:  # a volume may be 0: that of trees too thin to be measured
        yield "stems", _("Something is felled: at least one stem.")
