"""What reconsiderations and judgments 复议、诉讼 on the record of a case leave of its decisions, and of one another.

All is replayed over the acts of the case; nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

from permits.models.permit import ANSWERS, MOVES, REQUEST_REFUSED, TAKES_BACK, granting
from permits.models.states import S

REMEDIES: Final = ("record_reconsideration", "record_suit")
TAKEN_AWAY: Final = ("annulled", "anew")
"""Outcomes of a remedy that leave nothing of the decision it is about."""
CHANGED: Final = "changed"
MADE_SOMETHING: Final = (*TAKEN_AWAY, CHANGED)
"""Outcomes that make something else of the decision they are about."""
BUILDS: Final = frozenset(
    {*MOVES, *frozenset().union(*ANSWERS.values()), TAKES_BACK, "reopen", "approve", "refuse", "refuse_acceptance",
     "record_higher_decision"}
)  # fmt: skip
"""Acts that rest on what an outcome made of a decision: once one was done, taking the outcome away brings nothing back
by itself."""
RESTORED: Final = "restored"
"""What an outcome about an earlier one says of the decision behind that: it has effect again."""


def refuses(act: Any) -> bool:
    """Whether the act refuses an application, its acceptance, or a request on the permit: of such a decision a change
    变更 leaves nothing, either. What holds is what the organ of review or the court decided, never worse for who
    applied (复议法 63(2), read in a copy), and the organ answers the application or request as that says."""
    return act.act in REQUEST_REFUSED or (act.after in (S.REFUSED, S.NOT_ACCEPTED) and act.after != act.before)


class Outcomes:
    """The outcomes in the record of a case, and what each leaves of the decisions and of the outcomes before it.

    An example. Act 7 approves. Act 9, a reconsideration, annuls 7. Act 12, a judgment, annuls 9 and says that 7 has
    effect again: 9 is `judged_away` and, as nothing was built on it, `fallen`; none is `in_effect`, so none is `taking`
    7, and the permit is valid. Had the judgment said nothing of 7, 9 would not have fallen: it stays in effect and what
    becomes of 7 is `left_open`, until the next outcome about 7. And had the case been reopened after 9, an act rests on
    9, which stays in effect for good; a person decides what is to be done.
    """

    def __init__(self, acts: Iterable[Any]) -> None:
        self.acts = list(acts)
        """All of the case up to the moment that is asked about, in order."""
        self.told = [one for one in self.acts if one.act in REMEDIES]
        self._numbers = {one.seq for one in self.told}

    @cached_property
    def judged_away(self) -> dict[int, Any]:
        """The outcomes that a later outcome annulled, by number, and that one, the last of several; not those whose
        annulment was itself annulled. What became of it on the record: `fallen`."""
        found: dict[int, Any] = {}
        for one in reversed(self.told):
            over = (by for by in reversed(self.told) if by.seq not in found and by.facts["against"] == one.seq)
            if by := next((by for by in over if by.facts["outcome"] in TAKEN_AWAY), None):
                found[one.seq] = by
        return found

    @cached_property
    def fallen(self) -> dict[int, Any]:
        """The outcomes of which nothing is left, by number, and the later one by which each fell: one that annulled it
        and restored what it was about; or one that left this open, and then the next outcome about the same. None on
        which something was built meanwhile: what stands then no text found says, and a person decides."""
        if not any(one.facts["against"] in self._numbers for one in self.told):
            return {}
        found: dict[int, Any] = {}
        for one in reversed(self.told):
            by = _felled_by(one, [later for later in self.told if later.seq > one.seq and later.seq not in found])
            if by is not None and not built_upon(self.acts, one, by):
                found[one.seq] = by
        return found

    @cached_property
    def acts_in_effect(self) -> list[Any]:
        """The acts without the outcomes of which nothing is left, and without those about other outcomes. Whatever is
        replayed over remedies is replayed over this."""
        return [
            one for one in self.acts
            if one.act not in REMEDIES or (one.seq not in self.fallen and one.facts["against"] not in self._numbers)
        ]  # fmt: skip

    @cached_property
    def in_effect(self) -> list[Any]:
        """The outcomes against decisions that have effect."""
        return [one for one in self.acts_in_effect if one.act in REMEDIES]

    @cached_property
    def annulled(self) -> frozenset[int]:
        """Numbers in the record of the decisions that an outcome in effect annulled."""
        told = (one.facts for one in self.in_effect)
        return frozenset(said["against"] for said in told if said["outcome"] in TAKEN_AWAY)

    def taking(self, decision: Any | None) -> list[Any]:
        """The outcomes in effect that leave nothing of `decision`; none of None."""
        return [one for one in self.in_effect if decision is not None and lost_by(one, decision)]

    def taking_approval(self) -> list[Any]:
        """Those that leave nothing of the approval on which the case stands."""
        return self.taking(granting(self.acts))

    def left_open(self, one: Any) -> bool:
        """Whether the outcome `one` was annulled, and what becomes of what it was about is open: until the next outcome
        about that. Where it is not, and `one` has its effect all the same, acts rest on it and a person decides."""
        by = self.judged_away.get(one.seq)
        if by is None or by.facts["earlier"] == RESTORED:
            return False
        return not said_with(one, by, (other for other in self.told if other.seq not in self.fallen))


def _felled_by(one: Any, later: list[Any]) -> Any | None:
    taken = [by for by in later if by.facts["against"] == one.seq and by.facts["outcome"] in TAKEN_AWAY]
    restored = (by for by in taken if by.facts.get("earlier") == RESTORED)
    again = (max(by, told, key=_number) for by in taken for told in said_with(one, by, later))
    return min([*restored, *again], key=_number, default=None)


def said_with(one: Any, by: Any, remedies: Iterable[Any]) -> list[Any]:
    """The outcomes among `remedies` about what the outcome `one` was about, that came after `by` annulled this, or are
    the same judgment's, in whichever order the two were recorded (诉讼法 79: both are judged at once)."""
    about = [told for told in remedies if told.seq > one.seq and told.facts["against"] == one.facts["against"]]
    return [told for told in about if told.seq > by.seq or _judgment(told) == _judgment(by)]


def _judgment(remedy: Any) -> tuple[str, str]:
    return remedy.facts["organ"], remedy.facts["number"]


def _number(act: Any) -> int:
    return int(act.seq)


def built_upon(acts: Iterable[Any], one: Any, by: Any) -> bool:
    """Whether an act between the outcome `one` and `by`, which took it away, rests on it. On one that left everything
    as it was nothing can."""
    if one.facts["outcome"] not in MADE_SOMETHING:
        return False
    return any(one.seq < act.seq < by.seq and act.act in BUILDS for act in acts)


def lost_by(remedy: Any, decision: Any) -> bool:
    """Whether the outcome `remedy` leaves nothing of `decision`: annulled, or of a refusal that it changed."""
    if remedy.act not in REMEDIES or remedy.facts["against"] != decision.seq:
        return False
    outcome = remedy.facts["outcome"]
    return outcome in TAKEN_AWAY or (outcome == CHANGED and refuses(decision))


def taken_away(act: Any, acts: Iterable[Any]) -> Any | None:
    """The decision among `acts`, other than the approval, of which `act` records that a remedy took it away, or changed
    it where nothing of it is left then; else None."""
    if act.act not in REMEDIES or act.facts["outcome"] not in MADE_SOMETHING:
        return None
    lost = next(one for one in acts if one.seq == act.facts["against"])
    return lost if lost.act not in REMEDIES and lost_by(act, lost) and not lost.grants else None
