"""What was approved although a rule warned, or although it needed an exception: with the reason that was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from permits.ledger.words import holding, within_json
from permits.models import Act, StoodAgainst
from permits.models.against import AGAINST
from permits.rules.wording import BY_CODE
from permits.views.findings import show
from workflows.desk.asked import Asked
from workflows.desk.question import CaseLink, Column, Line, Question, Rows
from workflows.tables import kind_label


def said_by_rules(severity: str = "", rule: str = "") -> Q:
    """That the findings in an act's text name this severity and this rule. The text is canonical JSON (RFC 8785), so
    a name and its value stand in it in one way only."""
    found = Q()
    if severity:
        found &= holding(f'"severity":"{severity}"')
    if rule:
        found &= holding(f'"rule":"{within_json(rule)}"')
    return found


def stood_against(severity: str = "", rule: str = "") -> Exists:
    """That something stood against an act: a finding with one of AGAINST, or with this severity, and of this rule."""
    named = {name: value for name, value in (("severity", severity), ("rule", rule)) if value}
    return Exists(StoodAgainst.objects.filter(act=OuterRef("pk"), **named))


class PassedAnyway(Question):
    """Approvals against which something stood."""

    slug = "passed"
    title = gettext_lazy("Warned or ruled, yet approved")
    says = gettext_lazy("What was approved although a rule warned or needed a ruling, and why?")
    counted = gettext_lazy(
        "The findings recorded with each approval, as the rules stood that day, without those for information: "
        "one line each. Where a named official ruled on a finding, the ruling's reason stands beside it; where "
        "none was needed, the opinion of the approval. Beside the title stands how many approvals."
    )
    fields = ("since", "until", "kind", "place", "agency", "person", "severity", "rule")
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("Kind")), Column(gettext_lazy("Approved at")),
        Column(gettext_lazy("Done by")), Column(gettext_lazy("Severity")), Column(gettext_lazy("Rule")),
        Column(gettext_lazy("Where")), Column(gettext_lazy("What the rule found")), Column(gettext_lazy("Ruled by")),
        Column(gettext_lazy("Reason")),
    )  # fmt: skip
    none = gettext_lazy("Nothing stood against what was approved.")

    def rows(self, asked: Asked) -> Rows:
        """The approvals, the latest first."""
        wanted, rule = asked.get("severity") or "", asked.get("rule") or ""
        acts = asked.acts("approve").filter(stood_against(wanted, rule))
        found = acts.select_related("application", "person").order_by("-at", "-pk")
        return Rows(found, more={"severity": wanted, "rule": rule})

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """A line for each finding."""
        ruled = _rulings(found)
        wanted, named = rows.more["severity"], rows.more["rule"]
        for act in found:
            for finding in act.findings:
                grave = finding["severity"] == wanted if wanted else finding["severity"] in AGAINST
                if not grave or (named and finding["rule"] != named):
                    continue
                shown = show(finding)
                by = ruled.get((act.application_id, shown.rule, shown.where)) or ruled.get(
                    (act.application_id, shown.rule, "")
                )
                yield (CaseLink.of(act.application), kind_label(act.application.kind), act.at, act.person,
                       BY_CODE[shown.severity].label, shown.rule, shown.where_text, shown.message,
                       by.person if by else None, by.facts["reason"] if by else act.words)  # fmt: skip


def _rulings(found: Sequence[Act]) -> Mapping[tuple[int, str, str], Act]:
    """The rulings in the cases of these acts, by case, rule and place."""
    acts = Act.objects.filter(act="rule_on_finding", application__in={act.application_id for act in found})
    return {
        (act.application_id, act.facts["rule"], act.facts.get("where", "")): act
        for act in acts.select_related("person").order_by("application", "seq")
    }
