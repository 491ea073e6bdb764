"""An audit engagement with its people: two auditors of the city, the head of the bureau that is audited, and cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from permits.models import Application
from permits.models.states import S
from roles.appointments import appoint
from roles.models import Agency, Membership, Person
from tests.cast import Cast, make_person, pdf
from workflows.engagements.acts import conclude, draw_sample
from workflows.engagements.answers import answer
from workflows.engagements.findings import send_finding
from workflows.engagements.opening import open_engagement
from workflows.engagements.standing import Standing
from workflows.models import Engagement, EngagementEntry

SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
CLAUSE = "森林法第五十六条"


@dataclass
class Engaged:
    """What the tests of engagements begin with."""

    cast: Cast
    colleague: Person
    bureau: Agency
    cases: list[Application] = field(default_factory=list)

    @classmethod
    def with_cases(cls, cast: Cast, many: int = 4) -> Engaged:
        """`many` cases the city's bureau approved, and one it refused."""
        post = Membership.objects.get(person=cast.auditor).post
        colleague = make_person("second-auditor", "审计员乙")
        appoint(colleague, post)
        cases = [cast.case_at(S.APPROVED, number=1 + number) for number in range(many)] + [cast.case_at(S.REFUSED)]
        return cls(cast, colleague, Agency.objects.get(slug="bj-forestry"), cases)

    def open(self, **other: Any) -> Engagement:
        """Opened by the auditor, with the colleague."""
        said: dict[str, Any] = {
            "by": self.cast.auditor, "title": "天然林审批审计", "ground": "2026年度审计计划", "since": SINCE,
            "until": UNTIL, "agency": self.bureau, "members": [self.colleague],
        } | other  # fmt: skip
        return open_engagement(**said)

    def drawn(self, wanted: int = 3, **other: Any) -> Engagement:
        """With a sample."""
        engagement = self.open(**other)
        draw_sample(engagement.pk, wanted, by=self.cast.auditor)
        return engagement

    def found(self, engagement: Engagement) -> EngagementEntry:
        """Something found in the first case of the sample, and sent."""
        case = self.sample(engagement)[0]
        conclude(engagement.pk, case, "finding", by=self.cast.auditor, clause=CLAUSE, text="未附伐区设计。")
        return send_finding(
            engagement.pk, by=self.cast.auditor, agency=self.bureau, cases=[case], text="未附伐区设计即予批准。",
            clause=CLAUSE, grade="grave", due=self.soon(),
        )  # fmt: skip

    @staticmethod
    def sample(engagement: Engagement) -> list[int]:
        """Keys of the cases drawn."""
        return list(Standing.of(engagement).cases)

    @staticmethod
    def soon() -> date:
        """A day for an answer."""
        return timezone.localdate() + timedelta(days=15)


def answered_finding(cast: Cast, case: Application) -> tuple[Engagement, EngagementEntry]:
    """An engagement over one case, with a finding that was answered with a file."""
    engaged = Engaged(cast, cast.auditor, Agency.objects.get(slug="bj-forestry"), [case])
    engagement = engaged.drawn(1, members=[])
    finding = engaged.found(engagement)
    answer(finding, "agrees", "属实", by=cast.head, files=[pdf()])
    return engagement, finding
