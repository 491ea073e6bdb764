"""HTML that is written many times on a page: escaped and addressed without what Django asks each time."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any

from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.safestring import SafeString

ADDRESSES = 10_000
"""Kept in a process; some two megabytes."""


def escaped(said: Any) -> str:
    """As Django's `conditional_escape`, which asks of each text whether its escaping is to be put off."""
    if isinstance(said, SafeString):
        return said
    return str(said.__html__()) if hasattr(said, "__html__") else escape(str(said))


def address(name: str, *keys: int | str) -> str:
    """The address of a page about the row with this key; looked up once in a process. Raises NoReverseMatch."""
    return _address(name, keys, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=ADDRESSES)
def _address(name: str, keys: tuple[int | str, ...], urlconf: str | None, prefix: str) -> str:
    return reverse(name, urlconf, args=keys)
