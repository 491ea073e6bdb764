"""Texts that a spreadsheet would take for a formula when it opens a CSV file."""

from __future__ import annotations

import re

# What a spreadsheet would run if it opened the file, also after blanks and in the full-width form it folds; a number
# with a sign is none.
_RUNS = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_SIGNED_NUMBER = re.compile(r"[+-]\s*[\d.,]+%?")


def risky(text: str) -> bool:
    """Whether a spreadsheet would take this text of a CSV file for a formula."""
    return bool(_RUNS.match(text)) and len(text) > 1 and not _SIGNED_NUMBER.fullmatch(text)


def as_text(text: str) -> str:
    """The text of a CSV cell that a spreadsheet reads as text: a risky one follows an apostrophe, and so does
    one that would be risky without its own."""
    return f"'{text}" if risky(text.lstrip("'")) else text


def from_text(text: str) -> str:
    """What `as_text` was given."""
    return text[1:] if text.startswith("'") and risky(text.lstrip("'")) else text
