"""What bars an act although the status would allow it. Each returns the reason, fit to show, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .application import Application


def has_acts(application: Application) -> str | None:
    """A draft is opened once."""
    return _("This draft was already opened.") if application.acts.exists() else None


def correction_asked_before(application: Application) -> str | None:
    """许可法 32(4): everything to be corrected is told once, in one notice."""
    if application.acts.filter(act="request_correction").exists():
        return _("Correction was requested before. The law allows one complete list, once (Licensing Law art 32(4)).")
    return None
