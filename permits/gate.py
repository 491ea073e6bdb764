"""What the rules say when an act is performed: found, shown, recorded; and which findings stop which act."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import RuleViolated
from .kinds import kind_of
from .models import Application

EVALUATED = frozenset({"submit", "resubmit", "accept", "deem_accepted", "recommend", "propose", "approve", "refuse", "report_up"})
NEEDS_RULING = frozenset({"refuse", "refer"})


def verdict(application: Application) -> Any:
    """What all rules in force on the day of acceptance (before it: today) say. Raises BadCase for an unfinished draft."""
    from .rules import evaluate, parse

    on = application.accepted_on or timezone.localdate()
    return evaluate(parse(kind_of(application).facts(application) | {"date": on.isoformat()}))


def check(application: Application, act: str, said: dict[str, Any]) -> list[dict[str, Any]]:
    """Findings to be recorded with `act`. Raises RuleViolated when one of them does not let it pass."""
    if act not in EVALUATED:
        return []
    from .rules import BadCase

    try:
        found = verdict(application)
    except BadCase as problem:
        raise RuleViolated([], _("The application is not complete: %(problem)s") % {"problem": problem}) from problem
    if act == "approve" and (open_ones := unruled(application, found)):
        raise RuleViolated(open_ones, _("Findings stand against an approval."))
    return [finding.as_dict() for finding in found.findings]


def unruled(application: Application, found: Any) -> list[Any]:
    """Findings that keep the case from being approved: not competent, incomplete, refused without an exception, or
    passable by a named official's reasoned finding that has not been made."""
    rulings = {(act.facts["rule"], act.facts.get("where", "")) for act in application.acts.filter(act="rule_on_finding")}
    return [
        finding
        for finding in found.findings
        if finding.severity in {"not_competent", "incomplete"}
        or (
            finding.severity in NEEDS_RULING
            and not (passable(finding) and {(finding.rule, finding.where), (finding.rule, "")} & rulings)
        )
    ]


def passable(finding: Any) -> bool:
    """Whether a named official's reasoned finding can pass it: a referral always, a refusal where its rule says so."""
    return finding.severity == "refer" or bool(finding.passable)
