"""Clock entries, each by an act of its case that can have moved a clock; what agencies promise; and the calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.effects import (
    FIRST_REVIEW,
    HEARING_ASK,
    HEARING_HOLD,
    MOVES_DEADLINES,
    NOTICE,
    SITE_CHECK,
)
from permits.clocks import holidays, promises
from permits.clocks.entries import WHOLE
from permits.clocks.standing import DELIVERY
from permits.clocks.timing import Entry, Timings, columns_of
from permits.database.reading import among
from permits.models import Act, Application, ClockEntry
from permits.models.clock import Event
from permits.models.submission import HANDS_IN
from permits.verification.registry import Batch, Problem, each_case, once

MOVES_CLOCKS = MOVES_DEADLINES | {"flag_deadline"}
STARTS = HANDS_IN | {"approve", "refuse", "record_higher_decision"}
"""Acts that always start a clock: of each an entry must stand."""

BEGIN = frozenset({"accept", "deem_accepted", "recommend", "reopen"})
END = frozenset({"refuse_acceptance", "report_up", "approve", "refuse", "record_higher_decision", "reopen", "withdraw"})
MAKES: dict[str, frozenset[str]] = {
    Event.STARTED: BEGIN,
    Event.SUSPENDED: frozenset({"suspend_clock", "recommend"}),
    Event.RESUMED: frozenset({"resume_clock"}),
    Event.EXTENDED: frozenset({"extend_period"}),
    Event.JOINT: frozenset({"order_joint_handling"}),
    Event.RECOMPUTED: frozenset({"recompute_deadline"}),
    Event.YELLOW: frozenset({"flag_deadline"}),
    Event.RED: frozenset({"flag_deadline"}),
    Event.STOPPED: END,
}
"""What can happen to the clock of the whole case, by which acts (permits/acts/effects.py, `CLOCKS`)."""

ASKED_FOR = frozenset({"ask_hearing", "record_hearing_request"})
GIVEN_UP = frozenset({"give_up_hearing", "record_hearing_given_up"})
"""Where another party had asked too, its days are counted from then on."""
CORRECTED, ACCEPTED = frozenset({"request_correction"}), frozenset({"accept", "deem_accepted"})
OF_STEPS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    NOTICE: (HANDS_IN | {"reopen"}, CORRECTED | ACCEPTED),
    SITE_CHECK: (HANDS_IN, CORRECTED | {"record_site_check"}),
    FIRST_REVIEW: (ACCEPTED | {"return_to_first_review", "reopen"}, frozenset({"recommend"})),
    DELIVERY: (frozenset({"approve", "refuse", "record_higher_decision"}), frozenset({"record_delivery"})),
    HEARING_ASK: (frozenset({"tell_hearing_right"}), ASKED_FOR | {"tell_hearing_right"}),
    HEARING_HOLD: (ASKED_FOR | GIVEN_UP, GIVEN_UP | {"hold_hearing"}),
}
"""By which acts the clock of a step starts, and by which it stops before those that stop every clock."""


def _makes(step: str) -> Mapping[str, frozenset[str]]:
    if step == WHOLE:
        return MAKES
    starts, stops = OF_STEPS.get(step, (frozenset(), frozenset()))
    suspends = starts | {"suspend_clock"}  # a step that starts while the case stands still stands still with it
    return MAKES | {Event.STARTED: starts, Event.SUSPENDED: suspends, Event.STOPPED: stops | END}


@each_case("clocks", gettext_lazy("entries of clocks"))
def clocks(batch: Batch) -> Iterator[Problem]:
    """No entry without the act that made it, none taken away from an act that always starts a clock, nothing that
    happened to a clock without the act that does it to this one; and what is kept of that of the whole as it says."""
    moved, whole = defaultdict[int, set[int]](set), defaultdict[int, list[Entry]](list)
    happened = defaultdict[int, dict[str, list[tuple[str, int]]]](lambda: defaultdict(list))
    entries = ClockEntry.objects.filter(among("application", batch.keys)).order_by("pk")
    for of_case, act_id, step, *entry in entries.values_list("application", "act", "step", *Entry._fields):
        said = Entry(*entry)
        moved[of_case].add(act_id)
        happened[of_case][step].append((said.event, act_id))
        if step == WHOLE:
            whole[of_case].append(said)
    timings = Timings()
    for case in batch.cases:
        if columns_of(timings.of(whole[case.pk])) != tuple(getattr(case, name) for name in case.CLOCK_FIELDS):
            yield Problem("clocks", str(case), _("what is kept of its clock is not what its entries say"))
        record = {act.pk: act for act in batch.acts.get(case.pk, [])}
        has = moved.get(case.pk, set())
        for pk in has - {pk for pk, act in record.items() if act.act in MOVES_CLOCKS}:
            name = record[pk].act if pk in record else "—"
            yield Problem("clocks", str(case), _("an entry of a clock names “%(act)s”") % {"act": name})
        for step, entries_of in happened[case.pk].items():
            yield from _of_others(case, record, step, entries_of)
        for pk, act in record.items():
            if act.act in STARTS and pk not in has:
                yield Problem("clocks", str(case), _("the clocks of “%(act)s” are gone") % {"act": act.act})


def _of_others(
    case: Application, record: Mapping[int, Act], step: str, happened: Sequence[tuple[str, int]]
) -> Iterator[Problem]:
    """What happened to the clock of `step` and cannot be of the act it names: whoever may insert rows would else make
    what was late be in time."""
    makes = _makes(step)
    for event, pk in happened:
        act = record[pk].act if pk in record else ""
        own = event != Event.SUSPENDED or act == "suspend_clock" or (Event.STARTED, pk) in happened
        if act in MOVES_CLOCKS and not (own and act in makes[event]):
            told = {"event": Event(event).label, "act": record[pk].act}
            yield Problem("clocks", str(case), _("an entry of a clock, “%(event)s”, is none of “%(act)s”") % told)


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
