"""The embedded fonts, and the real seal for tests of signing and verifying."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from permits.text import fonts as typefaces


@pytest.fixture(scope="session")
def fonts() -> typefaces.Fonts:
    return typefaces.load(settings.FONT_DIR)


@pytest.fixture
def seal(real_seal: Path) -> Path:
    """The installation has this run's test seal and no other."""
    return real_seal
