"""The role matrix of the documents, and who holds what of it today."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from roles.days import local_today
from roles.models.bodies import Agency, Jurisdiction, OperatingUnit, in_reader_language


class SourceDocument(models.Model):
    """A policy document, plan or law that gives duties."""

    reference_data = True

    code = models.CharField(_("key"), max_length=20, primary_key=True)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=250, blank=True)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    note = models.TextField(_("what the sources leave open"), blank=True)
    note_en = models.TextField(_("the same in English"), blank=True)

    class Meta:
        verbose_name = _("source document")
        verbose_name_plural = _("source documents")
        ordering = ["code"]

    def __str__(self) -> str:
        """The title in the reader's language; the Chinese one where no English is known."""
        return str(in_reader_language(self.title, self.title_en))

    @property
    def open_point(self) -> str:
        return in_reader_language(self.note, self.note_en)


class Duty(models.TextChoices):
    """What a document, or the procedure that follows from it, makes an agency do."""

    LEAD = "lead", _("lead")
    RESPONSIBLE = "responsible", _("main responsibility")
    ASSIST = "assist", _("assist")
    IMPLEMENT = "implement", _("implement")
    ENFORCE = "enforce", _("enforce")
    ACCEPT = "accept", _("accept")
    FIRST_REVIEW = "first_review", _("first review")
    FINAL_REVIEW = "final_review", _("final review")
    DECIDE = "decide", _("decide")
    ADVISE = "advise", _("advise")
    SUPERVISE = "supervise", _("supervise")
    OVERSEE = "oversee", _("oversee as the superior organ")
    AUDIT = "audit", _("audit")


SCOPES = {
    "protection_area": _("building in the natural-forest protection area"),
    "A": _("route A: terrestrial wildlife from abroad"),
    "B": _("route B: forest seeds and seedlings from abroad"),
    "C": _("route C: other alien species"),
    "D": _("route D: wildlife moved or released inside China"),
    "district": _("licences the district gives"),
    "municipal": _("licences the city gives"),
}
"""The scopes the data uses, in words (S1 L61; facts 2.7)."""
IN_THE_PROCEDURE = frozenset({Duty.ACCEPT, Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE})
"""Duties by which an agency has the case itself: consulted and auditing agencies' heads order nothing in it."""
WORKING_DUTIES = (Duty.ACCEPT, Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE, Duty.ADVISE, Duty.SUPERVISE,
                  Duty.OVERSEE, Duty.AUDIT)  # fmt: skip


class Mandate(models.Model):
    """One row of the role matrix: this agency has this duty in this matter, here, by this clause.

    `scope` narrows a working duty within its kind: blank speaks of every case; `protection_area` of building in the
    natural-forest protection area (S1 L61); `A` to `D` of one legal route of introduction (facts 2.7).
    `valid_from` and `valid_to` are the document's own term, both days counted; `ended_on` is the day the row was
    found gone from the role matrix: it gives no duty from that day, not even as a last edition.
    """

    reference_data = True

    class Basis(models.TextChoices):
        QUOTED = "quoted", _("the document says so")
        REBUILT = "rebuilt", _("read from a damaged table")
        INFERRED = "inferred", _("follows from the documents and the law")

    key = models.CharField(_("key"), max_length=120, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="mandates")
    matter = models.CharField(_("matter"), max_length=60)
    matter_en = models.CharField(_("matter in English"), max_length=120, blank=True)
    kind = models.CharField(_("permit kind"), max_length=20, blank=True)
    scope = models.CharField(_("scope"), max_length=24, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="mandates")
    duty = models.CharField(_("duty"), max_length=16, choices=Duty.choices)
    countersign = models.BooleanField(_("countersigns"), default=False)
    document = models.ForeignKey(SourceDocument, on_delete=models.PROTECT, related_name="mandates")
    line = models.CharField(_("line or article"), max_length=30)
    clause = models.TextField(_("clause"))
    basis = models.CharField(_("how it is known"), max_length=10, choices=Basis.choices, default=Basis.QUOTED)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    ended_on = models.DateField(_("left the role matrix on"), null=True, blank=True)
    note = models.TextField(_("what the sources leave open"), blank=True)
    note_en = models.TextField(_("the same in English"), blank=True)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["key"]
        indexes = [models.Index(fields=["kind", "duty", "jurisdiction"], name="mandate_for_step")]
        permissions = [(f"{duty}_under", f"May {duty} under this mandate") for duty in WORKING_DUTIES]

    def __str__(self) -> str:
        return f"{self.agency} · {self.get_duty_display()}"

    @property
    def matter_name(self) -> str:
        return in_reader_language(self.matter, self.matter_en)

    @property
    def scope_name(self) -> str:
        """The scope in words; a scope without words shows its code."""
        return str(SCOPES.get(self.scope, self.scope))

    @property
    def open_point(self) -> str:
        """What the sources leave open about this row, in the reader's language."""
        return in_reader_language(self.note, self.note_en)

    def expired(self, on: date) -> bool:
        """Whether the document's own term ended before `on`."""
        return self.valid_to is not None and self.valid_to < on

    def left(self, on: date) -> bool:
        """Whether the row had left the role matrix by `on`."""
        return self.ended_on is not None and self.ended_on <= on


class Grant(GroupObjectPermissionBase):
    """A guardian grant to a post's group, with who gave it, since when and until when.

    A grant that ended stays, and the same one may be given again later: guardian's own uniqueness is replaced.
    """

    reference_data = True

    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("last day"), null=True, blank=True)
    ground = models.CharField(_("given by"), max_length=200, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["group", "permission", "content_object"],
                condition=Q(until__isnull=True),
                name="one_open_%(class)s",
            ),
        ]

    @property
    def never_held(self) -> bool:
        """Whether it was ended before it began: its last day lies before the first, so it held on no day."""
        return self.until is not None and self.until < self.since

    @property
    def right_name(self) -> str:
        """What it allows, in words."""
        name = self.permission.codename.removesuffix("_under")
        words = {"head": _("heads the agency"), "apply_for": _("applies for the unit"), "manage": _("manages the unit")}
        return str(words.get(name) or Duty(name).label)


class MandateGrant(Grant):
    """`<duty>_under` on a mandate."""

    content_object = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="grants")


class AgencyGrant(Grant):
    """`head` of an agency."""

    content_object = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="grants")


class UnitGrant(Grant):
    """`apply_for` an operating unit."""

    content_object = models.ForeignKey(OperatingUnit, on_delete=models.PROTECT, related_name="grants")


def held(prefix: str = "") -> Q:
    """Rows whose term holds, held or will hold on some day. The others were ended before they began (`never_held`)."""
    return Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": models.F(f"{prefix}since")})


def in_matrix(prefix: str = "", on: date | None = None) -> Q:
    """Mandates that have not left the role matrix by `on` (default today). An edition that ran out is still in it."""
    return Q(**{f"{prefix}ended_on__isnull": True}) | Q(**{f"{prefix}ended_on__gt": on or local_today()})


def current(prefix: str = "", on: date | None = None) -> Q:
    """Rows whose term (`since`, `until`, both counted) holds on `on` (default today)."""
    day = on or local_today()
    return Q(**{f"{prefix}since__lte": day}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": day})
    )
