"""The pictures of the manuals: taken from the pages themselves, `SHOTS=on` writes them anew into docs/manuals/pictures.

Each shows the main area of one page, at most 900 pixels high, in few colours so that it stays small.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from config.manuals import FOLDER, MANUALS
from permits.models.states import S
from roles.accounts import make_administrator
from roles.models import Membership, Person
from roles.models.security import Administration
from tests.browser.conftest import SHOTS
from tests.browser.pictures import LARGEST, PICTURES, keep
from tests.browser.walker import press
from tests.cast import NOW, Cast, make_person
from workflows.desk.questions import BY_SLUG

NAMES = (
    "clerk-home", "clerk-draft", "clerk-check", "clerk-correcting", "officer-queue", "officer-task", "officer-review",
    "head-people", "head-reassign", "auditor-case", "security-post", "audit-log",
)  # fmt: skip
OF_THE_DESK = tuple(f"desk-{slug}" for slug in BY_SLUG)
"""Taken by test_ask_every_question.py. With NAMES every picture there is."""


@dataclass(frozen=True)
class View:
    """Whose page a picture shows, and what of it."""

    person: Person
    address: str
    part: str = "main"


@pytest.fixture
def views(begins_with_cast: None, transactional_db: None) -> Iterator[dict[str, View]]:
    """The pages of the pictures, on cases of the cast."""
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        draft, _waiting = cast.draft(), cast.case_at(S.SUBMITTED)
        correcting, approved = cast.case_at(S.CORRECTING), cast.case_at(S.APPROVED)
        item = cast.take(cast.case_at(S.SUBMITTED))
        decision = cast.take(cast.case_at(S.AWAITING_DECISION))
        admins = {role: make_person(f"{role}-admin", str(role.label)) for role in Administration.Role}
        for role, person in admins.items():
            make_administrator(person, role)
        post = Membership.objects.get(person=cast.acceptor).post_id
        district = "bj-miyun-forestry"
        yield {
            "clerk-home": View(cast.clerk, "/"),
            "clerk-draft": View(cast.clerk, f"/drafts/{draft.pk}/"),
            "clerk-check": View(cast.clerk, f"/drafts/{draft.pk}/check/"),
            "clerk-correcting": View(cast.clerk, f"/drafts/{correcting.pk}/"),
            "officer-queue": View(cast.acceptor, "/queue/agency/"),
            "officer-task": View(cast.acceptor, f"/tasks/{item.pk}/?act=request_correction"),
            "officer-review": View(cast.decider, f"/tasks/{decision.pk}/"),
            "head-people": View(cast.district_head, f"/agencies/{district}/"),
            "head-reassign": View(cast.head, f"/tasks/{decision.pk}/reassign/"),
            "auditor-case": View(cast.auditor, f"/cases/{approved.pk}/", "main section:has(#act-1)"),
            "security-post": View(admins[Administration.Role.SECURITY], f"/posts/{post}/"),
            "audit-log": View(admins[Administration.Role.AUDIT], "/security-log/"),
        }


def named() -> set[str]:
    """The pictures that the manuals and the Chinese README name."""
    texts = [(FOLDER / f"{name}.md").read_text("utf-8") for name in MANUALS]
    texts.append((FOLDER.parent.parent / "README.zh.md").read_text("utf-8"))
    return {found for text in texts for found in re.findall(r"!\[[^\]]+\]\([\w/]*pictures/([\w-]+)\.png\)", text)}


def test_every_picture_named_is_taken_here_and_lies_in_the_repository_small() -> None:
    assert named() == {*NAMES, *OF_THE_DESK} == {path.stem for path in PICTURES.glob("*.png")}
    for path in PICTURES.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.width <= 1280, path.name
        assert path.stat().st_size <= LARGEST, path.name


def test_the_pictures_are_taken(views: dict[str, View], page: Page, sign_in: Callable[[Page, Person], None]) -> None:
    """Each page opens as the person it is shown to; with SHOTS=on what it shows replaces the picture."""
    assert views.keys() == set(NAMES)
    for name, view in views.items():
        sign_in(page, view.person)
        page.goto(view.address)
        if name == "officer-review":
            confirm_nothing_yet(page)
        shown = page.locator(view.part).first
        shown.wait_for()
        if SHOTS:
            keep(page, name, shown.bounding_box() or {})


def confirm_nothing_yet(page: Page) -> None:
    """From the item to the page that asks whether the decision is meant."""
    form = page.locator("details#approve")
    form.locator("summary").click()
    page.locator("#approve_opinion").fill("同意，按设计实施。")
    press(form.locator(".btn-primary"))
    page.locator("button[name=confirmed]").wait_for()


@pytest.mark.django_db(transaction=True)
def test_no_manual_has_a_barrier_or_is_too_wide(page: Page, look_over: Callable[[Page, str], None]) -> None:
    page.goto(reverse("help"))
    look_over(page, "help")
    for name in MANUALS:
        page.goto(reverse("manual", args=[name]))
        look_over(page, f"help-{name}")
