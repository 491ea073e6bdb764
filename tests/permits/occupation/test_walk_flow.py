"""LandOccupationV1 through the door only: districts, consultations, the decision, the higher authority, Jizhou."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from msgspec.structs import replace

from permits.acts.perform import perform
from permits.clocks.standing import status as clocks_of
from permits.documents.printing import paper_of
from permits.drafts.corrections import places
from permits.drafts.materials import add_file
from permits.errors import RuleViolated, WrongStatus
from permits.ledger.chain import problems_of
from permits.models import ACTS, Application, FilingOutcome, ObjectionFiling
from permits.models.document import NoticeKind
from permits.models.states import S
from permits.occupation.kind import OCCUPATION
from permits.occupation.requirements import PARCEL_MAP
from permits.rules.competence import Competence
from permits.rules.facts import CASE_KINDS
from roles.models import Mandate
from tests.cast import fresh, log_in, pdf
from tests.permits.occupation.cases import HUAIROU, JIZHOU, MIYUN, Office, draft, parcel
from tests.prepared import walked_once
from workflows.views.performing import form_of

pytestmark = pytest.mark.django_db
AGREE = {"position": "agree", "opinion": "同意。"}
YES = {"outcome": "approve", "opinion": "符合条件，建议同意。"}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


@walked_once("matrix")
def accepted(
    place: str = MIYUN, *parcels: dict[str, Any], found: dict[str, str] | None = None, **other: Any
) -> tuple[Application, Office]:
    case, clerk = draft(place, *parcels, **other)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    for path, value in (found or {}).items():
        office.determine(case, "accept", path, value)
    office.do(case, "accept")
    return Application.objects.get(pk=case.pk), office


def test_every_other_district_reviews_before_the_one_filed_with_recommends() -> None:
    case, office = accepted(MIYUN, parcel(area_ha=Decimal("0.2")), parcel(district=HUAIROU, area_ha=Decimal("0.3")))
    (other,) = office.items(case, "give_opinion")
    assert other.mandate is not None
    assert other.mandate.jurisdiction_id == HUAIROU
    assert office.items(case, "recommend") == []
    office.do(case, "give_opinion", item=other, **AGREE)
    assert [item.mandate.jurisdiction_id for item in office.items(case, "recommend") if item.mandate] == [MIYUN]


def test_a_site_check_put_on_record_late_was_in_time_by_the_day_it_was_made(now: Any) -> None:
    case, office = accepted()
    checked = timezone.localdate() + timedelta(days=3)
    now.shift(timedelta(days=30))
    record = office.check_site(case, on=checked)
    assert [(entry.event, entry.on) for entry in record.clock_entries.all()] == [("stopped", checked)]


def test_all_consulted_agencies_are_heard_before_the_final_review() -> None:
    case, office = accepted()
    office.check_site(case)
    office.do(case, "recommend", **YES)
    asked = office.items(fresh(case), "give_opinion")
    names = {item.mandate.agency.slug for item in asked if item.mandate}
    assert names == {"bj-planning", "bj-miyun-gov", "bj-reform", "bj-ecology", "bj-finance"}
    for number, item in enumerate(asked, 1):
        assert office.items(fresh(case), "propose") == []
        office.do(case, "give_opinion", item=item, **AGREE)
        assert len(office.items(fresh(case), "give_opinion")) == len(asked) - number
    assert len(office.items(fresh(case), "propose")) == 1


def test_an_objection_handed_in_is_taken_on_the_record_while_agencies_are_consulted(now: Any) -> None:
    """No step of the review is open then: it could only be set aside, and what its link named was passed over."""
    case, office = accepted()
    office.check_site(case)
    office.post_notice(case)
    now.shift(timedelta(days=12))
    office.do(case, "recommend", **YES)
    words = {"name": "李村民", "contact": "13900000000", "reason": "该地块属于我家承包地。"}
    notice = case.documents.get(kind=NoticeKind.PUBLIC_NOTICE)
    filing = ObjectionFiling.objects.create(notice=notice, application=case, key=uuid4(), **words)
    reviewer = log_in(office.officer(final_mandate(case)), english=True)
    link = f"{reverse('case-act', args=[case.pk, 'record_objection'])}?filing={filing.pk}"
    assert link in reviewer.get(f"/cases/{case.pk}/").text
    form = reviewer.get(link).context["form"]
    assert words["reason"] in form["objection"].value()
    said = {one.name: one.value() for one in form if one.value() is not None}
    assert reviewer.post(link, said).status_code == 302
    assert FilingOutcome.objects.get().filing == filing
    assert f"filing={filing.pk + 1}" in reviewer.get(link.replace(str(filing.pk), str(filing.pk + 1))).text


def final_mandate(case: Application) -> Mandate:
    return Mandate.objects.get(kind="occupation", duty="final_review", agency__slug="bj-forestry")


def test_an_added_a_dropped_and_a_silent_consultee_leave_one_final_review() -> None:
    case, office = accepted()
    office.do(case, "recommend", **YES)
    mandate = final_mandate(case)
    reviewer = office.officer(mandate)
    asked = [item.mandate for item in office.items(fresh(case), "give_opinion") if item.mandate]
    more = Mandate.objects.get(kind="occupation", duty="advise", agency__slug="bj-huairou-gov")
    with pytest.raises(WrongStatus, match="duty to advise"), override("en"):
        perform(case.pk, "ask_opinion", by=reviewer, mandate=mandate, office=more, question="是否影响怀柔区林地？")
    perform(case.pk, "drop_consultee", by=reviewer, mandate=mandate, office=asked[0], reason="不涉及该单位职责。")
    perform(case.pk, "record_silence", by=reviewer, mandate=mandate, office=asked[1])
    offered = form_of(ACTS["ask_opinion"], fresh(case), mandate).pool.offices
    assert str(asked[0].pk) in offered
    assert str(asked[2].pk) not in offered, "its answer is awaited"
    perform(case.pk, "ask_opinion", by=reviewer, mandate=mandate, office=asked[0], question="现涉及，请提出意见。")
    left = office.items(fresh(case), "give_opinion")
    assert len(left) == len(asked) + 1 - 2
    office.hear(case)
    assert len(office.items(fresh(case), "propose")) == 1


def approve(case: Application, office: Office) -> None:
    office.do(case, "approve", opinion="同意。")


def test_what_an_approval_still_lacks_is_told_to_those_who_prepare_it() -> None:
    case, office = accepted()

    def lacking(act: str, *, back: str = "") -> list[str]:
        (item,) = office.items(fresh(case), act)
        assert item.mandate is not None
        officer = office.officer(item.mandate)
        perform(case.pk, "claim", by=officer, mandate=item.mandate, item=item.pk)
        page = log_in(officer).get(f"/tasks/{item.pk}/")
        assert all(one in page.content.decode() for one in page.context["lacking"])
        assert ("本环节不能登记的" in page.text, f"“{back}”退回" in page.text) == (bool(back), bool(back))
        return list(page.context["lacking"])

    assert [one.partition("（")[0] for one in lacking("recommend")] == [
        "尚未登记现场核查", "尚无期满五个工作日的公示", "尚未记录缴纳森林植被恢复费"]  # fmt: skip
    office.check_site(case)
    office.do(case, "recommend", **YES)
    office.hear(case)
    assert not any("现场查验" in one for one in lacking("propose", back="退回初审"))
    office.do(case, "propose", **YES)
    assert lacking("approve", back="退回审查")


def test_approval_waits_for_site_check_notice_and_fee_and_then_gives_a_permit_of_two_years(now: Any) -> None:
    case, office = accepted()
    office.post_notice(case)
    now.move_to("2026-12-01T10:00:00+08:00")
    office.do(case, "recommend", **YES)
    office.hear(case)
    office.do(case, "propose", **YES)
    with pytest.raises(RuleViolated, match=r"site check.*fee"), override("en"):
        approve(case, office)
    office.do(case, "return_to_final_review", reason="补查现场。")
    office.do(case, "return_to_first_review", reason="补查现场。")
    office.check_site(case)
    office.do(case, "recommend", **YES)
    office.do(case, "propose", **YES)
    office.do(case, "record_fee", paid_on="2026-12-01", receipt="0001", amount="40000.00")
    with pytest.raises(RuleViolated, match=r"due is 50,000\.00 yuan, and 40,000\.00"), override("en"):
        approve(case, office)  # not any amount is the fee
    office.do(case, "record_fee", paid_on="2026-12-01", receipt="0002", amount="10000.00")
    approve(case, office)
    done = fresh(case)
    consent = done.documents.get(kind="occupation_consent")
    assert "共50,000.00元：40,000.00元（2026年12月1日缴纳，票据号0001）；10,000.00元" in str(paper_of(consent))
    assert done.status == S.APPROVED
    assert str(done.permit.valid_to) == "2028-11-30"
    assert {document.kind for document in done.documents.filter(act__act="approve")} == {
        "occupation_approval",
        "occupation_consent",
    }
    assert problems_of(done) == []


def test_what_reaches_the_national_level_is_reported_up_and_its_decision_recorded() -> None:
    big = {"area_ha": Decimal("12"), "stand_purpose": "protection"}
    case, office = accepted(MIYUN, parcel(**big), total_ha=Decimal("12"))
    office.do(case, "recommend", **YES)
    office.hear(case)
    with pytest.raises(RuleViolated):
        office.do(case, "propose", **YES)
    office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。")
    told = log_in(office.clerk).get(f"/cases/{case.pk}/").text
    assert "已按期上报" in told
    assert "按期办结" not in told, "it is not decided yet"
    assert fresh(case).status == S.REPORTED_UP
    from permits.models.material import current_files

    evidence = current_files(case).first()
    above = {"number": "林审〔2026〕8号", "document": evidence}
    office.do(case, "record_higher_decision", outcome="approve", decided_on="2026-11-20", **above)
    done = fresh(case)
    assert (done.status, done.case.open_items.count()) == (S.APPROVED, 0)


@pytest.mark.parametrize(("area", "above"), [("12", True), ("1", False)])
def test_the_notice_of_acceptance_names_the_states_authority_where_it_decides(area: str, above: bool) -> None:
    big = {"area_ha": Decimal(area), "stand_purpose": "protection"}
    case, _office = accepted(MIYUN, parcel(**big), total_ha=Decimal(area))
    told = str(paper_of(case.documents.get(kind="acceptance")))
    assert ("上述事项由国家林业和草原局决定，本机关负责受理，经审查后上报。" in told) is above
    assert ("上述事项由北京市园林绿化局决定" in told) is not above
    assert ("内作出决定" in told) is not above


def test_where_the_rules_name_no_authority_of_the_state_it_is_called_as_laws_call_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unnamed = replace(OCCUPATION.case, competence=lambda _case, _day: Competence("national", None))
    monkeypatch.setitem(CASE_KINDS, OCCUPATION.case.facts.kind, unnamed)
    case, _office = accepted(MIYUN, parcel(area_ha=Decimal("1.37")), total_ha=Decimal("1.37"))  # no other walk's
    told = str(paper_of(case.documents.get(kind="acceptance")))
    assert "上述事项由国务院林业主管部门决定，本机关负责受理，经审查后上报。" in told
    assert "内作出决定" not in told


def test_a_case_may_be_reported_up_from_the_decision() -> None:
    case, office = accepted()
    office.do(case, "recommend", **YES)
    office.hear(case)
    office.do(case, "propose", **YES)
    office.do(case, "report_up", organ="国家林业和草原局", opinion="请示。")
    assert len(office.items(fresh(case), "record_higher_decision")) == 1


def test_inside_jizhous_protection_area_the_service_office_decides_and_natural_forest_is_refused() -> None:
    natural = parcel(district=JIZHOU, origin="natural")
    case, office = accepted(JIZHOU, natural, found={"documents.delegation_instrument": "yes"})
    assert case.scope == "protection_area"
    office.check_site(case)
    office.do(case, "recommend", **YES)
    asked = {item.mandate.agency.slug for item in office.items(fresh(case), "give_opinion") if item.mandate}
    assert asked == {"tj-jizhou-reform", "tj-jizhou-culture", "tj-jizhou-planning"}
    office.hear(case)
    office.do(case, "propose", outcome="refuse", opinion="拟不同意。")
    (item,) = office.items(fresh(case), "refuse")
    assert item.mandate is not None
    assert item.mandate.agency.slug == "tj-jizhou-service"
    with pytest.raises(RuleViolated):
        approve(case, office)
    record = office.do(case, "refuse", reasons="占用天然林地，不属于国防建设、国家重大工程。")
    assert OCCUPATION.papers_of(record) == ("occupation_refusal",)


def test_the_site_is_checked_within_ten_working_days_of_the_papers_however_the_case_goes(now: Any) -> None:
    case, clerk = draft()
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    reading = clocks_of(fresh(case)).of_step("site_check")
    assert reading is not None
    assert (reading.working_days, reading.due.date.isoformat(), reading.running) == (10, "2026-12-04", True)
    with override("zh-hans"):
        assert "现场查验" in log_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    office.do(case, "request_correction", items=[{"where": places(case)[0][0], "what": "名称不一致"}])
    assert not clocks_of(fresh(case)).of_step("site_check").running  # type: ignore[union-attr]
    now.shift(timedelta(days=3))
    office.do(case, "resubmit")
    again = clocks_of(fresh(case)).of_step("site_check")
    assert again is not None
    assert (again.started_on.isoformat(), again.running) == ("2026-11-23", True)
    office.do(case, "accept")
    office.check_site(fresh(case))
    assert not clocks_of(fresh(case)).of_step("site_check").running  # type: ignore[union-attr]


@pytest.mark.parametrize(("tenure", "other", "words"), [
    ("permanent", {}, "永久使用林地"),
    ("temporary", {"years": Decimal(1), "permanent_building": False}, "临时使用林地"),
])  # fmt: skip
def test_a_notice_tells_the_kind_of_use_and_a_map_where_one_was_handed_in(
    tenure: str, other: dict[str, Any], words: str
) -> None:
    case, clerk = draft(tenure=tenure, **other)
    Office(clerk).do(case, "submit", statement=True)
    told = dict(OCCUPATION.made_public(fresh(case)))
    assert told["使用林地类型"] == words
    assert "图件" not in told, "nobody has to hand a map in"
    case, clerk = draft(MIYUN, parcel(sub_compartment="7"), tenure=tenure, **other)
    add_file(case.pk, PARCEL_MAP.slot, pdf("map.pdf", "map"), by=clerk)
    Office(clerk).do(case, "submit", statement=True)
    assert "图件" in dict(OCCUPATION.made_public(fresh(case)))
