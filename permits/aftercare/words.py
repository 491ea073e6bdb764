"""What the rows of the index are called where many stand in a list: of several called alike each by the beginning of
its words, too.

The index keeps no words: they are read from the acts that gave them, of all the rows together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from permits.aftercare.conditions import told_by
from permits.aftercare.standing import called
from permits.database.reading import among
from permits.kinds import kind_or_absent
from permits.models import Act, ObligationRow
from permits.models.body import legible
from permits.models.states import S

SHORT: Final = 40
"""Characters of a condition's words that a list or an option tells; of a longer one the beginning."""
AT_ONCE: Final = 500
"""Permits whose acts are read in one query."""


def named(label: str, words: str) -> str:
    """What an obligation is called with the beginning of its words, which tell it from others called alike."""
    short = Truncator(words).chars(SHORT)
    return f"{label}{_(': ')}{short}" if short else label


def names_of(rows: Collection[ObligationRow]) -> dict[int, str]:
    """What each of `rows`, with their cases, is called in a list, by its key. No query where none has a number; else
    one for the acts of AT_ONCE permits."""
    words = _words_of({row.permit_id: row.permit.application.kind for row in rows if "-" in row.code})
    return {
        row.pk: named(called(row.permit.application.kind, row.code), words.get((row.permit_id, row.code), ""))
        for row in rows
    }


def _words_of(kinds: Mapping[int, str]) -> Mapping[tuple[int, str], str]:
    """The words of these permits' conditions, and of what the kind of each tells, by permit and code, as their acts
    gave them; of an approval that another followed those of the last."""
    return {
        (act.application_id, code): text
        for act in _giving(sorted(kinds))
        for code, text in _told(act, kinds[act.application_id])
    }


def _told(act: Act, kind: str) -> list[tuple[str, str]]:
    return legible(lambda: [*told_by(act), *kind_or_absent(kind).obligation_words(act)], [])


def _giving(permits: Sequence[int]) -> Iterator[Act]:
    gives = Q(act__in=("grant_extension", "raise_alarm")) | (Q(after=S.APPROVED) & ~Q(before=S.APPROVED))
    for first in range(0, len(permits), AT_ONCE):
        asked = Act.objects.filter(gives, among("application", permits[first : first + AT_ONCE]))
        yield from asked.order_by("application", "seq")
