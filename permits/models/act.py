"""The record: one row per act, append-only, chained by hash within its case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits.models.application import Application, spec_of
from permits.models.body import ToldByBody
from permits.models.machine import ActSpec
from permits.models.states import S
from roles.models import Agency, Mandate, Post
from roles.models.mandates import Duty

GENESIS = "0" * 64
DECIDED_ELSEWHERE = frozenset({"record_higher_decision", "forfeit_permit", "record_reconsideration", "record_suit"})
"""Acts that record what another organ decided; their facts tell the day."""


class Act(ToldByBody, models.Model):
    """What one person, or the clock, did in a case. The database refuses UPDATE, DELETE and TRUNCATE.

    `body` is the canonical text (RFC 8785) of all that the hash covers. The columns repeat parts of it for queries;
    permits.ledger.chain compares the two. `key` alone is not of it: it says nothing about the case, only from which
    sending of a form the act came, so that the same sending makes no second one (docs/decisions/0010).
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="acts", db_index=False)
    seq = models.PositiveIntegerField(_("number in the case"))
    act = models.CharField(_("act"), max_length=40)
    before = models.CharField(_("status before"), max_length=20, blank=True)
    after = models.CharField(_("status after"), max_length=20)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(_("duty"), max_length=16, choices=Duty.choices, blank=True)
    work_item = models.PositiveBigIntegerField(_("work item completed"), null=True, unique=True)
    key = models.UUIDField(_("one-time key"), null=True, unique=True, editable=False)
    at = models.DateTimeField(_("time"))
    body = models.TextField(_("canonical text"))
    previous = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    append_only = True

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["application", "seq"]
        constraints = [models.UniqueConstraint(fields=["application", "seq"], name="act_in_order")]
        indexes = [
            models.Index(fields=["person", "-at"], name="acts_of_person"),
            models.Index(fields=["act", "-at"], name="acts_of_a_name"),
            models.Index(fields=["agency", "application"], name="acts_of_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.seq} {self.act}"

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What the rules found when it was performed, as they stood then."""
        return self.content.get("findings", [])  # type: ignore[no-any-return]

    @property
    def grants(self) -> bool:
        """Whether the case stands approved by it, and did not before."""
        return self.after == S.APPROVED != self.before

    @property
    def decided_on(self) -> date:
        """The day of the decision that it is; what another organ decided was decided days before it was recorded."""
        if self.act in DECIDED_ELSEWHERE:
            return date.fromisoformat(self.facts["decided_on"])
        return timezone.localdate(self.at)

    @property
    def intact(self) -> bool:
        """Whether its text is the one that was hashed. The rest of a record is compared by permits.ledger.chain."""
        return self.hash == digest(self.body)

    @property
    def agency_name(self) -> str:
        """What its agency was called when it was performed: an edition of the role matrix may name it anew. Empty for
        an act of no agency."""
        if self.agency is None:
            return ""
        return str(self.content.get("names", {}).get("agency") or self.agency.name)

    @property
    def spec(self) -> ActSpec:
        """How the act is declared."""
        return spec_of(self.act)

    @property
    def words(self) -> str:
        """What the actor wrote: the opinion, the reasons, the note."""
        for name in ("opinion", "reasons", "reason", "statement", "result", "answer", "note"):
            if isinstance(value := self.facts.get(name), str):
                return value
        return ""


def read_texts(acts: Iterable[Act], *names: str) -> None:
    """Reads the texts that were left where they are (`Application.history`) of those of `acts` that bear one of the
    names, all in one query: for who asks the facts of each."""
    unread = {one.pk: one for one in acts if one.act in names and "body" in one.get_deferred_fields()}
    if len(unread) > 1:
        for pk, body in Act.objects.filter(pk__in=unread).order_by().values_list("pk", "body"):
            unread[pk].body = body


def read_records(applications: Iterable[Application]) -> None:
    """Reads `history` of all of them, with its texts, in one query: for who asks many cases what was done in each."""
    several = list(applications)
    records: dict[int, list[Act]] = {one.pk: [] for one in several}
    for act in Act.objects.filter(application__in=records).order_by("seq") if records else ():
        records[act.application_id].append(act)
    for one in several:
        one.__dict__["history"] = records[one.pk]


def digest(body: str) -> str:
    """The hash of an act with this canonical text."""
    return hashlib.sha256(body.encode()).hexdigest()
