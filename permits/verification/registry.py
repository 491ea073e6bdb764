"""The checks by name. An app above this one registers its own when it starts: workflows its tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from permits.kinds import kind_of
from permits.models import Act, Application, Document, Permit
from permits.models.submission import keep_last

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Check = Callable[[], Iterator["Problem"]]
CaseCheck = Callable[["Batch"], Iterator["Problem"]]


@dataclass(frozen=True)
class Problem:
    """`what` is wrong `where`: a case's number, a paper's, a table. `check` names the check that found it."""

    check: str
    where: str
    what: str


@dataclass
class Batch:
    """Some cases with their records, read once for all checks."""

    cases: list[Application]
    acts: dict[int, list[Act]] = field(default_factory=dict)
    permits: dict[int, Permit] = field(default_factory=dict)
    papers: dict[int, list[Document]] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Sequence[int]) -> Batch:
        """The cases of these keys with their acts in order, their permits, and their papers, the oldest first."""
        cases = list(Application.objects.select_related("unit", "jurisdiction").filter(pk__in=keys).order_by("pk"))
        acts: dict[int, list[Act]] = defaultdict(list)
        for act in (
            Act.objects.filter(application__in=cases).select_related("submission").order_by("application_id", "seq")
        ):
            acts[act.application_id].append(act)
        permits = {permit.pk: permit for permit in Permit.objects.filter(application__in=cases)}
        papers: dict[int, list[Document]] = defaultdict(list)
        found = Document.objects.filter(application__in=cases).select_related("agency", "replaced_by__application")
        for paper in found.order_by("pk"):
            papers[paper.application_id].append(paper)
        batch = cls(cases, acts, permits, papers)
        batch._hand_over()
        return batch

    def each(self) -> Iterator[Batch]:
        """Each case by itself."""
        for case in self.cases:
            of_case = [{case.pk: of[case.pk]} if case.pk in of else {} for of in (self.acts, self.permits, self.papers)]
            yield Batch([case], *of_case)  # type: ignore[arg-type]

    def _hand_over(self) -> None:
        """Give each case and permit what was read: a check that computes from the case asks for nothing again."""
        of_kind: dict[str, list[Application]] = defaultdict(list)
        for case in self.cases:
            of_kind[case.kind].append(case)
            case.history = self.acts.get(case.pk, [])
            permit = self.permits.get(case.pk)
            if permit is not None:
                permit.application = case
            for act in case.history:
                act.application = case
                if hasattr(act, "submission"):
                    keep_last(case, act.submission)
                if permit is not None and permit.granted_by_id == act.pk:
                    permit.granted_by = act
        for cases in of_kind.values():
            if (kind := kind_of(cases[0])).installed:
                kind.read_ground(cases)


CASE_CHECKS: dict[str, CaseCheck] = {}
CHECKS: dict[str, Check] = {}
LABELS: dict[str, StrPromise] = {}
"""What each check looks at, in words."""


def each_case(name: str, label: StrPromise) -> Callable[[CaseCheck], CaseCheck]:
    """Registers a check of cases, given them in batches; `label` says what it looks at."""

    def register(check: CaseCheck) -> CaseCheck:
        CASE_CHECKS[name], LABELS[name] = check, label
        return check

    return register


def once(name: str, label: StrPromise) -> Callable[[Check], Check]:
    """Registers a check of the installation as a whole; `label` says what it looks at."""

    def register(check: Check) -> Check:
        CHECKS[name], LABELS[name] = check, label
        return check

    return register
