"""What the rules find: before a case is handed in, and at each act; and which findings stop which act."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from permits.drafts.completeness import damaged, problems
from permits.errors import BadFacts, NotReady, RuleViolated
from permits.kinds import kind_of
from permits.models import Application
from permits.rules import BadCase, Finding, Verdict, evaluate, parse

EVALUATED = frozenset({
    "submit", "resubmit", "accept", "deem_accepted", "recommend", "propose", "approve", "refuse", "report_up",
})  # fmt: skip
DECIDES_HERE = frozenset({"propose", "approve"})
HANDS_IN = frozenset({"submit", "resubmit"})
NEEDS_RULING = frozenset({"refuse", "refer"})


def verdict(application: Application) -> Verdict:
    """What all rules in force on the day of acceptance (before it: today) say. Raises BadCase for an open draft."""
    on = application.accepted_on or timezone.localdate()
    return evaluate(parse(kind_of(application).facts(application) | {"date": on.isoformat()}))


def assess(application: Application, act: str, said: dict[str, Any]) -> Verdict | None:
    """What is to be recorded with `act`; None for an act the rules have no part in.

    Raises RuleViolated when one of them does not let it pass, NotReady when parts of what is handed in are missing,
    BadFacts when its author does not answer for it.
    """
    if act not in EVALUATED:
        return None
    if act in HANDS_IN:
        _complete(application, said)
    try:
        found = verdict(application)
    except BadCase as problem:
        raise RuleViolated([], _("The application is not complete: %(problem)s") % {"problem": problem}) from problem
    if act in DECIDES_HERE and found.level == "national":
        raise RuleViolated(
            [], _("This is for %(organ)s to decide: report the case up.") % {"organ": found.decided_by or "?"}
        )
    if act == "approve":
        _stop_approval(application, found)
    return found


def _complete(application: Application, said: dict[str, Any]) -> None:
    """许可法 31: the applicant gives the whole of the closed list, and answers for its truth."""
    if found := problems(application) or damaged(application):
        raise NotReady(found)
    if said.get("statement") is False:
        raise BadFacts({"statement": _("Nothing is handed in without this statement (Licensing Law art 31).")})


def _stop_approval(application: Application, found: Verdict) -> None:
    if undone := kind_of(application).before_approval(application):
        raise RuleViolated([], "; ".join(str(problem.message) for problem in undone))
    if open_ones := unruled(application, found):
        raise RuleViolated(open_ones, _("Findings stand against an approval."))


def unruled(application: Application, found: Verdict) -> list[Finding]:
    """Findings that keep the case from being approved: not competent, incomplete, refused without an exception, or
    passable by a named official's reasoned finding that has not been made."""
    ruled = application.did("rule_on_finding")
    rulings = {(act.facts["rule"], act.facts.get("where", "")) for act in ruled}
    return [
        finding
        for finding in found.findings
        if finding.severity in {"not_competent", "incomplete"}
        or (
            finding.severity in NEEDS_RULING
            and not (passable(finding) and {(finding.rule, finding.where), (finding.rule, "")} & rulings)
        )
    ]


def passable(finding: Finding) -> bool:
    """Whether a named official's reasoned finding can pass it: a referral always, a refusal where its rule says so."""
    return finding.severity == "refer" or bool(finding.passable)
