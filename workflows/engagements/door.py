"""What every act in an engagement passes: words that can be kept, who may, that it is open; the lock around it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from permits.access import NATION, audited_places
from permits.drafts.store import keep_file_at
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models.facts import BadFact, Fact, Text
from roles.days import local_today
from roles.models import Agency, Jurisdiction, Person
from workflows.engagements.record import locked
from workflows.engagements.rights import Auditor, auditor, auditor_of, auditors_for, looks_beyond
from workflows.engagements.scope import Scope, barred, served_in
from workflows.engagements.standing import Standing
from workflows.models import EngagementEntry, EngagementFile
from workflows.models.engagement import kept_as

LINE, CLAUSE, WORDS = Text(long=False, most=200), Text(long=False, most=500), Text(most=4000)
OPTIONAL = Text(most=4000, required=False)
MOST_DAYS_TO_ANSWER = 366


def cleaned(facts: Mapping[str, tuple[Fact, Any]]) -> dict[str, str]:
    """Words as the record can hold them, empty for none. Raises BadFacts with all that is wrong."""
    told, errors = {}, {}
    for name, (fact, value) in facts.items():
        try:
            told[name] = fact.clean(value) or ""
        except BadFact as bad:
            errors[name] = str(bad)
    if errors:
        raise BadFacts(errors)
    return told


def named(row: Person | Agency) -> dict[str, Any]:
    """A person or an agency as the record has it."""
    return {"id": row.pk, "name": row.name}


def insist_impartial(people: Sequence[Person], scope: Scope, acts: Any) -> None:
    if reason := barred(people, scope, acts):
        raise NotPermitted(reason)


def insist_stranger(people: Collection[int], standing: Standing, *agencies: int | None) -> None:
    """Raises NotPermitted where one of `people` held a post in one of the agencies in the period."""
    if served := served_in(agencies, people, standing.scope):
        raise NotPermitted(served)


def insist_auditor(person: Person, scope: Scope, place: Jurisdiction) -> None:
    kind, places = scope.kind, {one for one in (place.pk, place.parent_id, NATION) if one}
    if not auditors_for(kind, places).filter(pk=person.pk).exists():
        try:
            auditor(person, kind, place)  # stands in for one
        except NotPermitted as refused:
            told = _("%(person)s holds no mandate to audit in this place.") % {"person": person}
            raise NotPermitted(told) from refused
    if looks_beyond(scope, place, audited_places(person)):
        told = _("%(person)s does not audit every kind of permit that the engagement looks into.") % {"person": person}
        raise NotPermitted(told)


@contextmanager
def working(pk: int, by: Person, key: UUID | None) -> Iterator[tuple[Standing, Auditor]]:
    """The lock, with `by` as a member of an engagement that is not closed."""
    with locked(pk, key) as engagement:
        who, standing = auditor_of(by, engagement), Standing.of(engagement)
        if by.pk not in standing.members:
            raise NotPermitted(_("Only members of the engagement do this."))
        insist_open(standing)
        yield standing, who


def insist_open(standing: Standing) -> None:
    if standing.closed:
        raise WrongStatus(_("The engagement is closed: nothing is added to it any more."))


def due_day(day: date | None) -> date:
    if day is None:
        raise BadFacts({"due": _("This field is required.")})
    if not timedelta() < day - local_today() <= timedelta(days=MOST_DAYS_TO_ANSWER):
        raise BadFacts({"due": _("Give a day after today, within a year.")})
    return day


def digest_of(content: bytes) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def described(file: EngagementFile) -> dict[str, Any]:
    """A file as the text of its entry has it."""
    return {"name": file.name, "kind": file.kind, "sha256": file.sha256, "size": file.size}


def keep(entry: EngagementEntry, file: EngagementFile, content: File[Any] | bytes) -> None:
    """Write the bytes of a file of `entry`, then its row. Raises StorageFailed."""
    file.entry = entry
    keep_file_at(file, kept_as(file, ""), ContentFile(content) if isinstance(content, bytes) else content)
    file.save(force_insert=True)
