"""Posts get and lose grants on mandates, agencies and units."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from roles.appointments import end_grant, grant
from roles.models import Agency, AgencyGrant, Mandate, MandateGrant, OperatingUnit, Person, Post, UnitGrant

pytestmark = pytest.mark.django_db


def test_grant_on_a_mandate_is_for_its_own_duty_and_tells_by_whom(
    today: date, administrators: dict[str, Person], reviewing_post: Post, mandate: Mandate
) -> None:
    by = administrators["security"]
    given = grant(reviewing_post, mandate, by=by, ground="岗位职责表第3条")
    assert isinstance(given, MandateGrant)
    assert (given.permission.codename, given.group) == ("first_review_under", reviewing_post.group)
    assert (given.granted_by, given.since, given.until, given.ground) == (by, today, None, "岗位职责表第3条")


def test_grant_on_an_agency_is_to_head_it_and_on_a_unit_to_apply(
    heading_post: Post, bureau: Agency, clerk_post: Post, farm: OperatingUnit
) -> None:
    headship, applying = grant(heading_post, bureau), grant(clerk_post, farm)
    assert isinstance(headship, AgencyGrant)
    assert isinstance(applying, UnitGrant)
    assert [given.permission.codename for given in (headship, applying)] == ["head", "apply_for"]


def test_the_same_grant_is_not_given_twice_at_a_time(today: date, reviewing_post: Post, mandate: Mandate) -> None:
    grant(reviewing_post, mandate)
    with pytest.raises(ValidationError) as refused:
        grant(reviewing_post, mandate, since=today + timedelta(days=5))
    assert list(refused.value.message_dict) == ["since"]


def test_an_ended_grant_can_be_given_again_and_both_remain(
    today: date, administrators: dict[str, Person], reviewing_post: Post, mandate: Mandate
) -> None:
    first = grant(reviewing_post, mandate, since=today - timedelta(days=9))
    ended = end_grant(first, by=administrators["security"])
    assert (ended.until, ended.ended_by) == (today - timedelta(days=1), administrators["security"])
    grant(reviewing_post, mandate)
    assert MandateGrant.objects.count() == 2


def test_an_ended_grant_is_not_ended_again(today: date, reviewing_post: Post, mandate: Mandate) -> None:
    given = grant(reviewing_post, mandate, since=today - timedelta(days=9), until=today - timedelta(days=5))
    with pytest.raises(ValidationError) as refused:
        end_grant(given)
    assert list(refused.value.message_dict) == ["until"]


def test_a_post_gets_no_mandate_of_another_agency(clerk_post: Post, mandate: Mandate) -> None:
    with pytest.raises(ValidationError) as refused:
        grant(clerk_post, mandate)
    assert list(refused.value.message_dict) == ["post"]


def test_an_agencys_post_does_not_apply_for_a_unit(reviewing_post: Post, farm: OperatingUnit) -> None:
    with pytest.raises(ValidationError) as refused:
        grant(reviewing_post, farm)
    assert list(refused.value.message_dict) == ["post"]


@pytest.mark.parametrize("duty", ["lead", "responsible", "assist", "implement", "enforce"])
def test_duties_of_a_task_cannot_be_granted(reviewing_post: Post, mandate: Mandate, duty: str) -> None:
    mandate.duty = duty
    with pytest.raises(ValidationError) as refused:
        grant(reviewing_post, mandate)
    assert list(refused.value.message_dict) == ["target"]
