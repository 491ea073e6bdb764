"""Obligations of the use of land, through the door."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from permits.contract.obligations import Held, Reported
from permits.documents.supervision_papers import LONGEST_TOLD
from permits.errors import BadFacts
from permits.models import Act, Document, Permit
from permits.models.obligation import O
from permits.models.permit import P
from permits.occupation.obligations import obligations
from permits.register.reading import state_of
from roles.models.mandates import Duty
from tests.cast import fresh, log_in
from tests.permits.aftercare.cases import Watch, go_to, granted, land, parts, wrong
from tests.permits.documents.reading import text_of
from tests.permits.life.cases import Desk
from tests.permits.occupation.cases import Office
from tests.permits.occupation.fees import approved
from workflows import sweep
from workflows.mandates import the_mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("traveller")]


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
