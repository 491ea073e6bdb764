"""Which characters a text that may be printed can hold: those the font of the papers has, and no hidden marks.

Asked where a text is typed, so that no paper waits for ever for a character nobody can print.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from permits.errors import FontMissing, Unprintable
from roles.models.names import insist_on_lines

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
READ_AND_TYPED = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The signs of a code that is read from paper and typed: without those taken for one another, 0 and O, 1 and I."""


def as_typed(code: str) -> str:
    """The signs of such a code however it was typed: width, case, and what stands between its groups, are forgiven."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code).upper() if sign.isalnum())


SET_AS_NOTHING = frozenset("\n\r\t\u00ad\u200b\u200c\u200d\u2060\ufeff")  # permits/text/fonts.py leaves them out
BLANK = "".join(sorted({*filter(str.isspace, map(chr, range(0x3001))), *SET_AS_NOTHING}))
"""Signs of which nothing is seen: U+3000 is the last of the blanks."""


OF_A_UNIT = ("name", "representative", "address")
"""What papers say of an operating unit."""


def refuse_unprintable_unit(instance: Any, update_fields: Collection[str] | None = None, **_more: Any) -> None:
    """Receiver of pre_save of an operating unit, whichever way it comes in: what is of more than a line, and that with
    which none of its papers could ever be printed.

    Raises ValidationError at each such field. What was kept before this was asked, and is not changed, stays.
    """
    found: dict[str, Any] = {}
    try:
        insist_on_lines(instance, update_fields)
    except ValidationError as problem:
        found = problem.error_dict
    for name in OF_A_UNIT:
        if update_fields is not None and name not in update_fields:
            continue
        try:
            refuse_unprintable(getattr(instance, name))
        except Unprintable as problem:
            found.setdefault(name, str(problem))
    if found:
        raise ValidationError(found)


def trimmed(text: str) -> str:
    """`text` without what cannot be seen around it: empty where nothing of it can be read, on a page or a paper."""
    return text.strip(BLANK)


def on_one_line(text: str) -> str:
    """`text` with a blank for each break of a line. A browser sends none from a field of one line; another client may,
    and they would be paragraphs of a paper."""
    return " ".join(text.splitlines())


def refuse_unprintable(text: str) -> None:
    """Raise Unprintable naming the first character that no paper can show."""
    for char in dict.fromkeys(text):
        if unicodedata.category(char) in HIDDEN and char not in SET_AS_NOTHING:
            raise Unprintable(
                _("This holds a hidden or undefined character (%(code)s), which no paper can show; take it out.")
                % {"code": f"U+{ord(char):04X}"}
            )
    if missing := _missing(text):
        facts = {"char": missing[0], "code": f"U+{ord(missing[0]):04X}"}
        raise Unprintable(
            _("“%(char)s” (%(code)s) cannot be printed on a paper: the font lacks it; write it in another way.") % facts
        )


def _missing(text: str) -> list[str]:
    """Characters the font lacks. Without a font nothing is known, and nothing can be printed either."""
    try:
        text.encode("gb2312")  # the font has all of that, and reading it takes a second
    except UnicodeEncodeError:
        from permits.text.fonts import load  # it brings the typesetter

        try:
            return load().missing(text)
        except FontMissing:
            return []
    return []
