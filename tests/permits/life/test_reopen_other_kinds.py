"""Decided anew beyond one agency: a quota that follows, and a decision of the higher authority."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from permits.drafts.materials import attach
from permits.models import QuotaMovement, RegisterEntry
from permits.models.permit import P
from permits.models.states import S
from roles.models.mandates import Duty
from tests.cast import fresh, pdf
from tests.permits.felling import cases as felling
from tests.permits.introduction import cases as introduction
from tests.permits.introduction.cases import EXPERTS, NOT_NEEDED
from tests.permits.life.cases import YES, Desk, permit, print_papers
from tests.permits.life.licences import Change, desk_of, felled, licensed, moved
from tests.permits.life.remedied import last, outcome, problems, remedied, reopen, step
from tests.permits.occupation import cases as occupation
from tests.permits.occupation.cases import MIYUN, Office
from workflows.mandates import the_mandate


def test_the_quota_of_an_annulled_licence_is_free_and_taken_again(traveller: Any) -> None:
    case, clerk = felling.draft(MIYUN, felling.ROW, left="10000")
    office = Office(clerk)
    for act, said in (
        ("submit", {"statement": True}),
        ("accept", {}),
        ("propose", YES),
        ("approve", {"opinion": "同意。"}),
    ):
        office.do(case, act, **said)
    print_papers(case)
    desk = desk_of(case, clerk)
    amount = -moved(case)[0][1]
    remedy = remedied(desk, "approve", "annulled")
    assert moved(case)[-1] == (Change.RETURNED, amount)
    reopen(desk, remedy)
    assert moved(case)[-1] == (Change.RESERVED, -amount)
    assert problems() == []
    office.do(case, "approve", opinion="同意。")
    print_papers(case)
    assert [change for change, _amount in moved(case)[-2:]] == [Change.RELEASED, Change.DEDUCTED]
    assert sum(one for _change, one in moved(case)) == -amount
    assert permit(case).status == P.VALID
    assert problems() == []
    reopen(desk, remedied(desk, "approve", number="京政复字〔2026〕9号"))
    office.do(case, "refuse", reasons="上年度更新任务未完成。")
    assert sum(one for _change, one in moved(case)) == 0
    print_papers(case)
    assert problems() == []


def test_who_waits_is_served_at_once_by_what_an_annulled_licence_gives_back(traveller: Any) -> None:
    first = felled()
    waits, _clerk, _office = felled()
    assert moved(waits) == []
    desk = licensed(*first)
    remedied(desk, "approve", "annulled")
    assert moved(first[0])[-1] == (Change.RETURNED, Decimal(320))
    assert moved(waits) == [(Change.RESERVED, Decimal(-320))]
    row = QuotaMovement.objects.latest("pk")
    assert (row.act, row.person, row.agency) == (fresh(waits).acts.get(act="accept"), None, None)
    assert problems() == []


def test_what_is_to_be_decided_anew_keeps_its_place_before_who_was_accepted_later(traveller: Any) -> None:
    """许可法 57: the organ was ordered to decide the earlier application; what it gave back is put aside for it."""
    first = felled()
    waits, _clerk, _office = felled()
    desk = licensed(*first)
    remedy = remedied(desk, "approve", "anew")
    assert moved(first[0])[-2:] == [(Change.RETURNED, Decimal(320)), (Change.RESERVED, Decimal(-320))]
    assert problems() == []
    felled(volume="100")
    assert moved(waits) == []
    reopen(desk, remedy)
    assert [change for change, _amount in moved(first[0])][-1] == Change.RESERVED, "what was put aside is still held"
    assert moved(waits) == []
    first[2].do(first[0], "refuse", reasons="上年度更新任务未完成。")
    assert moved(waits) == [(Change.RESERVED, Decimal(-320))]
    print_papers(first[0])
    assert problems() == []


def test_what_the_higher_authority_decided_goes_back_to_it(traveller: Any) -> None:
    unit = occupation.make_unit("密云繁育中心", MIYUN)
    case, clerk = introduction.draft(introduction.species("B"), unit=unit)
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {}), ("recommend", YES)):
        office.do(case, act, **said)
    office.hear(case)
    if office.items(fresh(case), "record_expert_review"):
        office.do(case, "record_expert_review", **EXPERTS)
    office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。")

    def decided(outcome: str, number: str) -> None:
        by = office.officer(the_mandate(fresh(case), Duty.FINAL_REVIEW))
        paper = attach(case.pk, pdf("批复.pdf", number), by=by, mandate=the_mandate(fresh(case), Duty.FINAL_REVIEW))
        office.do(case, "record_higher_decision", outcome=outcome, decided_on=timezone.localdate(), number=number,
                  document=paper)  # fmt: skip
        print_papers(case)

    decided("refuse", "林护许决〔2026〕1号")
    desk = desk_of(case, clerk)
    record = reopen(desk, remedied(desk, "record_higher_decision"))
    assert (record.after, step(desk)) == (S.REPORTED_UP, ["higher"])
    assert problems() == []
    decided("approve", "林护许决〔2026〕2号")
    assert permit(case).status == P.VALID
    said = outcome(desk, last(desk, "record_higher_decision").seq, "upheld", number="（2026）京01行初3号")
    desk.decide("record_suit", **said)
    assert problems() == []


def test_a_case_decided_anew_consults_everyone_whomever_an_earlier_return_named(traveller: Any) -> None:
    unit = occupation.make_unit("密云繁育中心", MIYUN)
    case, clerk = introduction.draft(introduction.species("B"), unit=unit)
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {}), ("recommend", YES)):
        office.do(case, act, **said)
    asked = {item.mandate_id for item in office.items(fresh(case), "give_opinion")}
    office.hear(case)
    office.do(case, "record_expert_review", **EXPERTS)
    office.do(case, "return_to_first_review", reason="请补充水域影响")
    office.do(case, "recommend", **YES)
    office.determine(case, "record_expert_review", "species[0].from", "same_province")
    office.do(case, "refuse_acceptance", item=office.items(fresh(case), "record_expert_review")[0], **NOT_NEEDED)
    print_papers(case)
    desk = desk_of(case, clerk)
    assert reopen(desk, remedied(desk, "refuse_acceptance")).after == S.FINAL_REVIEW
    assert {item.mandate_id for item in office.items(fresh(case), "give_opinion")} == asked
    assert problems() == []


def test_the_register_tells_an_annulled_licence_as_it_was_granted_while_it_is_decided_anew(traveller: Any) -> None:
    case, clerk = felling.draft(MIYUN, felling.ROW, left="10000")
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {}), ("propose", YES)):
        office.do(case, act, **said)
    traveller.shift(timedelta(days=12))  # the first day of felling that was applied for has passed
    office.do(case, "approve", opinion="同意。")
    print_papers(case)
    told = RegisterEntry.objects.get(permit=case.pk).facts
    desk = desk_of(case, clerk)
    reopen(desk, remedied(desk, "approve"))
    assert problems() == []
    traveller.shift(timedelta(days=3))
    office.do(case, "refuse", reasons="上年度更新任务未完成。")
    print_papers(case)
    assert problems() == []
    assert RegisterEntry.objects.get(permit=case.pk).facts == told


def test_what_is_found_a_state_secret_while_it_is_decided_anew_is_in_the_register_no_more(traveller: Any) -> None:
    desk = Desk.of_temporary_use(traveller)
    reopen(desk, remedied(desk, "approve"))
    assert RegisterEntry.objects.get(permit=desk.case.pk).withheld == ""
    Office(desk.clerk).determine(desk.case, "approve", "secret", "yes")
    assert RegisterEntry.objects.get(permit=desk.case.pk).withheld
    assert problems() == []
