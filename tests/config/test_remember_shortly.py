"""The short memory of all processes, in a table: values come back for their time, and nothing in it is run."""

from __future__ import annotations

import base64
import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

pytestmark = pytest.mark.django_db


def test_what_was_kept_comes_back_for_its_time() -> None:
    cache = caches["default"]
    kept: dict[str, Any] = {"a": [1.5, "甲"], "b": {"n": (1, None)}, "c": True}
    cache.set_many(kept, timeout=60)
    assert cache.get_many([*kept, "never"]) == kept
    assert cache.get_many([]) == {}
    assert cache.add("n", 1)
    assert cache.incr("n") == 2
    assert not cache.add("a", "another")
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=True):
        assert cache.get("a") is None
        assert cache.add("a", "another")


def test_what_ran_out_is_read_where_nothing_may_be_written() -> None:
    """A verification sees one instant, in a transaction that PostgreSQL lets only read."""
    cache = caches["default"]
    cache.set("a", 1, timeout=60)
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=True):
        with CaptureQueriesContext(connection) as sent:
            assert cache.get("a") is None
        assert [query["sql"].partition(" ")[0] for query in sent] == ["SELECT"]


class Puts:
    """A value that writes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_what_somebody_puts_into_its_table_is_not_run(tmp_path: Path) -> None:
    cache, mark = caches["default"], tmp_path / "ran"
    cache.set("used", "y")
    value = base64.b64encode(pickle.dumps(Puts(mark))).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE site_cache SET value = %s WHERE cache_key = %s", [value, cache.make_key("used")])
    with pytest.raises(pickle.UnpicklingError):
        cache.get("used")
    assert not mark.exists()
