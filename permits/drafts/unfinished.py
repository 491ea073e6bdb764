"""Pages that save themselves: what is typed is kept as it stands, half a date or a wrong number too.

It is kept for the person who typed it, beside the case and not in it: nobody else is shown it, no rule reads it and no
act rests on it. It goes when the form is saved or its act performed, and after thirty days.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.errors import BadFacts, EditedMeanwhile
from permits.models import UnfinishedForm
from roles.models import Person

MOST_BYTES = 200_000
"""What one form may hold, as JSON in UTF-8."""
OF_OFFICERS = "tasks/"
"""How the names of forms begin that stand on the page of a work item."""
BESIDE = "acts/"
"""How the names of forms begin whose act belongs to no work item."""
MINE = "mine"
"""What a link asks for that puts into the form what was typed over an older version."""


class KeptElsewhere(EditedMeanwhile):
    """The same page was filled in, or saved, elsewhere since. `other` is what is kept there, if anything is."""

    def __init__(self, other: UnfinishedForm | None) -> None:
        self.other = other
        super().__init__(
            _("This page was filled in elsewhere too. Nothing was written over; choose which text to go on with.")
            if other
            else _("This page was saved elsewhere in the meantime. What you typed here is still here.")
        )


class Keeping(Struct, frozen=True, kw_only=True):
    """How a page keeps what is typed on it, and what it kept of `person` so far."""

    url: str
    page: str
    base: str
    person: int
    row: UnfinishedForm | None = None
    mine: bool = False

    @property
    def stale(self) -> bool:
        """Whether what the page shows was saved anew since the words were typed: then both are offered."""
        return self.row is not None and self.row.base != self.base and not self.mine

    @property
    def restored(self) -> dict[str, str]:
        """What the form is filled in with; nothing where that would hide what was saved since."""
        return dict(self.row.content) if self.row and not self.stale else {}

    @property
    def mark(self) -> str:
        """The mark of what the page shows; none where it shows something else than what is kept."""
        return self.row.mark if self.row and not self.stale else ""

    def typed_into(self, form: Any) -> list[tuple[str, str]]:
        """What was typed over an older version, by the labels of the form's fields and as they word it."""
        said = self.row.content if self.row else {}
        known = ((form.fields[name], text) for name, text in said.items() if text and name in form.fields)
        return [(str(field.label), told) for field, text in known if (told := as_worded(field, text))]


def as_worded(field: Any, text: str) -> str:
    """What was typed into the field of a form, as a person reads it: a choice by its words, nothing for one that the
    field does not offer."""
    if not hasattr(field.widget, "choices"):
        return text
    offered: Iterable[tuple[Any, Any]] = flatten_choices(iter(field.widget.choices))  # a filter's have no length
    return next((str(label) for value, label in offered if str(value) == text), "")


def keeping(*, by: Person, application_id: int, page: str, base: object, url: str, asked: str = "") -> Keeping:
    """How `page` keeps what `by` types on it. `asked` is what the address asks for (MINE)."""
    row = UnfinishedForm.objects.filter(person=by, application=application_id, page=page).first()
    return Keeping(url=url, page=page, base=str(base), person=by.pk, row=row, mine=asked == MINE)


def kept_by(person: Person, application_id: int, prefix: str) -> dict[str, UnfinishedForm]:
    """What `person` left on the pages of the case whose names begin so, by page. One query."""
    rows = UnfinishedForm.objects.filter(person=person, application=application_id, page__startswith=prefix)
    return {row.page: row for row in rows}


def keep(
    application_id: int,
    page: str,
    content: Mapping[str, str],
    *,
    by: Person,
    base: str,
    now: str,
    mark: str = "",
    over: bool = False,
) -> UnfinishedForm:
    """Keep what `by` typed on `page`, which was opened at version `base` and is at `now`. Raises KeptElsewhere where
    another window kept something under another mark, or `now` is not `base`, unless `over` says that the person was
    told and wants these words; BadFacts for more than MOST_BYTES."""
    plain = {name: _storable(text) for name, text in content.items()}
    if len(json.dumps(plain, ensure_ascii=False).encode()) > MOST_BYTES:
        raise BadFacts({"": _("This is too long to be kept by itself; save the page with its button.")})
    mine = UnfinishedForm.objects.filter(person=by, application=application_id, page=page)
    if base != now and not over:
        raise KeptElsewhere(None)
    said: dict[str, Any] = {
        "content": plain, "base": base[:20], "mark": secrets.token_hex(8), "kept_at": timezone.now(),
    }  # fmt: skip
    same = mine if over else mine.filter(mark=mark)
    if not same.update(**said):
        if mark and not over and not mine.exists():  # saved, or dropped, in another window
            raise KeptElsewhere(None)
        try:
            with transaction.atomic():
                return UnfinishedForm.objects.create(person=by, application_id=application_id, page=page, **said)
        except IntegrityError:
            raise KeptElsewhere(mine.first()) from None
    return mine.get()


def forget(application_id: int, page: str, *, by: Person) -> None:
    """What `by` typed on `page` was saved, or is not wanted."""
    UnfinishedForm.objects.filter(person=by, application=application_id, page=page).delete()


def forget_draft(application_id: int) -> None:
    """Forget what anybody of the unit left half-typed in the draft: it was handed in."""
    left = UnfinishedForm.objects.filter(application=application_id)
    left.exclude(page__startswith=OF_OFFICERS).exclude(page__startswith=BESIDE).delete()


def sweep_unfinished(at: datetime | None = None) -> int:
    """Take away what nobody came back to in thirty days. Returns how many forms."""
    old = UnfinishedForm.objects.filter(kept_at__lt=(at or timezone.now()) - UnfinishedForm.KEPT)
    return old.delete()[0]


def typed(posted: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Of what was posted the fields called `names`."""
    return {name: str(posted[name]) for name in names if name in posted}


def _storable(text: str) -> str:
    """The words without what no database holds; that is told as wrong when the form is saved."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
