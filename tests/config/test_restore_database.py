"""The copy the tests restore from brings back everything: rows, triggers, numbers."""

from __future__ import annotations

import pytest
from django.db import connection

from roles.models import Person

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
}


def triggers() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_what_one_test_commits_the_next_does_not_see(round_: int) -> None:
    assert not Person.objects.exists()
    Person.objects.create_user("left", name="behind")


@pytest.mark.django_db(transaction=True)
def test_guards_of_the_acts_are_there_after_a_restore() -> None:
    assert [name for name in triggers() if "act" in name]


@pytest.mark.django_db
def test_database_is_a_real_one_with_the_locks_of_real_use() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
            cursor.execute("PRAGMA recursive_triggers")
            assert cursor.fetchone() == (1,)
        else:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("4s",)
