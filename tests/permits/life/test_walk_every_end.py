"""Every end of a permit, for every kind, on the pages people use; or its own words why a kind knows no such end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from permits.kinds import codes, kind_of
from permits.models.permit import P
from permits.models.states import S
from roles.models import Person
from roles.models.mandates import Duty
from tests.cast import fresh, log_in, pdf
from tests.permits.life import lives
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, print_papers
from tests.permits.life.remedied import last, problems
from tests.permits.occupation.cases import Office
from tests.prepared import walked_once
from workflows import sweep
from workflows.mandates import the_mandate

GRANTED: dict[str, Callable[[Any], Desk]] = {
    "tending": lambda asked: Desk.of_tending(asked("cast")),
    "occupation": lambda asked: Desk.of_temporary_use(asked("traveller")),
    "introduction": lambda asked: asked("traveller") and _printed("species", 1),
    "felling": lambda asked: asked("traveller") and _printed("licence", 31),
}


@walked_once("matrix")
def _printed(what: str, number: int) -> Desk:
    case, clerk = getattr(lives, what)(number)
    print_papers(case)
    return Desk(fresh(case), clerk, Office(clerk).officer(the_mandate(fresh(case), Duty.DECIDE)))


@pytest.fixture(params=GRANTED)
def held(request: pytest.FixtureRequest) -> Desk:
    """A permit of each kind, its papers printed."""
    desk = GRANTED[request.param](request.getfixturevalue)
    assert (desk.case.kind, fresh(desk.case).status) == (request.param, S.APPROVED)
    return desk


def decided_elsewhere(desk: Desk) -> dict[str, Any]:
    return {"number": "京政复字〔2026〕5号", "organ": "北京市人民政府", "decided_on": timezone.localdate().isoformat(),
            "reasons": "程序违法。", "document": pdf("决定书.pdf", "1")}  # fmt: skip


ENDS: dict[str, tuple[str, Callable[[Desk], dict[str, Any]], str]] = {
    "withdrawn": ("withdraw_permit", lambda desk: WITHDRAWN, P.WITHDRAWN),
    "revoked": ("revoke_permit", lambda desk: REVOKED, P.REVOKED),
    "cancelled": ("cancel_permit", lambda desk: {"ground": "impossible", "reasons": "地块灭失。"}, P.CANCELLED),
    "forfeited": (
        "forfeit_permit", lambda desk: decided_elsewhere(desk) | {"heard": "已书面告知，未提出意见。"}, P.FORFEITED,
    ),
    "annulled": (
        "record_suit",
        lambda desk: decided_elsewhere(desk) | {"against": last_approval(desk), "outcome": "annulled"},
        P.ANNULLED,
    ),
}  # fmt: skip


def last_approval(desk: Desk) -> int:
    return int(last(desk, "approve").seq)


def on_page(person: Person, desk: Desk, act: str, **said: Any) -> None:
    """The act on its page, confirmed; the papers it required are printed."""
    client, address = log_in(person, english=True), reverse("case-act", args=[desk.case.pk, act])
    shown = client.get(address)
    assert shown.status_code == 200, shown.content.decode()
    once = shown.context["form"]["once"].value()
    answer = client.post(address, {"once": once, "confirmed": "1"} | said)
    assert answer.status_code == 302, answer.context["form"].errors if answer.context else answer
    print_papers(desk.case)


def offered(person: Person, desk: Desk) -> set[str]:
    page = log_in(person).get(reverse("permit", args=[desk.case.pk]))
    return {one.spec.name for one in page.context["possible"]}


def state_shown(desk: Desk) -> str:
    return str(log_in(desk.clerk).get(reverse("permit", args=[desk.case.pk])).context["permit"].status)


def test_every_kind_there_is_is_walked() -> None:
    assert set(GRANTED) == set(codes())


@pytest.mark.parametrize("end", ENDS)
def test_a_permit_ends_and_its_papers_with_it(held: Desk, end: str) -> None:
    act, said, status = ENDS[end]
    on_page(held.decider, held, act, **said(held))
    assert (permit(held.case).status, state_shown(held)) == (status, status)
    assert {paper.status for paper in held.case.documents.filter(act__act="approve")} == {"revoked"}
    asks = {name for name in offered(held.clerk, held) if name.startswith("ask_")}
    assert asks == set(), "nothing is asked of a permit that has ended"
    assert problems() == []


def test_a_permit_expires_where_its_kind_gives_it_a_last_day_and_is_then_cancelled(held: Desk) -> None:
    case = fresh(held.case)
    end = kind_of(case).term(case).last
    assert permit(case).valid_to == end
    with time_machine.travel(f"{(end or date(2046, 1, 1)) + timedelta(days=1)}T10:00:00+08:00", tick=True):
        sweep.expire_permits()
        if end is None:  # no last day, by the kind: no time ends it
            assert state_shown(held) == P.VALID
            return
        assert state_shown(held) == P.EXPIRED
        on_page(held.decider, held, "cancel_permit", ground="expired", reasons="有效期届满，未申请延续。")
        assert state_shown(held) == P.CANCELLED
        assert problems() == []


def test_an_extension_is_declined_where_the_kind_knows_one_and_the_term_then_ends(held: Desk) -> None:
    case = fresh(held.case)
    end, rule = permit(case).valid_to, kind_of(case).extension(case)
    if end is None or rule.never:  # by the kind: there is nothing to extend, or another design is needed
        assert "ask_extension" not in offered(held.clerk, held)
        return
    until = (end + timedelta(days=60)).isoformat()
    on_page(held.clerk, held, "ask_extension", until=until, reason="工期延长。")
    on_page(held.decider, held, "refuse_extension", reasons="未说明必要性。")
    assert permit(case).valid_to == end
    with time_machine.travel(f"{end + timedelta(days=1)}T10:00:00+08:00", tick=True):
        sweep.deem_extended()
        sweep.expire_permits()
        assert state_shown(held) == P.EXPIRED
        assert problems() == []


def test_an_approval_annulled_and_ordered_anew_is_reopened_and_granted_again(held: Desk) -> None:
    said = decided_elsewhere(held) | {"against": last_approval(held), "outcome": "anew"}
    on_page(held.decider, held, "record_reconsideration", **said)
    on_page(held.decider, held, "reopen", remedy=last(held, "record_reconsideration").seq, fault="procedure")
    assert fresh(held.case).status == S.AWAITING_DECISION
    assert state_shown(held) == P.ANNULLED
    Office(held.clerk).do(held.case, "approve", opinion="同意。")
    print_papers(held.case)
    assert state_shown(held) == P.VALID
    assert problems() == []
