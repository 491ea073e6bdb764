"""Free search over acts: by number, paper, person, post, agency, act, rule, words, and the days of the case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from permits.ledger.words import holding, in_a_value, within_json
from permits.models import Act, Application
from workflows.desk.asked import Asked, between_times
from workflows.desk.passed import said_by_rules
from workflows.desk.question import CaseLink, Column, Line, Question, Rows
from workflows.filters import papers_numbered
from workflows.tables import kind_label

MOST = 1_000
"""Acts that are told; a search that finds more says so."""
EXCERPT, BEFORE = 120, 20
"""Signs that are shown, and of these before the words that were found."""
OF_CASE = ("received", "accepted", "decided")


class Search(Question):
    """Acts by anything known of them."""

    slug = "search"
    title = gettext_lazy("Search in acts")
    says = gettext_lazy("Which acts are known by a number, a person, a post, an act, a rule, or words that were said?")
    counted = gettext_lazy(
        "Acts of submitted cases. Words are looked for in all that an act recorded: what was said, names, and "
        "findings in both languages. At most 1,000 acts are told, the latest; narrow the search where it is cut."
    )
    dates = gettext_lazy("“From” and “to” are the days of the act.")
    fields = (
        "q", "number", "paper", "unit", "person", "agency", "act", "since", "until", "kind", "place", "post", "rule",
        "severity", "received_from", "received_to", "accepted_from", "accepted_to", "decided_from", "decided_to",
        "delivered_from", "delivered_to",
    )  # fmt: skip
    folded = fields[fields.index("kind") :]
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("Kind")), Column(gettext_lazy("When")),
        Column(gettext_lazy("Act")), Column(gettext_lazy("Done by")), Column(gettext_lazy("Post")),
        Column(gettext_lazy("Agency")), Column(gettext_lazy("What was said")),
    )  # fmt: skip
    none = gettext_lazy("No act fits this.")

    def rows(self, asked: Asked) -> Rows:
        """The latest first; nothing before anything is asked."""
        if not any(asked.get(name) for name in self.fields):
            return Rows([])
        keys = list(acts(asked).order_by("-at", "-pk").values_list("pk", flat=True)[: MOST + 1])
        return Rows(keys[:MOST], len(keys) > MOST, {"words": asked.get("q") or ""})

    def case_of(self, row: Any) -> Application | None:
        """Of the act whose key the row is."""
        return Application.objects.filter(acts=row).first()

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With what was said, where the words stand that are looked for."""
        known = Act.objects.select_related("application", "person", "post", "agency").in_bulk(found)
        for pk in found:
            act = known[pk]
            case = act.application
            yield (CaseLink.of(case), kind_label(case.kind), act.at, case.act_label(act.act), act.person, act.post,
                   act.agency, excerpt(act, rows.more["words"]))  # fmt: skip


def excerpt(act: Act, words: str) -> str:
    """What the actor wrote, or else the text recorded in the act, in which `words` stand, from a little before them on;
    the beginning of what the actor wrote where they stand in none."""
    for text in (act.words, *(_texts(act.content) if words else ())):
        at = text.lower().find(words.lower())
        if at >= 0:
            first = max(at - BEFORE, 0) if at + len(words) > EXCERPT else 0
            return ("…" if first else "") + _cut(text[first:])
    return _cut(act.words)


def _cut(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def _texts(value: Any) -> Iterable[str]:
    """The texts within what an act recorded, without the names under which they stand."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def acts(asked: Asked) -> QuerySet[Act]:
    """The acts that are asked for."""
    wanted = asked.at("at") & asked.by("agency", "person", "on_behalf_of")
    wanted &= said_by_rules(asked.get("severity") or "", asked.get("rule") or "")
    if words := asked.get("q"):
        wanted &= holding(within_json(words)) & in_a_value(words)
    if act := asked.get("act"):
        wanted &= Q(act=act)
    if post := asked.get("post"):
        wanted &= Q(post__name__icontains=post)
    return Act.objects.filter(wanted, application__in=_cases(asked).values("pk"))


def _cases(asked: Asked) -> QuerySet[Application]:
    cases = asked.cases
    for what in OF_CASE:
        if first := asked.get(f"{what}_from"):
            cases = cases.filter(**{f"{what}_on__gte": first})
        if last := asked.get(f"{what}_to"):
            cases = cases.filter(**{f"{what}_on__lte": last})
    if paper := asked.get("paper"):
        cases = cases.filter(Exists(papers_numbered(paper).filter(application=OuterRef("pk"))))
    delivered = between_times("at", asked.get("delivered_from"), asked.get("delivered_to"))
    if delivered:
        recorded = Act.objects.filter(delivered, application=OuterRef("pk"), act="record_delivery")
        cases = cases.filter(Exists(recorded))
    return cases
