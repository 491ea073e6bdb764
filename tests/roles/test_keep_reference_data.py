"""Answers from the reference data are kept as long as nothing of it changes, whoever changes it, by whatever means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from permits.clocks import verbs
from permits.clocks.calendar import WorkCalendar
from permits.models import CalendarDay, PromisedPeriod
from roles import access, mandates, reference
from roles.models import Agency, Mandate, Membership, OfficialDatum, OperatingUnit, Person, ReferenceStamp
from roles.models.official import Datum
from roles.official_data import official_data
from tests.cast import Cast

OVER = {"since": date(2026, 11, 18), "until": date(2026, 11, 19)}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "_states", {})


def _stamp() -> str:
    return str(reference.stamp())


def _bureau() -> Agency:
    return Agency.objects.get(slug="bj-miyun-forestry")


def _mandate_of(person: Person) -> Mandate:
    return Mandate.objects.get(pk=min(access.mandates_held(person)))


QUESTIONS: dict[str, Callable[[Cast], Any]] = {
    "groups": lambda cast: access._groups_of(cast.reviewer),
    "units": lambda cast: access._granted(OperatingUnit, cast.clerk, "apply_for"),
    "heads": lambda cast: access._granted(Agency, cast.reviewer, "head"),
    "mandates": lambda cast: access.mandates_held(cast.reviewer),
    "capacity": lambda cast: access.capacity(
        cast.reviewer, Mandate.objects.get(pk=min(access.mandates_held(cast.reviewer)))
    ),
    "reach": lambda cast: access.reach_of(cast.reviewer),
    "mandates within reach": lambda cast: access.mandates_within_reach(cast.reviewer),
    "who applies": lambda cast: access.anybody_applies_for(cast.farm.pk),
    "a row": lambda cast: reference.kept_row(Mandate, min(access.mandates_held(cast.reviewer)), "document"),
    "served": lambda cast: access.units_served(frozenset({cast.clerk.pk})),
    "places": lambda cast: mandates.places_upward("110118"),
    "responsible": lambda cast: mandates.responsible("tending", "accept", district="110118", on=date(2026, 11, 20)),
    "official data": lambda cast: official_data(_bureau(), date(2026, 11, 20)),
    "promises": lambda cast: verbs._promises(_bureau(), "tending"),
    "calendar": lambda cast: WorkCalendar.load(),
}
CHANGES: dict[str, Callable[[Cast], Any]] = {
    "a term is ended": lambda cast: Membership.objects.filter(person=cast.reviewer).update(**OVER),
    "by hand": lambda cast: _by_hand("UPDATE roles_membership SET since = '2026-11-18', until = '2026-11-19'"),
    "an account is closed": lambda cast: Person.objects.filter(pk=cast.reviewer.pk).update(is_active=False),
    "a datum is entered": lambda cast: OfficialDatum.objects.create(
        agency=_bureau(),
        datum="phone",
        value="1",
        source="s",
        valid_from="2026-01-01",
    ),
    "a day is imported": lambda cast: CalendarDay.objects.create(date="2026-11-21", is_working=True, source="s"),
    "a period is promised": lambda cast: PromisedPeriod.objects.create(
        agency=_bureau(),
        kind="tending",
        period="decision",
        working_days=1,
        source="s",
    ),
    "a mandate leaves": lambda cast: Mandate.objects.update(ended_on="2026-01-01"),
    "grants are deleted": lambda cast: _by_hand("DELETE FROM roles_unitgrant"),
}


def _by_hand(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_of_reference_data_has_another_stamp(cast: Cast, change: str) -> None:
    before = _stamp()
    CHANGES[change](cast)
    assert _stamp() != before


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_kept_and_reads_nothing_but_reference_data(cast: Cast, question: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        first = QUESTIONS[question](cast)
    declared = {model._meta.db_table for model in apps.get_models() if getattr(model, "reference_data", False)}
    read = {table for said in asked.captured_queries for table in re.findall(r'(?:FROM|JOIN) "?(\w+)', said["sql"])}
    assert read - declared <= {"auth_group", "auth_permission", "roles_referencestamp", "roles_operatingunit"}
    with CaptureQueriesContext(connection) as again:
        assert QUESTIONS[question](cast) == first
    kept = [said["sql"] for said in again.captured_queries if "roles_referencestamp" not in said["sql"]]
    assert len(kept) <= 1, kept  # what the question itself looks up before it asks


def test_a_term_ended_this_second_counts_this_second(cast: Cast) -> None:
    assert access.mandates_held(cast.reviewer)
    CHANGES["by hand"](cast)
    assert not access.mandates_held(cast.reviewer)


def test_a_row_read_before_a_change_tells_nothing_of_what_holds_after_it(cast: Cast) -> None:
    """A request that waited holds rows of before: what it asks must not be kept for everybody after it."""
    person, mandate, agency = cast.reviewer, _mandate_of(cast.reviewer), _bureau()
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert person.is_active
    assert (access.mandates_held(person), access.capacity(person, mandate)) == (frozenset(), None)
    Person.objects.filter(pk=person.pk).update(is_active=True)
    assert access.capacity(person, mandate)
    Mandate.objects.update(ended_on="2026-01-01")
    assert access.capacity(person, mandate) is None
    Agency.objects.filter(pk=agency.pk).update(phone="010-12345678")
    agency.phone = "a form's that was refused"
    assert official_data(agency, date(1990, 1, 1))[Datum.PHONE] == "010-12345678"  # a day before any was entered


def test_a_change_that_is_undone_takes_its_answers_along(cast: Cast) -> None:
    before, held = _stamp(), access.mandates_held(cast.reviewer)
    for _time in range(2):
        with transaction.atomic():
            CHANGES["a term is ended"](cast)
            assert not access.mandates_held(cast.reviewer)
            transaction.set_rollback(True)
        assert (_stamp(), access.mandates_held(cast.reviewer)) == (before, held)


def test_the_next_day_is_asked_anew(cast: Cast) -> None:
    Membership.objects.filter(person=cast.reviewer).update(until=date(2026, 11, 20))
    assert access.mandates_held(cast.reviewer)
    with time_machine.travel("2026-11-21T00:00:01+08:00"):
        assert not access.mandates_held(cast.reviewer)


def test_a_log_in_is_no_change_of_it(cast: Cast) -> None:
    before = _stamp()
    cast.reviewer.save(update_fields=["last_login", "password"])
    assert _stamp() == before


def test_without_a_stamp_everything_is_asked_of_the_database(cast: Cast) -> None:
    ReferenceStamp.objects.all().delete()
    access.mandates_held(cast.reviewer)
    with CaptureQueriesContext(connection) as again:
        access.mandates_held(cast.reviewer)
    assert len(again) > 2


def test_what_is_kept_is_bounded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "ANSWERS", 5)
    for year in range(2000, 2020):
        mandates.responsible("tending", "accept", district="110118", on=date(year, 1, 1))
        CHANGES["by hand"](cast) if year % 4 == 0 else None
    assert len(reference._states) <= reference.STATES
    assert all(len(answers) <= 5 for answers in reference._states.values())
