"""The static files are collected over those in use, so that a server that runs keeps what its pages name."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from config.assets import PACKAGE_FILES

LONG_AGO = datetime(1985, 10, 26, tzinfo=UTC).timestamp()
"""The day npm gives the files it unpacks."""


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (LONG_AGO, LONG_AGO))


@pytest.fixture
def packages(tmp_path: Path, settings: Any) -> Path:
    settings.NODE_MODULES = tmp_path / "node_modules"
    for source in PACKAGE_FILES.values():
        write(settings.NODE_MODULES / source, "body { color: black }")
    return tmp_path / "node_modules"


def test_a_new_edition_is_collected_and_what_a_running_server_names_stays(packages: Path, tmp_path: Path) -> None:
    address, source = "tabler/tabler.min.css", PACKAGE_FILES["tabler/tabler.min.css"]
    storages = {"staticfiles": {"BACKEND": "config.assets.SiteStaticStorage"}}
    finders = ["config.assets.PackageFinder"]
    with override_settings(STATIC_ROOT=tmp_path / "static", STORAGES=storages, STATICFILES_FINDERS=finders):
        call_command("collectstatic", "--noinput", verbosity=0)
        before = set((tmp_path / "static" / "tabler").glob("*.css"))
        write(packages / source, "body { color: green }")
        call_command("collectstatic", "--noinput", verbosity=0)
    after = set((tmp_path / "static" / "tabler").glob("*.css"))
    assert before < after
    assert "green" in (tmp_path / "static" / address).read_text()
