"""Every kind of account there is, around the cast: whom the access tables have as columns.

`Accounts.enter(cast)` fills the posts; a tending case of the cast's farm is what they are answered about. Groups are
accounts that most addresses answer alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from roles.accounts import make_administrator
from roles.appointments import appoint, deactivate, grant
from roles.delegations import delegate
from roles.models import Agency, Mandate, Membership, Person, Post
from roles.models.mandates import Duty
from roles.models.security import Administration
from tests.cast import Cast, make_person, make_post

VISITORS = ("anonymous", "closed")
"""Nobody is logged in: `closed` was, when the account was closed."""
ADMINISTRATORS = ("system", "security", "audit")
OUTSIDE = (
    "stranger", "rival", "former", "manager", "superuser", "staff", "deputy_tomorrow", "consultee", "other_consultee",
    "head_elsewhere", "auditor_elsewhere",
)  # fmt: skip
"""They are never told that the case exists: no post, another's, one that ended, has not begun or gives no sight."""
UNIT = ("clerk", "dual")
"""They apply for the farm. `dual` also holds the post that decides."""
OFFICERS = (
    "acceptor", "colleague", "district_reviewer", "reviewer", "deputy", "barred", "recused", "decider",
)  # fmt: skip
"""They see the case by a mandate. The reviewer's post is also that of `barred` and `recused`, and of `deputy` today."""
HEADS = ("head", "district_head")
"""Of the bureau of the city, where the case is reviewed and decided, and of the district's, where it is accepted."""
LOOKERS = ("auditor",)
GROUPS = {
    "visitors": VISITORS, "administrators": ADMINISTRATORS, "outside": OUTSIDE, "unit": UNIT, "officers": OFFICERS,
    "heads": HEADS, "lookers": LOOKERS,
}  # fmt: skip
EVERYONE = tuple(name for group in GROUPS.values() for name in group)
REVIEWERS = ("reviewer", "deputy", "barred", "recused")


@dataclass
class Accounts:
    """People by what they are; `anonymous` is nobody."""

    cast: Cast
    people: dict[str, Person] = field(default_factory=dict)

    @classmethod
    def enter(cls, cast: Cast) -> Accounts:
        """Everyone of EVERYONE, at their posts."""
        made = cls(cast, {name: getattr(cast, name) for name in EVERYONE if hasattr(cast, name)})
        for part in (made._of_no_agency, made._of_the_unit, made._reviewers, made._elsewhere):
            made.people |= dict(part())
        made._any_kind()
        made.people["closed"] = make_person("closed", "离职者", post_of(cast.acceptor))
        return made

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def close(self) -> None:
        """Close the account of `closed`, who has logged in before."""
        deactivate(self["closed"])

    def _any_kind(self) -> None:
        """The officers' posts have their duty in every kind of permit, not in tending alone."""
        duties = self.cast.officers | {Duty.AUDIT: self.cast.auditor}
        for duty, person in duties.items():
            post = post_of(person)
            for mandate in Mandate.objects.filter(agency=post.agency, duty=duty).exclude(kind__in=("", "tending")):
                grant(post, mandate)

    def _of_no_agency(self) -> Iterator[tuple[str, Person]]:
        for role in Administration.Role.values:
            yield role, (person := make_person(f"{role}-admin", f"{role}管理员"))
            make_administrator(person, role)
        yield "superuser", Person.objects.create_superuser("superuser", name="超级用户", password="-")
        yield "staff", Person.objects.create_user("staff", name="职员", password="-", is_staff=True)

    def _of_the_unit(self) -> Iterator[tuple[str, Person]]:
        farm, yesterday = self.cast.farm, timezone.localdate() - timedelta(days=1)
        managing = make_post("managing", unit=farm)
        grant(managing, farm, manage=True)
        yield "manager", make_person("manager", "场长", managing)
        yield "former", (former := make_person("former", "原经办员"))
        appoint(former, post_of(self.cast.clerk), since=yesterday - timedelta(days=9), until=yesterday)
        yield "dual", (dual := make_person("dual", "双职者", post_of(self.cast.clerk)))
        appoint(dual, post_of(self.cast.decider))

    def _reviewers(self) -> Iterator[tuple[str, Person]]:
        post, today = post_of(self.cast.reviewer), timezone.localdate()
        for name in ("barred", "recused"):
            yield name, make_person(name, name, post)
        for name, since in (("deputy", today), ("deputy_tomorrow", today + timedelta(days=1))):
            yield name, (person := make_person(name, name, make_post(name, agency=post.agency)))
            delegate(self.cast.reviewer, person, post, since=since, until=since, reason="出差", by=self.cast.reviewer)

    def _elsewhere(self) -> Iterator[tuple[str, Person]]:
        """Of agencies that have nothing to do with the case; the consulted ones of another kind of permit."""
        jizhou = Agency.objects.get(slug="tj-jizhou-forestry")
        heading = make_post("jizhou-head", agency=jizhou)
        grant(heading, jizhou)
        yield "head_elsewhere", make_person("head_elsewhere", "蓟州局长", heading)
        for name, slug, duty in (
            ("auditor_elsewhere", "tj-jizhou-audit", Duty.AUDIT),
            ("consultee", "bj-planning", Duty.ADVISE),
            ("other_consultee", "bj-huairou-gov", Duty.ADVISE),
        ):
            post = make_post(name, agency=Agency.objects.get(slug=slug))
            for mandate in Mandate.objects.filter(agency__slug=slug, duty=duty).exclude(kind=""):
                grant(post, mandate)
            yield name, make_person(name, name, post)


def post_of(person: Person) -> Post:
    """The one post of somebody of the cast."""
    return Membership.objects.get(person=person).post
