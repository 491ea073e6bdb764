"""Where the keyboard is can be seen: the ring has 3 : 1 and more beside what it lies on (WCAG 1.4.11, 2.4.7)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

STYLE = (settings.BASE_DIR / "static" / "app.css").read_text()
LIGHT = ("#ffffff", "#f4f6f5", "#eef3f0", "#fff6e5")  # cards, the page, open forms, marked rows
HEAD = "#164f38"


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ring(selector: str) -> str:
    """The colour of the outline of the last rule for the selector."""
    found = re.findall(re.escape(selector) + r"[^{}]*\{[^}]*outline(?:-color)?:[^;]*?(#[0-9a-f]{6})", STYLE)
    assert found, selector
    return str(found[-1])


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", LIGHT)
def test_the_ring_is_seen_on_what_is_light(ground: str) -> None:
    assert contrast(ring("\n:focus-visible"), ground) >= 3
    assert contrast(ring(".menu > div :focus-visible"), ground) >= 3


def test_the_ring_is_seen_on_the_head() -> None:
    assert HEAD in STYLE
    assert contrast(ring(".site-head :focus-visible"), HEAD) >= 3
