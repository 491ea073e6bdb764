"""The cast: a bureau with a reviewing and a heading post, a forest farm with a clerk's post, people to fill them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Group

from roles.accounts import make_administrator
from roles.appointments import appoint, grant
from roles.models import Administration, Agency, Jurisdiction, Mandate, OperatingUnit, Person, Post, SourceDocument
from tests.roles.matrix_files import small_matrix

TODAY = date(2026, 11, 20)


@pytest.fixture
def today() -> Iterator[date]:
    """A working day stands still: noon in Beijing."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield TODAY


@pytest.fixture
def miyun(db: None) -> Jurisdiction:
    nation = Jurisdiction.objects.create(code="100000", name="中华人民共和国", level="national")
    city = Jurisdiction.objects.create(code="110000", name="北京市", level="municipal", parent=nation)
    return Jurisdiction.objects.create(code="110118", name="密云区", level="district", parent=city)


@pytest.fixture
def bureau(miyun: Jurisdiction) -> Agency:
    return Agency.objects.create(slug="bureau", name="密云区园林绿化局", level="district", jurisdiction=miyun)


@pytest.fixture
def farm(miyun: Jurisdiction) -> OperatingUnit:
    return OperatingUnit.objects.create(name="密云区雾灵林场", kind="district_state_farm", jurisdiction=miyun)


@pytest.fixture
def mandate(bureau: Agency, miyun: Jurisdiction) -> Mandate:
    document = SourceDocument.objects.create(code="S0", title="方案")
    return Mandate.objects.create(
        key="tending.first_review.bureau",
        agency=bureau,
        matter="抚育",
        kind="tending",
        jurisdiction=miyun,
        duty="first_review",
        document=document,
        line="L27",
        clause="必须编制作业设计",
    )


def make_post(slug: str, *, agency: Agency | None = None, unit: OperatingUnit | None = None) -> Post:
    return Post.objects.create(slug=slug, name=slug, agency=agency, unit=unit, group=Group.objects.create(name=slug))


@pytest.fixture
def reviewing_post(bureau: Agency) -> Post:
    return make_post("reviewing", agency=bureau)


@pytest.fixture
def heading_post(bureau: Agency) -> Post:
    return make_post("heading", agency=bureau)


@pytest.fixture
def clerk_post(farm: OperatingUnit) -> Post:
    return make_post("clerk", unit=farm)


@pytest.fixture
def make_person(db: None) -> Callable[..., Person]:
    def make(username: str, **values: object) -> Person:
        return Person.objects.create_user(username, name=username, **values)

    return make


@pytest.fixture
def reviewer(make_person: Callable[..., Person]) -> Person:
    return make_person("reviewer")


@pytest.fixture
def stranger(make_person: Callable[..., Person]) -> Person:
    return make_person("stranger")


@pytest.fixture
def chief(make_person: Callable[..., Person], bureau: Agency, heading_post: Post) -> Person:
    """The head of the bureau."""
    grant(heading_post, bureau)
    person = make_person("chief")
    appoint(person, heading_post)
    return person


@pytest.fixture
def manager(make_person: Callable[..., Person], farm: OperatingUnit) -> Person:
    """The manager of the farm."""
    post = make_post("managing", unit=farm)
    grant(post, farm, manage=True)
    person = make_person("manager")
    appoint(person, post)
    return person


@pytest.fixture
def administrators(make_person: Callable[..., Person]) -> dict[str, Person]:
    """The three, by role."""
    people = {role: make_person(f"{role}_administrator") for role in Administration.Role.values}
    for role, person in people.items():
        make_administrator(person, role)
    return people


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The files of a small role matrix."""
    return small_matrix(tmp_path)
