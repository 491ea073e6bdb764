"""What the pages of a draft show beyond their view's own context."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise

from permits import corrections, precheck
from permits.kinds import kind_of
from permits.models import Application

register = template.Library()


@register.inclusion_tag("permits/draft/corrections.html")
def correction_list(application: Application, place: str = "") -> dict[str, Any]:
    """The officer's correction list, on every page of a case that awaits correction; lines about `place` are marked."""
    return {"points": corrections.points(application), "place": place}


@register.filter
def named(application: Application) -> str:
    """What a reader calls the application: its title, or what is applied for."""
    return application.title or str(kind_of(application).label)


@register.filter
def severity_words(severity: str) -> str | Promise:
    """How strict a finding is, in words."""
    return precheck.SEVERITIES.get(severity, severity)


@register.filter
def verified_words(verified: str) -> str | Promise:
    """How well a citation is known, in words."""
    return precheck.VERIFIED.get(verified, verified)
