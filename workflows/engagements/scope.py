"""What an engagement looks into 审计范围: the decisions of an agency or a place, of a person, a kind, in a period.

The population is asked of the acts, which nobody rewrites, up to a moment: so the same question gives the same cases
whenever it is asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.access import NATION, audited_within
from permits.models import Act, Application
from roles.access import units_served
from roles.models import Membership, Person
from roles.models.mandates import held
from workflows.desk.asked import between_times, lying_in
from workflows.desk.decisions import DECIDING
from workflows.engagements.drawing import Line


class Scope(Struct, frozen=True):
    """Keys of what is looked into; `reach` are kinds and places of the mandates under which it is."""

    place: str
    since: date
    until: date
    agency: int | None = None
    person: int | None = None
    kind: str = ""
    reach: tuple[tuple[str, str, str | None], ...] = ()
    head: int | None = None
    """Whose term as head it is, where it is one."""

    @classmethod
    def read(cls, said: dict[str, Any]) -> Scope:
        """From the facts of the entry by which the engagement was opened."""
        return cls(
            place=said["place"]["code"],
            since=date.fromisoformat(said["since"]),
            until=date.fromisoformat(said["until"]),
            agency=(said["agency"] or {}).get("id"),
            person=(said["person"] or {}).get("id"),
            kind=said["kind"],
            reach=tuple((kind, place, part) for kind, place, part in said["reach"]),
            head=(said["term"] or {}).get("head"),
        )

    def acts(self, before: datetime) -> QuerySet[Act]:
        """The deciding acts in scope that were recorded before a moment."""
        cases = audited_within(self.reach)
        if self.kind:
            cases = cases.filter(kind=self.kind)
        if self.agency is None and self.place != NATION:
            cases = cases.filter(lying_in(self.place))
        found = Act.objects.filter(
            between_times("at", self.since, self.until), act__in=DECIDING, at__lt=before,
            application__in=cases.values("pk"),
        )  # fmt: skip
        if self.agency is not None:
            found = found.filter(agency=self.agency)
        if self.person is not None:
            found = found.filter(Q(person=self.person) | Q(on_behalf_of=self.person))
        return found.order_by("application", "seq")

    def population(self, before: datetime) -> list[Line]:
        """The cases, each with the last decision in scope, by number."""
        told = self.acts(before).values_list("application__number", "application__kind", "act")
        last = {str(number): Line(str(number), kind, act) for number, kind, act in told.iterator()}
        return [last[number] for number in sorted(last)]


def served_in(agencies: Collection[int | None], people: Collection[int], scope: Scope) -> str:
    """Which of `people` held a post in which of the agencies in the period of the scope, in words; empty where none
    did."""
    terms = Membership.objects.filter(
        held(),
        Q(until=None) | Q(until__gte=scope.since),
        person__in=people,
        since__lte=scope.until,
        post__agency__in=agencies,
    )
    term = terms.select_related("post__agency").first()
    told = _("%(person)s held a post in %(agency)s in the period that is looked into.")
    return told % {"person": term.person, "agency": term.post.agency} if term else ""


def barred(people: Iterable[Person], scope: Scope, acts: QuerySet[Act]) -> str:
    """Why one of `people` may not look into the cases of these deciding acts 回避, in words; empty where all may.

    An auditor is never a party: is not who is audited, held no post in a deciding agency in the period, did nothing in
    one of the cases, and belongs to no unit that applied in one. 审计法 and 公务员法 ask for withdrawal where there is
    an interest; that these four are one is the reading here, and the articles were not read for it.
    """
    keys = {person.pk for person in people}
    if keys & {scope.person, scope.head}:
        return _("Whoever is audited does not audit.")
    agencies = {scope.agency} if scope.agency is not None else set(acts.order_by().values_list("agency", flat=True))
    if served := served_in(agencies, keys, scope):
        return served
    cases = acts.order_by().values("application")
    worked = Act.objects.filter(Q(person__in=keys) | Q(on_behalf_of__in=keys), application__in=cases)
    if act := worked.select_related("application").first():
        return _("%(person)s acted in the case %(case)s.") % {
            "person": next(one for one in people if one.pk in {act.person_id, act.on_behalf_of_id}),
            "case": act.application.number,
        }
    for unit, until in units_served(frozenset(keys)):
        of_unit = Application.objects.filter(unit=unit, pk__in=cases)
        if until is not None:
            of_unit = of_unit.filter(created__date__lte=until)
        if case := of_unit.first():
            return _("The applicant of the case %(case)s is a unit one belonged to.") % {"case": case.number}
    return ""
