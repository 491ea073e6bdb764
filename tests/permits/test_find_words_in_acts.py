"""Words in the texts of acts are found along an index, by whatever way the acts were written."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models

from permits.ledger import triggers, words
from permits.ledger.words import holding, in_a_value, within_json
from permits.models import Act
from permits.models.states import S
from tests.cast import Cast
from tests.runtime_role import as_owner

SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="the index of SQLite")


def found(said: str) -> set[str]:
    """The acts whose text holds these words."""
    return set(Act.objects.filter(holding(within_json(said))).values_list("act", flat=True))


def read(said: str) -> set[str]:
    """The same without any index."""
    return {one.act for one in Act.objects.all() if within_json(said) in one.body}


def plan(said: str) -> str:
    """How the database goes about it; a table of a few rows is read whole unless that is forbidden."""
    with as_owner(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    return Act.objects.filter(holding(within_json(said))).order_by().explain()


SAID = ("林", "同意", "拟同意", "经审查，符合要求", '符合"要求', "no such word", "%", "", "？？", "𠮷野")


@pytest.mark.parametrize("said", SAID)
def test_what_an_index_finds_is_what_reading_finds(cast: Cast, said: str) -> None:
    cast.case_at(S.APPROVED)
    assert found(said) == read(said)


@pytest.mark.parametrize(
    ("said", "stands"),
    [("outcome", False), ("_", True), ("opinion", False), ("approve", True), ("hans", False), ("O-FL", False),
     ("2026-11-20T", False), (":56:", False), ("2019", True), ("材料齐全", True)],
)  # fmt: skip
def test_neither_the_name_of_a_field_nor_a_time_stamp_is_what_was_said(cast: Cast, said: str, stands: bool) -> None:
    """`_` stands in names of fields everywhere, and in the codes of acts and findings as a value."""
    cast.case_at(S.APPROVED)
    assert within_json(said) in "".join(one.body for one in Act.objects.all()) or said == "O-FL"
    acts = Act.objects.filter(holding(said) & in_a_value(said))
    assert acts.exists() == stands
    assert {one.pk for one in acts} == {one.pk for one in Act.objects.all() if said in _values(json.loads(one.body))}


def _values(told: Any) -> str:
    """Everything a text of an act says, without the names of its fields, its time stamps, hashes and numbers."""
    if isinstance(told, dict | list):
        return "\n".join(_values(one) for one in (told.values() if isinstance(told, dict) else told))
    unsaid = not isinstance(told, str) or re.fullmatch(r"[0-9a-f]{64}|\S{10}T\S{8}\.\S+Z", told)
    return "" if unsaid else str(told)


def test_a_piece_of_a_hash_was_not_said(cast: Cast) -> None:
    act = cast.case_at(S.SUBMITTED).acts.order_by("seq")[1]
    assert not Act.objects.filter(in_a_value(act.previous[:9])).exists()


def test_some_words_are_there_to_be_found(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    assert "propose" in read("符合") & read("材料齐全")


@pytest.mark.parametrize("said", ["山杨", "经审查，符合要求", "management plan"])
def test_no_act_is_read_that_cannot_hold_the_words(cast: Cast, said: str) -> None:
    if connection.vendor == "sqlite":
        if len(said) > 2:
            assert "VIRTUAL TABLE INDEX" in plan(said)
            assert "SCAN permits_act\n" not in plan(said)
    else:
        assert "Bitmap Index Scan on act_said_" in plan(said)


def test_words_of_two_signs_have_an_index_of_their_own(cast: Cast) -> None:
    if connection.vendor == "postgresql":
        assert "act_said_pairs" in plan("山杨")


@SQLITE
@pytest.mark.django_db(transaction=True)
def test_an_index_that_lost_its_trigger_is_named_and_made_anew(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {words.INDEX}_kept")
    assert (triggers.missing(connection), triggers.altered(connection)) == ([], ["permits_act"])
    cast.case_at(S.APPROVED)  # found all the same, row by row
    assert found("材料齐全") == read("材料齐全") != set()
    call_command("migrate", verbosity=0)
    assert (words.kept(connection), triggers.altered(connection)) == (True, [])
    assert found("材料齐全") == read("材料齐全") != set()


@SQLITE
@pytest.mark.django_db(transaction=True)
def test_an_index_outlives_a_table_that_is_rebuilt(cast: Cast) -> None:
    cast.case_at(S.APPROVED)
    field = Act._meta.get_field("act")
    wider = models.CharField(max_length=41)
    wider.set_attributes_from_name("act")
    wider.model = Act
    with connection.schema_editor() as editor:
        editor.alter_field(Act, field, wider, strict=True)
    assert not words.kept(connection)
    call_command("migrate", verbosity=0)
    cast.case_at(S.APPROVED)
    assert words.kept(connection)
    assert found("材料齐全") == read("材料齐全") != set()


@SQLITE
@pytest.mark.django_db
def test_a_guard_taken_away_is_missed_beside_the_trigger_of_the_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER permits_act_no_delete")
    assert triggers.missing(connection) == ["permits_act"]
