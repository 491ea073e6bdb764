"""What the rules said against an act, as columns: so that it is found without reading the text of every act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models.act import Act

AGAINST: Final = ("not_competent", "refuse", "refer", "incomplete", "warn")
"""Severities that are not merely for information."""
GRAVE: Final = ("refuse", "not_competent")
"""Those of them on which an application is refused."""


class StoodAgainst(models.Model):
    """That the findings in an act's text name `rule` with `severity`, one of AGAINST; once, in however many places.

    Repeats the text for queries. Written with the act, and compared with it by the verification (derived.py).
    """

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="against", db_index=False)
    severity = models.CharField(_("severity"), max_length=16)
    rule = models.CharField(_("rule"), max_length=120)

    class Meta:
        verbose_name = _("finding against an act")
        verbose_name_plural = _("findings against acts")
        constraints = [models.UniqueConstraint(fields=["act", "severity", "rule"], name="stood_once_against_an_act")]
        indexes = [  # why was refused is counted of all that was; nine of ten rows warn
            models.Index(fields=["act", "rule"], condition=models.Q(severity__in=GRAVE), name="stood_gravely")
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.severity} {self.rule}"


def said_against(findings: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Severity and rule of each of `findings` that speaks against, each pair once, in order."""
    return sorted({(one["severity"], one["rule"]) for one in findings if one["severity"] in AGAINST})


def keep_against(act: Act) -> None:
    """Write the rows of an act just recorded; nothing for one that nothing stood against."""
    if said := said_against(act.findings):
        StoodAgainst.objects.bulk_create(StoodAgainst(act=act, severity=severity, rule=rule) for severity, rule in said)
