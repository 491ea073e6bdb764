"""What helps to write an opinion: the opinion of the stage before, common ones, the conditions proposed so far. With a
script or without."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from permits.models.machine import ActSpec
from roles.misread import one_of
from roles.numbers import whole
from roles.requests import Signed
from workflows.common_opinions import offered_to
from workflows.models import CommonOpinion
from workflows.opinions import CONDITIONS, Opinion, adoptable, posted_with, proposed_conditions, with_text, written_in
from workflows.views.performing import CHANGE
from workflows.worklist import Turn

INSERT, PHRASE, ADOPT = "insert", "phrase", "adopt"


class Tools(Struct):
    """What one form of an opinion offers to put into its `field`."""

    field: str
    phrases: Sequence[CommonOpinion] = ()
    adopts: Opinion | None = None


def phrases_for(turn: Turn) -> list[CommonOpinion]:
    """The common opinions for whoever holds this item: the own ones, and those of the item's agency."""
    return list(offered_to(turn.person, [turn.item.mandate.agency_id] if turn.item.mandate else []))


class Offer(Struct, frozen=True):
    """What every form of one item has at hand: the opinions so far, and common ones."""

    opinions: Sequence[Opinion]
    phrases: Sequence[CommonOpinion]


def tools_of(spec: ActSpec, offered: Offer) -> Tools:
    """What the form of `spec` offers; the previous opinion only where the act is an opinion itself."""
    into = written_in(spec)
    previous = adoptable(offered.opinions) if into in ("opinion", "reasons") else None
    return Tools(into, offered.phrases if into else [], previous)


def begun(request: Signed, spec: ActSpec, opinions: Sequence[Opinion], kept: dict[str, str]) -> dict[str, str]:
    """What the form of `spec` begins with beside what is `kept`: the conditions proposed, and the opinion a link
    adopts."""
    begins: dict[str, str] = {}
    if CONDITIONS in spec.facts and CONDITIONS not in kept and (proposed := proposed_conditions(opinions)):
        begins[CONDITIONS] = "\n".join(proposed)
    into = written_in(spec)
    if into and request.GET.get("act") == spec.name:
        words = {str(one.entry.act.seq): one.words for one in opinions if one.words}
        adopted = one_of(request, ADOPT, words, "")
        begins |= {into: with_text(kept.get(into, ""), words[adopted])} if adopted else {}
    return begins


def put_in(request: Signed, turn: Turn, spec: ActSpec, opinions: Sequence[Opinion]) -> None:
    """Where a button asks for it, puts a text into what was posted: the form is then shown again; nothing is done."""
    asked, into = request.POST.get(INSERT), written_in(spec)
    if not asked or not into:
        return
    if asked == ADOPT:
        previous = adoptable(opinions)
        text = previous.words if previous else ""
    else:
        number = whole(request.POST.get(PHRASE, ""))
        text = next((one.text for one in phrases_for(turn) if one.pk == number), "")
    changed = posted_with(request.POST, into, text)
    changed[CHANGE] = "1"
    request.POST = changed  # type: ignore[assignment]  # a copy that says more
