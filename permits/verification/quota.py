"""Quota books: each counts from one, each balance is the sum of what moved it, and cases moved them as they ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.acts.requests import ORDERED
from permits.database.reading import among, read
from permits.models import Act, Application, QuotaMovement
from permits.models.remedies import REMEDIES
from permits.models.states import FINAL, S
from permits.verification.registry import Batch, Problem, each_case, once

Change = QuotaMovement.Change
NONE = Decimal(0)


@once("quota", gettext_lazy("quota books"))
def books() -> Iterator[Problem]:
    """No movement left out, none slipped in."""
    rows = QuotaMovement.objects.select_related("book__jurisdiction").order_by("book_id", "seq")
    for _book, movements in groupby(rows.iterator(), key=lambda row: row.book_id):
        left = NONE
        for number, row in enumerate(movements, 1):
            left += row.amount
            if row.seq != number or row.left != left:
                yield Problem("quota", str(row.book), _("from movement %(number)s on the book does not add up")
                              % {"number": number})  # fmt: skip
                break


@each_case("quota of cases", gettext_lazy("quota moved by cases"))
def cases(batch: Batch) -> Iterator[Problem]:
    """A case that ended holds nothing in reserve, and only an approved one took anything."""
    moved: dict[int, list[QuotaMovement]] = {}
    for row in read(QuotaMovement.objects.filter(among("application", batch.keys))):
        moved.setdefault(row.application_id or 0, []).append(row)
    for case in batch.cases:
        acts = {act.pk: act for act in batch.acts.get(case.pk, [])}
        for what in _wrong(case, acts, moved.get(case.pk, [])):
            yield Problem("quota of cases", str(case), what)


def _wrong(case: Application, acts: Mapping[int, Act], rows: list[QuotaMovement]) -> Iterator[str]:
    """What is wrong with the movements `rows` that one case made in the quota books."""
    if any(row.act_id not in acts for row in rows):
        yield _("a movement of the quota names an act of another case")
    for row in rows:
        if (act := acts.get(row.act_id or 0)) and not _moved_by(act, row.change):
            told = {"change": row.get_change_display(), "act": act.act}
            yield _("a movement of the quota, “%(change)s”, is none of “%(act)s”") % told
    held = -sum((row.amount for row in rows if row.change in (Change.RESERVED, Change.RELEASED)), NONE)
    if held < 0 or (held and case.status in FINAL and not _kept_to_be_decided_anew(acts, rows)):
        yield _("%(held)s stays reserved of the quota") % {"held": held}
    used = -sum((row.amount for row in rows if row.change in (Change.DEDUCTED, Change.RETURNED)), NONE)
    if used < 0 or (used and case.status != S.APPROVED):
        yield _("the quota was used without an approval")


def _kept_to_be_decided_anew(acts: Mapping[int, Act], rows: list[QuotaMovement]) -> bool:
    """Whether what is reserved was put aside by the order to decide the case anew, and nobody began since."""
    ended = max((act.seq for act in acts.values() if act.after != act.before), default=0)
    made = (acts.get(row.act_id or 0) for row in rows if row.change == Change.RESERVED)
    return any(act is not None and _orders(act) and act.seq > ended for act in made)


def _orders(act: Act) -> bool:
    """Whether it orders to decide anew, or is about an outcome, and may revive one that did."""
    return act.act in REMEDIES and (act.facts["outcome"] == ORDERED or bool(act.facts.get("earlier")))


def _moved_by(act: Act, change: str) -> bool:
    """Whether the act can move a quota so (permits/acts/quotas.py, `follow`)."""
    ends, restores = act.after in FINAL and act.after != act.before, act.act in REMEDIES
    return {
        Change.RESERVED: act.act in ("accept", "deem_accepted", "reopen") or _orders(act),
        Change.RELEASED: ends or restores,
        Change.DEDUCTED: (ends or restores) and act.after == S.APPROVED,
        Change.RETURNED: act.act in (*REMEDIES, "reopen"),
    }.get(Change(change), False)
