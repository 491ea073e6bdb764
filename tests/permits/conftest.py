"""The cast of the applicant's pages: a forest farm in 密云 with a clerk and a driver who has no say, another farm, an
officer who accepts; a draft, and how to complete it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from permits.acts import open_draft, perform
from permits.materials import add_file
from permits.models import Act, Application
from permits.tending import edit
from permits.tending.cells import Cell, read
from permits.tending.columns import COLUMNS
from roles.appointments import appoint, grant
from roles.mandates import the_one
from roles.models import Agency, Jurisdiction, Mandate, OperatingUnit, Person, Post, SourceDocument

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
NOW = "2026-11-20T10:00:00+08:00"
REQUIRED = ("design", "maps", "survey", "management_plan")


def pdf(name: str = "设计说明书.pdf", more: bytes = b"") -> ContentFile[bytes]:
    return ContentFile(PDF.replace(b"<<>>", b"<<>> % " + more, 1), name=name)


def make_post(slug: str, *, unit: OperatingUnit | None = None, agency: Agency | None = None) -> Post:
    return Post.objects.create(slug=slug, name=slug, unit=unit, agency=agency, group=Group.objects.create(name=slug))


def make_person(username: str, post: Post) -> Person:
    person = Person.objects.create_user(username, name=username, password="x")
    appoint(person, post)
    return person


def log_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def now() -> Iterator[None]:
    """Friday, 20 November 2026; the law and the calendar of that day."""
    with time_machine.travel(NOW, tick=True):
        yield


MATRIX = (Jurisdiction, SourceDocument, Agency, Mandate)
_loaded: dict[type[Model], list[Model]] = {}


@pytest.fixture
def matrix(db: None, now: None) -> None:
    """The role matrix as load_roles makes it; read from its files for the first test only."""
    if not _loaded:
        call_command("load_roles", stdout=io.StringIO(), stderr=io.StringIO())
        _loaded.update({model: list(model._default_manager.all()) for model in MATRIX})
        return
    for model, rows in _loaded.items():
        model._default_manager.bulk_create(rows)


@pytest.fixture
def miyun(matrix: None) -> Jurisdiction:
    return Jurisdiction.objects.get(pk="110118")


@pytest.fixture
def farm(miyun: Jurisdiction) -> OperatingUnit:
    return OperatingUnit.objects.create(name="密云区雾灵林场", kind="district_state_farm", jurisdiction=miyun)


@pytest.fixture
def clerk(farm: OperatingUnit) -> Person:
    post = make_post("clerk", unit=farm)
    grant(post, farm)
    return make_person("clerk", post)


@pytest.fixture
def driver(farm: OperatingUnit) -> Person:
    """Of the same farm, without the right to apply for it."""
    return make_person("driver", make_post("driver", unit=farm))


@pytest.fixture
def stranger(miyun: Jurisdiction) -> Person:
    other = OperatingUnit.objects.create(name="别的林场", kind="district_state_farm", jurisdiction=miyun)
    post = make_post("stranger", unit=other)
    grant(post, other)
    return make_person("stranger", post)


@pytest.fixture
def acceptance(miyun: Jurisdiction) -> Mandate:
    return the_one("tending", "accept", district=miyun.pk, on=timezone.localdate())


@pytest.fixture
def officer(acceptance: Mandate) -> Person:
    post = make_post("officer", agency=acceptance.agency)
    grant(post, acceptance)
    return make_person("officer", post)


@pytest.fixture
def draft(farm: OperatingUnit, miyun: Jurisdiction, clerk: Person) -> Application:
    return open_draft("tending", farm, miyun, by=clerk)


@pytest.fixture
def complete(clerk: Person) -> Callable[[Application], Application]:
    """Fills in everything a draft needs, as its pages would."""

    def fill(draft: Application) -> Application:
        design = draft.tending
        edit.change_head(draft.pk, head(), version=design.version)
        edit.add_plot(draft.pk, {column.name: read(Cell(column.example or None), column) for column in COLUMNS})
        for slot in REQUIRED:
            add_file(draft.pk, slot, pdf(more=slot.encode()), by=clerk)
        return Application.objects.get(pk=draft.pk)

    return fill


def head() -> dict[str, Any]:
    """A head of a design in which nothing is missing."""
    return {
        "compiler": "市林业勘察设计院",
        "lead_designer": "堃",
        "surveyed_on": date(2026, 9, 1),
        "management_plan": "密云区天然林经营方案（2021-2030）",
        "purpose": "降低密度，促进天然更新",
        "funding": "subsidy",
        "work_from": date(2026, 12, 1),
        "work_to": date(2027, 1, 31),
        "felling": True,
    }


@pytest.fixture
def submitted(draft: Application, complete: Callable[[Application], Application], clerk: Person) -> Application:
    complete(draft)
    return perform(draft.pk, "submit", by=clerk, statement=True).application


@pytest.fixture
def ask_correction(officer: Person, acceptance: Mandate) -> Callable[..., Act]:
    """The officer asks for the correction of these places."""

    def ask(application: Application, *places: str) -> Act:
        items = [{"where": place, "what": f"请补正：{place}"} for place in places]
        return perform(application.pk, "request_correction", by=officer, mandate=acceptance, items=items)

    return ask


@pytest.fixture
def desk(clerk: Person) -> Client:
    """The clerk's browser."""
    return log_in(clerk)
