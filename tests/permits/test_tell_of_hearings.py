"""Hearings 听证: who is told of them, by which letter, on which page; and that one is not held after all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from permits.acts.hearings import to_chair
from permits.acts.perform import perform
from permits.documents.printing import paper_of
from permits.errors import BadFacts
from permits.models import ACTS, Submission
from permits.models.states import S
from roles.days import local_today
from roles.models import Person, Post
from roles.models.mandates import Duty
from tests.cast import NOW, Cast, fresh, log_in, make_person, text
from tests.permits.guards import unguarded_tables
from tests.permits.hearings import ANNOUNCED, HELD, PARTY, announced_on_request, decider, request_of
from tests.permits.life.cases import wrong
from workflows.people import deactivate
from workflows.views.performing import form_of, pool_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(cast: Cast) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


def test_everybody_told_of_the_day_is_told_by_letter_that_the_hearing_is_not_held(cast: Cast, clock: Any) -> None:
    """Also where the applicant gives up last: then no officer acts, and who announced it writes."""
    case, by = announced_on_request(cast, clock)
    gone = {"request": request_of(case), "statement": "书面撤回", "how": "withdrawn", "given_up_on": "2026-11-24"}
    perform(case.pk, "record_hearing_given_up", **by, **gone)
    assert not fresh(case).documents.filter(kind="hearing_off").exists(), "the applicant still waits for it"
    record = perform(case.pk, "give_up_hearing", by=cast.clerk, reason="已经协商一致。")
    letter = fresh(case).documents.get(kind="hearing_off")
    assert (letter.act, letter.agency) == (record, fresh(case).did("announce_hearing")[0].agency)
    paper = repr(paper_of(letter))
    assert f"{case.unit.name}、石塘路村" in paper
    assert "本机关原定于2026年12月4日在会议室" in paper
    assert "不再举行" in paper
    page = log_in(cast.clerk).get(reverse("case", args=[case.pk])).text
    assert letter.number in page
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="还是要求。")
    perform(case.pk, "give_up_hearing", by=cast.clerk, reason="不再要求。")
    assert fresh(case).documents.filter(kind="hearing_off").count() == 1, "what fell away before is told once"


def test_what_was_not_announced_or_is_held_all_the_same_is_told_off_by_no_letter(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="影响重大。")
    perform(case.pk, "give_up_hearing", by=cast.clerk, reason="不再要求。")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    perform(case.pk, "record_hearing_request", **by, party="申请人", received="2026-11-20")
    gone = {"request": request_of(case), "statement": "书面撤回", "how": "withdrawn", "given_up_on": "2026-11-20"}
    perform(case.pk, "record_hearing_given_up", **by, **gone)
    assert not fresh(case).documents.filter(kind="hearing_off").exists()


@pytest.mark.owner
def test_a_text_changed_in_the_database_takes_one_hearing_from_the_public_list_and_no_more(
    cast: Cast, clock: Any
) -> None:
    cases = [cast.case_at(S.AWAITING_DECISION), cast.walk_to(S.AWAITING_DECISION)]
    for case in cases:
        cast.do(case, "announce_hearing", **ANNOUNCED, held_on="2026-12-08", chair=cast.auditor)
    public = reverse("notice-list")
    with CaptureQueriesContext(connection) as queries:
        assert len(Client().get(public).context["hearings"]) == 2
    with unguarded_tables(["permits_submission"]):
        for body in ("{}", "no text of ours", '{"asked": {}}'):
            Submission.objects.filter(application=cases[0]).update(body=body)
            with CaptureQueriesContext(connection) as fewer:
                page = Client().get(public)
            assert (page.status_code, len(page.context["hearings"])) == (200, 1)
            assert len(fewer) <= len(queries), "one more hearing asks no more of the database"


def test_a_notice_of_another_day_says_which_one_holds_no_more(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    said = {**decider(cast, case), **ANNOUNCED, "chair": cast.auditor}
    first = perform(case.pk, "announce_hearing", **said, held_on="2026-12-01", at="09:30")
    second = perform(case.pk, "announce_hearing", **said, held_on="2026-12-02")
    told = "此前通知于2026年12月1日上午9时30分在会议室举行的听证，改按本通知举行。"
    assert [told in str(paper_of(one.documents.get())) for one in (first, second)] == [False, True]
    clock.shift(timedelta(days=14))
    held = {**decider(cast, case), **HELD, "chair": cast.auditor}
    perform(case.pk, "hold_hearing", **held, held_on="2026-12-02")
    third = perform(case.pk, "announce_hearing", **said, held_on="2026-12-25")
    assert "此前通知" not in str(paper_of(third.documents.get()))


def test_the_notice_of_the_right_names_the_applicant_and_papers_of_one_title_are_told_apart(
    cast: Cast, clock: Any
) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    own = perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    assert paper_of(own.documents.get()).addressee == case.unit.name  # type: ignore[union-attr]
    page = text(log_in(cast.clerk).get(reverse("case", args=[case.pk])))
    for name in (case.unit.name, PARTY["party"]):
        assert f" · {name} · " in page


def test_a_paper_that_is_being_made_has_its_name_in_the_list(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    told = perform(case.pk, "tell_hearing_right", **decider(cast, case), **PARTY)
    assert not told.documents.get().title
    page = text(log_in(cast.clerk).get(reverse("case", args=[case.pk])))
    assert f"{told.documents.get().number} {told.documents.get().label}" in page


def test_everybody_told_of_the_day_is_told_that_the_application_was_withdrawn_before_it(cast: Cast, clock: Any) -> None:
    """Who was told of the day would else come to a hearing that nobody holds, also one of the agency's own motion."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "notify_third_party", **by, **PARTY)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    record = perform(case.pk, "withdraw", by=cast.clerk, reason="计划有变。")
    letter = fresh(case).documents.get(kind="hearing_off")
    assert (letter.act, letter.agency) == (record, fresh(case).did("announce_hearing")[0].agency)
    paper = repr(paper_of(letter))
    assert f"{case.unit.name}、石塘路村" in paper
    assert "申请人已撤回该申请" in paper
    assert "要求听证" not in paper
    assert "仍可以陈述" not in paper
    page = log_in(cast.decider, english=True).get(reverse("case", args=[case.pk])).text
    assert "is not held: the application was withdrawn" in page
    assert f"The notice of it, {letter.number}, is to be handed to" in page
    own = log_in(cast.clerk, english=True).get(reverse("case", args=[case.pk])).text
    assert "is not held: the application was withdrawn" in own
    assert "is to be handed to" not in own
    clock.move_to("2026-12-07T09:00:00+08:00")
    page = log_in(cast.decider, english=True).get(reverse("case", args=[case.pk])).text
    assert "is not held: the application" not in page
    assert wrong() == []


def test_no_letter_tells_off_a_hearing_that_was_held_before_the_application_was_withdrawn(
    cast: Cast, clock: Any
) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    clock.move_to("2026-12-04T15:00:00+08:00")
    perform(case.pk, "hold_hearing", **by, **HELD, held_on="2026-12-04", chair=cast.auditor)
    perform(case.pk, "withdraw", by=cast.clerk, reason="计划有变。")
    assert not fresh(case).documents.filter(kind="hearing_off").exists()


def test_officers_are_told_of_parties_whom_the_notice_of_the_day_does_not_name(cast: Cast, clock: Any) -> None:
    """许可法 48(1)[1]: seven days before, applicant and parties are told of the day; who asked since was not."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    perform(case.pk, "record_hearing_request", **by, party=PARTY["party"], received="2026-11-20")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    task = reverse("task", args=[case.case.open_items[0].pk])
    desk = log_in(cast.decider, english=True)
    assert "does not name" not in desk.get(task).text
    perform(case.pk, "record_hearing_request", **by, party="西湾子村", received="2026-11-20")
    perform(case.pk, "record_hearing_request", **by, party="申请人", received="2026-11-20")
    page = desk.get(task).text
    assert "The notice of that day does not name: 西湾子村." in page
    assert "does not name" not in log_in(cast.clerk, english=True).get(reverse("case", args=[case.pk])).text
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    assert "does not name" not in desk.get(task).text


def test_officers_are_told_of_a_chair_who_cannot_look_at_the_case_and_gets_no_news(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    task = reverse("task", args=[case.case.open_items[0].pk])
    desk, told = log_in(cast.decider, english=True), "cannot look at this case here"
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    assert told not in desk.get(task).text, "an auditor looks at every case of the place"
    stranger = make_person("stranger-chair", "综合科孙")
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=stranger)
    assert told in desk.get(task).text


def test_a_chair_who_leaves_before_the_hearing_is_told_to_who_closes_the_account_and_to_who_announced_it(
    cast: Cast, clock: Any
) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    post = Post.objects.get(memberships__person=cast.decider)
    chair, other = (make_person(name, name, post) for name in ("leaves", "stays"))
    by, task = decider(cast, case), reverse("task", args=[case.case.open_items[0].pk])
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=chair)
    desk, told = log_in(cast.decider, english=True), "The chair, leaves, has left that agency since"
    assert told not in desk.get(task).text
    page = log_in(cast.head, english=True).get(reverse("person-close", args=[chair.pk])).text
    assert "was announced as the chair" in page
    assert f" · {case.number}</li>" in page
    page = log_in(cast.head, english=True).get(reverse("person-close", args=[other.pk])).text
    assert "announced as the chair" not in page
    deactivate(chair, by=cast.head, reason="退休")
    assert told in desk.get(task).text
    assert "cannot look at this case here" not in desk.get(task).text
    clock.move_to("2026-12-04T15:00:00+08:00")
    held = {**by, **HELD, "held_on": "2026-12-04"}
    perform(case.pk, "hold_hearing", **held, chair=other, other_chair="原主持人已退休。")
    assert to_chair(chair) == []


def test_a_hearing_that_another_agency_announced_is_recorded_under_the_chair_it_announced(
    cast: Cast, clock: Any
) -> None:
    """The form offered the recording agency's own people alone: who had presided was recorded as replaced."""
    case = cast.case_at(S.FIRST_REVIEW)
    chair = make_person("chair", "区局孙", Post.objects.get(memberships__person=cast.acceptor))
    told = {**ANNOUNCED, "chair": chair}
    first = cast.do(case, "announce_hearing", **told, held_on="2026-12-04")
    case = fresh(case)
    cast.do(case, "recommend", outcome="approve", opinion="同意。")
    clock.move_to("2026-12-04T15:00:00+08:00")
    case = fresh(case)
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    assert mandate.agency_id != first.agency_id
    assert chair in pool_of("hold_hearing", case, mandate).people.values()
    assert chair not in pool_of("announce_hearing", case, mandate).people.values()
    item = cast.take(case)
    desk, task = log_in(cast.reviewer, english=True), reverse("task", args=[item.pk])
    assert first.agency is not None
    assert f"Announced by {first.agency.name_en or first.agency.name}." in desk.get(task).text
    held = {"act": "hold_hearing", "held_on": "2026-12-04", "chair": chair.pk, "attending": "双方", "minutes": "一致。"}
    assert desk.post(task, held).status_code == 302
    assert "other_chair" not in fresh(case).did("hold_hearing")[0].facts


def test_a_notice_in_the_place_of_another_organs_says_whose_that_was(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    first = cast.do(case, "announce_hearing", **ANNOUNCED, chair=cast.auditor, held_on="2026-12-04")
    cast.do(case, "recommend", outcome="approve", opinion="同意。")
    second = cast.do(case, "announce_hearing", **ANNOUNCED, chair=cast.auditor, held_on="2026-12-07")
    told = f"{first.agency_name}此前通知于2026年12月4日在会议室举行的听证，改按本通知举行。"
    assert told in str(paper_of(second.documents.get()))


def test_officers_are_told_of_a_chair_who_may_not_preside_any_more(cast: Cast, clock: Any) -> None:
    """It was told once the hearing had been held, and its record was refused."""
    case = cast.case_at(S.AWAITING_DECISION)
    by, task = decider(cast, case), reverse("task", args=[case.case.open_items[0].pk])
    chair = make_person("chair", "综合科孙", Post.objects.get(memberships__person=cast.decider))
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=chair)
    desk, told = log_in(cast.decider, english=True), "综合科孙 was announced as the chair. Barred from this case"
    assert told not in desk.get(task).text
    perform(case.pk, "bar_person", by=cast.head, mandate=by["mandate"], person=chair, reason="近亲属")
    assert told in desk.get(task).text
    assert told not in log_in(cast.clerk, english=True).get(reverse("case", args=[case.pk])).text


def test_what_the_agency_announces_by_itself_is_told_to_the_public_until_it_is_over(cast: Cast, clock: Any) -> None:
    """许可法 46: where nobody asked, it is announced to the public; of one on request the parties are told (48)."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    at = ANNOUNCED | {"at": "09:30", "subject": f"{case.unit.representative}的抚育作业（13812345678）"}
    record = perform(case.pk, "announce_hearing", **by, **at, held_on="2026-12-04", chair=cast.auditor)
    paper = repr(paper_of(record.documents.get()))
    assert "本机关依职权" in paper
    assert "视为放弃听证" not in paper
    public = reverse("notice-list")
    page = Client().get(public).text
    for told in ("举行听证的公告", "2026年12月4日", "09:30", "会议室", case.unit.name):
        assert told in page, told
    assert "13812345678" not in page
    clock.move_to("2026-12-05T09:00:00+08:00")
    assert "举行听证的公告" not in Client().get(public).text


def test_a_hearing_that_touches_a_secret_is_not_held_openly_and_its_notice_says_so(cast: Cast, clock: Any) -> None:
    """许可法 5: the notice told of an open hearing whatever the case touched."""
    case, public = cast.case_at(S.AWAITING_DECISION), reverse("notice-list")
    said = {**decider(cast, case), **ANNOUNCED, "held_on": "2026-12-04", "chair": cast.auditor}
    for closed, told in (("trade_secret", "商业秘密"), ("privacy", "个人隐私"), ("state_secret", "国家秘密")):
        record = perform(case.pk, "announce_hearing", **said, closed=closed)
        paper = str(paper_of(record.documents.get()))
        assert f"因该事项涉及{told}，听证不公开举行。" in paper
        assert "听证公开举行" not in paper
        listed = Client().get(public).text
        assert ("不公开举行" in listed, case.unit.name in listed) == (closed != "state_secret",) * 2
    assert "It is not held openly" in log_in(cast.clerk, english=True).get(reverse("case", args=[case.pk])).text
    record = perform(case.pk, "announce_hearing", **said)
    assert "听证公开举行" in str(paper_of(record.documents.get()))


def test_a_hearing_is_announced_for_a_day_within_a_year(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    said = {**decider(cast, case), **ANNOUNCED, "chair": cast.auditor}
    with pytest.raises(BadFacts) as bad:
        perform(case.pk, "announce_hearing", **said, held_on="2036-12-04")
    assert set(bad.value.errors) == {"held_on"}
    perform(case.pk, "announce_hearing", **said, held_on="2027-03-04")


def test_a_hearing_on_request_and_one_of_a_case_that_ended_are_told_to_no_public(cast: Cast, clock: Any) -> None:
    case, _by = announced_on_request(cast, clock)
    paper = repr(paper_of(case.documents.get(kind="hearing_notice")))
    assert "视为放弃听证" in paper
    assert "依职权" not in paper
    assert "举行听证的公告" not in Client().get(reverse("notice-list")).text
    other = cast.case_at(S.FIRST_REVIEW)
    cast.do(other, "announce_hearing", **ANNOUNCED, held_on="2026-12-08", chair=cast.auditor)
    assert "举行听证的公告" in Client().get(reverse("notice-list")).text
    perform(other.pk, "withdraw", by=cast.clerk, reason="计划有变。")
    assert "举行听证的公告" not in Client().get(reverse("notice-list")).text


def test_who_reviews_and_decides_is_told_of_whom_nobody_told_of_the_right(cast: Cast, clock: Any) -> None:
    """许可法 47(1): where grave interests of others are touched, they and the applicant are told before a decision."""
    case = cast.case_at(S.AWAITING_DECISION)
    by, desk = decider(cast, case), log_in(cast.decider, english=True)
    task = reverse("task", args=[case.case.open_items[0].pk])
    told = "Not told of the right to a hearing"
    assert told not in desk.get(task).text
    perform(case.pk, "notify_third_party", **by, **PARTY)
    assert f"{told}: {case.unit.name}, 石塘路村." in desk.get(task).text
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    assert f"{told}: {case.unit.name}." in desk.get(task).text
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    assert told not in desk.get(task).text


def test_whom_the_notice_of_a_hearing_goes_to_need_not_be_told_of_the_right(cast: Cast, clock: Any) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "notify_third_party", **by, **PARTY)
    perform(case.pk, "announce_hearing", **by, **ANNOUNCED, held_on="2026-12-04", chair=cast.auditor)
    task = reverse("task", args=[case.case.open_items[0].pk])
    assert "Not told of the right" not in log_in(cast.decider, english=True).get(task).text


def test_only_who_may_chair_is_offered_as_the_chair_and_only_who_may_inspect_as_an_inspector(
    cast: Cast, clock: Any
) -> None:
    """许可法 48(1)[3]: the list offered who had examined the case, whom the door then refused."""
    case = cast.case_at(S.FINAL_REVIEW)
    mandate = cast.mandate(case, Duty.FINAL_REVIEW)
    post = Post.objects.get(memberships__person=cast.reviewer)
    inspector, aside, free = (make_person(name, name, post) for name in ("inspector", "aside", "free"))
    by = {"mandate": mandate, "place": "现场", "result": "一致。", "checked_on": local_today()}
    perform(case.pk, "record_site_check", by=cast.reviewer, **by,
            inspectors=[{"person": cast.reviewer}, {"person": inspector}])  # fmt: skip
    perform(case.pk, "bar_person", by=cast.head, mandate=mandate, person=aside, reason="近亲属")

    def offered(act: str) -> set[Person]:
        return set(pool_of(act, fresh(case), mandate).people.values()) & {cast.reviewer, inspector, aside, free}

    for act in ("announce_hearing", "hold_hearing"):
        assert offered(act) == {free}, act
    assert offered("record_site_check") == {cast.reviewer, inspector, free}
    assert offered("bar_person") == {cast.reviewer, inspector, aside, free}
    for chair in (cast.reviewer, inspector, aside):
        with pytest.raises(BadFacts):
            perform(case.pk, "announce_hearing", by=cast.reviewer, mandate=mandate, **ANNOUNCED, held_on="2026-12-08",
                    chair=chair)  # fmt: skip


def test_the_form_that_records_a_request_tells_until_when_it_is_in_time(cast: Cast, clock: Any) -> None:
    """许可法 47(1): who asked later was told nowhere to be late, and a hearing was then owed."""
    case = cast.case_at(S.AWAITING_DECISION)
    by = decider(cast, case)
    perform(case.pk, "tell_hearing_right", **by, **PARTY)
    clock.move_to("2026-11-23T09:00:00+08:00")
    perform(case.pk, "tell_hearing_right", **by, **PARTY | {"party": "申请人"})
    form = form_of(ACTS["record_hearing_request"], fresh(case), by["mandate"])
    told = str(form.fields["received"].help_text)
    assert f"石塘路村 2026年11月27日，{case.unit.name} 2026年11月30日" in told.replace("、", "，")
    assert "逾期" in told
