"""The site check 现场查验 and the public notice 公示 of each district the land lies in.

令35号 art 10 and 11 oblige the authority where the land lies; that each district does its own part is a reading
(docs/readings.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from permits.acts.districts import Land, land_of
from permits.acts.found import found_value
from permits.clocks.calendar import WorkCalendar
from permits.clocks.periods import periods
from permits.models import Act, Application
from roles.days import local_today
from roles.models import Jurisdiction


def lacking(application: Application) -> Iterator[str]:
    """What an approval lacks of them, in words: a check; a notice of enough working days that is over, but of a matter
    that was found a state secret."""
    land = land_of(application)
    if left := land.left_out(application.did("record_site_check")):
        yield _no_check(land, left)
    over = (act for act in _notices(application) if _ends(act) < local_today())
    if not _secret(application) and (left := land.left_out(over)):
        yield _no_notice(land, left)


def owed(application: Application) -> Mapping[str, Collection[str]]:
    """By act the places (GB/T 2260) of the organs that share the land and have not done it; a notice that still runs is
    done. Nothing where one organ reviews first for all."""
    land = land_of(application)
    if not land.shared:
        return {}
    left = {"record_site_check": land.left_out(application.did("record_site_check"))}
    if not _secret(application):
        left["publish_notice"] = land.left_out(_notices(application))
    return {act: {land.organs[place] for place in places} for act, places in left.items() if places}


def _no_check(land: Land, left: Iterable[Jurisdiction]) -> str:
    if len(land.organs) == 1:
        return _("No site check was recorded (Order 35 art 10).")
    return _("No site check was recorded for the land in: %(districts)s (Order 35 art 10).") % _named(left)


def _no_notice(land: Land, left: Iterable[Jurisdiction]) -> str:
    if len(land.organs) == 1:
        return _("No public notice of five working days has ended yet (Order 35 art 11).")
    told = _("No public notice of five working days has ended yet for the land in: %(districts)s (Order 35 art 11).")
    return told % _named(left)


def _named(places: Iterable[Jurisdiction]) -> dict[str, str]:
    return {"districts": _(", ").join(str(place) for place in places)}


def _notices(application: Application) -> list[Act]:
    """The notices of enough working days, those that still run, too."""
    calendar, least = WorkCalendar.load(), periods()["public_notice"].working_days
    told = application.did("publish_notice")
    return [act for act in told if calendar.count(date.fromisoformat(act.facts["starts"]), _ends(act)).days >= least]


def _ends(notice: Act) -> date:
    return date.fromisoformat(notice.facts["ends"])


def _secret(application: Application) -> bool:
    """Whether a state secret was found, of which there is no public notice."""
    return found_value(application, "secret") is True
