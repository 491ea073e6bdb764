"""SpeciesIntroductionV1 through the door: routes, consultation beside expert review, higher authority, papers."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdf
import pytest
import time_machine

from permits.acts.perform import perform
from permits.documents.printing import render_pending
from permits.errors import BadFacts, RuleViolated, WrongStatus
from permits.introduction.kind import INTRODUCTION
from permits.introduction.models import Species, SpeciesIntroduction
from permits.introduction.papers import care_of, plan_of
from permits.introduction.requirements import requirements
from permits.ledger.chain import problems_of
from permits.models import Application, Document
from permits.models.material import current_files
from permits.models.states import S
from roles.models import Mandate
from roles.models.mandates import Duty
from tests.cast import NOW, fresh, log_in
from tests.permits.introduction.cases import EXPERTS, NOT_NEEDED, YES, draft, heard, recommended, species
from tests.permits.occupation.cases import MIYUN, Office, make_unit
from tests.workflows.holding import follow, leave
from workflows.mandates import the_mandate

pytestmark = pytest.mark.django_db
AGREE = {"position": "agree", "opinion": "同意。"}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield traveller


def test_the_route_says_who_decides() -> None:
    case, office = recommended("B")
    assert case.scope == "B"
    heard(case, office)
    office.do(case, "propose", **YES)
    (item,) = office.items(fresh(case), "refuse")
    assert item.mandate is not None
    assert item.mandate.agency.slug == "bj-forestry"


@pytest.mark.parametrize(
    "one", [species("D"), species("B", source="same_province", scientific_name="Pinus tabuliformis")]
)
def test_what_is_moved_inside_china_is_not_accepted_as_no_permit_is_needed(one: dict[str, Any]) -> None:
    case, clerk = draft(one)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    with pytest.raises(RuleViolated, match=r"第三十二条第一款第一项|32\(1\)\(1\)") as refused:
        office.do(case, "accept")
    assert {finding.as_dict()["rule"] for finding in refused.value.findings} == {"W-XK32"}
    office.do(case, "refuse_acceptance", **NOT_NEEDED)
    done = fresh(case)
    assert done.status == S.NOT_ACCEPTED
    (letter,) = done.documents.filter(kind="non_acceptance")
    pdf = render_pending(letter.pk).file.pdf
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "第三十二条第一款第一项" in text.replace("\n", "")


def test_what_was_accepted_and_needs_no_permit_ends_in_refused_acceptance_too() -> None:
    case, office = recommended("B")
    with pytest.raises(WrongStatus):  # from abroad it needs one
        office.do(case, "refuse_acceptance", item=office.items(case, "record_expert_review")[0], **NOT_NEEDED)
    office.determine(case, "record_expert_review", "species[0].from", "same_province")
    item = office.items(fresh(case), "record_expert_review")[0]
    with pytest.raises(BadFacts):
        office.do(fresh(case), "refuse_acceptance", item=item, ground="other_organ", organ="x", reason="x")
    office.do(fresh(case), "refuse_acceptance", item=item, **NOT_NEEDED)
    done = fresh(case)
    assert (done.status, done.case.open_items.count()) == (S.NOT_ACCEPTED, 0)


def test_what_the_applicant_states_meanwhile_is_read_before_acceptance_is_refused_after_all() -> None:
    """许可法 36: from the page of the case as from that of a step."""
    case, office = recommended("B")
    office.determine(case, "record_expert_review", "species[0].from", "same_province")
    mandate = office.items(fresh(case), "record_expert_review")[0].mandate
    assert mandate is not None
    desk, where = log_in(office.officer(mandate), english=True), f"/cases/{case.pk}/acts/refuse_acceptance/"

    def shown(page: Any) -> str:
        found = re.search(r'name="stated" value="(\d+)"', page.content.decode())
        assert found
        return found[1]

    page = desk.get(where)
    for words in ("苗木来自境外。", "合同随附。"):
        perform(case.pk, "make_statement", by=office.clerk, statement=words)
        page = desk.post(where, NOT_NEEDED | {"stated": shown(page), "confirmed": "1"})
        assert (page.status_code, fresh(case).status) == (409, S.FINAL_REVIEW)
        for told in ("came in while this page was open", words, NOT_NEEDED["reason"]):
            assert told in page.content.decode(), told
    review = desk.post(where, NOT_NEEDED | {"stated": shown(page)})
    assert "苗木来自境外。" in review.content.decode()
    desk.post(where, NOT_NEEDED | {"stated": shown(review), "confirmed": "1"})
    assert fresh(case).status == S.NOT_ACCEPTED


def test_the_last_edition_says_whom_to_consult_and_experts_review_beside_them() -> None:
    case, office = recommended("B")
    asked = office.items(case, "give_opinion")
    assert {item.mandate.agency.slug for item in asked if item.mandate} == {"bj-agriculture", "bj-ecology", "bj-water"}
    assert len(office.items(case, "record_expert_review")) == 1
    for item in asked:
        office.do(case, "give_opinion", item=item, **AGREE)
    assert office.items(fresh(case), "propose") == []  # the experts have not met yet
    office.do(case, "record_expert_review", **EXPERTS)
    assert len(office.items(fresh(case), "propose")) == 1


def test_the_period_stands_still_for_the_expert_review() -> None:
    case, office = recommended("B")
    office.do(case, "suspend_clock", ground="expert_review", reason="专家评审")
    with pytest.raises(WrongStatus):  # else it would stand still after the review was over
        office.do(case, "record_expert_review", **EXPERTS)
    office.do(case, "resume_clock")
    office.do(case, "record_expert_review", **EXPERTS)
    office.hear(case)
    assert problems_of(fresh(case)) == []


def test_an_act_completes_no_fork_and_no_join() -> None:
    case, office = recommended("B")
    item = office.items(case, "give_opinion")[0]
    assert item.mandate is not None
    adviser = office.officer(item.mandate)
    for fork in case.case.task_set.exclude(flow_task_type="HUMAN"):
        with pytest.raises(WrongStatus):
            perform(case.pk, "give_opinion", by=adviser, mandate=item.mandate, work_item=fork.pk, **AGREE)
        with pytest.raises(WrongStatus):
            perform(case.pk, "claim", by=adviser, mandate=item.mandate, item=fork.pk)


def test_experts_may_meet_again_in_the_final_review() -> None:
    case, office = recommended("B")
    heard(case, office)
    office.do(case, "record_expert_review", **EXPERTS)
    assert len(office.items(fresh(case), "propose")) == 1


def test_an_approval_prints_decision_and_permit() -> None:
    case, office = recommended("B")
    heard(case, office)
    office.do(case, "propose", **YES)
    office.do(case, "approve", opinion="同意。")
    done = fresh(case)
    assert done.status == S.APPROVED
    assert problems_of(done) == []
    texts = {}
    for document in Document.objects.filter(application=done, act__act="approve"):
        pdf = render_pending(document.pk).file.pdf
        texts[document.kind] = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert texts.keys() == {"introduction_approval", "introduction_permit"}
    for text in texts.values():
        assert "北美红栎" in text
        assert "Quercus rubra" in text
        assert "种植" in text
        assert "饲养" not in text  # seeds are planted
    assert "收获物也不得作为种子销售" in texts["introduction_approval"]  # 种子法 59(2)


def papers_of(*rows: dict[str, Any], **other: Any) -> str:
    """What decision and permit say of these species, as they were handed in."""
    case, clerk = draft(*rows, unit=make_unit(f"密云繁育中心{Application.objects.count()}", MIYUN), **other)
    Office(clerk).do(case, "submit", statement=True)
    plan = plan_of(fresh(case))
    return " ".join((plan.beside, plan.not_instead, *plan.tried_first, plan.isolation, plan.origin))


def test_papers_speak_of_quarantine_customs_and_trial_where_the_species_has_to_do_with_them() -> None:
    seeds = papers_of(species("B"))
    assert "《植物检疫条例》第十二条第二款" in seeds
    assert "隔离试种方案" in seeds
    assert "进出口证明" not in seeds
    assert "进境检疫和进出口证明" in papers_of(species("B", cites=True))
    inside = papers_of(species("B", source="other_province", first_introduction=True))
    assert "本决定即" not in inside
    assert "隔离" not in inside
    assert "本审批件不能代替检疫审批。" in inside


def test_papers_of_seeds_and_of_other_species_say_of_each_what_holds_for_it() -> None:
    """Seeds from abroad beside deer of another province, which needs no permit."""
    both = papers_of(species("B"), species("D"))
    assert "本决定对从境外引进的种子、苗木即《植物检疫条例》第十二条规定的检疫审批" in both
    assert "《植物检疫条例》第十二条第二款" in both
    assert "首次引进的" not in both
    assert "进出口证明。" not in both
    assert "吉林省等地" in both, "the head names one origin, and the annex two sources"
    first = papers_of(species("B"), species("A", first_introduction=True))
    assert "首次引进的其他物种" in first
    assert "隔离试种方案和隔离引种试验方案" in first


def test_what_several_other_organs_decide_is_refused_acceptance_naming_each() -> None:
    fish = species("A", scientific_name="Oreochromis niloticus", chinese_name="罗非鱼", taxon="aquatic_animal")
    case, clerk = draft(species("A"), fish)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    with pytest.raises(RuleViolated, match="国家林业和草原局、北京市农业农村局"):
        office.do(case, "accept")


def test_nobody_decides_while_the_period_stands_still() -> None:
    case, office = recommended("B")
    heard(case, office)
    office.do(case, "suspend_clock", ground="quarantine", reason="送检")
    for act, said in (("report_up", {"organ": "国家林业和草原局", "opinion": "请审批。"}),):
        with pytest.raises(WrongStatus, match="中止"):
            office.do(case, act, **said)
    office.do(case, "propose", **YES)
    for act, said in (("approve", {"opinion": "同意。"}), ("refuse", {"reasons": "不符合条件。"})):
        with pytest.raises(WrongStatus, match="中止"):
            office.do(case, act, **said)
    office.do(case, "resume_clock")
    assert office.do(case, "approve", opinion="同意。").after == S.APPROVED


def test_a_city_farm_has_no_first_review_of_its_own() -> None:
    assert not INTRODUCTION.first_review_follows_owner


@pytest.mark.parametrize(("place", "seeds"), [(MIYUN, True), ("120119", False)])
def test_the_guide_lists_every_material_and_when_it_is_asked_for(place: str, seeds: bool) -> None:
    listed = {one.slot: one for one in INTRODUCTION.all_requirements(place)}
    assert list(listed) == [
        "report", "safety", "contract", "identity", "isolation_plan", "risk_report", "expert_review", "cites"
    ]  # fmt: skip
    assert "参照" in listed["report"].source.zh  # type: ignore[attr-defined]
    assert ("北京市种子条例" in listed["risk_report"].source.zh) is seeds  # type: ignore[attr-defined]


@pytest.mark.parametrize(("rows", "by"), [
    ((species("B", first_introduction=True),), {
        "report": "参照国家林业局令第19号第五条", "contract": "参照国家林业局令第19号第五条",
        "isolation_plan": "植物检疫条例第十二条",
        "risk_report": "外来入侵物种管理办法（2022年）；北京市种子条例第十六条"}),
    ((species("B"),), {"risk_report": "北京市种子条例第十六条"}),
    ((species("A", first_introduction=True),), {
        "report": "国家林业局令第19号第五条", "isolation_plan": "国家林业局令第19号第五条"}),
    ((species("D", cites=True),), {"report": "参照国家林业局令第19号第五条", "cites": None}),
])  # fmt: skip
def test_a_material_rests_on_the_law_of_the_species(rows: Any, by: dict[str, str | None]) -> None:
    case, _clerk = draft(*rows)
    asked = {one.slot: one.source.zh for one in INTRODUCTION.requirements(case)}  # type: ignore[attr-defined]
    assert {slot: asked.get(slot) for slot in by} == by


@pytest.mark.parametrize(("head", "offered"), [({"isolation_trial": True}, True), ({"isolation_trial": False}, False)])
def test_the_plan_of_seeds_planted_in_isolation_again_can_be_handed_in(head: dict[str, Any], offered: bool) -> None:
    """Else the decision would refer to a plan that nobody was given."""
    asked = {
        one.slot: one.required for one in requirements(MIYUN, SpeciesIntroduction(**head), [Species(**species("B"))])
    }
    assert asked.get("isolation_plan") == (False if offered else None)


def test_in_tianjin_seeds_introduced_again_need_no_risk_report_of_beijing() -> None:
    row = Species(**species("B"))
    assert "risk_report" not in {one.slot for one in requirements("120119", SpeciesIntroduction(), [row])}
    first = Species(**species("B", first_introduction=True))
    listed = {one.slot: one for one in requirements("120119", SpeciesIntroduction(), [first])}
    assert str(listed["risk_report"].note) == str(listed["isolation_plan"].note), "Beijing's ground is not told there"


@pytest.mark.parametrize(
    ("taxa", "care"),
    [(["forest_plant", "other_plant"], "种植"), (["terrestrial_animal", "aquatic_animal"], "饲养"),
     (["forest_plant", "terrestrial_animal"], "饲养或者种植"), (["microbe"], "培养"),
     (["microbe", "forest_plant", "terrestrial_animal"], "饲养、种植或者培养"), ([], "饲养、种植或者培养")],
)  # fmt: skip
def test_papers_say_kept_or_planted_by_what_is_introduced(taxa: list[str], care: str) -> None:
    assert care_of(taxa) == care


def test_what_needs_no_permit_leads_no_case_away_from_the_organ_of_what_needs_one() -> None:
    case, clerk = draft(species("B"), species("D"))
    Office(clerk).do(case, "submit", statement=True)
    assert fresh(case).scope == "B"


def test_an_approval_needs_a_recorded_expert_review() -> None:
    case, office = recommended("B")
    assert [str(problem.message) for problem in INTRODUCTION.before_approval(case)] != []
    heard(case, office)
    assert list(INTRODUCTION.before_approval(fresh(case))) == []


def test_what_the_national_authority_decides_is_refused_acceptance_and_the_authority_named() -> None:
    case, clerk = draft(species("A"))
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    assert fresh(case).scope == "A"
    with pytest.raises(RuleViolated, match="国家林业和草原局") as refused:
        office.do(case, "accept")
    assert {finding.as_dict()["rule"] for finding in refused.value.findings} == {"W-WL40"}
    organ = "国家林业和草原局"
    office.do(case, "refuse_acceptance", ground="other_organ", organ=organ, reason="境外引进由国务院主管部门批准。")
    assert fresh(case).status == S.NOT_ACCEPTED


def test_a_release_is_reported_up_and_the_higher_decision_recorded() -> None:
    case, office = recommended("D", purpose="release")
    heard(case, office)
    with pytest.raises(RuleViolated):
        office.do(case, "propose", **YES)
    office.do(case, "report_up", organ="国家林业和草原局", opinion="建议同意。")
    assert fresh(case).status == S.REPORTED_UP
    evidence = current_files(case).first()
    above = {"number": "林审〔2026〕8号", "document": evidence}
    office.do(case, "record_higher_decision", outcome="refuse", decided_on="2026-11-20", **above)
    done = fresh(case)
    assert (done.status, done.case.open_items.count()) == (S.REFUSED, 0)


def test_a_second_round_consults_only_whom_it_names() -> None:
    case, office = recommended("B")
    asked = [item.mandate for item in office.items(case, "give_opinion") if item.mandate]
    heard(case, office)
    office.do(case, "return_to_first_review", reason="请补充水域影响", consult=[{"office": asked[0]}])
    office.do(case, "recommend", **YES)
    again = office.items(fresh(case), "give_opinion")
    assert [item.mandate for item in again] == [asked[0]]


def test_who_was_dropped_or_silent_is_not_waited_for_and_silence_is_no_consent() -> None:
    case, office = recommended("B")
    items = office.items(case, "give_opinion")
    (experts,) = office.items(case, "record_expert_review")
    assert experts.mandate is not None
    reviewer = office.officer(experts.mandate)
    first, second, third = [item.mandate for item in items]
    perform(case.pk, "drop_consultee", by=reviewer, mandate=experts.mandate, office=first, reason="不涉及")
    perform(case.pk, "remind", by=reviewer, mandate=experts.mandate, office=second)
    perform(case.pk, "record_silence", by=reviewer, mandate=experts.mandate, office=second)
    with pytest.raises(WrongStatus):
        perform(case.pk, "record_silence", by=reviewer, mandate=experts.mandate, office=second)
    office.do(case, "give_opinion", item=items[2], **AGREE)
    office.do(case, "record_expert_review", **EXPERTS)
    assert len(office.items(fresh(case), "propose")) == 1
    silent = fresh(case).acts.get(act="record_silence")
    assert "position" not in silent.facts
    assert third is not None


@pytest.mark.parametrize("passed_over", [{"act": "record_silence"}, {"act": "drop_consultee", "reason": "不涉及"}])
def test_a_countersigning_agency_that_was_silent_or_released_keeps_an_approval_from_being_proposed(
    passed_over: dict[str, str],
) -> None:
    case, office = recommended("B")
    items = office.items(case, "give_opinion")
    (experts,) = office.items(case, "record_expert_review")
    assert experts.mandate is not None
    signing = items[0].mandate
    assert signing is not None
    type(signing).objects.filter(pk=signing.pk).update(countersign=True)
    reviewer = office.officer(experts.mandate)
    perform(case.pk, by=reviewer, mandate=experts.mandate, office=signing, **passed_over)
    for item in items[1:]:
        office.do(case, "give_opinion", item=item, **AGREE)
    office.do(case, "record_expert_review", **EXPERTS)
    with pytest.raises(BadFacts) as refused:
        office.do(case, "propose", **YES)
    assert refused.value.errors.keys() == {"outcome"}
    assert office.do(case, "propose", outcome="refuse", opinion="未会签").after == S.AWAITING_DECISION
    with pytest.raises(WrongStatus) as unsigned:
        office.do(case, "approve", opinion="同意。")
    assert signing.agency.name in str(unsigned.value)
    assert office.do(case, "refuse", reasons="未会签。").after == S.REFUSED


def test_the_page_of_the_case_says_who_countersigns_and_who_objected() -> None:
    case, office = recommended("B")
    first, *others = office.items(case, "give_opinion")
    assert first.mandate is not None
    type(first.mandate).objects.filter(pk=first.mandate.pk).update(countersign=True)
    office.do(case, "give_opinion", item=first, position="object", opinion="影响水域。")
    for item in others:
        office.do(case, "give_opinion", item=item, **AGREE)
    (experts,) = office.items(fresh(case), "record_expert_review")
    assert experts.mandate is not None
    page = log_in(office.officer(experts.mandate), english=True).get(f"/cases/{case.pk}/").content.decode()
    table = page[page.index('id="consultations"') :]
    assert table.count("countersigns") == 1
    assert "answered</a>: Object" in table
    assert "answered</a>: Agree" in table


def test_a_second_round_asks_only_who_advises_here_and_each_once() -> None:
    case, office = recommended("B")
    asked = [item.mandate for item in office.items(case, "give_opinion") if item.mandate]
    heard(case, office)
    decides = the_mandate(case, Duty.DECIDE)
    elsewhere = Mandate.objects.exclude(jurisdiction=asked[0].jurisdiction).filter(duty=Duty.ADVISE, kind="tending")
    for wrong in ([decides], [asked[0], asked[0]], [asked[0], elsewhere.first() or decides]):
        with pytest.raises(BadFacts) as bad:
            office.do(case, "return_to_first_review", reason="请补充水域影响。",
                      consult=[{"office": one} for one in wrong])  # fmt: skip
        assert set(bad.value.errors) == {"consult"}


def test_a_countersigning_agency_that_agreed_and_was_silent_when_asked_again_has_not_agreed() -> None:
    case, office = recommended("B")
    signing = office.items(case, "give_opinion")[0].mandate
    assert signing is not None
    Mandate.objects.filter(pk=signing.pk).update(countersign=True)
    heard(case, office)
    office.do(case, "return_to_first_review", reason="面积有变。", consult=[{"office": signing}])
    office.do(case, "recommend", **YES)
    mandate = the_mandate(case, Duty.FINAL_REVIEW)
    perform(case.pk, "record_silence", by=office.officer(mandate), mandate=mandate, office=signing)
    for item in office.items(fresh(case), "record_expert_review"):
        office.do(case, "record_expert_review", item=item, **EXPERTS)
    with pytest.raises(BadFacts) as refused:
        office.do(case, "propose", **YES)
    assert refused.value.errors.keys() == {"outcome"}


def test_a_countersigning_agency_whose_mandate_was_replaced_agrees_by_the_one_that_follows() -> None:
    case, office = recommended("B")
    signing = office.items(case, "give_opinion")[0].mandate
    assert signing is not None
    Mandate.objects.filter(pk=signing.pk).update(countersign=True)
    first, *others = office.items(case, "give_opinion")
    office.do(case, "give_opinion", item=first, position="object", opinion="面积过大。")
    for item in others:
        office.do(case, "give_opinion", item=item, **AGREE)
    office.do(case, "record_expert_review", **EXPERTS)
    leave(signing)
    follows = follow(Mandate.objects.get(pk=signing.pk), signing.agency)
    office.do(case, "return_to_first_review", reason="已缩小面积。", consult=[{"office": follows}])
    office.do(case, "recommend", **YES)
    (again,) = office.items(fresh(case), "give_opinion")
    office.do(case, "give_opinion", item=again, **AGREE)
    office.do(case, "record_expert_review", **EXPERTS)
    assert office.do(case, "propose", **YES).after == S.AWAITING_DECISION


def test_nobody_is_asked_under_a_mandate_that_left_the_matrix() -> None:
    case, office = recommended("B")
    first, *_others = office.items(case, "give_opinion")
    assert first.mandate is not None
    office.do(case, "give_opinion", item=first, **AGREE)
    leave(first.mandate)
    mandate = the_mandate(case, Duty.FINAL_REVIEW)
    with pytest.raises(WrongStatus):
        perform(case.pk, "ask_opinion", by=office.officer(mandate), mandate=mandate, office=first.mandate,
                question="请说明。")  # fmt: skip


def test_only_who_was_asked_and_has_not_answered_is_reminded() -> None:
    case, office = recommended("B")
    first, *_others = office.items(case, "give_opinion")
    office.do(case, "give_opinion", item=first, **AGREE)
    mandate = the_mandate(case, Duty.FINAL_REVIEW)
    for answered in (first.mandate, the_mandate(case, Duty.DECIDE)):
        with pytest.raises(WrongStatus):
            perform(case.pk, "remind", by=office.officer(mandate), mandate=mandate, office=answered)
