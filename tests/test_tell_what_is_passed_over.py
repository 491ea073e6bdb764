"""What an address says and its page cannot give is told above what the page shows instead (roles/misread.py)."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from permits.models.states import S
from roles.accounts import make_administrator
from tests.cast import Cast, log_in, make_person

pytestmark = pytest.mark.django_db
TOLD = re.compile(r"passed over: (.*?)\. What is shown", re.DOTALL)


def passed_over(client: Client, address: str) -> str:
    """What the page says of the address."""
    page = client.get(address, headers={"accept-language": "en"})
    assert page.status_code == 200, address
    found = TOLD.search(html.unescape(page.text))
    return found[1] if found else ""


@pytest.fixture
def readers(cast: Cast) -> dict[str, Client]:
    """Someone for each address."""
    auditing = make_person("audit-keeper", "审计管理员")
    make_administrator(auditing, "audit")
    system = make_person("accounts-keeper", "账号管理员")
    make_administrator(system, "system")
    people: dict[str, Any] = {
        "clerk": cast.clerk, "head": cast.head, "auditor": cast.auditor, "log": auditing, "system": system,
    }  # fmt: skip
    return {name: log_in(person, english=True) for name, person in people.items()} | {"visitor": english_visitor()}


def english_visitor() -> Client:
    client = Client()
    client.cookies.load({"django_language": "en"})
    return client


PAGED = (
    ("clerk", "/cases/"), ("head", "/queue/led/"), ("head", "/permits/"), ("clerk", "/notifications/"),
    ("head", "/quotas/"), ("auditor", "/desk/decided-late/"), ("auditor", "/desk/engagements/"),
    ("visitor", "/notices/"),
    ("clerk", "/roles/"), ("system", "/agencies/"), ("system", "/units/"),
    ("system", "/accounts/"), ("log", "/security-log/"), ("head", "/audit-findings/"), ("head", "/objections/"),
)  # fmt: skip


@pytest.mark.parametrize(("who", "address"), PAGED)
def test_a_page_that_a_list_has_not_is_told(readers: dict[str, Client], cast: Cast, who: str, address: str) -> None:
    cast.case_at(S.SUBMITTED)
    for said in ("0", "abc", "-1", "1.5", "4000000"):
        assert passed_over(readers[who], f"{address}?page={said}") == f"page={said}"
    for said in ("1", ""):
        assert passed_over(readers[who], f"{address}?page={said}") == ""


@pytest.mark.parametrize(
    ("who", "address", "said"),
    [
        ("head", "/queue/led/?sort=nonsense", "sort=nonsense"),
        ("head", "/queue/led/?sort=nonsense&sort=due", "sort=nonsense"),
        ("head", "/queue/led/?sort=-due&from=singlemessage", ""),
        ("clerk", "/cases/?undelivered=true", "undelivered=true"),
        ("head", "/dashboard/?months=5", "months=5"),
        ("head", "/dashboard/?months=12", ""),
        ("head", "/calendar/?month=2026-13&of=mine", "month=2026-13"),
        ("head", "/calendar/?month=2026-12&of=all", "of=all"),
        ("clerk", "/calendar/?of=led", "of=led"),
        ("visitor", "/notices/?year=abc", "year=abc"),
        ("visitor", "/notices/?year=1999", "year=1999"),
        ("visitor", "/register/?after=abc", "after=abc"),
        ("visitor", "/register/?after=", ""),
        ("head", "/statistics/?agency=1", "agency=1"),
        ("log", "/security-log/?format=pdf", "format=pdf"),
        ("clerk", "/cases/?sort=" + "林" * 500, "sort=" + "林" * 40 + "…"),
        ("clerk", "/cases/?page=%3Cb%3E", "page=<b>"),
    ],
)
def test_what_else_an_address_says_and_is_none_is_told(
    readers: dict[str, Client], who: str, address: str, said: str
) -> None:
    assert passed_over(readers[who], address) == said


def test_a_page_beyond_the_last_is_the_last_and_one_before_the_first_the_first(cast: Cast) -> None:
    client = log_in(cast.clerk, english=True)
    pages = [client.get(f"/roles/?page={said}").context["page"].number for said in ("999", "0", "x", "2")]
    last = client.get("/roles/").context["page"].paginator.num_pages
    assert last > 2
    assert pages == [last, 1, 1, 2]


def test_two_submissions_that_are_none_are_told(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    assert passed_over(log_in(cast.clerk, english=True), f"/cases/{case.pk}/compare/?before=99") == "before=99"


def test_a_program_that_asks_for_rows_behind_a_key_that_is_none_is_refused(cast: Cast) -> None:
    for wrong in ("abc", "2026-13-01-1", "2026-01-01-", "2026-01-01x5"):
        answer = Client().get("/register/data.json", {"after": wrong})
        assert answer.status_code == 422
        assert set(answer.json()) == {"after"}


BEGUN = (
    ("head", "/roles/delegations/new/?term={}", "term"),
    ("system", "/people/new/?post={}", "post"),
    ("head", "/agencies/{agency}/official-data/?datum={}", "datum"),
    ("visitor", "/precheck/tending/?district={}", "district"),
)  # fmt: skip


@pytest.mark.parametrize(("who", "address", "name"), BEGUN)
def test_what_a_form_was_to_begin_with_and_cannot_is_told(
    readers: dict[str, Client], cast: Cast, who: str, address: str, name: str
) -> None:
    at = address.replace("{agency}", cast.head.memberships.get().post.agency.slug)
    for said in ("abc", "-1", "4000000000000"):
        assert passed_over(readers[who], at.format(said)) == f"{name}={said}"
    assert passed_over(readers[who], at.format("")) == ""


def test_a_number_of_a_paper_that_is_too_long_to_be_one_is_told(readers: dict[str, Client]) -> None:
    assert passed_over(readers["visitor"], "/verify/?number=" + "1" * 91) == "number=" + "1" * 40 + "…"
    shown = readers["visitor"].get("/verify/?number=京绿审〔2026〕12号")
    assert 'value="京绿审〔2026〕12号"' in shown.text


def test_more_words_than_are_looked_for_are_told(readers: dict[str, Client]) -> None:
    for address in ("/agencies/", "/units/", "/accounts/"):
        assert passed_over(readers["system"], f"{address}?q=" + "林" * 61) == "q=" + "林" * 40 + "…"
        assert passed_over(readers["system"], f"{address}?q=" + "林" * 60) == ""


def test_what_a_link_says_of_a_step_and_no_form_of_it_takes_is_told(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case, by=cast.decider)
    client, at = log_in(cast.decider, english=True), f"/tasks/{item.pk}/"
    for asked, told in (
        ("?act=nonsense", "act=nonsense"),
        ("?act=accept", "act=accept"),
        ("?act=approve", ""),
        ("?act=approve&adopt=99", "adopt=99"),
        ("?act=rule_on_finding&rule=X-1&where=none", "rule=X-1, where=none"),
        ("?unfinished=yours", "unfinished=yours"),
        ("?unfinished=mine", ""),
    ):
        assert passed_over(client, at + asked) == told, asked


def test_several_parts_are_told_as_a_chinese_list() -> None:
    told = Client().get("/notices/?page=x&year=abc", headers={"accept-language": "zh-hans"}).text
    assert "page=x、year=abc" in html.unescape(told) or "year=abc、page=x" in html.unescape(told)
