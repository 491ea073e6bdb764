"""What a holder asked of the organ after approval, and whether it was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from permits.models import Act, Application
from permits.models.permit import REMEDIES, annulled_by, granting

ANSWERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ask_extension": frozenset({"grant_extension", "refuse_extension", "deem_extended"}),
        "ask_change": frozenset({"grant_change", "refuse_change"}),
        "ask_reissue": frozenset({"reissue_permit"}),
    }
)
"""What is asked, and the acts that answer it."""
ORDERED: Final = "anew"


@dataclass(frozen=True)
class Request:
    """One thing asked that nobody has answered yet."""

    act: Act

    @property
    def until(self) -> date:
        """The last day an extension was asked to. KeyError for another request."""
        return date.fromisoformat(self.act.facts["until"])

    @property
    def in_time(self) -> bool:
        """Whether an extension was asked for in time, without which silence does not grant it (许可法 50)."""
        return not self.act.facts.get("late")


def open_request(application: Application, ask: str) -> Request | None:
    """The request `ask` that waits for an answer; None where nothing was asked or the answer stands. An answer that a
    reconsideration or judgment annulled is none."""
    since = getattr(granting(application.history), "seq", 0)  # what was asked of an annulled approval is over with it
    asked = [one for one in application.did(ask) if one.seq > since]
    if not asked:
        return None
    gone = annulled(application)
    answered = any(one.seq > asked[-1].seq and one.seq not in gone for one in application.did(*ANSWERS[ask]))
    return None if answered else Request(asked[-1])


def waits_again(application: Application, ask: str) -> bool:
    """Whether the request `ask` was answered, and waits again because a remedy took the answer away."""
    gone = annulled(application)
    asked = open_request(application, ask) if gone else None
    return asked is not None and any(
        one.seq in gone and one.seq > asked.act.seq for one in application.did(*ANSWERS[ask])
    )


def silence_grants(application: Application) -> bool:
    """许可法 50(2): an extension asked for in time, not decided before the end. Of one that was granted, and the grant
    annulled, silence does not grant what the reconsideration or judgment took away."""
    asked = open_request(application, "ask_extension")
    if asked is None or not asked.in_time:
        return False
    gone, answers = annulled(application), application.did("grant_extension", "deem_extended")
    return not any(one.seq in gone and one.seq > asked.act.seq for one in answers)


def open_requests(application: Application) -> list[Request]:
    """Everything that waits for an answer, in the order it was asked."""
    found = (open_request(application, ask) for ask in ANSWERS)
    return sorted((one for one in found if one), key=lambda one: one.act.seq)


def annulled(application: Application) -> frozenset[int]:
    """Numbers in the record of the decisions that a reconsideration or judgment annulled."""
    return annulled_by(application.did(*REMEDIES))
