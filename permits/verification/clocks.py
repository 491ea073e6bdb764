"""Clock entries, each by an act of its case that can have moved a clock; what agencies promise; and the calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.effects import MOVES_DEADLINES
from permits.clocks import holidays, promises
from permits.clocks.entries import WHOLE
from permits.clocks.timing import Entry, Timing, Timings
from permits.database.reading import among
from permits.models import ClockEntry
from permits.verification.registry import Batch, Problem, each_case, once

MOVES_CLOCKS = MOVES_DEADLINES | {"flag_deadline"}
STARTS = frozenset({"submit", "resubmit", "approve", "refuse", "record_higher_decision"})
"""Acts that always start a clock: of each an entry must stand."""


@each_case("clocks", gettext_lazy("entries of clocks"))
def clocks(batch: Batch) -> Iterator[Problem]:
    """No entry without the act that made it, none taken away from an act that always starts a clock; and what is kept
    of the clock of each case as its entries say."""
    moved, whole = defaultdict[int, set[int]](set), defaultdict[int, list[Entry]](list)
    entries = ClockEntry.objects.filter(among("application", batch.keys)).order_by("pk")
    for of_case, act_id, step, *entry in entries.values_list("application", "act", "step", *Entry._fields):
        moved[of_case].add(act_id)
        if step == WHOLE:
            whole[of_case].append(Entry(*entry))
    timings = Timings()
    for case in batch.cases:
        if timings.of(whole[case.pk]) != Timing.of(case):
            yield Problem("clocks", str(case), _("what is kept of its clock is not what its entries say"))
        record = {act.pk: act for act in batch.acts.get(case.pk, [])}
        has = moved.get(case.pk, set())
        for pk in has - {pk for pk, act in record.items() if act.act in MOVES_CLOCKS}:
            name = record[pk].act if pk in record else "—"
            yield Problem("clocks", str(case), _("an entry of a clock names “%(act)s”") % {"act": name})
        for pk, act in record.items():
            if act.act in STARTS and pk not in has:
                yield Problem("clocks", str(case), _("the clocks of “%(act)s” are gone") % {"act": act.act})


@once("calendar", gettext_lazy("calendar"))
def calendar() -> Iterator[Problem]:
    """No day but as a notice that was imported has it: every period is counted by them."""
    for problem in holidays.differences():
        yield Problem("calendar", "—", problem)


@once("promises", gettext_lazy("promised periods"))
def promised() -> Iterator[Problem]:
    """No promise but as its agency's head entered it last: what a case is told of lateness counts by it."""
    for problem in promises.differences():
        yield Problem("promises", "—", problem)
