"""A tending-operation design: its head, its sub-compartments 小班, and a table read but not yet taken over.

A draft may be saved with fields left open; what is asked is the matter of checks.py. What is written, though, is in
range: the database refuses the rest.
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from permits.tables.fields import Head, PendingTable, TableRow, constraints_of, with_columns
from permits.tending.columns import PLOTS


class Funding(TextChoices):
    """The programmes the Beijing plan names (S0 L27, T-17), and any other."""

    PUBLIC_BENEFIT = "public_benefit", _("Care of national public-benefit forest")
    SUBSIDY = "subsidy", _("Forest-tending subsidy")
    FOREST_HEALTH = "forest_health", _("Forest-health tending")
    OTHER = "other", _("Other source of funds")


class TendingDesign(Head):
    """The head of the design. The compiler need not be the applicant (S1 L36, L63: T-03, T-19)."""

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

    class Meta:
        verbose_name = _("tending design")
        verbose_name_plural = _("tending designs")
        constraints = [
            models.CheckConstraint(condition=Q(work_to__gte=F("work_from")), name="tending_work_in_order"),
            models.CheckConstraint(condition=Q(cost_yuan__gte=0), name="tending_cost_not_negative"),
        ]


@with_columns(PLOTS)
class SubCompartment(TableRow):
    """One sub-compartment 小班."""

    head = models.ForeignKey(TendingDesign, on_delete=models.CASCADE, related_name="rows")

    class Meta(TableRow.Meta):
        verbose_name = _("sub-compartment")
        verbose_name_plural = _("sub-compartments")
        constraints = [
            models.UniqueConstraint(fields=["head", *PLOTS.key], name="one_plot_per_number"),
            *constraints_of(PLOTS.columns, prefix="plot"),
        ]


class PendingImport(PendingTable):
    """A table of sub-compartments that waits for its uploader's word."""

    head = models.ForeignKey(TendingDesign, on_delete=models.CASCADE, related_name="pending")

    class Meta(PendingTable.Meta):
        constraints = [models.UniqueConstraint(fields=["head", "uploaded_by"], name="one_pending_import_per_person")]
