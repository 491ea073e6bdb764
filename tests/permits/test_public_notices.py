"""公示: printed with the act that posts it, shown to everyone while it runs and after, and telling nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from permits.documents.printing import render_pending
from permits.errors import BadFacts
from permits.models import Application, Document, ObjectionFiling
from permits.models.document import NoticeKind
from permits.models.states import S
from permits.views.public import OVER, RUNNING, WITHDRAWN
from roles.models import OperatingUnit
from tests.cast import Cast
from tests.copies import copy
from tests.permits.documents.reading import text_of
from tests.permits.life.cases import Desk
from tests.permits.life.remedied import outcome
from tests.permits.occupation import cases as occupation


def post(cast: Cast, case: Application) -> Document:
    today = timezone.localdate()
    record = cast.do(case, "publish_notice", starts=today, ends=today + timedelta(days=8), place="村务公开栏",
                     contact="区园林绿化局 010-69000000")  # fmt: skip
    return render_pending(record.documents.get(kind=NoticeKind.PUBLIC_NOTICE).pk)


@pytest.fixture
def case(cast: Cast) -> Application:
    return cast.case_at(S.FIRST_REVIEW)


def seen(document: Document) -> str:
    return Client().get(reverse("notice", args=[document.pk])).content.decode()


def test_everyone_reads_a_notice_its_period_and_where_to_object(cast: Cast, case: Application) -> None:
    document = post(cast, case)
    page = seen(document)
    for told in ("密云区", "12.5公顷", "村务公开栏", "010-69000000", document.number, "公示中"):
        assert told in page, told
    assert document.title in Client().get(reverse("notice-list")).content.decode()
    pdf = Client().get(reverse("notice-pdf", args=[document.pk]))
    assert pdf.status_code == 200
    assert bytes(pdf.content).startswith(b"%PDF-")


def test_a_notice_tells_nothing_else_of_the_case(cast: Cast, case: Application) -> None:
    page = seen(post(cast, case))
    assert str(case.number) not in page
    for person in (cast.clerk, cast.district_reviewer, cast.acceptor):
        assert person.name not in page


def test_a_notice_names_no_natural_person_and_no_number_of_one(cast: Cast) -> None:
    """令35 art 11 lets the notice tell nothing personal: what the register leaves out of a text, it leaves out, too."""
    OperatingUnit.objects.filter(pk=cast.farm.pk).update(
        kind=OperatingUnit.Kind.PERSON, name="张小林", representative="李大山"
    )
    case = cast.case_at(S.FIRST_REVIEW)
    case.title = "张小林自留山抚育（李大山，138 0013 8000）"
    case.save(update_fields=["title"])
    document = post(cast, case)
    pages = [seen(document), Client().get(reverse("notice-list")).content.decode()]
    pdf = Client().get(reverse("notice-pdf", args=[document.pk]))
    pages += [text_of(pdf.content), unquote(pdf["Content-Disposition"])]
    for page in pages:
        assert "自留山抚育" in page
        for personal in ("张小林", "李大山", "13800138000", "138 0013 8000"):
            assert personal not in page


def test_a_notice_of_a_case_decided_anew_names_no_natural_person_by_a_name_of_since(cast: Cast) -> None:
    OperatingUnit.objects.filter(pk=cast.farm.pk).update(kind=OperatingUnit.Kind.PERSON, name="张小林")
    desk = Desk.of_tending(cast)
    desk.ask("ask_change", what="holder_name", now="张大森", reason="更名。")
    desk.decide("grant_change")
    (approval,) = desk.case.acts.filter(act="approve")
    remedy = desk.decide("record_suit", **outcome(desk, approval.seq, "anew"))
    desk.decide("reopen", remedy=remedy.seq, fault="procedure")
    for act in ("return_to_final_review", "return_to_first_review"):
        cast.do(desk.case, act)
    case = Application.objects.get(pk=desk.case.pk)
    case.title = "张小林（张大森）自留山抚育"
    case.save(update_fields=["title"])
    document = post(cast, case)
    pdf = Client().get(reverse("notice-pdf", args=[document.pk]))
    for page in (seen(document), text_of(pdf.content), unquote(pdf["Content-Disposition"])):
        assert "张小林" not in page
        assert "张大森" not in page
        assert "自留山" in page


def test_a_notice_printed_before_is_listed_without_what_is_personal_too(cast: Cast, case: Application) -> None:
    document = post(cast, case)
    Document.objects.filter(pk=document.pk).update(title="关于某场抚育（13800138000）的公示")
    pages = [seen(document), Client().get(reverse("notice-list")).content.decode()]
    pages.append(Client().get(reverse("objection-new", args=[document.pk])).content.decode())
    pages.append(unquote(Client().get(reverse("notice-pdf", args=[document.pk]))["Content-Disposition"]))
    for page in pages:
        assert "13800138000" not in page
        assert "关于某场抚育（" in page


def test_the_list_costs_as_many_queries_however_many_notices_it_has(cast: Cast, case: Application) -> None:
    costs = []
    for one in (case, cast.case_at(S.FIRST_REVIEW)):
        post(cast, one)
        with CaptureQueriesContext(connection) as asked:
            listed = Client().get(reverse("notice-list")).context["notices"]
        costs.append((len(listed), len(asked)))
    assert costs == [(1, costs[0][1]), (2, costs[0][1])]


def test_findings_cost_the_list_no_query_for_each_case(now: None, db: None) -> None:
    """What is public of a case in which something was found is asked anew: of all such cases at once."""
    case, office = occupation_noticed()
    office.determine(case, "recommend", "project.national_major", "no")
    office.determine(case, "recommend", "prior_violation", "punished")
    copy([case], 2)
    costs = {}
    for waiting in Document.objects.filter(kind=NoticeKind.PUBLIC_NOTICE):
        render_pending(waiting.pk)
        with CaptureQueriesContext(connection) as asked:
            listed = Client().get(reverse("notice-list")).context["notices"]
        costs[len(listed)] = len(asked)
    assert set(costs) >= {2, 3}
    assert len(set(costs.values())) == 1, costs


def test_no_other_paper_is_public(cast: Cast, case: Application) -> None:
    acceptance = render_pending(case.documents.get(kind=NoticeKind.ACCEPTANCE).pk)
    for name in ("notice", "notice-pdf"):
        assert Client().get(reverse(name, args=[acceptance.pk])).status_code == 404
        assert Client().get(reverse(name, args=[999_999])).status_code == 404


def test_a_notice_not_printed_yet_is_not_shown(cast: Cast, case: Application) -> None:
    today = timezone.localdate()
    record = cast.do(
        case, "publish_notice", starts=today, ends=today + timedelta(days=8), place="村务公开栏", contact="010"
    )
    waiting = record.documents.get(kind=NoticeKind.PUBLIC_NOTICE)
    assert Client().get(reverse("notice", args=[waiting.pk])).status_code == 404
    assert not Client().get(reverse("notice-list")).context["notices"]


def test_it_says_whether_it_runs_ended_or_was_overtaken(cast: Cast, case: Application) -> None:
    document = post(cast, case)
    page = reverse("notice", args=[document.pk])
    assert Client().get(page).context["notice"].standing == RUNNING
    with time_machine.travel("2026-11-28T23:59:00+08:00"):  # the last day is counted
        assert Client().get(page).context["notice"].standing == RUNNING
    with time_machine.travel("2026-11-29T00:01:00+08:00"):
        assert Client().get(page).context["notice"].standing == OVER
    cast.do(case, "withdraw")
    assert Client().get(page).context["notice"].standing == WITHDRAWN


def test_an_old_notice_leaves_the_list_and_keeps_its_address(cast: Cast, case: Application) -> None:
    document = post(cast, case)
    with time_machine.travel("2027-06-01T10:00:00+08:00"):
        assert not Client().get(reverse("notice-list")).context["notices"]
        assert Client().get(reverse("notice", args=[document.pk])).status_code == 200
    assert Client().get(reverse("notice-list"), {"page": "abc"}).status_code == 200


def occupation_noticed(**head: Any) -> tuple[Application, occupation.Office]:
    """An occupation that was accepted, and its notice ordered."""
    occupation.Office.enter()
    case, clerk = occupation.draft(**head)
    office = occupation.Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.post_notice(case)
    return case, office


def test_a_state_secret_is_not_posted(now: None, db: None) -> None:
    occupation_noticed(secret=True)
    assert not Document.objects.filter(kind=NoticeKind.PUBLIC_NOTICE).exists()


def test_a_notice_is_taken_down_where_the_matter_is_found_to_be_a_state_secret(now: None, db: None) -> None:
    case, office = occupation_noticed()
    document = render_pending(Document.objects.get(kind=NoticeKind.PUBLIC_NOTICE).pk)
    assert document.title in Client().get(reverse("notice-list")).content.decode()
    said = {"once": uuid4(), "name": "王秀英", "contact": "13900001111", "reason": "影响水源。"}
    Client().post(reverse("objection-new", args=[document.pk]), said)
    code = {"code": ObjectionFiling.objects.get().code}
    assert document.title in Client().post(reverse("objection-progress"), code).text
    office.determine(case, "recommend", "secret", "yes")
    assert document.title not in Client().get(reverse("notice-list")).content.decode()
    asked_after = Client().post(reverse("objection-progress"), code)
    assert asked_after.status_code == 200
    assert document.title not in asked_after.text
    assert reverse("notice", args=[document.pk]) not in asked_after.text, "it leads nowhere any more"
    for name in ("notice", "notice-pdf", "objection-new"):
        assert Client().get(reverse(name, args=[document.pk])).status_code == 404, name


def test_an_occupation_tells_project_place_and_areas(now: None, db: None) -> None:
    occupation_noticed()
    document = render_pending(Document.objects.get(kind=NoticeKind.PUBLIC_NOTICE).pk)
    page = seen(document)
    for told in ("松曹路改建工程", "0.5000公顷", "密云区石城镇石塘路村"):
        assert told in page, told


def test_a_notice_ends_in_time_for_a_decision(cast: Cast, case: Application) -> None:
    """A slip in the year would keep the case for as long: nothing is proposed before a notice ends, and nothing takes
    one back."""
    today = timezone.localdate()
    said = {"starts": today, "place": "村务公开栏", "contact": "010-69000000"}
    for days in (365, 60):
        with pytest.raises(BadFacts) as bad:
            cast.do(case, "publish_notice", **said, ends=today + timedelta(days=days))
        assert set(bad.value.errors) == {"ends"}
    cast.do(case, "publish_notice", **said, ends=today + timedelta(days=40))
