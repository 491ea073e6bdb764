"""What an occupation's head must say, and what must agree, before any rule of law is asked."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from permits.sheets.columns import Said

ASKED = (
    "project_name", "project_class", "purpose", "tenure", "location", "total_ha", "quota_left_ha",
    "same_project_area_ha", "prior_violation", "secret",
)  # fmt: skip
# Asked only where the first field has the second value: the contract of a case file.
WHERE = (
    ("tenure", "temporary", ("years", "permanent_building")),
    ("tenure", "forestry_service", ("facility",)),
    ("project_class", "linear_works_borrow", ("main_project_level",)),
    ("project_class", "nature_area_plan", ("in_plan_area",)),
    ("prior_violation", "punished", ("violation_note",)),
)


def missing(values: Mapping[str, Any]) -> Iterator[Said]:
    """Fields the application cannot be handed in without."""
    conditional = [name for field, value, names in WHERE if values.get(field) == value for name in names]
    for name in (*ASKED, *conditional):
        if values.get(name) in (None, ""):
            yield name, _("This must be filled in.")
    if values.get("total_ha") == 0:
        yield "total_ha", _("The total area is 0.")


def sum_differs(total: Decimal | None, parts: Decimal) -> str:
    """Says the difference where the parcels do not add up to the declared total; empty where they do."""
    if total is None or total == parts:
        return ""
    facts = {"parts": f"{parts:.4f}", "total": f"{total:.4f}", "difference": f"{abs(total - parts):.4f}"}
    if parts > total:
        return _("The parcels add up to %(parts)s ha, %(difference)s ha more than the declared %(total)s ha.") % facts
    return _("The parcels add up to %(parts)s ha, %(difference)s ha less than the declared %(total)s ha.") % facts
