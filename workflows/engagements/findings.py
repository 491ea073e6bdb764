"""Findings sent to agencies, what they answered judged, and the engagement closed.

Each raises NotPermitted, WrongStatus, BadFacts (by field), Recorded (the same form before) or Busy, and then nothing
was written.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from permits.errors import BadFacts, WrongStatus
from permits.models import Act
from roles.models import Agency, Person
from workflows.engagements.door import (
    CLAUSE,
    OPTIONAL,
    WORDS,
    cleaned,
    described,
    digest_of,
    due_day,
    insist_stranger,
    keep,
    named,
    working,
)
from workflows.engagements.record import append
from workflows.engagements.scope import served_in
from workflows.engagements.standing import Finding, Grade, Standing, Verdict
from workflows.models import EngagementEntry, EngagementFile, Entry


def send_finding(
    pk: int, *, by: Person, agency: Agency, cases: Collection[int], text: str, clause: str, grade: str,
    due: date | None, key: UUID | None = None,
) -> EngagementEntry:  # fmt: skip
    """A finding 审计发现问题 sent to an agency that acted in the cases, to be answered by a day: what is wrong may lie
    in a check or a review of another than the one that decided."""
    told = cleaned({"text": (WORDS, text), "clause": (CLAUSE, clause)})
    if grade not in Grade.values:
        raise BadFacts({"grade": _("Choose one of the grades offered.")})
    day = due_day(due)
    with working(pk, by, key) as (standing, who):
        if standing.scope.agency not in (None, agency.pk):
            raise BadFacts({"agency": _("It is not the agency that is audited.")})
        if served := served_in([agency.pk], standing.members, standing.scope):
            raise BadFacts({"agency": served})
        numbers = _found_cases(standing, cases, agency)
        facts = {
            **told,
            "grade": str(grade),
            "agency": named(agency),
            "cases": numbers,
            "title": standing.said["title"],
        }
        return append(
            standing.engagement, Entry.FINDING, by=by, capacity=who.told, facts=facts, agency=agency, due=day, key=key
        )


def _found_cases(standing: Standing, cases: Collection[int], agency: Agency) -> list[dict[str, Any]]:
    """The cases, each concluded as a finding and one in which the agency acted. Raises BadFacts."""
    if not cases:
        raise BadFacts({"cases": _("Name a case at least.")})
    if set(cases) - set(standing.cases):
        raise BadFacts({"cases": _("This case is not in the sample.")})
    chosen = [standing.cases[key] for key in sorted(set(cases))]
    if wrong := [one.number for one in chosen if one.verdict != Verdict.FINDING]:
        raise BadFacts(
            {"cases": _("Nothing was found in %(cases)s: conclude on it first.") % {"cases": _(", ").join(wrong)}}
        )
    acts = Act.objects.filter(agency=agency, application__in=[one.key for one in chosen])
    by_agency = set(acts.order_by().values_list("application", flat=True))
    if wrong := [one.number for one in chosen if one.key not in by_agency]:
        told = {"agency": agency, "cases": _(", ").join(wrong)}
        raise BadFacts({"cases": _("%(agency)s did nothing in %(cases)s.") % told})
    return [{"id": one.key, "number": one.number} for one in chosen]


def addressees(standing: Standing) -> set[int]:
    """Keys of the agencies that acted in cases in which something was found; where one is audited, that one alone."""
    found = [one.key for one in standing.cases.values() if one.verdict == Verdict.FINDING]
    acts = Act.objects.filter(application__in=found, agency__isnull=False)
    keys = set(acts.order_by().values_list("agency", flat=True))
    return keys & {standing.scope.agency} if standing.scope.agency else keys


def _to_judge(standing: Standing, row: int, by: Person) -> Finding:
    finding = next((one for one in standing.findings if one.row.pk == row), None)
    if finding is None:
        raise WrongStatus(_("This finding is not of this engagement."))
    if not finding.to_judge:
        told = _("There is nothing to judge: this finding is “%(state)s”.")
        raise WrongStatus(told % {"state": finding.state})
    insist_stranger([by.pk], standing, finding.row.agency_id)
    return finding


def accept(pk: int, finding: int, opinion: str, *, by: Person, key: UUID | None = None) -> EngagementEntry:
    """What the agency answered or reported settles the finding 销号."""
    told = cleaned({"opinion": (WORDS, opinion)})
    with working(pk, by, key) as (standing, who):
        row = _to_judge(standing, finding, by).row
        return append(
            standing.engagement, Entry.ACCEPTED, by=by, capacity=who.told, facts=told, finding=row, agency=row.agency,
            key=key,
        )  # fmt: skip


def send_back(
    pk: int, finding: int, reason: str, due: date | None, *, by: Person, key: UUID | None = None
) -> EngagementEntry:
    """It does not settle it: the agency has another day."""
    told = cleaned({"reason": (WORDS, reason)})
    day = due_day(due)
    with working(pk, by, key) as (standing, who):
        row = _to_judge(standing, finding, by).row
        return append(
            standing.engagement, Entry.SENT_BACK, by=by, capacity=who.told, facts=told, finding=row, agency=row.agency,
            due=day, key=key,
        )  # fmt: skip


def close(pk: int, conclusion: str, *, by: Person, reason: str = "", key: UUID | None = None) -> EngagementEntry:
    """Closed 结项 with its report, which is made here and kept; with something open only for a reason."""
    told = cleaned({"conclusion": (WORDS, conclusion), "reason": (OPTIONAL, reason)})
    with working(pk, by, key) as (standing, who):
        if (left := what_is_open(standing)) and not told["reason"]:
            raise BadFacts({"reason": " ".join([*left, _("Closing it all the same needs a reason.")])})
        from workflows.engagements.report import report  # it brings the typesetter, which most processes never use

        pdf = report(standing, by=by, closing=told)
        sha256, name = digest_of(pdf), f"{standing.engagement.title[:190]}.pdf"
        file = EngagementFile(name=name, kind="pdf", sha256=sha256, size=len(pdf))
        facts = {
            **told, "unconcluded": len(standing.unconcluded), "unsent": len(standing.unsent),
            "unsettled": len(standing.open_findings), "files": [described(file)],
        }  # fmt: skip
        row = append(standing.engagement, Entry.CLOSED, by=by, capacity=who.told, facts=facts, key=key)
        keep(row, file, pdf)
        return row


def what_is_open(standing: Standing) -> list[str]:
    """Why it should not be closed yet, in words."""
    found = []
    if not standing.samples:
        found.append(_("No sample was drawn."))
    if cases := standing.unconcluded:
        found.append(_("Cases without a conclusion: %(cases)s.") % {"cases": len(cases)})
    if cases := standing.unsent:
        found.append(_("Cases with something found that no agency was told of: %(cases)s.") % {"cases": len(cases)})
    if findings := standing.open_findings:
        found.append(_("Findings not settled: %(findings)s.") % {"findings": len(findings)})
    return found
