"""Outcomes about outcomes in any order: what the product replays is what the plain model of the law says.

Without a database, so that there can be many. The same against whole cases: test_state_machine.py.
"""

from __future__ import annotations

import os
from datetime import date
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from permits.models.remedies import Outcomes
from permits.models.replay import stands, unanswered
from tests.permits.random_remedies import (
    ANSWERS,
    CHALLENGEABLE,
    MADE,
    REMEDIES,
    Told,
    has_effect,
    is_judged_away,
    is_open,
    permit_of,
    took_away,
    waits,
)

LONG = os.environ.get("CHAOS") == "long"
PROFILE = settings(
    max_examples=1500 if LONG else 200, derandomize=not LONG, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
FIRST, LAST = "2026-11-21", "2027-01-31"
LATER = ("expire_permit", "revoke_permit", "cancel_permit", "grant_extension", "ask_extension", "refuse_extension",
         "ask_change", "grant_change", "refuse_change", "take_back_request", "record_delivery")  # fmt: skip
OUTCOMES = ("annulled", "annulled", "anew", "upheld", "changed")


@st.composite
def records(draw: st.DrawFn) -> list[Told]:
    """A case that was approved, and what followed: decisions, and outcomes about them and about each other."""
    acts = [Told(1, "approve", "awaiting_decision", "approved", {}, LAST)]
    for seq in range(2, draw(st.integers(3, 14))):
        act = draw(st.sampled_from((*REMEDIES * 5, *LATER)))
        facts: dict[str, Any] = {}
        if act in REMEDIES:
            about = [one.seq for one in acts if one.act in (*CHALLENGEABLE, *REMEDIES)]
            against = draw(st.sampled_from(about[-4:] + about[:1]))
            used = {one.facts["number"] for one in acts if one.facts.get("against") == against}
            number = draw(st.sampled_from([name for name in "abcdef" if name not in used] or [f"{seq}"]))
            facts = {"against": against, "outcome": draw(st.sampled_from(OUTCOMES)), "organ": "法院", "number": number}
            if facts["outcome"] in ("annulled", "anew") and acts[against - 1].act in REMEDIES:
                then = ("open",) if facts["outcome"] == "anew" else ("restored", "open")
                facts["earlier"] = draw(st.sampled_from(then))
        elif act == "take_back_request":
            facts = {"request": draw(st.sampled_from(("ask_extension", "ask_change")))}
        ends = f"2028-01-{seq + 10}" if act == "grant_extension" else permit_of(acts)[1]
        acts.append(Told(seq, act, "approved", "approved", facts, ends))
    return acts


def as_kept(one: Told) -> Any:
    """The act as the product has it: its text says what it made of the permit, a remedy's only that it is one."""
    sets = {"permit": [FIRST, one.ends], "permit_status": MADE.get(one.act, "valid")}
    content = {"sets": sets} if one.grants or one.act in MADE else {}
    return SimpleNamespace(**one._asdict(), grants=one.grants, content=content)


def outcome(seq: int, against: int, number: str, earlier: str = "") -> Told:
    facts = {"against": against, "outcome": "annulled", "organ": "法院", "number": number}
    facts |= {"earlier": earlier} if earlier else {}
    return Told(seq, "record_suit", "approved", "approved", facts, LAST)


TWICE = [Told(1, "approve", "awaiting_decision", "approved", {}, LAST), outcome(2, 1, "a"), outcome(3, 1, "b"),
         outcome(4, 2, "c", "open"), outcome(5, 2, "b", "open")]  # fmt: skip
"""An outcome annulled by two judgments, of which the second, recorded in two parts, says what stands."""


@PROFILE
@example(TWICE)
@given(records())
def test_what_is_replayed_is_what_the_model_says(told: list[Told]) -> None:
    acts = [as_kept(one) for one in told]
    outcomes = Outcomes(acts)
    remedies = [one for one in told if one.act in REMEDIES]
    assert set(outcomes.fallen) == {one.seq for one in remedies if not has_effect(one, told)}
    assert [outcomes.left_open(act) for act, one in zip(acts, told, strict=True) if one in remedies] == [
        is_open(one, told) for one in remedies]  # fmt: skip
    assert set(outcomes.judged_away) == {one.seq for one in remedies if is_judged_away(one, told)}
    numbers = {one.seq for one in remedies}
    left = {one.seq for one in remedies if has_effect(one, told) and one.facts["against"] not in numbers}
    assert {one.seq for one in outcomes.in_effect} == left
    assert [one for one in outcomes.acts_in_effect if one.act not in REMEDIES] == [
        one for one in acts if one.act not in REMEDIES
    ]
    for one in (act for act in told if act.act not in REMEDIES):
        lost = [by.seq for by in outcomes.taking(acts[one.seq - 1])]
        assert lost == [by.seq for by in took_away(one, told)]
    status, ends = permit_of(told)
    assert stands(acts) == (date.fromisoformat(FIRST), date.fromisoformat(ends or LAST), status)
    for ask, (answer, *_others) in ANSWERS.items():
        if waits(answer, told):
            assert unanswered(acts, ask) is not None
