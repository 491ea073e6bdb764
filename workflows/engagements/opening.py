"""An engagement opened 立项, and who takes part in it.

Each raises NotPermitted, WrongStatus, BadFacts (by field), Recorded (the same form before) or Busy, and then nothing
was written.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.access import NATION, audited_places
from permits.errors import BadFacts, NotPermitted
from permits.locks import busy_when_locked
from roles.days import local_today
from roles.models import Agency, Jurisdiction, Membership, Person
from workflows.engagements.door import (
    LINE,
    WORDS,
    cleaned,
    insist_auditor,
    insist_impartial,
    insist_open,
    insist_stranger,
    named,
    working,
)
from workflows.engagements.record import append, insist_new, locked
from workflows.engagements.rights import auditor, auditor_of
from workflows.engagements.scope import Scope
from workflows.engagements.standing import Standing
from workflows.models import Engagement, EngagementEntry, Entry


def open_engagement(
    *, by: Person, title: str, ground: str, since: date | None, until: date | None, kind: str = "",
    place: Jurisdiction | None = None, agency: Agency | None = None, person: Person | None = None,
    term: Membership | None = None, members: Collection[Person] = (), key: UUID | None = None,
) -> Engagement:  # fmt: skip
    """An engagement 立项 with its first members, `by` among them; its population is not kept yet, but is not empty.

    Of a head's `term` agency and days are the term's; days given narrow it.
    """
    told = cleaned({"title": (LINE, title), "ground": (WORDS, ground)})
    agency, first, last = _of_term(term, agency, since, until)
    seat = _seat(place, agency)
    if last < first:
        raise BadFacts({"until": _("It ends before it begins.")})
    who = auditor(by, kind, seat)
    scope = Scope(
        place=seat.pk, since=first, until=last, agency=agency.pk if agency else None,
        person=person.pk if person else None, kind=kind, reach=_reach(by), head=term.person_id if term else None,
    )  # fmt: skip
    acts = scope.acts(timezone.now())
    if not acts.exists():
        raise BadFacts({"__all__": _("Nothing was decided in this scope: there is nothing to look into.")})
    everyone = {by.pk: by} | {one.pk: one for one in members}
    insist_impartial([*who.people], scope, acts)
    for one in everyone.values():
        insist_auditor(one, scope, seat)
        insist_impartial([one], scope, acts)
    with busy_when_locked(), transaction.atomic():
        auditing = Agency.objects.select_for_update(no_key=True).get(pk=who.mandate.agency_id)
        insist_new(key)
        year = local_today().year
        of_year = Engagement.objects.filter(auditing=auditing, year=year)
        serial = (of_year.aggregate(last=Max("serial"))["last"] or 0) + 1
        engagement = Engagement.objects.create(
            auditing=auditing, year=year, serial=serial, title=told["title"], kind=kind, place=seat, agency=agency,
            since=first, until=last,
        )  # fmt: skip
        facts = {
            **told, "auditing": named(auditing), "year": year, "serial": serial, "kind": kind,
            "place": {"code": seat.pk, "name": seat.name}, "agency": named(agency) if agency else None,
            "person": named(person) if person else None, "since": first.isoformat(), "until": last.isoformat(),
            "reach": [list(one) for one in scope.reach], "term": _told_of(term) if term else None,
        }  # fmt: skip
        append(engagement, Entry.OPENED, by=by, capacity=who.told, facts=facts, key=key)
        for one in everyone.values():
            append(engagement, Entry.JOINED, by=by, capacity=who.told, facts={"member": named(one)}, concerned=one)
    return engagement


def _of_term(
    term: Membership | None, agency: Agency | None, since: date | None, until: date | None
) -> tuple[Agency | None, date, date]:
    """Agency, first and last day: those of a head's `term`, which given days narrow. Raises BadFacts for what lies
    outside the term, and for a day that is still missing."""
    if term is not None:
        if agency is not None and agency != term.post.agency:
            raise BadFacts({"agency": _("The term is of another agency.")})
        agency, ends = term.post.agency, term.until or local_today()
        outside = {
            "since": since and not term.since <= since <= ends,
            "until": until and not term.since <= until <= ends,
        }
        if wrong := {name: _("This day lies outside the term.") for name, is_so in outside.items() if is_so}:
            raise BadFacts(wrong)
        since, until = since or term.since, until or ends
    if since is None or until is None:
        missing = [name for name, day in (("since", since), ("until", until)) if day is None]
        raise BadFacts(dict.fromkeys(missing, _("This field is required.")))
    return agency, since, until


def _told_of(term: Membership) -> dict[str, Any]:
    return {
        "id": term.pk, "head": term.person_id, "name": term.person.name, "post": term.post.name,
        "since": term.since.isoformat(), "until": term.until.isoformat() if term.until else None,
    }  # fmt: skip


def _seat(place: Jurisdiction | None, agency: Agency | None) -> Jurisdiction:
    """The place by which it is known who audits."""
    if place is not None and agency is not None:
        raise BadFacts({"place": _("Name an agency or a place, not both.")})
    if place is None and agency is None:
        raise BadFacts({"agency": _("Name an agency, a place or the term of a head.")})
    found = place or (agency.jurisdiction if agency else None)
    return found or Jurisdiction.objects.get(pk=NATION)


def _reach(person: Person) -> tuple[tuple[str, str, str | None], ...]:
    return tuple(sorted(set(audited_places(person)), key=lambda one: (one[0], one[1], one[2] or "")))


def join(pk: int, member: Person, *, by: Person, key: UUID | None = None) -> EngagementEntry:
    """`member` takes part from now on: let in by a member; by any auditor of the place where no member audits there
    any more."""
    with locked(pk, key) as engagement:
        who, standing = auditor_of(by, engagement), Standing.of(engagement)
        insist_open(standing)
        if by.pk not in standing.members and _has_auditor(standing):
            raise NotPermitted(_("Only members of the engagement do this."))
        if member.pk in standing.members:
            raise BadFacts({"member": _("This person is a member already.")})
        insist_auditor(member, standing.scope, engagement.place)
        insist_impartial([member], standing.scope, standing.scope.acts(timezone.now()))
        insist_stranger([member.pk], standing, *(one.row.agency_id for one in standing.findings))
        return append(
            engagement, Entry.JOINED, by=by, capacity=who.told, facts={"member": named(member)}, concerned=member,
            key=key,
        )  # fmt: skip


def _has_auditor(standing: Standing) -> bool:
    engagement = standing.engagement
    for member in Person.objects.filter(pk__in=standing.members):
        try:
            auditor_of(member, engagement)
        except NotPermitted:
            continue
        return True
    return False


def leave(pk: int, member: Person, reason: str, *, by: Person, key: UUID | None = None) -> EngagementEntry:
    """`member` takes part no more; the last one stays."""
    told = cleaned({"reason": (WORDS, reason)})
    with working(pk, by, key) as (standing, who):
        if member.pk not in standing.members:
            raise BadFacts({"member": _("This person is no member.")})
        if len(standing.members) == 1:
            raise BadFacts({"member": _("The last member stays: let somebody join first.")})
        facts = {"member": named(member), **told}
        return append(standing.engagement, Entry.LEFT, by=by, capacity=who.told, facts=facts, concerned=member, key=key)
