"""What papers of an agency say of it 机关公文资料 and no source tells: entered by its head, dated, never rewritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.bodies import Agency


class Datum(models.TextChoices):
    """One thing that papers say. A code 机关代字 begins the numbers of one type of paper."""

    DECISION_CODE = "decision_code", _("code of decisions")
    CERTIFICATE_CODE = "certificate_code", _("code of certificates")
    NOTICE_CODE = "notice_code", _("code of notices and letters")
    RECEIPT_CODE = "receipt_code", _("code of receipts")
    RECONSIDERATION = "reconsideration", _("organ of administrative reconsideration")
    COURT = "court", _("people's court")
    ADDRESS = "address", _("address")
    CONTACT = "contact", _("who answers questions")
    PHONE = "phone", _("telephone")
    COPIES = "copies", _("who gets a copy")


CODES = (Datum.DECISION_CODE, Datum.CERTIFICATE_CODE, Datum.NOTICE_CODE, Datum.RECEIPT_CODE)


class OfficialDatum(models.Model):
    """A datum from a day on, until a later row says it anew; empty: from that day there is none.

    Like an edition: the older row stays, and papers of its days are read with it. The database refuses to change it.
    """

    append_only = True
    reference_data = True

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="official_data")
    datum = models.CharField(_("datum"), max_length=20, choices=Datum.choices)
    kind = models.CharField(_("permit kind"), max_length=20, blank=True)
    """A kind of permit for which it differs; empty for all."""
    value = models.CharField(_("what papers say"), max_length=300, blank=True)
    source = models.CharField(_("where it is written"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("official datum")
        verbose_name_plural = _("official data")
        ordering = ["agency", "datum", "kind", "-valid_from", "-pk"]
        indexes = [models.Index(fields=["agency", "valid_from"], name="official_data_of_agency")]

    def __str__(self) -> str:
        return f"{self.agency} · {self.get_datum_display()}: {self.value or '—'}"
