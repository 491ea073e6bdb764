"""What the acts of a case make of its permit, and which request on it waits, as far as remedies leave them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from permits.models.permit import ANSWERS, FREES, MOVES, TAKES_BACK, P, granting
from permits.models.remedies import REMEDIES, Outcomes, taken_away


def unanswered(acts: Iterable[Any], ask: str) -> Any | None:
    """The request `ask` among `acts` that waits for an answer; None where nothing was asked, or the answer stands. An
    answer that a reconsideration or judgment annulled is none, and a refusal that it changed: what it decided is to be
    recorded. What was taken back is as never asked: an earlier request may then wait again."""
    told = list(acts)
    since = getattr(granting(told), "seq", 0)  # what was asked of an annulled approval is over with it
    asked = _last_asked((one for one in told if one.seq > since), ask)
    if asked is None:
        return None
    outcomes = Outcomes(told)
    answers = (one for one in told if one.seq > asked.seq and one.act in ANSWERS[ask])
    answered = any(not outcomes.taking(answer) for answer in answers)
    return None if answered else asked


def _last_asked(acts: Iterable[Any], ask: str) -> Any | None:
    """The last request `ask` that was not taken back: only the last one is, while it waits."""
    asked: list[Any] = []
    for one in acts:
        if one.act == ask:
            asked.append(one)
        elif asked and one.act == TAKES_BACK and one.facts["request"] == ask:
            asked.pop()
    return asked[-1] if asked else None


def remedy_of_answer(acts: Iterable[Any], asked: Any) -> Any | None:
    """The last outcome among `acts` that left nothing of an answer to the request `asked`; None where the answer
    stands, or none was given."""
    outcomes = Outcomes(acts)
    answers = [one for one in outcomes.acts if one.seq > asked.seq and one.act in ANSWERS[asked.act]]
    lost = (outcome for answer in answers for outcome in outcomes.taking(answer))
    return max(lost, key=attrgetter("seq"), default=None)


def made_it(acts: Iterable[Any]) -> list[Any]:
    """Those of `acts` that made the permit what it is, in order: the approval and what moved the permit since, without
    what a remedy took away, and without the remedy, which told what stood before that. Of other acts no text is
    read: each is a query."""
    told = list(acts)
    since, gone = getattr(granting(told), "seq", 0), Outcomes(told).annulled
    moves = MOVES | FREES
    could = (one for one in told if one.seq >= since and one.seq not in gone and (one.grants or one.act in moves))
    return [one for one in could if _moved(one)]


def stood_before(decision: Any, acts: Iterable[Any]) -> Any | None:
    """The act that made the permit what it was before `decision`, a later one than the approval, as far as it stood by
    the last of `acts`. None where there is none, and where another act made something of the permit since, and stands.
    """
    made = made_it(acts)
    return made[-2] if len(made) > 1 and made[-1].seq == decision.seq else None


def stands(acts: Iterable[Any]) -> tuple[date, date | None, str] | None:
    """First and last day and status of the permit as `acts`, all of the case up to then, make it; None where they grant
    none, or were written before texts said it."""
    told = list(acts)
    grant = granting(told)
    if grant is None:
        return None
    sets = (made_it(told) or [grant])[-1].content.get("sets", {})
    if "permit" not in sets:
        return None
    first, last = sets["permit"]
    status = sets.get("permit_status", P.VALID)
    if status in (P.VALID, P.EXPIRED) and grant.seq in Outcomes(told).annulled:
        status = P.ANNULLED
    return date.fromisoformat(first), last and date.fromisoformat(last), str(status)


class Undone(NamedTuple):
    """A decision of which nothing is left, the remedy that took it away, and whether the permit went back with it."""

    lost: Any
    by: Any
    back: bool


def undone_with(act: Any, acts: Iterable[Any]) -> list[Undone]:
    """What is undone once the remedy `act` came, newest first: the decision it names, and those lost before it. Where
    the permit moves back, those of them go back with it that were in the way between; of the others a paper that
    another had ended does not hold again. Nothing of an act that took no decision away."""
    if act.act not in REMEDIES:
        return []
    told = Outcomes(one for one in acts if one.seq < act.seq).acts_in_effect
    lost = taken_away(act, told)
    if lost is None:
        return []
    back = stands(told) != stands([*told, act])  # as the outcomes stand that have effect, not as they did then
    stood, found = stood_before(lost, told) if back else None, {lost.seq: Undone(lost, act, back)}
    for by in told:
        if (one := taken_away(by, told)) and one != lost:
            found[one.seq] = Undone(one, by, stood is not None and one.seq > stood.seq and _moved(one))
    return [found[seq] for seq in sorted(found, reverse=True)]


def _moved(act: Any) -> bool:
    return "permit" in act.content.get("sets", {})
