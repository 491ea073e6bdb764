"""GB 32100-2015, with the codes of facts 2.10."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.uscc import ALPHABET, WEIGHTS, check_character, problems_of

GOOD = [
    "1111000078480249XC",  # 北京市园林绿化局
    "11110108551416301A",  # 海淀区园林绿化局
    "111101110000779648",  # 房山区园林绿化局
    "91110000101623741K",
    "911101066976941872",
    "91350100M000100Y43",
]


def test_weights_are_those_of_the_standard() -> None:
    assert WEIGHTS == [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]


@pytest.mark.parametrize("code", GOOD)
def test_real_codes_pass(code: str) -> None:
    assert problems_of(code) == []


def test_the_known_exception_fails_which_is_why_it_only_warns() -> None:
    assert len(problems_of("91350211M0000XUF46")) == 1


@pytest.mark.parametrize("code", ["", "1111000078480249X", "1111000078480249XCC"])
def test_length_is_told(code: str) -> None:
    assert "18" in str(problems_of(code)[0])


@pytest.mark.parametrize("letter", "IOSVZix-　")
def test_characters_outside_the_alphabet_are_named(letter: str) -> None:
    [problem] = problems_of("1111000078480249" + letter + "C")
    assert letter in str(problem)


def test_the_right_check_character_is_told() -> None:
    [problem] = problems_of("1111000078480249XD")
    assert "C" in str(problem)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.sampled_from(ALPHABET))
def test_exactly_one_check_character_passes(body: str, last: str) -> None:
    assert (problems_of(body + last) == []) == (last == check_character(body))


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_changed_character_is_always_found(body: str, place: int, other: str) -> None:
    changed = body[:place] + other + body[place + 1 :]
    assert (problems_of(changed + check_character(body)) == []) == (changed == body)
