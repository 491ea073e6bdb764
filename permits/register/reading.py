"""Reading the public register: what is asked for, in which order, a page at a time, and the rows as everyone sees them.

Ordered by the day of the decision, the newest first, along an index; the next page begins after the last key shown, so
that the thousandth page costs what the first does. Nothing counts beyond COUNTED.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.kinds import kind_or_absent
from permits.models import Act, Permit, RegisterEntry
from permits.models.body import legible
from permits.models.life import outcome_told
from permits.models.permit import P
from permits.register.entries import fold
from roles import numbers
from roles.days import local_today

PER_PAGE: Final = 25
CHUNK: Final = 500
COUNTED: Final = 10_000
MOST: Final = 50_000
"""Rows of one file; it says where the next one begins."""
EARLY: Final = "early"
STATES: Final[dict[str, str | Promise]] = {
    P.VALID.value: P.VALID.label,
    EARLY: _("Not in force yet"),
    **{state.value: state.label for state in P if state != P.VALID},
}
"""How a permit stands today, in words: its own status, and what the calendar says of it."""
CHANGES: Final = (
    "expire_permit", "grant_extension", "deem_extended", "grant_change", "reissue_permit", "replace_permit",
    "withdraw_permit", "revoke_permit", "cancel_permit", "forfeit_permit", "record_reconsideration", "record_suit",
    "reopen",
)  # fmt: skip
"""Acts after the approval that the public is told of: nothing that was only asked for, or refused."""


class Asked(Struct, frozen=True):
    """What is looked for: words, a kind's code, a place's GB/T 2260 code, one of STATES, a year of decision."""

    q: str = ""
    kind: str = ""
    place: str = ""
    state: str = ""
    year: int | None = None


class Change(Struct, frozen=True):
    """What became of a permit on a day."""

    day: date
    what: str


class Shown(Struct, frozen=True):
    """One entry as everyone sees it, in the language of the reader."""

    entry: RegisterEntry
    state: str
    changes: tuple[Change, ...]

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(STATES[self.state])

    @property
    def kind(self) -> Any:
        """What kind of permit it is."""
        return kind_or_absent(self.entry.kind)

    @property
    def key(self) -> str:
        """Where it stands in the order."""
        return f"{self.entry.decided_on.isoformat()}-{self.entry.pk}"


def found(asked: Asked, today: date | None = None) -> QuerySet[RegisterEntry]:
    """The listed entries that fit, the newest decision first."""
    entries = RegisterEntry.objects.filter(withheld="").order_by("-decided_on", "-permit")
    if asked.kind:
        entries = entries.filter(kind=asked.kind)
    if asked.place:
        entries = entries.filter(place=asked.place)
    if asked.year:
        entries = entries.filter(decided_on__range=(date(asked.year, 1, 1), date(asked.year, 12, 31)))
    if asked.state:
        entries = entries.filter(stands(asked.state, today or local_today(), of="permit__"))
    for word in asked.q.split()[:5]:
        entries = entries.filter(search__contains=fold(word))
    return entries


def stands(state: str, today: date, of: str = "") -> Q:
    """That a permit stands so on `today`, one of STATES; `of` leads to it from the rows that are asked."""
    over, early = Q(**{f"{of}valid_to__lt": today}), Q(**{f"{of}valid_from__gt": today})
    valid = Q(**{f"{of}status": P.VALID})
    runs = Q(**{f"{of}valid_to": None}) | Q(**{f"{of}valid_to__gte": today})
    return {
        P.VALID.value: valid & ~early & runs,
        EARLY: valid & early & runs,
        P.EXPIRED.value: Q(**{f"{of}status": P.EXPIRED}) | (valid & over),
    }.get(state, Q(**{f"{of}status": state}))


def state_of(permit: Permit, today: date) -> str:
    """How it stands on `today`: its status, but that a term which is over has expired before the clock records it."""
    if permit.status != P.VALID:
        return str(permit.status)
    if permit.valid_to and permit.valid_to < today:
        return P.EXPIRED.value
    return EARLY if permit.valid_from > today else P.VALID.value


def state_name(permit: Permit, today: date | None = None) -> str:
    """The same in words."""
    return str(STATES[state_of(permit, today or local_today())])


def told_by(key: str) -> tuple[date, int] | None:
    """Day of the decision and number of the permit that a key names; None for a key that is none."""
    number = numbers.whole(key[11:])
    try:
        return (date.fromisoformat(key[:10]), number) if number and key[10] == "-" else None
    except ValueError:
        return None


def after(entries: QuerySet[RegisterEntry], key: str) -> QuerySet[RegisterEntry]:
    """Those behind `key` in the order; all for a key that is none."""
    told = told_by(key)
    if told is None:
        return entries
    day, number = told
    return entries.filter(Q(decided_on__lt=day) | Q(decided_on=day, permit__lt=number), decided_on__lte=day)


def shown(entries: Sequence[RegisterEntry], today: date | None = None) -> list[Shown]:
    """The entries with their state and the days of what became of each: one query for all."""
    day, told = today or local_today(), changes_of([entry.pk for entry in entries])
    return [Shown(entry, state_of(entry.permit, day), told[entry.pk]) for entry in entries]


def whole(entries: QuerySet[RegisterEntry]) -> QuerySet[RegisterEntry]:
    """With what a row tells."""
    return entries.select_related("permit", "place")


def chunks(entries: QuerySet[RegisterEntry]) -> Iterator[list[RegisterEntry]]:
    """MOST of the entries in pieces, each read from the key of the last: no cursor stays open while one dawdles."""
    left, rest = MOST, whole(entries)
    while left > 0 and (piece := list(rest[: min(CHUNK, left)])):
        yield piece
        left -= len(piece)
        rest = after(whole(entries), f"{piece[-1].decided_on.isoformat()}-{piece[-1].pk}")


def changes_of(keys: Sequence[int]) -> dict[int, tuple[Change, ...]]:
    """What became of the permits with these keys, by key, the oldest first."""
    told: dict[int, list[Change]] = defaultdict(list)
    acts = Act.objects.filter(application__in=keys, act__in=CHANGES).select_related("application")
    for act in acts.order_by("application", "seq"):
        told[act.application_id].append(_change(act))
    return {key: tuple(told[key]) for key in keys}


def _change(act: Act) -> Change:
    """What the act says; of one whose text somebody changed when it was recorded, and that it was changed."""
    told = legible(lambda: Change(_day(act), _words(act)), None) if act.intact else None
    label = act.application.act_label(act.act)
    return told or Change(localdate(act.at), gettext("%(act)s: its record was changed") % {"act": label})


def _day(act: Act) -> date:
    """The day it has by law: the last of the term, else that of the decision."""
    return date.fromisoformat(act.facts["ended_on"]) if act.act == "expire_permit" else act.decided_on


def _words(act: Act) -> str:
    words = act.application.act_label(act.act)
    if act.act in ("record_reconsideration", "record_suit"):
        return f"{words}：{outcome_told(act.facts)}"
    return words


def count(entries: QuerySet[RegisterEntry]) -> int:
    """How many there are, up to one more than COUNTED."""
    return entries.order_by()[: COUNTED + 1].count()


def years() -> list[int]:
    """The years in which something was granted, the newest first: from the first to the last."""
    listed = RegisterEntry.objects.filter(withheld="")
    newest = listed.order_by("-decided_on", "-permit").values_list("decided_on", flat=True).first()
    oldest = listed.order_by("decided_on", "permit").values_list("decided_on", flat=True).first()
    return list(range(newest.year, oldest.year - 1, -1)) if newest and oldest else []


def last_changed() -> Any:
    """When anything listed last changed; None of an empty register."""
    return RegisterEntry.objects.aggregate(at=Max("changed_at"))["at"]
