"""An introduction of species: where, what for, with which safeguards, and which species.

A draft may leave fields open; what is missing is the matter of kind.py. The fields after the approval (W-01: place,
responsible person, isolation, marking) are what the law lets an authority record (facts 2.7).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from permits.models import Application

from . import vocabulary as v


def _choice(label: Any, choices: v.Choices, default: str = "") -> models.CharField[str, str]:
    return models.CharField(label, max_length=24, choices=choices, blank=True, default=default)


def _text(label: Any, length: int = 200) -> models.CharField[str, str]:
    return models.CharField(label, max_length=length, blank=True)


class SpeciesIntroduction(models.Model):
    """What is common to the species of one application."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, primary_key=True, related_name="introduction"
    )
    purpose = _choice(_("purpose"), v.PURPOSE)
    purpose_note = models.TextField(_("what the species are wanted for"), max_length=1000, blank=True)
    origin = _text(_("country or province of origin"), 120)
    supplier = _text(_("supplier and contract"))
    port = _text(_("port of entry"), 80)
    transport = _text(_("transport of live animals or plants"))
    arrives_on = models.DateField(_("expected arrival"), null=True, blank=True)
    place = _text(_("place of keeping or planting"))
    site_in = _choice(_("the place lies in"), v.SITE)
    responsible = _text(_("person responsible"), 60)
    isolation_trial = models.BooleanField(_("there is a plan of an isolation trial"), null=True, blank=True)
    isolation_from = models.DateField(_("isolation from"), null=True, blank=True)
    isolation_to = models.DateField(_("isolation to"), null=True, blank=True)
    escape_prevention = models.BooleanField(_("escape and spread are guarded against"), null=True, blank=True)
    escape_measures = models.TextField(_("measures against escape and spread"), max_length=1000, blank=True)
    marking = _text(_("marking"))
    filed_with = _choice(_("filed with"), v.FILED_WITH, "municipal")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("species introduction")
        verbose_name_plural = _("species introductions")
        constraints = [
            models.CheckConstraint(condition=Q(isolation_to__gte=F("isolation_from")), name="isolation_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.application)


class Species(models.Model):
    """One species of the application, as its row in the annex of the permit."""

    introduction = models.ForeignKey(SpeciesIntroduction, on_delete=models.CASCADE, related_name="species")
    position = models.PositiveIntegerField()
    scientific_name = models.CharField(_("scientific name"), max_length=120)
    chinese_name = models.CharField(_("Chinese name"), max_length=80)
    taxon = _choice(_("group"), v.TAXON)
    source = _choice(_("comes from"), v.SOURCE)
    first_introduction = models.BooleanField(_("first introduction"), null=True, blank=True)
    cites = models.BooleanField(_("listed in CITES"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("number"), null=True, blank=True)
    unit = _text(_("unit of the number"), 20)
    material = _text(_("live stage or propagating material"), 80)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("species")
        verbose_name_plural = _("species")
        ordering = ["introduction", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["introduction", "scientific_name"], name="one_row_per_species"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="species_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.chinese_name} {self.scientific_name}".strip()
