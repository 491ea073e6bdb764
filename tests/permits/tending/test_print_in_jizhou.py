"""What a reply in Jizhou rests on: the national rules, and the plan that has designs approved (S1 L31)."""

from __future__ import annotations

from typing import Any

import pytest

from permits.documents.printing import paper_of
from permits.models.states import S
from permits.tending import papers
from tests.cast import Cast

PLAN = "《蓟州区落实天然林保护修复制度实施方案》"


@pytest.mark.django_db
@pytest.mark.parametrize(("place", "named"), [("120119", True), ("110118", False)])
def test_a_consent_names_the_plan_of_its_place(cast: Cast, monkeypatch: Any, place: str, named: bool) -> None:
    """Beijing's plan is not cited: the title by which it is known here is presumed."""
    case = cast.case_at(S.APPROVED)
    reply = case.documents.get(kind="tending_approval")
    assert PLAN not in str(paper_of(reply))
    monkeypatch.setattr(reply, "application", case)
    case.jurisdiction_id = place
    assert (PLAN in str(papers.paper(reply))) is named
