"""News, standing in, and the head's pages before a browser: both languages, wide and narrow, no barrier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from permits.acts.sweeps import record_lights
from permits.models.states import S
from roles.delegations import delegate
from roles.models import Person, Post
from tests.browser.walker import press
from tests.cast import NOW, Cast, make_person, make_post
from workflows.notifications.making import make_pending

SignIn = Callable[[Page, Person], None]


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_of_people_and_news_has_a_barrier_or_is_too_wide(
    cast: Cast,
    new_page: Callable[..., Page],
    sign_in: SignIn,
    look_over: Callable[[Page, str], None],
    language: str,
) -> None:
    for status in (S.SUBMITTED, S.FIRST_REVIEW, S.FINAL_REVIEW, S.CORRECTING, S.APPROVED):
        cast.case_at(status)
    cast.take(cast.case_at(S.FINAL_REVIEW))
    with time_machine.travel("2026-11-30T09:00:00+08:00"):
        record_lights()
    make_pending()
    post = Post.objects.get(memberships__person=cast.reviewer)
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    today = timezone.localdate()
    made = delegate(
        cast.reviewer, deputy, post, since=today, until=today + timedelta(days=5), reason="休假", by=cast.head
    )
    pages = {
        "news": (cast.clerk, reverse("notifications")),
        "news-of-an-officer": (cast.reviewer, reverse("notifications")),
        "news-of-a-head": (cast.head, reverse("notifications")),
        "news-of-an-acceptor": (cast.acceptor, reverse("notifications")),
        "no-news": (cast.stranger, reverse("notifications")),
        "mails": (cast.clerk, reverse("notification-choices")),
        "profile": (cast.reviewer, reverse("profile")),
        "delegation": (cast.reviewer, reverse("delegation-new")),
        "delegation-end": (cast.reviewer, reverse("delegation-end", args=[made.pk])),
        "people": (cast.head, reverse("agency-people")),
        "close": (cast.head, reverse("person-close", args=[cast.reviewer.pk])),
        "home-of-head": (cast.head, "/"),
        "notices": (cast.stranger, reverse("notice-list")),
    }
    page = new_page(language=language)
    for name, (person, address) in pages.items():
        sign_in(page, person)
        page.goto(address)
        if name == "news":
            page.locator(".news-fold > summary").first.click()
        look_over(page, f"{name}-{language}")
    page.goto(reverse("delegation-new"))
    sign_in(page, cast.reviewer)
    page.goto(reverse("delegation-new"))
    press(page.locator("main form button.btn-primary"))
    assert page.locator("#error-summary").count() == 1
    look_over(page, f"delegation-errors-{language}")
