"""Who works and who applies: the demonstration's people, and more of them in every district, by the project's verbs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from permits.kinds import kinds
from roles.accounts import open_account
from roles.appointments import appoint, grant, make_post
from roles.bodies import enter_unit
from roles.kept_passwords import give_password
from roles.models import Agency, Jurisdiction, Mandate, OperatingUnit, Person, Post
from roles.models.mandates import Duty
from roles.models.official import Datum
from roles.official_data import enter_official_datum
from workflows.demo.cast import CLERKS, EXAMPLE, PASSWORD, ROLES, SINCE

HEAD = "head"
Tag = tuple[str, ...]
"""The duties of an officer's post; `("head",)` for the head of the agency."""
DISTRICT_DESKS: tuple[tuple[str, Tag, int], ...] = (
    ("forestry", (Duty.ACCEPT,), 2),
    ("forestry", (Duty.FIRST_REVIEW,), 3),
    ("forestry", (Duty.FINAL_REVIEW,), 2),
    ("forestry", (Duty.DECIDE,), 2),
    ("forestry", (HEAD,), 1),
    ("gov", (Duty.ADVISE,), 1),
)
"""Which agency of a district (the end of its key), which duties, how many people."""
CITY_DESKS: tuple[tuple[str, Tag, int], ...] = (
    ("bj-forestry", (Duty.ACCEPT,), 3),
    ("bj-forestry", (Duty.FIRST_REVIEW,), 4),
    ("bj-forestry", (Duty.FINAL_REVIEW,), 6),
    ("bj-forestry", (Duty.DECIDE,), 3),
)
UNITS_OF_A_KIND = 3
"""In each district, of each kind of unit, beside the demonstration's own."""


@dataclass(frozen=True)
class Officer:
    """A person in a post."""

    person: Person
    post: Post


@dataclass(frozen=True)
class Applicant:
    """A unit, who applies for it, and who manages it."""

    unit: OperatingUnit
    clerk: Person
    manager: Person | None


@dataclass
class Staff:
    """Officers by agency and post, applicants by district and kind of unit, tags by person."""

    officers: dict[tuple[int, Tag], list[Officer]] = field(default_factory=lambda: defaultdict(list))
    applicants: dict[tuple[str, str], list[Applicant]] = field(default_factory=lambda: defaultdict(list))
    of_person: dict[int, tuple[int, Tag]] = field(default_factory=dict)
    districts: dict[str, str] = field(default_factory=dict)
    """GB/T 2260 code of each district of Beijing with a forestry bureau → the word for it in keys of agencies."""

    def add(self, agency: Agency, tag: Tag, officer: Officer) -> None:
        """One more officer of `agency`."""
        self.officers[agency.pk, tag].append(officer)
        self.of_person[officer.person.pk] = agency.pk, tag


def enter(people: dict[str, Person]) -> Staff:
    """Everyone, in an installation that has the demonstration's `people`."""
    staff = Staff()
    agencies = {agency.slug: agency for agency in Agency.objects.select_related("jurisdiction__parent")}
    for role in ROLES:
        tag = (HEAD,) if role.head else tuple(role.duties)
        person = people[role.login]
        staff.add(agencies[role.agency], tag, Officer(person, Post.objects.get(memberships__person=person)))
    for agency in agencies.values():
        words = agency.slug.split("-")  # the city's own bureau has no district between
        if len(words) == 3 and words[::2] == ["bj", "forestry"] and agency.jurisdiction_id:
            staff.districts[agency.jurisdiction_id] = words[1]
    for word in staff.districts.values():
        _man(staff, ((agencies.get(f"bj-{word}-{end}"), tag, many) for end, tag, many in DISTRICT_DESKS))
    _man(staff, ((agencies[slug], tag, many) for slug, tag, many in CITY_DESKS))
    _applicants(staff, people)
    return staff


def _man(staff: Staff, desks: Iterable[tuple[Agency | None, Tag, int]]) -> None:
    """Fill the desks up to their number."""
    for agency, tag, many in desks:
        if agency is not None:
            _tell_official_data(agency)
            for number in range(len(staff.officers[agency.pk, tag]), many):
                staff.add(agency, tag, _officer(agency, tag, number + 1))


def _officer(agency: Agency, tag: Tag, number: int) -> Officer:
    login = f"{agency.slug}-{'-'.join(tag)}-{number}"
    name = f"{agency.short_name or agency.name}{tag[0]}{number}"
    person = _person(login, name)
    post = make_post(agency, f"{'、'.join(tag)}{number}")
    targets: Sequence[Mandate | Agency] = [agency]
    if tag != (HEAD,):
        targets = list(Mandate.objects.filter(agency=agency, duty__in=tag, kind__in=[kind.code for kind in kinds()]))
    for target in targets:
        grant(post, target, since=SINCE, ground=EXAMPLE)
    appoint(person, post, since=SINCE)
    return Officer(person, post)


def _person(login: str, name: str) -> Person:
    person = open_account(login, name)
    give_password(person, PASSWORD)
    return person


def _tell_official_data(agency: Agency) -> None:
    if agency.official_data.exists():
        return
    place = agency.jurisdiction.name if agency.jurisdiction else agency.name
    for datum, value in (
        (Datum.RECONSIDERATION, f"{place}人民政府"),
        (Datum.COURT, f"{place}人民法院（示例）"),
        (Datum.ADDRESS, f"{place}绿林街1号（示例）"),
        (Datum.CONTACT, "政务服务科"),
        (Datum.PHONE, "010-00000000"),
    ):
        enter_official_datum(agency, datum, value, source=EXAMPLE, valid_from=SINCE)


def _applicants(staff: Staff, people: dict[str, Person]) -> None:
    for clerk in CLERKS:
        unit = OperatingUnit.objects.get(name=clerk.unit, jurisdiction=clerk.seat)
        mine = Applicant(unit, people[clerk.login], people[f"{clerk.login}-manager"])
        staff.applicants[clerk.seat, clerk.kind].append(mine)
    wanted = sorted({clerk.kind for clerk in CLERKS})
    for code, word in sorted(staff.districts.items()):
        seat = Jurisdiction.objects.get(pk=code)
        for kind in wanted:
            for number in range(len(staff.applicants[code, kind]), UNITS_OF_A_KIND):
                staff.applicants[code, kind].append(_applicant(seat, word, kind, number + 1))


def _applicant(seat: Jurisdiction, word: str, kind: str, number: int) -> Applicant:
    name = f"{seat.name}{OperatingUnit.Kind(kind).label}第{number}（示例）"
    unit = enter_unit(name=name, kind=kind, jurisdiction=seat, phone="010-00000000")
    people = []
    for role, manage in (("clerk", False), ("manager", True)):
        login = f"{word}-{kind}-{number}-{role}"
        person = _person(login, f"{name}{role}")
        post = make_post(unit, role)
        grant(post, unit, since=SINCE, ground=EXAMPLE, manage=manage)
        appoint(person, post, since=SINCE)
        people.append(person)
    return Applicant(unit, people[0], people[1])
