"""Days on which the calendar departs from the package: make-up days 调休 and holidays of a yearly notice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """One day as the State Council's notice, or a person with a document in hand, says it is.

    A row overrides the packaged calendar for its date. `notice_year` is the year in the title of the notice it came
    from, which need not be the year of the date: the notice of a year may move days of the December before. A year
    counts as covered when a row of its notice exists; a day corrected by hand leaves it empty and covers nothing.
    """

    reference_data = True

    date = models.DateField(_("date"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("holiday"), max_length=60, blank=True)
    source = models.TextField(_("source"))
    notice_year = models.PositiveSmallIntegerField(_("year of the notice"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.name}".rstrip()
