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
