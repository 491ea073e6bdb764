"""What the desk asks of findings and of earlier acts stands in columns, says what the texts say."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.db import connection, transaction

from permits.models import Act, Application, NumberSequence, StoodAgainst
from permits.models.against import AGAINST
from permits.models.states import S
from permits.verification.run import verify
from tests.cast import Cast
from tests.runtime_role import as_owner
from workflows.desk.asked import Asked, as_auditor
from workflows.desk.ground import ApprovedTwice
from workflows.desk.passed import stood_against
from workflows.filters import cases_known_by

pytestmark = pytest.mark.django_db


def in_texts() -> set[tuple[int, str, str]]:
    """What the texts of all acts say against them."""
    return {
        (act.pk, one["severity"], one["rule"])
        for act in Act.objects.all()
        for one in act.findings
        if one["severity"] in AGAINST
    }


def kept() -> set[tuple[int, str, str]]:
    return set(StoodAgainst.objects.values_list("act", "severity", "rule"))


@pytest.fixture
def auditor(cast: Cast) -> Asked:
    return as_auditor(cast.auditor)


@pytest.fixture
def warned(cast: Cast) -> Application:
    """A case that asks for the ground of another, approved although the rules say so."""
    cast.case_at(S.APPROVED)
    case = cast.walk_to(S.APPROVED)
    assert in_texts()
    return case


def told_of(case: Application) -> list[str]:
    return [problem.check for problem in verify(Application.objects.filter(pk=case.pk), installation=False)]


def test_what_stood_against_an_act_is_kept_beside_its_text(warned: Application) -> None:
    assert kept() >= {row for row in in_texts() if row[0] in set(warned.acts.values_list("pk", flat=True))}
    assert told_of(warned) == []


def test_a_row_that_is_gone_or_says_something_else_is_found(warned: Application) -> None:
    rows = StoodAgainst.objects.filter(act__application=warned)
    with transaction.atomic():
        rows.filter(pk=rows.latest("pk").pk).delete()
        assert told_of(warned) == ["derived"]
        transaction.set_rollback(True)
    rows.filter(pk=rows.latest("pk").pk).update(severity="refuse", rule="other")
    assert told_of(warned) == ["derived"]


def test_acts_recorded_before_are_given_their_rows(warned: Application) -> None:
    StoodAgainst.objects.all().delete()
    importlib.import_module("permits.migrations.0013_findings_against_acts").fill(apps, None)
    assert kept() == in_texts()


def test_an_approval_is_asked_for_by_severity_and_rule_together(warned: Application) -> None:
    _act, severity, rule = sorted(row for row in kept() if row[0] == warned.acts.get(act="approve").pk)[0]
    for wanted, named, there in ((severity, rule, True), (severity, "none", False), ("not_competent", rule, False)):
        found = Act.objects.filter(stood_against(wanted, named), application=warned, act="approve")
        assert found.exists() is there


@pytest.mark.parametrize(("bound", "cases"), [(0, 0), (1, 2)])
def test_more_ground_than_is_looked_at_is_told(
    warned: Application, auditor: Asked, monkeypatch: pytest.MonkeyPatch, bound: int, cases: int
) -> None:
    monkeypatch.setattr("workflows.desk.question.BOUND", bound)
    rows = ApprovedTwice().rows(auditor)
    assert (rows.cut, len({row.application_id for row in rows.found})) == (not bound, cases)
    monkeypatch.setattr("workflows.desk.ground.ROWS", 1)
    assert ApprovedTwice().rows(auditor).cut


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no index of parts of a number")
@pytest.mark.parametrize("words", ["2024-0000", "2024-00003"])
def test_a_number_looked_for_reads_no_table_of_cases(cast: Cast, words: str) -> None:
    cast.case_at(S.SUBMITTED)
    NumberSequence.objects.create(prefix="FS110118", year=2024, last=9)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of a few rows is read whole unless that is forbidden
    plan = Application.objects.filter(pk__in=cases_known_by(words)).explain()
    assert "Seq Scan on permits_application" not in plan
    of_number = "application_number" if words == "2024-00003" else "case_number_trigram"
    for index in (of_number, "case_title_trigram", "paper_number_trigram"):
        assert index in plan
