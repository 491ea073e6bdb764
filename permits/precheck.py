"""What the rules say of a draft before it is handed in. Nothing here decides: the agency does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import gate
from .models import Application
from .rules import BadCase

if TYPE_CHECKING:
    from .rules import Verdict

SEVERITIES: dict[str, str | Promise] = {
    "not_competent": _("Another authority is competent"),
    "refuse": _("The law forbids it"),
    "refer": _("An official has to decide"),
    "incomplete": _("Something is missing"),
    "warn": _("Take note"),
    "info": _("For information"),
}
"""In words; the strictest first."""

VERIFIED: dict[str, str | Promise] = {
    "verified": _("read in the full text"),
    "secondary": _("read in a copy or summary"),
    "memory": _("from memory, not verified"),
    "practice": _("as practised, not verified"),
}
"""How well a source is known."""


@dataclass(frozen=True)
class Precheck:
    """The verdict of the rules, or why they could not be asked yet."""

    verdict: Verdict | None
    problem: str = ""


def precheck(application: Application) -> Precheck:
    """Ask every rule in force today."""
    try:
        return Precheck(gate.verdict(application))
    except BadCase as problem:
        return Precheck(None, str(problem))
