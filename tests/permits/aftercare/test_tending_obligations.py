"""A tending design after its approval: the start gate, the completion by sub-compartment, inspection, rectification."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from permits.acts.perform import perform
from permits.contract.obligations import Held
from permits.documents.printing import paper_of
from permits.documents.supervision_papers import last_fault
from permits.errors import AlreadyRecorded, BadFacts, NotPermitted, WrongStatus
from permits.ledger.chain import canonical
from permits.models import Act, Document
from permits.models.obligation import O
from permits.models.states import S
from permits.tending.kind import TENDING
from tests.cast import Cast, fresh, log_in, plot
from tests.permits.aftercare.cases import Watch, wrong
from tests.permits.life.cases import WITHDRAWN, Desk
from tests.permits.life.lives import licence

BEGUN, AFTER = "2026-12-03T09:00:00+08:00", "2027-02-10T09:00:00+08:00"
START: dict[str, Any] = {"begins_on": "2026-12-02", "crew": "雾灵抚育队，赵堃", "licence": "京采〔2026〕7号"}


def start(watch: Watch) -> Act:
    with time_machine.travel(BEGUN):
        return watch.report("start", materials=("licence_copy",), **START)


def part(watch: Watch) -> str:
    return watch.of("completion").obligation.parts[0].key


def complete(watch: Watch, **actual: str) -> Act:
    figures = {"area_ha": "12.50", "canopy_after": "0.68", "stem_intensity_pct": "18"} | actual
    return watch.report("completion", {part(watch): figures}, ("survey",), carried="yes", finished_on="2027-01-20")


def test_the_obligations_and_their_days_follow_the_term(watch: Watch) -> None:
    assert watch.codes() == ["start", "completion", "evaluation", "archive"]
    assert [watch.row(code).due for code in watch.codes()] == [
        None, date(2027, 3, 2), date(2027, 5, 1), date(2027, 7, 30)
    ]  # fmt: skip
    assert [watch.of(code).state for code in watch.codes()] == [O.OPEN, O.OPEN, O.WAITING, O.WAITING]
    assert wrong() == []


def test_two_farms_may_number_their_sub_compartments_alike_and_report_them_apart(cast: Cast) -> None:
    """A design may lie in several townships, each of which numbers its compartments by itself."""
    case = cast.draft(plot(), plot(township="石城镇"))
    with pytest.raises(BadFacts):
        TENDING.book.add(case.pk, plot(township="石城镇", remark="另一行"))
    held = Held(first=date(2026, 12, 1), last=date(2027, 1, 31))
    every = {one.code: one for one in TENDING.obligations(case, held)}
    first, second = every["completion"].parts
    assert first.key != second.key
    assert first.label != second.label


def test_where_trees_are_cut_the_start_names_a_licence_or_brings_its_copy(watch: Watch) -> None:
    with time_machine.travel(BEGUN):
        for said, field in ((START | {"licence": ""}, "licence"), (START, "licence_copy"),
                            (START | {"begins_on": "2027-03-01"}, "begins_on")):  # fmt: skip
            with pytest.raises(BadFacts) as refused:
                watch.report("start", **said)
            assert field in refused.value.errors
        assert not watch.fresh.did("report_obligation")
        watch.report("start", materials=("licence_copy",), **START)
    assert watch.of("start").state == O.REPORTED


def test_the_work_begins_and_ends_in_the_time_approved_for_it_and_not_before_it_was_begun(watch: Watch) -> None:
    """The approval is there weeks before: its reply names the time of the work."""
    planned = watch.case.tending.work_from
    with time_machine.travel(BEGUN):
        for begins in (watch.case.permit.valid_from, planned - timedelta(days=1)):
            with pytest.raises(BadFacts, match="begins_on"):
                watch.report("start", materials=("licence_copy",), **(START | {"begins_on": begins}))
    start(watch)
    row = {part(watch): {"area_ha": "12.50", "canopy_after": "0.68"}}
    with time_machine.travel(AFTER):
        for finished in (planned - timedelta(days=1), "2026-12-01"):
            with pytest.raises(BadFacts, match="finished_on"):
                watch.report("completion", row, ("survey",), carried="yes", finished_on=finished)
        watch.report("completion", row, ("survey",), carried="yes", finished_on="2027-02-08")
    assert len(watch.of("completion").remarks) == 1, "after the last day of the work"


def test_a_design_that_fells_nothing_asks_for_no_felling_licence_and_rests_on_none(cast: Cast) -> None:
    case = cast.draft(plot())
    TENDING.head_of(case).__class__.objects.filter(pk=case.pk).update(felling=False)
    held = Held(first=date(2026, 12, 1), last=date(2027, 1, 31))
    (begun,) = (one for one in TENDING.obligations(fresh(case), held) if one.code == "start")
    assert "licence" not in begun.asks
    assert all("森林法" not in one.source for one in begun.basis)


def test_what_the_agency_owes_is_carried_out_and_neither_reported_nor_accepted(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(AFTER):
        complete(watch)
        assert watch.of("evaluation").state_label == "待履行"
        watch.fulfil("evaluation", quality="good", account="样地复测。")
        page = log_in(watch.first).get(reverse("obligation-list")).text
    assert watch.of("evaluation").state_label == "已履行"
    assert "已履行" in page


def test_a_number_of_the_register_that_is_no_licence_of_the_unit_is_refused(watch: Watch) -> None:
    own = watch.case.documents.get(kind="tending_approval").number
    with time_machine.travel(BEGUN), pytest.raises(BadFacts) as refused:
        watch.report("start", materials=("licence_copy",), **(START | {"licence": own}))
    assert list(refused.value.errors) == ["licence"]


@pytest.mark.parametrize("same", [True, False])
def test_a_licence_for_other_ground_is_told_to_the_officer_and_not_refused(
    watch: Watch, cast: Cast, same: bool
) -> None:
    """森林法 56 asks for a licence; that it names the sub-compartments of the design no article says."""
    (row,) = watch.case.tending.rows.all()
    place = {"township": row.township, "compartment": row.compartment}
    case, _clerk = licence(row.number if same else "99", unit=(cast.farm, cast.clerk), ground=place,
                            applicant="county_farm")  # fmt: skip
    number = case.documents.get(kind="felling_licence").number
    with time_machine.travel(BEGUN):
        watch.report("start", **(START | {"licence": number}))
        assert [row.name in one for one in watch.of("start").remarks] == ([] if same else [True])
        watch.officer("check_report", obligation="start", outcome="accepted")


def test_a_completion_is_accepted_by_two_officers_on_the_spot_and_closed(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(AFTER):
        complete(watch)
        assert watch.of("completion").state == O.REPORTED
        with pytest.raises(BadFacts) as refused:
            watch.officer("check_report", obligation="completion", outcome="accepted")
        assert list(refused.value.errors) == ["outcome"]
        record = watch.inspect(("completion", "in_order"))
        assert watch.of("completion").state == O.ACCEPTED
        assert Document.objects.get(act=record).title == "现场检查记录"
        watch.fulfil("evaluation", quality="good", account="样地复测。")
        watch.fulfil("archive", number="修复档〔2027〕3号", volumes="2", kept_at="区局档案室")
        watch.officer("close_obligation", obligation="completion", ground="fulfilled", reason="验收合格，销号。")
        assert watch.row("completion").state == O.CLOSED
        with pytest.raises(BadFacts, match=r"closed|销号|关闭"):
            complete(watch)
    assert wrong() == []


def test_what_goes_beyond_the_design_is_remarked_on(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(AFTER):
        complete(watch, stem_intensity_pct="29", canopy_after="0.5")
    assert len(watch.of("completion").remarks) == 2
    assert not watch.of("start").remarks


@pytest.mark.parametrize(
    ("table", "said", "field"),
    [
        ({"x/9": {"area_ha": "1"}}, {"carried": "yes", "finished_on": "2027-01-20"}, "x/9"),
        ({}, {"carried": "yes", "finished_on": "2027-01-20"}, "account"),
        ({}, {"carried": "no"}, "account"),
        ({}, {"carried": "maybe"}, "carried"),
        ({}, {"carried": "yes", "unasked": "1"}, "unasked"),
    ],
)
def test_a_report_that_leaves_open_or_invents_is_refused(
    watch: Watch, table: dict[str, Any], said: dict[str, Any], field: str
) -> None:
    start(watch)
    with time_machine.travel(AFTER), pytest.raises(BadFacts) as refused:
        watch.report("completion", table, ("survey",), **said)
    assert field in refused.value.errors
    assert watch.of("completion").state == O.OPEN


def test_work_that_was_never_begun_is_reported_as_not_carried_out(watch: Watch) -> None:
    with time_machine.travel(AFTER):
        with pytest.raises(BadFacts) as refused:
            complete(watch)
        assert list(refused.value.errors) == ["carried"]
        watch.report("completion", None, ("survey",), carried="no", account="资金未到位。")


def test_work_whose_beginning_can_no_longer_be_reported_is_reported_as_done_and_remarked_on(watch: Watch) -> None:
    """After the term the start falls away: a holder who forgot it had to say that nothing was done."""
    from workflows import sweep

    with time_machine.travel(AFTER):
        sweep.expire_permits()
        assert watch.of("start").lapsed
        complete(watch)
        assert len(watch.of("completion").remarks) == 1
        watch.inspect(("completion", "in_order"))
    assert watch.of("completion").state == O.ACCEPTED
    assert wrong() == []


def test_work_whose_beginning_was_found_not_in_order_is_reported_as_done(watch: Watch) -> None:
    with time_machine.travel(BEGUN):
        watch.inspect(("start", "not_in_order"))
    with time_machine.travel(AFTER):
        complete(watch)
    assert len(watch.of("completion").remarks) == 1


def test_not_in_order_is_put_right_by_a_day_with_a_notice_and_checked(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(AFTER):
        complete(watch)
        watch.inspect(("completion", "not_in_order"))
        assert watch.of("completion").state == O.FAULTED
        for until in (date(2027, 2, 10), date(2027, 1, 1)):
            with pytest.raises(BadFacts) as refused:
                watch.order("completion", until)
            assert list(refused.value.errors) == ["until"]
        record = watch.order("completion", date(2027, 3, 10))
        assert Document.objects.get(act=record).title == "责令限期整改通知书"
        assert (watch.row("completion").state, watch.row("completion").due) == (O.RECTIFYING, date(2027, 3, 10))
    with time_machine.travel("2027-03-05T09:00:00+08:00"):
        with pytest.raises(BadFacts):
            complete(watch)
        watch.holder("report_rectification", obligation="completion", what="已清理并补植。", statement=True,
                     materials=[{"file": watch.paper()}])  # fmt: skip
        with pytest.raises(BadFacts):
            watch.officer("check_rectification", obligation="completion", outcome="yes")
        with pytest.raises(BadFacts) as wordless:
            watch.officer("check_rectification", obligation="completion", outcome="no")
        assert list(wordless.value.errors) == ["note"]
        watch.officer("check_rectification", obligation="completion", outcome="no", note="仍有剩余物。")
        watch.order("completion", date(2027, 3, 20))
        watch.holder("report_rectification", obligation="completion", what="已全部清理。", statement=True)
        watch.inspect(("completion", "in_order"))
    assert watch.of("completion").state == O.ACCEPTED
    assert wrong() == []


def ordered(watch: Watch, code: str, until: date) -> str:
    return repr(paper_of(Document.objects.get(act=watch.order(code, until))))


def test_an_order_tells_what_was_found_last_by_whatever_act(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(BEGUN):
        for outcome in ("incomplete", "not_in_order"):
            with pytest.raises(BadFacts) as wordless:
                watch.officer("check_report", obligation="start", outcome=outcome)
            assert list(wordless.value.errors) == ["note"]
        watch.officer("check_report", obligation="start", outcome="not_in_order", note="许可证复印件不清晰。")
        assert "检查情况：许可证复印件不清晰。" in ordered(watch, "start", date(2026, 12, 20))
    with time_machine.travel(AFTER):
        complete(watch)
        watch.inspect(("completion", "not_in_order"))
        assert "检查情况：现地核对。" in ordered(watch, "completion", date(2027, 3, 10))
        watch.holder("report_rectification", obligation="completion", what="已清理。", statement=True)
        watch.officer("check_rectification", obligation="completion", outcome="no", note="补植不足两公顷。")
        again = ordered(watch, "completion", date(2027, 3, 20))
        assert "检查情况：补植不足两公顷。" in again
        assert "现地核对" not in again
    with time_machine.travel("2027-03-21T09:00:00+08:00"):
        watch.officer("find_breach", obligation="completion", reasons="逾期未补植。", proposal="none")
        assert "检查情况：逾期未补植。" in ordered(watch, "completion", date(2027, 4, 20))


def test_after_a_check_of_the_time_when_it_could_say_nothing_no_fault_is_told_that_was_put_right(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(AFTER):
        complete(watch)
        watch.inspect(("completion", "not_in_order"))
        watch.order("completion", date(2027, 3, 10))
        watch.holder("report_rectification", obligation="completion", what="已清理。", statement=True)
        said = {"obligation": "completion", "outcome": "no"}
        wordless = Act(act="check_rectification", body=canonical({"facts": said}))
        assert last_fault([wordless, *reversed(watch.fresh.history)], "completion") == ""


def test_a_breach_proposes_an_end_and_who_decides_ends_it(watch: Watch, cast: Cast) -> None:
    with time_machine.travel(BEGUN):
        watch.inspect(("start", "not_in_order"))
        watch.officer("find_breach", obligation="start", reasons="未取得采伐许可证即采伐。", proposal="withdraw_permit")
        assert watch.of("start").state == O.BREACH
        Desk(watch.case, cast.clerk, cast.decider).decide("withdraw_permit", **WITHDRAWN)
        assert [watch.of(code).lapsed for code in ("start", "completion")] == [True, False]
        with pytest.raises(BadFacts):
            watch.report("start", materials=("licence_copy",), **START)
    assert wrong() == []


def test_what_the_agency_owes_is_ordered_of_nobody_and_done_again_where_it_was_not_in_order(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(AFTER):
        complete(watch)
        watch.inspect(("evaluation", "not_in_order"))
        assert watch.of("evaluation").state == O.FAULTED
        for act, facts in (
            ("order_rectification", {"demands": "重做评价。", "basis": "《中华人民共和国森林法》第六十六条",
                                     "until": date(2027, 3, 10)}),
            ("find_breach", {"reasons": "未评价。", "proposal": "none"}),
        ):  # fmt: skip
            with pytest.raises((BadFacts, WrongStatus)):
                watch.officer(act, obligation="evaluation", **facts)
            assert act not in {entry.act for entry in watch.fresh.history}
        watch.fulfil("evaluation", quality="good", account="样地复测。")
        assert watch.of("evaluation").state == O.ACCEPTED
    with time_machine.travel("2027-08-02T09:00:00+08:00"):  # the day of the archive has passed
        with pytest.raises((BadFacts, WrongStatus)):
            watch.officer("find_breach", obligation="archive", reasons="未建档。", proposal="forfeit_permit")
        watch.fulfil("archive", number="修复档〔2027〕3号", volumes="2", kept_at="区局档案室")
    assert wrong() == []


def test_what_the_agency_owes_waits_for_what_comes_before_it_also_when_found_not_in_order(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(AFTER):
        watch.inspect(("evaluation", "not_in_order"))
        assert watch.of("evaluation").state == O.WAITING
        with pytest.raises(BadFacts):
            watch.fulfil("evaluation", quality="good", account="样地复测。")
        with pytest.raises(BadFacts):
            watch.inspect(("evaluation", "in_order"))
        complete(watch)
        assert watch.of("evaluation").state == O.FAULTED
        watch.fulfil("evaluation", quality="good", account="样地复测。")
        assert watch.of("evaluation").state == O.ACCEPTED
    assert wrong() == []


def test_what_is_not_due_yet_is_no_breach(watch: Watch) -> None:
    with pytest.raises(BadFacts) as refused:
        watch.officer("find_breach", obligation="completion", reasons="未报告。", proposal="none")
    assert list(refused.value.errors) == ["obligation"]


def test_one_officer_is_no_inspection(watch: Watch) -> None:
    one = [{"person": watch.first, "capacity": "执法人员"}]
    for people in (one, one * 2, [{"person": watch.second, "capacity": "执法人员"}] * 1):
        with pytest.raises(BadFacts) as refused:
            watch.inspect(("start", "in_order"), inspectors=people)
        assert list(refused.value.errors) == ["inspectors"]
    with pytest.raises(BadFacts) as refused:
        watch.inspect(("start", "in_order"), inspected_on=date(2026, 11, 25))
    assert list(refused.value.errors) == ["inspected_on"]
    with pytest.raises(BadFacts) as refused:
        watch.inspect(("regeneration", "in_order"))
    assert list(refused.value.errors) == ["findings"]
    assert not watch.fresh.did("record_inspection")


def test_the_same_click_twice_reports_once(watch: Watch) -> None:
    import uuid

    from permits.aftercare.reports import answers

    key, files = uuid.uuid4(), [{"what": "licence_copy", "file": watch.paper()}]
    facts: dict[str, Any] = {"obligation": "start", "answers": answers(START, {}), "materials": files,
                             "statement": True}  # fmt: skip
    with time_machine.travel(BEGUN):
        perform(watch.case.pk, "report_obligation", by=watch.clerk, key=key, **facts)
        with pytest.raises(AlreadyRecorded):
            perform(watch.case.pk, "report_obligation", by=watch.clerk, key=key, **facts)
        with pytest.raises((BadFacts, WrongStatus)):
            perform(watch.case.pk, "report_obligation", by=watch.clerk, key=uuid.uuid4(), **facts)
    assert len(watch.fresh.did("report_obligation")) == 1


def test_nobody_but_holder_and_supervising_agency_acts(watch: Watch, cast: Cast) -> None:
    for person, mandate in ((cast.rival, None), (cast.decider, watch.mandate), (cast.clerk, watch.mandate)):
        with pytest.raises(NotPermitted):
            perform(watch.case.pk, "check_report", by=person, mandate=mandate, obligation="start", outcome="accepted")
    with pytest.raises(NotPermitted):
        perform(watch.case.pk, "report_obligation", by=watch.first, mandate=watch.mandate, obligation="start")


def test_an_obligation_of_another_kind_or_of_the_agency_is_refused(watch: Watch) -> None:
    for code in ("regeneration", "x", "evaluation"):
        with pytest.raises(BadFacts) as refused:
            watch.report(code, quality="good")
        assert list(refused.value.errors) == ["obligation"]
    with pytest.raises((BadFacts, WrongStatus)):
        watch.fulfil("completion", carried="yes")
    with pytest.raises(WrongStatus):
        watch.holder("raise_alarm", found_on=date(2026, 11, 20), species="梅花鹿", place="围栏东侧", what="逃逸。")


def test_a_case_without_a_permit_has_no_obligations(cast: Cast) -> None:
    case = cast.case_at("refused")
    watch = Watch(case, cast.clerk)
    with pytest.raises(WrongStatus):
        watch.report("start", **START)


def test_the_index_is_compared_with_the_record(watch: Watch) -> None:
    row = watch.row("completion")
    row.due = date(2030, 1, 1)
    row.save()
    watch.row("start").delete()
    found = wrong()
    assert len(found) == 2
    assert all("obligations" in one for one in found)


def test_a_paper_names_the_permit_also_while_the_certificate_waits_to_be_printed(cast: Cast) -> None:
    watch = Watch(cast.case_at(S.APPROVED), cast.clerk)
    with time_machine.travel(BEGUN):
        seen = perform(
            watch.case.pk, "record_inspection", by=watch.first, mandate=watch.mandate,
            inspected_on="2026-12-03", place="12林班3小班",
            inspectors=[{"person": one, "capacity": "执法人员"} for one in (watch.first, watch.second)],
            findings=[{"obligation": "start", "finding": "not_in_order", "what": "作业道已提前开挖。"}],
        )  # fmt: skip
    certificate, record = watch.case.documents.get(kind="tending_certificate"), Document.objects.get(act=seen)
    assert certificate.status == record.status == Document.Status.PENDING
    before = paper_of(record)
    assert f"《天然林抚育作业设计审批证》（编号：{certificate.number}）" in repr(before)
    watch.print_papers()
    assert paper_of(Document.objects.get(pk=record.pk)) == before
    assert Document.objects.get(pk=certificate.pk).title == "天然林抚育作业设计审批证"


def test_an_inspection_of_before_accepts_nothing_that_was_reported_or_found_since(watch: Watch) -> None:
    start(watch)
    with time_machine.travel(AFTER, tick=True) as traveller:
        complete(watch)
        with pytest.raises(BadFacts) as early:
            watch.inspect(("completion", "in_order"), inspected_on="2027-01-15")
        assert set(early.value.errors) == {"findings"}
        watch.inspect(("completion", "not_in_order"))
        traveller.shift(86400)
        watch.order("completion", date(2027, 3, 10))
        traveller.shift(5 * 86400)
        watch.holder("report_rectification", obligation="completion", what="已补植。", statement=True)
        for day in ("2027-01-15", "2027-02-15"):
            with pytest.raises(BadFacts) as refused:
                watch.inspect(("completion", "in_order"), inspected_on=day)
            assert set(refused.value.errors) == {"findings"}
        assert watch.of("completion").state == O.RECTIFIED
        watch.inspect(("completion", "in_order"), inspected_on="2027-02-16")
        assert watch.of("completion").state == O.ACCEPTED
    assert wrong() == []
