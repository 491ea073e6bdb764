"""How an engagement stands, computed from its rows: members, sample, conclusions, findings, what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.models import ACTS
from roles.days import local_today
from workflows.engagements.scope import Scope
from workflows.models import Engagement, EngagementEntry, Entry
from workflows.models.engagement import OF_FINDING
from workflows.tables import kind_label


class Verdict(models.TextChoices):
    """What is concluded of a case in the sample."""

    OK = "ok", _("nothing found")
    FINDING = "finding", _("something found")
    NOT_JUDGED = "not_judged", _("not to be judged")


class Grade(models.TextChoices):
    """How serious a finding is. No source at hand prescribes grades: these are the program's."""

    MINOR = "minor", _("minor")
    GRAVE = "grave", _("grave")
    VERY_GRAVE = "very_grave", _("very grave")


class Answer(models.TextChoices):
    """How the agency stands to a finding."""

    AGREES = "agrees", _("agrees")
    PARTLY = "partly", _("agrees in part")
    DISAGREES = "disagrees", _("disagrees")


class State(models.TextChoices):
    """How an engagement stands."""

    OPENED = "opened", _("Opened, no sample yet")
    EXAMINING = "examining", _("Cases are being examined")
    FOLLOWED = "followed", _("Findings are being followed up")
    CLOSED = "closed", _("Engagement closed")


WAITING = (Entry.FINDING, Entry.SENT_BACK)
"""Last entries after which the agency has the word."""
TO_JUDGE = (Entry.ANSWERED, Entry.RECTIFIED)
"""Last entries after which the auditors have it."""
STATES_OF_FINDING = {
    Entry.FINDING: _("waits for the answer"),
    Entry.ANSWERED: _("answered, to be judged"),
    Entry.RECTIFIED: _("rectification reported, to be judged"),
    Entry.SENT_BACK: _("sent back, waits for the agency"),
    Entry.ACCEPTED: _("accepted, settled"),
}


class Finding(Struct):
    """A finding sent to an agency and what followed, in order."""

    row: EngagementEntry
    follow_ups: list[EngagementEntry] = []

    @property
    def moved_by(self) -> EngagementEntry:
        """The last entry that moved it."""
        return next((one for one in reversed(self.follow_ups) if one.entry in OF_FINDING), self.row)

    @property
    def last(self) -> Entry:
        """What that entry is."""
        return Entry(self.moved_by.entry)

    @property
    def state(self) -> Any:
        """In words."""
        return STATES_OF_FINDING[self.last]

    @property
    def settled(self) -> bool:
        """Whether it is accepted 销号."""
        return self.last == Entry.ACCEPTED

    @property
    def waiting(self) -> bool:
        """Whether the agency has the word."""
        return self.last in WAITING

    @property
    def to_judge(self) -> bool:
        """Whether the auditors have it."""
        return self.last in TO_JUDGE

    @property
    def due(self) -> date | None:
        """By when the agency says something; None where it need not."""
        return self.moved_by.due if self.waiting else None

    @property
    def late(self) -> bool:
        """Whether that day is over."""
        return self.due is not None and self.due < local_today()

    @property
    def grade(self) -> str:
        """In words."""
        return str(Grade(self.row.facts["grade"]).label)

    @property
    def answerer(self) -> dict[str, Any] | None:
        """Whom the head named last."""
        named = [one for one in self.follow_ups if one.entry == Entry.NAMED]
        return named[-1].facts["answerer"] if named else None


class SampleCase(Struct):
    """A case of the sample, from which draw it comes, and what was concluded of it last."""

    key: int
    number: str
    kind: str
    outcome: str
    order: str
    sample: int
    conclusion: EngagementEntry | None = None
    notes: int = 0
    findings: list[int] = []

    @property
    def verdict(self) -> str:
        """Its code; empty where nothing was concluded."""
        return str(self.conclusion.facts["verdict"]) if self.conclusion else ""

    @property
    def verdict_label(self) -> str:
        """In words."""
        return str(Verdict(self.verdict).label) if self.verdict else ""

    @property
    def ground(self) -> str:
        """The clause of what was found, or why the case could not be judged; else empty."""
        if not self.conclusion:
            return ""
        return str(self.conclusion.facts["text" if self.verdict == Verdict.NOT_JUDGED else "clause"])


class Standing(Struct, dict=True):
    """An engagement with all its entries, in order, without the texts samples were drawn from."""

    engagement: Engagement
    entries: Sequence[EngagementEntry]

    @classmethod
    def of(cls, engagement: Engagement) -> Self:
        """One query."""
        return cls(engagement, list(rows().filter(engagement=engagement)))

    @classmethod
    def of_many(cls, engagements: Iterable[Engagement]) -> list[Self]:
        """One query for all."""
        given = list(engagements)
        found: dict[int, list[EngagementEntry]] = defaultdict(list)
        for row in rows().filter(engagement__in=given):
            found[row.engagement_id].append(row)
        return [cls(one, found[one.pk]) for one in given]

    def _all(self, *entries: Entry) -> list[EngagementEntry]:
        return [row for row in self.entries if row.entry in entries]

    @property
    def said(self) -> dict[str, Any]:
        """What was said when it was opened."""
        return self.entries[0].facts

    @cached_property
    def scope(self) -> Scope:
        """What it looks into."""
        return Scope.read(self.said)

    @cached_property
    def members(self) -> dict[int, str]:
        """Who is a member now: names by key, in the order they joined."""
        found: dict[int, str] = {}
        for row in self._all(Entry.JOINED, Entry.LEFT):
            if row.entry == Entry.JOINED:
                found[row.concerned_id or 0] = row.facts["member"]["name"]
            else:
                found.pop(row.concerned_id or 0, None)
        return found

    @cached_property
    def samples(self) -> list[EngagementEntry]:
        """The draws."""
        return self._all(Entry.SAMPLE)

    @cached_property
    def cases(self) -> dict[int, SampleCase]:
        """The cases drawn, by key, in the order drawn."""
        found: dict[int, SampleCase] = {}
        for number, row in enumerate(self.samples, 1):
            for one in row.facts["drawn"]:
                found[one["id"]] = SampleCase(
                    one["id"], one["number"], one["kind"], one["outcome"], one["order"], number
                )
        for row in self._all(Entry.CONCLUDED, Entry.NOTE):
            case = found[row.application_id or 0]
            if row.entry == Entry.NOTE:
                case.notes += 1
            else:
                case.conclusion = row
        for number, finding in enumerate(self.findings, 1):
            for one in finding.row.facts["cases"]:
                found[one["id"]].findings.append(number)
        return found

    @cached_property
    def findings(self) -> list[Finding]:
        """What was sent to agencies."""
        found = {row.pk: Finding(row) for row in self._all(Entry.FINDING)}
        for row in self.entries:
            if row.finding_id is not None:
                found[row.finding_id].follow_ups.append(row)
        return list(found.values())

    @property
    def open_findings(self) -> list[Finding]:
        """Those not settled."""
        return [one for one in self.findings if not one.settled]

    @property
    def unconcluded(self) -> list[SampleCase]:
        """Cases of the sample without a conclusion."""
        return [one for one in self.cases.values() if one.conclusion is None]

    @property
    def unsent(self) -> list[SampleCase]:
        """Cases in which something was found that no finding told the agency."""
        return [one for one in self.cases.values() if one.verdict == Verdict.FINDING and not one.findings]

    @cached_property
    def closed(self) -> EngagementEntry | None:
        """The entry that closed it."""
        return next(iter(self._all(Entry.CLOSED)), None)

    @property
    def state(self) -> State:
        """How it stands."""
        if self.closed:
            return State.CLOSED
        if self.findings:
            return State.FOLLOWED
        return State.EXAMINING if self.samples else State.OPENED

    @property
    def due(self) -> date | None:
        """The first day by which an agency answers; None where nothing waits or it is closed."""
        return None if self.closed else min((one.due for one in self.findings if one.due), default=None)

    @property
    def late(self) -> bool:
        """Whether a day for an answer is over."""
        return self.due is not None and self.due < local_today()

    @property
    def to_judge(self) -> int:
        """Answers and reports that wait for the auditors."""
        return 0 if self.closed else sum(one.to_judge for one in self.findings)

    def count(self, verdict: str) -> int:
        """Cases of the sample so concluded."""
        return sum(one.verdict == verdict for one in self.cases.values())


def before(draw: EngagementEntry) -> datetime:
    """Up to which moment the acts were asked of which a sample was drawn."""
    return datetime.strptime(draw.facts["before"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def stratum_label(strata: str, name: str) -> str:
    """A stratum in words."""
    return str(ACTS[name].label) if strata == "outcome" else kind_label(name) if strata == "kind" else ""


def rows() -> models.QuerySet[EngagementEntry]:
    """Entries in order, without what samples were drawn from."""
    return EngagementEntry.objects.defer("population").select_related("agency").order_by("engagement", "seq")


def followed(findings: Iterable[EngagementEntry]) -> list[Finding]:
    """Findings with what followed, two queries in all: for the agency, which sees nothing else of an engagement."""
    found = {row.pk: Finding(row) for row in findings}
    for row in rows().filter(finding__in=list(found)):
        found[row.finding_id or 0].follow_ups.append(row)
    return list(found.values())
