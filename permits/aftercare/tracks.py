"""What the acts of supervision made of each obligation they name: one pass over the record, whatever the kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from permits.aftercare.reports import reported
from permits.clocks.entries import day_of
from permits.contract.obligations import Reported
from permits.models import Act
from permits.models.aftercare import (
    ACCEPTED,
    FULFILLED,
    IN_ORDER,
    INCOMPLETE,
    NOT_IN_ORDER,
    OF_AFTERCARE,
    REPORTS,
    TIMED,
)
from permits.models.obligation import O
from permits.models.remedies import BUILDS, REMEDIES

GRANTS: Final = ("approve", "record_higher_decision", "grant_extension")
"""Acts whose conditions oblige the holder."""
ABOUT: Final = OF_AFTERCARE - TIMED
"""Acts that can move an obligation; a reminder moves none."""
READ: Final = ABOUT | {*GRANTS, *REMEDIES, *BUILDS}
"""Acts that obligations are computed from: a remedy may have annulled what asked for one, and be annulled itself."""


class Track(Struct):
    """Where the acts left one obligation, and which they were. `until` is the day set for a rectification."""

    state: str = O.OPEN
    until: date | None = None
    acts: list[Act] = []
    report: Reported | None = None
    doubted: bool = False
    """Whether something was found not in order since the last report, which says what was there before."""

    @property
    def confirmed(self) -> bool:
        """Whether what was reported was found right: accepted as reported, and if closed, for that."""
        if self.doubted:
            return False
        closing = (act.facts["ground"] for act in self.acts if act.act == "close_obligation")
        return self.state == O.ACCEPTED or next(closing, None) == FULFILLED

    @property
    def since(self) -> date | None:
        """The day of the last act about it, of an inspection the day of the look itself: an earlier look says nothing
        of what came then. None where there is none."""
        if not self.acts:
            return None
        last = self.acts[-1]
        seen = last.facts.get("inspected_on")
        return date.fromisoformat(seen) if seen else day_of(last)


def tracks(acts: Iterable[Act]) -> dict[str, Track]:
    """By the code of the obligation; an act after its closing moves nothing."""
    found: dict[str, Track] = {}
    for act in acts:
        for code in named_by(act):
            track = found.setdefault(code, Track())
            track.acts.append(act)
            if track.state != O.CLOSED:
                MOVES[act.act](track, act, code)
                track.doubted = track.state == O.FAULTED or (track.doubted and act.act not in REPORTS)
    return found


def named_by(act: Act) -> list[str]:
    """The obligations that an act of supervision names."""
    if act.act == "record_inspection":
        return [row["obligation"] for row in act.facts["findings"]]
    return [act.facts["obligation"]] if act.act in MOVES else []


def _reported(track: Track, act: Act, code: str) -> None:
    track.report = reported(act)
    track.state = O.ACCEPTED if act.act == "record_fulfilment" else O.REPORTED


def _checked(track: Track, act: Act, code: str) -> None:
    track.state = {ACCEPTED: O.ACCEPTED, INCOMPLETE: O.OPEN, NOT_IN_ORDER: O.FAULTED}[act.facts["outcome"]]


def _inspected(track: Track, act: Act, code: str) -> None:
    """In order accepts what was reported or is to be put right; of what nobody reported yet it is a record, no more."""
    finding = next(row["finding"] for row in act.facts["findings"] if row["obligation"] == code)
    if finding == NOT_IN_ORDER:
        track.state = O.FAULTED
    elif finding == IN_ORDER and track.state != O.OPEN:
        track.state = O.ACCEPTED


def _ordered(track: Track, act: Act, code: str) -> None:
    track.state, track.until = O.RECTIFYING, date.fromisoformat(act.facts["until"])


def _rectified(track: Track, act: Act, code: str) -> None:
    track.state = O.RECTIFIED


def _rectification_checked(track: Track, act: Act, code: str) -> None:
    track.state = O.ACCEPTED if act.facts["outcome"] == "yes" else O.FAULTED


def _breached(track: Track, act: Act, code: str) -> None:
    track.state = O.BREACH


def _closed(track: Track, act: Act, code: str) -> None:
    track.state = O.CLOSED


MOVES: Final[Mapping[str, Callable[[Track, Act, str], None]]] = MappingProxyType(
    {
        **dict.fromkeys(REPORTS, _reported),
        "check_report": _checked,
        "record_inspection": _inspected,
        "order_rectification": _ordered,
        "report_rectification": _rectified,
        "check_rectification": _rectification_checked,
        "find_breach": _breached,
        "close_obligation": _closed,
    }
)
