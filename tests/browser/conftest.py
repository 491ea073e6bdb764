"""A real Chromium before a real server.

`page` is a Chinese page 1280 wide; `english_page`, `narrow_page` (375 wide) and `scriptless_page` (no JavaScript) are
the others; `new_page(language=…, width=…, scripts=…)` makes more, each with its own cookies, so two people can work at
once. `sign_in(page, person)` logs a person in without the form. `axe(page)` asserts that a page breaks no rule of
WCAG 2.2 AA, nor of axe's best practice, and does not scroll sideways; `shot(page, name)` leaves a screenshot in
test-artifacts/ where the variable SHOTS asks for pictures; `look_over(page, name)` does both, wide and narrow, with the
page loaded once. A test fails at its end when a page wrote an error to the console: a broken script, a missing file, a
breach of the content security policy. A test that fails tells what its pages showed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from config.assets import PACKAGE_FILES

SHOTS = os.environ.get("SHOTS", "") not in {"", "off", "0"}
ARTIFACTS = settings.BASE_DIR / "test-artifacts"
AXE = "axe/axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--font-render-hinting=none", "--in-process-gpu"]
FLAGS += ["--js-flags=--no-maglev --no-opt --single-threaded --min-semi-space-size=32 --max-semi-space-size=32"]
"""No script runs long enough on one page for what a compiler makes of it: it would make it anew for each page."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 375)
EXPECTED_STATUSES = ("400", "401", "403", "404", "409", "413", "422", "429", "503", "ERR_INTERNET_DISCONNECTED")
"""A page answered with one of these is a page all the same; the browser's note about it is no fault."""

PATIENCE = 30_000  # ms a page or a press may take on a machine a fifth as quick as a calm one
expect.set_options(timeout=PATIENCE)

SHOWN = 4_000  # characters of a page in the report of a failure

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variable that lends the browser the Chinese font of our documents: a bare Debian has none."""
    folder = tmp_path_factory.mktemp("fonts")
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{settings.FONT_DIR}/400Regular</dir><dir>{settings.FONT_DIR}/700Bold</dir>"
        f"<cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    return {"FONTCONFIG_FILE": str(config)}


@pytest.fixture(scope="session")
def browser(chromium_path: str, fonts: dict[str, str]) -> Iterator[Browser]:
    """One browser for the run. Playwright keeps an event loop in this thread, and Django would see async code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        started = launch(executable_path=chromium_path, args=FLAGS, env={**os.environ, **fonts})
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def kept_files() -> Iterator[None]:
    """Files may be kept by the browser for years, as those of an installation may; axe is one of them."""
    serve = StaticFilesHandler.serve

    def served(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(self, request)
        answer["Cache-Control"] = f"max-age={10 * 365 * 24 * 3600}"  # the server's clock is often another one
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(PACKAGE_FILES, AXE, "axe-core/axe.min.js")
        patched.setattr(StaticFilesHandler, "serve", served)
        yield


PAGES = pytest.StashKey[list[Page]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where a test failed, what its pages showed is part of the report: on another machine nothing else is left."""
    report = yield
    if report.when == "call" and report.failed:
        for page in item.stash.get(PAGES, []):
            report.sections.append((f"Page {page.url}", page.inner_text("body")[:SHOWN]))
    return report


@pytest.fixture
def new_page(request: pytest.FixtureRequest, browser: Browser, kept_files: None, live_server: Any) -> Iterator[NewPage]:
    """Makes pages; each is a person of its own before the screen."""
    contexts, complaints = [], []
    pages = request.node.stash[PAGES] = []

    def note(message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text and any(code in message.text for code in EXPECTED_STATUSES)
        if message.type == "error" and not expected:
            complaints.append(message.text)

    def make(*, language: str = "zh-hans", width: int = 1280, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",  # pages are read at rest: what fades in is else painted twenty times
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
        page = context.new_page()
        pages.append(page)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture
def english_page(new_page: NewPage) -> Page:
    return new_page(language="en")


@pytest.fixture
def narrow_page(new_page: NewPage) -> Page:
    return new_page(width=375)


@pytest.fixture
def scriptless_page(new_page: NewPage) -> Page:
    return new_page(scripts=False)


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    """Logs the person in on the page's browser, replacing whoever was."""

    def sign(page: Page, person: Any) -> None:
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign


@pytest.fixture
def axe() -> Callable[[Page], None]:
    return no_barriers


LOOK = """async how => {
    if (!window.axe) return null;
    const {violations} = await axe.run(document, how), {scrollWidth, clientWidth} = document.documentElement;
    const told = violations.flatMap(({id, nodes}) => nodes.map(one => `${id}: ${one.target} ${one.failureSummary}`));
    const shared = [...document.querySelectorAll('main :is(input, select, textarea):not([type=hidden])')]
        .filter(one => one.id && document.querySelectorAll(`[id="${one.id}"]`).length > 1);
    const named = one => one.caption || one.ariaLabel || document.getElementById(one.getAttribute('aria-labelledby'));
    const nameless = [...document.querySelectorAll('table')].filter(one => !named(one)).map(one => one.outerHTML);
    return [[...told, ...shared.map(one => `id of several: ${one.id}`), ...nameless.map(one => `table without a name:
        ${one.slice(0, 200)}`)], scrollWidth - clientWidth];
}"""


def no_barriers(page: Page) -> None:
    """Fails with rule, element and reason for each breach of `RULES`, and when the page scrolls sideways."""
    how = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}  # passes are not told one by one
    found = page.evaluate(LOOK, how)
    if found is None:  # half a megabyte of script: only for pages that are checked
        page.add_script_tag(url=f"/{settings.STATIC_URL.strip('/')}/{AXE}")  # by its address the browser keeps it
        found = page.evaluate(LOOK, how)
    violations, wide = found
    assert not violations, "\n".join(f"{page.url} {one}" for one in violations)
    assert wide <= 0, f"{page.url} scrolls {wide} pixels sideways"


@pytest.fixture
def look_over(shot: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    """Fails with each barrier of the open page at each width; leaves test-artifacts/<name>-<width>.png."""

    def look(page: Page, name: str) -> None:
        barriers = []
        now = (page.viewport_size or {}).get("width")
        for width in sorted(WIDTHS, key=lambda one: one != now):  # as the page lies there it need not be laid out anew
            page.set_viewport_size({"width": width, "height": 900})
            if width != now:  # anywhere else what stays in view may lie over half of a button that is just passing by
                page.evaluate("scrollTo(0, 0)")
            try:
                no_barriers(page)
            except AssertionError as found:
                barriers.append(f"{name}, {width} wide: {found}")
            shot(page, f"{name}-{width}")
        assert not barriers, "\n".join(barriers)

    return look


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Leaves test-artifacts/<name>.png, the whole page, for people to look at."""

    def take(page: Page, name: str) -> None:
        if not SHOTS:  # nothing is asserted of a picture, and each costs as much as the page
            return
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)

    return take
