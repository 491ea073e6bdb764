"""Who bears a name is looked up before the rows are: as keys, or, where too many bear it, within the query."""

from __future__ import annotations

import pytest

from permits.models.states import S
from roles.models import OperatingUnit, Person
from tests.cast import Cast
from workflows.desk.asked import as_auditor
from workflows.filters import CaseFilter, of_name

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("at_once", [0, 5_000])
def test_a_name_finds_the_same_however_many_bear_it(cast: Cast, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr("workflows.filters.NAMED_AT_ONCE", at_once)
    case = cast.case_at(S.APPROVED)
    assert isinstance(of_name(Person, cast.decider.name), list) is bool(at_once)
    asked = as_auditor(cast.auditor)
    for person, there in ((cast.decider, True), (cast.rival, False)):
        found = CaseFilter({"person": person.name}, queryset=asked.scope).qs
        assert list(found) == [case] * there
        assert list(asked.of(person=person.name).cases_acted_in()) == [case] * there
    for unit, there in ((cast.farm.name[1:], True), ("查无此人", False)):
        assert list(asked.of(unit=unit).cases) == [case] * there


def test_a_name_nobody_bears_finds_nothing(cast: Cast) -> None:
    assert of_name(OperatingUnit, "查无此人") == []
