"""Who held a case how long, at which step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from msgspec import Struct
from viewflow.workflow.status import STATUS

from permits.clocks.calendar import WorkCalendar
from permits.ledger.words import within_json
from permits.models import Act
from permits.models.keeping import GIVES_BACK, TAKES
from roles.days import CHINA
from workflows.desk.asked import Asked
from workflows.desk.late import working_days
from workflows.desk.question import CaseLink, Column, Line, Question, Rows
from workflows.filters import step_titles
from workflows.models import WorkItem
from workflows.tables import kind_label


class Holding(Struct, frozen=True):
    """One person's time with an item; without a person nobody had taken it."""

    person: str
    since: datetime
    until: datetime

    def days(self, calendar: WorkCalendar) -> int:
        """Working days after the day it began, up to and with the day it ended."""
        return between(self.since, self.until, calendar)


def between(since: datetime, until: datetime, calendar: WorkCalendar) -> int:
    """Working days from one moment to another, by the days of China; the day of the first is not counted."""
    first, last = (timezone.localdate(moment, timezone=CHINA) for moment in (since, until))
    return working_days(first, last, calendar)


def items(asked: Asked) -> QuerySet[WorkItem]:
    """The steps of agencies that became open within the dates, by agency, person and step asked for."""
    found = WorkItem.objects.filter(
        asked.at("created"), flow_task_type="HUMAN", mandate__isnull=False, application__in=asked.cases.values("pk")
    ).exclude(status=STATUS.CANCELED)
    if step := asked.get("step"):
        found = found.filter(step=step)
    if name := asked.get("person"):
        found = found.filter(Q(owner__name__icontains=name) | Exists(_takings(name)))
    by: QuerySet[WorkItem] = found.filter(asked.of(person="").by("mandate__agency"))
    return by


def _takings(name: str) -> QuerySet[Act]:
    """The acts by which somebody of that name came to hold an item, the row outside: took it, or was given it. The text
    of an act is canonical JSON, in which a name and its value stand in one way only."""
    item = (Value('"item":'), Cast(OuterRef("pk"), CharField()))
    of_item = Q(body__contains=Concat(*item, Value(","))) | Q(body__contains=Concat(*item, Value("}")))
    given = rf'"to":{{[^}}]*"name":"[^"]*{re.escape(within_json(name))}'
    took = Q(act="claim", person__name__icontains=name) | Q(act="reassign", body__regex=given)
    return Act.objects.filter(of_item, took, application=OuterRef("application"))


def holdings(found: Sequence[WorkItem], now: datetime) -> dict[int, list[Holding]]:
    """By item: who had it from when to when, and before anybody did. One query."""
    acts = Act.objects.filter(application__in={item.application_id for item in found}).filter(
        Q(act__in=(*TAKES, *GIVES_BACK)) | Q(work_item__in=[item.pk for item in found])
    )
    of_item: dict[int, list[Act]] = {}
    for act in acts.select_related("person").order_by("application", "seq"):
        key = act.work_item or act.facts.get("item")
        if key is not None:
            of_item.setdefault(int(key), []).append(act)
    return {item.pk: list(_holdings(item, of_item.get(item.pk, ()), now)) for item in found}


def _holdings(item: WorkItem, acts: Iterable[Act], now: datetime) -> Iterator[Holding]:
    holder, since = "", item.created
    for act in acts:
        if act.work_item is not None:  # what completes the item: by whoever did it, taken before or not
            holder = holder or str(act.person or _("By the passing of time"))
            break
        yield Holding(holder, since, act.at)
        since = act.at
        holder = "" if act.act in GIVES_BACK else _taker(act)
    yield Holding(holder, since, item.finished or now)


def _taker(act: Act) -> str:
    """Who has the item after this act."""
    return str(act.facts["to"]["name"]) if act.act == "reassign" else str(act.person)


class HeldHowLong(Question):
    """How long each step took, and in whose hands."""

    slug = "held"
    title = gettext_lazy("Held by whom, how long")
    says = gettext_lazy("Who held which case, how long, and at which step?")
    counted = gettext_lazy(
        "Every step of an agency that became open within the dates. The working days after the day it became "
        "open, up to the day it was done (of what is still open: until today); among them those before anybody "
        "had taken it. Who held it is read from the acts of taking, giving back and giving to another. Time that "
        "Licensing Law art 45 leaves out of the period is not taken off: it was held all the same."
    )
    dates = gettext_lazy("Dates are those on which the step became open.")
    fields = ("since", "until", "kind", "place", "agency", "person", "step", "number")
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("Kind")), Column(gettext_lazy("Step")),
        Column(gettext_lazy("Agency")), Column(gettext_lazy("Became open")), Column(gettext_lazy("Done at")),
        Column(gettext_lazy("Working days"), number=True),
        Column(gettext_lazy("of these before it was taken"), number=True), Column(gettext_lazy("Held by")),
    )  # fmt: skip
    none = gettext_lazy("No step fits this.")

    def rows(self, asked: Asked) -> Rows:
        """The latest first."""
        found = items(asked).select_related("application", "mandate__agency", "owner")
        return Rows(found.order_by("-created", "-pk"))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """Each with everyone who held it."""
        now, calendar, names = timezone.now(), WorkCalendar.load(), step_titles()
        held = holdings(found, now)
        for item in found:
            of_item = held[item.pk]
            who = _(", ").join(
                ngettext("%(person)s: %(days)d working day", "%(person)s: %(days)d working days", days)
                % {"person": one.person, "days": days}
                for one in of_item
                if one.person
                for days in [one.days(calendar)]
            )
            waited = sum(one.days(calendar) for one in of_item if not one.person)
            yield (CaseLink.of(item.application), kind_label(item.application.kind), names.get(item.step, item.step),
                   item.mandate.agency, item.created, item.finished,
                   between(item.created, item.finished or now, calendar), waited, who or _("Nobody yet"))  # fmt: skip
