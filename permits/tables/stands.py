"""What rows about a piece of forest have in common, whatever their kind: name, species, and what cannot both be
meant."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from permits.tables.columns import Said
from permits.tables.forest import PUBLIC_CATEGORIES

_SEPARATORS = "，,；;/ \u3000\n"


def plot_name(values: Mapping[str, Any]) -> str:
    """Village or compartment and number in one, as the documents write it: 12林班3小班."""
    compartment, number = str(values.get("compartment") or ""), str(values.get("number") or "")
    compartment += "林班" if compartment.isdigit() else ""
    return f"{compartment}{number}" + ("" if number.endswith("小班") or not number else "小班")


def keyed_by_place(rows: Iterable[Any]) -> dict[str, Any]:
    """Rows by compartment and number, which tell a row apart within its table; where two townships have the same, the
    later row gets a count."""
    found: dict[str, Any] = {}
    for row in rows:
        key = first = f"{row.compartment}/{row.number}"
        count = 1
        while key in found:
            count += 1
            key = f"{first}/{count}"
        found[key] = row
    return found


def species(text: str) -> list[str]:
    """The species of a list written with 、 or any of the usual separators, each once, in order."""
    for mark in _SEPARATORS:
        text = text.replace(mark, "、")
    return list(dict.fromkeys(part for part in text.split("、") if part and part not in ("无", "-")))


def coordinates(values: Mapping[str, Any]) -> Iterator[Said]:
    """Longitude and latitude are both given, or neither."""
    if (values.get("longitude") is None) != (values.get("latitude") is None):
        yield "longitude" if values.get("longitude") is None else "latitude", _("Give both coordinates or none.")


def canopy(values: Mapping[str, Any]) -> Iterator[Said]:
    """No felling leaves a denser canopy than it found."""
    before, after = values.get("canopy_before"), values.get("canopy_after")
    if before is not None and after is not None and after > before:
        message = _("After felling the canopy cannot be denser than before (%(before)s).")
        yield "canopy_after", message % {"before": before}


def category(values: Mapping[str, Any]) -> Iterator[Said]:
    """Commodity forest is no public-benefit forest, nor the reverse."""
    named, level = values.get("forest_category"), values.get("public_benefit")
    if named and level and (named in PUBLIC_CATEGORIES) == (level == "none"):
        yield "forest_category", _("The forest category and the public-benefit level contradict each other.")
