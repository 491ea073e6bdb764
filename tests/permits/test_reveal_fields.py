"""Fields that do not always apply: declared once, said on the label, revealed by the script, asked where they apply."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from permits.kinds import kind
from permits.models.states import S
from permits.tables.columns import When
from permits.tables.forms import RowForm
from tests.cast import Cast, log_in

CONDITIONAL = {
    "tending": {"funding_note"},
    "occupation": {
        "years", "permanent_building", "renews", "years_before", "facility", "main_project_level", "in_plan_area",
        "violation_note",
    },
    "introduction": {"escape_measures", "isolation_from", "isolation_to"},
    "felling": set(),
}  # fmt: skip


def head_form(cast: Cast, code: str) -> Any:
    if code == "tending":
        case, clerk = cast.case_at(S.DRAFT), cast.clerk
    else:
        case, clerk = import_module(f"tests.permits.{code}.cases").draft()
    client = log_in(clerk)
    client.cookies["django_language"] = "en"
    return client.get(reverse("table-head", args=[case.pk])).context["form"]


@pytest.mark.parametrize("code", CONDITIONAL)
def test_a_field_of_a_head_that_may_not_apply_says_when_and_is_never_called_optional(cast: Cast, code: str) -> None:
    form = head_form(cast, code)
    told = {name for name in form.fields if "data-when" in form.fields[name].widget.attrs}
    assert told == CONDITIONAL[code]
    for name in told:
        label = str(form.fields[name].label)
        assert "(if “" in label, label
        assert "optional" not in label


def test_a_field_that_may_stay_empty_even_where_it_applies_says_so(cast: Cast) -> None:
    fields = head_form(cast, "occupation").fields
    kept_open = {name for name in fields if "may stay empty" in str(fields[name].label)}
    assert kept_open == {"renews", "years_before"}


@pytest.mark.parametrize("code", CONDITIONAL)
def test_a_condition_names_a_field_and_values_that_are_there(cast: Cast, code: str) -> None:
    made: Any = kind(code)
    form = head_form(cast, code)
    for when in made.head.conditions.values():
        field = made.head_model.field(when.field)
        assert when.field in form.fields
        assert set(when.values) <= (set(dict(field.flatchoices)) or {"yes", "no"})
    for column in made.table.columns:
        for when in column.where:
            known = {choice.code for choice in made.table.by_name[when.field].choices}
            assert set(when.values) <= known, column.name


def test_the_script_is_told_what_the_rules_ask(cast: Cast) -> None:
    form = head_form(cast, "occupation")
    assert json.loads(form.fields["years"].widget.attrs["data-when"]) == [["tenure", ["temporary"], False]]


@pytest.mark.parametrize(("said", "holds"), [(True, True), ("yes", True), (False, False), ("", False), (None, False)])
def test_yes_is_yes_however_it_is_said(said: object, holds: bool) -> None:
    assert When("felling", ("yes",)).holds({"felling": said}) is holds


def test_an_exception_holds_wherever_it_is_not_met() -> None:
    unless = When("manner", ("clear",), unless=True)
    assert [unless.holds({"manner": said}) for said in ("clear", "thinning", "")] == [False, True, True]


def test_what_is_wrong_with_a_field_names_it_without_the_mark_that_says_when_it_is_filled_in(cast: Cast) -> None:
    case = cast.case_at(S.DRAFT)
    client = log_in(cast.clerk)
    address = reverse("table-head", args=[case.pk])
    assert "用工量（工日）" in client.get(address).text
    page = client.post(
        address, {"version": case.tending.version, "labour_days": "-3", "funding_note": "注" * 3000}
    ).text
    summary = page[page.index('id="error-summary"') : page.index("</ul>", page.index('id="error-summary"'))]
    assert "用工量（工日）：" in summary
    assert "选填" not in summary
    assert "时填写" not in summary
    assert "用工量（工日）" in page[page.index("</ul>") :]


@pytest.mark.parametrize("code", ["occupation", "felling", "tending"])
def test_units_of_labels_are_in_the_language_of_the_reader(cast: Cast, code: str) -> None:
    with override("en"):
        labels = [str(field.label) for field in RowForm(kind(code).table).fields.values()]
    assert [label for label in labels if re.search(r"[㐀-鿿]", label)] == []
