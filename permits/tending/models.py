"""A tending-operation design: its head, its sub-compartments 小班, and a table read but not yet taken over.

A draft may be saved with fields left open; what is asked is the matter of checks.py. What is written, though, is in
range: the database refuses the rest.
"""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from permits.models import Application
from permits.sheets.fields import PendingTable, constraints_of, field_of
from permits.tending.columns import BY_NAME, COLUMNS, KEY, NAMES, display, species


class Funding(TextChoices):
    """The programmes the Beijing plan names (S0 L27, T-17), and any other."""

    PUBLIC_BENEFIT = "public_benefit", _("Care of national public-benefit forest")
    SUBSIDY = "subsidy", _("Forest-tending subsidy")
    FOREST_HEALTH = "forest_health", _("Forest-health tending")
    OTHER = "other", _("Other source of funds")


class TendingDesign(models.Model):
    """The head of the design. The compiler need not be the applicant (S1 L36, L63: T-03, T-19)."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, primary_key=True, related_name="tending", verbose_name=_("application")
    )
    compiler = models.CharField(_("unit that compiled the design"), max_length=120, blank=True)
    qualification = models.CharField(_("its qualification"), max_length=120, blank=True)
    lead_designer = models.CharField(_("person in charge"), max_length=60, blank=True)
    staff = models.CharField(_("survey and design staff"), max_length=300, blank=True)
    surveyed_on = models.DateField(_("surveyed on site on"), null=True, blank=True)
    management_plan = models.CharField(_("management plan it follows"), max_length=200, blank=True)
    standards = models.CharField(_("technical standards applied"), max_length=300, blank=True)
    funding = models.CharField(_("source of funds"), max_length=24, choices=Funding, blank=True)
    funding_note = models.CharField(_("source of funds, if other"), max_length=200, blank=True)
    cost_yuan = models.DecimalField(
        _("cost estimate (yuan)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    labour_days = models.PositiveIntegerField(_("labour (working days of one person)"), null=True, blank=True)
    supplies = models.CharField(_("supplies and equipment"), max_length=300, blank=True)
    work_from = models.DateField(_("work from"), null=True, blank=True)
    work_to = models.DateField(_("work to"), null=True, blank=True)
    felling = models.BooleanField(_("felling is planned"), null=True, blank=True)
    purpose = models.TextField(_("purpose and principles"), max_length=2000, blank=True)

    version = models.PositiveIntegerField(default=1, editable=False)
    plots_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("tending design")
        verbose_name_plural = _("tending designs")
        constraints = [
            models.CheckConstraint(condition=Q(work_to__gte=F("work_from")), name="tending_work_in_order"),
            models.CheckConstraint(condition=Q(cost_yuan__gte=0), name="tending_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @classmethod
    def field(cls, name: str) -> "models.Field[Any, Any]":
        """The field called `name`. FieldDoesNotExist if there is none."""
        field: models.Field[Any, Any] = cls._meta.get_field(name)  # type: ignore[assignment]  # no relation is asked for
        return field

    @classmethod
    def label(cls, name: str) -> str:
        """What a field is called, in the language of the request."""
        return capfirst(str(cls.field(name).verbose_name))

    @property
    def total_area(self) -> Decimal:
        """Hectares of all sub-compartments."""
        areas = self.plots.exclude(area_ha=None).values_list("area_ha", flat=True)
        return sum(areas, Decimal(0))  # not by the database: SQLite adds decimals as binary floats


def _field(name: str) -> "models.Field[Any, Any]":
    return field_of(BY_NAME[name])


class SubCompartment(models.Model):
    """One row of the table: its fields are those of `columns.COLUMNS`, in that order."""

    design = models.ForeignKey(TendingDesign, on_delete=models.CASCADE, related_name="plots")
    position = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1, editable=False)

    township = _field("township")
    compartment = _field("compartment")
    number = _field("number")
    longitude = _field("longitude")
    latitude = _field("latitude")
    area_ha = _field("area_ha")
    ownership = _field("ownership")
    origin = _field("origin")
    stand = _field("stand")
    stand_purpose = _field("stand_purpose")
    forest_category = _field("forest_category")
    public_benefit = _field("public_benefit")
    zone = _field("zone")
    natural_forest_project = _field("natural_forest_project")
    species_composition = _field("species_composition")
    age_group = _field("age_group")
    stand_age = _field("stand_age")
    mean_height_m = _field("mean_height_m")
    rare_plants = _field("rare_plants")
    rare_plant_measures = _field("rare_plant_measures")
    purpose = _field("purpose")
    method = _field("method")
    first_thinning = _field("first_thinning")
    felling_type = _field("felling_type")
    felling_manner = _field("felling_manner")
    species_cut = _field("species_cut")
    canopy_before = _field("canopy_before")
    canopy_after = _field("canopy_after")
    mean_dbh_before_cm = _field("mean_dbh_before_cm")
    mean_dbh_after_cm = _field("mean_dbh_after_cm")
    stems_kept = _field("stems_kept")
    stem_intensity_pct = _field("stem_intensity_pct")
    volume_intensity_pct = _field("volume_intensity_pct")
    target_share_before_pct = _field("target_share_before_pct")
    target_share_after_pct = _field("target_share_after_pct")
    converts_to_plantation = _field("converts_to_plantation")
    weeding = _field("weeding")
    residue_treated = _field("residue_treated")
    task_reference = _field("task_reference")
    remark = _field("remark")

    class Meta:
        verbose_name = _("sub-compartment")
        verbose_name_plural = _("sub-compartments")
        ordering = ["design", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["design", *KEY], name="one_plot_per_number"),
            *constraints_of(COLUMNS, prefix="plot"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Village or compartment and number in one, as the documents write it: 12林班3小班."""
        compartment, number = str(self.compartment), str(self.number)
        compartment += "林班" if compartment.isdigit() else ""
        return f"{compartment}{number}" + ("" if number.endswith("小班") else "小班")

    @property
    def values(self) -> dict[str, Any]:
        """The row by column name."""
        return {name: getattr(self, name) for name in NAMES}

    @property
    def species_felled(self) -> list[str]:
        return species(str(self.species_cut or ""))

    def shown(self, name: str) -> str:
        """A field as a reader sees it."""
        return display(name, getattr(self, name))


class PendingImport(PendingTable):
    """A table of sub-compartments that waits for its uploader's word."""

    design = models.ForeignKey(TendingDesign, on_delete=models.CASCADE, related_name="pending_imports")

    class Meta(PendingTable.Meta):
        constraints = [models.UniqueConstraint(fields=["design", "uploaded_by"], name="one_pending_import_per_person")]
