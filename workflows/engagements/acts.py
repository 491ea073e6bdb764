"""The sample, and what members note and conclude on its cases.

Each raises NotPermitted, WrongStatus, BadFacts (by field), Recorded (the same form before) or Busy, and then nothing
was written.
"""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec.structs import replace

from permits.errors import BadFacts, WrongStatus
from permits.ledger.chain import stamp
from permits.models import Act, Application
from roles.models import Person
from workflows.desk.decisions import DECIDING
from workflows.engagements import drawing
from workflows.engagements.door import CLAUSE, OPTIONAL, WORDS, cleaned, insist_impartial, working
from workflows.engagements.record import append
from workflows.engagements.rights import Auditor
from workflows.engagements.standing import Standing, Verdict
from workflows.models import EngagementEntry, Entry

MOST_DRAWN = 500
STRATA = ("", "kind", "outcome")


def population_now(standing: Standing) -> list[drawing.Line]:
    """The cases in scope at this moment that no sample holds yet."""
    drawn = {one.number for one in standing.cases.values()}
    return [line for line in standing.scope.population(timezone.now()) if line.number not in drawn]


def draw_sample(
    pk: int, wanted: int, *, by: Person, strata: str = "", reason: str = "", key: UUID | None = None
) -> EngagementEntry:
    """`wanted` cases drawn at random 抽样, with the seed and what they were drawn from recorded.

    A second draw leaves out what was drawn before, and needs a reason: nobody draws until the sample pleases.
    """
    told = cleaned({"reason": (OPTIONAL, reason)})
    if strata not in STRATA:
        raise BadFacts({"strata": _("Choose one of the ways offered.")})
    with working(pk, by, key) as (standing, who):
        if standing.samples and not told["reason"]:
            raise BadFacts({"reason": _("A further sample needs a reason.")})
        for member in Person.objects.filter(pk__in=standing.members):  # the scope may have grown since they joined
            insist_impartial([member], standing.scope, standing.scope.acts(timezone.now()))
        moment = timezone.now()
        lines = population_now(standing)
        most = min(len(lines), MOST_DRAWN)
        if not 1 <= wanted <= most:
            raise BadFacts({"wanted": _("Between 1 and %(most)d can be drawn; there are %(size)d cases.")
                            % {"most": most, "size": len(lines)}} if most else
                           {"wanted": _("There is no case left to draw from.")})  # fmt: skip
        seed, text = drawing.new_seed(), drawing.text_of(lines)
        drawn = drawing.draw(lines, seed=seed, wanted=wanted, strata=strata)
        keys = dict(Application.objects.filter(number__in=[one.number for one in drawn]).values_list("number", "pk"))
        facts = {
            **told, "method": drawing.METHOD, "seed": seed, "wanted": wanted, "strata": strata,
            "before": stamp(moment), "left_out": len(standing.cases), "size": len(lines),
            "parts": drawing.sizes(lines, wanted=wanted, strata=strata),
            "sha256": drawing.sha256(text),
            "drawn": [
                {"id": keys[one.number], "number": one.number, "kind": one.kind, "outcome": one.outcome,
                 "order": drawing.order(seed, one.number)}
                for one in drawn
            ],
        }  # fmt: skip
        return append(
            standing.engagement, Entry.SAMPLE, by=by, capacity=who.told, facts=facts, population=text, key=key
        )


def write_note(pk: int, case: int, text: str, *, by: Person, key: UUID | None = None) -> EngagementEntry:
    """A working note 审计工作底稿 on a case of the sample, for the members alone."""
    told = cleaned({"text": (WORDS, text)})
    with working(pk, by, key) as (standing, who):
        application = _in_sample(standing, who, case)
        return append(
            standing.engagement, Entry.NOTE, by=by, capacity=who.told, facts=told, application=application, key=key
        )


def conclude(
    pk: int, case: int, verdict: str, *, by: Person, clause: str = "", text: str = "", key: UUID | None = None
) -> EngagementEntry:
    """What is concluded of a case of the sample: nothing found, something found (by which clause), or not to be
    judged (why). A later conclusion stands in the place of an earlier one, which stays on record."""
    found = verdict == Verdict.FINDING
    told = cleaned({
        "clause": (replace(CLAUSE, required=found), clause),
        "text": (WORDS if verdict != Verdict.OK else OPTIONAL, text),
    })  # fmt: skip
    if verdict not in Verdict.values:
        raise BadFacts({"verdict": _("Choose one of the conclusions offered.")})
    with working(pk, by, key) as (standing, who):
        application = _in_sample(standing, who, case)
        if standing.cases[case].findings and not found:
            raise WrongStatus(_("A finding sent to the agency speaks of this case: settle that finding instead."))
        facts = {"verdict": str(verdict), **told}
        return append(
            standing.engagement, Entry.CONCLUDED, by=by, capacity=who.told, facts=facts, application=application,
            key=key,
        )  # fmt: skip


def _in_sample(standing: Standing, who: Auditor, case: int) -> Application:
    if case not in standing.cases:
        raise WrongStatus(_("This case is not in the sample."))
    acts = Act.objects.filter(application=case, act__in=DECIDING)
    insist_impartial(who.people, standing.scope, acts)
    return Application.objects.get(pk=case)
