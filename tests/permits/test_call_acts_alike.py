"""The English names of acts are commands with their articles, so that a timeline and a row of buttons read evenly."""

from __future__ import annotations

import re

from django.utils.translation import override

from permits.models import ACTS

OBJECT = r"(?!(?:of )?(?:a |an |the )|up |silence|that |what )"
BARE = re.compile(rf"\b(Record|Announce|Publish|Notify|Request|Give|Open|Flag|Recompute|Note) {OBJECT}")
PARTICIPLE = re.compile(r"^\w+ed\b|\b(opened|expired|flagged|recomputed|overdue|announced)$")


def test_the_name_of_an_act_begins_with_what_is_done() -> None:
    with override("en"):
        names = [str(spec.label) for spec in ACTS.values()]
    assert [name for name in names if PARTICIPLE.search(name)] == []
    assert [name for name in names if BARE.search(name)] == []
