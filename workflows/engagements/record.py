"""Writing an engagement's record, and proving later that nothing in it was rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from permits.errors import PermitError
from permits.ledger.chain import canonical, stamp
from permits.locks import busy_when_locked
from permits.models import Application
from permits.models.act import GENESIS, digest
from roles.models import Agency, Person
from workflows.engagements.drawing import draw, order, read, sha256, sizes
from workflows.models import Engagement, EngagementEntry, Entry, EntryAnnouncement

MAKE_NEWS = "workflows.notifications.findings.make"


class Recorded(PermitError):
    """The form was sent before: `entry` is what it made. Nothing was done twice."""

    def __init__(self, entry: EngagementEntry) -> None:
        self.entry = entry
        super().__init__(
            _("“%(act)s” was already recorded; it was not done twice.") % {"act": entry.get_entry_display()}
        )


@contextmanager
def locked(pk: int, key: UUID | None) -> Iterator[Engagement]:
    """The one lock of an engagement, to the end of one transaction: the row of the agency that audits, because who runs
    the program may not lock an append-only row in PostgreSQL, where that takes the right to change it.

    Raises Busy, Recorded where the form with this one-time key was sent before, Engagement.DoesNotExist.
    """
    with busy_when_locked(), transaction.atomic():
        rows = Engagement.objects.select_related("auditing", "place", "agency")
        engagement = rows.select_for_update(no_key=True, of=("auditing",)).get(pk=pk)
        insist_new(key)
        yield engagement


def insist_new(key: UUID | None) -> None:
    """Raises Recorded where an entry has this key. Asked under the lock."""
    if key is not None and (before := EngagementEntry.objects.filter(key=key).first()):
        raise Recorded(before)


class About(TypedDict, total=False):
    """What an entry is about, each a column of its own."""

    concerned: Person
    application: Application
    agency: Agency | None
    finding: EngagementEntry
    due: date | None


def append(
    engagement: Engagement,
    entry: Entry,
    *,
    by: Person,
    capacity: Mapping[str, Any],
    facts: Mapping[str, Any],
    key: UUID | None = None,
    population: str = "",
    **about: Unpack[About],
) -> EngagementEntry:
    """The next entry, chained to the last. Called under the lock; `facts` are plain JSON values."""
    last = engagement.entries.order_by("-seq").first()
    row = EngagementEntry(
        engagement=engagement, seq=last.seq + 1 if last else 1, entry=entry, person=by, key=key, at=timezone.now(),
        population=population, previous=last.hash if last else GENESIS, **about,
    )  # fmt: skip
    said = {"name": str(by), "capacity": dict(capacity), "facts": dict(facts), "population": sha256(population)}
    row.body = canonical(identity(row) | said)
    row.hash = digest(row.body)
    row.save(force_insert=True)
    if row.finding_id or entry == Entry.FINDING:
        _announce(row)
    return row


def _announce(row: EngagementEntry) -> None:
    """Note that the news of a finding is to be made, and make it soon after the commit."""
    EntryAnnouncement.objects.create(entry=row)
    transaction.on_commit(lambda: _enqueue(row.pk), robust=True)


def _enqueue(pk: int) -> None:
    async_task(MAKE_NEWS, pk, task_name=f"finding news {pk}")


def identity(row: EngagementEntry) -> dict[str, Any]:
    """The part of the body that the columns repeat."""
    return {
        "engagement": row.engagement_id,
        "seq": row.seq,
        "entry": str(row.entry),
        "person": row.person_id,
        "concerned": row.concerned_id,
        "application": row.application_id,
        "agency": row.agency_id,
        "finding": row.finding_id,
        "due": row.due.isoformat() if row.due else None,
        "at": stamp(row.at),
        "previous": row.previous,
    }


def repeated(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the row of an engagement repeats of the facts of its first entry, by column."""
    return {
        "auditing_id": facts["auditing"]["id"],
        "year": facts["year"],
        "serial": facts["serial"],
        "title": facts["title"],
        "kind": facts["kind"],
        "place_id": facts["place"]["code"],
        "agency_id": (facts["agency"] or {}).get("id"),
        "since": date.fromisoformat(facts["since"]),
        "until": date.fromisoformat(facts["until"]),
    }


def problems_of(engagement: Engagement, entries: Sequence[EngagementEntry]) -> Iterator[str]:
    """What is wrong with the record of `engagement`, of which `entries` are all, in order."""
    previous, number = GENESIS, 0
    for number, row in enumerate(entries, 1):
        for problem in _problems_of_entry(row, number, previous):
            yield _("entry %(number)s: %(problem)s") % {"number": row.seq, "problem": problem}
        previous = row.hash
    if not number:
        yield _("no entry at all")
        return
    try:
        said = repeated(entries[0].facts)
    except (ValueError, KeyError, TypeError):
        return  # told above: the text is not what was hashed
    for name, value in said.items():
        if getattr(engagement, name) != value:
            yield _("column %(name)s differs from the text") % {"name": name}


def _problems_of_entry(row: EngagementEntry, number: int, previous: str) -> Iterator[str]:
    if row.seq != number:
        yield _("number %(number)s is missing") % {"number": number}
    if row.hash != digest(row.body):
        yield _("the text does not have the stored hash")
    if row.previous != previous:
        yield _("not chained to the entry before")
    try:
        content = row.content
    except ValueError:
        yield _("the text is not readable")
        return
    for name, value in identity(row).items():
        if content.get(name) != value:
            yield _("column %(name)s differs from the text") % {"name": name}
    if content.get("population") != sha256(row.population):
        yield _("what the sample was drawn from is not what was hashed")
    elif row.entry == Entry.SAMPLE and not _drawn_so(row):
        yield _("the sample is not the one that seed and population give")


def _drawn_so(row: EngagementEntry) -> bool:
    """Whether the sample is drawn again from its seed."""
    said = row.facts
    try:
        lines = read(row.population)
        again = draw(lines, seed=said["seed"], wanted=said["wanted"], strata=said["strata"])
        each = sizes(lines, wanted=said["wanted"], strata=said["strata"])
    except (ValueError, KeyError, TypeError):
        return False
    drawn = [(one["number"], one["order"]) for one in said["drawn"]]
    ordered = [(line.number, order(said["seed"], line.number)) for line in again]
    return (len(lines), each) == (said["size"], said["parts"]) and ordered == drawn
