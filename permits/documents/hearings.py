"""How the hearing of a case stands by the record: who asked for it, when it was announced, and whether the agency holds
it by itself (许可法 46), or because somebody had asked for it (47)."""

from __future__ import annotations

from msgspec import Struct

from permits.models import Act, Application

REQUESTS = ("ask_hearing", "record_hearing_request")
GIVEN_UP = ("give_up_hearing", "record_hearing_given_up")
OF_THE_STATE = "state_secret"
"""Why a hearing that is told to no public is not held openly (许可法 5)."""
ENDS = ("withdraw", "refuse_acceptance")
"""Acts by which a case ends undecided: no hearing that was announced is held any more, and its parties are told so.
What was asked for stands, should a remedy bring the case back."""


class OpenHearing(Struct):
    """What was neither held nor given up: the requests by number, and the announcements, each with whether the hearing
    is held only because somebody asked."""

    asked: dict[int, Act]
    announced: list[tuple[Act, bool]]

    @property
    def on_request(self) -> bool:
        """Whether an announcement now would be of a hearing that somebody asked for; announced anew it is the same."""
        return bool(self.asked) and all(earlier for _act, earlier in self.announced)


def still_open(application: Application, before: int | None = None) -> OpenHearing:
    """What is open of a hearing; `before`: as the act of that number found it."""
    found = OpenHearing({}, [])
    for act in application.did(*REQUESTS, *GIVEN_UP, *ENDS, "announce_hearing", "hold_hearing"):
        if before is not None and act.seq >= before:
            break
        if act.act in REQUESTS:
            found.asked[act.seq] = act
        elif act.act == "announce_hearing":
            found.announced.append((act, found.on_request))
        elif act.act == "hold_hearing":
            found = OpenHearing({}, [])
        elif act.act in ENDS:
            found.announced = []
        else:
            del found.asked[act.facts["request"]]
            found.announced = [one for one in found.announced if found.asked or not one[1]]
    return found


def of_own_motion(announcement: Act) -> bool:
    """Whether the agency holds the hearing that `announcement` tells of by itself."""
    return not still_open(announcement.application, before=announcement.seq).on_request
