"""Who is entered while the record is verified is not named as somebody no line tells of."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection

from permits.verification.instant import one_instant
from roles import whole_rows
from roles.accounts import open_account

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def enter_somebody() -> None:
    open_account("meanwhile", "同时")
    connection.close()


def test_who_is_entered_meanwhile_is_in_log_and_tables_or_in_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    read_log = whole_rows._recorded

    def and_then_somebody_is_entered() -> whole_rows.Rows:
        found = read_log()
        someone = Thread(target=enter_somebody)
        someone.start()
        someone.join()
        return found

    monkeypatch.setattr(whole_rows, "_recorded", and_then_somebody_is_entered)
    with one_instant():
        assert list(whole_rows.differences()) == []
    monkeypatch.undo()
    assert list(whole_rows.differences()) == []
