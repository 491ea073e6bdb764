"""Naming who stands in, taking it back, and closing an account: by whom, with what to be told, and what comes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from permits.errors import Busy
from permits.models import Application
from permits.models.states import S
from roles.access import mandates_of
from roles.accounts import make_administrator
from roles.appointments import appoint
from roles.delegations import delegate
from roles.models import Delegation, Membership, Person, Post
from tests.cast import Cast, log_in, make_person, make_post, markup
from workflows import people
from workflows.models import WorkItem


@pytest.fixture
def deputy(cast: Cast) -> Person:
    """Of the reviewer's agency, without a duty of their own."""
    return make_person("deputy", "代理人", make_post("deputy", agency=post_of(cast.reviewer).agency))


def post_of(person: Person) -> Post:
    return Post.objects.get(memberships__person=person)


def term_of(person: Person) -> Membership:
    return Membership.objects.get(person=person)


def asked(cast: Cast, to: Person, **other: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "term": term_of(cast.reviewer).pk, "to": to.pk, "since": today.isoformat(),
        "until": (today + timedelta(days=5)).isoformat(), "reason": "休假",
    } | other  # fmt: skip


def stand_in(cast: Cast, deputy: Person) -> Delegation:
    today = timezone.localdate()
    return delegate(cast.reviewer, deputy, post_of(cast.reviewer), since=today, until=today + timedelta(days=5),
                    reason="休假", by=cast.head)  # fmt: skip


NEW = "/roles/delegations/new/"


def test_an_officer_names_who_stands_in_and_takes_it_back(cast: Cast, deputy: Person) -> None:
    desk = log_in(cast.reviewer)
    assert desk.post(NEW, asked(cast, deputy)).url == reverse("profile")
    assert mandates_of(deputy).exists()
    made = Delegation.objects.get()
    assert str(deputy) in desk.get(reverse("profile")).content.decode()
    place = reverse("delegation-end", args=[made.pk])
    assert desk.get(place).status_code == 200
    assert Delegation.objects.get().until == made.until  # looking changes nothing
    desk.post(place)
    assert not mandates_of(deputy).exists()  # at once, not at the end of the day


def test_the_page_of_a_task_says_for_whom_one_stands_in(cast: Cast, deputy: Person) -> None:
    item = cast.take(cast.case_at(S.FINAL_REVIEW))
    log_in(cast.reviewer).post(NEW, asked(cast, deputy))
    pages = (log_in(one).get(f"/tasks/{item.pk}/") for one in (cast.reviewer, deputy))
    own, standing_in = (markup(page.content.decode()) for page in pages)
    assert "<dt>被代理人</dt>" not in own
    assert f"<dt>被代理人</dt><dd>{cast.reviewer}</dd>" in standing_in


def test_a_delegation_taken_back_before_it_begins_never_does(cast: Cast, deputy: Person) -> None:
    monday = date(2026, 11, 23)
    made = delegate(cast.reviewer, deputy, post_of(cast.reviewer), since=monday, until=date(2026, 11, 29),
                    reason="休假", by=cast.reviewer)  # fmt: skip
    desk, place = log_in(cast.reviewer), reverse("delegation-end", args=[made.pk])
    desk.post(place)
    with time_machine.travel("2026-11-23T10:00:00+08:00"):
        assert not mandates_of(deputy).exists()
    first = Delegation.objects.get().taken_back_at
    desk.post(place)
    assert Delegation.objects.get().taken_back_at == first
    assert desk.post(NEW, asked(cast, deputy)).status_code == 302  # the time is free again


def test_the_head_names_it_for_an_officer_of_the_agency(cast: Cast, deputy: Person) -> None:
    desk = log_in(cast.head)
    page = desk.get(NEW, {"term": term_of(cast.reviewer).pk})
    assert page.context["form"]["term"].value() == str(term_of(cast.reviewer).pk)
    assert desk.post(NEW, asked(cast, deputy)).url == reverse("agency-people")
    assert Delegation.objects.get().made_by == cast.head


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("until", "2026-11-19"),
        ("until", ""),
        ("since", "not a day"),
        ("since", "2026-11-19"),
        ("reason", "   "),
        ("to", "999999"),
        ("term", "abc"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, deputy: Person, field: str, value: str
) -> None:
    answer = log_in(cast.reviewer).post(NEW, asked(cast, deputy) | {field: value})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {field}
    assert answer.context["form"]["reason"].value() == (value if field == "reason" else "休假")
    assert not Delegation.objects.exists()


def test_nobody_stands_in_for_themselves_or_twice_or_from_another_agency(cast: Cast, deputy: Person) -> None:
    desk = log_in(cast.reviewer)
    assert cast.reviewer not in desk.get(NEW).context["form"].fields["to"].queryset
    assert "to" in desk.post(NEW, asked(cast, cast.reviewer)).context["form"].errors
    assert "to" in desk.post(NEW, asked(cast, cast.acceptor)).context["form"].errors
    stand_in(cast, deputy)
    assert "since" in desk.post(NEW, asked(cast, deputy)).context["form"].errors


def test_another_officers_term_is_no_choice(cast: Cast, deputy: Person) -> None:
    answer = log_in(cast.decider).post(NEW, asked(cast, deputy))
    assert "term" in answer.context["form"].errors


def test_who_only_looks_on_may_not_take_it_back_and_a_stranger_does_not_know_of_it(cast: Cast, deputy: Person) -> None:
    place = reverse("delegation-end", args=[stand_in(cast, deputy).pk])
    answers = {person: log_in(getattr(cast, person)).post(place).status_code for person in ("stranger", "clerk")}
    assert answers == {"stranger": 404, "clerk": 404}
    assert log_in(deputy).post(place).status_code == 403
    assert log_in(cast.district_head).post(place).status_code == 404
    assert log_in(cast.head).post(place).status_code == 302
    assert log_in(cast.head).post(place).status_code == 302  # ended: told, no error page


def test_the_heads_page_shows_who_holds_what_in_a_fixed_number_of_queries(
    cast: Cast, deputy: Person, django_assert_max_num_queries: Any
) -> None:
    cast.take(cast.case_at(S.FINAL_REVIEW))
    WorkItem.objects.filter(owner=cast.reviewer).update(due=date(2026, 11, 1))
    stand_in(cast, deputy)
    for number in range(5):
        make_person(f"more{number}", "某人", post_of(cast.reviewer))
    desk = log_in(cast.head)
    desk.get(reverse("agency-people"))  # reference data are known from then on
    with django_assert_max_num_queries(10):
        page = desk.get(reverse("agency-people"))
    row = next(one for one in page.context["rows"][0]["officers"] if one.person == cast.reviewer)
    assert (row.open, row.late, row.closable) == (1, 1, True)
    assert not next(one for one in page.context["rows"][0]["officers"] if one.person == cast.head).closable
    assert str(deputy) in page.content.decode()


def test_closing_an_account_returns_the_work_says_why_and_ends_the_session(cast: Cast, deputy: Person) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    stand_in(cast, deputy)
    officer, desk = log_in(cast.reviewer), log_in(cast.head)
    place = reverse("person-close", args=[cast.reviewer.pk])
    page = desk.get(place)
    assert str(case.number) in page.content.decode()
    assert desk.post(place, {"reason": ""}).status_code == 200
    assert Person.objects.get(pk=cast.reviewer.pk).is_active
    assert desk.post(place, {"reason": "调离"}).url == reverse("person", args=[cast.reviewer.pk])
    assert officer.get("/").status_code == 302  # logged out at the next page
    assert WorkItem.objects.get(pk=item.pk).owner is None
    assert "调离" in Application.objects.get(pk=case.pk).acts.latest("seq").facts["reason"]
    assert Delegation.objects.get().taken_back_at
    assert desk.get(place).status_code == 404  # closed already


def test_an_administrator_who_closes_an_account_is_told_of_no_case(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    cast.take(case)
    system = make_person("system-admin", "系统管理员")
    make_administrator(system, "system")
    page = log_in(system).get(reverse("person-close", args=[cast.reviewer.pk])).content.decode()
    assert "1 件" in page
    assert str(case.number) not in page
    assert str(case.unit) not in page


def test_a_body_that_somebody_left_is_no_longer_told_how_to_reach_them(cast: Cast) -> None:
    person = Person.objects.get(pk=cast.reviewer.pk)
    person.email, person.phone = "reviewer@example.cn", "010-60001234"
    person.save(update_fields=["email", "phone"])
    desk, place = log_in(cast.head), reverse("person", args=[person.pk])
    assert all(told in desk.get(place).content.decode() for told in (person.email, person.phone))
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(person=person).update(since=yesterday - timedelta(days=9), until=yesterday)
    page = desk.get(place).content.decode()
    assert str(post_of(person)) in page  # what they held there stays told
    assert not any(told in page for told in (person.email, person.phone))


def test_whose_account_a_head_may_not_close(cast: Cast) -> None:
    desk = log_in(cast.head)
    codes = {
        name: desk.post(reverse("person-close", args=[getattr(cast, name).pk]), {"reason": "调离"}).status_code
        for name in ("head", "acceptor", "stranger", "clerk")
    }
    assert codes == {"head": 403, "acceptor": 404, "stranger": 404, "clerk": 404}
    second_head = make_person("second_head", "副局长", post_of(cast.head))
    assert desk.post(reverse("person-close", args=[second_head.pk]), {"reason": "调离"}).status_code == 403
    appoint(cast.reviewer, post_of(cast.acceptor))
    assert desk.post(reverse("person-close", args=[cast.reviewer.pk]), {"reason": "调离"}).status_code == 403
    assert Person.objects.filter(is_active=True, pk=cast.reviewer.pk).exists()


def test_a_case_somebody_works_on_keeps_the_account_open(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.take(cast.case_at(S.FINAL_REVIEW))

    def busy(*_args: Any, **_facts: Any) -> None:
        raise Busy

    monkeypatch.setattr(people, "perform", busy)
    answer = log_in(cast.head).post(reverse("person-close", args=[cast.reviewer.pk]), {"reason": "调离"})
    assert answer.context["form"].non_field_errors()
    assert Person.objects.get(pk=cast.reviewer.pk).is_active


def test_a_head_chooses_for_whom_somebody_stands_in_and_an_officer_has_one_term(cast: Cast) -> None:
    chosen = '<option value="" selected>—</option>'
    terms = [log_in(one).get(NEW).text.partition('name="term"')[2].partition("</select>")[0]
             for one in (cast.head, cast.reviewer)]  # fmt: skip
    assert [chosen in options for options in terms] == [True, False]
    assert str(term_of(cast.reviewer).pk) in terms[1]


@pytest.mark.parametrize(("days", "told"), [(None, "任职已终止"), (0, "终止，当日仍任职"), (4, "终止，当日仍任职")])
def test_a_term_that_is_to_end_later_is_not_told_as_ended(cast: Cast, days: int | None, told: str) -> None:
    term = Membership.objects.get(person=cast.reviewer)
    Membership.objects.filter(pk=term.pk).update(since="2026-01-01")
    until = "" if days is None else (timezone.localdate() + timedelta(days=days)).isoformat()
    said = {"until": until, "ground": "京林任〔2026〕8号"}
    page = log_in(cast.head).post(reverse("term-end", args=[term.pk]), said, follow=True)
    assert told in " ".join(str(one) for one in page.context["messages"])
