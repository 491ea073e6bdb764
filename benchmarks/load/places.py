"""What of a template changes when it is moved to another district, unit and officers."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.load.staff import Applicant, Officer, Staff
from benchmarks.load.templates import Template, home_word
from roles.models import Agency, Jurisdiction, Mandate

MandateKey = tuple[str, str, str, str, str, str, int]


@dataclass
class Moved:
    """Keys and names of the template → those of the copy; what is not named stays."""

    district: str
    unit: int
    agencies: dict[int, int]
    mandates: dict[int, int]
    people: dict[int, int]
    posts: dict[int, int]
    names: dict[str, str]
    post_names: dict[int, str]
    """By key of the copy's post."""
    words: re.Pattern[str] | None = field(init=False)

    def __post_init__(self) -> None:
        self.names = {old: new for old, new in self.names.items() if old != new}
        found = sorted(self.names, key=len, reverse=True)
        self.words = re.compile("|".join(map(re.escape, found))) if found else None

    def say(self, text: str) -> str:
        """`text` with the names of the copy."""
        return self.words.sub(lambda match: self.names[match[0]], text) if self.words else text


class Places:
    """Where templates can be moved to, and who works there."""

    def __init__(self, staff: Staff, chance: random.Random) -> None:
        self.staff, self.chance = staff, chance
        self.agencies = {agency.pk: agency for agency in Agency.objects.all()}
        self.by_slug = {agency.slug: agency for agency in self.agencies.values()}
        self.names = dict(Jurisdiction.objects.values_list("pk", "name"))
        mandates = Mandate.objects.all()
        self.mandates: dict[int, MandateKey] = {mandate.pk: _key(mandate, mandate.agency_id) for mandate in mandates}
        self.mandate_of = {key: pk for pk, key in self.mandates.items()}
        codes = list(staff.districts)
        chance.shuffle(codes)
        self.weights = {code: 1 / rank for rank, code in enumerate(codes, 1)}  # few districts have most of the forest
        self._moves: dict[tuple[int, str], tuple[dict[int, int], dict[int, int]] | None] = {}

    def move(self, template: Template) -> Moved:
        """The template in a district, for a unit and by officers drawn at random, some far oftener than others."""
        home = template.application.jurisdiction_id
        district, (agencies, mandates) = self._district(template, home)
        officers = self._officers(template, agencies)
        applicant = self._applicant(template, district)
        people = {old.person.pk: new.person for old, new in officers}
        names = {str(old.person): str(new.person) for old, new in officers}
        names |= {self.agencies[old].name: self.agencies[new].name for old, new in agencies.items()}
        names[self.names[home]] = self.names[district]
        if applicant:
            mine, other = applicant
            pairs = [(mine.clerk, other.clerk), (mine.manager, other.manager)]
            people |= {old.pk: new for old, new in pairs if old and new}
            names |= {str(old): str(new) for old, new in pairs if old and new}
            names[mine.unit.name] = other.unit.name
        return Moved(
            district=district,
            unit=applicant[1].unit.pk if applicant else template.application.unit_id,
            agencies=agencies,
            mandates=mandates,
            people={old: new.pk for old, new in people.items()},
            posts={old.post.pk: new.post.pk for old, new in officers},
            names=names,
            post_names={new.post.pk: new.post.name for _old, new in officers},
        )

    def _district(self, template: Template, home: str) -> tuple[str, tuple[dict[int, int], dict[int, int]]]:
        if home_word(template, self.staff.districts):
            codes = list(self.weights)
            for code in self.chance.choices(codes, self.weights.values(), k=3):
                if (found := self._moves_to(template, home, code)) is not None:
                    return code, found
        return home, ({}, {})

    def _moves_to(self, template: Template, home: str, code: str) -> tuple[dict[int, int], dict[int, int]] | None:
        """Agencies and mandates there; None where the role matrix has not the same ones."""
        key = template.application.pk, code
        if key not in self._moves:
            self._moves[key] = self._find_moves(template, home, code)
        return self._moves[key]

    def _find_moves(self, template: Template, home: str, code: str) -> tuple[dict[int, int], dict[int, int]] | None:
        words = self.staff.districts
        agencies: dict[int, int] = {}
        for slug in template.agencies:
            there = self.by_slug.get(slug.replace(f"bj-{words[home]}-", f"bj-{words[code]}-"))
            if there is None:
                return None
            agencies[self.by_slug[slug].pk] = there.pk
        mandates = {}
        for pk, key in self.mandates.items():
            if key[-1] in agencies:
                other = self.mandate_of.get((*key[:-1], agencies[key[-1]]))
                if other is None and template.application.kind == key[2]:
                    return None
                mandates[pk] = other or pk
        return agencies, mandates

    def _officers(self, template: Template, agencies: Mapping[int, int]) -> list[tuple[Officer, Officer]]:
        """Who stands in the template, with who stands in the copy: two of one desk stay two."""
        found = []
        for (agency, tag), officers in self.staff.officers.items():
            there = self.staff.officers.get((agencies.get(agency, agency), tag), [])
            if agency in {self.by_slug[slug].pk for slug in template.agencies} and len(there) >= len(officers):
                first = int(len(there) * self.chance.random() ** 2)
                found += [(old, there[(first + place) % len(there)]) for place, old in enumerate(officers)]
        return found

    def _applicant(self, template: Template, district: str) -> tuple[Applicant, Applicant] | None:
        unit = template.application.unit
        mine = next((one for some in self.staff.applicants.values() for one in some if one.unit.pk == unit.pk), None)
        there = self.staff.applicants.get((district, unit.kind), [])
        return (mine, there[int(len(there) * self.chance.random() ** 2)]) if mine and there else None


def _key(mandate: Mandate, agency: int) -> MandateKey:
    return (
        mandate.document_id, mandate.line, mandate.kind, mandate.duty, mandate.scope, mandate.matter, agency
    )  # fmt: skip
