"""Which papers of a permit still hold, and whose ground a case claims, replayed from its acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.grounds import ground_of
from permits.acts.paper_force import replayable, replayed
from permits.database.reading import among
from permits.kinds import kind_of
from permits.models import Act, Application, Document, GroundClaim
from permits.models.states import EDITABLE
from permits.verification.registry import Batch, Problem, each_case

Status = Document.Status


@each_case("force", gettext_lazy("papers in force"))
def force(batch: Batch) -> Iterator[Problem]:
    """A paper holds, was replaced or no longer holds as the acts say, and the one that took its place is named. A case
    whose kind is not installed is passed over: nothing says which of its papers gave the permit."""
    for case in batch.cases:
        acts = batch.acts.get(case.pk, [])
        if not replayable(acts) or not kind_of(case).installed:
            continue  # not replayable: written before texts said what they make stand
        papers = batch.papers.get(case.pk, [])
        ended = replayed(case, acts, papers)
        for paper in papers:
            how, by, _act = ended.get(paper.pk, ("", None, 0))
            if told := _wrong(paper, how, by, acts):
                yield Problem("force", paper.number, told)


def _wrong(paper: Document, how: str, by: int | None, acts: Sequence[Act]) -> str:
    stands = {Status.PENDING: "", Status.ISSUED: ""}.get(Status(paper.status), paper.status)
    if stands != how:
        return _("the paper is “%(stands)s”, the record says “%(recorded)s”") % {
            "stands": paper.get_status_display(), "recorded": Status(how or Status.ISSUED).label,
        }  # fmt: skip
    if how != Status.SUPERSEDED or by is not None:
        return "" if paper.replaced_by_id == by else _("another paper took its place than it names")
    others = {act.facts["number"] for act in acts if act.act == "replace_permit"}
    named = paper.replaced_by and paper.replaced_by.application.number
    return "" if named is None or named in others else _("another paper took its place than it names")


@each_case("ground", gettext_lazy("ground applied for"))
def ground(batch: Batch) -> Iterator[Problem]:
    """The index by which the same ground is found says what the tables do; what is a draft or in correction, or
    was when it was withdrawn, is edited and passed over, as is a case whose kind is not installed."""
    kept: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = GroundClaim.objects.filter(among("application", batch.keys)).order_by("application", "row")
    for of_case, *claimed in rows.values_list("application", "row", "key", "name"):
        kept[of_case].append(tuple(claimed))
    for case in batch.cases:
        if _edited(case, batch.acts.get(case.pk, [])) or not kind_of(case).installed:
            continue
        if kept[case.pk] != ground_of(case):
            yield Problem("ground", str(case), _("the ground kept for finding it again is not what was applied for"))


def _edited(case: Application, acts: Sequence[Act]) -> bool:
    """Whether its tables may say something else than what was handed in last, or nothing was."""
    return (
        case.status in EDITABLE
        or case.number is None
        or any(act.before in EDITABLE and act.after == case.status for act in acts)
    )
