"""What a holder asked of the organ after approval, and whether it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils import timezone
from msgspec import Struct

from permits.models import Act, Application, Permit
from permits.models.permit import ANSWERS, REQUEST_REFUSED, granting
from permits.models.remedies import CHANGED, Outcomes, lost_by
from permits.models.replay import unanswered

ORDERED: Final = "anew"
ENDED_BY: Final = ("withdraw_permit", "revoke_permit", "cancel_permit", "forfeit_permit", "replace_permit")
"""Decisions that end a permit while its term runs, and that a remedy can take away."""


class Request(Struct, frozen=True):
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
    """The request `ask` that waits for an answer, as `unanswered` finds it; None where none does."""
    asked = unanswered(application.history, ask)
    return Request(asked) if asked else None


def waits_again(application: Application, ask: str) -> bool:
    """Whether the request `ask` was answered and waits again, because a remedy took the answer away. An extension does
    so, too, where nobody could answer it because the permit had been ended, and a remedy took that end away after the
    last day."""
    if ask == "ask_extension" and kept_from_an_answer(application):
        return True
    gone = annulled(application) | changed(application)
    asked = open_request(application, ask) if gone else None
    if asked is None or answer_open(application, asked):
        return False
    return any(one.seq in gone and one.seq > asked.act.seq for one in application.did(*ANSWERS[ask]))


def silence_grants(application: Application) -> bool:
    """Whether silence grants the extension (许可法 50(2)): it was asked for in time, and not decided before the end.

    A refusal annulled before the end decides nothing, and the organ has until then; one annulled after it still stood
    when the term ended. A refusal that a reconsideration or judgment changed was decided by that. Silence does not
    grant what was granted once and taken away; nor what nobody could answer when the term ended, because the permit was
    withdrawn or revoked then; nor anything while the outcome that took the answer away is itself annulled: whether it
    stands is open, or for a person to decide.
    """
    asked = open_request(application, "ask_extension")
    if asked is None or not asked.in_time or _kept(application, asked):
        return False
    gone = {one.seq for one in application.did("grant_extension", "deem_extended")} & annulled(application)
    if any(seq > asked.act.seq for seq in gone | changed(application)):
        return False
    return not _refused_at_the_end(application, asked) and not kept_from_an_answer(application)


def answer_open(application: Application, asked: Request) -> bool:
    """Whether it is open if an answer to `asked` stands: the outcome that took it away was annulled, and keeps its
    effect until the next outcome."""
    outcomes = Outcomes(application.history)
    return any(outcomes.left_open(one) for one in _kept(application, asked))


def _kept(application: Application, asked: Request) -> list[Act]:
    """The outcomes that took an answer to `asked` away and keep that effect although they were annulled themselves."""
    outcomes = Outcomes(application.history)
    if not (away := outcomes.judged_away):
        return []
    answers = [one for one in application.did(*ANSWERS[asked.act.act]) if one.seq > asked.act.seq]
    return [one for answer in answers for one in outcomes.taking(answer) if one.seq in away]


def _refused_at_the_end(application: Application, asked: Request) -> bool:
    """Whether the extension stood refused when the term ended: the refusal was taken away only after the last day, by
    the day on which that came on record."""
    refused = [one for one in application.did("refuse_extension") if one.seq > asked.act.seq]
    return _lost_after_the_end(application, refused)


def kept_from_an_answer(application: Application) -> bool:
    """Whether an extension waits that nobody could answer when the term ended: the permit had been ended otherwise,
    which a remedy took away only after the last day; or its approval was annulled then, by an outcome that fell later.
    """
    ended, gone = application.did(*ENDED_BY), Outcomes(application.history).fallen
    asked = open_request(application, "ask_extension") if ended or gone else None
    if asked is None:
        return False
    grant = granting(application.history)
    over = [(application.did_at(seq), by) for seq, by in gone.items()]
    between = [(one, by) for one, by in over if lost_by(one, grant)]
    ended = [one for one in ended if one.seq > asked.act.seq]
    return _lost_after_the_end(application, ended) or _over_the_end(application, between)


def _lost_after_the_end(application: Application, decisions: Sequence[Act]) -> bool:
    """Whether one of the `decisions` was made by the last day, and taken away by a remedy only after it, by the day on
    which that came on record."""
    if not decisions:
        return False
    outcomes = Outcomes(application.history)
    return _over_the_end(application, [(one, by) for one in decisions for by in outcomes.taking(one)[:1]])


def _over_the_end(application: Application, spans: Sequence[tuple[Act, Act]]) -> bool:
    """Whether the last day lies between the two acts of one of `spans`, by the days on which they came on record."""
    if not spans:
        return False
    ends = Permit.objects.values_list("valid_to", flat=True).get(pk=application.pk)
    return ends is not None and any(timezone.localdate(one.at) <= ends < timezone.localdate(by.at) for one, by in spans)


def open_requests(application: Application) -> list[Request]:
    """Everything that waits for an answer, in the order it was asked."""
    found = (open_request(application, ask) for ask in ANSWERS)
    return sorted((one for one in found if one), key=lambda one: one.act.seq)


def annulled(application: Application) -> frozenset[int]:
    """Numbers in the record of the decisions that a reconsideration or judgment annulled."""
    return Outcomes(application.history).annulled


def changed(application: Application) -> frozenset[int]:
    """Numbers in the record of the refused requests that a reconsideration or judgment changed."""
    refused = {one.seq for one in application.did(*REQUEST_REFUSED)}
    if not refused:
        return frozenset()
    told = (one.facts for one in Outcomes(application.history).in_effect)
    return frozenset(said["against"] for said in told if said["outcome"] == CHANGED and said["against"] in refused)
