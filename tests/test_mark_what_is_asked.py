"""What must be filled in is marked alike in every form, and the sign is told at its head."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from permits.models.states import S
from tests.cast import Cast, log_in

TOLD = "标有*的为必填项。"
TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
OWN_FIELDS = re.compile(r"as_crispy_field|{% crispy |asteriskField")


def marked(page: str) -> set[str]:
    """The labels and legends with the sign."""
    signed = r"<(?:label|legend)[^>]*>\s*((?:(?!</label|</legend).)*?)<span class=\"asteriskField\">"
    return {re.sub(r"\s+", " ", label).strip() for label in re.findall(signed, page, re.DOTALL)}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_who_writes_fields_one_by_one_tells_the_sign_first(path: Path) -> None:
    """A form written as a whole is told by `bootstrap5/uni_form.html`."""
    text = path.read_text("utf-8")
    if "bootstrap5" in path.parts or not OWN_FIELDS.search(text):
        return
    told = [text.find(words) for words in ("components/asked.html", "Fields marked * must")]
    assert -1 < max(told) < OWN_FIELDS.search(text, max(told)).start()  # type: ignore[union-attr]


@pytest.mark.django_db
def test_the_log_in_and_what_became_of_an_objection_tell_it(client: Client) -> None:
    for name, fields in (("login", {"登录名", "密码"}), ("objection-progress", {"异议查询码"})):
        page = client.get(reverse(name)).text
        assert TOLD in page
        assert marked(page) == fields, name


@pytest.mark.django_db
def test_a_form_in_which_all_may_stay_empty_tells_nothing(client: Client) -> None:
    page = client.get(reverse("register-list")).text
    assert TOLD not in page
    assert marked(page) == set()


@pytest.mark.django_db
def test_a_draft_marks_what_it_is_not_handed_in_without_and_nothing_else(cast: Cast) -> None:
    case, client = cast.case_at(S.DRAFT), log_in(cast.clerk)
    head = client.get(reverse("table-head", args=[case.pk])).text
    assert head.index(TOLD) < head.index("用工量（工日）")
    assert "选填" not in head
    assert "用工量（工日）" not in marked(head)
    assert marked(head)
    row = client.get(reverse("table-row-add", args=[case.pk])).text
    assert row.index(TOLD) < row.index("小班号")
    assert "选填" not in row
    assert "小班号" in marked(row)


class Asked(forms.Form):
    """What a verb asks for, all at once, as its form shows it."""

    words = forms.CharField(required=False)
    free = forms.CharField(required=False)
    list = forms.ChoiceField(choices=[("a", "A")], required=False)
    one = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)
    file = forms.FileField(required=False)
    own = forms.CharField()

    def __init__(self) -> None:
        super().__init__()
        for name in ("words", "list", "one", "file"):
            self.fields[name].asked = True  # type: ignore[attr-defined]


def test_programs_that_read_pages_aloud_are_told_what_must_be_filled_in() -> None:
    page = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": Asked()}))
    told = {
        found["name"]
        for found in re.finditer(r"<(?:input|select)[^>]*name=\"(?P<name>\w+)\"[^>]*>", page)
        if 'aria-required="true"' in found.group()
    }
    assert told == {"words", "list", "file"}
    assert len(re.findall(r'<fieldset\s+role="radiogroup" aria-required="true"', page)) == 1
    assert re.search(r"<input[^>]*name=\"own\"[^>]* required", page)


@pytest.mark.django_db
def test_a_draft_says_so_too(cast: Cast) -> None:
    case, client = cast.case_at(S.DRAFT), log_in(cast.clerk)
    row = client.get(reverse("table-row-add", args=[case.pk])).text
    fields = re.findall(r"<(?:input|select|textarea)[^>]*name=\"number\"[^>]*>", row)
    assert fields
    assert all('aria-required="true"' in field for field in fields)
