"""The role matrix as people read it: one entry where several agencies share a duty by the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.functional import Promise
from msgspec import Struct

from roles.kinds import label_of
from roles.mandates import edition_note
from roles.models import Mandate
from roles.models.mandates import Duty

DUTIES = {duty: place for place, duty in enumerate(Duty.values)}
SAME = (
    "document_id", "line", "clause", "matter", "kind", "duty", "scope", "countersign", "basis",
    "valid_from", "valid_to", "ended_on", "note", "note_en",
)  # fmt: skip


class SharedDuty(Struct):
    """A duty with all who share it. What `first` says of matter, clause, basis and term is true of each."""

    first: Mandate
    day: date
    mandates: list[Mandate] = []

    @property
    def kind(self) -> str | Promise:
        return label_of(self.first.kind)

    @property
    def edition(self) -> str:
        """What to say of an edition that has ended by `day`."""
        return edition_note(self.first, self.day)


def share(mandates: Iterable[Mandate], day: date) -> list[SharedDuty]:
    """`mandates` in the order of their documents, matters and duties, those put together that differ by agency only."""
    found: dict[tuple[Any, ...], SharedDuty] = {}
    for mandate in sorted(mandates, key=_order):
        same = tuple(getattr(mandate, name) for name in SAME)
        found.setdefault(same, SharedDuty(mandate, day)).mandates.append(mandate)
    return list(found.values())


def _order(mandate: Mandate) -> tuple[Any, ...]:
    """Document, then its lines (a law's articles as they are written), matter, duty, place."""
    line = re.search(r"\d+", mandate.line)
    matter = mandate.key.split(".")[0]
    where = (mandate.document_id, int(line[0]) if line else 0, mandate.line, matter)
    return (*where, DUTIES[mandate.duty], mandate.jurisdiction_id, mandate.key)
