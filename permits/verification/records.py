"""The chain of each case, and what the tables repeat of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from permits.ledger.chain import problems_of_acts
from permits.ledger.derived import differences
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
    for case in batch.cases:
        for problem in differences(case, batch.acts.get(case.pk, []), batch.permits.get(case.pk)):
            yield Problem("derived", str(case), problem)
