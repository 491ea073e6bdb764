"""The case and the work on it: opinions, rows that are marked, notes, common opinions, what is told, and on paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
import time_machine
from playwright.sync_api import Page, expect

from permits.acts.perform import perform
from permits.drafts.materials import attach
from permits.errors import RuleViolated
from permits.models import Application
from permits.models.states import S
from roles.models import Person
from roles.models.mandates import Duty
from tests.browser.walker import press
from tests.cast import NOW, Cast, pdf, plot
from workflows.common_opinions import keep_opinion
from workflows.notes import write_note

MOST_PAGES = 4
COVERED = """() => {
    const one = document.activeElement, at = one.getBoundingClientRect()
    const shown = document.elementFromPoint(at.x + Math.min(at.width, 40) / 2, at.y + Math.min(at.height, 40) / 2)
    return shown && (one.contains(shown) || shown.contains(one)) ? "" : one.outerHTML
}"""
"""What has the focus, where something else lies on it or it is out of sight."""


def rule_on_all(cast: Cast, case: Application) -> None:
    """Whatever stands against the approval of the case is passed by a ruling with its document."""
    mandate = cast.mandate(case, Duty.DECIDE)
    with pytest.raises(RuleViolated) as refused:
        perform(case.pk, "approve", by=cast.decider, mandate=mandate, opinion="同意。")
    for number, one in enumerate(refused.value.findings):
        document = attach(case.pk, pdf(f"论证意见{number}.pdf", one.rule), by=cast.decider, mandate=mandate)
        perform(case.pk, "rule_on_finding", by=cast.decider, mandate=mandate, rule=one.rule, where=one.where,
                reason="专家论证认为可行。", document=document)  # fmt: skip


def test_going_back_by_keyboard_nothing_with_the_focus_lies_beneath_the_bar(
    begins_with_cast: None, transactional_db: None, page: Page, sign_in: Callable[[Page, Person], None]
) -> None:
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        item = cast.take(cast.case_at(S.FINAL_REVIEW, plot(volume_intensity_pct="45"), plot(number="4")))
        sign_in(page, cast.reviewer)
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"/tasks/{item.pk}/")
        page.set_viewport_size({"width": 1280, "height": 500})
        page.locator("#record summary").last.focus()
        for _step in range(30):
            page.keyboard.press("Shift+Tab")
            assert page.evaluate(COVERED) == ""


def test_on_a_phone_what_the_rules_found_is_read_below_its_label(
    begins_with_cast: None, transactional_db: None, page: Page, sign_in: Callable[[Page, Person], None]
) -> None:
    """Beside it the column was so narrow that words were broken within."""
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        case = cast.case_at(S.FINAL_REVIEW)
        sign_in(page, cast.reviewer)
        page.set_viewport_size({"width": 375, "height": 800})
        page.goto(f"/cases/{case.pk}/")
        page.evaluate("() => document.querySelectorAll('.record').forEach(one => { one.open = true })")
        found = page.locator(".record > .said > div", has=page.locator(".finding, .citation")).first
        label, words = found.locator("> dt").bounding_box(), found.locator("> dd").bounding_box()
        assert label
        assert words
        assert words["y"] >= label["y"] + label["height"]
        assert words["width"] > 240


def test_the_decision_has_what_was_said_before_at_hand(
    begins_with_cast: None,
    transactional_db: None,
    page: Page,
    sign_in: Callable[[Page, Person], None],
    look_over: Callable[[Page, str], None],
) -> None:
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        case = cast.case_at(S.FINAL_REVIEW, plot(volume_intensity_pct="45"), plot(number="4"))
        write_note(case.pk, "图件已电话核实。", by=cast.reviewer)
        said = {"outcome": "approve", "opinion": "材料齐全，拟同意。", "conditions": "雨季停止作业。\n保留珍稀植物。"}
        cast.do(case, "propose", **said)
        item = cast.take(case)
        keep_opinion("经审查，符合法定条件、标准，予以同意。", by=cast.decider)
        sign_in(page, cast.decider)
        page.goto(f"/tasks/{item.pk}/?act=approve")
        opinion = page.locator("#approve_opinion")
        page.get_by_role("button", name="采纳上一环节意见").click()
        page.locator("#approve_phrase").select_option(index=1)
        page.locator("#approve button[data-from]").click()
        expect(opinion).to_have_value("材料齐全，拟同意。\n经审查，符合法定条件、标准，予以同意。")
        look_over(page, "case-task-decide")
        page.locator("#approve_conditions").fill("保留珍稀植物。")
        press(page.locator("details#approve button.btn-primary"))
        expect(page.get_by_role("alert").first).to_contain_text("存在不支持准予的审查结论。")
        look_over(page, "case-task-refused")
        rule_on_all(cast, case)
        page.goto(f"/tasks/{item.pk}/?act=approve")
        opinion.fill("同意。")
        page.locator("#approve_conditions").fill("保留珍稀植物。")
        press(page.locator("details#approve button.btn-primary"))
        expect(page.get_by_role("alert").first).to_contain_text("雨季停止作业。")
        look_over(page, "case-review")
        for person, address, name in (
            (cast.decider, "/opinions/", "opinions"), (cast.decider, f"/cases/{case.pk}/notes/", "notes"),
            (cast.clerk, f"/cases/{case.pk}/", "milestones"),
            (cast.head, "/agencies/bj-forestry/openness/", "openness"),
            (cast.clerk, f"/cases/{cast.case_at(S.APPROVED).pk}/", "decided"),
        ):  # fmt: skip
            sign_in(page, person)
            page.goto(address)
            look_over(page, f"case-{name}")
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        with pikepdf.open(BytesIO(printed)) as paper:
            assert len(paper.pages) <= MOST_PAGES
