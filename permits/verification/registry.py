"""The checks by name. An app above this one registers its own when it starts: workflows its tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from permits.database.reading import among, by_key, keep_related, read
from permits.documents.holder import keep_changes
from permits.kinds import kind_of
from permits.models import Act, Application, Document, Permit, Submission
from permits.models.submission import keep_last, last_handed_in
from roles.models import Agency, Jurisdiction, OperatingUnit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Check = Callable[[], Iterator["Problem"]]
CaseCheck = Callable[["Batch"], Iterator["Problem"]]


class Problem(Struct, frozen=True):
    """`what` is wrong `where`: a case's number, a paper's, a table. `check` names the check that found it."""

    check: str
    where: str
    what: str


class Batch(Struct, dict=True):
    """Some cases with their records, read once for all checks."""

    cases: list[Application]
    acts: dict[int, list[Act]] = {}
    permits: dict[int, Permit] = {}
    papers: dict[int, list[Document]] = {}

    @classmethod
    def of(cls, keys: Sequence[int]) -> Batch:
        """The cases of these keys with their acts in order, their permits, and their papers, the oldest first."""
        cases = _cases(keys)
        found = [case.pk for case in cases]
        acts: dict[int, list[Act]] = defaultdict(list)
        for act in read(Act.objects.filter(among("application", found)).order_by("application_id", "seq")):
            acts[act.application_id].append(act)
        handed_in = by_key(read(Submission.objects.filter(among("act__application", found))))
        every = [act for record in acts.values() for act in record]
        agencies = Agency.objects.in_bulk({act.agency_id for act in every if act.agency_id})
        for act in every:
            keep_related(act, "submission", handed_in.get(act.pk))
            if act.agency_id in agencies:
                keep_related(act, "agency", agencies[act.agency_id])
        permits = by_key(read(Permit.objects.filter(among("application", found))))
        papers: dict[int, list[Document]] = defaultdict(list)
        for paper in _papers(found):
            papers[paper.application_id].append(paper)
        batch = cls(cases, acts, permits, papers)
        batch._hand_over()
        return batch

    @cached_property
    def keys(self) -> list[int]:
        """The keys of its cases."""
        return [case.pk for case in self.cases]

    def each(self) -> Iterator[Batch]:
        """Each case by itself."""
        for case in self.cases:
            of_case = [{case.pk: of[case.pk]} if case.pk in of else {} for of in (self.acts, self.permits, self.papers)]
            yield Batch([case], *of_case)  # type: ignore[arg-type]

    def let_go(self) -> None:
        """Take from each case what was read of it. It names the case that it hangs on, and such a ring stays until
        garbage is looked for."""
        for case in self.cases:
            case.__dict__.clear()

    def _hand_over(self) -> None:
        """Give each case and permit what was read: a check that computes from the case asks for nothing again."""
        of_kind: dict[str, list[Application]] = defaultdict(list)
        strangers = _strangers(case.pk for case in self.cases if last_handed_in(self.acts.get(case.pk, [])) is None)
        for case in self.cases:
            of_kind[case.kind].append(case)
            case.history = self.acts.get(case.pk, [])
            keep_last(case, last_handed_in(case.history) or strangers.get(case.pk))
            permit = self.permits.get(case.pk)
            if permit is not None:
                keep_related(permit, "application", case)
            for act in case.history:
                keep_related(act, "application", case)
                if permit is not None and permit.granted_by_id == act.pk:
                    keep_related(permit, "granted_by", act)
        keep_changes(self.cases)
        for cases in of_kind.values():
            if (kind := kind_of(cases[0])).installed:
                kind.read_ground(cases)


def _cases(keys: Sequence[int]) -> list[Application]:
    """The cases of these keys with unit and place, which many share and which are read once; without those whose unit
    or place is none."""
    cases = read(Application.objects.filter(among("pk", keys)).order_by("pk"))
    units = OperatingUnit.objects.in_bulk({case.unit_id for case in cases})
    places = Jurisdiction.objects.in_bulk({case.jurisdiction_id for case in cases})
    whole = [case for case in cases if case.unit_id in units and case.jurisdiction_id in places]
    for case in whole:
        keep_related(case, "unit", units[case.unit_id])
        keep_related(case, "jurisdiction", places[case.jurisdiction_id])
    return whole


def _strangers(cases: Iterable[int]) -> dict[int, Submission]:
    """Of cases whose acts handed nothing in: what stands at them all the same, the last of each."""
    rows = read(Submission.objects.filter(among("application", list(cases))).order_by("act__seq"))
    return {row.application_id: row for row in rows}


def _papers(cases: Sequence[int]) -> list[Document]:
    """The papers of these cases, the oldest first, with their agency and the paper that took their place; without those
    whose agency is none."""
    papers = read(Document.objects.filter(among("application", cases)).order_by("pk"))
    agencies = Agency.objects.in_bulk({paper.agency_id for paper in papers})
    papers = [paper for paper in papers if paper.agency_id in agencies]
    by = {paper.replaced_by_id for paper in papers if paper.replaced_by_id}
    others = Document.objects.select_related("application").in_bulk(by)
    for paper in papers:
        keep_related(paper, "agency", agencies[paper.agency_id])
        keep_related(paper, "replaced_by", others.get(paper.replaced_by_id))
    return papers


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
