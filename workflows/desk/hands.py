"""Signs that ask for a second look: who decides with whom, how fast, at which hour, how soon after a change of post.

None of them is a fault by itself; each is told with its numbers, and a person judges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from permits.clocks.calendar import WorkCalendar
from permits.models import Act, Application
from roles.days import CHINA
from roles.models import Membership, Person
from workflows.desk.asked import SIGNS, Asked
from workflows.desk.question import BLUE, CaseLink, Chart, Column, Line, Question, Rows, Series, bounded
from workflows.tables import kind_label

BEGINS, ENDS = time(8, 30), time(18, 0)
"""Office hours, the widest of the agencies' published ones; an agency's own are not kept anywhere (practice)."""
REVIEWS = ("propose", "recommend")
MOST_PAIRS = 15


class Decision(Struct, frozen=True):
    """A decision of an officer and what is known of how it came about."""

    act: Any
    """Its row: case, act, time."""
    person: Person
    reviewer: Person | None
    minutes: int | None
    pair: int
    signs: frozenset[str]


class SameHands(Question):
    """Signs in decisions."""

    slug = "signs"
    title = gettext_lazy("Signs in decisions")
    says = gettext_lazy(
        "Which decisions were made again and again by the same pair, within minutes, outside working hours, or soon "
        "after a change of post?"
    )
    counted = gettext_lazy(
        "Approvals and refusals. The pair is who decided and who last reviewed; it is a sign from the number of "
        "decisions asked for on, within the dates. The minutes run from the decider's last taking of the case; "
        "what was given by a head has none. Working hours are half past eight to six on the working days of the "
        "State Council's calendar. A change of post is a term of the decider that began, or ended, within the "
        "days asked for before the decision. A sign is no fault: it only says where to look."
    )
    fields = ("since", "until", "kind", "place", "agency", "person", "sign", "minutes", "least", "change_days")
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("Kind")), Column(gettext_lazy("Decision")),
        Column(gettext_lazy("When")), Column(gettext_lazy("Reviewed by")), Column(gettext_lazy("Decider")),
        Column(gettext_lazy("Decisions of the pair"), number=True),
        Column(gettext_lazy("Minutes after taking"), number=True), Column(gettext_lazy("Signs")),
    )  # fmt: skip
    none = gettext_lazy("No decision bears such a sign.")

    def rows(self, asked: Asked) -> Rows:
        """Decisions with a sign, or with the one asked for; the latest first."""
        acts = (
            asked.acts("approve", "refuse")
            .filter(person__isnull=False)
            .annotate(reviewer=_last_review(), taken=_last_taking())
        )
        told = ("application_id", "act", "seq", "person_id", "at", "reviewer", "taken")
        found, cut = bounded(acts.order_by("-at", "-pk").values_list(*told, named=True))
        every = _decisions(found, asked)
        wanted = asked.get("sign")
        signed = [one for one in every if (wanted in one.signs if wanted else one.signs)]
        return Rows(signed, cut, {"every": every})

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With all the signs of each."""
        names = dict(SIGNS)
        cases = Application.objects.in_bulk({one.act.application_id for one in found})
        for one in found:
            case = cases[one.act.application_id]
            told = capfirst(_(", ").join(str(names[sign]) for sign, _label in SIGNS if sign in one.signs))
            yield (CaseLink.of(case), kind_label(case.kind), case.act_label(one.act.act), one.act.at, one.reviewer,
                   one.person, one.pair, one.minutes, told)  # fmt: skip

    def chart(self, asked: Asked, rows: Rows) -> Chart:
        """The pairs that decided most."""
        pairs = Counter(f"{one.reviewer} → {one.person}" for one in rows.more["every"] if one.reviewer)
        return Chart(
            "pairs", _("Decisions by pair of reviewer and decider"), _("Pair"), (Series(_("Decisions"), BLUE),),
            pairs.most_common(MOST_PAIRS),
        )  # fmt: skip


def _decisions(acts: Sequence[Any], asked: Asked) -> list[Decision]:
    """The decisions with the signs that each bears, by the limits that were asked for, else the usual ones."""
    terms = _terms({act.person_id for act in acts})
    people = Person.objects.in_bulk({key for act in acts for key in (act.person_id, act.reviewer) if key})
    pairs = Counter((act.reviewer, act.person_id) for act in acts if act.reviewer)
    calendar = WorkCalendar.load()
    quick, least = asked.get("minutes") or 10, asked.get("least") or 5
    change = timedelta(days=asked.get("change_days") or 30)
    found = []
    for act in acts:
        minutes, pair = _minutes_held(act), pairs[act.reviewer, act.person_id]  # 0 where nobody reviewed
        local = act.at.astimezone(CHINA)
        signs = {
            "pair": pair >= least,
            "quick": minutes is not None and minutes <= quick,
            "hours": not (calendar.is_working(local.date()) and BEGINS <= local.time() <= ENDS),
            "post": any(local.date() - change <= day <= local.date() for day in terms.get(act.person_id or 0, ())),
        }
        borne = frozenset(name for name, holds in signs.items() if holds)
        found.append(Decision(act, people[act.person_id], people.get(act.reviewer), minutes, pair, borne))
    return found


def _minutes_held(act: Any) -> int | None:
    """Whole minutes from when the decider took the case to the decision; None where it was never taken."""
    return int((act.at - act.taken).total_seconds() // 60) if act.taken else None


def _last_review() -> Subquery:
    """Key of who reviewed last before the decision."""
    reviews = Act.objects.filter(application=OuterRef("application"), act__in=REVIEWS, seq__lt=OuterRef("seq"))
    return Subquery(reviews.order_by("-seq").values("person")[:1])


def _last_taking() -> Subquery:
    """When the decider last took the case before the decision, as it then stood."""
    takings = Act.objects.filter(
        application=OuterRef("application"), act="claim", person=OuterRef("person"), seq__lt=OuterRef("seq"),
        before=OuterRef("before"),
    )  # fmt: skip
    return Subquery(takings.order_by("-seq").values("at")[:1])


def _terms(people: set[int | None]) -> dict[int, list[date]]:
    """The days on which a term of each began or ended."""
    found: dict[int, list[date]] = {}
    for person, since, until in Membership.objects.filter(person__in=people).values_list("person", "since", "until"):
        found.setdefault(person, []).extend(day for day in (since, until) if day)
    return found
