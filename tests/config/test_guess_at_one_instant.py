"""Guesses sent at one instant are no more than the locks leave, for one login and for one network."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection

from roles.locks import OF_LOGIN, OF_NETWORK
from roles.models import Person
from roles.models.security import What
from tests.config.entering import enter, lines

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
AT_ONCE = 20


def guess(logins: list[str]) -> Counter[int]:
    """How often each status was answered to wrong passwords for `logins`, AT_ONCE of them at one instant."""
    cache.clear()
    ready = Barrier(AT_ONCE)

    def one(login: str) -> int:
        ready.wait(60)
        try:
            return int(enter(login, "wrong").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as visitors:
        return Counter(visitors.map(one, logins))


@pytest.mark.parametrize("login", ["zhang", "nobody"])
def test_no_more_passwords_of_a_login_are_looked_at_than_lock_it(person: Person, login: str) -> None:
    answers = guess([login] * (2 * AT_ONCE))
    assert len(lines(What.LOGIN_FAILED)) == answers[200] <= OF_LOGIN
    assert len(lines(What.LOCKED)) == 1
    assert answers[429] == 2 * AT_ONCE - answers[200]


def test_no_more_passwords_are_looked_at_from_a_network_than_lock_it(person: Person) -> None:
    answers = guess([f"guess-{number}" for number in range(4 * AT_ONCE)])
    assert len(lines(What.LOGIN_FAILED)) == answers[200] <= OF_NETWORK
    assert len([line for line in lines(What.LOCKED) if "network" in line.details]) == 1
    assert answers[429] == 4 * AT_ONCE - answers[200]
