"""Texts of the record are read by msgspec, and what comes of each is what `json.loads` makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.models.body import parsed

HOSTILE = (
    '{"a":1,"a":2}', '{"\\u0061":1,"a":2}', "NaN", "[Infinity]", "-Infinity", "1e400", "1e-400", "-0", "-0.0", "1E5",
    "1" + "0" * 40, "-" + "9" * 25, str(2**63), str(2**64), "1" * 4_000, "1" * 5_000, "0.1000000000000000055511151231",
    '"\\ud800"', '"\\ud83d\\ude00"', "nul",
    "01", '"\\udc00\\ud800"', '"\ud800"', '"\\u0000"', '"\x00"', '"\x1f"', '"\x7f"', '"\\/"',
    '"\\x"', '"\\u12"', "[1,]", '{"a":1,}', '{"a"}', "[1,,2]", " \t\r\n1 ", "\ufeff1", "\u00a01", "1 2", "",
    "+1", ".5", "1.", "0x10", "'a'", "True", "// a\n1", "{1:2}", "[" * 200 + "]" * 200, "[" * 100_000, "[" * 99 + "]",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def _made(read: Callable[[str], Any], text: str) -> str:
    try:
        return repr(read(text))
    except (ValueError, RecursionError) as refused:
        return "refused" if isinstance(refused, ValueError) else "too deep"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_read_or_refused_as_json_does(text: str) -> None:
    assert _made(parsed, text) == _made(json.loads, text)


@given(JSON, st.booleans(), st.integers(0, 60), st.text(st.sampled_from('"\\{}[],:0-eE.unl \ud800'), max_size=3))
def test_any_text_and_any_spoilt_one_too(value: object, plain: bool, at: int, spoilt: str) -> None:
    text = json.dumps(value, ensure_ascii=plain)
    for one in (text, text[:at] + spoilt + text[at:], text[:at] + spoilt + text[at + len(spoilt) :]):
        assert _made(parsed, one) == _made(json.loads, one)
