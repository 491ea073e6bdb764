"""Catching up with the log looks at each row once in a run: the last batch costs no more than the first."""

from __future__ import annotations

import pytest

from permits.ledger import sequencer
from permits.models import LogLeaf
from permits.models.states import S
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FROM_THE_FIRST = -(2**63)
"""Below every key there can be."""


def test_a_run_looks_at_no_row_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.case_at(S.APPROVED)
    cast.case_at(S.REFUSED)
    asked_above: dict[str, list[int]] = {}
    found = sequencer.unlogged

    def looking(source: sequencer.Source, after: int | None) -> object:
        asked_above.setdefault(source.name, []).append(FROM_THE_FIRST if after is None else after)
        return found(source, after)

    monkeypatch.setattr(sequencer, "BATCH", 5)
    monkeypatch.setattr(sequencer, "unlogged", looking)
    grown = sequencer.sequence(thorough=True)
    assert grown == LogLeaf.objects.count() > 15
    newest = LogLeaf.objects.order_by("-number")[: (grown - 1) % 5 + 1]  # the batch with which the run ended
    ended_with = set(newest.values_list("source", flat=True))
    for name, above in asked_above.items():
        assert above == sorted(above), name
        last = LogLeaf.objects.filter(source=name).order_by("row").values_list("row", flat=True).last()
        assert last is None or above[-1] == last or name in ended_with, name
    acts = LogLeaf.objects.filter(source="act").order_by("row").values_list("row", flat=True)
    assert asked_above["act"][:3] == [FROM_THE_FIRST, acts[4], acts[9]]


def test_what_was_written_below_is_found_by_the_next_run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.case_at(S.FIRST_REVIEW)
    found, late = sequencer.unlogged, cast.case_at(S.FIRST_REVIEW).acts.earliest("pk")
    monkeypatch.setattr(sequencer, "BATCH", 5)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(sequencer, "unlogged", lambda source, after: found(source, after).exclude(pk=late.pk))
        sequencer.sequence(thorough=True)
    left = {(source, row.pk) for source, of in sequencer.SOURCES.items() for row in found(of)}
    assert ("act", late.pk) in left
    assert sequencer.sequence(thorough=True) == len(left)
    assert not any(found(of).exists() for of in sequencer.SOURCES.values())
