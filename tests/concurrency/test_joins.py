"""Two opinions that meet at a join at once, on PostgreSQL: both are recorded, and what follows opens once."""

from __future__ import annotations

import pytest
import time_machine

from permits.states import S
from tests.concurrency.test_races import act, check, race
from tests.permits.occupation.cases import Office, draft

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

ROUNDS = 10


def test_the_last_two_opinions_at_once_open_the_final_review_once() -> None:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True):
        Office.enter()
        for _round in range(ROUNDS):
            case, clerk = draft()
            office = Office(clerk)
            office.do(case, "submit", statement=True)
            office.do(case, "accept")
            office.do(case, "recommend", outcome="approve", opinion="同意。")
            *others, first, second = office.items(case, "give_opinion")
            for item in others:
                office.do(case, "give_opinion", item=item, position="agree", opinion="同意。")
            people = [office.officer(item.mandate) for item in (first, second) if item.mandate]
            racers = [
                act(case, "give_opinion", by=person, item=item, late=True, position="agree", opinion="同意。")
                for person, item in zip(people, (first, second), strict=True)
            ]
            after = check(case, race(*racers))
            waiting = len(office.items(after, "give_opinion"))
            given = after.acts.filter(act="give_opinion").count()
            assert given + waiting == len(others) + 2
            assert after.status == S.FINAL_REVIEW
            assert len(office.items(after, "propose")) == (0 if waiting else 1)
