"""The examples of the demonstration go on after approval: one reported, one being put right, one breach proposed."""

from __future__ import annotations

from datetime import date

import pytest

from permits.aftercare.standing import aftercare_of
from permits.clocks.calendar import WorkCalendar
from permits.models import Application
from permits.models.obligation import O
from tests.cast import load_matrix
from workflows.demo import cast, programme
from workflows.demo.walk import Walker

TODAY = date(2026, 11, 20)
GO_ON = {
    "put_right": ("start", O.RECTIFYING),
    "overrun": ("area", O.BREACH),
    "arrived": ("arrival", O.REPORTED),
    "marked": ("condition-1", O.REPORTED),
}
"""Stories that go on after approval: an obligation of each, and where it stands."""


@pytest.mark.django_db
def test_each_kind_has_an_example_under_supervision(now: None) -> None:
    load_matrix()
    people, calendar = cast.enter(), WorkCalendar.load()
    programme.allot(people, (TODAY.year - 1, TODAY.year))
    stood = {}
    for ordinal, (code, example) in enumerate(programme.examples(), 1):
        story = getattr(example.story, "__name__", "")
        if story in GO_ON:
            walker = Walker(people, programme.begins(example, TODAY, calendar))
            programme.play(code, example, walker, ordinal)
            aftercare = aftercare_of(Application.objects.get(pk=walker.application.pk))
            assert aftercare is not None
            standing = aftercare.of(GO_ON[story][0])
            assert standing is not None
            stood[code] = standing.state
            assert walker.moment.date() <= TODAY, example.title
    assert stood == {"tending": O.RECTIFYING, "occupation": O.BREACH, "introduction": O.REPORTED, "felling": O.REPORTED}
