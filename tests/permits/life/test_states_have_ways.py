"""The states of a permit as a table of ways: none without a way in, and none without a way on but the two last ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from permits.acts.life_conditions import LIFE_BARS
from permits.models import ACTS, Permit
from permits.models.life import CLOCKED, OF_LIFE
from permits.models.permit import ANSWERS, ENDS, LENGTHENS, P
from permits.models.remedies import REMEDIES
from workflows.notifications.table import AFTER_APPROVAL
from workflows.steps import OFF_STEP

LAST = {P.CANCELLED, P.SUPERSEDED}
"""Left only where the approval itself is annulled and the case decided anew."""
BOOK = Path(__file__).parents[3] / "docs" / "permit-life.md"
GRANTS = ("approve", "record_higher_decision")
"""After `reopen`: of a permit whose approval was annulled."""
MOVES = ENDS | dict.fromkeys(REMEDIES, "annul") | dict.fromkeys(GRANTS, "grant_anew") | {"grant_extension": "prolong"}


def ways() -> dict[str, dict[str, str]]:
    """State → act → the state it leads to. What a remedy restores is any state that stood before: not drawn."""
    transitions = list(Permit._meta.get_field("status").get_all_transitions(Permit))
    assert {one.name for one in transitions} == {*MOVES.values(), "restore"}
    found: dict[str, dict[str, str]] = {state: {} for state in P.values}
    for act, name in MOVES.items():
        for one in transitions:
            if one.name == name:
                found[str(one.source)][act] = str(one.target)
    return found


def drawn() -> str:
    """The table as docs/permit-life.md has it."""
    rows = ["| state | act | then |", "| --- | --- | --- |"]
    for state, acts in ways().items():
        for act, then in sorted(acts.items()) or [("–", "the end")]:
            rows.append(f"| {state} | `{act}` | {then} |" if act != "–" else f"| {state} | – | {then} |")
    return "\n".join(rows)


def test_the_table_in_the_book_is_the_machine_s() -> None:
    assert drawn() in BOOK.read_text(encoding="utf-8"), drawn()


@pytest.mark.parametrize("state", P.values)
def test_every_state_is_come_to_and_left_or_is_the_last(state: str) -> None:
    come_to = {then for acts in ways().values() for then in acts.values()}
    assert state == P.VALID or state in come_to
    assert bool(ways()[state].keys() - {*GRANTS}) == (state not in LAST), "the last are left by a new approval alone"


def test_every_act_of_a_permit_s_life_is_offered_to_people_or_done_by_the_clock() -> None:
    assert OF_LIFE - OFF_STEP == CLOCKED
    assert {name for name in OF_LIFE if ACTS[name].by == ("clock",)} == CLOCKED


def test_every_act_is_barred_where_the_permit_does_not_allow_it_and_told_to_somebody() -> None:
    assert OF_LIFE - LIFE_BARS.keys() == set()
    assert AFTER_APPROVAL.keys() == OF_LIFE


def test_everything_asked_has_an_answer_and_every_longer_term_an_act() -> None:
    assert ANSWERS.keys() | {act for answers in ANSWERS.values() for act in answers} <= OF_LIFE
    assert set(LENGTHENS) <= OF_LIFE
