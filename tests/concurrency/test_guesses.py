"""Forty wrong passwords for one login at one instant, each from a network of its own, on PostgreSQL."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from roles.locks import OF_LOGIN
from roles.models import NetworkCount, SecurityEvent
from roles.models.security import What
from tests.cast import make_person
from tests.concurrency.racing import race
from tests.config.entering import enter

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

ROUNDS, GUESSES = 3, 40


def test_of_forty_guesses_at_one_instant_ten_at_most_are_looked_at():
    for number in range(ROUNDS):
        login = make_person(f"guessed-{number}", "王五").username
        racers = [
            lambda login=login, guess=guess: enter(login, f"wrong {guess}", at=f"10.0.{guess}.1")
            for guess in range(GUESSES)
        ]
        assert race(*racers) == ["ok"] * GUESSES
        looked_at = SecurityEvent.objects.filter(what=What.LOGIN_FAILED, details__login=login).count()
        assert 0 < looked_at <= OF_LOGIN
    assert NetworkCount.objects.aggregate(sum=Sum("count"))["sum"] == 0
