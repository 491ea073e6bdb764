"""An application to occupy forest land 使用林地: its head, its parcels 地块, and a table not yet taken over.

A draft may be saved with fields left open; what is asked is the matter of checks.py. What is written, though, is in
range: the database refuses the rest.
"""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from permits.occupation import vocabulary as v
from permits.occupation.columns import PARCELS
from permits.tables.fields import Head, PendingTable, TableRow, chosen, chosen_known, constraints_of, with_columns


def _hectares(label: Any) -> "models.DecimalField[Any, Any]":
    """Hectares, four decimals: a square metre."""
    return models.DecimalField(
        label, max_digits=11, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )


def _flag(label: Any) -> "models.BooleanField[Any, Any]":
    return models.BooleanField(label, null=True, blank=True)


CHOSEN = {
    "project_class": v.PROJECT_CLASS,
    "main_project_level": v.MAIN_LEVEL,
    "tenure": v.TENURE,
    "facility": v.FACILITY,
    "prior_violation": v.PRIOR,
}
AREAS = ("total_ha", "same_project_area_ha")


class LandOccupation(Head):
    """The head: the project, how the land is used, and what the rules ask about the whole."""

    project_name = models.CharField(_("name of the project"), max_length=200, blank=True)
    project_class = chosen(_("class of the project"), v.PROJECT_CLASS)
    main_project_level = chosen(_("level of the main project"), v.MAIN_LEVEL)
    in_plan_area = _flag(_("inside the area of the nature area's plan"))
    national_major = _flag(_("national major project is claimed"))
    purpose = models.CharField(_("what the land is used for"), max_length=200, blank=True)
    tenure = chosen(_("kind of use"), v.TENURE)
    years = models.DecimalField(_("years of temporary use"), max_digits=4, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01"), _("More than 0 and at most 99 years.")),
                    MaxValueValidator(99, _("More than 0 and at most 99 years."))])  # fmt: skip
    permanent_building = _flag(_("permanent buildings are planned"))
    renews = models.CharField(_("number of the consent to be renewed"), max_length=90, blank=True)
    years_before = models.DecimalField(_("years consented to before"), max_digits=4, decimal_places=2, null=True,
        blank=True, validators=[MinValueValidator(Decimal("0.01"), _("More than 0 and at most 99 years.")),
                                MaxValueValidator(99, _("More than 0 and at most 99 years."))])  # fmt: skip
    facility = chosen(_("kind of forestry facility"), v.FACILITY)
    location = models.CharField(_("location"), max_length=500, blank=True)
    total_ha = _hectares(_("declared total area (ha)"))
    stock_m3 = models.DecimalField(
        _("stock to be felled (m³)"), max_digits=10, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    same_project_area_ha = _hectares(_("area granted before to the same project (ha)"))
    prior_violation = chosen(_("earlier illegal use"), v.PRIOR)
    violation_note = models.TextField(_("how it was dealt with"), max_length=1000, blank=True)
    secret = _flag(_("state secret: no public notice"))

    class Meta:
        verbose_name = _("occupation of forest land")
        verbose_name_plural = _("occupations of forest land")
        constraints = [
            *chosen_known(CHOSEN, prefix="occupation"),
            *(
                models.CheckConstraint(condition=Q(**{f"{name}__gte": 0}), name=f"occupation_{name}_not_negative")
                for name in (*AREAS, "stock_m3")
            ),
            models.CheckConstraint(condition=Q(years__gt=0, years__lte=99), name="occupation_years_range"),
            models.CheckConstraint(
                condition=Q(years_before__gt=0, years_before__lte=99), name="occupation_years_before_range"
            ),
        ]


@with_columns(PARCELS)
class Parcel(TableRow):
    """One parcel 地块."""

    head = models.ForeignKey(LandOccupation, on_delete=models.CASCADE, related_name="rows")

    class Meta(TableRow.Meta):
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [
            models.UniqueConstraint(fields=["head", *PARCELS.key], name="one_parcel_per_place"),
            *constraints_of(PARCELS.columns, prefix="parcel"),
        ]


class PendingParcels(PendingTable):
    """A table of parcels that waits for its uploader's word."""

    head = models.ForeignKey(LandOccupation, on_delete=models.CASCADE, related_name="pending")

    class Meta(PendingTable.Meta):
        constraints = [models.UniqueConstraint(fields=["head", "uploaded_by"], name="one_pending_parcels_each")]
