"""What a district may still give away in a year: forest land 占用林地定额 (森林法 36), felling 采伐限额 (森林法 54).

A book holds one kind's quota of one district and year. Nothing in it is changed: every movement is a row, and what is
left is their sum. Each row also says what is left after it, so that the database itself refuses less than nothing.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits.kinds import kind_or_absent


class QuotaBook(models.Model):
    """The quota of a kind of permit in a district and year."""

    kind = models.CharField(_("permit kind"), max_length=20)
    jurisdiction = models.ForeignKey("roles.Jurisdiction", on_delete=models.PROTECT, related_name="quota_books")
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        verbose_name = _("quota book")
        verbose_name_plural = _("quota books")
        ordering = ["-year", "jurisdiction", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "jurisdiction", "year"], name="quota_book_once")]

    def __str__(self) -> str:
        return f"{kind_or_absent(self.kind).short_label} · {self.jurisdiction} · {self.year}"


class QuotaMovement(models.Model):
    """One line of a book. `amount` is signed, `left` what is left after it: hectares or cubic metres, as the kind
    counts."""

    class Change(models.TextChoices):
        """Why the balance moved."""

        ALLOTTED = "allotted", _("allotted")
        CARRIED_IN = "carried_in", _("carried over from the year before")
        CARRIED_OUT = "carried_out", _("carried over to the next year")
        LAPSED = "lapsed", _("lapsed with the year")
        RESERVED = "reserved", _("reserved for an accepted case")
        RELEASED = "released", _("reservation released")
        DEDUCTED = "deducted", _("deducted for an approval")
        RETURNED = "returned", _("given back: the approval was annulled")

    append_only = True

    book = models.ForeignKey(QuotaBook, on_delete=models.PROTECT, related_name="movements")
    seq = models.PositiveIntegerField(_("number"))
    change = models.CharField(_("movement"), max_length=12, choices=Change.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)
    left = models.DecimalField(_("left"), max_digits=14, decimal_places=4)
    document = models.CharField(_("document"), max_length=200, blank=True)
    act = models.ForeignKey(
        "permits.Act", null=True, blank=True, on_delete=models.PROTECT, related_name="quota_movements"
    )
    application = models.ForeignKey(
        "permits.Application", null=True, blank=True, on_delete=models.PROTECT, related_name="quota_movements"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey("roles.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("quota movement")
        verbose_name_plural = _("quota movements")
        ordering = ["book", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["book", "seq"], name="quota_movement_in_order"),
            models.CheckConstraint(condition=models.Q(left__gte=0), name="quota_never_below_zero"),
            models.UniqueConstraint(
                fields=["book", "document"],
                condition=models.Q(change="allotted"),
                name="quota_allotted_once_by_document",
            ),
            models.CheckConstraint(
                condition=models.Q(act__isnull=False, application__isnull=False)
                | (models.Q(act=None, application=None, person__isnull=False) & ~models.Q(document="")),
                name="quota_moved_by_act_or_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.seq} {self.get_change_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append only. Raises TypeError for a row already written."""
        if not self._state.adding:
            raise TypeError("A quota movement is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never. Raises TypeError."""
        raise TypeError("A quota movement is never deleted")
