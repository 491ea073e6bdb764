"""People take and leave posts; the post's group follows; nothing is deleted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import translation

from roles.access import units_served
from roles.appointments import appoint, deactivate, dismiss, end_grant, end_term, grant, keep_groups
from roles.models import Mandate, Membership, Person, Post, SecurityEvent
from roles.models.mandates import current
from roles.rights_record import differences
from tests.cast import log_in

pytestmark = pytest.mark.django_db


def test_appointed_today_is_in_the_group_and_the_term_names_who_appointed(
    today: date, reviewer: Person, chief: Person, reviewing_post: Post
) -> None:
    term = appoint(reviewer, reviewing_post, by=chief)
    assert (term.since, term.until, term.appointed_by) == (today, None, chief)
    assert list(reviewing_post.group.user_set.all()) == [reviewer]


def test_future_term_enters_the_group_only_when_it_begins(today: date, reviewer: Person, reviewing_post: Post) -> None:
    appoint(reviewer, reviewing_post, since=today + timedelta(days=3))
    assert not reviewing_post.group.user_set.exists()
    with time_machine.travel("2026-11-23T09:00:00+08:00"):
        keep_groups()
        assert reviewing_post.group.user_set.exists()


def test_ended_term_leaves_the_group_the_day_after(today: date, reviewer: Person, reviewing_post: Post) -> None:
    appoint(reviewer, reviewing_post, until=today)
    keep_groups()
    assert reviewing_post.group.user_set.exists()
    with time_machine.travel("2026-11-21T00:00:01+08:00"):
        keep_groups()
        assert not reviewing_post.group.user_set.exists()


def test_groups_filled_by_hand_are_put_right(today: date, stranger: Person, reviewing_post: Post) -> None:
    reviewing_post.group.user_set.add(stranger)
    keep_groups()
    assert not reviewing_post.group.user_set.exists()


@pytest.mark.parametrize(
    ("since", "until"),
    [(0, None), (5, None), (-30, 0), (3, 4), (-30, None)],
    ids=["same", "later open", "touching the first day", "inside", "around"],
)
def test_terms_of_one_person_in_one_post_never_overlap(
    today: date, reviewer: Person, reviewing_post: Post, since: int, until: int | None
) -> None:
    appoint(reviewer, reviewing_post, until=today + timedelta(days=10))
    with pytest.raises(ValidationError) as refused:
        appoint(
            reviewer,
            reviewing_post,
            since=today + timedelta(days=since),
            until=None if until is None else today + timedelta(days=until),
        )
    assert list(refused.value.message_dict) == ["since"]
    assert Membership.objects.count() == 1


def test_a_term_may_follow_another(today: date, reviewer: Person, reviewing_post: Post) -> None:
    appoint(reviewer, reviewing_post, until=today)
    appoint(reviewer, reviewing_post, since=today + timedelta(days=1))
    assert Membership.objects.count() == 2


def test_term_that_ends_before_it_begins_is_refused_at_its_end(
    today: date, reviewer: Person, reviewing_post: Post
) -> None:
    with pytest.raises(ValidationError) as refused:
        appoint(reviewer, reviewing_post, until=today - timedelta(days=1))
    assert list(refused.value.message_dict) == ["until"]


def test_closed_account_is_not_appointed(reviewer: Person, reviewing_post: Post) -> None:
    deactivate(reviewer)
    with pytest.raises(ValidationError) as refused:
        appoint(reviewer, reviewing_post)
    assert list(refused.value.message_dict) == ["person"]


def test_dismissed_keeps_the_term_with_its_end(
    today: date, reviewer: Person, chief: Person, reviewing_post: Post
) -> None:
    appoint(reviewer, reviewing_post, since=today - timedelta(days=9))
    term = dismiss(reviewer, reviewing_post, by=chief)
    assert (term.until, term.dismissed_by) == (today - timedelta(days=1), chief)
    assert not reviewing_post.group.user_set.exists()
    assert Membership.objects.filter(person=reviewer).count() == 1


def test_dismissal_may_lie_ahead(today: date, reviewer: Person, reviewing_post: Post) -> None:
    appoint(reviewer, reviewing_post)
    dismiss(reviewer, reviewing_post, until=today + timedelta(days=30))
    assert reviewing_post.group.user_set.exists()


def test_who_holds_no_term_cannot_be_dismissed(stranger: Person, reviewing_post: Post) -> None:
    with pytest.raises(ValidationError) as refused:
        dismiss(stranger, reviewing_post)
    assert list(refused.value.message_dict) == ["person"]


def test_closing_an_account_ends_its_terms_and_deletes_nothing(
    today: date, chief: Person, reviewer: Person, reviewing_post: Post
) -> None:
    appoint(reviewer, reviewing_post, since=today - timedelta(days=9))
    deactivate(reviewer, by=chief)
    reviewer.refresh_from_db()
    assert not reviewer.is_active
    assert Membership.objects.get(person=reviewer).until == today
    assert not reviewing_post.group.user_set.exists()


def test_a_person_who_held_a_post_cannot_be_deleted(reviewer: Person, reviewing_post: Post) -> None:
    appoint(reviewer, reviewing_post)
    with pytest.raises(ProtectedError):
        reviewer.delete()


def test_a_term_ended_before_it_begins_is_held_on_no_day(
    today: date, reviewer: Person, chief: Person, reviewing_post: Post
) -> None:
    begins = today + timedelta(days=3)
    term = end_term(appoint(reviewer, reviewing_post, since=begins, by=chief), by=chief, ground="任字2号")
    assert term.never_held
    for days in range(-1, 10):
        assert not Membership.objects.filter(current(on=today + timedelta(days=days)), pk=term.pk).exists()
    with time_machine.travel("2026-11-23T09:00:00+08:00"):
        keep_groups()
        assert not reviewing_post.group.user_set.exists()
    line = SecurityEvent.objects.latest("pk")
    assert (line.what, line.ground, line.details["never_held"]) == ("dismissed", "任字2号", True)
    with translation.override("en"):
        assert ("never began", "Yes") in line.particulars
    assert list(differences()) == []
    with pytest.raises(ValidationError):
        end_term(term)
    assert appoint(reviewer, reviewing_post, since=begins).until is None  # in the same days again
    assert list(differences()) == []
    assert "never began" in log_in(chief, english=True).get(reverse("post", args=[reviewing_post.pk])).content.decode()


def test_a_right_given_for_later_and_ended_holds_on_no_day(today: date, reviewing_post: Post, mandate: Mandate) -> None:
    given = end_grant(grant(reviewing_post, mandate, since=today + timedelta(days=3)))
    assert given.never_held
    assert not type(given).objects.filter(current(on=today + timedelta(days=3)), pk=given.pk).exists()
    assert grant(reviewing_post, mandate, since=today + timedelta(days=3))


def test_who_never_came_to_a_unit_is_not_tied_to_it(today: date, reviewer: Person, clerk_post: Post) -> None:
    end_term(appoint(reviewer, clerk_post, since=today + timedelta(days=3)))
    with time_machine.travel("2026-12-01T09:00:00+08:00"):
        assert units_served(frozenset({reviewer.pk})) == ()
    appoint(reviewer, clerk_post)
    assert units_served(frozenset({reviewer.pk})) != ()


def test_a_closed_and_reopened_account_gets_no_term_that_was_still_to_come(
    today: date, reviewer: Person, reviewing_post: Post
) -> None:
    term = appoint(reviewer, reviewing_post, since=today + timedelta(days=3))
    deactivate(reviewer)
    term.refresh_from_db()
    assert term.never_held


def test_nobody_appoints_themselves_nor_far_ahead(chief: Person, reviewer: Person, reviewing_post: Post) -> None:
    with pytest.raises(ValidationError) as refused:
        appoint(chief, reviewing_post, by=chief)
    assert "person" in refused.value.message_dict
    assert not reviewing_post.memberships.exists()
    with pytest.raises(ValidationError) as refused:  # a slip of the year
        appoint(reviewer, reviewing_post, since=date(9999, 12, 31), by=chief)
    assert "since" in refused.value.message_dict


def test_a_person_ends_no_term_more_than_a_month_back(
    today: date, reviewer: Person, chief: Person, reviewing_post: Post
) -> None:
    term = appoint(reviewer, reviewing_post, since=today - timedelta(days=90))
    with pytest.raises(ValidationError) as refused:
        end_term(term, until=today - timedelta(days=32), by=chief)
    assert "until" in refused.value.message_dict
    assert end_term(term, until=today - timedelta(days=31), by=chief).until == today - timedelta(days=31)
