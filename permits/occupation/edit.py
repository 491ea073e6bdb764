"""Changes of an occupation while it is a draft; parcels by the book of `permits.sheets.book`."""

from collections.abc import Mapping
from typing import Any

from permits.models import Application
from permits.occupation.columns import PARCELS as TABLE
from permits.occupation.models import LandOccupation, Parcel, PendingParcels
from permits.sheets import book
from permits.sheets.book import AlreadyTaken, EditedMeanwhile

__all__ = ["AlreadyTaken", "EditedMeanwhile"]

# Parts of the draft as a correction list names them.
HEAD = "head"
PARCELS = "parcels"

HEAD_FIELDS = (
    "project_name", "project_class", "main_project_level", "in_plan_area", "national_major", "purpose", "tenure",
    "years", "permanent_building", "facility", "location", "total_ha", "stock_m3", "quota_left_ha",
    "same_project_area_ha", "prior_violation", "violation_note", "secret", "protection_area",
)  # fmt: skip
BOOK = book.Book(
    table=TABLE, head=LandOccupation, row=Parcel, pending=PendingParcels, place=PARCELS, link="occupation",
    rows="parcels", touched="parcels_version", said_at="part",
)  # fmt: skip


def begin(application: Application) -> LandOccupation:
    """The empty head of a new draft; the one that is there if it was begun already."""
    occupation: LandOccupation
    occupation, _made = LandOccupation.objects.get_or_create(application=application)
    return occupation


def change_head(application_id: int, values: Mapping[str, Any], *, version: int) -> LandOccupation:
    """Write the head fields in `values`, read at `version`. Raises EditedMeanwhile, WrongStatus, Busy."""
    changed: LandOccupation = book.change_head(
        LandOccupation, application_id, values, place=HEAD, version=version, fields=HEAD_FIELDS
    )
    return changed
