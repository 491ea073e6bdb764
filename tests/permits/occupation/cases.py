"""What an occupation's tests apply for: a head and parcels against which no rule stands, and who handles them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from permits.acts.perform import open_draft, perform
from permits.drafts.materials import add_file
from permits.kinds import kind_of
from permits.models import Act, Application
from permits.models.material import current_files
from permits.occupation.kind import OCCUPATION
from roles.access import capacity
from roles.appointments import appoint, grant
from roles.bodies import enter_unit
from roles.models import Jurisdiction, Mandate, Membership, OperatingUnit, Person, Post
from tests.cast import load_matrix, make_person, make_post, pdf
from tests.quotas import stock
from workflows.models import WorkItem

MIYUN, HUAIROU, JIZHOU, BINHAI = "110118", "110116", "120119", "120116"


def head(**other: Any) -> dict[str, Any]:
    """A provincial road of half a hectare, changed by `other`."""
    return {
        "project_name": "松曹路改建工程", "project_class": "provincial_infrastructure", "purpose": "公路",
        "national_major": False, "tenure": "permanent", "location": "密云区石城镇石塘路村",
        "total_ha": Decimal("0.5000"), "stock_m3": Decimal("12.5"),
        "same_project_area_ha": Decimal("0"), "prior_violation": "none", "secret": False,
    } | other  # fmt: skip


def parcel(**other: Any) -> dict[str, Any]:
    """Planted commodity forest of grade IV outside every zone, changed by `other`."""
    return {
        "district": MIYUN, "township": "石城镇", "village": "石塘路村", "compartment": "6", "sub_compartment": "563.1",
        "area_ha": Decimal("0.5000"), "land_class": "arbor", "stand_purpose": "timber", "origin": "planted",
        "public_benefit": "none", "grade": "IV", "ownership": "collective", "zone": "none", "red_line": False,
        "urban_planning_area": False,
    } | other  # fmt: skip


def make_unit(name: str, place: str) -> tuple[OperatingUnit, Person]:
    """A company and its clerk."""
    seat = Jurisdiction.objects.get(pk=place)
    unit = enter_unit(name=name, kind="company", jurisdiction=seat)
    post = make_post(f"clerk-{unit.pk}", "经办", unit=unit)
    grant(post, unit)
    return unit, make_person(f"clerk{unit.pk}", "经办员", post)


def draft(
    place: str = MIYUN,
    *parcels: dict[str, Any],
    unit: tuple[OperatingUnit, Person] | None = None,
    left: str = "10000",
    **other: Any,
) -> tuple[Application, Person]:
    """A complete draft, filed with `place`, and the clerk who may hand it in. `left`: of the quota, in hectares."""
    firm, clerk = unit or make_unit(f"京北建设公司{OperatingUnit.objects.count()}", place)
    case = open_draft("occupation", firm, Jurisdiction.objects.get(pk=place), by=clerk)
    Application.objects.filter(pk=case.pk).update(title="松曹路改建工程使用林地")
    OCCUPATION.book.change_head(case.pk, head(**other), version=1)
    for row in parcels or (parcel(district=place),):
        stock("occupation", row["district"], left)
        OCCUPATION.book.add(case.pk, row)
    case = Application.objects.get(pk=case.pk)
    for entry in kind_of(case).requirements(case):
        if entry.required:
            add_file(case.pk, entry.slot, pdf(f"{entry.slot}.pdf", f"{entry.slot} {case.pk}"), by=clerk)
    return Application.objects.get(pk=case.pk), clerk


class Office:
    """Every officer of the kind: one person for each mandate, made when first needed."""

    def __init__(self, clerk: Person) -> None:
        self.clerk = clerk

    @staticmethod
    def enter() -> None:
        """The role matrix."""
        load_matrix()

    def officer(self, mandate: Mandate) -> Person:
        """Who has this mandate."""
        slug = f"{mandate.agency.slug}-{mandate.duty}"
        person = Person.objects.filter(username=slug).first() or make_person(slug, slug)
        post = Post.objects.filter(slug=slug).first() or make_post(slug, agency=mandate.agency)
        if not Membership.objects.filter(person=person, post=post).exists():  # the cast fills posts of the same name
            appoint(person, post)
        if capacity(person, mandate) is None:
            grant(post, mandate)
        return person

    def items(self, case: Application, act: str) -> list[WorkItem]:
        """The open items that offer `act`, in order."""
        items = case.case.open_items.select_related("mandate__agency").order_by("pk")
        return [item for item in items if act in (*item.flow_task.acts, *item.flow_task.meanwhile)]

    def do(self, case: Application, act: str, *, item: WorkItem | None = None, **facts: Any) -> Act:
        """Perform `act` by whoever's turn it is."""
        case = Application.objects.get(pk=case.pk)
        if act in ("submit", "withdraw", "resubmit"):
            answered = {"note": "已按补正通知核对。"} if act == "resubmit" else {}
            return perform(case.pk, act, by=self.clerk, **answered | facts)
        item = item or self.items(case, act)[0]
        assert item.mandate is not None
        completes = item.pk if act in item.flow_task.acts else None
        person = self.officer(item.mandate)
        return perform(case.pk, act, by=person, mandate=item.mandate, work_item=completes, **facts)

    def hear(self, case: Application) -> None:
        """Every agency that is asked agrees."""
        for item in self.items(Application.objects.get(pk=case.pk), "give_opinion"):
            self.do(case, "give_opinion", item=item, position="agree", opinion="同意。")

    def determine(self, case: Application, step_of: str, path: str, value: str, **said: Any) -> Act:
        """What the officer whose step offers `step_of` finds, by a record handed in as evidence."""
        case = Application.objects.get(pk=case.pk)
        said = {"ground": "official_record", "statement": "经核查", "document": current_files(case).first()} | said
        return self.do(case, "determine", item=self.items(case, step_of)[0], field=path, value=value, **said)

    def check_site(self, case: Application, on: date | None = None) -> Act:
        """Two officers on the spot, today where not said otherwise."""
        item = self.items(case, "record_site_check")[0]
        two = [make_person(f"inspector{n}-{case.pk}", f"查验{n}") for n in (1, 2)]
        on = on or timezone.localdate()
        return self.do(case, "record_site_check", item=item, checked_on=on, place="现地", result="与申请一致",
                       inspectors=[{"person": one} for one in two])  # fmt: skip

    def post_notice(self, case: Application) -> None:
        """A notice of seven working days that begins today: nothing is recommended before it has ended."""
        today = timezone.localdate()
        self.do(case, "publish_notice", starts=today, ends=today + timedelta(days=8), place="村务公开栏",
                contact="区园林绿化局 010-00000000")  # fmt: skip
