"""An audit engagement: the whole way by its pages as three people, what is refused, and who sees what."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from permits.access import audited_by_each, audited_places
from permits.errors import BadFacts, NotPermitted, PermitError, WrongStatus
from permits.models import Act
from roles.appointments import appoint, dismiss, grant
from roles.delegations import delegate
from roles.models import Agency, Jurisdiction, Mandate, Membership, Person, Post
from roles.models.mandates import Duty
from roles.models.security import SecurityEvent, What
from tests.cast import PDF, Cast, log_in, make_person, make_post
from tests.permits.documents.reading import text_of
from tests.workflows.engaged import CLAUSE, SINCE, UNTIL, Engaged
from workflows.desk.decisions import DECIDING
from workflows.engagements.acts import conclude, draw_sample, write_note
from workflows.engagements.answers import answer, name_answerer, report_rectified
from workflows.engagements.findings import accept, close, send_back, send_finding
from workflows.engagements.forms import JoinForm, OpenForm
from workflows.engagements.opening import join, leave
from workflows.engagements.record import Recorded
from workflows.engagements.standing import Standing, State
from workflows.models import Engagement, EngagementEntry, EngagementFile, Entry


@pytest.fixture
def engaged(cast: Cast) -> Engaged:
    return Engaged.with_cases(cast)


def sent(client: Client, place: str, **said: Any) -> Any:
    """A form sent that was taken."""
    answered = client.post(place, {"once": str(uuid4()), **said})
    assert answered.status_code == 302, answered.context["form"].errors
    return answered


# ---- the whole way ---------------------------------------------------------------------------------------------------
def test_the_whole_way_by_its_pages_as_three_people(engaged: Engaged) -> None:
    cast, acts = engaged.cast, Act.objects.count()
    first, second, head = log_in(cast.auditor), log_in(engaged.colleague), log_in(cast.head)
    answered = sent(
        first, "/desk/engagements/new/", title="天然林审批审计", ground="年度计划", agency=engaged.bureau.pk,
        since=SINCE, until=UNTIL, members=[engaged.colleague.pk],
    )  # fmt: skip
    engagement = Engagement.objects.get()
    page = f"/desk/engagements/{engagement.pk}/"
    assert answered.url == page
    sent(first, page + "draw/", wanted=3, strata="outcome")
    cases = engaged.sample(engagement)
    assert len(cases) == 3

    sent(second, f"{page}cases/{cases[0]}/", act="note", text="缺伐区设计，已核对原件。")
    sent(second, f"{page}cases/{cases[0]}/", act="conclude", verdict="finding", clause=CLAUSE, text="缺伐区设计")
    sent(second, f"{page}cases/{cases[1]}/", act="conclude", verdict="ok")
    sent(first, f"{page}cases/{cases[2]}/", act="conclude", verdict="not_judged", text="材料已移交")
    sent(first, page + "finding/", agency=engaged.bureau.pk, cases=[cases[0]], text="未附设计即予批准。", clause=CLAUSE,
         grade="grave", due=engaged.soon())  # fmt: skip
    finding = EngagementEntry.objects.get(entry=Entry.FINDING)

    assert "/audit-findings/" in head.get("/").content.decode()
    theirs = f"/audit-findings/{finding.pk}/"
    paper = SimpleUploadedFile("整改材料.pdf", PDF)
    sent(head, theirs, act="answer", position="agrees", text="情况属实，立即整改。", files=[paper])
    judged = f"{page}findings/{finding.pk}/"
    sent(first, judged, act="send_back", reason="请说明其余办件。", due=engaged.soon())
    named = make_person("named", "经办人", make_post("bureau-office", agency=engaged.bureau))
    sent(head, theirs, act="name", answerer=named.pk)
    done = timezone.localdate()
    sent(log_in(named), theirs, act="rectify", text="已补充设计并复核全部办件。", done_on=done)
    sent(second, judged, act="accept", opinion="整改到位，予以销号。")
    sent(first, page + "close/", conclusion="总体合规，发现问题一个，已经整改。")

    standing = Standing.of(engagement)
    assert standing.state == State.CLOSED
    assert [one.settled for one in standing.findings] == [True]
    assert [row.entry for row in standing.entries] == [
        "opened", "joined", "joined", "sample", "note", "concluded", "concluded", "concluded", "finding", "answered",
        "sent_back", "named", "rectified", "accepted", "closed",
    ]  # fmt: skip
    assert Act.objects.count() == acts  # no case was touched
    report = EngagementFile.objects.get(entry__entry=Entry.CLOSED)
    pdf = first.get(page + "report.pdf").content
    assert pdf == report.file.read()
    assert "无法判断材料已移交" in text_of(pdf)
    assert f"{engaged.bureau.name}<" in second.get(page + "history/").content.decode()
    assert "已结项" in first.get(page).content.decode()


def test_each_page_read_is_a_line_of_the_security_log(engaged: Engaged) -> None:
    engagement = engaged.drawn()
    client, page = log_in(engaged.cast.auditor), f"/desk/engagements/{engagement.pk}/"
    case, finding = engaged.sample(engagement)[0], engaged.found(engagement)
    sample = Standing.of(engagement).samples[0]
    pages = ["/desk/engagements/", page, page + "history/", page + "report.pdf", page + "sample.csv",
             f"{page}population/{sample.seq}/", f"{page}cases/{case}/", f"{page}findings/{finding.pk}/"]  # fmt: skip
    for one in pages:
        assert client.get(one).status_code == 200, one
    lines = SecurityEvent.objects.filter(what=What.DESK_READ, by=engaged.cast.auditor).order_by("pk")
    assert [line.details["page"] for line in lines] == pages


def test_the_sample_as_a_file_has_every_case(engaged: Engaged) -> None:
    engagement = engaged.drawn(5)
    engaged.found(engagement)
    answered = log_in(engaged.cast.auditor).get(f"/desk/engagements/{engagement.pk}/sample.csv")
    heads, *rows = csv.reader(io.StringIO(answered.content.decode("utf-8-sig")))
    assert heads[7:] == ["条款或者原因", "问题"]
    assert {row[1] for row in rows} == {case.number for case in engaged.cases}
    assert [(row[7], row[8]) for row in rows if row[7]] == [(CLAUSE, "1")]


# ---- who may ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["stranger", "clerk", "acceptor", "reviewer", "decider", "head"])
def test_only_auditors_see_engagements(engaged: Engaged, who: str) -> None:
    engagement = engaged.drawn()
    client = log_in(getattr(engaged.cast, who))
    for more in ("", "new/", f"{engagement.pk}/", f"{engagement.pk}/draw/", f"{engagement.pk}/sample.csv",
                 f"{engagement.pk}/cases/{engaged.sample(engagement)[0]}/"):  # fmt: skip
        assert client.get(f"/desk/engagements/{more}").status_code == 403, more


def other_auditor(slug: str = "tj-jizhou-audit", **which: str) -> Any:
    agency = Agency.objects.get(slug=slug)
    post = make_post("other-audit", agency=agency)
    for mandate in Mandate.objects.filter(agency=agency, duty=Duty.AUDIT, **which):
        grant(post, mandate)
    return make_person("elsewhere", "外地审计", post)


def test_an_auditor_of_another_place_finds_nothing_and_opens_nothing(engaged: Engaged) -> None:
    engagement, elsewhere = engaged.drawn(), other_auditor()
    client = log_in(elsewhere)
    assert client.get("/desk/engagements/").context["page_obj"].paginator.count == 0
    assert client.get(f"/desk/engagements/{engagement.pk}/").status_code == 404
    with pytest.raises(NotPermitted):
        engaged.open(by=elsewhere, members=[])
    with pytest.raises(NotPermitted):
        join(engagement.pk, elsewhere, by=engaged.cast.auditor)


def test_an_auditor_of_one_kind_finds_no_engagement_that_looks_into_others(engaged: Engaged) -> None:
    one_kind = other_auditor("bj-audit", kind="felling")
    every_kind = engaged.cast.auditor
    post = Membership.objects.get(person=every_kind).post
    grant(post, Mandate.objects.get(agency__slug="bj-audit", duty=Duty.AUDIT, kind=""))
    engagement = engaged.drawn(members=[])
    client = log_in(one_kind)
    assert client.get("/desk/engagements/").context["page_obj"].paginator.count == 0
    for more in ("", "history/", "sample.csv", "report.pdf", f"cases/{engaged.sample(engagement)[0]}/"):
        assert client.get(f"/desk/engagements/{engagement.pk}/{more}").status_code == 404, more
    with pytest.raises(NotPermitted):
        join(engagement.pk, one_kind, by=every_kind)
    offered = log_in(every_kind).get(f"/desk/engagements/{engagement.pk}/join/").context["form"].fields["member"]
    assert one_kind not in offered.queryset
    assert engaged.colleague in offered.queryset
    with pytest.raises(NotPermitted):
        engaged.open(members=[one_kind])
    assert log_in(engaged.colleague).get(f"/desk/engagements/{engagement.pk}/").status_code == 200
    tending = engaged.open(kind="tending", members=[])
    assert client.get(f"/desk/engagements/{tending.pk}/").status_code == 404


def test_an_agency_of_another_place_is_refused_beside_the_form(engaged: Engaged) -> None:
    said = {
        "title": "天然林审批审计", "ground": "年度计划", "agency": Agency.objects.get(slug="nfga").pk, "since": SINCE,
        "until": UNTIL,
    }  # fmt: skip
    answered = log_in(engaged.cast.auditor, english=True).post("/desk/engagements/new/", said)
    assert answered.status_code == 403
    told = "Only somebody who holds a mandate to audit in this place does this."
    assert answered.context["form"].non_field_errors() == [told]
    assert "天然林审批审计" in answered.text
    assert not Engagement.objects.exists()
    line = SecurityEvent.objects.get(what=What.REFUSED)  # as of every refusal that is a page of its own
    assert (line.by, line.details["path"]) == (engaged.cast.auditor, "/desk/engagements/new/")


def test_fields_of_the_forms_beside_one_another_have_labels_of_their_own(engaged: Engaged) -> None:
    engagement = engaged.drawn(1)
    page = log_in(engaged.cast.auditor).get(f"/desk/engagements/{engagement.pk}/cases/{engaged.sample(engagement)[0]}/")
    ids = re.findall(r'<(?:input type="(?!hidden)|textarea|select)[^>]* id="([^"]+)"', page.text)
    assert {"conclude_text", "note_text"} <= set(ids)
    assert len(ids) == len(set(ids))
    assert all(f'for="{one}"' in page.text for one in ids)


def test_a_finding_says_why_it_has_no_case_to_choose(engaged: Engaged) -> None:
    engagement = engaged.drawn(1)
    page = log_in(engaged.cast.auditor, english=True).get(f"/desk/engagements/{engagement.pk}/finding/")
    assert "No case of the sample was concluded with “something found” yet." in page.text


def test_working_notes_are_read_by_members_alone(engaged: Engaged) -> None:
    engagement = engaged.drawn(members=[])
    case = engaged.sample(engagement)[0]
    write_note(engagement.pk, case, "疑似补签", by=engaged.cast.auditor)
    page = f"/desk/engagements/{engagement.pk}/"
    member, other = log_in(engaged.cast.auditor), log_in(engaged.colleague)
    for one in (page, page + "history/", f"{page}cases/{case}/"):
        assert "疑似补签" in member.get(one).content.decode(), one
        seen = other.get(one)
        assert seen.status_code == 200
        assert "疑似补签" not in seen.content.decode(), one
    assert other.get(page + "draw/").status_code == 403
    assert other.post(f"{page}cases/{case}/", {"act": "note", "text": "x"}).status_code == 403
    with pytest.raises(NotPermitted):
        write_note(engagement.pk, case, "x", by=engaged.colleague)


def test_the_agency_sees_what_was_sent_and_nothing_of_notes_or_sample(engaged: Engaged) -> None:
    engagement = engaged.drawn(5)
    finding, keys = engaged.found(engagement), engaged.sample(engagement)
    write_note(engagement.pk, keys[0], "疑似补签", by=engaged.cast.auditor)
    shown = log_in(engaged.cast.head).get(f"/audit-findings/{finding.pk}/").content.decode()
    assert "未附伐区设计即予批准。" in shown
    assert engaged.soon().isoformat() in shown
    assert "疑似补签" not in shown
    numbers = {case.pk: case.number for case in engaged.cases}
    assert numbers[keys[0]] in shown
    assert not any(numbers[key] in shown for key in keys[1:])
    for who in ("stranger", "clerk", "decider", "district_head", "auditor"):
        client = log_in(getattr(engaged.cast, who))
        assert client.get(f"/audit-findings/{finding.pk}/").status_code == 404, who
        with pytest.raises(NotPermitted):
            answer(finding, "agrees", "好", by=getattr(engaged.cast, who))


def test_a_file_of_an_answer_is_for_both_sides_alone(engaged: Engaged) -> None:
    finding = engaged.found(engaged.drawn())
    answer(finding, "agrees", "属实", by=engaged.cast.head, files=[SimpleUploadedFile("材料.pdf", PDF)])
    place = f"/audit-findings/files/{EngagementFile.objects.get().pk}/"
    statuses = {who: log_in(getattr(engaged.cast, who)).get(place).status_code
                for who in ("auditor", "head", "decider", "district_head", "stranger")}  # fmt: skip
    assert statuses == {"auditor": 200, "head": 200, "decider": 404, "district_head": 404, "stranger": 404}


def test_who_worked_on_a_case_or_in_the_agency_is_no_member(engaged: Engaged) -> None:
    post = Membership.objects.get(person=engaged.cast.auditor).post
    for who in ("district_reviewer", "colleague"):
        appoint(getattr(engaged.cast, who), post)
    engagement = engaged.open()
    for who in ("district_reviewer", "colleague"):
        with pytest.raises(NotPermitted) as refused:
            join(engagement.pk, getattr(engaged.cast, who), by=engaged.cast.auditor)
        assert getattr(engaged.cast, who).name in str(refused.value)
    with pytest.raises(NotPermitted):
        engaged.open(members=[engaged.cast.district_reviewer])
    with pytest.raises(NotPermitted):
        engaged.open(by=engaged.cast.colleague, members=[])
    assert Engagement.objects.count() == 1
    assert engagement.entries.count() == 3


def test_who_is_audited_does_not_audit(engaged: Engaged) -> None:
    term = Membership.objects.get(person=engaged.cast.head)
    appoint(engaged.cast.head, Membership.objects.get(person=engaged.cast.auditor).post)
    with pytest.raises(NotPermitted):
        engaged.open(agency=None, term=term, since=None, until=None, members=[engaged.cast.head])


def test_a_member_who_lost_the_post_does_nothing_more_and_another_takes_over(engaged: Engaged) -> None:
    engagement = engaged.open(members=[])
    with pytest.raises(NotPermitted):
        join(engagement.pk, engaged.colleague, by=engaged.colleague)
    dismiss(engaged.cast.auditor, Membership.objects.get(person=engaged.cast.auditor).post)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=True):
        with pytest.raises(NotPermitted):
            draw_sample(engagement.pk, 1, by=engaged.cast.auditor)
        join(engagement.pk, engaged.colleague, by=engaged.colleague)
        draw_sample(engagement.pk, 1, by=engaged.colleague)


def test_the_last_member_stays(engaged: Engaged) -> None:
    engagement = engaged.open()
    leave(engagement.pk, engaged.cast.auditor, "调离", by=engaged.colleague)
    with pytest.raises(BadFacts):
        leave(engagement.pk, engaged.colleague, "调离", by=engaged.colleague)
    assert list(Standing.of(engagement).members) == [engaged.colleague.pk]


# ---- what is refused -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("wanted", [0, -1, 6, 10**9])
def test_a_sample_of_none_or_more_than_there_are_is_not_drawn(engaged: Engaged, wanted: int) -> None:
    engagement = engaged.open()
    with pytest.raises(BadFacts):
        draw_sample(engagement.pk, wanted, by=engaged.cast.auditor)
    page = f"/desk/engagements/{engagement.pk}/draw/"
    assert log_in(engaged.cast.auditor).post(page, {"wanted": wanted}).status_code == 422
    assert not Standing.of(engagement).samples


def test_a_further_sample_needs_a_reason_and_leaves_out_what_was_drawn(engaged: Engaged) -> None:
    engagement = engaged.drawn(3)
    with pytest.raises(BadFacts):
        draw_sample(engagement.pk, 1, by=engaged.cast.auditor)
    with pytest.raises(BadFacts):
        draw_sample(engagement.pk, 3, by=engaged.cast.auditor, reason="扩大样本")
    draw_sample(engagement.pk, 2, by=engaged.cast.auditor, reason="扩大样本")
    assert sorted(engaged.sample(engagement)) == sorted(case.pk for case in engaged.cases)
    with pytest.raises(BadFacts):
        draw_sample(engagement.pk, 1, by=engaged.cast.auditor, reason="再扩大")


def refused(do: Any, *errors: type[PermitError]) -> None:
    """Nothing is written by what is refused."""
    before = EngagementEntry.objects.count(), EngagementFile.objects.count()
    with pytest.raises(errors):
        do()
    assert (EngagementEntry.objects.count(), EngagementFile.objects.count()) == before


def test_a_case_outside_the_sample_is_neither_noted_on_nor_concluded(engaged: Engaged) -> None:
    engagement, auditor = engaged.drawn(2), engaged.cast.auditor
    outside = next(case.pk for case in engaged.cases if case.pk not in engaged.sample(engagement))
    refused(lambda: write_note(engagement.pk, outside, "x", by=auditor), WrongStatus)
    refused(lambda: conclude(engagement.pk, outside, "ok", by=auditor), WrongStatus)
    assert log_in(auditor).get(f"/desk/engagements/{engagement.pk}/cases/{outside}/").status_code == 404
    for verdict, clause, text in (("finding", "", "x"), ("finding", CLAUSE, ""), ("not_judged", "", ""), ("x", "", "")):
        case = engaged.sample(engagement)[0]
        said = {"verdict": verdict, "clause": clause, "text": text}
        refused(partial(conclude, engagement.pk, case, by=auditor, **said), BadFacts)


def test_a_finding_needs_clause_case_and_a_day_to_come(engaged: Engaged) -> None:
    engagement, auditor = engaged.drawn(3), engaged.cast.auditor
    first, second, _third = engaged.sample(engagement)
    conclude(engagement.pk, first, "finding", by=auditor, clause=CLAUSE, text="x")
    whole: dict[str, Any] = {
        "by": auditor, "agency": engaged.bureau, "cases": [first], "text": "x", "clause": CLAUSE, "grade": "minor",
        "due": engaged.soon(),
    }  # fmt: skip
    elsewhere = Agency.objects.get(slug="bj-miyun-forestry")
    for wrong in ({"clause": ""}, {"text": " "}, {"cases": []}, {"cases": [second]}, {"cases": [10**9]},
                  {"due": None}, {"due": timezone.localdate()}, {"due": date(2099, 1, 1)}, {"grade": "x"},
                  {"agency": elsewhere}):  # fmt: skip
        refused(partial(send_finding, engagement.pk, **whole | wrong), BadFacts)
    send_finding(engagement.pk, **whole)
    refused(lambda: conclude(engagement.pk, first, "ok", by=auditor), WrongStatus)


def test_what_is_wrong_in_a_review_is_sent_to_who_reviewed(engaged: Engaged) -> None:
    place, auditor = Jurisdiction.objects.get(pk="110118"), engaged.cast.auditor
    district = Agency.objects.get(slug="bj-miyun-forestry")
    engagement = engaged.drawn(1, agency=None, place=place)
    (case,) = engaged.sample(engagement)
    conclude(engagement.pk, case, "finding", by=auditor, clause=CLAUSE, text="现场核查不足两人。")
    page = log_in(auditor).get(f"/desk/engagements/{engagement.pk}/finding/").content.decode()
    assert all(f'<option value="{agency.pk}">' in page for agency in (district, engaged.bureau))
    told: dict[str, Any] = {
        "by": auditor, "cases": [case], "text": "x", "clause": CLAUSE, "grade": "minor", "due": engaged.soon(),
    }  # fmt: skip
    refused(
        partial(send_finding, engagement.pk, agency=Agency.objects.get(slug="bj-huairou-forestry"), **told), BadFacts
    )
    finding = send_finding(engagement.pk, agency=district, **told)
    answer(finding, "agrees", "属实", by=engaged.cast.district_head)
    helper = make_person("helper", "曾在区局", make_post("district-helpers", agency=district))
    appoint(helper, Membership.objects.get(person=auditor).post)
    refused(lambda: join(engagement.pk, helper, by=auditor), NotPermitted)
    appoint(engaged.colleague, Post.objects.get(slug="district-helpers"))
    refused(lambda: accept(engagement.pk, finding.pk, "整改到位", by=engaged.colleague), NotPermitted)
    refused(partial(send_finding, engagement.pk, agency=district, **told), BadFacts)
    accept(engagement.pk, finding.pk, "整改到位", by=auditor)


def test_nothing_was_put_right_before_the_day_of_the_finding_in_china(engaged: Engaged) -> None:
    with time_machine.travel("2026-11-24T07:00:00+08:00", tick=True):  # still the 23rd in Greenwich
        finding, head = engaged.found(engaged.drawn()), engaged.cast.head
        answer(finding, "agrees", "属实", by=head)
    with time_machine.travel("2026-11-26T10:00:00+08:00", tick=True):
        refused(lambda: report_rectified(finding, "已补", date(2026, 11, 23), by=head), BadFacts)
        report_rectified(finding, "已补", date(2026, 11, 24), by=head)


def test_an_answer_comes_once_and_none_after_acceptance(engaged: Engaged) -> None:
    engagement = engaged.drawn()
    finding, head, auditor = engaged.found(engagement), engaged.cast.head, engaged.cast.auditor
    refused(lambda: accept(engagement.pk, finding.pk, "x", by=auditor), WrongStatus)
    refused(lambda: report_rectified(finding, "x", timezone.localdate(), by=head), WrongStatus)
    refused(lambda: answer(finding, "x", "x", by=head), BadFacts)
    refused(lambda: answer(finding, "agrees", "", by=head), BadFacts)
    bad = SimpleUploadedFile("材料.pdf", b"MZ not a PDF")
    refused(lambda: answer(finding, "agrees", "好", by=head, files=[bad]), BadFacts)
    refused(lambda: name_answerer(finding, engaged.cast.stranger, by=head), BadFacts)
    answer(finding, "partly", "部分属实", by=head)
    refused(lambda: answer(finding, "agrees", "再答", by=head), WrongStatus)
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused(lambda: report_rectified(finding, "x", tomorrow, by=head), BadFacts)
    refused(lambda: send_back(engagement.pk, finding.pk, "x", timezone.localdate(), by=auditor), BadFacts)
    accept(engagement.pk, finding.pk, "销号", by=auditor)
    refused(lambda: answer(finding, "agrees", "又答", by=head), WrongStatus)
    refused(lambda: report_rectified(finding, "x", timezone.localdate(), by=head), WrongStatus)
    refused(lambda: accept(engagement.pk, finding.pk, "x", by=auditor), WrongStatus)
    page = log_in(head).post(f"/audit-findings/{finding.pk}/", {"act": "answer", "position": "agrees", "text": "x"})
    assert page.status_code == 409


def test_the_same_click_twice_is_one_entry(engaged: Engaged) -> None:
    client, key = log_in(engaged.cast.auditor), str(uuid4())
    said = {"once": key, "title": "审计", "ground": "计划", "agency": engaged.bureau.pk, "since": SINCE, "until": UNTIL}
    first, again = (client.post("/desk/engagements/new/", said) for _time in range(2))
    assert first.url == again.url
    engagement = Engagement.objects.get()
    draw_sample(engagement.pk, 3, by=engaged.cast.auditor)
    finding, key = engaged.found(engagement), str(uuid4())
    head, place = log_in(engaged.cast.head), f"/audit-findings/{finding.pk}/"
    for _time in range(2):
        answered = head.post(place, {"once": key, "act": "answer", "position": "agrees", "text": "属实"})
        assert (answered.status_code, answered.url) == (302, place)
    assert EngagementEntry.objects.filter(entry=Entry.ANSWERED).count() == 1
    with pytest.raises(Recorded):
        answer(finding, "agrees", "属实", by=engaged.cast.head, key=EngagementEntry.objects.get(entry="answered").key)


def test_it_is_not_closed_with_something_open_unless_for_a_reason(engaged: Engaged) -> None:
    engagement, auditor = engaged.drawn(), engaged.cast.auditor
    finding = engaged.found(engagement)
    refused(lambda: close(engagement.pk, "结论", by=auditor), BadFacts)
    refused(lambda: close(engagement.pk, "", by=auditor, reason="届满"), BadFacts)
    close(engagement.pk, "结论", by=auditor, reason="审计期限届满，另行跟踪。")
    assert Standing.of(engagement).closed.facts["unsettled"] == 1
    refused(lambda: write_note(engagement.pk, engaged.sample(engagement)[0], "x", by=auditor), WrongStatus)
    refused(lambda: answer(finding, "agrees", "迟答", by=engaged.cast.head), WrongStatus)
    shown = log_in(engaged.cast.head).get(f"/audit-findings/{finding.pk}/")
    assert shown.context["forms"] == {}


def test_an_answer_that_is_late_is_told_to_both_sides(engaged: Engaged) -> None:
    engagement = engaged.drawn()
    engaged.found(engagement)
    head = log_in(engaged.cast.head)
    assert "figure-late" not in head.get("/").content.decode().partition("of-findings")[2]
    with time_machine.travel(timezone.now() + timedelta(days=16), tick=True):
        auditor, head = log_in(engaged.cast.auditor, english=True), log_in(engaged.cast.head, english=True)
        assert "overdue" in auditor.get("/desk/engagements/").content.decode()
        assert "figure-late" in auditor.get("/").content.decode().partition("of-engagements")[2]
        assert "overdue" in head.get("/audit-findings/").content.decode()
        assert "figure-late" in head.get("/").content.decode().partition("of-findings")[2]


def test_pages_cost_as_many_queries_with_much_as_with_little(engaged: Engaged) -> None:
    client, head = log_in(engaged.cast.auditor), log_in(engaged.cast.head)
    counts = []
    for more in (1, 4):
        for _number in range(more):
            engagement = engaged.drawn(5)
            finding = engaged.found(engagement)
            answer(finding, "agrees", "好", by=engaged.cast.head, files=[SimpleUploadedFile("a.pdf", PDF)])
        places = [(client, f"/desk/engagements/{engagement.pk}/"), (client, "/desk/engagements/"), (client, "/"),
                  (head, "/audit-findings/"), (head, f"/audit-findings/{finding.pk}/"), (head, "/")]  # fmt: skip
        for who, place in places:
            who.get(place)
        of_page = []
        for who, place in places:
            with CaptureQueriesContext(connection) as queries:
                assert who.get(place).status_code == 200
            of_page.append(len(queries))
        counts.append(of_page)
    assert counts[0] == counts[1], counts


def test_who_may_join_is_told_with_as_many_queries_for_two_as_for_seven(engaged: Engaged) -> None:
    def asked() -> tuple[set[str], int]:
        with CaptureQueriesContext(connection) as queries:
            form = JoinForm(standing)
        return {str(one) for one in form.fields["member"].queryset}, len(queries)

    standing = Standing.of(engaged.open(members=[]))
    told, few = asked()
    assert told == {"审计员乙"}
    post = Membership.objects.get(person=engaged.colleague).post
    for number in range(5):
        appoint(make_person(f"auditor-{number}", f"审计员{number}"), post)
    told, many = asked()
    assert len(told) == 6
    assert many <= few


def test_what_each_audits_is_told_alike_for_one_and_for_many(engaged: Engaged) -> None:
    cast = engaged.cast
    post = Membership.objects.get(person=cast.auditor).post
    away = make_person("stands-in", "代理审计员", make_post("audit-helpers", agency=post.agency))
    today = timezone.localdate()
    delegate(cast.auditor, away, post, since=today, until=today, reason="出差", by=cast.auditor)
    people = Person.objects.all()
    each = audited_by_each(people)
    assert each.keys() >= {cast.auditor.pk, engaged.colleague.pk, away.pk}
    for one in people:
        assert sorted(each.get(one.pk, []), key=str) == sorted(audited_places(one), key=str), one


def test_who_decided_is_asked_of_those_who_held_a_post_that_decides(engaged: Engaged) -> None:
    cast = engaged.cast
    office = make_person("office", "办公室主任", make_post("bureau-office", agency=engaged.bureau))
    offered = set(OpenForm(cast.auditor).fields["person"].queryset)
    assert {act.person for act in Act.objects.filter(act__in=DECIDING)} <= offered
    assert not offered & {cast.auditor, office}


def test_the_outcome_of_a_case_is_called_as_its_kind_calls_it(engaged: Engaged) -> None:
    """A tending design is no licence: it is consented to 同意, nowhere granted 准予."""
    engagement = engaged.drawn(wanted=5)
    client, page = log_in(engaged.cast.auditor), f"/desk/engagements/{engagement.pk}/"
    client.cookies["django_language"] = "zh-hans"
    (drawn,) = Standing.of(engagement).samples
    pages = [page, f"{page}cases/{engaged.sample(engagement)[0]}/", page + "sample.csv",
             f"{page}population/{drawn.seq}/?with=hashes"]  # fmt: skip
    for one in pages:
        told = client.get(one).content.decode()
        assert "同意" in told, one
        assert "准予" not in told, one


# ---- forms -----------------------------------------------------------------------------------------------------------
def test_all_that_a_new_engagement_lacks_is_told_at_once(engaged: Engaged) -> None:
    client = log_in(engaged.cast.auditor)
    answered = client.post("/desk/engagements/new/", {"once": str(uuid4())})
    assert set(answered.context["form"].errors) == {"title", "ground", "agency", "since", "until"}
    offered = [str(key) for key, _label in OpenForm(engaged.cast.auditor).fields["term"].choices if key]
    form = OpenForm(engaged.cast.auditor, {"once": str(uuid4()), "term": offered[0]})
    assert set(form.errors) == {"title", "ground"}


def test_where_nobody_is_left_to_join_the_page_says_so_and_offers_no_form(engaged: Engaged) -> None:
    engagement = engaged.open()
    page = log_in(engaged.cast.auditor).get(f"/desk/engagements/{engagement.pk}/join/").text
    assert "没有可以加入的人员" in page
    assert 'name="member"' not in page
    alone = engaged.open(members=[])
    assert 'name="member"' in log_in(engaged.cast.auditor).get(f"/desk/engagements/{alone.pk}/join/").text
