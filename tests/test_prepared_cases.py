"""What tests begin with (tests/prepared.py) is what walking there would give, and nothing beside it."""

from __future__ import annotations

import pytest

from permits.ledger.chain import problems_of
from permits.models import Application
from permits.models.document import DocumentFile
from roles.models import Person
from tests.cast import WAY, Cast, make_person
from tests.permits.felling.cases import draft
from tests.permits.occupation.cases import Office
from tests.prepared import APPROVED, LAST, WALKED, walked_once
from workflows.models import WorkItem


def told(case: Application) -> dict[str, list[object]]:
    """What is on record of a case and what waits in it, without keys, numbers and times."""
    items = WorkItem.objects.filter(application=case).order_by("pk")
    return {
        "acts": [
            (act.act, act.before, act.after, act.person, act.mandate, act.facts) for act in case.acts.order_by("seq")
        ],
        "items": list(items.values_list("flow_task", "status", "mandate", "due", "owner")),
        "papers": list(case.documents.order_by("pk").values_list("kind", "agency", "status")),
        "files": list(case.materials.order_by("slot").values_list("slot", "versions__name")),
    }


@pytest.mark.parametrize("status", WAY)
def test_a_prepared_case_is_told_like_one_walked_here(cast: Cast, status: str) -> None:
    prepared = cast.case_at(status)
    assert list(Application.objects.all()) == [prepared]
    walked = cast.case_at(status)
    assert walked.pk > prepared.pk
    assert (walked.status, prepared.status) == (status, status)
    assert told(prepared) == told(walked)
    assert problems_of(prepared) == problems_of(walked) == []


@pytest.mark.parametrize("status", WAY)
def test_a_prepared_case_goes_after_one_that_was_walked_first(cast: Cast, status: str) -> None:
    walked, second = cast.walk_to(status), cast.case_at(status)
    assert {walked, second} == set(Application.objects.all())
    assert walked.number != second.number or walked.number is None


def test_every_case_can_stand_beside_the_others(cast: Cast) -> None:
    cases = [cast.case_at(status) for status in reversed(WAY)]
    numbers = [case.number for case in cases if case.number]
    assert len(set(numbers)) == len(numbers) == len(WAY) - 1
    assert cast.walk_to("submitted").number not in numbers


def test_as_many_approved_cases_as_are_recorded_stand_side_by_side(cast: Cast) -> None:
    cases = [cast.case_at("approved", number=1 + number) for number in range(APPROVED)]
    assert len({case.number for case in cases}) == APPROVED
    assert max(case.pk for case in cases) < LAST, "recorded, not walked"
    assert not [problem for case in cases for problem in problems_of(case)]


def test_a_printed_case_has_its_files(cast: Cast) -> None:
    case = cast.printed_case()
    assert DocumentFile.objects.filter(document__application=case).count() == case.documents.count() == 4


def test_the_cast_is_everyone_and_nobody_else(cast: Cast) -> None:
    named = {value for value in vars(cast).values() if isinstance(value, Person)}
    assert named == set(Person.objects.all())
    assert set(cast.officers.values()) < named


# ---- what is walked once ---------------------------------------------------------------------------------------------
@walked_once("matrix")
def applied(number: int) -> Application:
    """A licence applied for; `number` tells one walk from another."""
    case, clerk = draft()
    Office(clerk).do(case, "submit", statement=True)
    return Application.objects.get(pk=case.pk)


@pytest.fixture
def empty(begins_with_matrix: None, db: None, now: None) -> None:
    """The matrix alone."""


def without_people(case: Application) -> dict[str, object]:
    """Each draft has a clerk of its own."""
    acts = case.acts.order_by("seq").values_list("act", "before", "after", "mandate")
    items = (
        WorkItem.objects.filter(application=case).order_by("pk").values_list("flow_task", "status", "mandate", "due")
    )
    return told(case) | {"acts": list(acts), "items": list(items)}


def test_what_was_walked_once_is_put_back_and_a_second_one_is_walked(empty: None) -> None:
    put_back, walked = applied(1), applied(1)
    assert WALKED < put_back.pk < walked.pk
    assert put_back.number != walked.number
    assert without_people(put_back) == without_people(walked)
    assert problems_of(put_back) == problems_of(walked) == []


@pytest.mark.parametrize("again", [1, 2])
def test_it_is_the_same_in_each_test_that_begins_with_it(empty: None, again: int) -> None:
    assert not Application.objects.exists()
    case = applied(2)
    assert list(Application.objects.all()) == [case]
    record = [act.hash for act in case.acts.order_by("seq")]
    assert SEEN.setdefault("record", record) == record


SEEN: dict[str, list[str]] = {}


def test_where_something_was_written_before_it_is_walked(empty: None) -> None:
    make_person("somebody", "某人")
    assert applied(1).pk not in range(WALKED, 2 * WALKED), "walked, not put back"
