"""The auditor's desk: each question against cases whose answer is known, its files, and who may ask."""

from __future__ import annotations

import io
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from permits.acts.perform import perform
from permits.models import Application, Permit
from permits.models.permit import P
from permits.models.states import S
from roles.appointments import grant
from roles.models import Agency, Mandate, Membership
from roles.models.mandates import Duty
from roles.models.security import SecurityEvent, What
from tests.cast import Cast, log_in, make_person, make_post, plot
from tests.copies import copy
from tests.permits.life.cases import REVOKED, Desk
from tests.permits.life.remedied import refused, remedied, reopen
from tests.quotas import stock
from tests.workflows.questions import EVER, ask
from workflows.desk.asked import Asked, as_auditor
from workflows.desk.dossier import dossier
from workflows.desk.questions import BY_SLUG, QUESTIONS
from workflows.models import WorkItem

LATE = "2027-01-29T11:00:00+08:00"  # and before the work of the design is over
"""A Friday, long after every period of a case accepted on the cast's day."""


def decided_late(cast: Cast) -> Application:
    case = cast.case_at(S.AWAITING_DECISION)
    with time_machine.travel(LATE, tick=True):
        cast.do(case, "approve")
    return Application.objects.get(pk=case.pk)


# ---- who may ask -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["stranger", "clerk", "rival", "acceptor", "decider", "head"])
def test_only_who_audits_is_answered(cast: Cast, who: str) -> None:
    client = log_in(getattr(cast, who))
    for page in ("", *(f"{slug}/" for slug in BY_SLUG), "decisions/dossier.pdf"):
        assert client.get(f"/desk/{page}").status_code == 403, page


def test_an_auditor_of_another_place_is_told_nothing_of_this_one(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    agency = Agency.objects.get(slug="tj-jizhou-audit")
    post = make_post("jizhou-audit", agency=agency)
    for mandate in Mandate.objects.filter(agency=agency, duty=Duty.AUDIT):
        grant(post, mandate)
    elsewhere = log_in(make_person("elsewhere", "外地审计", post))
    for slug in BY_SLUG:
        answer = elsewhere.get(f"/desk/{slug}/?{EVER}")
        assert answer.status_code == 200
        assert answer.context["page_obj"].paginator.count == 0, slug
    assert elsewhere.get("/statistics/").context["figures"].received == 0


def test_the_desk_lists_every_question_and_leads_to_it(cast: Cast) -> None:
    client = log_in(cast.auditor, english=True)
    page = client.get("/desk/").content.decode()
    for one in QUESTIONS:
        assert f'href="/desk/{one.slug}/"' in page
    assert client.get("/desk/nothing/").status_code == 404
    assert client.get("/desk/held/dossier.pdf").status_code == 404
    assert client.post("/desk/held/").status_code == 405


def test_an_answer_read_is_a_line_of_the_security_log(cast: Cast) -> None:
    log_in(cast.auditor).get("/desk/held/?kind=tending")
    line = SecurityEvent.objects.get(what=What.DESK_READ)
    assert (line.by, line.details["page"], line.details["query"]) == (cast.auditor, "/desk/held/", "kind=tending")


HOSTILE = ("since=0001-01-01", "since=9999-12-31", "until=x", "agency=abc", "place=999999", "person=%01", "kind='--",
           "since=2026-02-01&until=2026-01-01", "days=99999999999999999999", "minutes=-1", "term=abc", "page=-5",
           "q=" + "长" * 5000, "rule=%25_%5C'", "severity=all")  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_filter_is_told_and_finds_nothing_it_should_not(cast: Cast, query: str) -> None:
    client = log_in(cast.auditor)
    for slug in BY_SLUG:
        assert client.get(f"/desk/{slug}/?{query}").status_code == 200, slug
    assert client.get(f"/statistics/?{query}").status_code == 200


def test_a_page_costs_as_many_queries_with_many_cases_as_with_few(cast: Cast) -> None:
    def counted() -> dict[str, int]:
        return {slug: queries_of(client, f"/desk/{slug}/?{EVER}&least=2&act=approve&days=3650") for slug in BY_SLUG}

    client, few = log_in(cast.auditor), [cast.walk_to(S.APPROVED) for _number in range(2)]
    before = counted()
    copy(few, times=2)
    assert Application.objects.filter(status=S.APPROVED).count() == 6
    assert counted() == before
    assert {slug: many for slug, many in before.items() if many > 25} == {}


def queries_of(client: Client, page: str) -> int:
    """Of the second time: what is read once in a process is none of the page's."""
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200, page
    return len(queries)


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_answer_can_be_had_as_a_workbook(cast: Cast, slug: str) -> None:
    answer = log_in(cast.auditor).get(f"/desk/{slug}/?{EVER}&format=xlsx")
    assert answer.content[:2] == b"PK"
    assert log_in(cast.auditor).get(f"/desk/{slug}/?format=exe").status_code == 404


# ---- the questions ---------------------------------------------------------------------------------------------------
def test_what_was_decided_after_the_period_is_told_with_its_days(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    late = decided_late(cast)
    (line,) = ask(cast, "decided-late")
    assert line[0] == late.number
    assert line[5] == "2027-01-29"
    assert line[6] < line[5]
    assert int(line[8]) == 29
    assert ask(cast, "decided-late", f"{EVER}&until=2027-01-01") == []
    assert ask(cast, "decided-late", f"{EVER}&limit=promise") == []


def test_who_held_a_step_is_read_from_the_acts(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    with time_machine.travel("2026-11-23T09:00:00+08:00", tick=True):
        item = cast.take(case)
    with time_machine.travel("2026-11-25T09:00:00+08:00", tick=True):
        perform(case.pk, "reassign", by=cast.district_head, mandate=item.mandate, item=item.pk, to=cast.second_acceptor,
                reason="出差")  # fmt: skip
    with time_machine.travel("2026-11-26T09:00:00+08:00", tick=True):
        cast.do(case, "accept", by=cast.second_acceptor)
    (line,) = ask(cast, "held", f"{EVER}&step=accept")
    assert line[6:8] == ["4", "1"]  # Friday to Thursday; the Monday before it was taken
    assert line[8] == "钱受理: 2 working days, 王受理: 1 working day"


def test_a_person_is_told_the_steps_that_person_held_and_no_other_of_the_case(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    given = cast.take(case, by=cast.second_acceptor)
    perform(case.pk, "reassign", by=cast.district_head, mandate=given.mandate, item=given.pk, to=cast.acceptor,
            reason="出差")  # fmt: skip
    cast.do(case, "accept", by=cast.acceptor)
    cast.take(case)
    for person, steps in ((cast.second_acceptor, 1), (cast.acceptor, 1), (cast.district_reviewer, 1),
                          (cast.district_head, 0), (cast.rival, 0)):  # fmt: skip
        assert len(ask(cast, "held", f"{EVER}&person={person.name}")) == steps, person


def test_who_did_a_step_without_taking_it_held_it(cast: Cast) -> None:
    cast.case_at(S.FINAL_REVIEW)
    assert [line[2] for line in ask(cast, "held", f"{EVER}&person={cast.acceptor.name}")] == ["Acceptance"]


def test_corrections_are_told_one_by_one_with_their_number(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    (line,) = ask(cast, "corrections")
    assert (line[0], line[4], line[6], line[8]) == (case.number, "钱受理", "1", "编制单位名称与公章不一致")
    assert line[7] != "head"  # the section by its name
    assert ask(cast, "corrections", f"{EVER}&person=周审批") == []


def test_decisions_are_found_by_officer_agency_and_term(cast: Cast) -> None:
    approved, refused = cast.case_at(S.APPROVED), cast.case_at(S.REFUSED)
    cast.case_at(S.SUBMITTED)
    assert {line[0] for line in ask(cast, "decisions", f"{EVER}&person=周审批")} == {approved.number, refused.number}
    assert ask(cast, "decisions", f"{EVER}&person=孙初审") == []
    term = Membership.objects.get(person=cast.head)
    assert len(ask(cast, "decisions", f"{EVER}&term={term.pk}")) == 2
    other = Membership.objects.get(person=cast.district_head)
    assert ask(cast, "decisions", f"{EVER}&term={other.pk}") == []


def test_of_what_was_not_accepted_the_desk_does_not_say_that_no_law_sets_a_time(cast: Cast) -> None:
    cast.case_at(S.NOT_ACCEPTED)
    (line,) = ask(cast, "decisions")
    assert line[11] == "The clock of the case never began"


def test_what_was_decided_on_a_permit_is_a_decision_of_the_term_too(cast: Cast) -> None:
    from pypdf import PdfReader

    desk = Desk.of_tending(cast)
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    desk.decide("refuse_change", reasons="未附证明。")
    desk.decide("revoke_permit", **REVOKED)
    term = Membership.objects.get(person=cast.head)
    told = ask(cast, "decisions", f"{EVER}&term={term.pk}&person=周审批")
    assert [line[11] for line in told] == ["No period of the case", "No period of the case", "Within the period"]
    pdf = log_in(cast.auditor).get(f"/desk/decisions/dossier.pdf?{EVER}&term={term.pk}").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")
    for part in ("撤销许可", "不予变更", "就许可作出的决定", "3件，涉及办件1件"):
        assert part in text, part
    assert "无法定期限" not in text, "an extension has a time of its own, to the end of the term"
    page = log_in(cast.auditor, english=True).get(f"/desk/decisions/?{EVER}").text
    assert "On permits granted" in page


def test_that_another_permit_takes_the_place_of_one_is_a_decision_too(cast: Cast) -> None:
    """It ends the permit, and somebody decides it."""
    desk = Desk.of_tending(cast)
    desk.decide("replace_permit", number=cast.walk_and_print().number)
    told = [line[4] for line in ask(cast, "decisions") if line[0] == str(desk.case)]
    assert told == ["Replace by another permit", "Consent"]


def test_a_decision_made_anew_is_late_by_itself_and_the_annulled_one_stays_as_it_was(cast: Cast) -> None:
    desk = refused(cast)
    with time_machine.travel("2026-12-14T10:00:00+08:00", tick=True):
        reopen(desk, remedied(desk, "refuse"))
        assert [line[11] for line in ask(cast, "decisions")] == ["Within the period"]
    with time_machine.travel(LATE, tick=True):
        cast.do(desk.case, "approve")
        assert [line[11] for line in ask(cast, "decisions")] == ["After the law's last day", "Within the period"]


def test_the_dossier_counts_the_land_of_a_case_once_and_none_whose_approval_was_annulled(cast: Cast) -> None:
    def area() -> str:
        told = dossier(as_auditor(cast.auditor), by=cast.auditor)
        pairs = {key: value for block in told.blocks for key, value in getattr(block, "pairs", ())}
        return str(pairs["批准面积（按申报）"])

    desk = Desk.of_tending(cast)
    approved = area()
    assert approved != "0公顷"
    remedy = remedied(desk, "approve")
    assert area() == "0公顷"
    reopen(desk, remedy)
    cast.do(desk.case, "approve")
    assert area() == approved


def test_the_dossier_is_a_pdf_of_the_same_decisions(cast: Cast) -> None:
    from pypdf import PdfReader

    case = cast.case_at(S.APPROVED)
    term = Membership.objects.get(person=cast.head)
    answer = log_in(cast.auditor).get(f"/desk/decisions/dossier.pdf?{EVER}&term={term.pk}")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for part in ("领导干部自然资源资产离任审计卷宗", "冯局长", "审批决定清单", str(case.number), "1件"):
        assert part in text.replace("\n", ""), part
    assert "申请人" not in text


def test_a_units_cases_are_told_with_area_and_outcome(cast: Cast) -> None:
    approved = cast.case_at(S.APPROVED)
    (line,) = ask(cast, "applicant", f"{EVER}&unit=雾灵")
    assert (line[0], line[1], line[7]) == ("2026", approved.number, "Consented to")
    assert float(line[8]) > 0
    assert ask(cast, "applicant", f"{EVER}&unit=云蒙") == []


def test_who_saw_a_case_is_told_from_the_security_log(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    assert ask(cast, "readings", f"{EVER}&number={case.number}") == []
    log_in(cast.auditor).get(f"/cases/{case.pk}/")
    log_in(cast.reviewer).get(f"/cases/{case.pk}/")
    (line,) = ask(cast, "readings", f"{EVER}&number={case.number}")
    assert (line[0], line[2], line[3]) == (case.number, "褚审计", "the case's page")


def test_what_was_approved_against_a_warning_is_told_with_the_reason(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    recorded = case.acts.get(act="approve").findings
    grave = [one for one in recorded if one["severity"] != "info"]
    lines = ask(cast, "passed")
    assert sorted(line[5] for line in lines) == sorted(one["rule"] for one in grave)
    for line in lines:
        assert line[9]
    assert ask(cast, "passed", f"{EVER}&rule=nothing") == []


def test_areas_are_added_up_beside_the_quota(cast: Cast) -> None:
    stock("tending", cast.miyun.pk, "500", 2026)
    one, other = cast.case_at(S.APPROVED), cast.case_at(S.APPROVED, number=2)
    cast.case_at(S.REFUSED)
    (line,) = ask(cast, "areas")
    assert 2 * plot()["area_ha"] == 25
    assert (line[0], line[4], line[5], float(line[7])) == ("2026", "2", "25", 500.0)
    assert {one.number, other.number} == {row[1] for row in ask(cast, "applicant") if row[7] == "Consented to"}


def test_an_area_whose_approval_was_annulled_is_not_told_as_approved(cast: Cast) -> None:
    annulled = cast.case_at(S.APPROVED)
    cast.case_at(S.APPROVED, number=2)
    Permit.objects.filter(pk=annulled.pk).update(status=P.ANNULLED)
    (line,) = ask(cast, "areas")
    assert (line[4], float(line[5])) == ("1", plot()["area_ha"])


def test_areas_are_apart_by_year_kind_and_purpose(cast: Cast) -> None:
    cases = [cast.case_at(S.APPROVED, number=number) for number in range(1, 5)]
    Application.objects.filter(pk=cases[0].pk).update(decided_on=date(2025, 3, 1))
    cases[1].land.update(purpose="timber")
    cases[2].land.update(purpose="")
    lines = ask(cast, "areas")
    assert [(line[0], line[3], line[4]) for line in lines] == [
        ("2026", "not said", "1"), ("2026", "Protection forest", "1"), ("2026", "Timber forest", "1"),
        ("2025", "Protection forest", "1"),
    ]  # fmt: skip
    assert [line[4] for line in ask(cast, "areas", "since=2026-01-01")] == ["1", "1", "1"]


def test_ground_approved_twice_is_found(cast: Cast) -> None:
    one, other = cast.case_at(S.APPROVED), cast.case_at(S.APPROVED, number=2)
    assert {line[1] for line in ask(cast, "ground")} == {one.number, other.number}
    assert {line[8] for line in ask(cast, "ground")} == {"Yes"}


def test_what_an_annulled_approval_gave_back_is_not_told_as_taken(cast: Cast) -> None:
    book, case = stock("tending", cast.miyun.pk, "500", 2026), cast.case_at(S.APPROVED)
    record = case.acts.get(act="approve")
    for seq, (change, amount, left) in enumerate((("deducted", -30, 470), ("returned", 30, 500),
                                                  ("deducted", -20, 480)), 2):  # fmt: skip
        book.movements.create(seq=seq, change=change, amount=amount, left=left, act=record, application=case)
    (line,) = ask(cast, "areas")
    assert [float(told) for told in line[7:]] == [500.0, 20.0]


def test_terms_overlap_between_the_cases_that_are_compared(cast: Cast) -> None:
    """A design, its licence, and both again the year after: of one kind no two hold on a same day."""
    cases = [cast.case_at(S.APPROVED, number=number) for number in range(1, 5)]
    for number, case in enumerate(cases):
        year = 2026 + number % 2
        Application.objects.filter(pk=case.pk).update(kind="tending" if number < 2 else "felling")
        Permit.objects.filter(pk=case.pk).update(valid_from=date(year, 1, 1), valid_to=date(year, 12, 31))
    everything, asks = Asked(Application.objects.all()), BY_SLUG["ground"]
    for asked, told in ((everything, "No"), (everything.of(kinds_apart="any"), "Yes")):
        with override("en"):
            lines = list(asks.every_line(asks.rows(asked), 10))
        assert [line[8] for line in lines] == [told] * 4


def test_ground_approved_once_is_not(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    cast.case_at(S.REFUSED)
    assert ask(cast, "ground") == []


def test_permits_that_end_soon_are_told_the_soonest_first(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    Permit.objects.filter(pk=case.pk).update(valid_to=date(2026, 12, 1))
    assert [line[0] for line in ask(cast, "ending", "days=11")] == [case.number]
    assert ask(cast, "ending", "days=10") == []


def test_a_permit_that_begins_later_is_not_told_as_ending_soon(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    Permit.objects.filter(pk=case.pk).update(valid_from=date(2026, 11, 28), valid_to=date(2026, 12, 1))
    assert ask(cast, "ending", "days=30") == []


def test_signs_are_told_of_the_decision_they_stand_in(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    Membership.objects.filter(person=cast.decider).update(since=date(2020, 1, 1))
    with time_machine.travel("2026-11-21T22:00:00+08:00", tick=True):  # a Saturday, at night
        item = cast.take(case)
        perform(case.pk, "approve", by=cast.decider, mandate=item.mandate, work_item=item.pk, opinion="同意。")
    (line,) = ask(cast, "signs")
    assert (line[0], line[4], line[5], line[6], line[7]) == (case.number, "李审查", "周审批", "1", "0")
    assert line[8] == "Decided within minutes of taking, outside working hours"
    with override("zh-hans"):
        assert [str(one.head) for one in BY_SLUG["signs"].heads[4:6]] == ["审查人", "决定人"]  # people, no agency
    assert ask(cast, "signs", f"{EVER}&sign=pair") == []
    assert ask(cast, "signs", f"{EVER}&sign=post") == []
    Membership.objects.filter(person=cast.decider).update(since=date(2026, 11, 1))
    assert len(ask(cast, "signs", f"{EVER}&sign=post")) == 1


def test_an_agency_is_offered_that_has_work_and_never_acted_also_where_none_filed(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    mandate = Mandate.objects.filter(agency__slug="bj-huairou-forestry").first()
    assert mandate is not None
    assert mandate.agency.jurisdiction_id != case.jurisdiction_id
    case.districts.add(mandate.agency.jurisdiction_id)
    WorkItem.objects.filter(application=case, mandate__isnull=False).update(mandate=mandate)
    (line,) = ask(cast, "held", f"{EVER}&agency={mandate.agency_id}")
    assert line[0] == case.number


# ---- statistics ------------------------------------------------------------------------------------------------------
def test_statistics_and_desk_say_the_same(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    decided_late(cast)
    cast.case_at(S.REFUSED)
    cast.case_at(S.CORRECTING)
    query = f"{EVER}&until=2027-12-31"
    figures = log_in(cast.auditor).get(f"/statistics/?{query}").context["figures"]
    assert figures.decided == 3
    assert figures.received == len(ask(cast, "applicant", query)) == 4
    assert figures.after_statute == len(ask(cast, "decided-late", f"{query}&limit=statute")) == 1
    assert figures.corrections == len(ask(cast, "corrections", query)) == 1
    assert (figures.timed, figures.in_time, figures.share) == (3, 2, 66)
    decisions, case = [line[4] for line in ask(cast, "decisions", query)], Application(kind="tending")
    with override("en"):
        approve, refuse = case.act_label("approve"), case.act_label("refuse")
    assert (figures.approved, figures.refused) == (2, 1) == (decisions.count(approve), decisions.count(refuse))
    steps = next(chart for chart in figures.charts if chart.key == "steps")
    done = WorkItem.objects.filter(finished__isnull=False, mandate__isnull=False).exclude(status="CANCELED").count()
    assert sum(int(row[1]) for row in steps.rows) == done


# --- nothing found ---------------------------------------------------------------------------------------------------
def test_an_answer_with_nothing_in_it_says_how_to_ask_for_more(cast: Cast) -> None:
    page = log_in(cast.auditor).get("/desk/decided-late/").text
    assert "没有符合条件的办件。" in page
    assert "可以在“筛选与查询”中改换日期或者其他条件。" in page


@pytest.mark.parametrize("query", ["since=2026-11-01&until=2026-10-01", "since=2026-13-01"])
def test_a_refused_condition_is_told_before_the_form_and_not_as_nothing_found(cast: Cast, query: str) -> None:
    page = log_in(cast.auditor).get(f"/desk/held/?{query}").text
    assert 'id="error-summary"' in page
    assert "没有符合条件的环节" not in page
    assert "尚未查询：请先更正上面标出的条件。" in page


@pytest.mark.parametrize(
    ("slug", "told"), [("corrections", "标题旁为要求补正的次数"), ("passed", "标题旁为准予的件数")]
)
def test_a_number_that_counts_no_lines_says_what_it_counts(cast: Cast, slug: str, told: str) -> None:
    assert told in log_in(cast.auditor).get(f"/desk/{slug}/").text
