"""An application for a felling licence 林木采伐许可: its head, its stands 小班, and a table not yet taken over.

A draft may be saved with fields left open. What is written, though, is in range: the database refuses the rest.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from permits.felling import vocabulary as v
from permits.felling.columns import STANDS
from permits.tables.fields import Head, PendingTable, TableRow, chosen, chosen_known, constraints_of, with_columns

CHOSEN = {
    "applicant": v.APPLICANT,
    "last_regeneration": v.LAST_REGENERATION,
    "last_year_event": v.LAST_YEAR_EVENT,
}


class Felling(Head):
    """The head: who asks, when trees are felled, and what the law asks about the year before."""

    applicant = chosen(_("who applies"), v.APPLICANT)
    surveyor = models.CharField(_("who surveyed the felling area"), max_length=120, blank=True)
    tending_design = models.CharField(_("reply approving the tending design"), max_length=60, blank=True)
    work_from = models.DateField(_("felling from"), null=True, blank=True)
    work_to = models.DateField(_("felling to"), null=True, blank=True)
    last_regeneration = chosen(_("regeneration of the year before"), v.LAST_REGENERATION)
    last_year_event = chosen(_("grave events of the year before"), v.LAST_YEAR_EVENT)

    class Meta:
        verbose_name = _("application for a felling licence")
        verbose_name_plural = _("applications for felling licences")
        constraints = [
            *chosen_known(CHOSEN, prefix="felling"),
            models.CheckConstraint(condition=Q(work_to__gte=F("work_from")), name="felling_work_in_order"),
        ]


@with_columns(STANDS)
class Stand(TableRow):
    """One stand to be felled."""

    head = models.ForeignKey(Felling, on_delete=models.CASCADE, related_name="rows")

    class Meta(TableRow.Meta):
        verbose_name = _("stand")
        verbose_name_plural = _("stands")
        constraints = [
            models.UniqueConstraint(fields=["head", *STANDS.key], name="one_stand_per_number"),
            *constraints_of(STANDS.columns, prefix="stand"),
        ]


class PendingStands(PendingTable):
    """A table of stands that waits for its uploader's word."""

    head = models.ForeignKey(Felling, on_delete=models.CASCADE, related_name="pending")

    class Meta(PendingTable.Meta):
        constraints = [models.UniqueConstraint(fields=["head", "uploaded_by"], name="one_pending_stands_each")]
