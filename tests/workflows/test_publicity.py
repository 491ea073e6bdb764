"""双公示: an agency's licences under the fields of the credit platforms, for its own people, what is missing named."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from permits.kinds import kind_or_absent
from permits.models import Permit, RegisterEntry
from permits.models.permit import P
from permits.models.states import S
from permits.register.publicity import HEADS, LAST_DAY, Row, granted, rows
from roles.models import Agency, OperatingUnit
from tests.cast import Cast, log_in
from tests.copies import copy
from tests.permits.life.cases import Desk
from tests.permits.occupation.cases import Office

YEAR = date(2026, 1, 1), date(2027, 12, 31)


def of(agency: Agency, *codes: str) -> list[Row]:
    return list(rows(granted(agency, *YEAR, codes or ("tending", "occupation"))))


def cell(row: Row, head: str) -> str:
    return row.cells[HEADS.index(head)]


@pytest.fixture
def licence(traveller: Any) -> RegisterEntry:
    """A temporary use of land, granted."""
    return RegisterEntry.objects.get(pk=Desk.of_temporary_use(traveller).case.pk)


@pytest.fixture
def traveller(begins_with_matrix: None, db: None) -> Iterator[Any]:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as moved:
        Office.enter()
        yield moved


def test_a_design_that_is_no_licence_is_left_out_and_the_page_says_why(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    agency = RegisterEntry.objects.get(pk=case.pk).agency
    assert agency is not None
    assert of(agency) == []
    page = log_in(cast.decider).get(reverse("agency-publicity", args=[agency.slug])).content.decode()
    assert str(kind_or_absent("tending").label) in page


def test_a_licence_has_every_field_and_names_what_is_missing(licence: RegisterEntry) -> None:
    assert licence.agency is not None
    (row,) = of(licence.agency)
    assert len(row.cells) == len(HEADS) == 19
    assert cell(row, "行政许可决定文书号") == licence.number
    assert cell(row, "许可机关") == licence.agency.name
    assert cell(row, "当前状态") == "有效"
    unit = licence.permit.application.unit
    OperatingUnit.objects.filter(pk=unit.pk).update(uscc="", representative="")
    Agency.objects.filter(pk=licence.agency.pk).update(uscc="")
    RegisterEntry.objects.update(holder_code="")
    Permit.objects.update(status=P.REVOKED, valid_to=None)
    (row,) = of(licence.agency)
    assert {"统一社会信用代码", "法定代表人", "许可机关统一社会信用代码"} <= set(row.lacking)
    assert (cell(row, "当前状态"), cell(row, "有效期至")) == ("无效", LAST_DAY)
    assert cell(row, "备注")


def test_of_a_natural_person_no_number_and_no_representative_is_delivered(licence: RegisterEntry) -> None:
    assert licence.agency is not None
    unit = licence.permit.application.unit
    said = {"name": "张小林", "uscc": "110101199001011234", "representative": "李大山"}
    OperatingUnit.objects.filter(pk=unit.pk).update(kind=OperatingUnit.Kind.PERSON, **said)
    call_command("keep_register", "--all")
    (row,) = of(licence.agency)
    assert not any(one in text for text in row.cells for one in said.values())
    assert "统一社会信用代码" not in row.lacking


def test_only_the_agencys_own_people_take_it_away(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    agency = RegisterEntry.objects.get(pk=case.pk).agency
    assert agency is not None
    place = reverse("agency-publicity", args=[agency.slug])
    for person, code in (
        (cast.decider, 200), (cast.head, 200), (cast.district_reviewer, 404), (cast.district_head, 404),
        (cast.clerk, 404), (cast.stranger, 404), (cast.auditor, 404),
    ):  # fmt: skip
        assert log_in(person).get(place).status_code == code, person


def test_the_file_has_the_heads_and_a_wrong_period_is_told(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    agency = RegisterEntry.objects.get(pk=case.pk).agency
    assert agency is not None
    place, desk = reverse("agency-publicity", args=[agency.slug]), log_in(cast.decider)
    today = timezone.localdate().isoformat()
    file = desk.get(place, {"first": today, "last": today, "format": "csv"})
    assert next(csv.reader(io.StringIO(file.content.decode("utf-8-sig")))) == list(HEADS)
    for first, last in ((today, "2020-01-01"), ("2020-01-01", today), ("x", today)):
        assert desk.get(place, {"first": first, "last": last}).status_code == 422


def test_fifty_rows_ask_as_often_as_five(cast: Cast) -> None:
    """Each names what its papers are called, and hides the names that changes asked for."""
    walked = cast.walk_to(S.APPROVED)
    copy([walked], times=49)
    entries = RegisterEntry.objects.select_related("permit__application__unit", "permit__granted_by", "agency")
    asked = []
    for number in (5, 50):
        with CaptureQueriesContext(connection) as told:
            assert len(list(rows(entries[:number]))) == number
        asked.append(len(told))
    assert asked == [3, 3]
