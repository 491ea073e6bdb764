"""A permit of each kind under supervision: its holder's clerk, and two officers who may inspect."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.test import override_settings
from django.utils import timezone

from permits.acts.perform import perform
from permits.aftercare.reports import answers
from permits.aftercare.standing import Standing, aftercare_of
from permits.documents.printing import render_pending
from permits.drafts.materials import attach_report
from permits.models import Act, Application, Document, ObligationRow
from permits.verification.run import verify
from roles.appointments import appoint, grant
from roles.models import Agency, Mandate, OperatingUnit, Person, Post
from roles.models.mandates import Duty
from tests.cast import make_person, make_post, pdf
from tests.permits.felling import cases as felling
from tests.permits.introduction import cases as introduction
from tests.permits.introduction.cases import EXPERTS
from tests.permits.life.cases import YES, Desk, print_papers
from tests.permits.occupation.cases import Office
from tests.prepared import walked_once
from tests.seal import real_seal

SUPERVISING = "bj-miyun-forestry"


class Watch:
    """One permit, and who does what under it."""

    def __init__(self, case: Application, clerk: Person) -> None:
        self.case, self.clerk = case, clerk
        agency = Agency.objects.get(slug=SUPERVISING)
        post = Post.objects.filter(slug="watch").first() or make_post("watch", agency=agency)
        self.mandate = Mandate.objects.get(agency=agency, kind=case.kind, duty=Duty.SUPERVISE)
        self.first, self.second = (self._officer(f"watch{n}", f"巡查{n}", post) for n in (1, 2))

    def _officer(self, username: str, name: str, post: Post) -> Person:
        person = Person.objects.filter(username=username).first()
        if person is None:
            person = make_person(username, name)
            appoint(person, post)
        if not self.mandate.grants.filter(group=post.group).exists():
            grant(post, self.mandate)
        return person

    @property
    def fresh(self) -> Application:
        return Application.objects.get(pk=self.case.pk)

    def of(self, code: str) -> Standing:
        aftercare = aftercare_of(self.fresh)
        assert aftercare is not None
        found = aftercare.of(code)
        assert found is not None, [one.code for one in aftercare.standings]
        return found

    def codes(self) -> list[str]:
        aftercare = aftercare_of(self.fresh)
        assert aftercare is not None
        return [one.code for one in aftercare.standings]

    def row(self, code: str) -> ObligationRow:
        return ObligationRow.objects.get(permit=self.case.pk, code=code)

    def paper(self, name: str = "证明.pdf") -> Any:
        return attach_report(self.case.pk, pdf(name, f"{name} {self.case.pk}"), by=self.clerk)

    def report(
        self, code: str, table: dict[str, dict[str, Any]] | None = None, materials: tuple[str, ...] = (), **said: Any
    ) -> Act:
        """The holder reports."""
        files = [{"what": what, "file": self.paper(f"{what}.pdf")} for what in materials]
        return perform(
            self.case.pk, "report_obligation", by=self.clerk, key=uuid.uuid4(), obligation=code,
            answers=answers(said, table or {}), materials=files, statement=True,
        )  # fmt: skip

    def holder(self, act: str, **facts: Any) -> Act:
        return perform(self.case.pk, act, by=self.clerk, key=uuid.uuid4(), **facts)

    def officer(self, act: str, **facts: Any) -> Act:
        """An officer acts, and the papers are printed."""
        record = perform(self.case.pk, act, by=self.first, mandate=self.mandate, **facts)
        self.print_papers()
        return record

    def fulfil(self, code: str, **said: Any) -> Act:
        return self.officer("record_fulfilment", obligation=code, answers=answers(said, {}))

    def inspect(self, *findings: tuple[str, str], **other: Any) -> Act:
        """Two officers on the spot today."""
        facts: dict[str, Any] = {
            "inspected_on": timezone.localdate(), "place": "12林班3小班",
            "inspectors": [{"person": one, "capacity": "执法人员"} for one in (self.first, self.second)],
            "findings": [{"obligation": code, "finding": finding, "what": "现地核对。"} for code, finding in findings],
        }  # fmt: skip
        return self.officer("record_inspection", **(facts | other))

    def order(self, code: str, until: Any) -> Act:
        return self.officer("order_rectification", obligation=code, demands="清理剩余物。\n补植2公顷。",
                            basis="《中华人民共和国森林法》第六十六条", until=until)  # fmt: skip

    def print_papers(self) -> None:
        with override_settings(SEAL_DIR=real_seal()):
            for paper in Document.objects.filter(application=self.case, status="pending").order_by("pk"):
                render_pending(paper.pk)


def granted(case: Application, clerk: Person) -> Watch:
    case = Application.objects.get(pk=case.pk)
    print_papers(case)
    return Watch(case, clerk)


@walked_once("matrix")
def licence(unit: tuple[OperatingUnit, Person] | None = None) -> Watch:
    """A licence for a final felling of four hectares, to be regenerated by the end of 2028."""
    case, clerk = felling.draft(unit=unit)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "propose", **YES)
    office.do(case, "approve", opinion="同意。")
    return granted(case, clerk)


def go_to(traveller: Any, day: date) -> None:
    traveller.shift(timedelta(days=(day - timezone.localdate()).days))


def parts(watch: Watch, code: str) -> list[str]:
    return [part.key for part in watch.of(code).obligation.parts]


def photo() -> ContentFile[bytes]:
    """A small picture."""
    import io

    from PIL import Image

    held = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(held, "JPEG")
    return ContentFile(held.getvalue(), name="现场.jpg")


def wrong() -> list[str]:
    """What the verification finds wrong with the record, what repeats it, papers, files and obligations."""
    asked = {"chain", "derived", "papers", "files", "obligations", "tokens", "clocks"}
    found = verify(installation=False)  # its checks are none of those asked
    return [f"{problem.check} {problem.where}: {problem.what}" for problem in found if problem.check in asked]


def land(traveller: Any, conditions: str = "") -> Watch:
    """A temporary use of half a hectare for one year."""
    desk = Desk.of_temporary_use(traveller, conditions)
    return Watch(desk.case, desk.clerk)


@walked_once("matrix")
def species(*rows: dict[str, Any], **head: Any) -> Watch:
    """An introduction of seeds from abroad."""
    case, clerk = introduction.draft(*(rows or (introduction.species("B"),)), **head)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.do(case, "recommend", **YES)
    office.hear(case)
    if office.items(Application.objects.get(pk=case.pk), "record_expert_review"):
        office.do(case, "record_expert_review", **EXPERTS)
    office.do(case, "propose", **YES)
    office.do(case, "approve", opinion="同意。")
    return granted(case, clerk)
