"""The record of engagements verified: chains, samples drawn again, populations asked again, files as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from operator import itemgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.drafts.store import whole
from permits.ledger.sources import Table, log_rows_of
from permits.verification.registry import Problem, once
from permits.verification.run import unreadable
from workflows.engagements import drawing
from workflows.engagements.door import described
from workflows.engagements.record import problems_of
from workflows.engagements.scope import Scope
from workflows.engagements.standing import before as asked_before
from workflows.models import Engagement, EngagementEntry, EngagementFile, Entry

SETTLES = timedelta(minutes=5)
"""An act may be written by a transaction that ends later than its time says: a sample drawn meanwhile lacks it."""
_ENTRY = (
    "pk", "engagement_id", "seq", "entry", "person_id", "concerned_id", "application_id", "agency_id", "finding_id",
    "due", "at", "body", "previous", "hash",
)  # fmt: skip

log_rows_of(Table("engagement", EngagementEntry, _ENTRY))


@once("engagements", gettext_lazy("audit engagements"))
def engagements() -> Iterator[Problem]:
    """What is wrong with any of them."""
    known = Engagement.objects.in_bulk()
    rows = EngagementEntry.objects.order_by("engagement", "seq").iterator(500)
    for pk, entries in groupby(rows, key=lambda row: row.engagement_id):
        engagement, every = known.pop(pk), list(entries)
        for found in (problems_of(engagement, every), _populations(every), _files(every)):
            yield from (Problem("engagements", str(engagement), what) for what in _as_far_as_read(found))
    for left in known.values():
        yield Problem("engagements", str(left), _("no entry at all"))


def _as_far_as_read(found: Iterator[str]) -> Iterator[str]:
    """What was found, and that a value could not be read: one spoilt entry hides nothing of the others."""
    try:
        yield from found
    except Exception as error:  # noqa: BLE001 - whatever a spoilt value makes fail
        yield unreadable(error)


def _populations(entries: list[EngagementEntry]) -> Iterator[str]:
    """Each population, asked again of the acts up to its moment, without what was drawn before."""
    drawn: set[str] = set()
    for row in entries:
        if row.entry != Entry.SAMPLE:
            continue
        try:
            scope, said = Scope.read(entries[0].facts), row.facts
            before = asked_before(row)
            kept = {line.number for line in drawing.read(row.population)}
            sample = {one["number"] for one in said["drawn"]}
        except (ValueError, KeyError, TypeError):
            return  # told already: the text is not what was hashed
        every = {line.number for line in scope.population(before)} - drawn
        settled = {line.number for line in scope.population(before - SETTLES)} - drawn
        if strange := sorted(kept - every):
            yield _("entry %(number)s: the sample was drawn from cases out of scope: %(cases)s") % {
                "number": row.seq, "cases": ", ".join(strange[:5]),
            }  # fmt: skip
        if missing := sorted(settled - kept):
            yield _("entry %(number)s: the sample was drawn without cases in scope: %(cases)s") % {
                "number": row.seq, "cases": ", ".join(missing[:5]),
            }  # fmt: skip
        drawn |= sample


def _files(entries: list[EngagementEntry]) -> Iterator[str]:
    """Each file an entry names is there, whole and under its name, and there is no other."""
    rows: dict[int, list[EngagementFile]] = {}
    for file in EngagementFile.objects.filter(entry__in=[one.pk for one in entries]):
        rows.setdefault(file.entry_id, []).append(file)
    for entry in entries:
        try:
            named = sorted(entry.facts.get("files", ()), key=itemgetter("sha256"))
        except (ValueError, KeyError, TypeError):
            continue
        kept = rows.get(entry.pk, [])
        if named != sorted(map(described, kept), key=itemgetter("sha256")):
            yield _("entry %(number)s: its files are not those it names") % {"number": entry.seq}
        for file in kept:
            if not whole(file):
                told = _("the stored file “%(file)s” is missing or not what was handed in")
                yield told % {"file": file.name}
