"""Obligations of the use of land and of an introduction, through the door."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from permits.contract.obligations import Held, Reported
from permits.documents.content import chinese_date
from permits.documents.supervision_papers import LONGEST_TOLD
from permits.errors import BadFacts
from permits.introduction.models import Species, SpeciesIntroduction
from permits.introduction.obligations import obligations as of_introduction
from permits.models import Act, Application, Document, ObligationRow, Permit
from permits.models.obligation import O
from permits.models.permit import P
from permits.occupation.obligations import obligations
from permits.register.reading import state_of
from roles.models.mandates import Duty
from tests.cast import fresh, log_in
from tests.permits.aftercare.cases import Watch, go_to, granted, licence, parts, wrong
from tests.permits.documents.reading import text_of
from tests.permits.introduction import cases as introduction
from tests.permits.introduction.cases import EXPERTS
from tests.permits.life.cases import WITHDRAWN, YES, Desk
from tests.permits.occupation.cases import Office
from tests.permits.occupation.fees import approved
from tests.prepared import walked_once
from workflows import sweep
from workflows.mandates import the_mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("traveller")]


def land(traveller: Any, conditions: str = "") -> Watch:
    """A temporary use of half a hectare for one year."""
    desk = Desk.of_temporary_use(traveller, conditions)
    return Watch(desk.case, desk.clerk)


@walked_once("matrix")
def species(*rows: dict[str, Any], **head: Any) -> Watch:
    """An introduction of seeds from abroad."""
    case, clerk = introduction.draft(*(rows or (introduction.species("B"),)), **head)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    office.hear(case)
    if office.items(Application.objects.get(pk=case.pk), "record_expert_review"):
        office.do(case, "record_expert_review", **EXPERTS)
    office.do(case, "propose", **YES)
    office.do(case, "approve", opinion="同意。")
    return granted(case, clerk)


# ---- the use of land -------------------------------------------------------------------------------------------------
def test_temporary_land_is_restored_within_a_year_of_the_end_and_accepted_on_the_spot(traveller: Any) -> None:
    watch = land(traveller)
    assert watch.codes() == ["start", "area", "end", "restoration"]
    assert watch.row("restoration").due == date(2028, 12, 1)
    (key,) = parts(watch, "area")
    watch.report("start", began_on=timezone.localdate(), responsible="张工 010-00000000")
    go_to(traveller, date(2027, 12, 5))
    assert watch.of("start").state == O.REPORTED
    from workflows import sweep

    sweep.expire_permits()
    assert watch.of("start").lapsed
    watch.report("area", {key: {"area_ha": "0.6"}}, ("survey",))
    assert len(watch.of("area").remarks) == 1
    with pytest.raises(BadFacts) as refused:
        watch.inspect(("area", "in_order"))
    assert list(refused.value.errors) == ["findings"]
    watch.inspect(("area", "not_in_order"))
    watch.report("end", ended_on=timezone.localdate(), left="已清场。")
    watch.officer("check_report", obligation="end", outcome="accepted")
    watch.report("restoration", {key: {"area_ha": "0.4", "restored": "forest"}}, ("survey",),
                 finished_on=timezone.localdate(), account="覆土植树。")  # fmt: skip
    with pytest.raises(BadFacts):
        watch.inspect(("restoration", "in_order"))
    watch.inspect(("restoration", "not_in_order"))
    watch.order("restoration", timezone.localdate() + timedelta(days=60))
    assert watch.of("restoration").state == O.RECTIFYING
    assert wrong() == []


def test_a_parcel_is_called_as_the_decision_writes_it(traveller: Any) -> None:
    (part,) = land(traveller).of("area").obligation.parts
    assert re.fullmatch("石城镇石塘路村.+林班.+小班", part.label)


def test_restoration_is_reported_after_the_end_and_the_start_is_not(traveller: Any) -> None:
    watch = land(traveller)
    (key,) = parts(watch, "restoration")
    go_to(traveller, date(2028, 2, 1))
    from workflows import sweep

    sweep.expire_permits()
    with pytest.raises(BadFacts) as refused:
        watch.report("start", began_on=date(2027, 1, 1), responsible="张工")
    assert list(refused.value.errors) == ["obligation"]
    watch.report("restoration", {key: {"area_ha": "0.5", "restored": "forest"}}, ("survey",),
                 finished_on=date(2028, 1, 20), account="覆土植树。")  # fmt: skip
    watch.inspect(("restoration", "in_order"))
    assert watch.of("restoration").state == O.ACCEPTED


def restore(watch: Watch, area: str) -> None:
    (key,) = parts(watch, "restoration")
    watch.report("restoration", {key: {"area_ha": area, "restored": "forest"}}, ("survey",),
                 finished_on=timezone.localdate(), account="覆土植树。")  # fmt: skip


def test_restoration_that_fell_short_is_reported_anew_after_the_order_and_accepted(traveller: Any) -> None:
    """Words make no figure larger: with the old ones nothing could be accepted any more."""
    watch = land(traveller)
    watch.report("start", began_on=timezone.localdate(), responsible="张工 010-00000000")
    go_to(traveller, date(2027, 12, 20))
    restore(watch, "0.4")
    watch.inspect(("restoration", "not_in_order"))
    watch.order("restoration", timezone.localdate() + timedelta(days=60))
    with pytest.raises(BadFacts) as refused:
        watch.holder("report_rectification", obligation="restoration", what="已补植。", materials=[], statement=True)
    assert list(refused.value.errors) == ["obligation"]
    page = log_in(watch.clerk).get(reverse("permit", args=[watch.case.pk])).text
    assert reverse("obligation-report", args=[watch.case.pk, "restoration"]) in page
    assert f"{reverse('case-act', args=[watch.case.pk, 'report_rectification'])}?" not in page
    until = watch.of("restoration").due
    with pytest.raises(BadFacts, match=r"0\.3"):
        restore(watch, "0.3")
    assert watch.of("restoration").due == until, "a report that falls short lets no order rest"
    restore(watch, "0.5")
    watch.officer("check_report", obligation="restoration", outcome="incomplete", note="缺面积图。")
    assert watch.of("restoration").due == until, "the day of the order stands"
    restore(watch, "0.5")
    for act in ("check_report?obligation=restoration", "record_inspection"):
        name, _mark, asked = act.partition("?")
        shown = log_in(watch.first).get(f"{reverse('case-act', args=[watch.case.pk, name])}?{asked}").text
        assert "清理剩余物" in shown, "what was ordered is looked for"
    watch.inspect(("restoration", "in_order"))
    assert watch.of("restoration").state == O.ACCEPTED


@pytest.mark.parametrize(("code", "said"), [
    ("end", {"ended_on": date(2026, 12, 1), "left": "已清场。"}),
    ("restoration", {"finished_on": date(2026, 12, 1), "account": "覆土。"}),
])  # fmt: skip
def test_no_use_ends_and_nothing_is_restored_before_the_consent_began(
    traveller: Any, code: str, said: dict[str, Any]
) -> None:
    watch = land(traveller)
    watch.report("start", began_on=timezone.localdate(), responsible="张工 010-00000000")
    go_to(traveller, date(2027, 12, 20))
    (key,) = parts(watch, "restoration")
    rows = {key: {"area_ha": "0.5", "restored": "forest"}} if code == "restoration" else {}
    with pytest.raises(BadFacts) as refused:
        watch.report(code, rows, ("survey",) if rows else (), **said)
    assert list(refused.value.errors) == [next(iter(said))]


@pytest.mark.parametrize(("used", "accepted", "owed"), [("0.3", True, "0.3"), ("0.3", False, "0.5"),
                                                        ("0.6", False, "0.6")])  # fmt: skip
def test_what_was_used_is_restored_and_not_what_was_granted(
    traveller: Any, used: str, accepted: bool, owed: str
) -> None:
    """令35号第二十二条: 恢复被使用林地的林业生产条件; what is only reported measures nothing below the consent."""
    watch = land(traveller)
    (key,) = parts(watch, "area")
    watch.report("start", began_on=timezone.localdate(), responsible="张工 010-00000000")
    go_to(traveller, date(2027, 11, 20))
    watch.report("area", {key: {"area_ha": used}}, ("survey",))
    if accepted:
        watch.inspect(("area", "in_order"))
        watch.officer("close_obligation", obligation="area", ground="fulfilled", reason="实测相符。")
    restore(watch, str(Decimal(owed) - Decimal("0.1")))
    with pytest.raises(BadFacts):
        watch.inspect(("restoration", "in_order"))
    watch.officer("check_report", obligation="restoration", outcome="incomplete", note="缺照片。")
    restore(watch, owed)
    watch.inspect(("restoration", "in_order"))
    assert watch.of("restoration").state == O.ACCEPTED


def test_land_that_was_not_used_is_not_restored(traveller: Any) -> None:
    watch = land(traveller)
    (key,) = parts(watch, "area")
    watch.report("start", began_on=timezone.localdate(), responsible="张工 010-00000000")
    go_to(traveller, date(2027, 11, 20))
    watch.report("area", {key: {"area_ha": "0"}}, ("survey",))
    assert watch.of("restoration").state == O.OPEN
    watch.inspect(("area", "in_order"))
    assert (watch.of("restoration").state, watch.of("restoration").lapsed) == (O.CLOSED, True)
    assert wrong() == []


def test_an_area_found_otherwise_than_reported_measures_no_restoration(traveller: Any) -> None:
    watch = land(traveller)
    (key,) = parts(watch, "area")
    watch.report("start", began_on=timezone.localdate(), responsible="张工 010-00000000")
    watch.report("area", {key: {"area_ha": "0.3"}}, ("survey",))
    watch.inspect(("area", "not_in_order"))
    watch.order("area", timezone.localdate() + timedelta(days=30))
    watch.holder("report_rectification", obligation="area", what="已退出多占部分。", statement=True)
    watch.inspect(("area", "in_order"))
    go_to(traveller, date(2028, 1, 20))
    restore(watch, "0.3")
    with pytest.raises(BadFacts):
        watch.inspect(("restoration", "in_order"))


def test_an_extension_moves_the_days_with_the_term(traveller: Any) -> None:
    watch = land(traveller)
    decider = Office(watch.clerk).officer(the_mandate(watch.fresh, Duty.DECIDE))
    desk = Desk(watch.case, watch.clerk, decider)
    desk.ask("ask_extension", until=date(2028, 6, 1), reason="施工受汛期影响。")
    desk.decide("grant_extension", until=date(2028, 6, 1))
    assert watch.row("restoration").due == date(2029, 6, 1)
    assert wrong() == []


def test_conditions_and_replanting_elsewhere_are_obligations_due_on_the_day_they_name(traveller: Any) -> None:
    watch = land(traveller, "应于2027年10月31日前完成异地补植0.5公顷。\n施工期间保护古树。")
    assert watch.codes()[-2:] == ["replanting-1", "condition-2"], "what is asked more closely is not owed twice"
    assert watch.row("replanting-1").due == date(2027, 10, 31)
    assert watch.row("condition-2").due is None
    watch.report("condition-2", done="已设围栏。")
    watch.officer("check_report", obligation="condition-2", outcome="incomplete", note="缺照片。")
    assert watch.of("condition-2").state == O.OPEN
    watch.report("condition-2", done="已设围栏，附照片说明。")
    watch.officer("check_report", obligation="condition-2", outcome="accepted")
    assert watch.of("condition-2").state == O.ACCEPTED
    assert wrong() == []


def test_a_number_typed_before_a_condition_is_not_told_beside_its_own(traveller: Any) -> None:
    watch = land(traveller, "1. 施工前设置标识。\n2. 1.5公顷以外不得堆料。")
    told = [watch.of(f"condition-{number}").obligation.detail for number in (1, 2)]
    assert told == ["施工前设置标识。", "1.5公顷以外不得堆料。"]


def test_a_use_without_a_term_names_no_last_day_of_it() -> None:
    told = {one.code: one for one in obligations(Held(first=date(2026, 11, 20), last=None), (), "forestry_service")}
    assert (told["area"].counted, told["area"].day_is_ours) == ("", False)
    with override("zh-hans"):
        assert str(told["start"].counted) == "开始使用时报告"


def test_land_whose_construction_was_approved_in_time_can_be_begun_after_the_term() -> None:
    """令35号第二十五条: only without that approval does the decision lapse with its two years."""
    late = Reported(values={"began_on": "2029-03-01"}, table={}, materials=frozenset())
    for built in (False, True):
        held = Held(first=date(2026, 11, 20), last=date(2028, 11, 19), confirmed=frozenset({"land"} if built else ()))
        start = next(one for one in obligations(held, (), "permanent") if one.code == "start")
        assert start.wrong is not None
        assert (start.after_end, not start.wrong(late)) == (built, built)


@pytest.mark.parametrize("looked_at", ["within the term", "after its end", "after an order", "again"])
def test_land_whose_construction_was_approved_in_time_has_no_last_day(traveller: Any, looked_at: str) -> None:
    case, office = approved(traveller)
    watch = granted(case, office.clerk)
    last = Permit.objects.get(pk=case.pk).valid_to
    assert last is not None
    go_to(traveller, last - timedelta(days=20))
    told = {"number": "京政地〔2028〕1号", "approved_on": timezone.localdate().isoformat()}
    watch.report("land", materials=("approval",), **told)
    if looked_at != "within the term":
        go_to(traveller, last + timedelta(days=1))
        assert sweep.expire_permits().recorded == 1
        assert watch.of("land").state == O.REPORTED, "what was reported in time is still looked at"
    if looked_at == "after an order":
        watch.officer("check_report", obligation="land", outcome="not_in_order", note="缺附图。")
        watch.order("land", timezone.localdate() + timedelta(days=20))
        watch.holder("report_rectification", obligation="land", what="已补附图。", materials=[], statement=True)
        act = watch.officer("check_rectification", obligation="land", outcome="yes")
    else:
        act = watch.officer("check_report", obligation="land", outcome="accepted")
    if looked_at == "again":  # as of a report that was accepted before this was known
        Permit.objects.filter(pk=case.pk).update(status=P.EXPIRED, valid_to=last)
        act = watch.inspect(("land", "in_order"))
    permit = Permit.objects.get(pk=case.pk)
    assert (permit.status, permit.valid_to) == (P.VALID, None)
    assert act.content["sets"]["permit"] == [permit.valid_from.isoformat(), None]
    go_to(traveller, last + timedelta(days=400))
    assert sweep.expire_permits().recorded == 0
    assert state_of(fresh(case).permit, timezone.localdate()) == P.VALID
    watch.report("start", began_on=timezone.localdate().isoformat(), responsible="赵工 010-12345678")
    assert log_in(watch.first).get(f"/permits/{case.pk}/").status_code == 200
    assert wrong() == []


def test_what_is_found_wrong_or_belongs_to_another_obligation_leaves_the_last_day(traveller: Any) -> None:
    case, office = approved(traveller)
    watch = granted(case, office.clerk)
    last = Permit.objects.get(pk=case.pk).valid_to
    today = timezone.localdate().isoformat()
    watch.report("land", materials=("approval",), number="京政地〔2026〕1号", approved_on=today)
    watch.officer("check_report", obligation="land", outcome="incomplete", note="缺批准文件。")
    watch.report("start", began_on=today, responsible="赵工 010-12345678")
    act = watch.officer("check_report", obligation="start", outcome="accepted")
    assert "permit" not in act.content.get("sets", {})
    assert Permit.objects.get(pk=case.pk).valid_to == last


def test_the_papers_of_supervision_say_what_a_condition_says_and_not_its_number_alone(traveller: Any) -> None:
    long = "施工期间保护古树，" + "并按照批准的水土保持措施施工" * 12 + "。"
    watch = land(traveller, f"应于2027年10月31日前完成补种0.5公顷。\n{long}")
    record = watch.inspect(("condition-1", "not_in_order"), ("condition-2", "not_in_order"), ("area", "not_looked_at"))
    orders = [watch.order(code, date(2027, 11, 30)) for code in ("condition-1", "condition-2")]

    def printed(act: Act) -> str:
        return text_of(bytes(Document.objects.get(act=act).file.pdf))

    assert "批准所附条件1：应于2027年10月31日前完成补种0.5公顷。" in printed(record)
    assert "“批准所附条件1（应于2027年10月31日前完成补种0.5公顷）”不符合要求" in printed(orders[0])
    cut = printed(orders[1]).partition("批准所附条件2（")[2].partition("）")[0]
    assert cut == f"{long[:LONGEST_TOLD]}……"
    assert f"批准所附条件2：{long[:20]}" in printed(record)


def test_the_forms_tell_conditions_apart_by_what_they_say(traveller: Any) -> None:
    watch = land(traveller, "施工期间保护古树。")
    watch.report("condition-1", done="已设围栏。")
    for name in ("check_report", "record_inspection", "close_obligation"):
        told = log_in(watch.first).get(reverse("case-act", args=[watch.case.pk, name])).text
        assert re.search(r'<option value="condition-1"[^>]*>批准所附条件 1：施工期间保护古树。</option>', told), name


def test_lists_calendar_and_home_tell_conditions_apart_by_what_they_say(traveller: Any) -> None:
    watch = land(traveller, "应于2026年12月10日前在施工区四周设置围栏。\n应于2026年12月11日前完成补植。")
    called = "批准所附条件 1：应于2026年12月10日前在施工区四周设置围栏。"
    officer, holder = log_in(watch.first), log_in(watch.clerk)
    assert called in officer.get(reverse("obligation-list")).text
    assert "批准所附条件 2：应于2026年12月11日前完成补植。" in officer.get(reverse("obligation-list")).text
    assert called in officer.get(reverse("obligation-list"), {"format": "csv"}).content.decode("utf-8-sig")
    assert called in holder.get("/").text
    assert called in officer.get(reverse("calendar"), {"month": "2026-12", "of": "agency"}).text


def test_lists_tell_replanting_elsewhere_by_what_was_ordered(traveller: Any) -> None:
    watch = land(traveller, "应于2026年12月10日前完成异地造林一公顷。")
    called = "异地造林 1：应于2026年12月10日前完成异地造林一公顷。"
    assert called in log_in(watch.first).get(reverse("obligation-list")).text


# ---- an introduction -------------------------------------------------------------------------------------------------
def arrive(watch: Watch, **other: Any) -> None:
    table = {key: {"number": "12"} for key in parts(watch, "arrival")}
    said = {"arrived_on": timezone.localdate(), "place": "密云区石城镇繁育场", "responsible": "赵堃",
            "marking": "耳标1–12", "isolation_from": timezone.localdate(),
            "isolation_to": timezone.localdate() + timedelta(days=90)} | other  # fmt: skip
    watch.report("arrival", table, ("photos",), **said)


def test_after_an_introduction_arrival_reports_trial_and_end_follow_one_another(traveller: Any) -> None:
    watch = species(isolation_from=date(2026, 12, 1), isolation_to=date(2027, 3, 1), arrives_on=date(2026, 12, 1))
    assert watch.codes() == ["arrival", "trial", "report-1", "end"]
    assert [watch.row(code).due for code in watch.codes()] == [
        date(2026, 12, 11), date(2027, 3, 31), None, None
    ]  # fmt: skip
    with pytest.raises(BadFacts):
        watch.report("report-1", **{"from": "2026-11-20", "to": "2027-05-20", "health": "良好", "measures": "无"})
    arrive(watch)
    assert watch.row("report-1").due == date(2027, 5, 20)
    table = {key: {"number": "12"} for key in parts(watch, "report-1")}
    period = {"from": "2026-11-20", "to": "2027-05-20", "health": "良好", "measures": "双层围栏完好"}
    with pytest.raises(BadFacts) as early:
        watch.report("report-1", table, **period)
    assert set(early.value.errors) == {"to"}
    go_to(traveller, date(2027, 6, 2))
    watch.report("report-1", table, **period)
    assert "report-2" not in watch.codes()
    watch.officer("check_report", obligation="report-1", outcome="accepted")
    assert watch.row("report-2").due == date(2027, 11, 20)
    watch.report("trial", None, ("assessment",), began_on="2026-12-01", ended_on="2027-03-01", institute="某研究所",
                 assessed="failed")  # fmt: skip
    with pytest.raises(BadFacts) as refused:
        watch.officer("check_report", obligation="trial", outcome="accepted")
    assert list(refused.value.errors) == ["outcome"]
    watch.report("end", None, ("proof",), ended_on="2027-06-01", state="destroyed", account="全部无害化处理。")
    watch.inspect(("end", "in_order"))
    assert "report-2" not in watch.codes()
    assert watch.of("end").state == O.ACCEPTED
    assert wrong() == []


def test_nothing_is_reported_of_what_has_not_arrived_and_periods_begin_with_the_arrival(traveller: Any) -> None:
    watch = species(isolation_from=date(2026, 12, 1), isolation_to=date(2027, 3, 1), arrives_on=date(2026, 12, 1))
    go_to(traveller, date(2027, 8, 2))
    with pytest.raises(BadFacts):
        watch.officer("find_breach", obligation="report-1", reasons="未报告。", proposal="none")
    assert watch.of("report-1").light(timezone.localdate()) == ""
    assert watch.of("arrival").light(timezone.localdate()) == "red"
    arrive(watch)
    assert watch.row("report-1").due == date(2028, 2, 2)
    assert watch.row("trial").due == date(2027, 11, 30), "thirty days after the isolation as it came about"


def test_what_happened_is_told_once_its_day_has_come(traveller: Any) -> None:
    told: dict[str, tuple[Watch, str]] = {"arrived_on": (species(), "arrival"), "began_on": (land(traveller), "start")}
    for name, (watch, code) in told.items():
        with pytest.raises(BadFacts) as refused:
            watch.report(code, **{name: timezone.localdate() + timedelta(days=1)})
        assert "今天" in refused.value.errors[name]
    watch.report("start", began_on=timezone.localdate(), responsible="张工")


def test_of_a_listed_species_the_certificate_is_given_back_thirty_days_after_customs() -> None:
    watch = species(introduction.species("B", cites=True), isolation_trial=False)
    assert (watch.row("customs").due, watch.row("customs").state) == (None, O.WAITING)
    with pytest.raises(BadFacts) as untold:  # else no day would count, and none would be reminded of
        arrive(watch)
    assert set(untold.value.errors) == {"released_on"}
    arrive(watch, released_on=date(2026, 11, 20))
    assert (watch.row("customs").due, watch.row("customs").state) == (date(2026, 12, 20), O.OPEN)
    desk = Desk(watch.case, watch.clerk, Office(watch.clerk).officer(the_mandate(watch.fresh, Duty.DECIDE)))
    desk.decide("withdraw_permit", **WITHDRAWN)
    assert watch.row("customs").state == O.OPEN, "what crossed the border before the permit ended is accounted for"


def test_more_than_granted_is_remarked_on_and_an_isolation_without_days_is_refused() -> None:
    watch = species()
    with pytest.raises(BadFacts) as refused:
        arrive(watch, isolation_from="", isolation_to="")
    assert set(refused.value.errors) == {"isolation_from", "isolation_to"}
    (key,) = parts(watch, "arrival")
    days = {"isolation_from": "2026-11-20", "isolation_to": "2026-12-20", "arrived_on": timezone.localdate()}
    kept = {"place": "场内", "responsible": "赵堃", "marking": "耳标"}
    watch.report("arrival", {key: {"number": "20"}}, ("photos",), **days, **kept)
    assert len(watch.of("arrival").remarks) == 1


def test_the_report_on_an_arrival_tells_the_species_and_the_unit_of_its_number(traveller: Any) -> None:
    watch = species(introduction.species("B", chinese_name="红花槭", quantity=30, unit="千克"))
    told = log_in(watch.clerk).get(reverse("obligation-report", args=[watch.case.pk, "arrival"])).text
    assert '<th scope="col">物种</th>' in told
    assert '<th scope="row">红花槭（千克）</th>' in told
    assert "批准30" in told
    arrive(watch)
    assert "红花槭（千克）" in log_in(watch.clerk).get(reverse("permit", args=[watch.case.pk])).text


def test_lists_tell_an_escape_by_what_the_alarm_told() -> None:
    watch = species()
    day = timezone.localdate()
    record = watch.holder("raise_alarm", found_on=day, species="北美红栎", place="苗圃东侧", what="围网破损。")
    called = watch.of(f"escape-{record.seq}").label
    told = f"{called}：{chinese_date(day)} 北美红栎 苗圃东侧"
    assert told in log_in(watch.first).get(reverse("obligation-list")).text


@pytest.mark.parametrize(("found_on", "late"), [(date(2026, 11, 20), False), (date(2026, 11, 20), True)])
def test_an_escape_is_told_and_what_was_done_is_an_obligation(traveller: Any, found_on: date, late: bool) -> None:
    watch = species()
    if late:
        go_to(traveller, date(2026, 11, 22))
    record = watch.holder(
        "raise_alarm", found_on=found_on, at="08:30", species="北美红栎", number=3, place="苗圃东侧", what="围网破损。",
        materials=[{"what": "照片", "file": watch.paper()}],
    )  # fmt: skip
    code = f"escape-{record.seq}"
    assert watch.row(code).due == timezone.localdate() + timedelta(days=10)
    assert ("未在发现当日报告" in watch.of(code).obligation.detail) == late
    watch.report(code, None, ("proof",), recaptured="3", measures="修补围网。", spread="未扩散。")
    watch.inspect((code, "in_order"))
    assert watch.of(code).state == O.ACCEPTED
    with pytest.raises(BadFacts):
        watch.holder("raise_alarm", found_on=date(2030, 1, 1), species="北美红栎", place="苗圃", what="围网破损。")
    assert wrong() == []


def laws(watch: Watch, code: str) -> set[str]:
    return {citation.source.partition("（")[0] for citation in watch.of(code).obligation.basis}


def test_obligations_name_the_law_of_what_was_introduced() -> None:
    """令19号 and the rules on wildlife say nothing of seeds; 植物检疫条例 12(2) has them planted in isolation."""
    watch = species(introduction.species("B", first_introduction=True))
    record = watch.holder("raise_alarm", found_on=timezone.localdate(), species="北美红栎", place="圃外", what="冲走。")
    assert laws(watch, "trial") == {"植物检疫条例", "北京市生态保护2023年行动计划"}
    assert laws(watch, "report-1") == {"北京市生态保护2023年行动计划"}
    assert laws(watch, f"escape-{record.seq}") == {"生物安全法"}
    page = log_in(watch.first).get(reverse("case-act", args=[watch.case.pk, "record_inspection"])).text
    assert "《行政许可法》第六十一条第一款" in page
    assert "《森林法》" not in page


FROG = {"scientific_name": "Lithobates catesbeianus", "chinese_name": "牛蛙"}


def of_rows(*rows: dict[str, Any], place: str = "110118", **other: Any) -> list[Any]:
    """The obligations of an introduction as its head and rows alone declare them."""
    head = SpeciesIntroduction(**{"isolation_trial": True} | other)
    held = Held(first=date(2026, 9, 1), last=None)
    return list(of_introduction(held, head, [Species(**row) for row in rows], place))


def test_of_what_moves_inside_china_no_trial_and_no_customs_paper_is_owed() -> None:
    owed = of_rows(introduction.species("D", **FROG, cites=True, first_introduction=True))
    assert [one.code for one in owed] == ["arrival", "report-1", "end"]
    asked = owed[0].asks
    assert "released_on" not in asked
    assert not asked["isolation_from"].required
    in_beijing = {citation.source for citation in owed[1].basis}
    assert any("北京市野生动物保护管理条例" in source for source in in_beijing)


@pytest.mark.parametrize(("purpose", "told"), [("release", True), ("breeding", False)])
def test_what_was_brought_in_to_be_released_ends_by_its_release(purpose: str, told: bool) -> None:
    end = next(one for one in of_rows(introduction.species("D", **FROG), purpose=purpose) if one.code == "end")
    assert ("released" in dict(end.asks["state"].options)) is told  # type: ignore[attr-defined]


def test_in_tianjin_no_obligation_rests_on_a_text_of_beijing() -> None:
    owed = of_rows(introduction.species("B", cites=True), introduction.species("D", **FROG), place="120119")
    assert not [citation for one in owed for citation in one.basis if "北京" in citation.source]


BEFORE = date(2026, 11, 1)


@pytest.mark.parametrize(("code", "said"), [
    ("arrival", {"isolation_from": BEFORE}),
    ("arrival", {"released_on": BEFORE}),
    ("trial", {"began_on": BEFORE, "ended_on": date(2026, 12, 1), "institute": "某站", "assessed": "passed"}),
    ("report-1", {"from": BEFORE, "to": date(2026, 12, 1), "health": "良好", "measures": "围网"}),
    ("end", {"ended_on": BEFORE, "state": "destroyed", "account": "销毁。"}),
])  # fmt: skip
def test_nothing_of_an_introduction_happened_before_it_was_approved(
    traveller: Any, code: str, said: dict[str, Any]
) -> None:
    watch = species(introduction.species("B", cites=True))
    if code == "arrival":
        with pytest.raises(BadFacts) as refused:
            arrive(watch, **{"released_on": timezone.localdate()} | said)
    else:
        arrive(watch, released_on=timezone.localdate())
        go_to(traveller, date(2027, 1, 10))
        material = {"trial": ("assessment",), "end": ("proof",)}.get(code, ())
        table = {key: {"number": "12"} for key in parts(watch, code)} if code == "report-1" else {}
        with pytest.raises(BadFacts) as refused:
            watch.report(code, table, material, **said)
    assert list(refused.value.errors) == [next(iter(said))]


def test_nothing_ends_before_it_arrived(traveller: Any) -> None:
    watch = species()
    go_to(traveller, date(2026, 12, 10))
    arrive(watch)
    with pytest.raises(BadFacts) as refused:
        watch.report("end", None, ("proof",), ended_on=date(2026, 12, 1), state="destroyed", account="销毁。")
    assert set(refused.value.errors) == {"ended_on"}


def spread(watch: Watch) -> None:
    watch.report("end", None, ("proof",), ended_on=timezone.localdate(), state="spread", account="分散种植。")


def test_what_is_tried_in_isolation_is_spread_once_its_trial_was_accepted(traveller: Any) -> None:
    watch = species()
    arrive(watch)
    go_to(traveller, date(2027, 3, 1))
    tried(watch, "passed")
    spread(watch)
    with pytest.raises(BadFacts):
        watch.inspect(("end", "in_order"))
    watch.officer("check_report", obligation="trial", outcome="accepted")
    watch.inspect(("end", "in_order"))
    assert (watch.of("end").state, watch.of("end").remarks) == (O.ACCEPTED, [])


def test_where_the_trial_failed_and_was_put_right_a_spread_is_remarked_on(traveller: Any) -> None:
    watch = failed(traveller)
    watch.holder("report_rectification", obligation="trial", what="红栎已销毁，其余物种合格。", statement=True)
    watch.officer("check_rectification", obligation="trial", outcome="yes")
    spread(watch)
    assert len(watch.of("end").remarks) == 1
    assert watch.of("end").short_of == ""


def tried(watch: Watch, assessed: str) -> None:
    watch.report("trial", {}, ("assessment",), began_on=timezone.localdate() - timedelta(days=60),
                 ended_on=timezone.localdate(), institute="某林木检疫站", assessed=assessed)  # fmt: skip


def failed(traveller: Any) -> Watch:
    """A trial reported as not passed, found not in order, and what is left ordered to be destroyed."""
    watch = species()
    arrive(watch)
    go_to(traveller, date(2027, 3, 1))
    tried(watch, "failed")
    watch.officer("check_report", obligation="trial", outcome="not_in_order", note="评估未通过。")
    watch.order("trial", timezone.localdate() + timedelta(days=20))
    return watch


def test_what_did_not_pass_its_trial_is_put_right_by_what_becomes_of_it(traveller: Any) -> None:
    """Nobody can report a trial that failed anew as passed: that would be a lie."""
    watch = failed(traveller)
    page = log_in(watch.clerk).get(reverse("permit", args=[watch.case.pk])).text
    assert f"{reverse('case-act', args=[watch.case.pk, 'report_rectification'])}?obligation=trial" in page
    with pytest.raises(BadFacts):
        tried(watch, "passed")
    watch.holder("report_rectification", obligation="trial", what="已全部无害化处理。", statement=True)
    watch.officer("check_rectification", obligation="trial", outcome="yes")
    assert (watch.of("trial").state, watch.of("trial").short_of) == (O.ACCEPTED, "")
    assert wrong() == []


def test_where_none_is_left_no_trial_is_owed_any_more(traveller: Any) -> None:
    watch = failed(traveller)
    watch.report("end", None, ("proof",), ended_on=timezone.localdate(), state="destroyed", account="已销毁。")
    assert watch.of("trial").state == O.RECTIFYING
    watch.inspect(("end", "in_order"))
    assert (watch.of("trial").state, watch.of("trial").lapsed) == (O.CLOSED, True)
    told = "经验收，已经没有需要履行的内容。"
    assert told in log_in(watch.clerk).get(reverse("permit", args=[watch.case.pk])).text
    with pytest.raises(BadFacts) as refused:
        tried(watch, "passed")
    assert refused.value.errors == {"obligation": told}
    assert wrong() == []


def test_a_trial_that_is_observed_longer_is_reported_again(traveller: Any) -> None:
    watch = species()
    arrive(watch)
    go_to(traveller, date(2027, 3, 1))
    tried(watch, "longer")
    watch.officer("check_report", obligation="trial", outcome="incomplete", note="继续观察。")
    tried(watch, "passed")
    watch.officer("check_report", obligation="trial", outcome="accepted")
    assert watch.of("trial").state == O.ACCEPTED


def test_the_register_calls_papers_as_they_are_titled(client: Client) -> None:
    watch = species()
    page = client.get(reverse("register-entry", args=[watch.case.pk])).text
    assert "准予行政许可决定书" in page
    assert "准予引进物种" not in page
    assert "法律未规定届满日" in page


def test_no_kind_is_without_names_for_its_obligations(traveller: Any) -> None:
    for watch in (licence(), species(), land(traveller)):
        names = [watch.of(code).label for code in watch.codes()]
        assert len(names) == ObligationRow.objects.filter(permit=watch.case.pk).count()
        assert not {name for name in names if name in watch.codes()}
