"""What must hold of a case at random after each act, beside its record: all that follows from outcomes of remedies is
what the model (random_remedies.py) says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from permits.access import may
from permits.acts.conditions import barred
from permits.acts.reopening import to_follow, to_judge
from permits.aftercare.standing import aftercare_of
from permits.documents.of_permit import carried
from permits.models import Permit, QuotaMovement
from tests.permits.random_case import Case
from tests.permits.random_law import CHALLENGED, ENDED
from tests.permits.random_remedies import REMEDIES, grant_of, is_judged_away, may_be_followed, took_away, waits


def the_permit_is_what_stands_of_its_decisions(case: Case) -> None:
    """Its last day, its line in the register, and a paper to carry for as long as it has not ended otherwise."""
    if not case.permit:
        return
    granted = Permit.objects.get(pk=case.pk)
    assert (granted.valid_to and granted.valid_to.isoformat()) == case.ends
    assert granted.entry is not None
    assert bool(carried(case.row)) == (case.permit in ("valid", "expired"))


def conditions_bind_while_what_gave_them_stands(case: Case) -> None:
    aftercare = aftercare_of(case.row) if case.permit else None
    gave, grant = {one.seq: one for one in case.acts}, grant_of(case.acts)
    for one in aftercare.standings if aftercare else ():
        if one.obligation.stem != "condition":
            continue
        by = gave[int(one.code.split("-")[1])] if one.code.count("-") == 2 else grant
        assert by is not None
        gone = bool(took_away(by, case.acts))
        assert one.state == "closed" or not gone, one.code
        assert gone or not one.lapsed, one.code


def the_quota_follows_the_approval(case: Case) -> None:
    """Taken while an approval stands; put aside while it is to be decided anew; else neither."""
    grant = grant_of(case.acts)
    if grant is None or case.status not in ENDED or not moved(case, "deducted"):
        return
    lost = took_away(grant, case.acts)
    approved, anew = case.status == "approved", any(by.facts["outcome"] == "anew" for by in lost)
    assert (moved(case, "deducted", "returned") > 0) == (approved and not lost)
    assert (moved(case, "reserved", "released") > 0) == (approved and anew)


def moved(case: Case, *changes: str) -> Decimal:
    amounts = QuotaMovement.objects.filter(application=case.pk, change__in=changes).values_list("amount", flat=True)
    return -sum(amounts, Decimal(0))


def who_decides_goes_on_after_an_outcome(case: Case) -> None:
    """A further outcome can be recorded; what one took away can be decided anew, unless it was annulled itself; and
    what waits for an answer can be given one."""
    if case.status not in CHALLENGED:
        return
    row, decide = case.row, case.mandate("decide")
    followed = {one.seq for one in case.acts if may_be_followed(one.seq, case.acts)}
    assert {one.seq for one in to_follow(row)} == followed
    annulled = {one.seq for one in case.acts if one.act in REMEDIES and is_judged_away(one, case.acts)}
    assert {kept.one.seq for kept in to_judge(row)} <= annulled
    assert (barred(row, "reopen") is None) == bool(followed)
    if case.permit == "valid" and timezone.localdate() <= date.fromisoformat(case.ends or "9999-12-31"):
        for answer in ("refuse_change", "refuse_extension"):
            assert not waits(answer, case.acts) or barred(row, answer) is None
    if decide and (officer := case._officer(decide)).pk not in case.barred:
        assert all(may(officer, act, row, decide) for act in (*REMEDIES, "reopen"))


CHECKS = (
    the_permit_is_what_stands_of_its_decisions, conditions_bind_while_what_gave_them_stands,
    the_quota_follows_the_approval, who_decides_goes_on_after_an_outcome,
)  # fmt: skip
