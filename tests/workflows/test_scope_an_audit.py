"""What an audit engagement looks into: narrowed by place, kind, person and term; one that is none opens nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from permits.errors import BadFacts, NotPermitted
from roles.models import Jurisdiction, Membership
from tests.cast import Cast, log_in
from tests.workflows.engaged import SINCE, UNTIL, Engaged
from workflows.engagements.standing import Standing
from workflows.models import Engagement, EngagementEntry


@pytest.fixture
def engaged(cast: Cast) -> Engaged:
    return Engaged.with_cases(cast)


def test_a_place_a_kind_a_person_and_a_term_narrow_the_scope(engaged: Engaged) -> None:
    cast, every = engaged.cast, {case.number for case in engaged.cases}
    now = timezone.now() + timedelta(seconds=1)

    def numbers(**said: Any) -> set[str]:
        return {line.number for line in Standing.of(engaged.open(**said)).scope.population(now)}

    place = Jurisdiction.objects.get(pk="110118")
    assert numbers(agency=None, place=place) == every
    assert numbers(agency=None, place=place.parent, kind="tending") == every
    assert numbers(person=cast.decider) == every
    term = Membership.objects.get(person=cast.head)
    assert numbers(agency=None, term=term, since=None, until=None) == every
    for said in ({"person": cast.acceptor}, {"until": date(2026, 1, 2)}):
        with pytest.raises(BadFacts):
            engaged.open(**said)
    with pytest.raises(NotPermitted):
        engaged.open(kind="felling")  # of which this auditor holds no mandate


WRONG_SCOPES: list[dict[str, Any]] = [
    {"agency": None}, {"since": UNTIL, "until": SINCE}, {"since": None}, {"title": " "}, {"ground": ""},
    {"title": "长" * 201}, {"title": "a\x00b"},
]  # fmt: skip


@pytest.mark.parametrize("said", WRONG_SCOPES)
def test_a_scope_that_is_none_opens_nothing(engaged: Engaged, said: dict[str, Any]) -> None:
    with pytest.raises(BadFacts):
        engaged.open(**said)
    assert not Engagement.objects.exists()
    assert not EngagementEntry.objects.exists()


def test_a_form_that_says_nothing_is_told_what_is_missing(engaged: Engaged) -> None:
    client = log_in(engaged.cast.auditor)
    for said in ({}, {"title": "x", "ground": "y"}, {"since": "2026-02-30"}, {"agency": "abc", "members": ["9" * 30]}):
        answered = client.post("/desk/engagements/new/", said)
        assert answered.status_code == 422
        assert answered.context["form"].errors
    assert not Engagement.objects.exists()
