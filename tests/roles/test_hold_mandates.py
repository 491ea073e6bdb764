"""What a person may do today: ended and future terms and grants give nothing, nor does being a superuser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from roles.access import agencies_headed_by, mandates_of, units_of
from roles.appointments import appoint, grant
from roles.looks import one_look
from roles.models import Agency, Mandate, MandateGrant, Membership, OperatingUnit, Person, Post

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("term", "given", "holds"),
    [
        ((0, None), (0, None), True),
        ((-9, 0), (-9, 0), True),
        ((-9, -1), (-9, None), False),
        ((1, None), (-9, None), False),
        ((-9, None), (-9, -1), False),
        ((-9, None), (1, None), False),
    ],
    ids=["today", "last day", "term ended", "term ahead", "grant ended", "grant ahead"],
)
def test_term_and_grant_must_both_hold_today(
    today: date,
    reviewer: Person,
    reviewing_post: Post,
    mandate: Mandate,
    term: tuple[int, int | None],
    given: tuple[int, int | None],
    holds: bool,
) -> None:
    since, until = (None if days is None else today + days * DAY for days in term)
    appoint(reviewer, reviewing_post, since=since, until=until)
    since, until = (None if days is None else today + days * DAY for days in given)
    grant(reviewing_post, mandate, since=since, until=until)
    assert list(mandates_of(reviewer)) == ([mandate] if holds else [])


def test_one_posts_ended_term_does_not_borrow_anothers(
    today: date, reviewer: Person, reviewing_post: Post, heading_post: Post, mandate: Mandate
) -> None:
    appoint(reviewer, reviewing_post, since=today - 9 * DAY, until=today - DAY)
    appoint(reviewer, heading_post)
    grant(reviewing_post, mandate)
    assert not mandates_of(reviewer).exists()


def test_another_duty_on_the_mandate_gives_nothing(reviewer: Person, reviewing_post: Post, mandate: Mandate) -> None:
    appoint(reviewer, reviewing_post)
    MandateGrant.objects.create(
        group=reviewing_post.group,
        content_object=mandate,
        permission=Permission.objects.get(codename="decide_under", content_type__app_label="roles"),
    )
    assert not mandates_of(reviewer).exists()


def test_superuser_gets_nothing(
    make_person: Callable[..., Person], reviewing_post: Post, heading_post: Post, clerk_post: Post,
    mandate: Mandate, bureau: Agency, farm: OperatingUnit,
) -> None:  # fmt: skip
    root = make_person("root", is_superuser=True, is_staff=True)
    grant(reviewing_post, mandate)
    grant(heading_post, bureau)
    grant(clerk_post, farm)
    assert not mandates_of(root).exists()
    assert not agencies_headed_by(root).exists()
    assert not units_of(root).exists()


def test_closed_account_gets_nothing(reviewer: Person, reviewing_post: Post, mandate: Mandate) -> None:
    appoint(reviewer, reviewing_post)
    grant(reviewing_post, mandate)
    reviewer.is_active = False  # by any road, not only by deactivate()
    reviewer.save(update_fields=["is_active"])
    assert not mandates_of(reviewer).exists()


def test_group_membership_alone_gives_nothing(stranger: Person, reviewing_post: Post, mandate: Mandate) -> None:
    grant(reviewing_post, mandate)
    reviewing_post.group.user_set.add(stranger)
    assert not mandates_of(stranger).exists()


def test_head_and_applicant_get_what_their_posts_have(
    reviewer: Person, stranger: Person, heading_post: Post, clerk_post: Post, bureau: Agency, farm: OperatingUnit
) -> None:
    appoint(reviewer, heading_post)
    appoint(stranger, clerk_post)
    grant(heading_post, bureau)
    grant(clerk_post, farm)
    assert list(agencies_headed_by(reviewer)) == [bureau]
    assert list(units_of(stranger)) == [farm]
    assert not agencies_headed_by(stranger).exists()
    assert not units_of(reviewer).exists()


@pytest.mark.parametrize("asked", [mandates_of, units_of, agencies_headed_by])
def test_each_question_costs_two_short_queries_once_it_was_asked_and_within_one_look_one(
    asked: Callable[[Person], Any],
    reviewer: Person,
    reviewing_post: Post,
    clerk_post: Post,
    mandate: Mandate,
    bureau: Agency,
    farm: OperatingUnit,
    django_assert_num_queries: Any,
) -> None:
    for post, given in ((reviewing_post, mandate), (reviewing_post, bureau), (clerk_post, farm)):
        grant(post, given)
    appoint(reviewer, reviewing_post)
    appoint(reviewer, clerk_post)
    list(asked(reviewer))
    with django_assert_num_queries(2):  # whether anything changed; what is asked for
        assert list(asked(reviewer))
    with one_look():
        list(asked(reviewer))
        with django_assert_num_queries(1):
            assert list(asked(reviewer))


def test_one_look_tells_one_state_of_things_and_the_next_another(
    today: date, reviewer: Person, reviewing_post: Post, mandate: Mandate
) -> None:
    appoint(reviewer, reviewing_post, since=today - DAY)
    grant(reviewing_post, mandate)
    with one_look():
        assert mandates_of(reviewer).exists()
        Membership.objects.filter(person=reviewer).update(until=today - DAY)
        assert mandates_of(reviewer).exists()
    assert not mandates_of(reviewer).exists()
