"""An introduction of species: where, what for, with which safeguards, and which species.

A draft may leave fields open; what is missing is the matter of the declaration in kind.py. The fields after the
approval (W-01: place, responsible person, isolation, marking) are what the law lets an authority record (facts 2.7).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from permits.introduction import vocabulary as v
from permits.introduction.columns import SPECIES
from permits.tables.columns import Choice
from permits.tables.fields import Head, PendingTable, TableRow, constraints_of, with_columns


def _choice(label: Any, choices: tuple[Choice, ...], default: str = "") -> models.CharField[str, str]:
    pairs = [(one.code, one.label) for one in choices]
    return models.CharField(label, max_length=24, choices=pairs, blank=True, default=default)


def _text(label: Any, length: int = 200) -> models.CharField[str, str]:
    return models.CharField(label, max_length=length, blank=True)


class SpeciesIntroduction(Head):
    """What is common to the species of one application."""

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

    class Meta:
        verbose_name = _("species introduction")
        verbose_name_plural = _("species introductions")
        constraints = [
            models.CheckConstraint(condition=Q(isolation_to__gte=F("isolation_from")), name="isolation_in_order"),
        ]


@with_columns(SPECIES)
class Species(TableRow):
    """One species of the application, as its row in the annex of the permit."""

    head = models.ForeignKey(SpeciesIntroduction, on_delete=models.CASCADE, related_name="rows")

    class Meta(TableRow.Meta):
        verbose_name = _("species")
        verbose_name_plural = _("species")
        constraints = [
            models.UniqueConstraint(fields=["head", *SPECIES.key], name="one_row_per_species"),
            *constraints_of(SPECIES.columns, prefix="species"),
        ]


class PendingSpecies(PendingTable):
    """A table of species that waits for its uploader's word."""

    head = models.ForeignKey(SpeciesIntroduction, on_delete=models.CASCADE, related_name="pending")

    class Meta(PendingTable.Meta):
        constraints = [models.UniqueConstraint(fields=["head", "uploaded_by"], name="one_pending_species_each")]
