"""The manuals under 帮助: open to everyone, safe, whole, and true to the words of the pages."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config import catalogue
from config.manuals import FOLDER, MANUALS, rendered

LINES = 125  # a manual is read at one sitting


def page(name: str, language: str = "zh-hans") -> str:
    """The manual as a visitor sees it who is not logged in."""
    visitor = Client()
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = visitor.get(reverse("manual", args=[name]))
    assert answer.status_code == 200
    return str(answer.text)


def text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8")


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Every text of the pages in Chinese."""
    said = catalogue.read_catalogue(catalogue.po_file())
    return {one for text in said for one in ([text.string] if isinstance(text.string, str) else text.string)}


@pytest.mark.django_db
def test_the_list_names_each_manual_in_the_order_of_a_case() -> None:
    shown = Client().get(reverse("help")).text
    places = [shown.index(reverse("manual", args=[name])) for name in MANUALS]
    assert places == sorted(places)
    assert {path.stem for path in FOLDER.glob("*.md")} == MANUALS.keys()


def test_each_cell_of_a_table_knows_the_head_of_its_column() -> None:
    tables = "| 事项 | 填写 |\n|---|---|\n| 受理 | 备注 |\n\n| 期限 |\n|---|\n| 十日 |\n"
    assert re.findall(r'<td data-label="(.*?)">(.*?)</td>', rendered(tables).body) == [
        ("事项", "受理"), ("填写", "备注"), ("期限", "十日")
    ]  # fmt: skip


@pytest.mark.django_db
def test_every_page_leads_to_help() -> None:
    assert f'href="{reverse("help")}"' in Client().get(reverse("login")).text


@pytest.mark.django_db
@pytest.mark.parametrize("name", MANUALS)
def test_the_contents_lead_to_the_headings_and_pictures_are_static_files(name: str) -> None:
    shown = page(name)
    anchors = re.findall(r'<li><a href="#([^"]+)"', shown)
    assert anchors
    assert all(f'<h2 id="{anchor}">' in shown for anchor in anchors)
    assert shown.count("<h1") == 1
    assert shown.count('src="/static/manuals/') == shown.count("<img ") == text(name).count("![")
    assert ".md" not in re.sub(r"<[^>]+>", "", shown)


@pytest.mark.django_db
def test_who_reads_in_english_is_told_that_the_manuals_are_in_chinese() -> None:
    assert "The manuals are in Chinese." in page("clerk", "en")
    assert "The manuals are in Chinese." not in page("clerk")


@pytest.mark.django_db
def test_an_unknown_name_is_not_found() -> None:
    for name in ("nobody", "README"):
        assert Client().get(reverse("manual", args=[name])).status_code == 404


def test_html_and_scripts_in_a_text_do_nothing() -> None:
    body = rendered("# t\n\n<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n[a](javascript:alert(1))").body
    assert "<script" not in body
    assert "<img" not in body
    assert 'href="javascript' not in body


def test_two_headings_of_one_manual_have_two_anchors() -> None:
    for name in MANUALS:
        anchors = [anchor for anchor, _heading in rendered(text(name)).contents]
        assert len(set(anchors)) == len(anchors), name


@pytest.mark.parametrize("name", MANUALS)
def test_what_stands_in_corner_quotes_is_a_text_of_the_pages(name: str, words: set[str]) -> None:
    quoted = set(re.findall(r"「([^」]+)」", text(name)))
    assert quoted
    assert quoted <= words, sorted(quoted - words)


@pytest.mark.parametrize("name", MANUALS)
def test_a_manual_is_short(name: str) -> None:
    assert len(text(name).splitlines()) <= LINES
