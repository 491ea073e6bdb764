"""Land in several districts: each one's site check and public notice, told where they lack, and done from the case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from permits.acts.assessment import verdict
from permits.acts.perform import perform
from permits.clocks.standing import status as clocks_of
from permits.errors import RuleViolated
from permits.ledger.chain import problems_of
from permits.models import Application
from permits.models.states import S
from permits.occupation.kind import OCCUPATION
from roles.models import Mandate, Person
from tests.cast import fresh, log_in, make_person, make_post
from tests.permits.occupation.cases import HUAIROU, MIYUN, Office
from tests.permits.occupation.shared_land import AGREE, CITY, YES, accepted, check, in_two, of, post
from workflows.models import WorkItem
from workflows.opinions import disagreeing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


def lacks(case: Application, language: str = "en") -> list[str]:
    with override(language):
        return [str(one.message) for one in OCCUPATION.before_approval(fresh(case))]


def item_of(case: Application, office: Office, act: str) -> tuple[WorkItem, Person]:
    """The item that offers `act`, taken by its officer."""
    (item,) = office.items(fresh(case), act)
    assert item.mandate is not None
    officer = office.officer(item.mandate)
    perform(case.pk, "claim", by=officer, mandate=item.mandate, item=item.pk)
    return item, officer


def item_page(case: Application, office: Office, act: str) -> str:
    item, officer = item_of(case, office, act)
    return log_in(officer).get(f"/tasks/{item.pk}/").content.decode()


def offered(case: Application, officer: Person) -> set[str]:
    """Which of the two acts the page of the case offers."""
    page = log_in(officer).get(f"/cases/{case.pk}/").content.decode()
    return {act for act in ("record_site_check", "publish_notice") if f"/cases/{case.pk}/acts/{act}/" in page}


def test_an_approval_lacks_the_check_and_the_notice_of_each_district_that_has_none(now: Any) -> None:
    case, office = in_two()
    assert lacks(case)[:2] == [
        "No site check was recorded for the land in: Miyun District, Huairou District (Order 35 art 10).",
        "No public notice of five working days has ended yet for the land in: Miyun District, Huairou District"
        " (Order 35 art 11).",
    ]
    check(case, office, MIYUN)
    post(case, office, of(MIYUN))
    now.move_to("2026-12-01T10:00:00+08:00")
    assert lacks(case, "zh-hans")[:2] == [
        "怀柔区的林地尚未登记现场核查（国家林业局令第35号第十条的现场查验）。",
        "怀柔区的林地尚无期满五个工作日的公示（国家林业局令第35号第十一条）。",
    ]
    check(case, office, HUAIROU)
    post(case, office, of(HUAIROU))
    now.move_to("2026-12-14T10:00:00+08:00")
    assert [one for one in lacks(case) if "Order 35" in one] == []


def test_a_notice_of_the_city_is_one_for_each_of_its_districts(now: Any) -> None:
    case, office = in_two()
    post(case, office, of(CITY, "final_review"))
    now.move_to("2026-12-01T10:00:00+08:00")
    assert [one for one in lacks(case) if "art 11" in one] == []
    assert any("Miyun District, Huairou District" in one for one in lacks(case))  # the check is nobody's yet


def test_land_in_one_district_is_told_as_before_and_every_act_counts_for_it() -> None:
    case, office = accepted()
    assert lacks(case)[:2] == [
        "No site check was recorded (Order 35 art 10).",
        "No public notice of five working days has ended yet (Order 35 art 11).",
    ]
    office.check_site(case)
    assert not any("site check" in one for one in lacks(case))
    reviewer = office.officer(of(MIYUN))
    assert offered(case, reviewer) == set()  # the step offers them


def test_a_district_of_which_the_matrix_names_nobody_is_checked_by_the_one_filed_with() -> None:
    case, office = in_two()
    Mandate.objects.filter(pk=of(HUAIROU).pk).update(ended_on="2026-11-01")
    assert "Miyun District, Huairou District" in lacks(case)[0]
    check(case, office, MIYUN)
    assert not any("site check" in one for one in lacks(case))


def test_what_a_district_checked_before_its_organ_left_the_matrix_is_no_check_of_another() -> None:
    case, office = in_two()
    check(case, office, HUAIROU)
    Mandate.objects.filter(pk=of(HUAIROU).pk).update(ended_on=timezone.localdate())
    assert "land in: Miyun District (Order 35 art 10)" in lacks(case)[0]


def test_the_ten_days_of_the_check_run_until_the_last_district_made_its_first(now: Any) -> None:
    case, office = in_two()
    first = timezone.localdate() + timedelta(days=3)
    now.shift(timedelta(days=10))
    assert list(check(case, office, MIYUN, on=first + timedelta(days=1)).clock_entries.all()) == []
    assert list(check(case, office, MIYUN, on=first + timedelta(days=5)).clock_entries.all()) == []
    reading = clocks_of(fresh(case)).of_step("site_check")
    assert reading is not None
    assert reading.running
    record = check(case, office, HUAIROU, on=first)
    assert [(one.event, one.on) for one in record.clock_entries.all()] == [("stopped", first + timedelta(days=1))]
    assert list(check(case, office, HUAIROU).clock_entries.all()) == []


def test_each_district_does_its_part_from_the_page_of_the_case_until_the_proposal(now: Any) -> None:
    case, office = in_two()
    here, there = office.officer(of(MIYUN)), office.officer(of(HUAIROU))
    final = office.officer(of(CITY, "final_review"))
    assert offered(case, here) == {"record_site_check", "publish_notice"}  # while 怀柔 has the case
    check(case, office, MIYUN)
    post(case, office, of(MIYUN))
    now.move_to("2026-12-01T10:00:00+08:00")
    office.do(case, "give_opinion", item=office.items(case, "give_opinion")[0], **AGREE)
    assert offered(case, there) == {"record_site_check", "publish_notice"}  # its own step is closed
    office.do(case, "recommend", **YES)
    office.hear(case)
    assert offered(case, there) == {"record_site_check", "publish_notice"}
    assert offered(case, final) == set()
    assert offered(case, here) == set()  # its part is done: another notice would only hold the proposal up
    assert "不必为此退回" in item_page(case, office, "propose")
    page = log_in(there).get(f"/cases/{case.pk}/")
    assert all(one in page.content.decode() for one in page.context["lacking"])
    office.do(case, "propose", **YES)
    assert offered(case, there) == set()
    page_of_decision = item_page(case, office, "approve")
    assert ("退回审查" in page_of_decision, "不必为此退回" in page_of_decision) == (True, False)
    both = r"land in: Huairou District .*art 10.*land in: Huairou District .*art 11"
    with pytest.raises(RuleViolated, match=both), override("en"):
        office.do(case, "approve", opinion="同意。")
    office.do(case, "return_to_final_review", reason="怀柔区补查、公示。")
    colleague = make_person("colleague", "查验员", make_post("field", agency=of(HUAIROU).agency))
    two = [there, colleague]
    said = {"checked_on": "2026-12-01", "place": "双文铺村", "result": "与申请一致", "photos-rows": "0",
            "inspectors-rows": "2"} | {f"inspectors-{n}-person": one.pk for n, one in enumerate(two)}  # fmt: skip
    answer = log_in(there).post(f"/cases/{case.pk}/acts/record_site_check/", said)
    assert answer.status_code == 302, answer.content.decode()
    post(case, office, of(HUAIROU))
    now.move_to("2026-12-14T10:00:00+08:00")
    assert "不必为此退回" not in item_page(case, office, "propose")  # the fee alone lacks
    office.do(case, "record_fee", paid_on="2026-12-11", receipt="0001", amount="50000.00")
    office.do(case, "propose", **YES)
    office.do(case, "approve", opinion="同意。")
    assert fresh(case).status == S.APPROVED
    assert problems_of(fresh(case)) == []


def test_a_notice_that_runs_is_done(now: Any) -> None:
    case, office = in_two()
    there = office.officer(of(HUAIROU))
    post(case, office, of(HUAIROU))
    assert offered(case, there) == {"record_site_check"}
    now.move_to("2026-12-14T10:00:00+08:00")
    assert offered(case, there) == {"record_site_check"}


def test_of_a_secret_matter_the_districts_post_nothing() -> None:
    case, office = in_two()
    office.determine(case, "give_opinion", "secret", "yes")
    for place in (MIYUN, HUAIROU):
        assert "publish_notice" not in offered(case, office.officer(of(place)))
        check(case, office, place)
    assert "不必为此退回" not in item_page(case, office, "give_opinion")


def test_an_agency_that_reviews_for_two_districts_does_the_part_of_each() -> None:
    case, office = in_two()
    Mandate.objects.filter(pk=of(HUAIROU).pk).update(agency=of(MIYUN).agency)
    here = office.officer(of(MIYUN))
    assert office.officer(of(HUAIROU)) == here
    assert "record_site_check" in offered(case, here)
    check(case, office, MIYUN)
    assert "record_site_check" in offered(case, here)
    page = log_in(here).get(f"/cases/{case.pk}/acts/record_site_check/")
    assert page.context["possible"].mandate == of(HUAIROU)


def test_what_lacks_is_told_on_the_item_of_each_district_and_no_act_is_offered_twice() -> None:
    case, office = in_two()

    def told(act: str) -> list[str]:
        item, officer = item_of(case, office, act)
        page = log_in(officer).get(f"/tasks/{item.pk}/")
        assert all(one in page.content.decode() for one in page.context["lacking"])
        assert {one.spec.name for one in page.context["beside"]} & {"record_site_check", "publish_notice"} == set()
        assert [one["form"].spec.name for one in page.context["others"]][:2] == ["record_site_check", "publish_notice"]
        return [one.partition("（")[0] for one in page.context["lacking"][:2]]

    assert told("give_opinion") == [
        "密云区、怀柔区的林地尚未登记现场核查",
        "密云区、怀柔区的林地尚无期满五个工作日的公示",
    ]
    check(case, office, HUAIROU)
    office.do(case, "give_opinion", item=office.items(case, "give_opinion")[0], **AGREE)
    assert told("recommend") == [
        "密云区的林地尚未登记现场核查",
        "密云区、怀柔区的林地尚无期满五个工作日的公示",
    ]


def test_who_approves_is_told_which_organs_do_not_agree(now: Any) -> None:
    """What another district found against it is one opinion among many; before the approval it is told by name."""
    case, office = in_two()
    for place in (MIYUN, HUAIROU):
        check(case, office, place)
        post(case, office, of(place))
    office.do(case, "give_opinion", position="object", opinion="未征得集体同意。")
    now.move_to("2026-12-01T10:00:00+08:00")
    office.do(case, "recommend", **YES)
    office.hear(case)
    assert disagreeing(fresh(case)) == ["北京市怀柔区园林绿化局"]
    decider = office.officer(of(CITY, "decide"))
    office.do(
        case, "record_fee", paid_on=timezone.localdate(), receipt="0001", amount=str(verdict(fresh(case)).fee_yuan)
    )
    office.do(case, "propose", **YES)
    [item] = office.items(fresh(case), "approve")
    desk = log_in(decider, english=True)
    desk.post(reverse("task-claim", args=[item.pk]))
    page = desk.post(reverse("task", args=[item.pk]), {"act": "approve", "opinion": "同意。"}).text
    assert "Do not agree: 北京市怀柔区园林绿化局." in page
