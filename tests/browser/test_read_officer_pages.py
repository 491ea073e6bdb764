"""The pages of officers, heads and auditors: both languages, narrow and wide, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import time_machine
from playwright.sync_api import Page, expect

from permits.acts.perform import perform
from permits.models import Application
from permits.models.states import S
from roles.models import Person
from tests.browser.walker import press
from tests.cast import NOW, Cast, plot
from workflows.models import WorkItem


@dataclass
class Stage:
    """Cases in several statuses, and items in hand."""

    cast: Cast
    waiting: Application
    deciding: Application
    approved: Application
    item: WorkItem
    decision: WorkItem


@pytest.fixture
def stage(begins_with_cast: None, transactional_db: None) -> Iterator[Stage]:
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        waiting, deciding = (
            cast.case_at(S.SUBMITTED),
            cast.case_at(S.AWAITING_DECISION, plot(volume_intensity_pct="45")),
        )
        approved = cast.case_at(S.APPROVED)
        cast.case_at(S.CORRECTING)
        cast.draft()
        late = cast.case_at(S.SUBMITTED)
        WorkItem.objects.filter(application=late).update(due="2026-11-02")
        yield Stage(cast, waiting, deciding, approved, cast.take(waiting), cast.take(deciding))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_has_no_barriers(
    language: str,
    stage: Stage,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
    look_over: Callable[[Page, str], None],
) -> None:
    cast, page = stage.cast, new_page(language=language)
    visits = [
        (cast.clerk, "/", "home-clerk"),
        (cast.acceptor, "/", "home-officer"),
        (cast.head, "/", "home-head"),
        (cast.auditor, "/", "home-auditor"),
        (cast.second_acceptor, "/queue/agency/", "queue-agency"),
        (cast.acceptor, "/queue/mine/?q=FY", "queue-mine"),
        (cast.acceptor, "/queue/done/", "queue-done"),
        (cast.auditor, "/cases/", "cases"),
        (cast.second_acceptor, f"/tasks/{stage.item.pk}/", "task-of-another"),
        (cast.acceptor, f"/tasks/{stage.item.pk}/?act=request_correction", "task-accept"),
        (cast.decider, f"/tasks/{stage.decision.pk}/", "task-decide"),
        (cast.head, f"/tasks/{stage.decision.pk}/reassign/", "reassign"),
        (cast.auditor, f"/cases/{stage.approved.pk}/", "case-approved"),
        (cast.clerk, f"/cases/{stage.waiting.pk}/", "case-waiting"),
        (cast.clerk, f"/cases/{stage.waiting.pk}/acts/withdraw/", "withdraw"),
        (cast.clerk, f"/cases/{stage.waiting.pk}/acts/make_statement/", "make-statement"),
    ]
    barriers = []
    for person, address, name in visits:
        sign_in(page, person)
        page.goto(address)
        try:
            look_over(page, f"officer-{name}-{language}")
        except AssertionError as found:
            barriers.append(str(found))
    assert not barriers, "\n".join(barriers)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_column_of_what_is_decided_on_is_out_of_sight(
    language: str, stage: Stage, new_page: Callable[..., Page], sign_in: Callable[[Page, Person], None]
) -> None:
    page = new_page(language=language)
    sign_in(page, stage.cast.decider)
    page.goto(f"/tasks/{stage.decision.pk}/")
    box = page.locator("#application .scroll-x:has(.table-cards)").first
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_decision_is_checked_and_confirmed(
    scripts: bool,
    stage: Stage,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Person], None],
    axe: Callable[..., None],
    shot: Callable[..., None],
) -> None:
    cast, page = stage.cast, new_page(scripts=scripts)

    def seen(name: str) -> None:
        if scripts:  # axe is a script itself, and takes what is half scrolled away for small
            page.evaluate("scrollTo(0, 0)")
            axe(page)
            shot(page, f"officer-{name}")

    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    sign_in(page, cast.decider)
    page.goto(f"/tasks/{item.pk}/")
    form = page.locator("details#approve")
    form.locator("summary").click()
    press(form.locator(".btn-primary"))
    expect(page.locator("#error-summary")).to_be_visible()
    seen("task-error")
    page.locator("#approve_opinion").fill("同意，按设计实施。")
    press(page.locator("details#approve .btn-primary"))
    seen("review")
    press(page.locator("button[name=confirmed]"))
    expect(page).to_have_url(re.compile(f"/cases/{case.pk}/$"))
    expect(page.get_by_role("status").first).to_contain_text(case.number or "")
    page.goto(f"/tasks/{item.pk}/")
    seen("closed")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_competent_organ_is_asked_where_another_is_competent(
    scripts: bool, stage: Stage, new_page: Callable[..., Page], sign_in: Callable[[Page, Person], None]
) -> None:
    page = new_page(scripts=scripts)
    sign_in(page, stage.cast.acceptor)
    page.goto(f"/tasks/{stage.item.pk}/?act=refuse_acceptance")
    form = page.locator("#refuse_acceptance")
    organ, label = form.locator("[name=organ]"), form.locator("#div_refuse_acceptance_organ")
    expect(label).to_be_visible(visible=not scripts)
    form.locator("[name=ground][value=other_organ]").check()
    expect(label).to_contain_text("仅在申请事项属于其他机关职权时填写")
    organ.fill("国家林业和草原局")
    form.locator("[name=ground][value=no_permit_needed]").check()
    expect(organ).to_be_visible()  # what was typed is never hidden
    form.locator("[name=reason]").fill("无需许可。")
    press(form.locator(".btn-primary"))
    expect(page.locator("#refuse_acceptance .invalid-feedback")).to_contain_text("只在此时写明")


def test_rows_are_added_without_scripts_and_nothing_is_lost(
    stage: Stage, scriptless_page: Page, sign_in: Callable[[Page, Person], None]
) -> None:
    page = scriptless_page
    sign_in(page, stage.cast.acceptor)
    page.goto(f"/tasks/{stage.item.pk}/?act=request_correction")
    what = page.locator("#request_correction textarea")
    before = what.count()
    what.first.fill("缺少现场照片")
    page.locator("#request_correction button[name=add_row]").click()
    expect(page.locator("#request_correction textarea")).to_have_count(before + 1)
    expect(page.locator("#request_correction textarea").first).to_have_value("缺少现场照片")


def test_a_second_officer_is_told_who_has_it(stage: Stage, page: Page, sign_in: Callable[[Page, Person], None]) -> None:
    cast = stage.cast
    case = cast.case_at(S.SUBMITTED)
    item = cast.open_item(case)
    assert item is not None
    sign_in(page, cast.second_acceptor)
    page.goto(f"/tasks/{item.pk}/")
    perform(case.pk, "claim", by=cast.acceptor, mandate=item.mandate, item=item.pk)
    page.locator("form[action$='/claim/'] button.btn-primary").click()
    expect(page.get_by_role("alert")).to_contain_text(str(cast.acceptor))
