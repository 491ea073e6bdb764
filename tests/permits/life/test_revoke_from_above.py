"""许可法 69(1): the organ above the one that decided may revoke; it alone, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from permits.acts.perform import perform
from permits.drafts.materials import attach
from permits.errors import NotPermitted
from permits.models import Act, Document
from permits.models.permit import P
from roles.models import Mandate, Person
from roles.models.mandates import Duty
from tests.cast import NOW, log_in, pdf
from tests.permits.documents.reading import text_of
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, print_papers, wrong
from tests.permits.life.lives import Granted, licence
from tests.permits.occupation.cases import Office
from tests.prepared import walked_once
from workflows.models import Notification
from workflows.notifications.making import make_pending

pytestmark = pytest.mark.django_db


class Above:
    """A felling licence of the district, and the city's bureau above it."""

    def __init__(self) -> None:
        Office.enter()
        self.case, clerk = _printed()
        self.office = Office(clerk)
        self.mandate = self.row("bj-forestry")
        self.person: Person = self.office.officer(self.mandate)

    def row(self, agency: str) -> Mandate:
        return Mandate.objects.get(agency__slug=agency, kind="felling", duty=Duty.OVERSEE)

    def does(self, act: str, mandate: Mandate | None = None, **said: Any) -> Act:
        mandate = mandate or self.mandate
        return perform(self.case.pk, act, by=self.office.officer(mandate), mandate=mandate, **said)


@walked_once("matrix")
def _printed() -> Granted:
    case, clerk = licence(61)
    print_papers(case)
    return case, clerk


@pytest.fixture
def above(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True):
        yield Above()


def test_the_organ_above_revokes_and_its_paper_names_who_granted(above: Above) -> None:
    record = above.does("revoke_permit", **REVOKED)
    print_papers(above.case)
    assert permit(above.case).status == P.REVOKED
    paper = Document.objects.get(act=record)
    text = text_of(bytes(paper.file.pdf))
    assert paper.agency.slug == "bj-forestry"
    assert "持有北京市密云区园林绿化局2026年11月20日批准的" in text
    assert "本机关是北京市密云区园林绿化局的上级行政机关" in text
    assert above.case.documents.get(kind="felling_licence").status == Document.Status.REVOKED
    make_pending()
    told = Notification.objects.filter(act=record, event="overruled")
    assert {one.person.username for one in told} == {"bj-miyun-forestry-decide"}
    assert wrong() == []


def test_an_organ_whose_mandate_to_decide_is_of_another_level_does_nothing(above: Above) -> None:
    """The bureau decides fellings of its own level; this licence is the district's."""
    mandate = Mandate.objects.get(agency__slug="bj-forestry", kind="felling", duty=Duty.DECIDE)
    assert mandate.scope not in ("", above.case.scope)
    for act, said in (("withdraw_permit", WITHDRAWN), ("revoke_permit", REVOKED)):
        with pytest.raises(NotPermitted):
            above.does(act, mandate, **said)
    assert permit(above.case).status == P.VALID


def test_it_does_nothing_else_that_ends_or_changes_a_permit(above: Above) -> None:
    for act, said in (("withdraw_permit", WITHDRAWN), ("cancel_permit", {"ground": "impossible", "reasons": "灾害。"})):
        with pytest.raises(NotPermitted):
            above.does(act, **said)
    page = log_in(above.person).get(reverse("permit", args=[above.case.pk]))
    assert [one.spec.name for one in page.context["possible"]] == ["revoke_permit"]


def test_an_organ_above_another_level_of_decisions_does_not_revoke_this_one(above: Above) -> None:
    """The city's government is above the city's bureau, which did not decide here."""
    with pytest.raises(NotPermitted):
        above.does("revoke_permit", above.row("bj-gov"), **REVOKED)
    assert permit(above.case).status == P.VALID


def test_who_granted_is_told_nothing_new_of_what_itself_revoked(above: Above) -> None:
    decides = Mandate.objects.get(agency__slug="bj-miyun-forestry", kind="felling", duty=Duty.DECIDE)
    desk = Desk(above.case, above.office.clerk, above.office.officer(decides))
    record = desk.decide("revoke_permit", **REVOKED)
    make_pending()
    assert not Notification.objects.filter(act=record, event="overruled").exists()
    assert "本机关2026年11月20日批准" in text_of(bytes(Document.objects.get(act=record).file.pdf))


def test_every_kind_has_an_organ_above_each_that_decides_in_beijing_and_jizhou(above: Above) -> None:
    """Rows of the matrix: each names another agency than one that decides the same."""
    for row in Mandate.objects.filter(duty=Duty.OVERSEE).select_related("agency"):
        assert "上级行政机关" in row.clause
        decides = Mandate.objects.filter(kind=row.kind, duty=Duty.DECIDE, scope=row.scope, agency=row.agency)
        assert not decides.exists(), row
    assert set(Mandate.objects.filter(duty=Duty.OVERSEE).values_list("kind", flat=True)) == {
        "tending", "occupation", "introduction", "felling"
    }  # fmt: skip


def test_the_organ_above_is_told_what_became_of_its_revocation(above: Above) -> None:
    record = above.does("revoke_permit", **REVOKED)
    print_papers(above.case)
    decides = Mandate.objects.get(agency__slug="bj-miyun-forestry", kind="felling", duty=Duty.DECIDE)
    by = above.office.officer(decides)
    paper = attach(above.case.pk, pdf("判决书.pdf", "x"), by=by, mandate=decides)
    judged = perform(
        above.case.pk, "record_suit", by=by, mandate=decides, against=record.seq, outcome="annulled",
        organ="北京市第四中级人民法院", number="京04行初〔2026〕9号", decided_on=timezone.localdate(),
        reasons="证据不足。", document=paper,
    )  # fmt: skip
    make_pending()
    told = Notification.objects.filter(act=judged).exclude(event="unit")
    assert [one.person.username for one in told] == [above.person.username]
