"""How a case of each kind calls its acts, and what they rest on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from permits.acts import fees
from permits.clocks.periods import Period
from permits.contract.kind import Kind
from permits.documents.addressees import told_apart
from permits.documents.life_papers import given_for
from permits.drafts.forms import KEY
from permits.kinds import kind_of
from permits.models import Application
from permits.models.machine import ActSpec
from permits.models.states import S
from permits.rules.base import Citation
from permits.rules.named import LICENSING_LAW
from permits.text.citing import cite, laws_said

register = template.Library()


@register.simple_tag
def one_time_key() -> str:
    """The hidden field of a form that has no other: what it does is done once."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY, uuid4())


LONGEST_WORD = 16
"""Letters: as many as a cell among a dozen has room for."""


@register.filter
def in_short_words(cell: object) -> bool:
    """Whether each word of the cell fits it whole: then none is broken. A longer one must be, or the page scrolls."""
    return all(len(word) <= LONGEST_WORD for word in str(cell).split())


register.filter("notice_over", fees.notice_over)
register.filter("told_apart", told_apart)
register.filter("given_for", given_for)


@register.filter
def as_day(fact: str) -> date:
    """The day that a fact of an act says."""
    return date.fromisoformat(fact)


@register.filter
def yuan(amount: Decimal | str) -> str:
    """An amount as the papers write it."""
    return f"{Decimal(amount):,.2f}"


@register.filter
def calls(application: Application, spec: ActSpec) -> str:
    """The act's name in this case: “application|calls:spec”. What was never handed in is not withdrawn but deleted."""
    if spec.name == "withdraw" and application.status == S.DRAFT:
        return _("Delete the draft")
    return application.act_label(spec.name)


@register.filter
def rests_on(application: Application, spec: ActSpec) -> str:
    """The article behind an act, the kind's own where it has one; for a kind that is no licence it only guides."""
    said = laws_said(kind_of(application).laws.get(spec.name, spec.law))
    return guided_by(application, said) if said else ""


@register.filter
def counted_by(application: Application, period: Period) -> str:
    """The article behind a period; for a kind that is no licence those of the licensing law only guide."""
    return guided_by(application, period.told) if period.source == "行政许可法" else period.told


@register.filter
def guided_by(application: Application, article: str) -> str:
    """An article of the licensing law as a sentence on the case cites it."""
    return kind_of(application).guided(article)


@register.filter
def cites_here(application: Application, citation: Citation) -> str:
    """A clause that something in the case rests on, law and article."""
    cited = cite(citation.source, citation.article)
    return guided_by(application, cited) if citation.source == LICENSING_LAW.zh else cited


@register.filter
def guides(kind: Kind, article: str) -> str:
    """The same where there is no case yet."""
    return kind.guided(article)
