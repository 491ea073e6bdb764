"""Opinions so far 已有意见: what each stage said, which conditions were proposed, and what the next one makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import QueryDict
from msgspec import Struct

from permits.models import Application
from permits.models.machine import ActSpec
from permits.models.remedies import Outcomes
from workflows.reading import Entry, told

WORDS = ("opinion", "conclusion", "reasons", "reason")
"""Facts in which an act says what is thought of the case; the first that an act has is where an opinion is written.
What experts concluded comes before why they were asked."""
OUTCOMES = ("outcome", "position")
CONDITIONS = "conditions"
SAID_BY = frozenset({
    "recommend", "propose", "give_opinion", "record_silence", "return_to_first_review", "return_to_final_review",
    "record_expert_review", "report_up", "approve", "refuse", "record_higher_decision",
})  # fmt: skip
"""Acts by which somebody says what is thought of the case."""
DECISIONS = frozenset({"approve", "refuse", "record_higher_decision"})


def disagreeing(application: Application) -> list[str]:
    """The agencies asked for their opinion, other districts among them, that do not agree by the last one each gave."""
    last = {act.agency_name: act.facts["position"] for act in application.did("give_opinion")}
    return [agency for agency, position in last.items() if position == "object"]


class Opinion(Struct, frozen=True):
    """One opinion: the act as the timeline tells it, and what it says, apart."""

    entry: Entry
    annulled: bool = False
    """Whether a reconsideration or judgment took it away, a decision that was made anew since or is to be."""

    @property
    def outcome(self) -> str:
        """What is proposed, in words; empty where the act proposes nothing."""
        spec, facts = self.entry.act.spec, self.entry.act.facts
        return next((told(spec.facts[name], facts[name]) for name in OUTCOMES if name in facts), "")

    @property
    def silent(self) -> str:
        """The agency that did not answer, where its silence was recorded (by another agency)."""
        spec, facts = self.entry.act.spec, self.entry.act.facts
        return told(spec.facts["office"], facts["office"]) if spec.name == "record_silence" else ""

    @property
    def words(self) -> str:
        """What was written."""
        return next((str(self.entry.act.facts[name]) for name in WORDS if name in self.entry.act.facts), "")

    @property
    def decides(self) -> bool:
        """Whether it is the decision itself, so that what it says is no proposal any more."""
        return self.entry.act.act in DECISIONS

    @property
    def conditions(self) -> list[str]:
        """Its conditions, one by one."""
        return lines(self.entry.act.facts.get(CONDITIONS, ""))


def opinions_of(entries: Iterable[Entry]) -> list[Opinion]:
    """The opinions among these acts, the last one first; none of those whose words are withheld."""
    every = list(entries)
    gone = Outcomes(entry.act for entry in every).annulled
    told_of = (entry for entry in every if entry.act.act in SAID_BY and not entry.withheld)
    return [Opinion(entry, annulled=entry.act.seq in gone) for entry in told_of][::-1]


def adoptable(opinions: Sequence[Opinion]) -> Opinion | None:
    """The last opinion in which words were written and nothing was decided."""
    return next((one for one in opinions if one.words and one.entry.act.act not in DECISIONS), None)


def proposed_conditions(opinions: Sequence[Opinion]) -> list[str]:
    """The conditions of the last proposal; none where it made none."""
    proposals = (one for one in opinions if CONDITIONS in one.entry.act.spec.facts)
    last = next((one for one in proposals if one.entry.act.act not in DECISIONS), None)
    return last.conditions if last else []


def taken_out(proposed: Sequence[str], typed: str) -> list[str]:
    """Those of the `proposed` conditions that are not among what was `typed`, line by line."""
    kept = set(lines(typed))
    return [one for one in proposed if one not in kept]


def lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def written_in(spec: ActSpec) -> str:
    """The fact of `spec` in which an opinion is written; empty for an act that takes none."""
    return next((name for name in WORDS if name in spec.facts), "")


def with_text(typed: str, text: str) -> str:
    """What was typed, with `text` behind it on a line of its own; not twice."""
    return typed if text in typed else f"{typed.rstrip()}\n{text}".strip()


def posted_with(posted: QueryDict, field: str, text: str) -> QueryDict:
    """What was posted, with `text` put into its `field`."""
    changed = posted.copy()
    changed[field] = with_text(posted.get(field, ""), text)
    return changed
