"""Who may do what in an engagement: auditors of the place, among them the members; the agency a finding was sent to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.access import NATION, NOTHING, audited_places
from permits.errors import NotPermitted
from permits.kinds import codes
from roles.access import agencies_headed_by, capacity, mandates_of
from roles.models import AgencyGrant, Jurisdiction, Mandate, MandateGrant, Membership, Person
from roles.models.mandates import Duty, current, in_matrix
from workflows.engagements.scope import Scope
from workflows.models import Engagement, EngagementEntry, Entry


class Auditor(Struct, frozen=True):
    """An auditor with the mandate that is exercised, and for whom if not for oneself."""

    person: Person
    mandate: Mandate
    told: dict[str, Any]
    """The capacity as the record has it."""
    principal: Person | None = None

    @property
    def people(self) -> list[Person]:
        """Everybody who must be no party."""
        return [self.person, *([self.principal] if self.principal else [])]


def auditor(person: Person, kind: str, place: Jurisdiction) -> Auditor:
    """`person` as who may audit decisions on `kind` (blank: any) in `place`. Raises NotPermitted."""
    places = [one for one in (place.pk, place.parent_id, NATION) if one]
    held = mandates_of(person).filter(duty=Duty.AUDIT, jurisdiction__in=places)
    if kind:
        held = held.filter(kind__in=["", kind])
    for mandate in held.select_related("agency").order_by("pk"):
        if found := capacity(person, mandate):
            told = {
                "mandate": mandate.pk, "agency": {"id": mandate.agency_id, "name": mandate.agency.name},
                "post": {"id": found.post.pk, "name": found.post.name},
                "on_behalf_of": _named(found.principal) if found.principal else None,
            }  # fmt: skip
            return Auditor(person, mandate, told, found.principal)
    raise NotPermitted(_("Only somebody who holds a mandate to audit in this place does this."))


def _named(person: Person) -> dict[str, Any]:
    return {"id": person.pk, "name": person.name}


def auditor_of(person: Person, engagement: Engagement) -> Auditor:
    """The same for the scope of an engagement."""
    who = auditor(person, engagement.kind, engagement.place)
    if not known_to(person).filter(pk=engagement.pk).exists():
        raise NotPermitted(
            _("Only somebody who audits every kind of permit that this engagement looks into does this.")
        )
    return who


def known_to(person: Person) -> QuerySet[Engagement]:
    """The engagements in places `person` may audit, without those that look into kinds of which one may not there."""
    found, places, mine = NOTHING, defaultdict[str, set[str]](set), audited_places(person)
    for kind, place, part in mine:
        places[kind] |= {place, part or place}
    for kind, within in sorted(places.items()):
        of_place = ~NOTHING if NATION in within else Q(place__in=sorted(within))
        found |= of_place & (Q(kind__in=["", kind]) if kind else ~NOTHING)
    known = Engagement.objects.filter(found).select_related("auditing", "place", "agency")
    if not places.keys() - {""}:
        return known
    opened = EngagementEntry.objects.filter(engagement__in=known.filter(kind=""), entry=Entry.OPENED)
    opened = opened.select_related("engagement__place").prefetch_related("engagement__place__districts")
    beyond = [row.engagement_id for row in opened if looks_beyond(Scope.read(row.facts), row.engagement.place, mine)]
    return known.exclude(pk__in=beyond)


def looks_beyond(scope: Scope, seat: Jurisdiction, mine: Collection[tuple[str, str, str | None]]) -> bool:
    """Whether an engagement with this scope, of the place `seat`, looks into decisions on a kind that mandates to audit
    `mine` do not speak of, there or in one of its districts."""
    below = {district.pk for district in seat.districts.all()}
    for kind, place, part in scope.reach:
        inside = seat.pk == NATION or place in below
        if scope.kind or not (inside or place == NATION or seat.pk in {place, part}):
            continue
        at = place if inside else seat.pk
        held = {one for one, where, district in mine if at in (where, district) or where == NATION}
        asked = [kind] if kind else codes()
        if "" not in held and not held.issuperset(asked):
            return True
    return False


def auditors_for(kind: str, places: set[str]) -> QuerySet[Person]:
    """Who holds a post with a mandate to audit in one of `places`: who can be a member."""
    granted = Mandate.objects.filter(in_matrix(), duty=Duty.AUDIT, jurisdiction__in=places)
    if kind:
        granted = granted.filter(kind__in=["", kind])
    grants = MandateGrant.objects.filter(
        current(), permission__codename=f"{Duty.AUDIT}_under", content_object__in=granted
    )
    terms = Membership.objects.filter(current(), post__group__in=grants.values("group"))
    return Person.objects.filter(pk__in=terms.values("person"), is_active=True).order_by("name", "pk")


def _named_last() -> Subquery:
    """Whom the head named last to answer a finding."""
    named = EngagementEntry.objects.filter(finding=OuterRef("pk"), entry=Entry.NAMED).order_by("-seq")
    return Subquery(named.values("concerned")[:1])


def addressed_to(person: Person) -> QuerySet[EngagementEntry]:
    """The findings `person` answers: of the agencies one heads, and those one was named for while in a post there."""
    if not person.is_active:
        return EngagementEntry.objects.none()
    posts = Membership.objects.filter(current(), person=person, post__agency__isnull=False)
    rows = EngagementEntry.objects.filter(entry=Entry.FINDING).annotate(named=_named_last())
    return rows.filter(
        Q(agency__in=agencies_headed_by(person).values("pk"))
        | Q(named=person.pk, agency__in=posts.values("post__agency"))
    ).select_related("engagement__auditing", "agency")


def answers_as(person: Person, finding: EngagementEntry) -> str:
    """As what `person` answers it: "head", "named", or empty for who does not."""
    if not addressed_to(person).filter(pk=finding.pk).exists():
        return ""
    return "head" if agencies_headed_by(person).filter(pk__in=[finding.agency_id]).exists() else "named"


def agency_answerers(finding: EngagementEntry) -> list[Person]:
    """Everyone who answers `finding` today: who heads its agency, and whom the head named last."""
    named = EngagementEntry.objects.filter(finding=finding, entry=Entry.NAMED).order_by("-seq")
    last = list(named.values_list("concerned", flat=True)[:1])
    headed = AgencyGrant.objects.filter(current(), permission__codename="head", content_object=finding.agency_id)
    heads = Membership.objects.filter(current(), post__group__in=headed.values("group")).values("person")
    asked = Person.objects.filter(Q(pk__in=heads) | Q(pk__in=last), is_active=True).order_by("pk")
    return [one for one in asked if answers_as(one, finding)]


def staff_of(agency: int | None) -> QuerySet[Person]:
    """Who holds a post in the agency today: whom its head may name."""
    terms = Membership.objects.filter(current(), post__agency__in=[agency]).values("person")
    return Person.objects.filter(pk__in=terms, is_active=True).order_by("name", "pk")
