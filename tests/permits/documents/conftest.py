"""The embedded fonts, and a test seal of this run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from permits.documents import fonts as typefaces
from permits.documents.seal import make_test_seal


@pytest.fixture(scope="session")
def fonts() -> typefaces.Fonts:
    return typefaces.load(settings.FONT_DIR)


@pytest.fixture(scope="session")
def seal_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("seals") / "seal"
    make_test_seal(folder)
    return folder


@pytest.fixture
def seal(seal_folder: Path) -> Iterator[Path]:
    """The installation has this run's test seal and no other."""
    before = getattr(settings, "SEAL_DIR", None)
    settings.SEAL_DIR = seal_folder
    yield seal_folder
    if before is None:
        del settings.SEAL_DIR
    else:
        settings.SEAL_DIR = before
