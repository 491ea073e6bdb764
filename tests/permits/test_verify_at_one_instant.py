"""Who is entered, and what is decided, while the record is verified is not named as what no line or act tells of."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection

from permits.models.states import S
from permits.verification.instant import one_instant
from permits.verification.registry import Batch
from permits.verification.run import of_cases
from roles import whole_rows
from roles.accounts import open_account
from tests.cast import Cast

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


def test_what_is_decided_meanwhile_is_in_acts_and_tables_or_in_neither(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cast.case_at(S.SUBMITTED)
    read = Batch._hand_over

    def accept() -> None:
        cast.do(case, "accept")
        connection.close()

    def and_then_it_is_accepted(batch: Batch) -> None:
        read(batch)
        officer = Thread(target=accept)
        officer.start()
        officer.join()

    monkeypatch.setattr(Batch, "_hand_over", and_then_it_is_accepted)
    assert list(of_cases([case.pk])) == []
    monkeypatch.undo()
    assert case.acts.filter(act="accept").exists()
    assert list(of_cases([case.pk])) == []
