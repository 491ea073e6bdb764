"""The checks by name. An app above this one registers its own when it starts: workflows its tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from permits.models import Act, Application, Permit

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

    @classmethod
    def of(cls, cases: list[Application]) -> Batch:
        """The cases with their acts in order and their permits."""
        acts: dict[int, list[Act]] = defaultdict(list)
        for act in (
            Act.objects.filter(application__in=cases).select_related("submission").order_by("application_id", "seq")
        ):
            acts[act.application_id].append(act)
        permits = {permit.pk: permit for permit in Permit.objects.filter(application__in=cases)}
        return cls(cases, acts, permits)


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
