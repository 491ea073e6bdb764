"""The progress of a case without a login: by number and code, milestones only."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from permits.acts.progress import find_progress, query_code
from permits.documents.numbering import code_of
from permits.ledger.sequencer import sequence
from permits.models import LogLeaf
from permits.models.states import S
from roles.rates import Rate
from tests.cast import Cast, log_in


def ask(number: str, code: str) -> tuple[int, str]:
    answer = Client().post(reverse("progress"), {"number": number, "code": code})
    return answer.status_code, answer.text


def test_number_and_code_of_the_receipt_tell_the_milestones(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    code = query_code(case)
    assert code in log_in(cast.clerk).get(reverse("draft-submitted", args=[case.pk])).text
    status, page = ask(str(case.number).lower(), f" {code.replace('-', ' ').lower()} ")
    assert status == 200
    for told in (case.number, case.get_status_display(), "2026"):
        assert str(told) in page, told


def test_nothing_else_of_the_case_is_told(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    found = find_progress(str(case.number), query_code(case))
    assert found
    assert {name for _day, name in found.milestones} <= {case.act_label("submit"), case.act_label("accept")}
    page = ask(str(case.number), query_code(case))[1]
    for person in (cast.clerk, cast.acceptor, cast.district_reviewer, cast.reviewer):
        assert person.name not in page
    assert case.unit.name not in page


def test_whatever_stands_between_the_signs_of_the_code_is_forgiven(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    for between in ("—", "–", "·", "　"):
        assert find_progress(str(case.number), query_code(case).replace("-", between))


def test_a_wrong_code_and_a_wrong_number_are_answered_alike(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    other = ask(str(case.number), "AAAA-AAAA-AAAA")
    none = ask("FY-1999-00001", "AAAA-AAAA-AAAA")
    strip = lambda page, number: [line for line in page.splitlines() if number not in line and "csrf" not in line]  # noqa: E731
    assert other[0] == none[0] == 422
    assert strip(other[1], str(case.number)) == strip(none[1], "FY-1999-00001")


def test_the_code_is_the_cases_own_and_stays(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    code = query_code(case)
    cast.do(case, "accept")
    assert query_code(type(case).objects.get(pk=case.pk)) == code


def test_what_the_transparency_log_tells_everyone_is_no_way_to_the_code(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    sequence()
    hashes = {json.loads(data).get("hash", "") for data in LogLeaf.objects.values_list("data", flat=True)}
    assert case.acts.get(act="submit").hash in hashes
    for known in hashes:
        assert find_progress(str(case.number), code_of(f"progress {known}")) is None


def test_guessing_ends_soon(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permits.views.progress.ASKED", Rate("progress", most=2, seconds=600))
    assert [ask("x", "y")[0] for _time in range(3)] == [422, 422, 429]
