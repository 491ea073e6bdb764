"""Statements 陈述申辩: what the applicant and others state on a case until it is decided, and what of it is new.

Applicant and parties are heard (许可法 7, 36). The applicant hands its own in (`make_statement`); what comes on paper
or in person, and what third parties say, an officer records (`record_statement`). No step waits for one and none moves;
but whoever goes on with the case is told of those that no opinion could take into account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from permits.models import Act, Application
from permits.models.states import S

STATEMENTS = ("make_statement", "record_statement")
OPINIONS = ("recommend", "propose", "report_up")
"""Acts by which an organ says what it thinks of the whole case, and hands it on."""


@dataclass(frozen=True)
class Statement:
    """One statement; `since`: it came after the last opinion, which could not take it into account."""

    act: Act
    since: bool

    @property
    def party(self) -> str:
        """Who states: the applicant, or whom the officer names."""
        return str(self.act.facts.get("party") or self.act.application.unit.name)

    @property
    def own(self) -> bool:
        """Whether the applicant handed it in by itself."""
        return self.act.act == "make_statement"

    @property
    def words(self) -> str:
        """What was stated."""
        return str(self.act.facts["statement"])

    @property
    def document(self) -> dict[str, Any]:
        """The file handed in with it, as recorded; empty where there is none."""
        return dict(self.act.facts.get("document") or {})


def statements(application: Application) -> list[Statement]:
    """Every statement of the case, in the order they came. Of a case that has ended none is new."""
    opinions = [] if application.final else application.did(*OPINIONS)
    last = opinions[-1].seq if opinions else None
    return [Statement(act, since=last is not None and act.seq > last) for act in application.did(*STATEMENTS)]


def last_stated(application: Application) -> int:
    """The number in the record of the last statement; 0 where there is none."""
    return max((act.seq for act in application.did(*STATEMENTS)), default=0)


def passed_on_to(application: Application) -> str:
    """The organ that decides, where the case was reported to it: it has no account here, so whoever has the case passes
    on what is stated. Empty where this agency decides."""
    reported = application.did("report_up") if application.status == S.REPORTED_UP else []
    return str(reported[-1].facts["organ"]) if reported else ""
