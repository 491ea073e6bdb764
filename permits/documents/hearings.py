"""What the notice of a hearing tells by what came before it: whether the agency holds it by itself (许可法 46), or
because somebody had asked for it (47)."""

from __future__ import annotations

from permits.models import Act

REQUESTS = ("ask_hearing", "record_hearing_request")
GIVEN_UP = ("give_up_hearing", "record_hearing_given_up")


def of_own_motion(announcement: Act) -> bool:
    """Whether no request for a hearing was open at the act `announcement`, nor, where it announces the same hearing
    anew, when that was announced first."""
    asked, own = set[int](), False
    for act in announcement.application.did(*REQUESTS, *GIVEN_UP, "announce_hearing", "hold_hearing"):
        if act.seq >= announcement.seq:
            break
        if act.act in REQUESTS:
            asked.add(act.seq)
        elif act.act in GIVEN_UP:
            asked.discard(act.facts["request"])
        elif act.act == "announce_hearing":
            own = own or not asked
        else:
            asked, own = set(), False
    return own or not asked
