"""The chain of each case, and what the tables repeat of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.land import land_of
from permits.database.reading import among
from permits.kinds import kind_of
from permits.ledger.chain import problems_of_acts
from permits.ledger.derived import differences
from permits.models import Application, DeclaredLand, StoodAgainst
from permits.models.against import said_against
from permits.models.submission import last_handed_in
from permits.verification.registry import Batch, Problem, each_case
from roles.models import Jurisdiction


@each_case("chain", gettext_lazy("chain of acts"))
def chains(batch: Batch) -> Iterator[Problem]:
    """Every act in order, of its hash, chained to the one before."""
    for case in batch.cases:
        for problem in problems_of_acts(case, batch.acts.get(case.pk, [])):
            yield Problem("chain", str(case), problem)


@each_case("derived", gettext_lazy("what repeats the acts"))
def tables(batch: Batch) -> Iterator[Problem]:
    """Number, unit, route, days, permit, title, what was asked and where the land lies, as the acts say."""
    stands, lies, known = _against(batch), _districts(batch), set(Jurisdiction.objects.values_list("pk", flat=True))
    areas = _areas(batch)
    for case in batch.cases:
        acts = batch.acts.get(case.pk, [])
        for problem in differences(case, acts, batch.permits.get(case.pk)):
            yield Problem("derived", str(case), problem)
        if any(said_against(act.findings) != stands.get(act.pk, []) for act in acts):
            yield Problem("derived", str(case), _("what is kept of its findings is not what its acts say"))
        last = last_handed_in(acts)
        if last is not None and lies[case.pk] != known.intersection(last.content["districts"]):
            yield Problem("derived", str(case), _("the land lies elsewhere than was handed in"))
        if kind_of(case).installed and areas[case.pk] != set(land_of(case, known)):
            yield Problem("derived", str(case), _("the land kept for sums is not what was handed in"))


def _districts(batch: Batch) -> dict[int, set[str]]:
    """Where the land of each of these cases is kept to lie: who sees a case goes by it."""
    lies: dict[int, set[str]] = defaultdict(set)
    rows = Application.districts.through.objects.filter(among("application", batch.keys))
    for case, place in rows.values_list("application", "jurisdiction"):
        lies[case].add(place)
    return lies


def _areas(batch: Batch) -> dict[int, set[tuple[Any, ...]]]:
    """What is kept of the land that each of these cases asks for."""
    areas: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    rows = DeclaredLand.objects.filter(among("application", batch.keys))
    for case, *area in rows.values_list("application", "place", "purpose", "hectares", "cubic_metres"):
        areas[case].add(tuple(area))
    return areas


def _against(batch: Batch) -> dict[int, list[tuple[str, str]]]:
    """The rows kept of findings against each act of these cases."""
    rows = StoodAgainst.objects.filter(among("act__application", batch.keys)).order_by("act", "severity", "rule")
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for act, severity, rule in rows.values_list("act", "severity", "rule"):
        found[act].append((severity, rule))
    return found
