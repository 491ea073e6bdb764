"""The states of an obligation as a table of ways, drawn from what the acts do; each act is offered, barred and told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from permits.acts.aftercare import AFTERCARE_BARS, AFTERCARE_CHECKS
from permits.aftercare.tracks import MOVES, Track
from permits.kinds import kinds
from permits.models import ACTS, ObligationRow
from permits.models.aftercare import OF_AFTERCARE, TIMED
from permits.models.obligation import O
from tests.permits.aftercare.cases import land, licence, species
from workflows.notifications.table import AFTERCARE
from workflows.steps import OFF_STEP

BOOK = Path(__file__).parents[3] / "docs" / "permit-life.md"
SAID: Final[dict[str, list[dict[str, Any]]]] = {
    "report_obligation": [{}],
    "record_fulfilment": [{}],
    "check_report": [
        {"outcome": "accepted"},
        {"outcome": "incomplete", "note": "缺图。"},
        {"outcome": "not_in_order", "note": "与现场不符。"},
    ],
    "record_inspection": [{"findings": [{"obligation": "x", "finding": one}]} for one in ("in_order", "not_in_order")],
    "order_rectification": [{"until": "2027-03-01"}],
    "report_rectification": [{}],
    "check_rectification": [{"outcome": "yes"}, {"outcome": "no", "note": "未清理。"}],
    "find_breach": [{}],
    "close_obligation": [{}],
}
FROM: Final[dict[str, tuple[str, ...]]] = {
    "report_obligation": (O.OPEN, O.BREACH, O.RECTIFYING, O.RECTIFIED),  # the last two: what fell short, in figures
    "record_fulfilment": (O.OPEN, O.FAULTED, O.RECTIFYING, O.RECTIFIED, O.BREACH),  # what the agency owes
    "check_report": (O.REPORTED,),
    "record_inspection": tuple(one for one in O if one not in (O.CLOSED, O.WAITING)),
    "order_rectification": (O.FAULTED, O.BREACH),
    "report_rectification": (O.RECTIFYING,),
    "check_rectification": (O.RECTIFIED,),
    "find_breach": (O.OPEN, O.FAULTED, O.RECTIFYING, O.RECTIFIED, O.REPORTED),
    "close_obligation": tuple(one for one in O if one not in (O.CLOSED, O.WAITING)),
}


def ways() -> dict[str, dict[str, set[str]]]:
    """State → act → the states it can lead to."""
    found: dict[str, dict[str, set[str]]] = {str(state): {} for state in O if state != O.WAITING}
    for name, states in FROM.items():
        for state in states:
            for said in SAID[name]:
                track, act = Track(state=state), SimpleNamespace(act=name, facts=said)
                MOVES[name](track, act, "x")  # type: ignore[arg-type]
                found[str(state)].setdefault(name, set()).add(str(track.state))
    return found


def drawn() -> str:
    """The table as docs/permit-life.md has it."""
    rows = ["| obligation | act | then |", "| --- | --- | --- |"]
    for state, acts in ways().items():
        for act, then in sorted(acts.items()):
            rows.append(f"| {state} | `{act}` | {', '.join(sorted(then))} |")
        if not acts:
            rows.append(f"| {state} | – | the end |")
    return "\n".join(rows)


def test_the_table_in_the_book_is_what_the_acts_do() -> None:
    assert drawn() in BOOK.read_text(encoding="utf-8"), drawn()


@pytest.mark.parametrize("state", [one for one in O if one != O.WAITING])
def test_every_state_is_come_to_and_left_or_is_the_last(state: str) -> None:
    come_to = {then for acts in ways().values() for thens in acts.values() for then in thens}
    assert state in come_to
    assert bool(ways()[state]) == (state != O.CLOSED)


def test_every_act_is_offered_barred_checked_and_told() -> None:
    assert OF_AFTERCARE - OFF_STEP == TIMED
    assert {name for name in OF_AFTERCARE if ACTS[name].by == ("clock",)} == TIMED
    assert AFTERCARE_BARS.keys() == AFTERCARE_CHECKS.keys() == AFTERCARE.keys() == OF_AFTERCARE
    assert MOVES.keys() == FROM.keys() == SAID.keys()


def test_every_installed_kind_names_what_it_obliges_to() -> None:
    assert all(kind.obligation_labels for kind in kinds())


@pytest.mark.django_db
def test_no_kind_is_without_names_for_its_obligations(traveller: Any) -> None:
    for watch in (licence(), species(), land(traveller)):
        names = [watch.of(code).label for code in watch.codes()]
        assert len(names) == ObligationRow.objects.filter(permit=watch.case.pk).count()
        assert not {name for name in names if name in watch.codes()}
