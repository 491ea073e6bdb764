"""The cast: people by the duty they hold, and cases walked to where a test needs them, through the door only.

    def test_something(cast):                        # the fixture of tests/conftest.py; or: cast = Cast.enter()
        case = cast.case_at(S.FINAL_REVIEW)          # drafted, submitted, accepted and recommended by the right people
        item = cast.open_item(case)                  # whose turn it is
        cast.do(case, "propose", outcome="approve", opinion="同意")      # by whom the role matrix says

A tending design of a district state forest farm 密云区雾灵林场 is filed with 密云区: 区园林绿化局
accepts and reviews first,
市园林绿化局 reviews and decides.

| name | post | duty |
|---|---|---|
| clerk | 林场经办员 | applies for the farm |
| acceptor, second_acceptor | 区受理岗 | accept, district |
| district_reviewer | 区初审岗 | first review, district |
| reviewer | 市审查岗 | final review, city |
| decider | 市审批岗 | decide, city |
| head, district_head | 局长 | head of the city's bureau, of the district's; no duty in any step |
| auditor | 市审计岗 | audit |
| colleague | 市受理岗 | accept for municipal farms: sees the district's cases and has no duty in them |
| stranger | none | nothing |
| rival | another farm's clerk | applies for the other farm |

The matrix, the cast and one case in each status are walked once in a run; after that their rows are put back as they
were (tests/prepared.py). `enter()` belongs inside a test's database; the time should stand at NOW (a working day).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client, override_settings

from permits.acts.perform import open_draft, perform
from permits.documents.printing import render_pending
from permits.drafts.materials import add_file
from permits.models import Act, Application
from permits.models.states import S
from permits.tables.cells import Cell, read
from permits.tending.columns import COLUMNS
from permits.tending.kind import TENDING
from roles import appointments
from roles.accounts import open_account
from roles.appointments import appoint, grant
from roles.bodies import enter_unit
from roles.kept_passwords import give_password
from roles.matrix.load import load_roles
from roles.models import Agency, Jurisdiction, Mandate, OperatingUnit, Person, Post
from roles.models.mandates import Duty
from tests.files import PDF
from tests.official import enter_official_data
from tests.prepared import in_the_casts_time, name_of, recorded
from tests.seal import real_seal
from workflows.mandates import the_mandate
from workflows.models import WorkItem

NOW = "2026-11-20T10:00:00+08:00"
"""A Friday in the felling season; the working-day calendar of its year is known."""

MIYUN = "110118"
FARM, OTHER_FARM = "密云区雾灵林场", "密云区云蒙林场"
REQUIRED = ("design", "maps", "survey", "management_plan")
OFFICERS = {
    Duty.ACCEPT: "acceptor",
    Duty.FIRST_REVIEW: "district_reviewer",
    Duty.FINAL_REVIEW: "reviewer",
    Duty.DECIDE: "decider",
}


def load_matrix() -> None:
    """The role matrix in this test's database."""
    recorded().step("matrix")


def load_matrix_anew() -> None:
    """The role matrix, from its files, and what papers say of its agencies."""
    load_roles()
    enter_official_data()


def make_post(slug: str, name: str = "", *, agency: Agency | None = None, unit: OperatingUnit | None = None) -> Post:
    """A post with its group."""
    body = agency or unit
    assert body is not None
    return appointments.make_post(body, name or slug, slug=slug)


def make_person(username: str, name: str, post: Post | None = None) -> Person:
    """Someone with an account, in `post` if given. The password is "long enough to pass"."""
    person = open_account(username, name)
    give_password(person, "long enough to pass")
    if post:
        appoint(person, post)
    return person


def fresh(case: Application) -> Application:
    """The case as the database has it now."""
    return Application.objects.get(pk=case.pk)


def text(response: Any) -> str:
    """What a reader sees, roughly: the page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def markup(page: str) -> str:
    """A page's HTML without the white space beside its tags, which tells only how the templates are laid out."""
    return re.sub(r"\s+", " ", re.sub(r"(?<=>)\s+|\s+(?=<)", "", page))


def log_in(person: Person, *, english: bool = False) -> Client:
    """A browser at which the person is logged in."""
    client = Client()
    client.force_login(person)
    if english:
        client.cookies["django_language"] = "en"
    return client


def pdf(name: str = "材料.pdf", more: str = "") -> ContentFile[bytes]:
    """A small PDF; `more` makes it another one."""
    return ContentFile(PDF.replace(b"%%EOF", f"% {more}\n%%EOF".encode()), name=name)


def head() -> dict[str, Any]:
    """A design's head in which nothing is missing."""
    return {
        "compiler": "市林业勘察设计院",
        "lead_designer": "赵堃",
        "surveyed_on": date(2026, 9, 1),
        "management_plan": "密云区天然林经营方案（2021-2030）",
        "purpose": "降低密度，促进天然更新",
        "funding": "subsidy",
        "work_from": date(2026, 12, 1),
        "work_to": date(2027, 1, 31),
        "felling": True,
    }


def plot(**other: Any) -> dict[str, Any]:
    """A sub-compartment against which no rule stands, changed by `other`."""
    return {column.name: read(Cell(column.example or None), column) for column in COLUMNS} | other


# What each act says when a test does not mind, and by which duty it is done.
WORDS: dict[str, dict[str, Any]] = {
    "submit": {"statement": True},
    "accept": {},
    "request_correction": {"items": [{"where": "head", "what": "编制单位名称与公章不一致"}]},
    "resubmit": {"note": "已按补正通知核对。"},
    "recommend": {"outcome": "approve", "opinion": "经现场核查，设计与实地一致，建议同意。"},
    "propose": {"outcome": "approve", "opinion": "材料齐全，符合规定，拟同意。"},
    "approve": {"opinion": "同意。"},
    "refuse": {"reasons": "采伐强度超过规定。"},
    "refuse_acceptance": {"ground": "no_permit_needed", "reason": "本事项不需要审批。"},
    "return_to_first_review": {"reason": "请补充现场核查照片。"},
    "return_to_final_review": {"reason": "请说明采伐强度的依据。"},
    "withdraw": {"reason": "计划有变。"},
}
WAY: dict[str, tuple[str, ...]] = {
    S.DRAFT: (),
    S.SUBMITTED: ("submit",),
    S.CORRECTING: ("submit", "request_correction"),
    S.FIRST_REVIEW: ("submit", "accept"),
    S.FINAL_REVIEW: ("submit", "accept", "recommend"),
    S.AWAITING_DECISION: ("submit", "accept", "recommend", "propose"),
    S.APPROVED: ("submit", "accept", "recommend", "propose", "approve"),
    S.REFUSED: ("submit", "accept", "recommend", "propose", "refuse"),
    S.NOT_ACCEPTED: ("submit", "refuse_acceptance"),
    S.WITHDRAWN: ("submit", "withdraw"),
}


@dataclass
class Cast:
    """Everyone, and what they do."""

    farm: OperatingUnit
    other_farm: OperatingUnit
    miyun: Jurisdiction
    clerk: Person
    acceptor: Person
    second_acceptor: Person
    district_reviewer: Person
    reviewer: Person
    decider: Person
    head: Person
    district_head: Person
    auditor: Person
    colleague: Person
    stranger: Person
    rival: Person
    officers: dict[str, Person] = field(default_factory=dict)

    @classmethod
    def enter(cls) -> Cast:
        """The matrix, and everyone at their post: as they were recorded, unless the time is not the cast's."""
        load_matrix()
        if not in_the_casts_time():
            return cls.enter_anew()
        recorded().step("cast")
        units = {unit.name: unit for unit in OperatingUnit.objects.select_related("jurisdiction")}
        people = {person.username: person for person in Person.objects.all()}
        farm = units[FARM]
        return cls(
            farm=farm,
            other_farm=units[OTHER_FARM],
            miyun=farm.jurisdiction,
            officers={str(duty): people[name] for duty, name in OFFICERS.items()},
            **people,
        )

    @classmethod
    def enter_anew(cls) -> Cast:
        """Fill the posts. The matrix must be there."""
        miyun = Jurisdiction.objects.get(pk=MIYUN)
        farm = enter_unit(name=FARM, kind="district_state_farm", jurisdiction=miyun)
        other = enter_unit(name=OTHER_FARM, kind="district_state_farm", jurisdiction=miyun)
        district, city = Agency.objects.get(slug="bj-miyun-forestry"), Agency.objects.get(slug="bj-forestry")
        accept = _post("区受理岗", district, Duty.ACCEPT)
        officers = {
            Duty.ACCEPT: make_person("acceptor", "钱受理", accept),
            Duty.FIRST_REVIEW: make_person(
                "district_reviewer", "孙初审", _post("区初审岗", district, Duty.FIRST_REVIEW)
            ),
            Duty.FINAL_REVIEW: make_person("reviewer", "李审查", _post("市审查岗", city, Duty.FINAL_REVIEW)),
            Duty.DECIDE: make_person("decider", "周审批", _post("市审批岗", city, Duty.DECIDE)),
        }
        return cls(
            farm=farm,
            other_farm=other,
            miyun=miyun,
            clerk=_clerk("clerk", "吴经办", farm),
            rival=_clerk("rival", "郑经办", other),
            acceptor=officers[Duty.ACCEPT],
            second_acceptor=make_person("second_acceptor", "王受理", accept),
            district_reviewer=officers[Duty.FIRST_REVIEW],
            reviewer=officers[Duty.FINAL_REVIEW],
            decider=officers[Duty.DECIDE],
            head=_head("head", "冯局长", city),
            district_head=_head("district_head", "陈局长", district),
            auditor=make_person(
                "auditor", "褚审计", _post("市审计岗", Agency.objects.get(slug="bj-audit"), Duty.AUDIT)
            ),
            colleague=make_person("colleague", "卫受理", _post("市受理岗", city, Duty.ACCEPT)),
            stranger=make_person("stranger", "蒋路人"),
            officers={str(duty): person for duty, person in officers.items()},
        )

    # ---- cases ----
    def draft(self, *plots: dict[str, Any], title: str = "2026年雾灵林场抚育作业设计") -> Application:
        """A draft in which nothing is missing; with these plots, else one against which no rule stands."""
        case = open_draft("tending", self.farm, self.miyun, by=self.clerk)
        Application.objects.filter(pk=case.pk).update(title=title)
        TENDING.book.change_head(case.pk, head(), version=case.tending.version)
        for row in plots or (plot(),):
            TENDING.book.add(case.pk, row)
        for slot in REQUIRED:
            add_file(case.pk, slot, pdf(f"{slot}.pdf", f"{slot} {case.pk}"), by=self.clerk)
        return Application.objects.get(pk=case.pk)

    def case_at(self, status: str, *plots: dict[str, Any], number: int = 1) -> Application:
        """A case in `status`: the recorded one, unless it needs `plots` of its own, is there already, or the time is
        not the cast's. Of approved ones APPROVED are recorded, by `number`."""
        pk = recorded().case(name_of(status, number)) if in_the_casts_time() and not plots else None
        if pk is None:
            return self.walk_to(status, *plots)
        return Application.objects.select_related("unit", "jurisdiction").get(pk=pk)

    def printed_case(self) -> Application:
        """An approved case whose papers are printed and sealed with the real seal (the fixture `real_seal`)."""
        pk = recorded().case("printed") if in_the_casts_time() else None
        return Application.objects.get(pk=pk) if pk else self.walk_and_print()

    def walk_and_print(self) -> Application:
        """The same, walked and printed there and then."""
        case = self.walk_to(S.APPROVED)
        with override_settings(SEAL_DIR=real_seal()):
            for paper in case.documents.all():
                render_pending(paper.pk)
        return case

    def walk_to(self, status: str, *plots: dict[str, Any]) -> Application:
        """A case in `status`, walked there by everyone whose turn it was."""
        case = self.draft(*plots)
        for act in WAY[status]:
            self.do(case, act)
        return Application.objects.select_related("unit", "jurisdiction").get(pk=case.pk)

    def do(self, case: Application, act: str, *, by: Person | None = None, **facts: Any) -> Act:
        """Perform `act` by `by`, else by whoever has its duty, saying `facts`, else the usual words."""
        case = Application.objects.get(pk=case.pk)
        item = self.open_item(case, act)
        mandate = item.mandate if item else None
        person = by or (self.officers[mandate.duty] if mandate else self.clerk)
        completes = item.pk if item and act in item.flow_task.acts else None
        return perform(case.pk, act, by=person, mandate=mandate, work_item=completes, **(facts or WORDS.get(act, {})))

    def open_item(self, case: Application, act: str = "") -> WorkItem | None:
        """The open item of the case; with `act`, one that offers it."""
        items = WorkItem.objects.filter(application=case, finished=None, flow_task_type="HUMAN").exclude(
            status="CANCELED"
        )
        for item in items.select_related("mandate__agency", "application", "process").order_by("pk"):
            if not act or act in (*item.flow_task.acts, *item.flow_task.meanwhile):
                return item
        return None

    def take(self, case: Application, *, by: Person | None = None) -> WorkItem:
        """The open item of the case, claimed by whoever has its duty, or by `by`."""
        item = self.open_item(case)
        assert item is not None
        assert item.mandate is not None
        perform(case.pk, "claim", by=by or self.officers[item.mandate.duty], mandate=item.mandate, item=item.pk)
        return WorkItem.objects.select_related("mandate__agency", "application").get(pk=item.pk)

    def mandate(self, case: Application, duty: str) -> Mandate:
        """The mandate that has `duty` for the case."""
        return the_mandate(case, duty)


def _post(name: str, agency: Agency, duty: str) -> Post:
    """A post in `agency` with every tending mandate of `duty` it has."""
    post = make_post(f"{agency.slug}-{duty}", name, agency=agency)
    for mandate in Mandate.objects.filter(agency=agency, kind="tending", duty=duty):
        grant(post, mandate)
    return post


def _head(username: str, name: str, agency: Agency) -> Person:
    post = make_post(f"{agency.slug}-head", agency=agency)
    grant(post, agency)
    return make_person(username, name, post)


def _clerk(username: str, name: str, unit: OperatingUnit) -> Person:
    post = make_post(f"clerk-{unit.pk}", unit=unit)
    grant(post, unit)
    return make_person(username, name, post)
