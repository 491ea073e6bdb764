"""Who may open and post to which address: one table (tests/access.py) for all; an address without a row fails the test.

Every kind of account (tests/accounts.py) sends a GET and a POST; what is posted is whole, so that whoever may do it
does it (tests/scenes.py), and nobody else leaves a trace (tests/asking.py). The addresses of the administration:
tests/test_administration_table.py.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from permits.kinds import kinds
from permits.ledger.sequencer import sequence
from permits.models.states import S
from roles.models import Agency, Membership
from tests.access import ADMINISTRATION, CASE, OF_ONE_ROW, OTHERS_DRAFT, SITE, names
from tests.accounts import EVERYONE, GROUPS
from tests.asking import SHOWN, Asker, Count, quickly
from tests.cast import Cast, log_in
from tests.quotas import stock
from tests.scenes import Scene
from tests.workflows.engaged import answered_finding
from workflows.common_opinions import keep_opinion
from workflows.kept_filters import keep_filter
from workflows.models import EngagementFile
from workflows.notifications.findings import make_pending as make_finding_news


def test_every_address_of_the_site_has_a_row() -> None:
    of_cases = {name.split()[0] for rows in CASE.values() for name in rows}
    assert set(names(get_resolver())) == SITE.keys() | of_cases | ADMINISTRATION


def test_everyone_is_in_one_group() -> None:
    assert len(EVERYONE) == len(set(EVERYONE)) == sum(len(members) for members in GROUPS.values())


def test_pages_of_no_case(cast: Cast) -> None:
    scene = Scene.at(cast, S.SUBMITTED)
    said, keys = of_the_site(scene), arguments(scene)
    count = Count(Asker(scene.accounts))
    with quickly():
        for name, pair in SITE.items():
            place = reverse(name, args=keys.get(name, []), query=QUERIES.get(name))
            count.ask(name, pair, place, said.get(name, {}))
    assert not count.wrong, "\n".join(count.wrong)


QUERIES = {"draft-new": {"kind": "tending"}}


def arguments(scene: Scene) -> dict[str, list[Any]]:
    given = scene.accounts["deputy"].delegations_held.get()
    kept = keep_filter("agency", "逾期的", "time=late", by=scene.accounts["acceptor"])
    book = stock("felling", scene.accounts.cast.miyun.pk, year=2025)
    opinion = keep_opinion("材料齐全。", by=scene.accounts["acceptor"])
    sequence()
    engagement, case, finding, file, news = answered(scene)
    return {
        "engagement": [engagement], "engagement-history": [engagement], "engagement-report": [engagement],
        "engagement-sample": [engagement],
        "engagement-population": [engagement, 3], "engagement-act": [engagement, "close"],
        "engagement-case": [engagement, case], "engagement-finding": [engagement, finding],
        "audit-finding": [finding], "engagement-file": [file], "finding-notification": [news],
        "log-tile": [0, "000"], "log-entries": ["000"], "register-data": ["csv"], "agency-publicity": ["bj-forestry"],
        "register-entry": [999_999], "objection-new": [999_999], "objection-file": [999_999],
        "quota": [book.pk], "quota-carry": [book.pk], "quota-lapse": [book.pk], "opinion-drop": [opinion.pk],
        "guide": ["tending", scene.accounts.cast.miyun.pk], "precheck": ["tending"], "queue": ["agency"],
        "filter-drop": [kept.pk], "table-template": ["tending"], "delegation-end": [given.pk],
        "account_reset_password_from_key": ["1", "x-y"], "openid_connect_login": ["oidc"],
        "openid_connect_callback": ["oidc"], "manual": ["clerk"],
        "desk-question": ["held"], "desk-dossier": ["decisions"],
        "own-address-take": ["1:2:3"], "mfa_edit_webauthn": [1], "mfa_remove_webauthn": [1],
    }  # fmt: skip


def answered(scene: Scene) -> tuple[int, int, int, int, int]:
    """Keys of an engagement whose one finding is answered: its own, the case's, the finding's, the file's, that of the
    head's news."""
    cast = scene.accounts.cast
    case = cast.case_at(S.APPROVED)
    engagement, finding = answered_finding(cast, case)
    make_finding_news()
    news = cast.head.finding_news.get().pk
    return engagement.pk, case.pk, finding.pk, EngagementFile.objects.get().pk, news


def of_the_site(scene: Scene) -> dict[str, dict[str, Any]]:
    """What is posted to the addresses of no case."""
    cast = scene.accounts.cast
    away = Membership.objects.get(person=cast.decider).pk
    day = "2026-11-20"
    return {
        "login": {"username": "stranger", "password": "long enough to pass"},
        "set_language": {"language": "en", "next": "/"},
        "queue-claim": {"item": [scene.item.pk]},
        "queue-reassign": {"item": [scene.item.pk], "to": cast.second_acceptor.pk, "reason": "出差"},
        "engagement-new": {
            "title": "审计", "ground": "计划", "since": "2026-01-01", "until": "2026-12-31",
            "agency": Agency.objects.get(slug="bj-forestry").pk,
        },
        "engagement-act": {"conclusion": "结论", "reason": "届满"},
        "engagement-case": {"act": "note", "text": "底稿"},
        "engagement-finding": {"act": "accept", "opinion": "销号"},
        "audit-finding": {"act": "rectify", "text": "已经补充", "done_on": day},
        "filter-keep": {"list": "agency", "name": "临期的", "query": "time=soon"},
        "opinion-list": {"text": "经审查，符合规定。", "whose": "mine"},
        "notifications-read": {"until": "9" * 18},
        "notification-choices": {"language": "zh-hans"},
        "delegation-new": {
            "term": away, "to": scene.accounts["deputy"].pk, "since": day, "until": day, "reason": "出差",
        },
        "draft-new": {"once": SHOWN, "unit": cast.farm.pk, "district": cast.miyun.pk, "title": "新稿"},
        "quota-list": {"book": f"felling:{cast.miyun.pk}", "year": "2026", "amount": "5", "document": "测试1号"},
        "quota-carry": {"amount": "5", "document": "结转"},
        "quota-lapse": {"document": "作废"},
        "progress": {"number": "FY11011820260001", "code": "000000000000"},
        "verify-start": {"number": "京绿审〔2026〕12号", "code": "000000000000"},
    }  # fmt: skip


@pytest.mark.parametrize("status", CASE)
def test_pages_of_a_case(cast: Cast, status: str) -> None:
    scene = Scene.at(cast, status)
    said, places, count = scene.said(), scene.addresses(), Count(Asker(scene.accounts))
    if status in (S.FINAL_REVIEW, S.APPROVED):
        count.told += CASE[S.SUBMITTED].values()
    with quickly():
        for name, pair in CASE[status].items():
            count.ask(name, pair, places[name], said.get(name, {}), scene.first(name))
    assert not count.wrong, "\n".join(count.wrong)


@pytest.mark.parametrize("code", [kind.code for kind in kinds() if kind.code != "tending"])
def test_a_draft_of_another_kind_is_its_own_units(cast: Cast, code: str) -> None:
    case, clerk = import_module(f"tests.permits.{code}.cases").draft()
    desks = [log_in(getattr(cast, name)) for name in ("stranger", "clerk", "colleague", "head", "auditor")]
    row = getattr(case, code).rows.first()
    for name in OTHERS_DRAFT:
        more = [row.pk] if name in OF_ONE_ROW else ["xlsx"] if name == "table-export" else []
        place = reverse(name, args=[case.pk, *more])
        assert log_in(clerk).get(place).status_code == 200, name
        with quickly():
            assert {desk.get(place).status_code for desk in desks} == {404}, name


def test_a_case_that_does_not_exist_is_not_found_by_anyone(cast: Cast) -> None:
    desks = [log_in(getattr(cast, name)) for name in ("stranger", "clerk", "decider", "head", "auditor")]
    with quickly():
        for name in ("case", "draft", "case-record", "task", "material"):
            assert {desk.get(reverse(name, args=[999_999])).status_code for desk in desks} == {404}, name
