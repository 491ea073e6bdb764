"""Chinese first, English by one click, remembered."""

from __future__ import annotations

import pytest
from django.test import Client

from roles.models import Person

pytestmark = pytest.mark.django_db


def heading_language(client: Client, **headers: str) -> str:
    response = client.get("/login/", headers=headers)
    return str(response.headers["Content-Language"])


def test_page_is_chinese_whatever_the_browser_asks_for(client: Client) -> None:
    assert heading_language(client, **{"accept-language": "en"}) == "zh-hans"


def test_one_click_changes_the_language_and_stays_on_the_page(client: Client) -> None:
    response = client.post("/language/", {"language": "en", "next": "/login/?next=/cases/"})
    assert response["Location"] == "/login/?next=/cases/"
    assert heading_language(client) == "en"


def test_choice_is_kept_with_the_person_for_letters_and_other_computers(client: Client) -> None:
    person = Person.objects.create_user("clerk", name="经办员")
    client.force_login(person)
    client.post("/language/", {"language": "en", "next": "/login/"})
    person.refresh_from_db()
    assert person.language == "en"
    elsewhere = Client()
    elsewhere.force_login(person)
    assert elsewhere.get("/nowhere/").headers["Content-Language"] == "en"


@pytest.mark.parametrize("language", ["de", "", "zh-hans\n", "../en"])
def test_unknown_language_changes_nothing(client: Client, language: str) -> None:
    client.post("/language/", {"language": language})
    assert heading_language(client) == "zh-hans"


def test_language_never_leads_to_another_site(client: Client) -> None:
    response = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_link_cannot_change_the_language(client: Client) -> None:
    assert client.get("/language/?language=en").status_code == 405
