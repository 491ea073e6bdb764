"""Places in documents without articles, as people are told of them: data and record hold lines as `L27` or `L17-19`."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LINES = re.compile(r"(?<![\w-])L(\d+)(?:[–-]L?(\d+))?(?![\w-])")


def lines_in_words(place: object) -> str:
    """`place` with each `L27` and `L17-19` in it in the reader's language; all else is left as it is."""

    def told(found: re.Match[str]) -> str:
        first, last = found.groups()
        if last:
            return _("L%(first)s-%(last)s") % {"first": first, "last": last}
        return _("L%(line)s") % {"line": first}

    return LINES.sub(told, str(place))
