"""Places, public agencies, and the operating units that apply."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from roles.models.names import LineField
from roles.uscc import problems_of


def in_reader_language(chinese: str, english: str) -> str:
    """`english` for a reader of English where there is one, else `chinese`."""
    return english if english and get_language() == "en" else chinese


class Named(models.Model):
    """A Chinese name, official, and an English one for readers who need it."""

    name = LineField(_("name"), max_length=120)
    name_en = LineField(_("English name"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """The name in the reader's language; the Chinese one where no English is known."""
        return in_reader_language(self.name, self.name_en)


class Registered(models.Model):
    """Has a unified social credit code 统一社会信用代码, or may have one."""

    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)

    class Meta:
        abstract = True

    @property
    def uscc_warnings(self) -> list[str | Promise]:
        """What GB 32100 has against the code: shown beside it, never a reason to refuse it (facts 2.10)."""
        return problems_of(self.uscc) if self.uscc else []


class Level(models.TextChoices):
    """Level of government, as the item codes count it."""

    NATIONAL = "national", _("national")
    MUNICIPAL = "municipal", _("municipal")
    DISTRICT = "district", _("district")
    TOWNSHIP = "township", _("township")


class Jurisdiction(Named):
    """An administrative division 行政区划 by its GB/T 2260 code (facts 2.10, source D)."""

    reference_data = True

    code = models.CharField(_("GB/T 2260 code"), max_length=6, primary_key=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="districts")
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        ordering = ["code"]


class Agency(Named, Registered):
    """A public body named in the documents: a bureau, a commission, a district government."""

    reference_data = True

    slug = models.SlugField(_("key"), max_length=60, unique=True)
    short_name = LineField(_("name as the documents write it"), max_length=60, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    jurisdiction = models.ForeignKey(Jurisdiction, null=True, on_delete=models.PROTECT, related_name="agencies")
    document_prefix = LineField(_("agency code in document numbers"), max_length=20, blank=True)
    document_prefix_source = models.CharField(_("where that code was read"), max_length=200, blank=True)
    phone = LineField(_("telephone"), max_length=40, blank=True)
    tells_at_once = models.BooleanField(_("tells applicants of its steps before the decision"), default=False)
    note = models.TextField(_("what the sources leave open"), blank=True)
    note_en = models.TextField(_("the same in English"), blank=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["slug"]
        permissions = [("head", "Is head of this agency: reassigns work, extends periods")]


class OperatingUnit(Named, Registered):
    """An operating unit 经营单位: whoever manages forest or builds on it, and applies."""

    class Kind(models.TextChoices):
        DISTRICT_STATE_FARM = "district_state_farm", _("state forest farm of a district")
        MUNICIPAL_STATE_FARM = "municipal_state_farm", _("state forest farm of the municipality")
        VILLAGE = "village", _("village collective")
        COMPANY = "company", _("company")
        PUBLIC_BODY = "public_body", _("public institution")
        PERSON = "person", _("private person or household")

    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="units", verbose_name=_("seat")
    )
    address = LineField(_("address"), max_length=200, blank=True)
    representative = LineField(_("legal representative"), max_length=60, blank=True)
    phone = LineField(_("telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("operating unit")
        verbose_name_plural = _("operating units")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "jurisdiction"], name="unit_once_per_place")]
        permissions = [
            ("apply_for", "May draft, submit and withdraw applications of this unit"),
            ("manage", "Invites this unit's clerks and ends their terms"),
        ]

    @property
    def credit_code(self) -> str:
        """The unified social credit code 统一社会信用代码; empty for a private person, of whom the number kept may be
        that of the identity card."""
        return "" if self.kind == self.Kind.PERSON else self.uscc
