"""What an officer, an agency, or an agency under one head decided: the ground of an audit at the end of a term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.clocks.entries import WHOLE
from permits.clocks.timing import Entry, Timing, Timings
from permits.models import ACTS, Act, ClockEntry
from roles.days import CHINA
from workflows.desk.asked import Asked, between_times
from workflows.desk.extents import NONE, extents
from workflows.desk.question import (
    BLUE,
    GREEN,
    GREY,
    RED,
    YELLOW,
    CaseLink,
    Chart,
    Column,
    Line,
    Question,
    Rows,
    Series,
    every_month,
)
from workflows.tables import kind_label

DECIDING = ("approve", "refuse", "refuse_acceptance", "report_up", "record_higher_decision")
"""Acts by which an agency ends what is before it. Source: 行政许可法 32, 37, 38."""
ON_PERMITS = (
    "grant_extension", "refuse_extension", "grant_change", "refuse_change", "reissue_permit", "refuse_cancellation",
    "replace_permit", "withdraw_permit", "revoke_permit", "cancel_permit", "forfeit_permit",
)  # fmt: skip
"""What an agency decides on a permit granted: to lengthen, to change, to end it, or not to. No period of the case
runs for them; what the clock records is nobody's decision. Source: 行政许可法 8, 49, 50, 69, 70."""
LATER = "later"
COLOURS = dict(zip((*DECIDING, LATER), (GREEN, RED, GREY, BLUE, "#6b4f9a", YELLOW), strict=True))


def decisions(asked: Asked) -> QuerySet[Act]:
    """The deciding acts, those on permits too, the latest first; under a `term`, of the head's agency on its days."""
    acts = asked.acts(*DECIDING, *ON_PERMITS)
    if term := asked.get("term"):
        acts = acts.filter(between_times("at", term.since, term.until), agency=term.post.agency)
    return acts.order_by("-at", "-pk")


def timings_of(acts: Sequence[Act]) -> dict[int, Timing | None]:
    """How the clock of the case stood when each of `acts` was done, by its key: of a case decided anew as the entries
    up to the act have it, of every other as it is kept; None for what is decided on a permit. One query."""
    anew = Act.objects.filter(act="reopen", application__in={act.application_id for act in acts})
    of_these = ClockEntry.objects.filter(application__in=anew.values("application"), step=WHOLE).order_by("pk")
    entries: dict[int, list[tuple[int, Entry]]] = {}
    for case, seq, *entry in of_these.values_list("application", "act__seq", *Entry._fields):
        entries.setdefault(case, []).append((seq, Entry(*entry)))
    timings, found = Timings(), dict[int, Timing | None]()
    for act in acts:
        if act.act in ON_PERMITS:
            found[act.pk] = None
            continue
        of_case = entries.get(act.application_id)
        before = [entry for seq, entry in of_case or () if seq <= act.seq]
        found[act.pk] = Timing.of(act.application) if of_case is None else timings.of(before)
    return found


def in_time(act: Act, timing: Timing | None) -> str:
    """How the case stood when `act` decided it, in words. An extension has a time of its own, to the end of the term
    (许可法 50(2)), so that of what is decided on a permit it is not said that no law sets any."""
    if act.act in ON_PERMITS:
        return _("no period of the case")
    if timing is None:
        return _("the clock of the case never began")
    if timing.after_statute:
        return _("after the law's last day")
    return _("after the promised day") if timing.after_promise else _("within the period")


class Decisions(Question):
    """Every decision, with who made it."""

    slug = "decisions"
    title = gettext_lazy("Decisions of an officer, an agency, a term")
    says = gettext_lazy("What did an officer decide, or an agency, or an agency while one person headed it?")
    counted = gettext_lazy(
        "The acts that end what is before an agency: approval, refusal, refusal to accept, reporting to the "
        "higher authority and recording its decision; and what it decided on permits granted: extensions, changes, "
        "new papers, replacement, withdrawal, revocation, cancellation, forfeiture, for which no period of the case "
        "runs. Who stood in for another is named with that other. A term "
        "narrows to the agency and the days of a head's post; an audit at the end of a term (the plan's L50, L71)"
        " takes the figures and the list of it as one PDF. Areas are those declared."
    )
    fields = ("since", "until", "kind", "place", "agency", "person", "term")
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("Applicant")), Column(gettext_lazy("Kind")),
        Column(gettext_lazy("Place")), Column(gettext_lazy("Decision")), Column(gettext_lazy("When")),
        Column(gettext_lazy("Done by")), Column(gettext_lazy("Standing in for")), Column(gettext_lazy("Post")),
        Column(gettext_lazy("Agency")), Column(gettext_lazy("Area (ha)"), number=True), Column(gettext_lazy("In time")),
    )  # fmt: skip
    none = gettext_lazy("Nothing was decided.")
    dossier = True

    def rows(self, asked: Asked) -> Rows:
        """The latest first."""
        joined = ("application__unit", "application__jurisdiction", "person", "on_behalf_of", "post", "agency")
        return Rows(decisions(asked).select_related(*joined).defer("body"))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With the area, and whether in time."""
        keys = {act.application_id for act in found}
        land, timings = extents(keys), timings_of(found)
        for act in found:
            case = act.application
            yield (CaseLink.of(case), case.unit, kind_label(case.kind), case.jurisdiction, case.act_label(act.act),
                   act.at, act.person, act.on_behalf_of, act.post, act.agency, land.get(case.pk, NONE).hectares,
                   capfirst(in_time(act, timings[act.pk])))  # fmt: skip

    def chart(self, asked: Asked, rows: Rows) -> Chart:
        """By month and kind of decision; counted by the database."""
        every = decisions(asked).order_by().values_list(TruncMonth("at", tzinfo=CHINA), "act").annotate(Count("pk"))
        count = Counter[tuple[str, str]]()
        for month, act, many in every:
            count[f"{month:%Y-%m}", act if act in DECIDING else LATER] += many
        acts = [act for act in (*DECIDING, LATER) if any(key[1] == act for key in count)]
        months = every_month(month for month, _act in count)
        return Chart(
            "decided", _("Decisions by month"), _("Month"),
            tuple(Series(_("On permits granted") if act == LATER else ACTS[act].label, COLOURS[act]) for act in acts),
            [(month, *(count[month, act] for act in acts)) for month in months], "line",
        )  # fmt: skip
