"""A row of a record that is told by its canonical text: what the text says, for whoever reads the row."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import msgspec

log = logging.getLogger(__name__)
T = TypeVar("T")

MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What reading a text raises that is not written as it must be: somebody changed it in the database."""


def legible(read: Callable[[], T], otherwise: T) -> T:
    """What `read` makes of a text; `otherwise`, with a line in the log, where nothing can be read of it: somebody
    changed the text in the database, or the fault is ours. For lists of many cases, in which one of them hides nothing
    of the others; a page of the case itself is answered by config/errors.py."""
    try:
        return read()
    except MALFORMED:
        log.warning("A text of the record cannot be read", exc_info=True)
        return otherwise


def parsed(text: str) -> Any:
    """What `json.loads` makes of the text, in half the time. Raises ValueError and RecursionError as that does: where
    msgspec reads nothing (NaN, half a surrogate, a number beyond a float), it decides."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError):
        return json.loads(text)


class ToldByBody:
    """Of a model with a column `body`, the canonical text (RFC 8785) that the row's hash covers."""

    body: Any

    @cached_property
    def content(self) -> dict[str, Any]:
        """The parsed body."""
        return parsed(self.body)  # type: ignore[no-any-return]

    @property
    def facts(self) -> dict[str, Any]:
        """What the row said."""
        return self.content["facts"]  # type: ignore[no-any-return]
