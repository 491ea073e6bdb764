"""The chain of each case, and what the tables repeat of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.ledger.chain import problems_of_acts
from permits.ledger.derived import differences
from permits.models import StoodAgainst
from permits.models.against import said_against
from permits.verification.registry import Batch, Problem, each_case


@each_case("chain", gettext_lazy("chain of acts"))
def chains(batch: Batch) -> Iterator[Problem]:
    """Every act in order, of its hash, chained to the one before."""
    for case in batch.cases:
        for problem in problems_of_acts(case, batch.acts.get(case.pk, [])):
            yield Problem("chain", str(case), problem)


@each_case("derived", gettext_lazy("what repeats the acts"))
def tables(batch: Batch) -> Iterator[Problem]:
    """Number, unit, route, days, permit, title and what was asked, as the acts say."""
    stands = _against(batch)
    for case in batch.cases:
        acts = batch.acts.get(case.pk, [])
        for problem in differences(case, acts, batch.permits.get(case.pk)):
            yield Problem("derived", str(case), problem)
        if any(said_against(act.findings) != stands.get(act.pk, []) for act in acts):
            yield Problem("derived", str(case), _("what is kept of its findings is not what its acts say"))


def _against(batch: Batch) -> dict[int, list[tuple[str, str]]]:
    """The rows kept of findings against each act of these cases."""
    rows = StoodAgainst.objects.filter(act__application__in=batch.cases).order_by("act", "severity", "rule")
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for act, severity, rule in rows.values_list("act", "severity", "rule"):
        found[act].append((severity, rule))
    return found
