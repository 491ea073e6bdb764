"""Lists of steps of all kinds: no two of them look alike, in either language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from workflows.filters import step_choices, step_titles


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_steps_have_the_same_words(language: str) -> None:
    with override(language):
        told = [title for _name, title in step_choices()]
    assert len(set(told)) == len(told)


def test_steps_of_one_title_are_told_apart_by_the_kinds_that_have_them() -> None:
    with override("zh-hans"):
        told, plain = dict(step_choices()), step_titles()
    assert plain["review"] == plain["final_review"] == "审查"
    assert told["first_review"] == "初审"
    assert "林木采伐" in told["review"]
    assert "林木采伐" not in told["final_review"]
