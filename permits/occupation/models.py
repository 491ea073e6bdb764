"""An application to occupy forest land 使用林地: its head, its parcels 地块, and a table not yet taken over.

A draft may be saved with fields left open; what is asked is the matter of checks.py. What is written, though, is in
range: the database refuses the rest.
"""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from permits.models import Application
from permits.occupation import vocabulary as v
from permits.occupation.columns import BY_NAME, COLUMNS, KEY, NAMES, parcel_name
from permits.sheets.columns import Choice
from permits.sheets.fields import PendingTable, constraints_of, field_of

CODE = 32


def _chosen(label: Any, choices: tuple[Choice, ...]) -> "models.CharField[Any, Any]":
    """One of a vocabulary, or empty in a draft."""
    return models.CharField(label, max_length=CODE, choices=[(one.code, one.label) for one in choices], blank=True)


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
AREAS = ("total_ha", "quota_left_ha", "same_project_area_ha")


class LandOccupation(models.Model):
    """The head: the project, how the land is used, and what the rules ask about the whole."""

    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="occupation",
        verbose_name=_("application"),
    )
    project_name = models.CharField(_("name of the project"), max_length=200, blank=True)
    project_class = _chosen(_("class of the project"), v.PROJECT_CLASS)
    main_project_level = _chosen(_("level of the main project"), v.MAIN_LEVEL)
    in_plan_area = _flag(_("inside the area of the nature area's plan"))
    national_major = _flag(_("national major project is claimed"))
    purpose = models.CharField(_("what the land is used for"), max_length=200, blank=True)
    tenure = _chosen(_("kind of use"), v.TENURE)
    years = models.DecimalField(_("years of temporary use"), max_digits=4, decimal_places=2, null=True, blank=True)
    permanent_building = _flag(_("permanent buildings are planned"))
    facility = _chosen(_("kind of forestry facility"), v.FACILITY)
    location = models.CharField(_("location"), max_length=500, blank=True)
    total_ha = _hectares(_("declared total area (ha)"))
    stock_m3 = models.DecimalField(
        _("stock to be felled (m³)"), max_digits=10, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    quota_left_ha = _hectares(_("quota left (ha)"))
    same_project_area_ha = _hectares(_("area granted before to the same project (ha)"))
    prior_violation = _chosen(_("earlier illegal use"), v.PRIOR)
    violation_note = models.TextField(_("how it was dealt with"), max_length=1000, blank=True)
    secret = _flag(_("state secret: no public notice"))
    protection_area = _flag(_("inside the natural-forest protection area"))

    version = models.PositiveIntegerField(default=1, editable=False)
    parcels_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("occupation of forest land")
        verbose_name_plural = _("occupations of forest land")
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__in": ["", *(one.code for one in choices)]}),
                    name=f"occupation_{name}_known",
                )
                for name, choices in CHOSEN.items()
            ),
            *(
                models.CheckConstraint(condition=Q(**{f"{name}__gte": 0}), name=f"occupation_{name}_not_negative")
                for name in (*AREAS, "stock_m3")
            ),
            models.CheckConstraint(condition=Q(years__gt=0, years__lte=99), name="occupation_years_range"),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @classmethod
    def label(cls, name: str) -> str:
        """What a field is called, in the language of the request."""
        field: Any = cls._meta.get_field(name)
        return capfirst(str(field.verbose_name))

    @property
    def parts_ha(self) -> Decimal:
        """Hectares of all parcels."""
        areas = self.parcels.exclude(area_ha=None).values_list("area_ha", flat=True)
        return sum(areas, Decimal(0))  # not by the database: SQLite adds decimals as binary floats


def _column(name: str) -> "models.Field[Any, Any]":
    return field_of(BY_NAME[name])


class Parcel(models.Model):
    """One row: its fields are those of `columns.COLUMNS`, in that order."""

    occupation = models.ForeignKey(LandOccupation, on_delete=models.CASCADE, related_name="parcels")
    position = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1, editable=False)

    district = _column("district")
    township = _column("township")
    village = _column("village")
    compartment = _column("compartment")
    sub_compartment = _column("sub_compartment")
    part = _column("part")
    area_ha = _column("area_ha")
    land_class = _column("land_class")
    stand_purpose = _column("stand_purpose")
    origin = _column("origin")
    forest_category = _column("forest_category")
    authority = _column("authority")
    public_benefit = _column("public_benefit")
    grade = _column("grade")
    ownership = _column("ownership")
    zone = _column("zone")
    nature_area = _column("nature_area")
    red_line = _column("red_line")
    urban_planning_area = _column("urban_planning_area")
    species = _column("species")
    stock_m3 = _column("stock_m3")
    remark = _column("remark")

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["occupation", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["occupation", *KEY], name="one_parcel_per_place"),
            *constraints_of(COLUMNS, prefix="parcel"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def values(self) -> dict[str, Any]:
        """The row by column name."""
        return {name: getattr(self, name) for name in NAMES}

    @property
    def name(self) -> str:
        """Where it is, in one."""
        return parcel_name(self.values) or str(self.position)

    def shown(self, name: str) -> str:
        """A field as a reader sees it."""
        return BY_NAME[name].display(getattr(self, name))


class PendingParcels(PendingTable):
    """A table of parcels that waits for its uploader's word."""

    occupation = models.ForeignKey(LandOccupation, on_delete=models.CASCADE, related_name="pending")

    class Meta(PendingTable.Meta):
        constraints = [models.UniqueConstraint(fields=["occupation", "uploaded_by"], name="one_pending_parcels_each")]
