"""Random acts by random people against a plain model of the law: a case is where the model says, and its record whole.

The model is the tests' own (random_law.py): nothing of it is taken from the product, so what the product lets through
otherwise is found here. Acts are rightful, by whom the law names, and wrongful: by anybody, in any status. After each
step the whole case is verified.

The usual run is short and always the same. A long one: CHAOS=long, with another seed each time; CHAOS_EXAMPLES and
CHAOS_STEPS say how long.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from permits.access import may
from permits.acts.sweeps import recompute_open, recount_stopped
from permits.documents.printing import render_pending
from permits.errors import NotReady
from permits.models import Application, CalendarDay, Document, Permit
from permits.verification.run import verify
from roles.models import Mandate, Person
from tests.cast import NOW, Cast
from tests.permits.random_case import Case, CaseOnPages
from tests.permits.random_checks import CHECKS
from tests.permits.random_law import CHALLENGED, ENDED, MOVES, PERMIT
from tests.permits.random_remedies import REMEDIES
from tests.permits.random_words import EARLY, KEEPING, LATER, NOTHING_ASKED, SAY, WATCHED
from workflows import sweep
from workflows.keeping import readdress

LONG = os.environ.get("CHAOS") == "long"
EXAMPLES = int(os.environ.get("CHAOS_EXAMPLES", "100" if LONG else "4"))
STEPS = int(os.environ.get("CHAOS_STEPS", "50" if LONG else "7"))
TRIES = 6
PROFILE = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize=not LONG,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),  # the seed is fixed: the case is found again
    verbosity=Verbosity.normal,
)


SEASON_ENDS = date(2027, 1, 31)
"""The earliest of the last days that the drafts ask for."""
SWEEPS = (
    sweep.deem_accepted, sweep.record_lights, sweep.deem_extended, sweep.expire_permits, sweep.warn_of_ends,
    sweep.remind_of_obligations, sweep.note_overdue, sweep.return_unheld,
)  # fmt: skip


# ---- the machine -----------------------------------------------------------------------------------------------------
class Permitting(RuleBasedStateMachine):
    """What may happen to one case, in any order."""

    of_case: type[Case] = Case
    kind: str = ""
    cast: Any = None
    clock: Any = None
    told: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.mark = transaction.savepoint()
        type(self).clock.move_to(NOW)
        self.case: Case | None = None

    def teardown(self) -> None:
        """Until the decision the applicant can withdraw, whatever went before; then the case has ended."""
        try:
            if self.case and self.case.status not in ENDED:
                clerk = self.case.clerk
                assert self.case.attempt("withdraw", clerk, None, None) is None
                assert self.case.items() == []
                self.the_status_is_the_models()
                self.the_record_is_whole()
        finally:
            transaction.savepoint_rollback(self.mark)

    @property
    def now(self) -> Case:
        assert self.case is not None
        return self.case

    @initialize(steps=st.sampled_from((1, 20, 0, 20, 3, 6)))
    def begin(self, steps: int) -> None:
        self.case = self.of_case(self.kind, self.cast, Permitting.told)
        for _step in range(steps):  # some begin on their way, or when the permit is granted
            self._ahead()
        self._print()

    def _ahead(self) -> None:
        case = self.now
        way = {"draft": "submit", "submitted": "accept", "first_review": "recommend", "final_review": "propose",
               "awaiting_decision": "approve"}  # fmt: skip
        for item in case.items():
            if item.step in ("advise", "experts"):
                act = item.flow_task.acts[0]
                case.attempt(act, case._officer(item.mandate), item.mandate, item.pk)
                return
        if act := way.get(case.status):
            case.attempt(act, *case.rightful(act))

    @rule(data=st.data())
    def somebody_moves_it(self, data: st.DataObject) -> None:
        """A rightful step of the case, by whose turn it is."""
        case = self._drawing(data)
        acts = sorted(case.law[case.status]) or sorted(PERMIT.get(case.permit, {})) or ["claim"]
        act = data.draw(st.sampled_from([one for one in acts if one != "withdraw"] * 4 + acts))
        by, mandate, item = case.rightful(act)
        if act in ("recommend", "propose", "give_opinion") and not item:
            case.attempt(act, by, mandate, item)
            return
        owed = act in NOTHING_ASKED and act in case.law[case.status] and (not by or by.pk not in case.barred)
        refused = case.attempt(act, by, mandate, item)
        if isinstance(refused, NotReady) and timezone.localdate() > SEASON_ENDS:
            return  # the season that was drafted is over: the applicant's clerk puts another one in
        assert not (refused and owed and self._may(act, by, mandate)), f"{act} in {case.status}: {refused}"

    def _may(self, act: str, by: Person | None, mandate: Mandate | None) -> bool:
        return may(by, act, self.now.row, mandate)

    @precondition(lambda self: self.case and self.case.status not in ENDED)
    @rule(data=st.data())
    def it_goes_ahead(self, data: st.DataObject) -> None:
        self._drawing(data)
        self._ahead()

    @precondition(lambda self: self.case and self.case.status not in ("draft", *ENDED))
    @rule(data=st.data(), act=st.sampled_from(EARLY))
    def somebody_inquires(self, data: st.DataObject, act: str) -> None:
        case = self._drawing(data)
        case.attempt(act, *case.rightful(act))

    @precondition(lambda self: self.case and self.case.status not in ("draft", *ENDED))
    @rule(data=st.data(), act=st.sampled_from(KEEPING))
    def somebody_keeps_it_in_order(self, data: st.DataObject, act: str) -> None:
        case = self._drawing(data)
        case.attempt(act, *case.rightful(act))

    @precondition(lambda self: self.case and self.case.permit)
    @rule(data=st.data(), act=st.sampled_from(LATER + WATCHED))
    def it_lives_on(self, data: st.DataObject, act: str) -> None:
        case = self._drawing(data)
        case.attempt(act, *case.rightful(act))

    @precondition(lambda self: self.case and self.case.status in CHALLENGED)
    @rule(data=st.data(), acts=st.lists(st.sampled_from((*REMEDIES, "record_suit", "reopen")), min_size=1, max_size=3))
    def outcomes_of_remedies_come(self, data: st.DataObject, acts: list[str]) -> None:
        """About decisions, and about what was decided about them before."""
        case = self._drawing(data)
        for act in acts:
            self._print()
            case.attempt(act, *case.rightful(act))

    @precondition(lambda self: self.case and self.case.permit)
    @rule()
    def its_papers_are_printed(self) -> None:
        self._print()

    def _print(self) -> None:
        for paper in Document.objects.filter(application=self.now.pk, status="pending").order_by("pk"):
            render_pending(paper.pk)

    @rule(data=st.data())
    def somebody_tries_what_is_not_theirs(self, data: st.DataObject) -> None:
        """By anybody, in any capacity, several at once: done only where the law has it so, which `follow` asks."""
        case = self._drawing(data)
        for _time in range(TRIES):
            possible = sorted(case.law[case.status]) or sorted(PERMIT.get(case.permit, {}))
            act = data.draw(st.sampled_from([*possible * 8, *sorted(SAY)]))
            case.attempt(act, *case.wrongful(act))

    @rule(days=st.sampled_from((1, 9, 20, 90)))
    def time_passes(self, days: int) -> None:
        type(self).clock.shift(timedelta(days=days))
        swept = [one() for one in SWEEPS]
        assert [one.failed for one in swept if one.failed] == []
        self.now.catch_up()

    def _drawing(self, data: st.DataObject) -> Case:
        self.now.draw = lambda options: data.draw(st.sampled_from(options))
        return self.now

    # ---- always ----
    @invariant()
    def the_status_is_the_models(self) -> None:
        if self.case:
            assert self.now.row.status == self.now.status
            granted = Permit.objects.filter(pk=self.now.pk).first()
            assert (granted.status if granted else "") == self.now.permit

    @invariant()
    def what_follows_from_outcomes_is_the_models(self) -> None:
        if self.case:
            for check in CHECKS:
                check(self.case)

    @invariant()
    def the_record_is_whole(self) -> None:
        if self.case:
            found = verify(Application.objects.filter(pk=self.now.pk), installation=False)
            assert [f"{one.check}: {one.what}" for one in found] == []

    @invariant()
    def each_step_is_open_once(self) -> None:
        if self.case:
            twice = [key for key, count in Counter((item.step, item.mandate_id) for item in self.now.items()).items()
                     if count > 1]  # fmt: skip
            assert twice == []

    @invariant()
    def there_is_a_way_on(self) -> None:
        """Of a case that has not ended: for each open step, an act that somebody may do; where its people are barred,
        others can be given the duty, and the applicant withdraws."""
        case = self.case
        if case is None or case.status in ENDED:
            return
        row, waiting = case.row, case.items()
        assert waiting, f"nobody's turn in {case.status}"
        assert may(case.clerk, "withdraw", row)
        for item in waiting:
            if item.mandate is None:
                assert any(may(case.clerk, act, row) for act in item.flow_task.acts)
                continue
            people = [person for person in case.people.values() if person.pk not in case.barred]
            holder = case._officer(item.mandate)
            people = [holder, *people]
            able = any(may(one, act, row, item.mandate) for act in item.flow_task.acts for one in people)
            assert able or holder.pk in case.barred, f"nobody can do {item.step}"


class PermittingMeanwhile(Permitting):
    """The same machine while editions of the role matrix, officers, calendars and courts change what it began with. In
    the long run only."""

    @precondition(lambda self: self.case and any(item.mandate for item in self.case.items()))
    @rule(data=st.data(), elsewhere=st.booleans())
    def an_edition_gives_the_duty_anew(self, data: st.DataObject, elsewhere: bool) -> None:
        case = self._drawing(data)
        item = case.pick([item for item in case.items() if item.mandate])
        case.given_anew(item.mandate, elsewhere=elsewhere and "mandate" not in item.data)
        swept = readdress()
        assert (swept.recorded > 0, swept.failed) == (True, [])
        case.catch_up()
        case._staff(case.row)

    @precondition(lambda self: self.case and any(item.mandate for item in self.case.items()))
    @rule(data=st.data())
    def an_officer_leaves_and_another_comes(self, data: st.DataObject) -> None:
        case = self._drawing(data)
        item = case.pick([item for item in case.items() if item.mandate])
        case.replaced(item.owner or case._officer(item.mandate), item.mandate)
        case.catch_up()
        case._staff(case.row)

    @rule()
    def the_calendar_of_a_year_comes(self) -> None:
        year = timezone.localdate().year + 1
        for day in (1, 4):
            said = {"is_working": False, "source": "notice", "notice_year": year}
            CalendarDay.objects.get_or_create(date=date(year, 1, day), defaults=said)
        assert recompute_open(f"calendar of {year}").failed == []
        assert recount_stopped(date(year, 1, 1)).failed == []
        self.now.catch_up()

    @precondition(lambda self: self.case and self.case.status in ENDED)
    @rule(data=st.data())
    def a_court_annuls_and_it_is_decided_anew(self, data: st.DataObject) -> None:
        case = self._drawing(data)
        self._print()
        for act in ("record_suit", "reopen"):
            case.attempt(act, *case.rightful(act))


class PermittingOnPages(Permitting):
    """The same machine, by clicks."""

    of_case = CaseOnPages


@pytest.fixture
def clock(begins_with_cast: None, db: None) -> Iterator[Any]:
    with time_machine.travel(NOW, tick=True) as traveller:
        Permitting.cast = Cast.enter()
        yield traveller


def run(machine: type[Permitting], clock: Any, kind: str) -> Counter[str]:
    """Random cases of a kind; what was done and refused, counted by act (a refused one in brackets)."""
    machine.clock, machine.kind, Permitting.told = clock, kind, Counter()
    machine.of_case.staff(kind, Permitting.cast)
    run_state_machine_as_test(machine, settings=PROFILE)
    return Permitting.told


@pytest.mark.parametrize("kind", sorted(MOVES))
def test_no_order_of_acts_breaks_a_case(clock: Any, kind: str) -> None:
    told = run(PermittingMeanwhile if LONG else Permitting, clock, kind)
    assert told["submit"]
    assert any(name.startswith("(") for name in told), "nothing was refused"


def test_no_order_of_clicks_breaks_a_case(clock: Any) -> None:
    """The same through the pages: no page answers with an error of the server."""
    told = run(PermittingOnPages, clock, "tending")
    assert told["submit"]
    assert any(name.startswith("(") for name in told), "nothing was refused"
