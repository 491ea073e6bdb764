"""The statistics: what came in, what was decided and in what time, what was refused and corrected.

Each number comes from the function that answers the desk's question about the same thing, so that both say the same.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncDate, TruncMonth
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.clocks.calendar import WorkCalendar
from permits.models import StoodAgainst
from permits.models.against import GRAVE
from permits.models.states import S
from roles.days import CHINA
from roles.models import Jurisdiction
from workflows.desk.asked import Asked
from workflows.desk.corrections import MOST_DRAWN, most_asked
from workflows.desk.held import items
from workflows.desk.late import decided, punctuality, working_days
from workflows.desk.question import GREEN, GREY, RED, YELLOW, Chart, Series, every_month
from workflows.filters import step_choices
from workflows.models import WorkItem
from workflows.tables import kind_label

FIELDS = ("since", "until", "kind", "place", "agency")
REFUSALS = ("refuse", "refuse_acceptance")


class Figures(Struct, frozen=True):
    """Everything the page shows. `timed` are the decided cases that had a period, `share` those in time in percent."""

    received: int
    decided: int
    approved: int
    refused: int
    timed: int
    in_time: int
    after_promise: int
    after_statute: int
    corrections: int
    charts: tuple[Chart, ...]

    @property
    def share(self) -> int | None:
        """In time of all that had a period, in whole percent, rounded down; None where nothing had."""
        return 100 * self.in_time // self.timed if self.timed else None


class StepTime(Struct, frozen=True):
    """Working days of the finished items of one step: their number, the median, and what nine of ten kept within."""

    step: str
    count: int
    median: float
    ninetieth: int


def figures(asked: Asked) -> Figures:
    """Count everything, by the database where it can."""
    every, requests = decided(asked), asked.acts("request_correction")
    status, kinds, places = every.by("status"), every.by("kind"), every.by("place")
    names, came = Jurisdiction.objects.in_bulk(list(places)), _received(asked)
    return Figures(
        received=sum(came["month"].values()),
        decided=every.counts.total(),
        approved=status[S.APPROVED],
        refused=status[S.REFUSED],
        timed=every.those("timed"),
        in_time=every.those("in_time"),
        after_promise=every.those("after_promise"),
        after_statute=every.those("after_statute"),
        corrections=requests.count(),
        charts=(
            punctuality(every),
            _came_and_went("month", _("By month"), _("Month"), came, every.by("month")),
            _came_and_went("kind", _("By kind"), _("Kind"), came, _named(kinds, kind_label)),
            _came_and_went("place", _("By place"), _("Place"), came, _named(places, lambda code: str(names[code]))),
            _of_steps(step_times(asked)),
            _refusals(asked),
            most_asked(requests, "corrections", _("Corrections by field or material")),
        ),
    )  # fmt: skip


def _named(counts: Counter[str], name: Callable[[str], str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for code, many in counts.items():  # two codes may bear one name
        found[name(code)] += many
    return found


def step_times(asked: Asked) -> list[StepTime]:
    """By step, of the items that became open within the dates and are done: the database counts those of the same days,
    the calendar is asked once for each."""
    first, last = TruncDate("created", tzinfo=CHINA), TruncDate("finished", tzinfo=CHINA)
    rows = items(asked).filter(finished__isnull=False).order_by()
    found = rows.annotate(first=first, last=last).values_list("step", "first", "last").annotate(many=Count("pk"))
    calendar, days = WorkCalendar.load(), dict[str, list[int]]()
    for step, begun, done, many in found:
        days.setdefault(step, []).extend([working_days(begun, done, calendar)] * many)
    names = dict(step_choices())
    told = [StepTime(names.get(step, step), len(of), statistics.median(of), ninetieth(of)) for step, of in days.items()]
    return sorted(told, key=lambda one: -one.count)


def ninetieth(numbers: Sequence[int]) -> int:
    """The smallest of `numbers` that nine of ten do not exceed (nearest rank)."""
    return sorted(numbers)[ceil(len(numbers) * 9 / 10) - 1]


def _received(asked: Asked) -> dict[str, Counter[str]]:
    """What was received within the dates, by month, kind and place: one query."""
    cases = asked.cases.filter(asked.on("received_on"), received_on__isnull=False)
    if agency := asked.get("agency"):  # what came before it, whether it did anything yet or not
        cases = cases.filter(pk__in=WorkItem.objects.filter(mandate__agency=agency).values("application"))
    name = "jurisdiction__name_en" if get_language() == "en" else "jurisdiction__name"
    told = ("month", "kind", name, "jurisdiction__name")
    found: dict[str, Counter[str]] = {"month": Counter(), "kind": Counter(), "place": Counter()}
    rows = cases.order_by().annotate(month=TruncMonth("received_on")).values_list(*told).annotate(Count("pk"))
    for month, kind, place, official, many in rows:
        for by, key in (("month", f"{month:%Y-%m}"), ("kind", kind_label(kind)), ("place", place or official)):
            found[by][key] += many
    return found


def _came_and_went(key: str, title: str, of: str, received: dict[str, Counter[str]], went: Counter[str]) -> Chart:
    came, kind = received[key], "line" if key == "month" else "bar"
    names = every_month({*came, *went}) if key == "month" else sorted({*came, *went})
    rows = [(name, came[name], went[name]) for name in names]
    return Chart(f"by-{key}", title, of, (Series(_("Received"), GREY), Series(_("Decided"), GREEN)), rows, kind)


def _of_steps(steps: Iterable[StepTime]) -> Chart:
    series = (
        Series(_("Done")),  # a number of items: beside working days on one axis it would say nothing
        Series(_("Median of working days"), GREEN),
        Series(_("Nine of ten within"), YELLOW),
    )
    rows: list[tuple[Any, ...]] = [(one.step, one.count, f"{one.median:g}", one.ninetieth) for one in steps]
    return Chart("steps", _("Working days by step"), _("Step"), series, rows)


def _refusals(asked: Asked) -> Chart:
    """By the rule that stood against it when it was refused; what no rule stood against is told as such."""
    acts = asked.acts(*REFUSALS).order_by()
    stood = StoodAgainst.objects.filter(severity__in=GRAVE)
    by_rule = stood.filter(act__in=acts.values("pk")).values_list("rule", "act__act").order_by("rule")
    bare = acts.exclude(Exists(stood.filter(act=OuterRef("pk")))).values_list("act").annotate(many=Count("pk"))
    counts: dict[str, Counter[str]] = {}
    for rule, act, many in by_rule.annotate(many=Count("act", distinct=True)):
        counts.setdefault(rule, Counter())[act] += many
    for act, many in bare:
        counts.setdefault(_("no rule stood against it"), Counter())[act] += many
    most = sorted(counts.items(), key=lambda one: -one[1].total())[:MOST_DRAWN]
    return Chart(
        "refusals", _("Refusals by rule"), _("Rule"),
        (Series(S.REFUSED.label, RED), Series(S.NOT_ACCEPTED.label, GREY)),
        [(rule, *(of[act] for act in REFUSALS)) for rule, of in most],
        note=_("A refusal counts once at each rule that stood against it, so at several rules where it failed several. "
               "Refusals of acceptance stand in a column of their own: the tile above counts only what was decided."),
    )  # fmt: skip
