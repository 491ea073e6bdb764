"""An extension refused whose refusal is annulled, also after the end: what stands of permit and request."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from permits.acts.reopening import owed
from permits.documents.printing import paper_of
from permits.errors import BadFacts, WrongStatus
from permits.models import Act, Permit
from permits.models.permit import P
from tests.cast import fresh, log_in
from tests.permits.life.cases import WITHDRAWN, Desk, permit, print_papers
from tests.permits.life.remedied import problems, remedied
from workflows import sweep


def expired(temporary: Desk, traveller: Any, result: str = "anew") -> Act:
    """An extension asked for and refused, the term over, the refusal annulled: the remedy's record."""
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    temporary.decide("refuse_extension", reasons="未说明必要性。")
    end = permit(temporary.case).valid_to
    assert end is not None
    traveller.move_to(f"{end + timedelta(days=30)}T10:00:00+08:00")
    sweep.expire_permits()
    assert permit(temporary.case).status == P.EXPIRED
    return remedied(temporary, "refuse_extension", result)


@pytest.mark.parametrize("late", [False, True])
def test_a_refused_extension_that_a_remedy_changed_is_granted_as_that_decided(
    temporary: Desk, traveller: Any, late: bool
) -> None:
    """复议法 63: who reviews may decide it; the agency records that, and silence (许可法 50(2)) grants nothing."""
    if late:
        expired(temporary, traveller, "changed")
    else:
        temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
        temporary.decide("refuse_extension", reasons="未说明必要性。")
        remedied(temporary, "refuse_extension", "changed")
        end = permit(temporary.case).valid_to
        assert end is not None
        traveller.move_to(f"{end + timedelta(days=1)}T10:00:00+08:00")
        sweep.deem_extended()
        sweep.expire_permits()
    assert permit(temporary.case).status == P.EXPIRED
    assert temporary.case.documents.get(kind="permit_not_extended").status == "revoked"
    assert owed(fresh(temporary.case))
    desk = log_in(temporary.decider, english=True)
    page = desk.get(reverse("permit", args=[temporary.case.pk])).text
    assert "京政复字〔2026〕5号" in page[page.index('id="asked"') :].split("</section>")[0]
    form = desk.get(reverse("case-act", args=[temporary.case.pk, "grant_extension"])).text
    assert "京政复字〔2026〕5号" in form, "what is to be followed stands beside what was asked"
    with pytest.raises(BadFacts):
        temporary.decide("cancel_permit", ground="expired", reasons="有效期届满，未延续。")
    granted = temporary.decide("grant_extension", until=date(2028, 3, 1), shorter="复议决定变更为延续至该日。")
    letter = repr(paper_of(granted.documents.get(kind="permit_extended")))
    assert "以京政复字〔2026〕5号行政复议决定变更了该决定。本机关据此重新作出决定。经审查" in letter
    carried = repr(paper_of(granted.documents.get(kind="permit_paper")))
    assert "使用期限" not in carried, "the term asked for is another one now"
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, date(2028, 3, 1))
    assert not owed(fresh(temporary.case))
    assert problems() == []


def test_the_page_says_that_silence_grants_nothing_of_what_a_remedy_changed(temporary: Desk) -> None:
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    address = reverse("permit", args=[temporary.case.pk])
    desk = log_in(temporary.decider, english=True)
    assert "without a decision it counts as extended" in desk.get(address).text
    temporary.decide("refuse_extension", reasons="未说明必要性。")
    remedied(temporary, "refuse_extension", "changed")
    page = desk.get(address).text
    assert "without a decision it counts as extended" not in page
    assert "silence extends nothing" in page


def test_silence_grants_an_extension_whose_refusal_was_annulled_before_the_end(temporary: Desk, traveller: Any) -> None:
    """许可法 50(2): what was annulled decides nothing, so nothing was decided before the end."""
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    temporary.decide("refuse_extension", reasons="未说明必要性。")
    remedied(temporary, "refuse_extension", "annulled")
    traveller.move_to(f"{permit(temporary.case).valid_to + timedelta(days=1)}T10:00:00+08:00")
    sweep.tick()
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, date(2028, 6, 1))
    print_papers(temporary.case)
    assert problems() == []


def test_an_extension_whose_refusal_was_annulled_after_the_end_goes_on_from_it(temporary: Desk, traveller: Any) -> None:
    expired(temporary, traveller)
    assert owed(fresh(temporary.case))
    temporary.decide("grant_extension", until=date(2028, 6, 1))
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, date(2028, 6, 1))
    assert not owed(fresh(temporary.case))
    assert temporary.case.documents.get(kind="permit_paper").status == "issued"
    assert problems() == []


def test_while_it_waits_the_permit_is_not_cancelled_for_its_end_and_another_end_is_the_end_of_it(
    temporary: Desk, traveller: Any
) -> None:
    expired(temporary, traveller)
    with pytest.raises(BadFacts) as bad:
        temporary.decide("cancel_permit", ground="expired", reasons="有效期届满，未延续。")
    assert set(bad.value.errors) == {"ground"}
    temporary.decide("cancel_permit", ground="dissolved", reasons="单位已依法终止。")
    assert not owed(fresh(temporary.case))
    assert problems() == []


def test_what_was_asked_of_a_permit_that_was_withdrawn_is_not_owed(temporary: Desk) -> None:
    temporary.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    temporary.decide("refuse_change", reasons="未附证明。")
    remedied(temporary, "refuse_change")
    assert owed(fresh(temporary.case))
    temporary.decide("withdraw_permit", **WITHDRAWN)
    assert not owed(fresh(temporary.case))


def test_it_may_be_refused_anew_and_the_permit_stays_expired(temporary: Desk, traveller: Any) -> None:
    expired(temporary, traveller)
    temporary.decide("refuse_extension", reasons="林地已经恢复，不再符合条件。")
    assert permit(temporary.case).status == P.EXPIRED
    assert not owed(fresh(temporary.case))
    with pytest.raises(WrongStatus):
        temporary.decide("grant_extension", until=date(2028, 6, 1))
    assert problems() == []


def test_no_expired_permit_is_extended_without_such_a_remedy(temporary: Desk, traveller: Any) -> None:
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    temporary.decide("refuse_extension", reasons="未说明必要性。")
    traveller.move_to(f"{permit(temporary.case).valid_to + timedelta(days=1)}T10:00:00+08:00")
    sweep.expire_permits()
    with pytest.raises(WrongStatus):
        temporary.decide("grant_extension", until=date(2028, 6, 1))
    assert Permit.objects.get(pk=temporary.case.pk).status == P.EXPIRED
