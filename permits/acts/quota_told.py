"""What is told of a quota that is too small for a case: from when too little was left in the book, and what took it.

Sums and counts alone: whose cases they are is told nobody but who may open the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import override
from msgspec import Struct

from permits.acts.quota_books import NONE, Change, short_since
from permits.acts.quota_draws import books_of, draws_of
from permits.documents.forms import quota_short
from permits.documents.standard import AGAINST
from permits.kinds import kind_of
from permits.models import Act, QuotaBook, QuotaMovement

INTO_AND_OUT = (Change.ALLOTTED, Change.CARRIED_IN, Change.CARRIED_OUT, Change.LAPSED)
TAKEN = (Change.DEDUCTED, Change.RETURNED)
HELD = (Change.RESERVED, Change.RELEASED)


class Shortage(Struct, frozen=True):
    """A book at a decision, in which less was left than the case lacked, all in the book's unit. `since`: the day from
    which that was always so; None where there was never enough."""

    book: QuotaBook
    asked: Decimal
    since: date | None
    given: Decimal
    taken: Decimal
    held: Decimal
    holders: int
    left: Decimal


def told_of_quota(record: Act) -> tuple[str, ...]:
    """What a refusal on the rule of a quota tells of each book that was too small, a sentence each in Chinese. Nothing
    where it rests on other grounds, or where what was left was found otherwise than by the book."""
    quota = kind_of(record.application).quota
    if quota is None or not any(one["rule"] == quota.rule and one["severity"] in AGAINST for one in record.findings):
        return ()
    with override("zh-hans"):
        label, unit = str(quota.label), str(quota.unit)
        return tuple(
            quota_short(
                f"{one.book.jurisdiction}{one.book.year}年{label.removeprefix('年')}", unit,
                asked=one.asked, since=one.since, given=one.given, taken=one.taken,
                held=one.held, holders=one.holders, left=one.left,
            )
            for one in shortages(record)
        )  # fmt: skip


def shortages(record: Act) -> Iterator[Shortage]:
    """The books that were too small for the case at the decision `record`, by district. What the decision itself moved,
    and what came after, does not count: the answer is the same whenever it is asked."""
    application, draws = record.application, draws_of(record.application)
    for place, book in sorted(books_of(application, draws).items()):
        lines = book.movements.filter(at__lte=record.at).exclude(act=record.pk)
        rows = list(lines.order_by("seq"))
        held = _held(rows)
        lacks, left = draws[place] - held.get(application.pk, NONE), rows[-1].left if rows else NONE
        if lacks > left:
            yield Shortage(
                book, draws[place], short_since(lines, lacks), given=_sum(rows, INTO_AND_OUT), taken=-_sum(rows, TAKEN),
                held=sum(held.values(), NONE), holders=len(held), left=left,
            )  # fmt: skip


def _held(rows: Iterable[QuotaMovement]) -> dict[int, Decimal]:
    """What each case that holds something holds in reserve."""
    held: dict[int, Decimal] = {}
    for row in rows:
        if row.change in HELD and row.application_id:
            held[row.application_id] = held.get(row.application_id, NONE) - row.amount
    return {case: amount for case, amount in held.items() if amount}


def _sum(rows: Iterable[QuotaMovement], changes: Iterable[str]) -> Decimal:
    return sum((row.amount for row in rows if row.change in changes), NONE)
