"""The auditor asks every question of the desk in a browser, by its own links and forms, and is answered with rows.

Wide and at 375 pixels no answer has a barrier. With SHOTS=on each answer's picture in the manual is taken anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from permits.models import Application
from permits.models.states import S
from roles.models import Person
from tests.browser.conftest import SHOTS
from tests.browser.pictures import keep
from tests.cast import Cast
from tests.quotas import stock
from workflows.desk.question import Question
from workflows.desk.questions import QUESTIONS, SEARCH

ANSWERS: dict[str, tuple[dict[str, str], int, str]] = {
    # question: what is filled in, rows at least, and a word one of them says
    "decided-late": ({}, 1, "雾灵林场"),
    "held": ({"person": "孙初审"}, 5, "孙初审"),
    "corrections": ({}, 1, "编制单位名称与公章不一致"),
    "decisions": ({"person": "周审批"}, 5, "周审批"),
    "applicant": ({"unit": "雾灵"}, 6, "2026"),
    "readings": ({}, 1, "褚审计"),
    "passed": ({}, 1, "抚育"),
    "areas": ({}, 1, "2026"),
    "ground": ({}, 4, "是"),
    "ending": ({"days": "3650"}, 4, "雾灵林场"),
    "signs": ({"least": "2", "minutes": "60"}, 4, "李审查"),
    "search": ({"q": "材料齐全，符合规定"}, 4, "材料齐全"),
}
DRAWN = tuple(one.slug for one in QUESTIONS if type(one).chart is not Question.chart)
"""Those with a drawing beside their table."""


@pytest.fixture
def cast(begins_with_cast: None, transactional_db: None) -> Iterator[Cast]:
    """A year of one bureau: decisions in time and late, a refusal, corrections, the same ground twice, a quota."""
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as moved:
        cast = Cast.enter()
        stock("tending", cast.miyun.pk, "500", 2026)
        late = cast.walk_to(S.AWAITING_DECISION)
        for day in ("2026-11-23", "2026-12-08", "2026-12-22"):
            moved.move_to(f"{day}T10:00:00+08:00")
            cast.walk_to(S.APPROVED)
        cast.walk_to(S.REFUSED)
        cast.walk_to(S.CORRECTING)
        cast.walk_to(S.SUBMITTED)
        moved.move_to("2026-12-29T15:30:00+08:00")
        cast.do(late, "approve")
        moved.move_to("2026-12-30T10:00:00+08:00")
        yield cast


def test_every_question_is_answered_with_rows(
    cast: Cast, page: Page, sign_in: Callable[[Page, Person], None], look_over: Callable[[Page, str], None]
) -> None:
    assert ANSWERS.keys() == {one.slug for one in (*QUESTIONS, SEARCH)}
    sign_in(page, cast.auditor)
    page.goto(f"/cases/{Application.objects.filter(status=S.APPROVED).latest('pk').pk}/")  # a reading to be found
    barriers = []
    for slug, (said, least, word) in ANSWERS.items():
        ask(page, slug, said)
        rows = page.locator("#list-rows tr")
        expect(rows.first).to_be_visible()
        assert rows.count() >= least, f"{slug}: {rows.count()} rows"
        expect(rows.filter(has_text=word).first).to_be_visible()
        try:
            expect(page.locator(".chart.drawn canvas")).to_have_count(1 if slug in DRAWN else 0, timeout=10_000)
            look_over(page, f"desk-{slug}")
        except AssertionError as found:
            barriers.append(str(found))
        picture(page, slug)
    assert not barriers, "\n".join(barriers)


def ask(page: Page, slug: str, said: dict[str, Any]) -> None:
    """From the desk by its link to the question, and by its form to the answer."""
    page.goto("/desk/")
    page.locator(f"main a[href='/desk/{slug}/']").first.click()
    expect(page).to_have_url(re.compile(f"/desk/{slug}/$"))
    form = page.locator("details.filter")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    since = {"since": "2026-01-01"} if form.locator("[name=since]").count() else {}
    for name, value in {**since, **said}.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button.btn-primary").click()
    expect(page).to_have_url(re.compile(rf"/desk/{slug}/\?"))


def picture(page: Page, slug: str) -> None:
    """As the manual shows it: the answer, without the filters."""
    if not SHOTS:
        return
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("details.filter > summary").click()  # not that of what is folded in it
    page.wait_for_timeout(300)  # a drawing takes its new width
    keep(page, f"desk-{slug}", page.locator("main").first.bounding_box() or {})
