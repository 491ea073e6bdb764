"""What the applicant is told before the decision: milestones, unless the agency tells its steps at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from permits.access import Reader
from permits.acts.perform import perform
from permits.models import Application, MaterialVersion
from permits.models.material import current_files
from permits.models.states import S
from roles.appointments import appoint
from roles.models import Agency, Membership, SecurityEvent
from roles.models.mandates import Duty
from roles.openness import tell_applicants
from tests.cast import PDF, Cast, log_in, text
from tests.workflows.desks import Desks

CHECKED: dict[str, Any] = {"checked_on": "2026-11-20", "place": "现场", "result": "林下有幼树。"}


def acts_told(reader: Any, case: Application) -> list[str]:
    """The acts whose body the record to take away has."""
    rows = json.loads(reader.get(f"/cases/{case.pk}/record.json").content)["acts"]
    return [json.loads(row["body"])["act"] for row in rows if "body" in row]


def test_the_applicant_is_told_milestones_on_the_page_and_in_the_record(cast: Cast) -> None:
    case = cast.walk_to(S.FIRST_REVIEW)
    cast.take(case)
    cast.do(case, "recommend")
    cast.take(case)
    clerk = log_in(cast.clerk, english=True)
    page = clerk.get(f"/cases/{case.pk}/")
    assert acts_told(clerk, case) == ["open_draft", "submit", "accept"]
    assert [entry.act.act for entry in page.context["entries"]] == ["open_draft", "submit", "accept"]
    shown = text(page)
    for name in ("孙初审", "李审查", "建议同意"):
        assert name not in shown
    assert "Until the decision its milestones are told here." in shown
    assert "Period of the whole case:" in shown
    for act in ("propose", "approve"):
        cast.do(case, act)
    assert "孙初审" in text(clerk.get(f"/cases/{case.pk}/"))
    assert len(acts_told(clerk, case)) == case.acts.count()


def test_the_list_of_cases_tells_no_applicant_who_reviews(cast: Cast) -> None:
    """It found the own case by the name of whoever had taken it, and by the agency."""
    case = cast.walk_to(S.FIRST_REVIEW)
    cast.take(case)
    cast.do(case, "recommend")
    cast.take(case)
    city = cast.mandate(case, Duty.FINAL_REVIEW).agency_id
    by = {"孙初审": f"person={cast.district_reviewer.name}", "city": f"agency={city}"}

    def found(person: Any, query: str) -> bool:
        return str(case.number) in log_in(person).get(f"/cases/?{query}").text

    for query in by.values():
        assert not found(cast.clerk, query), query
        assert found(cast.colleague, query), query
    assert found(cast.clerk, f"person={cast.acceptor.name}")
    assert found(cast.clerk, f"person={cast.clerk.name}")
    for act in ("propose", "approve"):
        cast.do(case, act)
    for query in by.values():
        assert found(cast.clerk, query), query


def test_the_period_of_a_withdrawn_case_is_not_told_as_kept(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    perform(case.pk, "withdraw", by=cast.clerk, reason="暂缓实施。")
    assert "Period of the whole case: ended by the withdrawal" in text(log_in(cast.clerk, english=True).get(
        f"/cases/{case.pk}/"))  # fmt: skip


def test_an_agency_may_tell_its_own_steps_at_once(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    district = Agency.objects.get(slug="bj-miyun-forestry")
    with pytest.raises(PermissionDenied):
        tell_applicants(district, at_once=True, by=cast.head, ground="通知")
    tell_applicants(district, at_once=True, by=cast.district_head, ground="政务公开通知1号")
    assert SecurityEvent.objects.latest("pk").details == {"tells_at_once": "yes"}
    shown = text(log_in(cast.clerk).get(f"/cases/{case.pk}/"))
    assert "孙初审" in shown
    assert "李审查" not in shown
    hidden = {act.act for act in case.acts.filter(pk__in=Reader(cast.clerk, case).withheld)}
    assert hidden == {"propose"}


def test_evidence_of_a_step_that_is_not_told_is_not_opened(cast: Cast) -> None:
    case = cast.walk_to(S.FIRST_REVIEW)
    item = cast.take(case)
    assert item.mandate is not None
    two = [cast.district_reviewer, Desks.colleague(item.mandate.agency, 1)]
    said = CHECKED | {"act": "record_site_check", "inspectors-rows": "2", "photos-rows": "1"}
    said |= {f"inspectors-{number}-person": str(one.pk) for number, one in enumerate(two)}
    photo = SimpleUploadedFile("照片.pdf", PDF)
    sent = log_in(cast.district_reviewer).post(f"/tasks/{item.pk}/", said | {"photos-0-photo": photo})
    assert sent.status_code == 302, sent.context["form"].errors
    stored = MaterialVersion.objects.get(material__application=case, material__slot="evidence")
    for name in ("material", "material-view"):
        place = reverse(name, args=[stored.pk])
        assert log_in(cast.clerk).get(place).status_code == 404
        assert log_in(cast.auditor).get(place).status_code == 200


@pytest.mark.parametrize("place", ["case", "task"])
def test_an_officer_on_the_side_of_the_applicant_reads_no_more_of_it_on_the_page_of_a_step(
    cast: Cast, place: str
) -> None:
    """The step is the officer's duty, and who belongs to the unit is told no more of the case than the unit."""
    case = cast.walk_to(S.FIRST_REVIEW)
    item, paper = cast.take(case), current_files(case).first()
    assert item.mandate is not None
    said = {"ground": "survey", "statement": "经查林分档案。", "document": paper}
    perform(case.pk, "determine", by=cast.district_reviewer, mandate=item.mandate, field="plots[0].zone", value="none",
            **said)  # fmt: skip
    cast.do(case, "record_objection", objector="村民", received=timezone.localdate(), objection="担心水土流失")
    cast.do(case, "record_statement", party="村民委员会", statement="没有收到通知。")
    colleague = Desks.colleague(item.mandate.agency, 1)
    appoint(colleague, Membership.objects.get(person=cast.district_reviewer).post)
    page = reverse("case", args=[case.pk]) if place == "case" else reverse("task", args=[item.pk])
    before = log_in(colleague).get(page)
    assert [len(before.context[name]) for name in ("found", "objections", "statements")] == [1, 1, 1]
    appoint(colleague, Membership.objects.get(person=cast.clerk).post)
    after = log_in(colleague).get(page)
    assert after.status_code == 200
    assert [len(after.context[name]) for name in ("found", "objections", "statements")] == [0, 0, 1]
    assert "担心水土流失" in text(before)
    assert "担心水土流失" not in text(after)


def test_the_head_changes_it_on_the_page_of_the_agency(cast: Cast) -> None:
    desk = log_in(cast.district_head)
    page = reverse("agency-openness", args=["bj-miyun-forestry"])
    assert page in desk.get(reverse("agency", args=["bj-miyun-forestry"])).content.decode()
    assert desk.get(page).context["form"]["told"].value() == "closed"
    assert desk.post(page, {"told": "open"}).status_code == 422
    assert desk.post(page, {"told": "open", "ground": "通知"}).status_code == 302
    assert Agency.objects.get(slug="bj-miyun-forestry").tells_at_once
    again = desk.post(page, {"told": "open", "ground": "通知"})
    assert (again.status_code, set(again.context["form"].errors)) == (422, {"told"}), "it was told as a change"
