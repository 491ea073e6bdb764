"""The cast: a forest farm with a clerk and the clerk's colleague in another unit, a draft of a design, a good row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils.translation import override

from permits.acts.perform import open_draft
from permits.models import Application
from permits.tables.cells import Cell, read
from permits.tending.columns import COLUMNS
from roles.appointments import appoint, grant
from roles.models import Jurisdiction, OperatingUnit, Person, Post

Row = dict[str, Any]


@pytest.fixture
def en() -> Iterator[None]:
    """Messages as they stand in the code."""
    with override("en"):
        yield


def make_unit(name: str, place: Jurisdiction) -> OperatingUnit:
    return OperatingUnit.objects.create(name=name, kind="district_state_farm", jurisdiction=place)


def make_clerk(username: str, unit: OperatingUnit) -> Person:
    person = Person.objects.create_user(username, name=username, password="x")
    post = Post.objects.create(slug=username, name=username, unit=unit, group=Group.objects.create(name=username))
    appoint(person, post)
    grant(post, unit)
    return person


@pytest.fixture
def miyun(db: None) -> Jurisdiction:
    nation = Jurisdiction.objects.create(code="100000", name="中华人民共和国", level="national")
    city = Jurisdiction.objects.create(code="110000", name="北京市", level="municipal", parent=nation)
    return Jurisdiction.objects.create(code="110118", name="密云区", level="district", parent=city)


@pytest.fixture
def farm(miyun: Jurisdiction) -> OperatingUnit:
    return make_unit("密云区雾灵林场", miyun)


@pytest.fixture
def clerk(farm: OperatingUnit) -> Person:
    return make_clerk("clerk", farm)


@pytest.fixture
def stranger(miyun: Jurisdiction) -> Person:
    return make_clerk("stranger", make_unit("别的林场", miyun))


@pytest.fixture
def draft(farm: OperatingUnit, miyun: Jurisdiction, clerk: Person) -> Application:
    return open_draft("tending", farm, miyun, by=clerk)


@pytest.fixture
def good_row() -> Row:
    """The template's example row, as it is read."""
    return {column.name: read(Cell(column.example or None), column) for column in COLUMNS}


@pytest.fixture
def rows(good_row: Row) -> Callable[[int], list[Row]]:
    return lambda count: [good_row | {"number": str(n), "area_ha": Decimal(n)} for n in range(1, count + 1)]


@pytest.fixture
def good_head() -> Row:
    return {
        "compiler": "市林业勘察设计院",
        "lead_designer": "堃",
        "management_plan": "密云区天然林经营方案（2021-2030）",
        "purpose": "降低密度，促进天然更新",
        "funding": "subsidy",
        "work_from": "2026-11-25",
        "work_to": "2027-01-31",
        "felling": "True",
    }


@pytest.fixture
def at_desk(client: Client, clerk: Person) -> Client:
    client.force_login(clerk)
    return client
