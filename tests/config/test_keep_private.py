"""Keeping private what is private: answers to someone logged in, the database file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config.apps import keep_private
from permits.models.states import S
from tests.cast import Cast, log_in

PRIVATE = ("/", "/cases/", "/cases/?format=csv", "/roles/", "/notices/", "/nowhere/")


@pytest.mark.parametrize("place", PRIVATE)
def test_whatever_is_answered_to_someone_logged_in_is_stored_nowhere(cast: Cast, place: str) -> None:
    assert "no-store" in log_in(cast.acceptor).get(place)["Cache-Control"]


@pytest.mark.parametrize("name", ["case", "case-record", "draft-materials", "table-rows", "table-export"])
def test_pages_records_and_exports_of_a_case_are_stored_nowhere(cast: Cast, name: str) -> None:
    more = ["csv"] if name == "table-export" else []
    answer = log_in(cast.clerk).get(reverse(name, args=[cast.case_at(S.DRAFT).pk, *more]))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_logging_in_and_out_is_stored_nowhere(cast: Cast) -> None:
    client = log_in(cast.clerk)
    assert "no-store" in client.post(reverse("logout"))["Cache-Control"]
    said = {"username": "clerk", "password": "long enough to pass"}
    assert "no-store" in Client().post(reverse("login"), said)["Cache-Control"]


@pytest.mark.django_db
def test_a_public_page_shown_to_anyone_says_what_it_says() -> None:
    assert "no-store" not in Client().get("/notices/").get("Cache-Control", "")


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o600])
def test_a_database_file_is_its_owners_alone(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "db.sqlite3"
    sqlite3.connect(path).close()
    path.touch()
    path.chmod(mode)
    keep_private(None, SimpleNamespace(vendor="sqlite", settings_dict={"NAME": path}))
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_counted_of_attempts_is_not_pushed_out_by_a_few_hundred_others(db: None) -> None:
    """A used code of a second factor, and attempts at an account, are entries of the same cache as those of anybody."""
    cache.set("a-used-code", "y", 3600)
    for number in range(301):
        cache.set(f"b-stranger-{number}", 1, 3600)
    assert cache.get("a-used-code") == "y"
