"""The cast seen from the applicant's desk: the clerk's draft, who may see it and who not, and how to complete it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from permits.acts.perform import open_draft, perform
from permits.drafts.materials import add_file
from permits.models import Act, Application
from permits.tending.kind import TENDING
from roles.models import Jurisdiction, Mandate, OperatingUnit, Person
from roles.models.mandates import Duty
from tests.cast import REQUIRED, Cast, head, log_in, make_person, make_post, pdf, plot


@pytest.fixture
def miyun(cast: Cast) -> Jurisdiction:
    return cast.miyun


@pytest.fixture
def farm(cast: Cast) -> OperatingUnit:
    return cast.farm


@pytest.fixture
def clerk(cast: Cast) -> Person:
    return cast.clerk


@pytest.fixture
def driver(farm: OperatingUnit) -> Person:
    """Of the same farm, without the right to apply for it."""
    return make_person("driver", "司机", make_post("driver", unit=farm))


@pytest.fixture
def rival(cast: Cast) -> Person:
    """The clerk of another farm."""
    return cast.rival


@pytest.fixture
def officer(cast: Cast) -> Person:
    """Who accepts applications in the district."""
    return cast.acceptor


@pytest.fixture
def draft(farm: OperatingUnit, miyun: Jurisdiction, clerk: Person) -> Application:
    """Just opened."""
    return open_draft("tending", farm, miyun, by=clerk)


@pytest.fixture
def acceptance(cast: Cast, draft: Application) -> Mandate:
    """The mandate the officer acts under."""
    return cast.mandate(draft, Duty.ACCEPT)


@pytest.fixture
def complete(clerk: Person) -> Callable[[Application], Application]:
    """Fills in everything a draft needs, as its pages would."""

    def fill(draft: Application) -> Application:
        TENDING.book.change_head(draft.pk, head(), version=draft.tending.version)
        TENDING.book.add(draft.pk, plot())
        for slot in REQUIRED:
            add_file(draft.pk, slot, pdf(f"{slot}.pdf", slot), by=clerk)
        return Application.objects.get(pk=draft.pk)

    return fill


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
