"""Land in several districts: the news of a part that a district left out, and the officers' list of such cases."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits.access import visible_to
from permits.acts.perform import perform
from permits.models import Act, Application
from roles.appointments import appoint, grant
from roles.models import Mandate, Person, Post
from roles.models.mandates import Duty
from tests.cast import fresh, log_in, make_person, make_post
from tests.permits.occupation.cases import HUAIROU, MIYUN, Office
from tests.permits.occupation.shared_land import AGREE, CITY, YES, check, in_two, of, post
from workflows.models import Mail, Notification
from workflows.notifications import mail, making
from workflows.worklist import parts_left_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


def colleague(office: Office, mandate: Mandate) -> Person:
    """Another of the post that has the mandate, with an address."""
    office.officer(mandate)
    name = f"second-{mandate.jurisdiction_id}"
    person = make_person(name, name, Post.objects.get(slug=f"{mandate.agency.slug}-{mandate.duty}"))
    person.email = f"{name}@example.invalid"
    person.save(update_fields=["email"])
    return person


def told(act: Act) -> set[str]:
    """Who was told by `act` that a part was left out."""
    making.make(act.pk)
    return set(Notification.objects.filter(act=act, event="left_out").values_list("person__username", flat=True))


def agreed(case: Application, office: Office) -> Act:
    return office.do(case, "give_opinion", **AGREE)


def recommended(case: Application, office: Office) -> Act:
    return office.do(case, "recommend", **YES)


def test_who_shares_the_duty_is_told_and_mailed_that_the_district_left_its_part_out() -> None:
    case, office = in_two()
    second, at_home = colleague(office, of(HUAIROU)), colleague(office, of(MIYUN))
    opinion = agreed(case, office)
    assert told(opinion) == {second.username}  # who gave it read on the step what lacks
    news = Notification.objects.get(act=opinion, person=second, event="left_out")
    assert news.mail == Mail.WAITING
    outbox.outbox.clear()
    mail.send_due()
    (letter,) = [one for one in outbox.outbox if one.to == [second.email]]
    assert f"/cases/{case.pk}/" in letter.body
    assert "现场核查" in letter.subject
    assert not at_home.notifications.filter(event="left_out").exists()


def test_as_the_first_review_ends_each_district_is_told_that_still_owes_something() -> None:
    case, office = in_two()
    second, at_home = colleague(office, of(HUAIROU)), colleague(office, of(MIYUN))
    agreed(case, office)
    check(case, office, MIYUN)
    assert told(recommended(case, office)) == {
        second.username, office.officer(of(HUAIROU)).username, at_home.username,  # at home the notice is left
    }  # fmt: skip


def test_who_did_its_part_is_told_nothing(now: Any) -> None:
    case, office = in_two()
    colleague(office, of(HUAIROU))
    colleague(office, of(MIYUN))
    for place in (HUAIROU, MIYUN):
        check(case, office, place)
        post(case, office, of(place))
    assert told(agreed(case, office)) == set()
    now.move_to("2026-12-01T10:00:00+08:00")
    assert told(recommended(case, office)) == set()


def test_an_advisers_opinion_tells_nobody_of_it() -> None:
    case, office = in_two()
    colleague(office, of(HUAIROU))
    agreed(case, office)
    recommended(case, office)
    item = office.items(fresh(case), "give_opinion")[0]
    assert item.mandate is not None
    assert item.mandate.duty == Duty.ADVISE
    assert told(office.do(case, "give_opinion", item=item, **AGREE)) == set()


# ---- the officers' list ----------------------------------------------------------------------------------------------
TILE = "Site checks or notices left out"


def waits(person: Person) -> list[int]:
    """The cases to which the home page leads by its tile; empty where it has none."""
    desk = log_in(person, english=True)
    if TILE not in desk.get("/").text:
        return []
    return [row.record.pk for row in desk.get("/cases/?parts=on").context["page"].object_list]


def test_the_home_page_tells_what_the_agency_left_out_until_it_is_done(now: Any) -> None:
    case, office = in_two()
    huairou, miyun = office.officer(of(HUAIROU)), office.officer(of(MIYUN))
    assert waits(huairou) == []  # its step is open, and stands among the tasks
    agreed(case, office)
    assert waits(huairou) == [case.pk]
    assert waits(miyun) == []  # its own step is open now
    check(case, office, MIYUN)
    recommended(case, office)
    assert waits(miyun) == [case.pk]  # the notice
    assert waits(office.officer(of(CITY, "final_review"))) == []
    for place in (HUAIROU, MIYUN):
        post(case, office, of(place))
    assert waits(miyun) == []
    assert waits(huairou) == [case.pk]
    check(case, office, HUAIROU)
    assert waits(huairou) == []


def test_the_filter_is_offered_to_who_reviews_first_alone() -> None:
    _case, office = in_two()
    for mandate, offered in ((of(HUAIROU), True), (of(CITY, "final_review"), False)):
        page = log_in(office.officer(mandate), english=True).get("/cases/").text
        assert ('name="parts"' in page) == offered


def test_the_home_page_costs_the_same_however_many_such_cases_there_are() -> None:
    desk, counts = None, []
    for number in (1, 1, 4):
        for _case in range(number):
            case, office = in_two()
            agreed(case, office)
            check(case, office, MIYUN)
            post(case, office, of(MIYUN))
        desk = desk or log_in(office.officer(of(HUAIROU)), english=True)
        with CaptureQueriesContext(connection) as queries:
            assert TILE in desk.get("/").text
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_it_counts_neither_what_another_duty_of_the_place_owes_nor_a_case_in_which_one_does_nothing() -> None:
    case, office = in_two()
    agreed(case, office)
    tending = Mandate.objects.get(kind="tending", duty=Duty.FIRST_REVIEW, jurisdiction=HUAIROU)
    adviser = make_person("two-duties", "兼岗")
    for mandate in (tending, of(HUAIROU, "accept")):
        held = make_post(f"only-{mandate.key}", agency=mandate.agency)
        appoint(adviser, held)
        grant(held, mandate)
    assert visible_to(adviser).filter(pk=case.pk).exists()
    assert parts_left_out(adviser) == []
    at_the_unit = office.officer(of(HUAIROU))
    assert parts_left_out(at_the_unit) == [case.pk]
    barred = colleague(office, of(HUAIROU))
    assert parts_left_out(barred) == [case.pk]
    perform(case.pk, "recuse", by=barred, mandate=of(HUAIROU), reason="近亲属在申请单位任职")
    assert parts_left_out(barred) == []
    appoint(at_the_unit, Post.objects.get(slug=f"clerk-{case.unit_id}"))
    assert parts_left_out(at_the_unit) == []
