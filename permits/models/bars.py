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


def no_hearing_right_told(application: Application) -> str | None:
    """许可法 47: the organ tells of the right, then it can be used."""
    if application.acts.filter(act="tell_hearing_right").exists():
        return None
    return _("Nobody was told of a right to a hearing in this case (art 47).")


def no_hearing_announced(application: Application) -> str | None:
    """许可法 48(1): a hearing is announced first."""
    return None if application.acts.filter(act="announce_hearing").exists() else _("No hearing was announced.")


def hearing_open(application: Application) -> str | None:
    """许可法 46–48: a hearing asked for or announced is held before the decision."""
    last: dict[str, int] = {}
    for name, seq in application.acts.filter(act__in=_HEARING).values_list("act", "seq"):
        last[name] = max(seq, last.get(name, 0))
    held = last.pop("hold_hearing", 0)
    if any(seq > held for seq in last.values()):
        return _("A hearing was asked for or announced and has not been held yet (art 47, 48).")
    return None


_HEARING = ("ask_hearing", "record_hearing_request", "announce_hearing", "hold_hearing")
