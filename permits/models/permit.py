"""The permit that an approval makes, and its life after: the endings that the law keeps apart, expiry, and restoration.

Only acts of its case move it (permits/acts/life.py); what each act made of it stands in the act's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition

from permits.models.act import Act
from permits.models.application import Application
from permits.models.status import LegalStatus


class P(TextChoices):
    """Where a permit stands."""

    VALID = "valid", _("Valid")
    SUPERSEDED = "superseded", _("Superseded")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn by the authority (art 8)")
    REVOKED = "revoked", _("Revoked (art 69)")
    CANCELLED = "cancelled", _("Cancelled (art 70)")
    FORFEITED = "forfeited", _("Forfeited as a penalty")
    ANNULLED = "annulled", _("Annulled by reconsideration or judgment")


ENDED_EARLY = (P.WITHDRAWN, P.REVOKED, P.FORFEITED, P.ANNULLED)
"""Ended before its last day, by a decision."""


class Permit(LegalStatus):
    """What the applicant may do, from when to when, by which act."""

    application = models.OneToOneField(Application, primary_key=True, on_delete=models.PROTECT, related_name="permit")
    granted_by = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="permit")
    status = FSMField(_("status"), default=P.VALID, choices=P.choices, protected=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True)

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        constraints = [models.CheckConstraint(condition=models.Q(status__in=P.values), name="permit_status_known")]
        indexes = [models.Index(fields=["status", "application"], name="permit_by_status")]

    def __str__(self) -> str:
        return str(self.application)

    @transition(field="status", source=P.VALID, target=P.SUPERSEDED)
    def supersede(self, **facts: Any) -> None:
        """Another permit takes its place."""

    @transition(field="status", source=P.VALID, target=P.EXPIRED)
    def expire(self, **facts: Any) -> None:
        """失效: its term ended."""

    @transition(field="status", source=P.VALID, target=P.WITHDRAWN)
    def withdraw(self, **facts: Any) -> None:
        """撤回, 许可法 8."""

    @transition(field="status", source=P.VALID, target=P.REVOKED)
    def revoke(self, **facts: Any) -> None:
        """撤销, 许可法 69."""

    @transition(field="status", source=[P.VALID, P.EXPIRED, *ENDED_EARLY], target=P.CANCELLED)
    def cancel(self, **facts: Any) -> None:
        """注销, 许可法 70."""

    @transition(field="status", source=P.VALID, target=P.FORFEITED)
    def forfeit(self, **facts: Any) -> None:
        """吊销, a penalty."""

    @transition(field="status", source=[P.VALID, P.EXPIRED], target=P.ANNULLED)
    def annul(self, **facts: Any) -> None:
        """The approval itself was annulled 复议、诉讼."""

    @transition(field="status", source=P.EXPIRED, target=P.VALID)
    def prolong(self, **facts: Any) -> None:
        """It goes on after its end: what was asked in time is granted once its refusal was annulled, or what was
        reported in time is found right and leaves it without a last day."""

    @transition(field="status", source=[P.SUPERSEDED, *ENDED_EARLY, P.CANCELLED], target=P.VALID)
    def grant_anew(self, **facts: Any) -> None:
        """Its approval was annulled, the case reopened, and it is granted by a new decision."""

    @transition(field="status", source=list(P), target=RETURN_VALUE(*P))
    def restore(self, *, to: str, **facts: Any) -> str:
        """The act that moved it was annulled: `to` is what stood before."""
        return to


ENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "expire_permit": "expire",
        "withdraw_permit": "withdraw",
        "revoke_permit": "revoke",
        "cancel_permit": "cancel",
        "forfeit_permit": "forfeit",
        "replace_permit": "supersede",
    }
)
"""Acts that end the permit, and the transition of its status."""
LENGTHENS: Final = ("grant_extension", "deem_extended")
MOVES: Final = frozenset({*ENDS, *LENGTHENS})
"""Acts after the approval, other than remedies, that make something else of the permit."""
FREES: Final = frozenset({"check_report", "record_inspection", "check_rectification"})
"""Acts of supervision that find an obligation right, and may so leave a permit without a last day
(`Kind.unlimited_by`)."""
REQUEST_REFUSED: Final = ("refuse_extension", "refuse_change", "refuse_cancellation")
ANSWERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ask_extension": frozenset({"grant_extension", "refuse_extension", "deem_extended"}),
        "ask_change": frozenset({"grant_change", "refuse_change"}),
        "ask_reissue": frozenset({"reissue_permit"}),
        "ask_cancellation": frozenset({"cancel_permit", "refuse_cancellation"}),
    }
)
"""What a holder asks of the organ after approval, and the acts that answer it."""
TAKES_BACK: Final = "take_back_request"
"""The act by which the holder takes back what it asked; it names the act that asked."""


def granting(acts: Iterable[Any]) -> Any | None:
    """The act that granted the permit: the last of `acts` that approves, as an annulled approval may be followed by
    another one. None where none does."""
    return next((act for act in reversed(list(acts)) if act.grants), None)
