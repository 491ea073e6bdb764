"""Obligations of a felling licence, through the door."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from permits.acts.assessment import verdict
from permits.acts.found import case_of
from permits.contract.obligations import Reported
from permits.errors import BadFacts
from permits.models import Application, Document
from permits.models.obligation import O
from roles.models.mandates import Duty
from tests.cast import log_in
from tests.permits.aftercare.cases import Watch, go_to, granted, licence, parts, wrong
from tests.permits.documents.reading import text_of
from tests.permits.felling import cases as felling
from tests.permits.life.cases import YES, Desk
from tests.permits.occupation.cases import MIYUN, Office, make_unit
from workflows.mandates import the_mandate
from workflows.supervision import begins

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("traveller")]
GROWN = {"area_ha": "4", "species": "刺槐", "survival_pct": "90"}


def regenerate(watch: Watch, **other: str) -> None:
    (key,) = parts(watch, "regeneration")
    watch.report("regeneration", {key: GROWN | other}, ("survey",), finished_on=timezone.localdate())


def short_of(watch: Watch, table: dict[str, dict[str, Any]]) -> str:
    """What a report on the regeneration with this table would not reach."""
    asked = watch.of("regeneration").obligation.short_of
    assert asked is not None
    plain = {key: {name: str(value) for name, value in row.items()} for key, row in table.items()}
    return asked(Reported(table=plain))


def test_what_cannot_be_reported_yet_tells_from_when_it_can(traveller: Any) -> None:
    watch = licence()
    opens = watch.of("felling").obligation.opens
    assert opens is not None
    page, way = (reverse(name, args=[watch.case.pk, *more]) for name, more in
                 (("permit", []), ("obligation-report", ["felling"])))  # fmt: skip
    for day, told in ((timezone.localdate(), True), (opens, False)):
        go_to(traveller, day)
        text = log_in(watch.clerk, english=True).get(page).content.decode()
        assert ("It can be reported from" in text, way in text) == (told, not told)


def test_regeneration_is_no_smaller_than_the_felling_and_takes(traveller: Any) -> None:
    watch = licence()
    assert watch.codes() == ["felling", "regeneration", "survival"]
    assert [watch.row(code).due for code in watch.codes()] == [
        date(2027, 3, 2), date(2028, 12, 31), date(2031, 12, 31)
    ]  # fmt: skip
    go_to(traveller, date(2027, 2, 10))
    (key,) = parts(watch, "felling")
    watch.report("felling", {key: {"area_ha": "4.2", "volume_m3": "320"}}, ("survey",), finished_on="2027-01-30")
    assert len(watch.of("felling").remarks) == 1
    regenerate(watch, area_ha="3.5")
    short = watch.of("regeneration").short_of
    for act in ("check_report", "record_inspection"):
        page = reverse("case-act", args=[watch.case.pk, act]) + "?obligation=regeneration"
        assert f"更新造林：{short}" in log_in(watch.first).get(page).text
    with pytest.raises(BadFacts):
        watch.inspect(("regeneration", "in_order"))
    watch.officer("check_report", obligation="regeneration", outcome="incomplete", note="缺照片。")
    regenerate(watch, survival_pct="70")
    with pytest.raises(BadFacts):
        watch.inspect(("regeneration", "in_order"))
    watch.officer("check_report", obligation="regeneration", outcome="incomplete", note="缺照片。")
    regenerate(watch)
    with pytest.raises(BadFacts):  # for what was felled beyond the licence, too (森林法 61)
        watch.inspect(("regeneration", "in_order"))
    watch.officer("check_report", obligation="regeneration", outcome="incomplete", note="缺照片。")
    regenerate(watch, area_ha="4.2")
    watch.inspect(("regeneration", "in_order"))
    assert watch.of("survival").state == O.OPEN
    assert wrong() == []


def test_nothing_is_felled_or_grows_again_before_the_licence_begins_and_what_was_felled_has_its_day(
    traveller: Any,
) -> None:
    watch = licence()
    opens = watch.of("felling").obligation.opens
    assert opens is not None
    go_to(traveller, date(2027, 2, 10))
    (key,) = parts(watch, "felling")
    felled, before = {key: {"area_ha": "4", "volume_m3": "310"}}, opens - timedelta(days=1)
    for said in ({"finished_on": before}, {}):
        with pytest.raises(BadFacts, match="finished_on"):
            watch.report("felling", felled, ("survey",), **said)
    with pytest.raises(BadFacts, match="finished_on"):
        watch.report("regeneration", {key: GROWN}, ("survey",), finished_on=before)
    watch.report("felling", felled, ("survey",), finished_on="2027-02-05")
    assert len(watch.of("felling").remarks) == 1, "after the licence's last day"
    watch.report("regeneration", {key: GROWN | {"area_ha": "3"}}, ("survey",), finished_on=opens)
    assert "采伐情况验收前" in watch.of("regeneration").short_of, "what was felled is the holder's word so far"


def test_what_is_kept_after_three_years_is_not_told_before(traveller: Any) -> None:
    """采伐办法 15: 三年后保存率."""
    watch = licence()
    go_to(traveller, date(2027, 4, 10))
    regenerate(watch)
    (key,) = parts(watch, "survival")
    asked = begins("record_inspection", watch.fresh, watch.first)
    assert {"felling", "regeneration"} <= set(asked.values())
    assert "survival" not in asked.values(), "each row wants a finding, and this one is years away"
    kept = {key: {"area_ha": "4", "survival_pct": "85"}}
    go_to(traveller, date(2030, 4, 9))
    with pytest.raises(BadFacts):
        watch.report("survival", kept, ("survey",))
    go_to(traveller, date(2030, 4, 10))
    watch.report("survival", kept, ("survey",))
    assert watch.of("survival").state == O.REPORTED


def test_how_much_of_it_has_taken_is_asked_of_what_was_planted_only(traveller: Any) -> None:
    """采伐办法 15(1) speaks of 人工更新; of a clear cut that regenerates naturally 15(3) counts the young trees."""
    natural = felling.ROW | {"number": "4", "regeneration_method": "natural"}
    case, clerk = felling.draft(MIYUN, felling.ROW, natural)
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {}), ("propose", YES),
                      ("approve", {"opinion": "同意。"})):  # fmt: skip
        office.do(case, act, **said)
    watch = granted(case, clerk)
    go_to(traveller, date(2027, 4, 10))
    planted, grown = parts(watch, "regeneration")
    row, said = {"area_ha": "4", "species": "刺槐"}, {"finished_on": "2027-04-01"}
    with pytest.raises(BadFacts):
        watch.report("regeneration", {planted: row, grown: row}, ("survey",), **said)
    with pytest.raises(BadFacts):
        watch.report("regeneration", {planted: GROWN, grown: row}, ("survey",), **said)
    with pytest.raises(BadFacts):
        watch.report("regeneration", {planted: GROWN, grown: row | {"seedlings_per_ha": 6000}}, ("survey",), **said)
    for few in ({"saplings_per_ha": 2999}, {"seedlings_per_ha": 5999}, {"saplings_per_ha": 3000, "evenness_pct": "59"}):
        assert "3000" in short_of(watch, {planted: GROWN, grown: row | {"evenness_pct": "60"} | few})
    enough = row | {"saplings_per_ha": 100, "seedlings_per_ha": 6000, "evenness_pct": "60"}
    watch.report("regeneration", {planted: GROWN, grown: enough}, ("survey",), **said)
    assert watch.of("regeneration").short_of == ""
    watch.inspect(("regeneration", "in_order"))
    act = watch.officer("close_obligation", obligation="regeneration", ground="fulfilled", reason="验收合格。")
    assert "—" in text_of(bytes(Document.objects.get(act=act).file.pdf))
    assert wrong() == []


def test_what_is_helped_along_tells_how_much_has_taken_or_how_much_grows(traveller: Any) -> None:
    """采伐办法 15(2): planted or sown in between it is as what is planted, else as what grows by itself."""
    case, clerk = felling.draft(MIYUN, felling.ROW | {"regeneration_method": "assisted"})
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {}), ("propose", YES),
                      ("approve", {"opinion": "同意。"})):  # fmt: skip
        office.do(case, act, **said)
    watch = granted(case, clerk)
    go_to(traveller, date(2027, 4, 10))
    (key,) = parts(watch, "regeneration")
    row, said = {"area_ha": "4", "species": "刺槐"}, {"finished_on": "2027-04-01"}
    with pytest.raises(BadFacts):
        watch.report("regeneration", {key: row}, ("survey",), **said)
    for told, short in (({"survival_pct": "84"}, True), ({"survival_pct": "85"}, False),
                        ({"saplings_per_ha": 2000, "evenness_pct": "80"}, True),
                        ({"saplings_per_ha": 3000, "evenness_pct": "60"}, False)):  # fmt: skip
        assert bool(short_of(watch, {key: row | told})) == short
    watch.report("regeneration", {key: row | told}, ("survey",), **said)
    assert watch.of("regeneration").state == O.REPORTED


def test_only_what_was_felled_is_regenerated_once_the_felling_was_accepted(traveller: Any) -> None:
    """森林法 61: 更新造林的面积不得少于采伐的面积."""
    watch = licence()
    go_to(traveller, date(2027, 2, 10))
    (key,) = parts(watch, "felling")
    watch.report("felling", {key: {"area_ha": "2.5", "volume_m3": "200"}}, ("survey",), account="余下未采。",
                 finished_on="2027-01-30")  # fmt: skip
    regenerate(watch, area_ha="2.5")
    with pytest.raises(BadFacts):  # not accepted yet: it is what the holder says
        watch.inspect(("regeneration", "in_order"))
    watch.inspect(("felling", "in_order"))
    watch.inspect(("regeneration", "in_order"))
    assert watch.of("regeneration").state == O.ACCEPTED


def test_what_was_felled_under_a_licence_that_another_replaced_is_regenerated(traveller: Any) -> None:
    """森林法 61 asks it of who felled; what the other licence takes over an officer closes."""
    unit = make_unit("石塘林业公司", MIYUN)
    watch, other = licence(unit), licence(unit)
    go_to(traveller, date(2026, 12, 20))
    desk = Desk(watch.case, watch.clerk, Office(watch.clerk).officer(the_mandate(watch.fresh, Duty.DECIDE)))
    desk.decide("replace_permit", number=str(other.fresh.number))
    assert [watch.row(code).state for code in watch.codes()] == [O.OPEN, O.OPEN, O.WAITING]
    (key,) = parts(watch, "felling")
    watch.report("felling", {key: {"area_ha": "2.5", "volume_m3": "200"}}, ("survey",), finished_on="2026-12-18")
    watch.inspect(("felling", "in_order"))
    regenerate(watch, area_ha="2.5")
    watch.inspect(("regeneration", "in_order"))
    watch.officer("close_obligation", obligation="survival", ground="fell_away", reason="由接替的许可证一并检查。")
    assert watch.of("regeneration").state == O.ACCEPTED
    assert wrong() == []


def test_where_nothing_was_felled_nothing_is_regenerated_or_attested(traveller: Any) -> None:
    unit = make_unit("石塘林业公司", MIYUN)
    watch = licence(unit)
    go_to(traveller, date(2027, 2, 10))
    (key,) = parts(watch, "felling")
    watch.report("felling", {key: {"area_ha": "0", "volume_m3": "0"}}, ("survey",), account="未采。")
    assert watch.of("regeneration").state == O.OPEN, "so far it is what the holder says"
    watch.inspect(("felling", "in_order"))
    for code in ("regeneration", "survival"):
        assert (watch.of(code).state, watch.of(code).lapsed, watch.row(code).state) == (O.CLOSED, True, O.CLOSED)
    with pytest.raises(BadFacts, match=r"nothing|没有"):
        watch.report("regeneration", {key: GROWN | {"area_ha": "0"}}, ("survey",), finished_on=timezone.localdate())
    act = watch.officer("close_obligation", obligation="felling", ground="fulfilled", reason="实地未采伐。")
    assert not Document.objects.filter(act=act).exists()
    go_to(traveller, date(2029, 1, 20))
    days = {"work_from": date(2029, 2, 1), "work_to": date(2029, 3, 31)}
    case, _clerk = felling.draft(MIYUN, felling.ROW | {"number": "9", "regeneration_year": 2030}, unit=unit, **days)
    assert "regeneration_owed" not in case_of(case)
    assert wrong() == []


@pytest.mark.parametrize("beyond", [{"area_ha": "4.4"}, {"volume_m3": "370"}, {"finished_on": "2027-02-05"}])
def test_nothing_attests_a_felling_beyond_its_licence(traveller: Any, beyond: dict[str, str]) -> None:
    """森林法 56: 按照采伐许可证的规定进行采伐."""
    watch = licence()
    go_to(traveller, date(2027, 2, 10))
    (key,) = parts(watch, "felling")
    said = {"area_ha": "4", "volume_m3": "310", "finished_on": "2027-01-30"} | beyond
    finished = said.pop("finished_on")
    watch.report("felling", {key: said}, ("survey",), finished_on=finished)
    watch.inspect(("felling", "in_order"))
    act = watch.officer("close_obligation", obligation="felling", ground="fulfilled", reason="已依法处理。")
    assert not Document.objects.filter(act=act).exists()


def test_trees_felled_on_no_area_told_are_no_felling_of_nothing(traveller: Any) -> None:
    watch = licence()
    go_to(traveller, date(2027, 2, 10))
    (key,) = parts(watch, "felling")
    watch.report("felling", {key: {"area_ha": "0", "volume_m3": "3.5"}}, ("survey",), account="零星采伐。",
                 finished_on="2027-01-30")  # fmt: skip
    watch.inspect(("felling", "in_order"))
    assert [watch.of(code).state for code in ("regeneration", "survival")] == [O.OPEN, O.WAITING]
    act = watch.officer("close_obligation", obligation="felling", ground="fulfilled", reason="实地核对。")
    assert Document.objects.filter(act=act).exists()


def test_a_felling_of_nothing_that_is_doubted_again_leaves_the_regeneration_owed(traveller: Any) -> None:
    watch = licence()
    go_to(traveller, date(2027, 2, 10))
    (key,) = parts(watch, "felling")
    watch.report("felling", {key: {"area_ha": "0", "volume_m3": "0"}}, ("survey",), account="未采。")
    watch.inspect(("felling", "in_order"))
    watch.inspect(("felling", "not_in_order"))
    assert [watch.row(code).state for code in ("regeneration", "survival")] == [O.OPEN, O.WAITING]
    assert wrong() == []


def test_stands_of_two_townships_under_one_number_are_reported_apart(traveller: Any) -> None:
    other = felling.ROW | {"township": "石城镇"}
    case, clerk = felling.draft(MIYUN, felling.ROW, other)
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {}), ("propose", YES),
                      ("approve", {"opinion": "同意。"})):  # fmt: skip
        office.do(case, act, **said)
    watch = granted(case, clerk)
    first, second = parts(watch, "felling")
    assert first != second
    go_to(traveller, date(2027, 2, 10))
    table = {first: {"area_ha": "4", "volume_m3": "310"}, second: {"area_ha": "3", "volume_m3": "200"}}
    watch.report("felling", table, ("survey",), finished_on="2027-01-30")
    watch.inspect(("felling", "in_order"))
    row = {"species": "刺槐", "survival_pct": "90"}
    watch.report("regeneration", {first: row | {"area_ha": "4"}, second: row | {"area_ha": "3"}}, ("survey",),
                 finished_on=timezone.localdate())  # fmt: skip
    watch.inspect(("regeneration", "in_order"))
    assert watch.of("regeneration").state == O.ACCEPTED


def test_what_was_accepted_is_attested_when_it_is_closed(traveller: Any) -> None:
    """更新验收合格证 (采伐办法 5, 18), 采伐作业质量验收证明 (13); nothing attests what fell away."""
    watch = licence()
    go_to(traveller, date(2027, 2, 10))
    (key,) = parts(watch, "felling")
    watch.report("felling", {key: {"area_ha": "4", "volume_m3": "310"}}, ("survey",), finished_on="2027-01-30")
    watch.inspect(("felling", "in_order"))
    regenerate(watch)
    watch.inspect(("regeneration", "in_order"), place="迹地东侧")
    papers = {}
    for code in ("felling", "regeneration"):
        act = watch.officer("close_obligation", obligation=code, ground="fulfilled", reason="验收合格。")
        papers[code] = Document.objects.get(act=act)
    assert [papers[code].title for code in papers] == ["采伐作业质量验收证明", "更新验收合格证"]
    text = text_of(bytes(papers["regeneration"].file.pdf))
    for said in ("迹地东侧", "刺槐", "90", "石塘林业公司", "2027年2月10日", "巡查1、巡查2"):
        assert said in text
    assert "《森林采伐更新管理办法》第十八条的规定，发给本证。" in text
    assert "第十三条的规定，发给本证明。" in text_of(bytes(papers["felling"].file.pdf))
    act = watch.officer("close_obligation", obligation="survival", ground="fell_away", reason="另有安排。")
    assert not Document.objects.filter(act=act).exists()
    assert Document.objects.get(pk=papers["felling"].pk).status == Document.Status.ISSUED
    assert wrong() == []


def test_who_owes_a_regeneration_is_found_so_when_it_next_applies(traveller: Any) -> None:
    unit = make_unit("石塘林业公司", MIYUN)
    watch = licence(unit)
    go_to(traveller, date(2029, 1, 20))
    days = {"work_from": date(2029, 2, 1), "work_to": date(2029, 3, 31)}
    row = felling.ROW | {"number": "9", "regeneration_year": 2030}
    case, _clerk = felling.draft(MIYUN, row, unit=unit, **days)
    assert case_of(case)["regeneration_owed"] == [watch.case.number]
    assert "F-FL60-2-register" in {finding.rule for finding in verdict(case).findings}
    other, _clerk = felling.draft(MIYUN, felling.ROW | {"number": "10", "regeneration_year": 2030}, **days)
    assert "regeneration_owed" not in case_of(other)
    regenerate(watch)
    watch.inspect(("regeneration", "in_order"))
    assert "regeneration_owed" not in case_of(Application.objects.get(pk=case.pk))


def test_who_says_that_nothing_was_felled_is_asked_of_a_licence_of_last_year(traveller: Any) -> None:
    unit = make_unit("石塘林业公司", MIYUN)
    watch = licence(unit)
    days = {"work_from": date(2027, 11, 20), "work_to": date(2028, 1, 31), "last_regeneration": "none_due"}
    case, _clerk = felling.draft(MIYUN, felling.ROW | {"number": "9", "regeneration_year": 2029}, unit=unit, **days)
    assert "felled_last_year" not in case_of(case), "of this year, not of the last"
    go_to(traveller, date(2027, 2, 10))
    asked = Application.objects.get(pk=case.pk)
    assert case_of(asked)["felled_last_year"] == [watch.case.number]
    assert "F-FL60-2-said" in {finding.rule for finding in verdict(asked).findings}
    (key,) = parts(watch, "felling")
    watch.report("felling", {key: {"area_ha": "0", "volume_m3": "0"}}, ("survey",), account="未采。")
    watch.inspect(("felling", "in_order"))
    assert "felled_last_year" not in case_of(Application.objects.get(pk=case.pk))


def test_the_day_of_an_order_is_told_as_the_orders(traveller: Any) -> None:
    watch = licence()
    go_to(traveller, date(2027, 2, 10))
    watch.inspect(("felling", "not_in_order"))
    watch.order("felling", "2027-06-30")
    page = log_in(watch.clerk).get(reverse("permit", args=[watch.case.pk])).text
    felling_told, _rest = page.split("obligation-regeneration", 1)
    assert "整改期限" in felling_told
    assert "采伐期满之日起30日内" not in felling_told


def test_who_reports_anew_what_fell_short_reads_the_order_and_its_day(traveller: Any) -> None:
    watch = licence()
    go_to(traveller, date(2027, 4, 10))
    regenerate(watch, area_ha="3.5")
    watch.inspect(("regeneration", "not_in_order"))
    watch.order("regeneration", "2027-11-30")
    page = log_in(watch.clerk).get(reverse("obligation-report", args=[watch.case.pk, "regeneration"])).text
    assert "2027年11月30日到期" in page
    assert "补植2公顷" in page
    assert "2028年12月31日到期" not in page


def test_a_regeneration_that_is_overdue_stays_owed_while_what_was_found_wrong_is_put_right(traveller: Any) -> None:
    unit = make_unit("石塘林业公司", MIYUN)
    watch = licence(unit)
    go_to(traveller, date(2028, 11, 20))
    case, _clerk = felling.draft(MIYUN, felling.ROW | {"number": "9", "regeneration_year": 2030}, unit=unit,
                                 work_from=date(2029, 2, 1), work_to=date(2029, 3, 31))  # fmt: skip
    watch.inspect(("regeneration", "not_in_order"))
    assert "regeneration_owed" not in case_of(case)  # its last day has not passed
    go_to(traveller, date(2029, 1, 20))
    assert case_of(Application.objects.get(pk=case.pk))["regeneration_owed"] == [watch.case.number]
    watch.order("regeneration", "2029-06-30")
    assert case_of(Application.objects.get(pk=case.pk))["regeneration_owed"] == [watch.case.number]


def test_a_tending_felling_owes_no_regeneration() -> None:
    row = felling.ROW | {"felling_type": "tending", "manner": "thinning", "volume_intensity_pct": Decimal(15),
                         "canopy_after": Decimal("0.7"), "regeneration_method": "", "regeneration_area_ha": None,
                         "regeneration_year": None, "volume_m3": Decimal(48), "purpose": "health"}  # fmt: skip
    case, clerk = felling.draft(MIYUN, row)
    office = Office(clerk)
    for act, said in (
        ("submit", {"statement": True}),
        ("accept", {}),
        ("propose", YES),
        ("approve", {"opinion": "同意。"}),
    ):
        office.do(case, act, **said)
    assert granted(case, clerk).codes() == ["felling"]
