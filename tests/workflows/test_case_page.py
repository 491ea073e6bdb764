"""The page of a case: who sees what, whose turn it is, the record and its proof, and acts beside any work item."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from permits.acts.progress import query_code
from permits.drafts import scanner
from permits.models import ACTS, Act, Application, Document, Submission
from permits.models.machine import outcomes
from permits.models.states import S
from roles.appointments import appoint
from roles.models import Agency, Membership, OperatingUnit, Person, Post
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, markup, pdf, text
from tests.permits.documents.reading import text_of
from tests.permits.guards import unguarded_tables

EVERYONE = (
    "clerk", "rival", "acceptor", "second_acceptor", "district_reviewer", "reviewer", "decider", "head",
        "district_head",
    "auditor", "colleague", "stranger",
)  # fmt: skip
UNSEEN = {"rival", "stranger"}


# --- who sees it ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("person", EVERYONE)
@pytest.mark.parametrize("status", [S.DRAFT, S.SUBMITTED, S.APPROVED])
def test_who_sees_a_case_and_its_record(cast: Cast, person: str, status: str) -> None:
    case = cast.case_at(status)
    seen = person == "clerk" if status == S.DRAFT else person not in UNSEEN
    client = log_in(getattr(cast, person))
    for address in (f"/cases/{case.pk}/", f"/cases/{case.pk}/record.json"):
        assert client.get(address).status_code == (200 if seen else 404), address


def test_a_visitor_logs_in_first(cast: Cast, client: Any) -> None:
    case = cast.case_at(S.SUBMITTED)
    for address in (f"/cases/{case.pk}/", f"/cases/{case.pk}/record.json", f"/cases/{case.pk}/acts/withdraw/"):
        assert client.get(address).url == f"/login/?next={address}"


def test_a_mandate_for_another_kind_in_the_same_place_shows_nothing(cast: Cast) -> None:
    from roles.appointments import grant
    from roles.models import Mandate
    from tests.cast import make_person, make_post

    case = cast.case_at(S.SUBMITTED)
    other = Mandate.objects.filter(kind="occupation", duty="accept", jurisdiction="110118").first()
    assert other is not None
    post = make_post("occupation", agency=other.agency)
    grant(post, other)
    assert log_in(make_person("elsewhere", "沈占用", post)).get(f"/cases/{case.pk}/").status_code == 404


# --- what it shows ----------------------------------------------------------------------------------------------------
def test_the_page_says_what_comes_next_and_whose_turn_it_is(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    page = text(log_in(cast.auditor, english=True).get(f"/cases/{case.pk}/"))
    assert re.search(r"First review · [^·]*Miyun[^·]* · nobody has taken it yet", page)
    cast.take(case)
    assert f"held by {cast.district_reviewer}" in text(log_in(cast.auditor, english=True).get(f"/cases/{case.pk}/"))


def test_the_timeline_tells_who_acted_in_what_capacity_under_which_clause(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    page = text(log_in(cast.auditor, english=True).get(f"/cases/{case.pk}/"))
    for words in (
        "孙初审",
        "区初审岗",
        "建议同意",
        "L27",
        "经市园林绿化主管部门审查批准后实施",
        "Final review",
        "Decision",
    ):
        assert words in page
    for act in case.acts.all():
        assert act.hash in page
    assert "Findings at that time" in page
    assert "Record whole: 6 acts" in page


def test_names_stay_as_they_were_when_the_act_was_done(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    cast.acceptor.name = "钱改名"
    cast.acceptor.save(update_fields=["name"])
    page = text(log_in(cast.auditor).get(f"/cases/{case.pk}/"))
    assert "钱受理" in page
    assert "钱改名" not in page


def test_an_english_reader_reads_the_english_name_of_an_agency_that_is_called_so_still(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    record, agency = f"/cases/{case.pk}/", case.acts.get(act="accept").agency
    Agency.objects.filter(pk=agency.pk).update(name_en="Forestry of Miyun")
    page = text(log_in(cast.auditor, english=True).get(record))
    assert f"钱受理 · {agency.name}" not in page
    assert page.count("Forestry of Miyun") >= 2  # in the record and beside the opinions
    Agency.objects.filter(pk=agency.pk).update(name="密云区新局")
    assert f"钱受理 · {agency.name}" in text(log_in(cast.auditor, english=True).get(record))


def test_a_broken_record_is_told_on_the_page(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    Application.objects.filter(pk=case.pk).update(status=S.APPROVED)
    page = text(log_in(cast.auditor, english=True).get(f"/cases/{case.pk}/"))
    assert "The record is not whole:" in page
    assert "its last act left it submitted" in page


def test_the_holder_goes_from_the_case_to_the_work(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    link = f'href="/tasks/{item.pk}/"'
    assert link in log_in(cast.acceptor).get(f"/cases/{case.pk}/").content.decode()
    for person in (cast.auditor, cast.clerk, cast.colleague):
        assert link not in log_in(person).get(f"/cases/{case.pk}/").content.decode()


def test_a_correction_list_names_its_places_in_words(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    page = text(log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/"))
    assert "The design — 编制单位名称与公章不一致" in page


def test_the_unit_reads_what_to_correct_above_everything_else(cast: Cast) -> None:
    """It stood in the last act of the record alone, at the end of a long page."""
    case = cast.case_at(S.CORRECTING)
    page = log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/").text
    asked = page[page.index("asked-corrections") : page.index('id="next"')]
    assert f"/{case.pk}/" in asked.partition('href="')[2].partition('"')[0]
    assert "编制单位名称与公章不一致" in asked
    assert "asked-corrections" not in log_in(cast.acceptor, english=True).get(f"/cases/{case.pk}/").text


def test_the_page_costs_the_same_with_more_acts(cast: Cast) -> None:
    from permits.acts.perform import perform

    case = cast.case_at(S.SUBMITTED)
    client, counts = log_in(cast.auditor), []
    for rounds in (1, 4):
        for _round in range(rounds):
            item = cast.take(case)
            perform(case.pk, "release", by=cast.acceptor, mandate=item.mandate, item=item.pk)
        client.get(f"/cases/{case.pk}/")  # reference data are read by the first look of a process
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/cases/{case.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


# --- the record to take away ------------------------------------------------------------------------------------------
def test_a_stranger_can_check_the_record_without_this_system(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    record = json.loads(log_in(cast.auditor).get(f"/cases/{case.pk}/record.json").content)
    previous = record["genesis"]
    assert [act["seq"] for act in record["acts"]] == list(range(1, 7))
    for act in record["acts"]:
        body = json.loads(act["body"])
        assert hashlib.sha256(act["body"].encode()).hexdigest() == act["hash"]
        assert body["previous"] == previous
        if "submission" in act:
            assert hashlib.sha256(act["submission"].encode()).hexdigest() == body["submission"]
        previous = act["hash"]
    assert sum("submission" in act for act in record["acts"]) == 1


# --- acts beside any work item ----------------------------------------------------------------------------------------
def test_the_unit_withdraws_after_being_asked_once_more(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    client, address = log_in(cast.clerk, english=True), f"/cases/{case.pk}/acts/withdraw/"
    assert f'href="{address}"' in client.get(f"/cases/{case.pk}/").content.decode()
    review = client.post(address, {"reason": "计划取消"})
    assert "cannot be taken back" in text(review)
    assert Application.objects.get(pk=case.pk).status == S.FIRST_REVIEW
    client.post(address, {"reason": "计划取消", "confirmed": "1"})
    assert Application.objects.get(pk=case.pk).status == S.WITHDRAWN
    again = client.post(address, {"reason": "计划取消", "confirmed": "1"})
    assert again.status_code == 409
    assert Act.objects.filter(act="withdraw").count() == 1


@pytest.mark.parametrize(
    ("person", "expected"), [("acceptor", 403), ("auditor", 403), ("head", 403), ("stranger", 404), ("rival", 404)]
)
def test_nobody_else_withdraws(cast: Cast, person: str, expected: int) -> None:
    case = cast.case_at(S.SUBMITTED)
    client = log_in(getattr(cast, person))
    assert client.post(f"/cases/{case.pk}/acts/withdraw/", {"confirmed": "1"}).status_code == expected
    assert Application.objects.get(pk=case.pk).status == S.SUBMITTED


def test_a_decided_case_is_not_withdrawn(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    assert log_in(cast.clerk).get(f"/cases/{case.pk}/acts/withdraw/").status_code == 409


@pytest.mark.parametrize("name", ["accept", "approve", "deem_accepted", "recompute_deadline", "nonsense", "claim"])
def test_acts_of_a_work_item_or_of_the_clock_have_no_page_beside_it(cast: Cast, name: str) -> None:
    case = cast.case_at(S.SUBMITTED)
    for person in (cast.acceptor, cast.clerk, cast.head):
        assert log_in(person).post(f"/cases/{case.pk}/acts/{name}/", {"confirmed": "1"}).status_code in (403, 409)
    assert case.acts.count() == 2


def test_agency_and_post_of_an_act_are_told_in_the_readers_language_and_as_they_were_called_then(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    post = case.acts.get(act="accept").post
    assert post is not None
    desk, then = log_in(cast.auditor), post.name
    desk.cookies["django_language"] = "en"
    Post.objects.filter(pk=post.pk).update(name_en="Window of acceptance")
    assert "Window of acceptance" in desk.get(f"/cases/{case.pk}/").content.decode()
    Post.objects.filter(pk=post.pk).update(name="综合窗口")
    page = desk.get(f"/cases/{case.pk}/").content.decode()
    assert "Window of acceptance" not in page
    assert then in page


def test_the_period_of_a_step_begins_its_line_with_a_capital(cast: Cast) -> None:
    desk = log_in(cast.clerk)
    desk.cookies["django_language"] = "en"
    page = desk.get(f"/cases/{cast.case_at(S.FIRST_REVIEW).pk}/").content.decode()
    assert '<p class="mb-0">First review: ' in markup(page)


def test_an_officer_recuses_and_is_kept_from_the_case_afterwards(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    item = cast.open_item(case)
    assert item is not None
    client = log_in(cast.acceptor, english=True)
    assert "Nothing takes this back." in text(client.get(f"/cases/{case.pk}/acts/recuse/"))
    client.post(f"/cases/{case.pk}/acts/recuse/", {"reason": "与申请人有亲属关系"})
    page = text(client.get(f"/tasks/{item.pk}/"))
    assert "You may not work on this. You are barred from this case." in page
    client.post(f"/tasks/{item.pk}/claim/")
    assert type(item).objects.get(pk=item.pk).owner is None


def test_the_head_extends_the_period_and_the_officer_does_not(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    address = f"/cases/{case.pk}/acts/extend_period/"
    assert log_in(cast.reviewer).get(address).status_code == 403
    before = log_in(cast.head, english=True).get(f"/cases/{case.pk}/")
    assert "20 working days" in text(before)
    bad = log_in(cast.head).post(address, {"working_days": "30", "reason": "案情复杂"})
    assert set(bad.context["form"].errors) == {"working_days"}
    assert log_in(cast.head).post(address, {"working_days": "10", "reason": "案情复杂"}).status_code == 302
    assert "30 working days" in text(log_in(cast.head, english=True).get(f"/cases/{case.pk}/"))


def test_delivery_is_recorded_after_the_decision(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    facts = {"delivered_on": "2026-11-20", "manner": "直接送达", "receiver": "吴经办"}
    assert log_in(cast.decider).post(f"/cases/{case.pk}/acts/record_delivery/", facts).status_code == 302
    assert case.acts.filter(act="record_delivery").exists()
    told = log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/").text
    assert "Delivered on" in told[told.index('id="next"') :].split("</section>")[0]


def test_the_proof_of_delivery_is_printed_before_it_and_takes_no_number(cast: Cast) -> None:
    case, papers = cast.case_at(S.APPROVED), Document.objects.count()
    page = f"/cases/{case.pk}/delivery-form.pdf"
    assert page in log_in(cast.decider).get(f"/cases/{case.pk}/acts/record_delivery/").content.decode()
    form = log_in(cast.decider).get(page)
    read = text_of(form.content)
    assert all(paper.number in read for paper in case.documents.filter(act__act="approve"))
    assert "送达回证" in read
    assert Document.objects.count() == papers
    assert log_in(cast.clerk).get(page).status_code == 403
    facts = {"delivered_on": "2026-11-20", "manner": "直接送达", "receiver": "吴经办", "receipt": pdf(more="回证")}
    assert log_in(cast.decider).post(f"/cases/{case.pk}/acts/record_delivery/", facts).status_code == 302
    record = case.acts.get(act="record_delivery")
    assert record.facts["receipt"]["sha256"]
    assert not record.documents.exists()


def test_who_records_a_delivery_is_told_what_to_say_where_nobody_signed(cast: Cast) -> None:
    page = log_in(cast.decider).get(f"/cases/{cast.case_at(S.APPROVED).pk}/acts/record_delivery/").content.decode()
    for told in ("如直接送达、邮寄送达、留置送达、公告送达。", "写明拒收情况和见证人", "公告期满、视为送达之日"):
        assert told in page


def test_a_file_is_scanned_before_the_case_is_locked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow scanner holds up who attaches, and nobody else in the case."""
    case, outside = cast.case_at(S.APPROVED), len(connection.atomic_blocks)
    within: list[int] = []
    monkeypatch.setattr(scanner, "scan", lambda file: within.append(len(connection.atomic_blocks)))
    facts = {"delivered_on": "2026-11-20", "manner": "直接送达", "receiver": "吴经办", "receipt": pdf(more="回证")}
    assert log_in(cast.decider).post(f"/cases/{case.pk}/acts/record_delivery/", facts).status_code == 302
    assert case.acts.get(act="record_delivery").facts["receipt"]["sha256"]
    assert within == [outside]


def test_the_papers_of_an_act_beside_an_item_are_looked_at_first(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    address, said = f"/cases/{case.pk}/acts/extend_period/", {"working_days": "10", "reason": "案情复杂"}
    looked = log_in(cast.head).post(address, said | {"preview": "1"})
    assert "延长办理期限通知书" in text_of(looked.content)
    assert not case.acts.filter(act="extend_period").exists()
    bare = log_in(cast.clerk).post(f"/cases/{case.pk}/acts/withdraw/", {"reason": "计划有变", "preview": "1"})
    assert bare.status_code == 409  # it has no paper, and nothing is performed instead
    assert not case.acts.filter(act="withdraw").exists()


# --- what the applicant is told, and when -----------------------------------------------------------------------------
@pytest.mark.parametrize("person", ["clerk", "reviewer", "auditor", "both"])
@pytest.mark.parametrize("status", [S.AWAITING_DECISION, S.APPROVED])
def test_opinions_between_agencies_are_told_to_the_applicant_with_the_decision(
    cast: Cast, person: str, status: S
) -> None:
    case = cast.case_at(status)
    if person == "both":  # who stands on both sides is told what the applicant is told
        appoint(cast.reviewer, Post.objects.get(unit=cast.farm))
    reader = log_in(getattr(cast, "reviewer" if person == "both" else person), english=True)
    told = person in ("reviewer", "auditor") or status == S.APPROVED
    page, record = text(reader.get(f"/cases/{case.pk}/")), reader.get(f"/cases/{case.pk}/record.json")
    for opinion in ("经现场核查，设计与实地一致，建议同意。", "材料齐全，符合规定，拟同意。"):
        assert (opinion in page) == told
        assert (opinion in record.content.decode()) == told
    assert ("孙初审" in page) == told
    assert "钱受理" in page  # a milestone, with its name
    assert ("is told with the decision" in page) != told


def test_the_chain_holds_across_what_is_withheld(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    previous = "0" * 64
    acts = log_in(cast.clerk).get(f"/cases/{case.pk}/record.json").json()["acts"]
    for act in acts:
        if "body" in act:
            assert hashlib.sha256(act["body"].encode()).hexdigest() == act["hash"]
            assert json.loads(act["body"])["previous"] == previous
        previous = act["hash"]
    hidden = case.acts.filter(act__in=["claim", "recommend", "propose"]).order_by("seq")
    assert [act["seq"] for act in acts if act.get("withheld")] == [act.seq for act in hidden]


def test_who_is_turned_away_reads_why_at_once(cast: Cast) -> None:
    case = cast.case_at(S.NOT_ACCEPTED)
    page = log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/").text
    reason = case.did("refuse_acceptance")[-1].facts["reason"]
    assert reason in page[page.index('id="next"') :].split("</section>")[0]


# --- a unit for which nobody is left ----------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [S.CORRECTING, S.FINAL_REVIEW, S.APPROVED])
@pytest.mark.parametrize("gone", ["term", "account"])
def test_officers_are_told_that_nobody_can_act_for_the_unit_any_more(cast: Cast, status: str, gone: str) -> None:
    """On the page of the case while it runs, on that of the permit once it is granted; and what is left to do then."""
    case, told = cast.case_at(status), "Nobody can act for this unit here"
    page = f"/permits/{case.pk}/" if status == S.APPROVED else f"/cases/{case.pk}/"
    desks = [log_in(person, english=True) for person in (cast.acceptor, cast.head, cast.auditor)]
    assert not [desk for desk in desks if told in desk.get(page).text]
    if gone == "term":
        yesterday = timezone.localdate() - timedelta(days=1)
        Membership.objects.filter(person=cast.clerk).update(since=yesterday, until=yesterday)
    else:
        Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    left = {S.CORRECTING: "whoever winds it up", S.FINAL_REVIEW: "the decision refuses", S.APPROVED: "art 70(3)"}
    for desk in desks:
        read = desk.get(page).text
        assert told in read
        assert left[S(status)] in read


@pytest.mark.parametrize("status", [S.CORRECTING, S.FINAL_REVIEW, S.APPROVED])
def test_of_a_person_nobody_is_told_to_find_out_whether_it_was_dissolved(cast: Cast, status: str) -> None:
    """A person or household is neither dissolved nor wound up: it is 许可法 70(2) that speaks of who died."""
    case = cast.case_at(status)
    OperatingUnit.objects.filter(pk=case.unit_id).update(kind=OperatingUnit.Kind.PERSON)
    Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    page = f"/permits/{case.pk}/" if status == S.APPROVED else f"/cases/{case.pk}/"
    read = log_in(cast.head, english=True).get(page).text
    assert "whether the person still lives" in read
    assert ("art 70(2)" in read) == (status == S.APPROVED)
    for wrong in ("whether it still exists", "art 70(3)); what", "winds it up", "Where it does not"):
        assert wrong not in read, wrong


# --- what is said of it after acceptance ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "told"),
    [(S.SUBMITTED, False), (S.FIRST_REVIEW, True), (S.AWAITING_DECISION, True), (S.APPROVED, False)],
)
def test_the_applicant_reads_how_a_statement_is_still_made(cast: Cast, status: str, told: bool) -> None:
    case, words = cast.case_at(status), "you can make a statement on it"
    assert (words in text(log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/"))) is told
    assert words not in text(log_in(cast.auditor, english=True).get(f"/cases/{case.pk}/")), "nobody else states"


def test_a_statement_is_recorded_with_what_was_handed_in_and_its_applicant_reads_both(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    task, desk = f"/tasks/{cast.take(case).pk}/", log_in(cast.decider)
    key = re.search(r'name="once" value="([0-9a-f-]{36})"', desk.get(task).text)
    assert key
    said = {"party": "申请人", "statement": "补充作业道走向。", "document": pdf("作业道.pdf", "走向")}
    assert desk.post(task, {"act": "record_statement", "once": key[1]} | said).status_code == 302
    record = Application.objects.get(pk=case.pk).did("record_statement")[-1]
    assert record.facts["document"]["name"] == "作业道.pdf"
    seen = log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/").text
    assert "补充作业道走向。" in seen
    assert "作业道.pdf" in seen


@pytest.mark.parametrize(("act", "said"), [("withdraw", "计划有变，不再实施。"), ("recuse", "与申请人有利害关系。")])
def test_an_act_that_comes_too_late_gives_back_what_was_typed(cast: Cast, act: str, said: str) -> None:
    """Decided in another window meanwhile: the words are there to be copied."""
    case = cast.case_at(S.AWAITING_DECISION)
    place = f"/cases/{case.pk}/acts/{act}/"
    desk = log_in(cast.clerk if act == "withdraw" else cast.reviewer, english=True)
    assert desk.get(place).status_code == 200
    cast.do(case, "refuse")
    late = desk.post(place, {"reason": said})
    assert late.status_code == 409
    assert said in text(late)
    assert "is not possible" in text(late)


@pytest.mark.parametrize("status", [S.DRAFT, S.SUBMITTED, S.CORRECTING, S.REFUSED, S.WITHDRAWN])
def test_every_act_that_is_not_possible_is_told_so_whoever_sends_it(cast: Cast, status: str) -> None:
    case, desks = cast.case_at(status), [log_in(cast.clerk), log_in(cast.head)]
    impossible = [act for act in ACTS if not outcomes(Application, act, status)]
    for desk in desks[: 1 if status == S.DRAFT else 2]:
        told = {act: desk.post(f"/cases/{case.pk}/acts/{act}/", {"reason": "迟了。"}).status_code for act in impossible}
        assert {act: code for act, code in told.items() if code != 409} == {}


def test_the_receipt_of_what_was_corrected_is_told_apart_from_the_first_by_its_day(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    cast.do(case, "resubmit")
    listed = text(log_in(cast.clerk).get(f"/cases/{case.pk}/"))
    with override("zh-hans"):
        today = date_format(timezone.localdate())
    assert listed.count("申请材料收件凭证 · ") == 2
    assert listed.count(f"申请材料收件凭证 · {today} · ") == 1


def test_who_withdraws_reads_that_the_case_ends_for_good(cast: Cast) -> None:
    for status, ends in ((S.FIRST_REVIEW, True), (S.DRAFT, False)):
        page = log_in(cast.clerk).get(f"/cases/{cast.case_at(status).pk}/acts/withdraw/").text
        assert ("不能恢复" in page) is ends


# --- what the applicant's own people find again -----------------------------------------------------------------------
def test_the_query_code_is_found_again_by_the_applicants_own_people_alone(cast: Cast) -> None:
    """It stood on the page after handing in, and on no other."""
    case = cast.case_at(S.FIRST_REVIEW)
    code = query_code(case)
    assert code in text(log_in(cast.clerk).get(f"/cases/{case.pk}/"))
    for other in (cast.acceptor, cast.auditor):
        assert code not in text(log_in(other).get(f"/cases/{case.pk}/"))
    draft = cast.case_at(S.DRAFT)
    assert "查询码" not in text(log_in(cast.clerk).get(f"/cases/{draft.pk}/"))


def test_what_a_head_orders_is_told_as_the_heads_on_the_form_and_in_the_record(cast: Cast) -> None:
    """Of a head who barred a reviewer the record told the duty of acceptance, whose mandate led there."""
    case = cast.case_at(S.FIRST_REVIEW)
    desk, place = log_in(cast.district_head), f"/cases/{case.pk}/acts/bar_person/"
    agency = cast.mandate(case, Duty.ACCEPT).agency
    assert f"{agency} · 机关负责人" in text(desk.get(place))
    desk.post(place, {"person": cast.district_reviewer.pk, "reason": "近亲属", "once": str(uuid4())})
    told = text(desk.get(f"/cases/{case.pk}/"))
    assert "机关负责人 · 记录" in told[told.index("决定人员回避") :]


@pytest.mark.owner
@pytest.mark.parametrize("body", ["{}", "[]", "no text of ours", '{"asked": {}}', '{"asked": {"plots": []}}'])
def test_a_text_that_somebody_changed_breaks_no_page_and_is_named(cast: Cast, body: str) -> None:
    """Each of these was an error of the server's on the page that tells what is wrong with the record."""
    case = cast.case_at(S.SUBMITTED)
    item = cast.take(case)
    with unguarded_tables(["permits_submission"]):
        Submission.objects.filter(application=case).update(body=body)
        for person in (cast.clerk, cast.acceptor, cast.auditor):
            page = text(log_in(person).get(f"/cases/{case.pk}/"))
            assert "记录不完整" in page
            assert "已在系统以外被改动，无法读取" in page
        desk = log_in(cast.acceptor)
        assert desk.get(f"/tasks/{item.pk}/").status_code == 200
        assert desk.get(f"/drafts/{case.pk}/rows/export.xlsx").status_code == 409


def test_an_act_without_words_is_confirmed_and_says_that_nothing_was_filled_in(cast: Cast) -> None:
    """A heading with nothing below it would look as if something were missing."""
    client, case = log_in(cast.clerk), cast.case_at(S.SUBMITTED)
    place = f"/cases/{case.pk}/acts/withdraw/"
    assert "未填写任何内容，本项办理也没有必填内容。" in client.post(place, {"reason": ""}).text
    assert "未填写任何内容" not in client.post(place, {"reason": "不再实施"}).text
