"""What every test stands on: a database of its own that is restored, never flushed; quick passwords; files put away.

Where the databases come from, and why they are never flushed: tests/databases.py. Ordinary tests roll back as usual.

Tests that need PostgreSQL, a browser or nginx skip with a reason where there is none; the variable MUST_RUN (such as
`browser,nginx`) turns such a skip into a failure, for the CI.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import blocking_manager_key

from tests import runtime_role
from tests.databases import databases
from tests.prepared import Next, begin_with
from tests.room import with_room
from tests.run import BEGAN, RUN, SCRATCH, lacking

CHROMIUMS = ["chromium-headless-shell", "chromium", "chromium-browser"]


def pytest_configure(config: pytest.Config) -> None:
    """Test settings that no installation should have."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = SCRATCH / "materials"
    settings.SEAL_DIR = SCRATCH / "seal"
    settings.LOG_KEY = SCRATCH / "log_key"
    settings.INSTALLATION_MARK = SCRATCH / "installation.json"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True  # else each client of each test reads the whole folder of static files first
    database = settings.DATABASES["default"]
    database["CONN_MAX_AGE"] = 0  # a server thread that kept its connection would hold on to a database of the past


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whoever began the run tidies up, after the processes it started."""
    if BEGAN:
        with session.config.stash[blocking_manager_key].unblock():
            databases().end_run()
        shutil.rmtree(RUN, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been loaded by now stays, as on a server that has started (config/apps.py): whoever looks for rubbish
    need not look through thousands of tests, nor at every 700 rows that were read."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser_tests = settings.BASE_DIR / "tests" / "browser"
    for item in items:
        if item.path.is_relative_to(browser_tests):
            item.add_marker(pytest.mark.browser)
    items[:] = spread(items, getattr(config, "workerinput", {}).get("workercount", 1))


def spread(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """As many parts as there are workers, each with its share of the browser's tests at its end, long walks first.

    Each worker begins with its part, and takes from the others' when it is done (`--dist worksteal`). A browser's event
    loop stays in its thread, so what else a worker has comes before.
    """
    slow = [item for item in items if item.get_closest_marker("browser")]
    slow.sort(key=lambda item: not item.path.name.startswith("test_walk"))
    rest = [item for item in items if not item.get_closest_marker("browser")]
    bounds = [len(rest) * number // workers for number in range(workers + 1)]
    parts = [rest[bounds[number] : bounds[number + 1]] + slow[number::workers] for number in range(workers)]
    return [item for part in parts for item in part]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.setup, item.runtest = with_room(item.setup), with_room(item.runtest)  # type: ignore[method-assign]
    runtime_role.stand(owner=item.get_closest_marker("owner") is not None)
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        lacking("postgres", "needs PostgreSQL: DATABASE_URL=postgres://…")
    if item.get_closest_marker("browser") and not chromium():
        lacking("browser", "needs Chromium: apt-get install chromium-headless-shell, or its path in CHROMIUM")
    asked: set[str] = set(getattr(item, "fixturenames", ()))
    with item.config.stash[blocking_manager_key].unblock():
        begin_with(next((name for name in ("cast", "matrix") if f"begins_with_{name}" in asked), ""))


def chromium() -> str | None:
    """The path of the browser, as CHROMIUM says or where Debian puts it; the shell without windows is the quicker."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else CHROMIUMS
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return chromium() or pytest.skip("no Chromium")


@pytest.fixture(scope="session", autouse=True)
def seal_of_this_run() -> None:
    """A test seal of this run's own: papers print on a machine on which nothing was set up."""
    from tests.seal import make_quick_seal

    make_quick_seal(SCRATCH / "seal")


@pytest.fixture(scope="session", autouse=True)
def log_key_of_this_run() -> None:
    """The log is signed in tests as it is elsewhere."""
    from permits.ledger.keys import make_key

    make_key(settings.LOG_KEY, settings.LOG_ORIGIN)


@pytest.fixture(scope="session")
def real_seal_folder() -> Path:
    """A seal as `make_test_seal` makes it."""
    from tests.seal import real_seal

    return real_seal()


@pytest.fixture
def real_seal(real_seal_folder: Path, settings: Any) -> Path:
    """Papers are sealed as on a fresh installation."""
    settings.SEAL_DIR = real_seal_folder
    return real_seal_folder


# --- the database -----------------------------------------------------------------------------------------------------
@pytest.fixture
def begins_with_matrix() -> None:
    """The test's database holds the role matrix."""


@pytest.fixture
def begins_with_cast() -> None:
    """The test's database holds the role matrix and everyone of tests/cast.py; `Cast.enter()` gives them."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, seal_of_this_run: None, log_key_of_this_run: None
) -> Iterator[None]:
    """The test database, and how it is put back after a test that commits."""
    with django_db_blocker.unblock():
        found = databases()
        found.begin()
        begin_with(Next.beginning)
    TransactionTestCase._fixture_teardown = lambda self: found.restore()  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        found.end()
