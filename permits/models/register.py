"""The public register 许可公开 (许可法 40): what of a granted decision everyone may read, one row for each permit.

Computed from the record (permits/register/), so it can be made anew at any time. How the permit stands today is never
copied here: it is read from the permit itself.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from permits.models.permit import Permit
from roles.models import Agency, Jurisdiction


class RegisterEntry(models.Model):
    """A granted decision as the public may know it: masked by the rules of permits/register/masking.py.

    `withheld` names the rule by which it is not listed at all; empty: listed. Areas in hectares, volumes in cubic
    metres, as handed in. `search` is the folded text in which words are looked for.
    """

    permit = models.OneToOneField(Permit, primary_key=True, on_delete=models.CASCADE, related_name="entry")
    withheld = models.CharField(_("rule by which it is not listed"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20)
    place = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The agency whose paper granted it, or that recorded the decision of an organ above it."""
    organ = models.CharField(_("organ that decided"), max_length=160)
    decided_on = models.DateField(_("decided on"))
    number = models.CharField(_("number of the decision"), max_length=120, blank=True)
    certificate = models.CharField(_("number of the certificate"), max_length=120, blank=True)
    holder = models.CharField(_("holder"), max_length=200)
    holder_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    matter = models.CharField(_("matter"), max_length=500)
    site = models.CharField(_("place"), max_length=500, blank=True)
    hectares = models.DecimalField(_("hectares"), max_digits=14, decimal_places=4, null=True)
    cubic_metres = models.DecimalField(_("cubic metres"), max_digits=14, decimal_places=4, null=True)
    facts: Any = models.JSONField(_("what the public is told"), default=list)
    search = models.TextField(_("text that is searched"))
    changed_at = models.DateTimeField(_("last changed"), db_index=True)

    class Meta:
        verbose_name = _("entry of the public register")
        verbose_name_plural = _("entries of the public register")
        indexes = [
            models.Index(F("decided_on").desc(), F("permit").desc(), name="register_newest", condition=Q(withheld="")),
            models.Index(
                "place", F("decided_on").desc(), F("permit").desc(), name="register_of_place", condition=Q(withheld="")
            ),
            models.Index(
                "kind", F("decided_on").desc(), F("permit").desc(), name="register_of_kind", condition=Q(withheld="")
            ),
            models.Index(fields=["agency", "decided_on"], name="register_of_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.pk} {self.matter}"
