"""What the rules find: before a case is handed in, and at each act; and which findings stop which act."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from msgspec.structs import replace

from permits.acts.competence import elsewhere
from permits.acts.found import both_cases, case_of, found_now
from permits.drafts.completeness import damaged, problems, whole_files
from permits.errors import BadFacts, NotReady, RuleViolated
from permits.kinds import kind_of
from permits.models import Application
from permits.models.states import EDITABLE
from permits.models.submission import HANDS_IN
from permits.rules import BadCase, Finding, Verdict, evaluate, parse

EVALUATED = HANDS_IN | {
    "accept", "deem_accepted", "recommend", "propose", "approve", "refuse", "report_up", "determine",
    "refuse_acceptance",
}  # fmt: skip
DECIDES_HERE = frozenset({"propose", "approve", "refuse"})
NEEDS_COMPETENCE = DECIDES_HERE | {"accept", "report_up"}
MAY_BE_UNREADABLE = frozenset({"determine", "refuse_acceptance"})
"""Acts that stay possible in a case that the rules cannot read."""
NEEDS_RULING = frozenset({"refuse", "refer"})


def verdict(application: Application, *more: tuple[str, Any]) -> Verdict:
    """What all rules in force on the day of acceptance (before it: today) say, on found facts where there are any, else
    on declared ones; each finding says which. `more` are facts to be tried on top, as (path, value).

    Raises BadCase for an open draft, and where what was found leaves another field open.
    """
    on = {"date": application.law_day.isoformat()}
    declared, case = both_cases(application, *more)
    found = evaluate(parse(case | on))
    if case == declared:
        return found
    try:
        before = {_told(finding) for finding in evaluate(parse(declared | on)).findings}
    except BadCase:
        before = set()
    findings = tuple(
        finding if _told(finding) in before else replace(finding, basis="found") for finding in found.findings
    )
    return replace(found, findings=findings)


def readable(application: Application) -> bool:
    """Whether the rules can read the case as it stands: one that they cannot is not accepted."""
    try:
        verdict(application)
    except BadCase:
        return False
    return True


def fee_due(application: Application) -> Decimal | None:
    """The fee the rules find, in yuan; None where they find none or cannot read the case."""
    try:
        return verdict(application).fee_yuan
    except BadCase:
        return None


def found_of_longer(application: Application, until: date) -> list[Finding]:
    """What the rules say of the case with `until` for its last day, and do not say of it as it was granted, but for
    what only informs: a longer term may reach into a season in which the work is not allowed. Nothing where they
    cannot read it any more, as one of before a field was asked for."""
    ends_at = kind_of(application).ends_at
    if not ends_at:
        return []
    try:
        said = {_told(finding) for finding in verdict(application).findings}
        longer = verdict(application, (ends_at, until.isoformat())).findings
    except BadCase:
        return []
    return [finding for finding in longer if finding.severity != "info" and _told(finding) not in said]


def fee_made_up(application: Application, told: Decimal) -> dict[str, Any]:
    """How the rules make up the fee that is told, for the record of its notice; nothing where another sum is told."""
    if fee_due(application) != told:
        return {}
    case = parse(case_of(application) | {"date": application.law_day.isoformat()})
    return dict(kind_of(application).fee_made_up(case))


def _told(finding: Finding) -> tuple[str, str, str, str]:
    return finding.rule, finding.severity, finding.where, finding.message_in("en")


def read_files(application_id: int, act: str) -> frozenset[int]:
    """The files that `act` hands in and whose stored bytes were found whole, read before the case is locked: a gigabyte
    takes a second from a disk and many from a store elsewhere. Raises StorageFailed."""
    if act not in HANDS_IN:
        return frozenset()
    application = Application.objects.filter(pk=application_id, status__in=EDITABLE).first()
    return whole_files(application) if application else frozenset()


def assess(
    application: Application, act: str, said: dict[str, Any], files_read: frozenset[int] = frozenset()
) -> Verdict | None:
    """What is to be recorded with `act`; None for an act the rules have no part in. `files_read`: see `read_files`.

    Raises RuleViolated when one of them does not let it pass, NotReady when parts of what is handed in are missing,
    BadFacts when its author does not answer for it.
    """
    if act not in EVALUATED:
        return None
    if act in HANDS_IN:
        _complete(application, said, files_read)
    try:
        found = verdict(application, *found_now(act, application, said))
    except BadCase as problem:
        if act in MAY_BE_UNREADABLE:
            return None
        raise RuleViolated([], _("The application is not complete: %(problem)s") % {"problem": problem}) from problem
    if act in NEEDS_COMPETENCE:
        _competent(application, act, found)
    if act == "approve":
        _stop_approval(application, found)
    return found


def _complete(application: Application, said: dict[str, Any], files_read: frozenset[int]) -> None:
    """许可法 31: the applicant gives the whole of the closed list, and answers for its truth."""
    if found := problems(application) or damaged(application, files_read):
        raise NotReady(found)
    if said.get("statement") is False:
        raise BadFacts({"statement": _("Nothing is handed in without this statement (Licensing Law art 31).")})


def _competent(application: Application, act: str, found: Verdict) -> None:
    """许可法 32(1): what needs no permit, or is decided by another organ, is neither accepted nor decided here, not
    even by a refusal."""
    if needless := found.no_permit_needed:
        told = _("No permit is needed for this: refuse acceptance on that ground (Licensing Law art 32(1)(1)).")
        raise RuleViolated(list(needless), told)
    if other := elsewhere(application, found):
        organ = other.organ or _("another organ")
        told = _("This is for %(organ)s to decide: refuse acceptance, naming it (Licensing Law art 32(1)(2)).")
        raise RuleViolated(list(other.findings), told % {"organ": organ})
    if act in DECIDES_HERE and found.level == "national":
        organ = found.decided_by or "?"
        raise RuleViolated([], _("This is for %(organ)s to decide: report the case up.") % {"organ": organ})


def _stop_approval(application: Application, found: Verdict) -> None:
    if undone := kind_of(application).before_approval(application):
        raise RuleViolated([], [str(problem.message) for problem in undone])
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
