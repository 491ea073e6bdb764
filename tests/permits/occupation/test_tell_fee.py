"""The fee due is told in writing: what the rules find, or another amount with its reason; the clock runs on."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from permits.acts.assessment import fee_due
from permits.acts.perform import perform
from permits.clocks.standing import status as clocks_of
from permits.documents.printing import paper_of
from permits.documents.rendering import render
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models import Act, Application
from roles.models import Mandate
from tests.cast import NOW, log_in
from tests.permits.occupation.cases import Office, draft
from tests.prepared import walked_once

pytestmark = pytest.mark.django_db
SAID = {"payee": "北京市财政局非税收入专户（示例）", "until": "2026-12-04"}


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield traveller


@walked_once("matrix")
def accepted(**other: Any) -> tuple[Application, Office]:
    case, clerk = draft(**other)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    return Application.objects.get(pk=case.pk), office


def reviewer_of(case: Application, office: Office) -> tuple[Any, Mandate]:
    mandate = office.items(case, "recommend")[0].mandate
    assert mandate is not None
    return office.officer(mandate), mandate


def tell(case: Application, office: Office, **other: Any) -> Act:
    person, mandate = reviewer_of(case, office)
    facts = SAID | {"amount": f"{fee_due(case):.2f}"} | other
    return perform(case.pk, "tell_fee_due", by=person, mandate=mandate, **facts)


def test_the_notice_says_how_much_where_and_by_when_and_the_clock_runs_on() -> None:
    case, office = accepted()
    before = clocks_of(case).whole
    record = tell(case, office)
    assert clocks_of(case).whole == before
    content = paper_of(record.documents.get(kind="occupation_fee_notice"))
    told = repr(content)
    for words in (
        "森林植被恢复费缴纳通知书",
        f"{fee_due(case):,.2f}元",
        SAID["payee"],
        "2026年12月4日",
        "松曹路改建工程",
    ):
        assert words in told
    assert render(content).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"amount": "1.00"}, {"difference"}),
        ({"amount": "0"}, {"amount"}),
        ({"amount": "五万"}, {"amount"}),
        ({"until": "2026-11-19"}, {"until"}),
        ({"payee": ""}, {"payee"}),
    ],
)
def test_what_is_told_wrong_is_named(said: dict[str, str], wrong: set[str]) -> None:
    case, office = accepted()
    with pytest.raises(BadFacts) as bad:
        tell(case, office, **said)
    assert bad.value.errors.keys() == wrong


def test_another_amount_needs_its_reason_and_the_paper_tells_it() -> None:
    case, office = accepted()
    record = tell(case, office, amount="80000.00", difference="按市级征收标准计算。")
    assert "按市级征收标准计算。" in repr(paper_of(record.documents.get(kind="occupation_fee_notice")))


def test_where_no_fee_is_charged_none_is_told() -> None:
    case, office = accepted(tenure="temporary", years=1, permanent_building=False)
    with pytest.raises(WrongStatus, match="No fee is due"), override("en"):
        tell(case, office, amount="100.00")
    person, _mandate = reviewer_of(case, office)
    assert "acts/tell_fee_due" not in log_in(person).get(f"/cases/{case.pk}/").content.decode()


def test_the_form_begins_with_what_the_rules_find() -> None:
    case, office = accepted()
    person, _mandate = reviewer_of(case, office)
    desk, place = log_in(person), f"/cases/{case.pk}/acts/tell_fee_due/"
    assert place in desk.get(f"/cases/{case.pk}/").content.decode()
    assert f'value="{fee_due(case):.2f}"' in desk.get(place).content.decode()
    assert desk.post(place, SAID | {"amount": f"{fee_due(case):.2f}"}).status_code == 302


def test_the_applicant_does_not_tell_it() -> None:
    case, office = accepted()
    _person, mandate = reviewer_of(case, office)
    with pytest.raises(NotPermitted):
        perform(case.pk, "tell_fee_due", by=office.clerk, mandate=mandate, amount="1.00", **SAID)


def test_the_page_of_the_task_leads_to_telling_it() -> None:
    case, office = accepted()
    person, mandate = reviewer_of(case, office)
    item = office.items(case, "recommend")[0]
    address = f'href="/cases/{case.pk}/acts/tell_fee_due/"'
    assert address not in log_in(person).get(f"/tasks/{item.pk}/").text  # taken by nobody
    perform(case.pk, "claim", by=person, mandate=mandate, item=item.pk)
    page = log_in(person).get(f"/tasks/{item.pk}/").text
    assert address in page
    assert page.count(f"/cases/{case.pk}/acts/recuse/") == 1  # it has its place below
