"""The extension: asked in time, within the longest term, decided before the end, or granted by silence."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from permits.aftercare.words import names_of
from permits.contract.terms import after_months, last_of_years
from permits.documents.checking import standing_of
from permits.documents.printing import paper_of
from permits.errors import BadFacts, WrongStatus
from permits.models import Document, RegisterEntry
from permits.models.permit import P
from permits.occupation.models import LandOccupation
from roles.models import Mandate
from roles.models.mandates import Duty
from tests.cast import fresh, log_in
from tests.permits.documents.reading import text_of
from tests.permits.life.asked import END, FURTHEST, IN_TIME, WHY, go_to
from tests.permits.life.cases import WITHDRAWN, Desk, permit, print_papers, wrong
from tests.permits.life.licences import felled, licensed
from tests.permits.life.lives import licence
from workflows import sweep
from workflows.models import Notification
from workflows.notifications.making import make_pending
from workflows.notifications.words import headline

GRANTED, TOO_LATE = date(2026, 12, 2), date(2027, 9, 2)


def test_it_lasts_to_the_day_granted_and_another_paper_is_carried(temporary: Desk, traveller: Any) -> None:
    assert (permit(temporary.case).valid_from, permit(temporary.case).valid_to) == (GRANTED, END)
    carried = temporary.case.documents.get(kind="temporary_consent")
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    temporary.decide("grant_extension", until=date(2028, 6, 1), shorter="工期核减。")
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, date(2028, 6, 1))
    carried.refresh_from_db()
    new = temporary.case.documents.get(kind="permit_paper")
    assert (carried.status, carried.replaced_by) == (Document.Status.SUPERSEDED, new)
    assert standing_of(new).permit == permit(temporary.case)
    assert new.title == "临时使用林地审批同意书（延续）"
    assert temporary.case.documents.get(kind="permit_extended").status == Document.Status.ISSUED
    assert wrong() == []


def test_its_grant_begins_with_the_day_that_was_asked_for(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    page = log_in(temporary.decider).get(f"/cases/{temporary.case.pk}/acts/grant_extension/")
    assert page.context["form"]["until"].value() == FURTHEST.isoformat()


def test_for_a_shorter_time_than_asked_it_says_why_and_tells_the_remedies(temporary: Desk, traveller: Any) -> None:
    """许可法 38(2): what is not granted of what was asked is refused, with reasons and remedies."""
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    for until, said in ((date(2028, 6, 1), {}), (FURTHEST, {"shorter": "工期核减。"})):
        with pytest.raises(BadFacts) as refused:
            temporary.decide("grant_extension", until=until, **said)
        assert list(refused.value.errors) == ["shorter"]
    granted = temporary.decide("grant_extension", until=date(2028, 6, 1), shorter="施工组织设计所列工期止于该日。")
    letter = temporary.case.documents.get(act=granted, kind="permit_extended")
    text = text_of(bytes(letter.file.pdf))
    for told in ("申请延续至2028年12月1日", "施工组织设计所列工期止于该日。", "行政复议", "行政诉讼"):
        assert told in text
    assert wrong() == []


def test_an_extension_granted_as_asked_gives_no_reasons(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    granted = temporary.decide("grant_extension", until=FURTHEST)
    text = text_of(bytes(temporary.case.documents.get(act=granted, kind="permit_extended").file.pdf))
    assert "理由" not in text
    assert "第三十八条" not in text


def test_no_more_is_granted_than_was_asked_and_its_conditions_are_obligations(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=date(2028, 6, 1), **WHY)
    with pytest.raises(BadFacts) as refused:
        temporary.decide("grant_extension", until=date(2028, 6, 2))
    assert list(refused.value.errors) == ["until"]
    granted = temporary.decide("grant_extension", until=date(2028, 6, 1), conditions="应于2028年5月1日前清理场地。")
    [row] = temporary.case.permit.obligations.filter(code=f"condition-{granted.seq}-1")
    assert row.due == date(2028, 5, 1)
    assert names_of([row])[row.pk] == "延续所附条件 1：应于2028年5月1日前清理场地。"
    told = repr(paper_of(granted.documents.get(kind="permit_extended")))
    order = ["按照原批准的内容和条件实施", "还应当遵守下列要求：", "应于2028年5月1日前清理场地。"]
    assert sorted(order, key=told.index) == order


def test_temporary_use_lasts_two_years_in_sum_and_not_longer(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    with pytest.raises(BadFacts) as refused:
        temporary.ask("ask_extension", until=FURTHEST + timedelta(days=1), **WHY)
    assert list(refused.value.errors) == ["until"]
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    with pytest.raises(BadFacts):
        temporary.decide("grant_extension", until=FURTHEST + timedelta(days=1))
    with pytest.raises(BadFacts):
        temporary.decide("grant_extension", until=END)


def test_what_lasts_to_the_furthest_day_is_not_asked_to_last_longer(temporary: Desk, traveller: Any) -> None:
    """No day could be given: whoever asked would be sent from one error to the next."""
    go_to(traveller, IN_TIME)
    place = f"/permits/{temporary.case.pk}/"
    assert "日（《森林法》第三十八条、《森林法实施条例》第十七条）。" in log_in(temporary.clerk).get(place).text
    with pytest.raises(BadFacts, match=r"38|三十八"):
        temporary.ask("ask_extension", until=FURTHEST + timedelta(days=1), **WHY)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    temporary.decide("grant_extension", until=FURTHEST)
    with pytest.raises(WrongStatus):
        temporary.ask("ask_extension", until=FURTHEST + timedelta(days=1), **WHY)
    page = log_in(temporary.clerk).get(f"/permits/{temporary.case.pk}/").content.decode()
    assert "已达最长期限（《森林法》第三十八条、《森林法实施条例》第十七条），不能再延续。" in page
    assert "/acts/ask_extension/" not in page


def test_after_three_months_before_the_end_it_is_asked_with_a_reason_only(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, TOO_LATE)
    with pytest.raises(BadFacts) as refused:
        temporary.ask("ask_extension", until=FURTHEST, **WHY)
    assert list(refused.value.errors) == ["late"]
    temporary.ask("ask_extension", until=FURTHEST, late="洪水中断道路。", **WHY)
    with pytest.raises(WrongStatus):
        temporary.ask("ask_extension", until=FURTHEST, late="再次申请。", **WHY)


def test_an_extension_out_of_proportion_is_asked_with_a_reason_only(traveller: Any) -> None:
    """Where the law sets no furthest day, silence would grant a slip of the pen for a hundred years."""
    case, clerk = licence(61)
    print_papers(case)
    desk, first, last = Desk(case, clerk, clerk), permit(case).valid_from, permit(case).valid_to
    assert last is not None
    thrice = last + 2 * (last - first)
    go_to(traveller, last - timedelta(days=40))
    for until, said in ((thrice + timedelta(days=1), {}), (thrice, {"longer": "工期延长。"})):
        with pytest.raises(BadFacts) as refused:
            desk.ask("ask_extension", until=until, **WHY, **said)
        assert list(refused.value.errors) == ["longer"]
    desk.ask("ask_extension", until=thrice + timedelta(days=1), longer="工期延长。", **WHY)


@pytest.mark.parametrize("days", [1, 31])
def test_silence_grants_what_was_asked_in_time_however_late_it_is_swept(
    temporary: Desk, traveller: Any, days: int
) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    go_to(traveller, END)
    assert sweep.deem_extended().recorded == 0
    go_to(traveller, END + timedelta(days=days))
    told = sweep.tick()
    assert (told["extensions deemed granted"].recorded, told["permits expired"].recorded) == (1, 0)
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, FURTHEST)
    assert sweep.deem_extended().recorded == 0
    print_papers(temporary.case)
    assert temporary.case.documents.get(kind="permit_extended").title == "视为准予延续告知书"
    assert wrong() == []


def test_silence_and_the_end_of_what_it_granted_are_caught_up_in_one_tick(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=date(2028, 1, 31), **WHY)
    go_to(traveller, date(2028, 3, 1))
    sweep.tick()
    acts = [
        (act.act, act.facts) for act in fresh(temporary.case).acts.filter(act__in=("deem_extended", "expire_permit"))
    ]
    assert acts == [("deem_extended", {"until": "2028-01-31"}), ("expire_permit", {"ended_on": "2028-01-31"})]
    assert permit(temporary.case).status == P.EXPIRED


def test_silence_grants_nothing_that_was_asked_late(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, TOO_LATE)
    temporary.ask("ask_extension", until=FURTHEST, late="洪水中断道路。", **WHY)
    go_to(traveller, END + timedelta(days=1))
    sweep.tick()
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.EXPIRED, END)
    for person in (temporary.clerk, temporary.decider):
        page = log_in(person, english=True).get(reverse("permit", args=[temporary.case.pk])).text
        assert "the term ended before it was decided, and nothing was extended" in page


def test_after_the_end_nothing_is_granted_though_the_clock_recorded_nothing(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, TOO_LATE)
    temporary.ask("ask_extension", until=FURTHEST, late="洪水中断道路。", **WHY)
    go_to(traveller, END + timedelta(days=1))
    for _again in range(2):
        with pytest.raises(WrongStatus):
            temporary.decide("grant_extension", until=FURTHEST)
        sweep.tick()
    assert not Document.objects.filter(kind="permit_paper").exists()


def test_a_refusal_tells_why_and_the_term_ends_as_it_would(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    temporary.decide("refuse_extension", reasons="项目已经完工。")
    assert permit(temporary.case).valid_to == END
    go_to(traveller, END + timedelta(days=1))
    sweep.tick()
    assert permit(temporary.case).status == P.EXPIRED


def test_an_extension_nobody_asked_for_is_not_granted(temporary: Desk) -> None:
    with pytest.raises(WrongStatus):
        temporary.decide("grant_extension", until=FURTHEST)


def test_a_permit_that_ended_is_not_extended(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    temporary.decide("withdraw_permit", **WITHDRAWN)
    with pytest.raises(WrongStatus):
        temporary.decide("grant_extension", until=FURTHEST)
    go_to(traveller, END + timedelta(days=1))
    sweep.tick()
    assert permit(temporary.case).status == P.WITHDRAWN


def test_a_tending_design_is_never_extended_and_says_why(desk: Desk) -> None:
    with pytest.raises(WrongStatus, match=r"新的|new design"):
        desk.ask("ask_extension", until=date(2027, 3, 1), **WHY)


def test_the_end_is_announced_once_at_sixty_and_once_at_thirty_days(temporary: Desk, traveller: Any) -> None:
    for left in (61, 60, 60, 45, 30, 30, 1):
        go_to(traveller, END - timedelta(days=left))
        sweep.tick()
    told = [act.facts for act in fresh(temporary.case).acts.filter(act="warn_of_end")]
    assert told == [{"days": 60, "ends": END.isoformat()}, {"days": 30, "ends": END.isoformat()}]


def test_it_is_announced_in_time_to_ask_for_an_extension_where_that_is_asked_months_before(
    temporary: Desk, traveller: Any
) -> None:
    """令35号 20: three months before the end, so that sixty days come too late."""
    ask_by = after_months(END, -3)
    go_to(traveller, END - timedelta(days=120))
    for _tick in range(2):
        sweep.tick()
    told = fresh(temporary.case).acts.get(act="warn_of_end")
    assert told.facts == {"days": 120, "ends": END.isoformat(), "ask_by": ask_by.isoformat()}
    make_pending()
    with override("zh-hans"):
        assert "2027年9月1日（含当日）前提出" in headline(Notification.objects.filter(act=told)[0])
    go_to(traveller, ask_by + timedelta(days=1))
    sweep.tick()
    assert fresh(temporary.case).acts.filter(act="warn_of_end").count() == 1


def test_it_is_not_announced_so_early_once_it_is_too_late_to_ask(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, after_months(END, -3) + timedelta(days=1))
    sweep.tick()
    assert not fresh(temporary.case).acts.filter(act="warn_of_end").exists()


def test_a_tick_that_comes_late_announces_only_what_is_near(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, END - timedelta(days=12))
    sweep.tick()
    assert [act.facts["days"] for act in fresh(temporary.case).acts.filter(act="warn_of_end")] == [30]


def test_a_permit_of_which_nothing_can_be_computed_keeps_no_other_from_being_announced(
    temporary: Desk, traveller: Any
) -> None:
    """A row nobody foresaw: its application has lost what was filled in."""
    broken, (whole, _clerk) = permit(temporary.case), licence(61)
    ends = permit(whole).valid_to
    assert ends is not None
    type(broken).objects.filter(pk=broken.pk).update(valid_to=ends)
    head = temporary.case.occupation
    head.rows.all().delete()
    head.delete()
    go_to(traveller, ends - timedelta(days=30))
    told = sweep.warn_of_ends()
    assert (told.recorded, told.failed) == (1, [broken.pk])
    assert fresh(whole).did("warn_of_end")


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [(date(2026, 12, 31), 2, date(2027, 2, 28)), (date(2027, 12, 1), -3, date(2027, 9, 1)),
     (date(2028, 2, 29), 12, date(2029, 2, 28)), (date(2027, 1, 31), -2, date(2026, 11, 30))],
)  # fmt: skip
def test_months_are_counted_to_the_same_day_or_the_last_of_the_month(day: date, months: int, then: date) -> None:
    assert after_months(day, months) == then


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [(date(2026, 12, 2), "1", date(2027, 12, 1)), (date(2027, 3, 1), "1", date(2028, 2, 29)),
     (date(2028, 2, 29), "1", date(2029, 2, 28)), (date(2028, 2, 29), "2", date(2030, 2, 28)),
     (date(2026, 8, 31), "0.5", date(2027, 2, 28)), (date(2026, 8, 31), "0.25", date(2026, 11, 30)),
     (date(2026, 12, 2), "0.08", date(2027, 1, 1)), (date(2026, 12, 2), "0.33", date(2027, 4, 1)),
     (date(2026, 12, 2), "0.92", date(2027, 11, 1)), (date(2026, 12, 2), "0.01", date(2026, 12, 5)),
     (date(2026, 12, 2), "1.1", date(2028, 1, 7)), (date(2026, 12, 2), "0", date(2026, 12, 1))],
)  # fmt: skip
def test_a_term_ends_the_day_before_the_day_it_began_on_and_is_no_shorter_than_granted(
    first: date, years: str, last: date
) -> None:
    """民法典 202; cut off to whole months, 0.08 of a year ended the day before it began."""
    assert last_of_years(first, Decimal(years)) == last


def test_silence_that_no_agency_can_be_named_for_is_told_as_left_out(temporary: Desk, traveller: Any) -> None:
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    end = permit(temporary.case).valid_to
    Mandate.objects.filter(kind=temporary.case.kind, duty=Duty.DECIDE).update(
        ended_on=end - timedelta(days=1), valid_to=end - timedelta(days=2)
    )
    traveller.move_to(f"{end + timedelta(days=1)}T10:00:00+08:00")
    told = sweep.deem_extended()
    assert (told.recorded, told.failed) == (0, [temporary.case.pk])
    assert sweep.expire_permits().recorded == 0


def test_who_answers_reads_what_the_rules_find_of_the_longer_term_alone(traveller: Any) -> None:
    """A felling asked for until spring reaches beyond the season in which Beijing's trees are felled."""
    desk = licensed(*felled())
    longer = {"grant_extension": "F-BF33-1", "refuse_extension": "F-BF33-1"}
    go_to(traveller, date(2026, 12, 20))
    desk.ask("ask_extension", until=date(2027, 3, 31), **WHY)
    page = f"/cases/{desk.case.pk}/acts/"
    assert not any(rule in log_in(desk.decider).get(f"{page}{act}/").text for act, rule in longer.items())
    desk.decide("refuse_extension", reasons="未说明理由。")
    desk.ask("ask_extension", until=date(2027, 5, 10), **WHY)
    assert all(rule in log_in(desk.decider).get(f"{page}{act}/").text for act, rule in longer.items())
    told = log_in(desk.decider).get(f"{page}grant_extension/").context["of_longer"]
    assert {finding.rule for _grade, group in told for finding in group} == {"F-BF33-1", "F-BF23"}
    assert wrong() == []


@pytest.mark.parametrize(("project", "doubted"), [("county_infrastructure", False), ("commercial", True)])
def test_of_works_that_art_20_does_not_name_the_organ_has_to_find_that_it_covers_them(
    temporary: Desk, project: str, doubted: bool
) -> None:
    LandOccupation.objects.filter(application=temporary.case).update(project_class=project)
    page = log_in(temporary.clerk, english=True).get(reverse("permit", args=[temporary.case.pk])).text
    assert ("and other construction projects" in page) is doubted


def test_the_new_paper_of_a_use_of_land_tells_the_area_as_granted(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    record = temporary.decide("grant_extension", until=FURTHEST)
    paper = repr(paper_of(record.documents.get(kind="permit_paper")))
    assert "使用林地面积" in paper
    assert "拟使用" not in paper
    assert "拟使用" not in repr(RegisterEntry.objects.get(permit=temporary.case.pk).facts)


def test_a_notice_by_silence_is_called_by_no_name_of_a_decision_beside_its_title() -> None:
    paper = Document(kind="permit_extended", title="视为准予延续告知书")
    with override("zh-hans"):
        assert paper.label_beside == ""


def test_the_page_tells_that_an_extension_goes_beyond_the_felling_season(traveller: Any) -> None:
    """北京市森林资源保护管理条例 33(2): felling from April on needs an approval of its own."""
    case, clerk = licence(61)
    print_papers(case)
    desk = Desk(case, clerk, clerk)
    told, page = "F-BF33-1", reverse("permit", args=[case.pk])
    desk.ask("ask_extension", until=date(2027, 3, 31), **WHY)
    assert told not in log_in(clerk, english=True).get(page).text
    desk.ask("take_back_request", request="ask_extension")
    desk.ask("ask_extension", until=date(2027, 4, 10), **WHY)
    assert told in log_in(clerk, english=True).get(page).text
