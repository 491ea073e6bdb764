"""Two processes at one permit at the same moment, on PostgreSQL: one outcome, the other told, nothing half written.

Each round begins with a permit of its own, granted and its papers printed. What is asked after each: the record
verifies with everything derived from it, the permit stands as the act that was written says, and there is one paper of
each act that asks for one.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from permits.acts.requests import open_requests
from permits.aftercare.reports import answers
from permits.models import Act, Application, Document
from permits.models.permit import P
from roles.models.mandates import Duty
from tests.cast import NOW, Cast, fresh
from tests.concurrency.racing import Racer, act, race, tick
from tests.permits.aftercare.cases import Watch
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, print_papers, wrong
from tests.permits.occupation.cases import Office
from workflows import sweep
from workflows.mandates import the_mandate

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

ROUNDS = 4
SAID_NO = {"Busy", "WrongStatus", "BadFacts", "AlreadyRecorded"}
CANCELLED = {"ground": "impossible", "reasons": "林地被洪水冲毁。"}
MOVED = {"what": "contact", "now": "密云区新农村路2号", "reason": "搬迁"}


@pytest.fixture
def cast(begins_with_cast: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield Cast.enter()


def design(cast: Cast) -> Desk:
    """A design consented to, its papers printed."""
    case = cast.walk_and_print()
    return Desk(fresh(case), cast.clerk, cast.decider)


def decides(desk: Desk, name: str, **facts: Any) -> Racer:
    """A racer: who decides does `name`."""
    mandate = the_mandate(fresh(desk.case), Duty.DECIDE)

    class OfMandate:
        mandate_id, pk = mandate.pk, None

    return act(desk.case, name, by=desk.decider, item=OfMandate, stays=True, late=True, **facts)  # type: ignore[arg-type]


def asks(desk: Desk, name: str, **facts: Any) -> Racer:
    """A racer: the holder does `name`."""
    return act(desk.case, name, by=desk.clerk, key=uuid.uuid4(), late=True, **facts)


def acts(case: Application) -> Counter[str]:
    return Counter(fresh(case).acts.values_list("act", flat=True))


def check(outcomes: list[str], *cases: Application) -> None:
    """Everyone was told in the house's words, and nothing is half written; papers that wait are printed first."""
    assert set(outcomes) <= SAID_NO | {"ok"}, outcomes
    for case in cases:
        print_papers(case)
    assert wrong() == []


def one_of(outcomes: list[str]) -> int:
    """The one that was done; the other was told why not."""
    assert outcomes.count("ok") == 1, outcomes
    return outcomes.index("ok")


@pytest.mark.parametrize(
    ("name", "facts", "becomes"),
    [("withdraw_permit", WITHDRAWN, P.WITHDRAWN), ("cancel_permit", CANCELLED, P.CANCELLED)],
)
def test_of_two_ends_at_once_one_ends_the_permit(cast: Cast, name: str, facts: dict[str, Any], becomes: str) -> None:
    for _ in range(ROUNDS):
        desk = design(cast)
        outcomes = race(decides(desk, "revoke_permit", **REVOKED), decides(desk, name, **facts))
        check(outcomes, desk.case)
        ended = (P.REVOKED, becomes)[one_of(outcomes)]
        assert permit(desk.case).status == ended
        told = acts(desk.case)
        assert told["revoke_permit"] + told[name] == 1
        papers = desk.case.documents.filter(kind__in=("permit_revoked", "permit_withdrawn", "permit_cancelled"))
        assert papers.count() == 1


def test_one_end_sent_twice_ends_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        desk, key = design(cast), uuid.uuid4()
        end = decides(desk, "withdraw_permit", key=key, **WITHDRAWN)
        outcomes = race(end, end)
        check(outcomes, desk.case)
        one_of(outcomes)
        assert set(outcomes) <= {"ok", "AlreadyRecorded", "Busy"}
        assert acts(desk.case)["withdraw_permit"] == 1


def test_a_change_granted_beside_a_revocation_is_told_or_revoked_with_it(cast: Cast) -> None:
    """Both orders are lawful: a change that was granted first waits for its paper, and the revocation is told to."""
    for _ in range(ROUNDS):
        desk = design(cast)
        desk.ask("ask_change", **MOVED)
        outcomes = race(decides(desk, "grant_change"), decides(desk, "revoke_permit", **REVOKED))
        check(outcomes, desk.case)
        assert permit(desk.case).status == (P.VALID, P.REVOKED)[one_of(outcomes)]
        assert desk.case.documents.filter(kind="permit_paper").count() == acts(desk.case)["grant_change"]


def test_a_change_on_a_permit_that_is_being_superseded_has_one_outcome(cast: Cast) -> None:
    for _ in range(ROUNDS):
        old, new = design(cast), design(cast)
        old.ask("ask_change", **MOVED)
        outcomes = race(decides(old, "grant_change"), decides(old, "replace_permit", number=new.case.number))
        check(outcomes, old.case, new.case)
        assert permit(old.case).status == (P.VALID, P.SUPERSEDED)[one_of(outcomes)]
        assert permit(new.case).status == P.VALID


def test_of_two_permits_that_replace_one_another_one_stays(cast: Cast) -> None:
    """Two cases, two locks: whoever looks at the other's permit holds it until the end."""
    for _ in range(ROUNDS):
        one, other = design(cast), design(cast)
        outcomes = race(
            decides(one, "replace_permit", number=other.case.number),
            decides(other, "replace_permit", number=one.case.number),
        )
        check(outcomes, one.case, other.case)
        assert outcomes.count("ok") <= 1, outcomes
        assert P.VALID in (permit(one.case).status, permit(other.case).status)


def test_no_permit_takes_the_place_of_another_while_it_is_revoked(cast: Cast) -> None:
    for _ in range(ROUNDS):
        old, new = design(cast), design(cast)
        outcomes = race(
            decides(old, "replace_permit", number=new.case.number), decides(new, "revoke_permit", **REVOKED)
        )
        check(outcomes, old.case, new.case)
        if permit(old.case).status == P.SUPERSEDED and permit(new.case).status == P.REVOKED:
            replaced = Act.objects.get(application=old.case, act="replace_permit")
            revoked = Act.objects.get(application=new.case, act="revoke_permit")
            assert replaced.at < revoked.at, "it took the place of a permit that was revoked"


def test_two_requests_for_the_same_at_once_are_one(cast: Cast) -> None:
    for _ in range(ROUNDS):
        desk = design(cast)
        outcomes = race(asks(desk, "ask_change", **MOVED), asks(desk, "ask_change", **MOVED))
        check(outcomes, desk.case)
        one_of(outcomes)


def test_a_request_is_taken_back_or_answered_and_never_both(cast: Cast) -> None:
    for _ in range(ROUNDS):
        desk = design(cast)
        desk.ask("ask_change", **MOVED)
        back = [asks(desk, "take_back_request", request="ask_change") for _twice in range(2)]
        outcomes = race(*back, decides(desk, "refuse_change", reasons="未附证明。"))
        check(outcomes, desk.case)
        one_of(outcomes)
        assert acts(desk.case)["take_back_request"] + acts(desk.case)["refuse_change"] == 1
        assert open_requests(fresh(desk.case)) == []


def test_two_ticks_beside_a_cancellation_record_each_end_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        desk = design(cast)
        with time_machine.travel("2027-02-01T09:00:00+08:00", tick=True):
            cancel = decides(desk, "cancel_permit", **CANCELLED)
            outcomes = race(tick, tick, cancel)
            check(outcomes, desk.case)
            assert outcomes[:2] == ["ok", "ok"]
            told = acts(desk.case)
            assert told["expire_permit"] <= 1
            assert told["cancel_permit"] == (outcomes[2] == "ok")
            assert permit(desk.case).status == (P.CANCELLED if outcomes[2] == "ok" else P.EXPIRED)
            sweep.expire_permits()
            assert acts(desk.case) == told


def test_a_report_beside_the_closure_is_told_or_closed_over(cast: Cast) -> None:
    """The archive is never reported after it was closed: whichever was first, the other fits it or is refused."""
    for _ in range(ROUNDS):
        desk = design(cast)
        watch = Watch(fresh(desk.case), cast.clerk)
        with time_machine.travel("2026-12-03T09:00:00+08:00", tick=True):
            said = {"begins_on": "2026-12-02", "crew": "雾灵抚育队，赵堃", "licence": "京采〔2026〕7号"}
            files = [{"what": "licence_copy", "file": watch.paper("licence_copy.pdf")}]

            class OfMandate:
                mandate_id, pk = watch.mandate.pk, None

            outcomes = race(
                asks(desk, "report_obligation", obligation="start", answers=answers(said, {}), materials=files,
                     statement=True),
                act(desk.case, "close_obligation", by=watch.first, item=OfMandate, stays=True, late=True,  # type: ignore[arg-type]
                    obligation="start", ground="fell_away", reason="未开工，不再实施。"),
            )  # fmt: skip
            check(outcomes, desk.case)
            assert outcomes[1] in ("ok", "Busy"), outcomes  # what was reported can fall away, too
            order = list(fresh(desk.case).acts.order_by("seq").values_list("act", flat=True))
            if outcomes == ["ok", "ok"]:
                assert order.index("report_obligation") < order.index("close_obligation")
            else:
                assert "ok" in outcomes


def test_two_ticks_note_an_overdue_obligation_once(cast: Cast) -> None:
    for _ in range(ROUNDS // 2):
        desk = design(cast)
        with time_machine.travel("2027-08-02T09:00:00+08:00", tick=True):
            outcomes = race(tick, tick)
            check(outcomes, desk.case)
            assert outcomes == ["ok", "ok"]
            noted = Counter(one.facts["obligation"] for one in fresh(desk.case).did("note_overdue"))
            assert noted
            assert set(noted.values()) == {1}


class Asked:
    """A temporary use whose extension was asked for in time, on the day after its last."""

    def __init__(self, traveller: Any) -> None:
        self.desk = Desk.of_temporary_use(traveller)
        self.ends = permit(self.desk.case).valid_to or date.max
        self.until = self.ends + timedelta(days=100)

    def ask(self, *, late: str = "") -> None:
        self.desk.ask("ask_extension", until=self.until, reason="工期顺延", **({"late": late} if late else {}))


@pytest.fixture
def asked(begins_with_matrix: None) -> Iterator[Asked]:
    with time_machine.travel(NOW, tick=True) as traveller:
        Office.enter()
        yield Asked(traveller)


def test_an_extension_granted_beside_the_tick_that_expires_has_one_outcome(asked: Asked) -> None:
    """On the last day it is granted and nothing expires; the day after, it is neither granted nor lost: asked in time,
    silence has granted it; asked late, it has ended."""
    desk = asked.desk
    last = datetime.fromisoformat(f"{asked.ends}T09:00:00+08:00")
    with time_machine.travel(last - timedelta(days=5), tick=True):
        asked.ask(late="等待批复")
    with time_machine.travel(last + timedelta(days=1), tick=True):
        outcomes = race(decides(desk, "grant_extension", until=asked.until), tick, tick)
        check(outcomes, desk.case)
        assert outcomes[1:] == ["ok", "ok"]
        assert outcomes[0] in ("WrongStatus", "Busy")
        assert permit(desk.case).status == P.EXPIRED
        assert acts(desk.case)["expire_permit"] == 1


def test_an_extension_asked_in_time_is_deemed_once_beside_two_ticks_and_a_refusal(asked: Asked) -> None:
    desk = asked.desk
    last = datetime.fromisoformat(f"{asked.ends}T09:00:00+08:00")
    with time_machine.travel(last - timedelta(days=120), tick=True):
        asked.ask()
    with time_machine.travel(last + timedelta(days=1), tick=True):
        outcomes = race(decides(desk, "refuse_extension", reasons="已无必要。"), tick, tick)
        check(outcomes, desk.case)
        told = acts(desk.case)
        assert (told["deem_extended"], told["expire_permit"], told["refuse_extension"]) == (1, 0, 0), outcomes
        assert (permit(desk.case).status, permit(desk.case).valid_to) == (P.VALID, asked.until)
        papers = Document.objects.filter(application=desk.case, act__act="deem_extended", kind="permit_paper")
        assert papers.count() == 1
