"""What outcomes of remedies leave of a case, as the random tests know it: written from 复议法 63 to 65, 诉讼法 70, 79
and 89 and from what docs/permit-life.md says of what these leave open, and taken from nothing in the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

REMEDIES = ("record_reconsideration", "record_suit")
TAKEN = ("annulled", "anew")
REFUSED = ("refuse_extension", "refuse_change", "refuse_cancellation")
CHALLENGEABLE = (
    "approve", "refuse", "refuse_acceptance", "record_higher_decision", "grant_extension", "refuse_extension",
    "deem_extended", "grant_change", "refuse_change", "refuse_cancellation", "withdraw_permit", "revoke_permit",
    "cancel_permit", "forfeit_permit",
)  # fmt: skip
MADE = {
    "expire_permit": "expired", "withdraw_permit": "withdrawn", "revoke_permit": "revoked",
    "cancel_permit": "cancelled", "forfeit_permit": "forfeited", "grant_extension": "valid", "deem_extended": "valid",
}  # fmt: skip
"""What an act after the approval makes of the permit."""
ANSWERS = {
    "ask_extension": ("grant_extension", "refuse_extension", "deem_extended"),
    "ask_change": ("grant_change", "refuse_change"),
    "ask_reissue": ("reissue_permit",),
    "ask_cancellation": ("cancel_permit", "refuse_cancellation"),
}
RESTING = frozenset({
    *MADE, *(answer for answers in ANSWERS.values() for answer in answers), "take_back_request", "reopen", "approve",
    "refuse", "refuse_acceptance", "record_higher_decision",
})  # fmt: skip
"""Acts that rest on what an outcome made of a decision: after one nothing comes back by itself."""


class Told(NamedTuple):
    """An act as the model keeps it."""

    seq: int
    act: str
    before: str
    after: str
    facts: dict[str, Any]
    ends: str | None
    """The last day of the permit after it."""

    @property
    def grants(self) -> bool:
        return self.after == "approved" != self.before

    @property
    def refuses(self) -> bool:
        return self.act in REFUSED or self.after in ("refused", "not_accepted") != self.before

    def about(self, other: Told) -> bool:
        return self.act in REMEDIES and self.facts["against"] == other.seq

    @property
    def judgment(self) -> tuple[str, str]:
        return self.facts["organ"], self.facts["number"]


def has_effect(one: Told, acts: Sequence[Told]) -> bool:
    """Whether the outcome `one` has, or still has, effect: no later one that has annulled it so that what it was about
    stands again, or is said by another outcome about that; or acts rest on it since, and a person decides."""
    later = [by for by in acts if by.seq > one.seq and by.act in REMEDIES and has_effect(by, acts)]
    said = [by for by in later if by.facts["against"] == one.facts["against"]]
    for by in later:
        if not (by.about(one) and by.facts["outcome"] in TAKEN):
            continue
        moments = [by.seq] if by.facts.get("earlier") == "restored" else []
        moments += [max(by.seq, it.seq) for it in said if it.seq > by.seq or it.judgment == by.judgment]
        if any(not rested_on(one, moment, acts) for moment in moments):
            return False
    return True


def rested_on(one: Told, until: int, acts: Sequence[Told]) -> bool:
    made = one.facts["outcome"] in (*TAKEN, "changed")
    return made and any(one.seq < act.seq < until and act.act in RESTING for act in acts)


def is_judged_away(one: Told, acts: Sequence[Told]) -> bool:
    """Whether a later outcome annulled the outcome `one`, and was not itself annulled, whatever is left of either."""
    over = [by for by in acts if by.seq > one.seq and by.about(one) and by.facts["outcome"] in TAKEN]
    return any(not is_judged_away(by, acts) for by in over)


def is_open(one: Told, acts: Sequence[Told]) -> bool:
    """Whether the outcome `one` was annulled, and the next outcome about the same is to say what stands; not where it
    was said, and what rests on `one` keeps its effect: then a person decides."""
    over = [by for by in acts if by.seq > one.seq and by.about(one) and by.facts["outcome"] in TAKEN]
    over = [by for by in over if not is_judged_away(by, acts)]
    if not over or over[-1].facts.get("earlier") == "restored":
        return False
    by, about = over[-1], one.facts["against"]
    later = [it for it in acts if it.seq > one.seq and it.act in REMEDIES and it.facts["against"] == about]
    return not any(has_effect(it, acts) and (it.seq > by.seq or it.judgment == by.judgment) for it in later)


def took_away(decision: Told, acts: Sequence[Told]) -> list[Told]:
    """The outcomes that leave nothing of `decision`."""
    about = [by for by in acts if by.about(decision) and has_effect(by, acts)]
    return [by for by in about
            if by.facts["outcome"] in TAKEN or (decision.refuses and by.facts["outcome"] == "changed")]  # fmt: skip


def grant_of(acts: Sequence[Told]) -> Told | None:
    return next((act for act in reversed(acts) if act.grants), None)


def permit_of(acts: Sequence[Told]) -> tuple[str, str | None]:
    """Status and last day of the permit: what the last decision made of it of those that were not taken away."""
    grant = grant_of(acts)
    if grant is None:
        return "", None
    annulled = bool(took_away(grant, acts))
    moved = [act for act in acts if act.seq > grant.seq and act.act in MADE and not took_away(act, acts)]
    status, ends = (MADE[moved[-1].act], moved[-1].ends) if moved else ("valid", grant.ends)
    return ("annulled" if annulled and status in ("valid", "expired") else status), ends


def may_be_followed(remedy: int, acts: Sequence[Told]) -> bool:
    """Whether a case is reopened by that outcome: it took away what ended the case, and nobody annulled it."""
    ended = next((act for act in reversed(acts) if act.after != act.before), None)
    return ended is not None and any(
        one.seq == remedy and not is_judged_away(one, acts) for one in took_away(ended, acts)
    )


def waits(act: str, acts: Sequence[Told]) -> bool:
    """Whether a request waits that `act` answers; not while it is open whether an answer to it stands."""
    ask = next(name for name, answers in ANSWERS.items() if act in answers)
    grant, asked = grant_of(acts), []
    for one in acts:
        if grant and one.seq > grant.seq and one.act == ask:
            asked.append(one)
        elif asked and one.act == "take_back_request" and one.facts["request"] == ask:
            asked.pop()
    if not asked:
        return False
    answers = [one for one in acts if one.seq > asked[-1].seq and one.act in ANSWERS[ask]]
    lost = [took_away(one, acts) for one in answers]
    return all(lost) and not any(is_open(by, acts) for of in lost for by in of)
