"""The same ground in another case: found however it is written, told at submission, acceptance and decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permits.acts.assessment import verdict
from permits.acts.grounds import disagreements, facts, key_of, overlaps
from permits.acts.perform import perform
from permits.models import Application
from permits.models.states import S
from permits.rules import Finding
from tests.cast import NOW, fresh, log_in
from tests.permits.felling import cases as felling
from tests.permits.occupation.cases import MIYUN, Office, draft, parcel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def matrix(begins_with_matrix: None) -> None:
    Office.enter()


def submitted(*rows: dict[str, Any], **other: Any) -> tuple[Application, Office]:
    case, clerk = draft(MIYUN, *rows, **other)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    return Application.objects.get(pk=case.pk), office


def told(case: Application) -> list[Finding]:
    return [one for one in verdict(Application.objects.get(pk=case.pk)).findings if one.rule == "G-SAME"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("110118", "石城镇", "石塘路村6林班", "563.1"), ("110118", "石城镇", "石塘路村 6", "563.1小班")),
        (("110118", "A", "b", "３"), ("110118", "a", "B", "3")),
    ],
)
def test_places_are_the_same_however_they_are_written(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert key_of(one) == key_of(other) != ""


def test_no_sub_compartment_no_place() -> None:
    assert key_of(("110118", "石城镇", "6", "")) == ""
    assert key_of(("110118", "石城镇", "6", "1")) != key_of(("110118", "石城镇", "61", ""))


def test_a_pending_case_is_told_and_who_ended_is_not() -> None:
    first, office = submitted()
    second, _office = submitted()
    (finding,) = told(second)
    assert (finding.severity, str(first) in str(finding.message)) == ("warn", True)
    assert [one.other for one in overlaps(first)] == [second]
    office.do(first, "withdraw")
    assert told(second) == []


def test_a_draft_is_told_before_it_is_handed_in_and_claims_nothing() -> None:
    first, _office = submitted()
    waiting, _clerk = draft()
    assert [one.other for one in overlaps(waiting)] == [first]
    assert overlaps(first) == []


def test_other_ground_is_not_the_same() -> None:
    submitted()
    other, _office = submitted(parcel(sub_compartment="564"))
    assert told(other) == []


def test_a_valid_permit_is_told_as_one() -> None:
    case, clerk = felling.draft()
    office = Office(clerk)
    for act, said in (("submit", {"statement": True}), ("accept", {})):
        office.do(case, act, **said)
    office.do(case, "propose", outcome="approve", opinion="同意")
    office.do(case, "approve", opinion="同意")
    again, clerk = felling.draft()
    perform(again.pk, "submit", by=clerk, statement=True)
    (finding,) = told(again)
    assert finding.severity == "warn"
    assert overlaps(again)[0].standing == "valid"


def test_what_two_declare_differently_stands_side_by_side() -> None:
    first, office = submitted()
    second, _office = submitted(parcel(land_class="shrub", origin="none"))
    (overlap,) = overlaps(second)
    labels = {one.label for one in disagreements(second, overlap)}
    assert len(labels) == 2
    mandate = office.items(first, "accept")[0].mandate
    assert mandate is not None
    page = log_in(office.officer(mandate)).get(f"/cases/{second.pk}/").content.decode()
    assert str(first) in page
    stranger = log_in(_office.clerk).get(f"/cases/{second.pk}/").content.decode()
    assert f"/cases/{first.pk}/" not in stranger


def test_where_a_state_secret_lies_is_told_to_officers_and_to_no_other_applicant() -> None:
    """Whoever drafted an application for the land after another learned of it: by the check of the draft, on the page
    of the case, and in the record to take away."""
    first, office = submitted(secret=True)
    waiting, clerk = draft()
    assert str(first) not in log_in(clerk).get(f"/drafts/{waiting.pk}/check/").text
    second, other_office = submitted()
    assert told(second) == []
    for page in ("", "record.json"):
        assert str(first) not in log_in(other_office.clerk).get(f"/cases/{second.pk}/{page}").text
    (item,) = office.items(second, "accept")
    assert item.mandate is not None
    desk = log_in(office.officer(item.mandate))
    for page in (f"/cases/{second.pk}/", f"/tasks/{item.pk}/"):
        assert str(first) in desk.get(page).text


def test_a_unit_is_told_of_a_state_secret_of_its_own_on_the_same_ground() -> None:
    first, _office = submitted(secret=True)
    waiting, _clerk = draft()
    assert facts(waiting) == {}
    Application.objects.filter(pk=waiting.pk).update(unit=first.unit)
    (other,) = facts(fresh(waiting))["same_ground"]
    assert other["case"] == str(first)


def test_what_is_handed_in_anew_claims_anew() -> None:
    first, office = submitted()
    office.do(first, "request_correction", items=[{"where": "parcels", "what": "小班号有误"}])
    row = first.occupation.rows.get()
    type(row).objects.filter(pk=row.pk).update(sub_compartment="999")
    office.do(first, "resubmit")
    assert [one.key.rpartition("|")[2] for one in first.ground.all()] == ["999"]


def test_many_cases_on_the_same_ground_cost_as_many_queries_as_few() -> None:
    case, office = submitted()
    mandate = office.items(case, "accept")[0].mandate
    assert mandate is not None
    desk, counts = log_in(office.officer(mandate)), []
    for _round in range(2):
        for _case in range(2):
            submitted(parcel(land_class="shrub"))
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"/cases/{case.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_confirms_is_shown_a_permit_that_was_granted_while_the_page_was_read() -> None:
    """Two units' applications on the same land, decided at once: neither is barred, and each is looked at as it is."""
    offices = []
    for _unit in range(2):
        case, clerk = felling.draft()
        office = Office(clerk)
        office.do(case, "submit", statement=True)
        office.do(case, "accept")
        office.do(case, "propose", outcome="approve", opinion="同意")
        offices.append((Application.objects.get(pk=case.pk), office))
    (first, office), (second, other) = offices
    item = other.items(second, "approve")[0]
    assert item.mandate is not None
    officer = other.officer(item.mandate)
    desk = log_in(officer, english=True)
    desk.post(f"/tasks/{item.pk}/claim/")
    said = {"act": "approve", "opinion": "同意"}
    looked = desk.post(f"/tasks/{item.pk}/", said)
    assert f"Another pending case speaks of this ground: {first}" in looked.content.decode()
    confirm = said | {"confirmed": "1", "looked_at": looked.context["board"].mark}
    office.do(first, "approve", opinion="同意")
    told = desk.post(f"/tasks/{item.pk}/", confirm)
    page = told.content.decode()
    assert f"A permit for this ground is valid already: case {first}" in page
    assert "look once more" in page
    assert Application.objects.get(pk=second.pk).status == S.AWAITING_DECISION
    confirmed = desk.post(f"/tasks/{item.pk}/", confirm | {"looked_at": told.context["board"].mark})
    assert confirmed.status_code == 302
    assert Application.objects.get(pk=second.pk).status == S.APPROVED


def test_what_was_handed_in_before_ground_was_remembered_is_claimed_by_a_command(capsys: Any) -> None:
    first, _office = submitted(parcel(sub_compartment="563.1"))
    claimed = list(first.ground.values_list("row", "key", "name"))
    first.ground.all().delete()  # as an upgrade from a version that remembered none leaves it
    second, _office = submitted(parcel(sub_compartment="563.1"))
    assert (bool(claimed), overlaps(second)) == (True, [])
    call_command("keep_ground")
    assert "1" in capsys.readouterr().out
    assert list(first.ground.values_list("row", "key", "name")) == claimed
    assert [one.other for one in overlaps(Application.objects.get(pk=second.pk))] == [first]
    call_command("keep_ground")
    assert list(first.ground.values_list("row", "key", "name")) == claimed
