"""Opinions so far, adopting one, common ones, conditions proposed and taken out."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from permits.acts.perform import perform
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models import Application
from permits.models.states import S
from roles.models import Agency
from tests.cast import Cast, log_in, plot, text
from tests.workflows.elsewhere import to_a_consulted
from tests.workflows.task_pages import address
from workflows.common_opinions import MOST, drop_opinion, keep_opinion, offered_to
from workflows.models import CommonOpinion, WorkItem
from workflows.opinions import opinions_of
from workflows.reading import entries_of

PROPOSED = "雨季停止作业。\n保留珍稀植物周围五米。"


def proposed(cast: Cast, conditions: str = PROPOSED, **row: Any) -> WorkItem:
    """A decision in hand, on a proposal with conditions."""
    case = cast.walk_to(S.FINAL_REVIEW, *([plot(**row)] if row else []))
    more = {"conditions": conditions} if conditions else {}
    cast.do(case, "propose", outcome="approve", opinion="材料齐全，拟同意。", **more)
    return cast.take(case)


def test_the_decision_begins_with_the_opinions_so_far(cast: Cast) -> None:
    item = proposed(cast)
    page = log_in(cast.decider).get(address(item)).content.decode()
    places = [page.index(f'id="{name}"') for name in ("opinions", "findings", "found", "application", "record")]
    assert places == sorted(places)
    so_far = page[places[0] : places[1]]
    assert so_far.index("拟同意") < so_far.index("建议同意")
    for said in ("李审查", "孙初审", "雨季停止作业。", 'href="#act-4"', "#approve"):
        assert said in so_far


def test_the_conditions_proposed_stand_in_the_decision(cast: Cast) -> None:
    page = log_in(cast.decider).get(address(proposed(cast)))
    forms = {one["form"].spec.name: one["form"] for one in page.context["forms"]}
    assert forms["approve"]["conditions"].value() == PROPOSED


def test_what_was_decided_is_no_proposal_any_more(cast: Cast) -> None:
    case = proposed(cast).application
    cast.do(case, "approve", opinion="同意。", conditions="雨季停止作业。")
    page = log_in(cast.decider).get(f"/cases/{case.pk}/").content.decode()
    decided, said_before = page.partition('id="opinions"')[2].partition("提出审查意见")[::2]
    assert "建议附加要求" not in decided.partition("</section>")[0]
    assert "附加要求" in decided
    assert "建议附加要求" in said_before


def test_a_condition_taken_out_is_named_before_the_decision(cast: Cast) -> None:
    item = proposed(cast)
    said = {"act": "approve", "opinion": "同意。", "conditions": "保留珍稀植物周围五米。"}
    desk = log_in(cast.decider, english=True)
    checked = desk.post(address(item), said)
    assert checked.context["taken_out"] == ["雨季停止作业。"]
    assert "A condition that was proposed is taken out" in text(checked)
    assert desk.post(address(item), said | {"conditions": PROPOSED}).context["taken_out"] == []


def test_a_second_proposal_without_conditions_takes_those_of_the_first_back(cast: Cast) -> None:
    item = proposed(cast)
    case = item.application
    cast.do(case, "return_to_final_review")
    cast.do(case, "propose", outcome="approve", opinion="拟同意，无附加条件。")
    page = log_in(cast.decider).get(address(cast.take(case)))
    assert [
        one["form"]["conditions"].value() for one in page.context["forms"] if "conditions" in one["form"].fields
    ] == [None]


def test_an_opinion_is_adopted_by_a_link(cast: Cast) -> None:
    item = proposed(cast)
    page = log_in(cast.decider).get(address(item), {"act": "approve", "adopt": "5"})
    form = next(one for one in page.context["forms"] if one["form"].spec.name == "approve")
    assert form["open"]
    assert form["form"]["opinion"].value() == "材料齐全，拟同意。"
    assert log_in(cast.decider).get(address(item), {"act": "approve", "adopt": "x"}).status_code == 200


@pytest.mark.parametrize("insert", ["adopt", "phrase"])
def test_a_text_is_put_in_without_a_script_and_nothing_typed_is_lost(cast: Cast, insert: str) -> None:
    item = proposed(cast)
    kept = keep_opinion("符合《办法》第三条。", by=cast.decider)
    said = {"act": "approve", "opinion": "已核对。", "conditions": "一条", "insert": insert, "phrase": str(kept.pk)}
    page = log_in(cast.decider).post(address(item), said)
    assert page.status_code == 200
    form = page.context["form"]
    put_in = "材料齐全，拟同意。" if insert == "adopt" else "符合《办法》第三条。"
    assert form["opinion"].value() == f"已核对。\n{put_in}"
    assert form["conditions"].value() == "一条"
    assert Application.objects.get(pk=item.application_id).status == S.AWAITING_DECISION


def test_another_persons_common_opinion_is_not_put_in(cast: Cast) -> None:
    item = proposed(cast)
    theirs = keep_opinion("别人的话。", by=cast.reviewer)
    page = log_in(cast.decider).post(
        address(item), {"act": "approve", "insert": "phrase", "phrase": str(theirs.pk), "opinion": "我的话。"}
    )
    assert page.context["form"]["opinion"].value() == "我的话。"


def test_a_head_keeps_opinions_for_everyone_of_the_agency(cast: Cast) -> None:
    city = Agency.objects.get(slug="bj-forestry")
    kept = keep_opinion("本局统一意见。", by=cast.head, agency=city)
    assert list(offered_to(cast.decider, [city.pk])) == [kept]
    assert "本局统一意见。" in log_in(cast.decider).get(reverse("opinion-list")).content.decode()
    assert drop_opinion(kept.pk, by=cast.decider) is None
    with pytest.raises(NotPermitted):
        keep_opinion("越权。", by=cast.decider, agency=city)
    assert drop_opinion(kept.pk, by=cast.head) == kept


def test_what_cannot_be_kept_is_told_at_the_field_and_stays(cast: Cast) -> None:
    desk = log_in(cast.decider)
    page = desk.post(reverse("opinion-list"), {"text": "长" * 1001, "whose": "mine"})
    assert page.status_code == 422
    assert "长" * 1001 in page.content.decode()
    assert desk.post(reverse("opinion-list"), {"text": "同意。", "whose": "mine"}).status_code == 302
    assert desk.post(reverse("opinion-list"), {"text": "同意。", "whose": "mine"}).status_code == 422
    with pytest.raises(BadFacts):
        keep_opinion(" ", by=cast.decider)
    with pytest.raises(NotPermitted):
        keep_opinion("同意。", by=cast.clerk)
    CommonOpinion.objects.bulk_create(CommonOpinion(person=cast.decider, text=str(n)) for n in range(MOST))
    with pytest.raises(WrongStatus):
        keep_opinion("再一条。", by=cast.decider)


def test_a_finding_and_its_row_lead_to_each_other(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED, plot(volume_intensity_pct="45"), plot(number="4"))
    page = log_in(cast.acceptor).get(address(cast.take(case))).content.decode()
    assert page.count('class="marked-row"') == 1
    assert 'id="row-12林班3小班"' in page
    assert 'href="#row-12林班3小班"' in page
    assert 'id="finding-t-vi2-12林班3小班"' in page
    assert 'href="#finding-t-vi2-12林班3小班"' in page


def test_what_is_said_of_several_rows_is_said_once_and_names_each(cast: Cast) -> None:
    """A design of fifty sub-compartments would else quote one clause fifty times."""
    case = cast.case_at(S.SUBMITTED, plot(zone="key"), plot(number="4", zone="key"))
    answer = log_in(cast.acceptor).get(address(cast.take(case)))
    page = answer.content.decode()
    listed = page.partition('id="findings"')[2].partition('id="found"')[0]
    assert listed.count("<strong>T-08</strong>") == 1
    for place in ("12林班3小班", "12林班4小班"):
        assert f'id="finding-t-08-{place}"' in listed
        assert f'href="#row-{place}"' in listed
    (said,) = [group for grade, group in answer.context["board"].groups if grade.code == "warn"]
    assert sum(one.rule == "T-08" for one in said) == 2, "each is a finding of its own"


def test_what_a_rule_says_of_each_row_stands_above_its_clause_which_is_quoted_once(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED, plot(volume_intensity_pct="45"), plot(number="4", volume_intensity_pct="46"))
    page = log_in(cast.acceptor).get(address(cast.take(case))).content.decode()
    listed = page.partition('id="findings"')[2].partition('id="found"')[0]
    said = [one for one in listed.split('<li class="finding">') if "<strong>T-VI2</strong>" in one]
    assert len(said) == 1
    assert said[0].count("<strong>T-VI2</strong>") == 2
    assert said[0].index("finding-t-vi2-12林班4小班") < said[0].index("<cite>")


def test_of_experts_what_they_concluded_is_told_and_adopted(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    perform(
        case.pk, "record_expert_review", by=item.owner, mandate=item.mandate, held_on=timezone.localdate().isoformat(),
        experts="李龘", conclusion="方案可行，应当分年实施。", reason="技术复杂",
    )  # fmt: skip
    opinion = log_in(item.owner).get(address(item)).context["opinions"][0]
    assert opinion.words == "方案可行，应当分年实施。"


@pytest.mark.django_db
def test_of_a_recorded_silence_it_is_told_which_agency_was_silent(begins_with_matrix: None) -> None:
    record = to_a_consulted("record_silence")()
    (one,) = opinions_of(entries_of(record.application, [record]))
    assert record.facts["office"]["agency"] in one.silent
    assert one.entry.agency not in one.silent
    page = render_to_string("workflows/_opinions.html", {"opinions": [one]})
    assert one.silent in page
