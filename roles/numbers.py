"""Numbers as a request gives them: bounded before anything is done with them."""

from __future__ import annotations

from django.urls.converters import IntConverter

LARGEST = 2**63 - 1  # what a key of a row can be, on both databases
_DIGITS = len(str(LARGEST))


def whole(text: str | None, *, most: int = LARGEST) -> int | None:
    """The number from 0 to `most` that `text` is in plain digits; None for anything else, however long."""
    if not text or len(text) > _DIGITS or not (text.isascii() and text.isdecimal()):
        return None
    number = int(text)
    return number if number <= most else None


class RowKey(IntConverter):
    """A row's key within an address: `<row:pk>`. One that no row can have is an address that does not exist."""

    def to_python(self, value: str) -> int:
        number = whole(value)
        if number is None:
            raise ValueError(value[:40])
        return number
