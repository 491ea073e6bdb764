"""The pages of an audit engagement say what is asked and what was said, in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.cast import Cast, log_in
from tests.workflows.engaged import Engaged
from workflows.engagements.answers import answer, report_rectified
from workflows.engagements.findings import close, send_back


@pytest.fixture
def engaged(cast: Cast) -> Engaged:
    return Engaged.with_cases(cast)


def test_opening_says_when_the_days_are_needed(engaged: Engaged) -> None:
    page = log_in(engaged.cast.auditor, english=True).get("/desk/engagements/new/").content.decode()
    assert page.count("Needed unless the term of a head is chosen.") == 2


def test_what_followed_a_finding_is_told_part_by_part(engaged: Engaged) -> None:
    cast, engagement = engaged.cast, engaged.drawn()
    finding = engaged.found(engagement)
    answer(finding, "agrees", "属实。", by=cast.head)
    send_back(engagement.pk, finding.pk, "未整改。", engaged.soon(), by=cast.auditor)
    report_rectified(finding, "已整改。", timezone.localdate(), by=cast.head)
    desk = log_in(cast.auditor, english=True)
    history = desk.get(f"/desk/engagements/{engagement.pk}/history/").content.decode()
    assert f"Put right on: {timezone.localdate()}" in history
    assert "；" not in history
    for page in (f"/desk/engagements/{engagement.pk}/", f"/desk/engagements/{engagement.pk}/findings/{finding.pk}/"):
        assert engaged.bureau.name not in desk.get(page).content.decode(), page


def test_closing_with_something_open_asks_for_the_reason_at_once(engaged: Engaged) -> None:
    engagement = engaged.drawn()
    closing = log_in(engaged.cast.auditor).post(f"/desk/engagements/{engagement.pk}/close/", {})
    assert closing.status_code == 422
    assert {"conclusion", "reason"} <= set(closing.context["form"].errors)


def test_a_closed_engagement_shows_no_form_of_an_act(engaged: Engaged) -> None:
    engagement, desk = engaged.open(), log_in(engaged.cast.auditor)
    close(engagement.pk, "结论", by=engaged.cast.auditor, reason="未抽样。")
    for act in ("join", "leave", "draw", "finding", "close"):
        answered = desk.get(f"/desk/engagements/{engagement.pk}/{act}/")
        assert (answered.status_code, answered.url) == (302, f"/desk/engagements/{engagement.pk}/")
