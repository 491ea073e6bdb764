"""Obligations of an introduction, through the door."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permits.contract.obligations import Held
from permits.documents.content import chinese_date
from permits.errors import BadFacts
from permits.introduction.models import Species, SpeciesIntroduction
from permits.introduction.obligations import obligations as of_introduction
from permits.models.obligation import O
from roles.models.mandates import Duty
from tests.cast import log_in
from tests.permits.aftercare.cases import Watch, go_to, land, parts, species, wrong
from tests.permits.introduction import cases as introduction
from tests.permits.life.cases import WITHDRAWN, Desk
from tests.permits.occupation.cases import Office
from workflows.mandates import the_mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("traveller")]


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
