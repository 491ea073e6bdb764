"""`manage.py demo`: what it leaves behind is as if everything of today had begun today."""

from __future__ import annotations

from itertools import islice

import pytest
from django.core.management import call_command
from django.utils import timezone
from msgspec.structs import replace
from pytest_django.fixtures import Settings

from config.job_queue import LATE, waits_since
from permits.models import Application
from permits.tables.example import MIYUN, Desks, Example, drafted
from permits.verification.nightly import trouble
from tests.cast import load_matrix
from workflows.demo import programme
from workflows.demo.walk import Walker


@pytest.mark.django_db
def test_the_installation_is_not_late_with_what_was_done_in_the_past(
    now: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_matrix()
    settings.LOCAL = settings.DEBUG = True
    monkeypatch.setattr(programme, "examples", lambda examples=programme.examples: islice(examples(), 1))
    call_command("demo")
    since = waits_since()
    assert since is not None, "the papers of an approval wait to be printed"
    assert timezone.now() - since < LATE
    assert trouble() == "", "its acts lie in the past, and were verified before anybody asks"


@pytest.mark.django_db
def test_every_example_is_walked_to_its_end(now: None, settings: Settings) -> None:
    """A bar on one act stopped the demonstration, and no other test walks all of it."""
    load_matrix()
    settings.LOCAL = settings.DEBUG = True
    call_command("demo")
    assert Application.objects.count() == len(list(programme.examples()))


def test_examples_lie_on_ground_of_their_own_whether_it_is_numbered_or_named() -> None:
    """A place with a name, in a kind from a package, stopped the demonstration."""

    def numbers(example: Example) -> list[object]:
        return [row["number"] for row in programme._rows("felling", example, 7)]

    def example(*places: str) -> Example:
        rows = tuple({"number": place} for place in places)
        return Example(title="", story=drafted, ago=1, desks=MIYUN, rows=rows)

    assert numbers(example("3", "12林班")) == ["703", "7-12林班"]


@pytest.mark.django_db
def test_an_example_that_breaks_is_named(now: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    load_matrix()
    settings.LOCAL = settings.DEBUG = True

    def broken(walker: Walker, desks: Desks) -> None:
        raise LookupError("nothing open")

    code, first = next(programme.examples())
    monkeypatch.setattr(programme, "examples", lambda: [(code, replace(first, story=broken))])
    with pytest.raises(LookupError, match="nothing open") as broke:
        call_command("demo")
    assert f"In the example “{first.title}” ({code}, number 1)." in broke.value.__notes__[0]
