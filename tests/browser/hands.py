"""Hands that do a job on the pages as a person would, and count what it costs: a mouse, or a keyboard alone.

A click is a link, a button, a folded part, a box, a radio button or a file chosen; with a keyboard it is the key that
does the same. Typing and choosing from a list are no clicks. A page load is a document the browser opened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.walker import press, put

MOST_TABS = 400
"""Keys that a form may be away; whoever needs more has lost the way."""


@dataclass
class Cost:
    """What one job took."""

    clicks: int = 0
    loads: int = 0


@dataclass
class Mouse:
    """Clicks and types. `cost` is of the job begun last."""

    page: Page
    cost: Cost = field(default_factory=Cost)

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", lambda page: self._loaded())

    def _loaded(self) -> None:
        self.cost.loads += not self.page.url.endswith(".pdf")  # a file, which some browsers show and some keep

    def begin(self) -> None:
        """At home, with nothing counted."""
        self.page.goto("/")
        self.cost = Cost()

    def follow(self, control: Locator) -> None:
        """Press what leads to another page."""
        self.cost.clicks += 1
        press(control)

    def press(self, control: Locator) -> None:
        """Press what stays on the page."""
        self.cost.clicks += 1
        control.click()

    def open(self, control: Locator) -> None:
        """Open a folded part, where it is not open."""
        if control.get_attribute("open") is None:
            self.press(control.locator("> summary"))

    def file(self, control: Locator, *paths: Path) -> None:
        """Choose a file, or several at once."""
        self.cost.clicks += 1
        control.set_input_files(paths)

    def fill(self, form: Locator, **values: Any) -> None:
        """Type, choose or tick `values` by the names of their fields."""
        for name, value in values.items():
            if form.locator(f"[name={name}]:not([type=hidden])").first.get_attribute("type") in ("radio", "checkbox"):
                self.cost.clicks += 1
            self.put(form, name, value)

    def put(self, form: Locator, name: str, value: Any) -> None:
        put(form, name, value)


class Keyboard(Mouse):
    """Tab, Enter, the arrows, the space bar and letters: no mouse."""

    def follow(self, control: Locator) -> None:
        self.cost.clicks += 1
        self._reach(control)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, control: Locator) -> None:
        self.cost.clicks += 1
        self._reach(control)
        self.page.keyboard.press("Enter")

    def file(self, control: Locator, *paths: Path) -> None:
        self.cost.clicks += 1
        self._reach(control)
        control.set_input_files(paths)  # the window in which it is looked for is the system's, and not on the page

    def put(self, form: Locator, name: str, value: Any) -> None:
        control = form.locator(f"[name={name}]:not([type=hidden])")
        tag, kind = control.first.evaluate("one => [one.tagName, one.type]")
        text = value.isoformat() if isinstance(value, date) else str(value)
        keys = self.page.keyboard
        if kind == "radio":
            self._reach(control)
            self._turn(form.locator(f"[name={name}][value={text}]"), lambda one: one.is_checked(), "ArrowDown", "Space")
        elif kind == "checkbox":
            self._reach(control)
            if control.is_checked() != bool(value):
                keys.press("Space")
        elif tag == "SELECT":
            self._reach(control)
            keys.press("Home")
            self._turn(control, lambda one: one.input_value() == text, "ArrowDown")
        elif kind == "date":
            self._reach(control)
            self._type_day(control, text)
        else:
            self._reach(control)
            keys.press("Control+a")
            keys.insert_text(text)

    def _reach(self, control: Locator) -> None:
        """Tab on until one of `control` has the focus."""
        for _key in range(MOST_TABS):
            if control.evaluate_all("all => all.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{control} is out of the keyboard's reach on {self.page.url}")

    def _type_day(self, control: Locator, day: str) -> None:
        """The parts of a day in the order the browser asks for, which depends on the system's language."""
        year, month, number = day.split("-")
        for parts in ((year, month, number), (month, number, year), (number, month, year)):
            control.evaluate("one => { one.value = ''; one.blur(); one.focus() }")
            for part in parts:
                self.page.keyboard.type(part)
                if part == year:
                    self.page.keyboard.press("ArrowRight")  # a year has room for six digits
            if control.input_value() == day:
                return
        raise AssertionError(f"{control} takes no day by keyboard")

    def _turn(self, control: Locator, done: Any, *tries: str) -> None:
        """Press keys until it is done."""
        for _key in range(MOST_TABS):
            if done(control):
                return
            self.page.keyboard.press(tries[0] if _key or len(tries) == 1 else tries[-1])
        raise AssertionError(f"{control} cannot be chosen by keyboard")
