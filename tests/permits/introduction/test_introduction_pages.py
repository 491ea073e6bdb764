"""The pages of an introduction's draft: who gets them, what they say of errors, and that nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from permits.acts.perform import perform
from permits.introduction.kind import INTRODUCTION
from permits.models import Application
from roles.models import Person
from tests.cast import NOW, load_matrix, log_in, make_person
from tests.permits.introduction.cases import draft, head, species

pytestmark = pytest.mark.django_db
SELECTED = '<option value="True" selected>'


@pytest.fixture(autouse=True)
def now(begins_with_matrix: None) -> Any:
    with time_machine.travel(NOW, tick=True):
        load_matrix()
        yield


@pytest.fixture
def case() -> Application:
    return draft(species("D"))[0]


@pytest.fixture
def clerk(case: Application) -> Person:
    person: Person = case.acts.get(act="open_draft").person
    return person


def posted(case: Application, **other: Any) -> dict[str, Any]:
    """The head as its page would post it."""
    case.introduction.refresh_from_db()
    values = {name: "" if value is None else value for name, value in head(**other).items()}
    return values | {"version": case.introduction.version, "save": "1"}


def test_the_head_shows_what_is_stored(case: Application, clerk: Person) -> None:
    page = log_in(clerk).get(reverse("table-head", args=[case.pk])).content.decode()
    assert page.count(SELECTED) == 2
    assert "密云区石城镇繁育场" in page


def test_what_is_missing_is_named_and_nothing_typed_is_lost(case: Application, clerk: Person) -> None:
    address = reverse("table-head", args=[case.pk])
    answer = log_in(clerk).post(address, posted(case, place="", responsible="钱龘"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"place"}
    assert "钱龘" in answer.content.decode()
    later = {name: value for name, value in posted(case, place="", responsible="钱龘").items() if name != "save"}
    assert log_in(clerk).post(address, later | {"later": "1"}).status_code == 302
    case.introduction.refresh_from_db()
    assert (case.introduction.place, case.introduction.responsible) == ("", "钱龘")


def test_the_days_of_the_isolation_can_stay_empty_and_are_not_marked_as_asked(case: Application, clerk: Person) -> None:
    address = reverse("table-head", args=[case.pk])
    form = log_in(clerk).get(address).context["form"]
    asked = {name: form.fields[name].asked for name in ("escape_measures", "isolation_from", "isolation_to")}
    assert asked == {"escape_measures": True, "isolation_from": False, "isolation_to": False}
    assert log_in(clerk).post(address, posted(case)).status_code == 302


def test_an_isolation_that_ends_before_it_begins_is_refused_even_for_later(case: Application, clerk: Person) -> None:
    given = posted(case, isolation_from="2026-12-02", isolation_to="2026-12-01") | {"later": "1"}
    answer = log_in(clerk).post(reverse("table-head", args=[case.pk]), given)
    assert set(answer.context["form"].errors) == {"isolation_to"}


def test_the_second_of_two_tabs_is_told_and_keeps_its_words(case: Application, clerk: Person) -> None:
    first, second = posted(case, marking="芯片"), posted(case, marking="耳标")
    address, client = reverse("table-head", args=[case.pk]), log_in(clerk)
    assert client.post(address, first).status_code == 302
    answer = client.post(address, second)
    assert answer.status_code == 422
    assert "耳标" in answer.content.decode()
    case.introduction.refresh_from_db()
    assert case.introduction.marking == "芯片"


YES_NO = {True: "yes", False: "no"}


def test_a_species_is_added_changed_and_taken_out(case: Application, clerk: Person) -> None:
    client, row = log_in(clerk), species("D", scientific_name="Cervus elaphus", chinese_name="马鹿")
    given = {name: YES_NO.get(row[name], row[name]) for name in INTRODUCTION.table.names} | {"version": 1, "save": "1"}
    assert client.post(reverse("table-row-add", args=[case.pk]), given).status_code == 302
    one = case.introduction.rows.get(chinese_name="马鹿")
    address = reverse("table-row", args=[case.pk, one.pk])
    assert client.post(address, given | {"quantity": "7"}).status_code == 302
    one.refresh_from_db()
    assert one.quantity == 7
    assert client.post(address, given | {"quantity": "9"}).status_code == 422  # read before the change
    again = client.post(reverse("table-row-add", args=[case.pk]), given)
    assert set(again.context["form"].errors) == {"scientific_name"}
    client.post(reverse("table-row-delete", args=[case.pk, one.pk]), {"version": 2})
    assert case.introduction.rows.count() == 1


def test_a_watched_species_is_marked(case: Application, clerk: Person) -> None:
    INTRODUCTION.book.add(case.pk, species("D", scientific_name="Rana catesbeiana", chinese_name="牛蛙"))
    page = log_in(clerk).get(reverse("table-rows", args=[case.pk])).content.decode()
    assert page.count("state-wait") == 1


@pytest.mark.parametrize("name", ["table-head", "table-rows", "table-row-add"])
def test_a_stranger_finds_nothing_and_a_closed_draft_is_closed(case: Application, clerk: Person, name: str) -> None:
    address = reverse(name, args=[case.pk])
    assert log_in(make_person("nobody", "路人")).get(address).status_code == 404
    perform(case.pk, "submit", by=clerk, statement=True)
    assert log_in(clerk).get(address).status_code == 409


@pytest.mark.parametrize(("route", "told"), [("A", True), ("B", False)])
def test_what_another_organ_decides_is_told_while_the_draft_is_filled_in(route: str, told: bool) -> None:
    case, clerk = draft(species(route))
    desk = log_in(clerk)
    for name in ("table-head", "draft-materials", "draft"):
        assert ("向国家林业和草原局申请" in desk.get(reverse(name, args=[case.pk])).text) == told, name


def test_what_a_rule_finds_of_many_species_is_one_line_and_costs_the_pages_of_rows_nothing() -> None:
    case, clerk = draft(*(species("A", scientific_name=f"Equus quagga{number}") for number in range(3)))
    desk, row = log_in(clerk), case.introduction.rows.first()
    assert row is not None
    page = desk.get(reverse("draft", args=[case.pk])).text
    assert page.count("向国家林业和草原局申请") == 1
    assert "Equus quagga0及其他2项：" in page
    for address in (reverse("table-rows", args=[case.pk]), reverse("table-row", args=[case.pk, row.pk])):
        assert "向国家林业和草原局申请" not in desk.get(address).text, address
