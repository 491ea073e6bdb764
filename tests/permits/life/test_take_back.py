"""What a holder asked on its permit is taken back before it is answered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from permits.acts.reopening import owed
from permits.acts.requests import open_request, open_requests
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models import Act, Permit
from permits.models.permit import P
from tests.cast import Cast, fresh, log_in
from tests.permits.documents.reading import text_of
from tests.permits.life.asked import BACK, END, FURTHEST, IN_TIME, REFUSED, WHY, go_to, told
from tests.permits.life.cases import WITHDRAWN, Desk, permit, wrong
from tests.permits.life.remedied import outcome
from workflows import permit_list, sweep

MOVED: dict[str, Any] = {"what": "contact", "now": "密云区新址", "reason": "搬迁。"}
ANSWERED = {
    "ask_change": ("refuse_change", {"reasons": "不符合规定。"}),
    "ask_reissue": ("reissue_permit", {}),
    "ask_cancellation": ("refuse_cancellation", REFUSED),
}


def waiting(desk: Desk) -> set[str]:
    return {one.act.act for one in open_requests(fresh(desk.case))}


def listed() -> bool:
    return permit_list.asked(Permit.objects.all()).exists()


@pytest.mark.parametrize(
    ("ask", "said"), [("ask_change", MOVED), ("ask_reissue", {"statement": "遗失。"}), ("ask_cancellation", BACK)]
)
def test_what_was_taken_back_waits_for_nobody_and_is_asked_again(desk: Desk, ask: str, said: dict[str, Any]) -> None:
    desk.ask(ask, **said)
    assert listed()
    desk.ask("take_back_request", request=ask, reason="不再需要。")
    assert waiting(desk) == set()
    assert not listed()
    assert "decider" in told(desk, "take_back_request")
    act, words = ANSWERED[ask]
    with pytest.raises(WrongStatus):
        desk.decide(act, **words)
    desk.ask(ask, **said)
    assert waiting(desk) == {ask}
    assert listed()
    assert permit(desk.case).status == P.VALID
    assert wrong() == []


def test_only_what_is_named_is_taken_back_and_only_while_it_waits(desk: Desk) -> None:
    with pytest.raises(WrongStatus):
        desk.ask("take_back_request", request="ask_change")
    desk.ask("ask_change", **MOVED)
    desk.ask("ask_cancellation", **BACK)
    with pytest.raises(BadFacts) as bad:
        desk.ask("take_back_request", request="ask_reissue")
    assert list(bad.value.errors) == ["request"]
    with pytest.raises(NotPermitted):
        desk.decide("take_back_request", request="ask_change")
    desk.ask("take_back_request", request="ask_cancellation", reason='并非"request":"ask_change"')
    assert waiting(desk) == {"ask_change"}
    assert listed(), "the words of a reason take nothing back"
    desk.decide("refuse_change", reasons="不符合规定。")
    with pytest.raises(WrongStatus):
        desk.ask("take_back_request", request="ask_change")


def test_what_waits_again_after_a_remedy_can_be_taken_back_and_nothing_is_owed_then(desk: Desk) -> None:
    desk.ask("ask_cancellation", **BACK)
    refused = desk.decide("refuse_cancellation", **REFUSED)
    desk.decide("record_reconsideration", **outcome(desk, refused.seq, "anew"))
    assert waiting(desk) == {"ask_cancellation"}
    desk.ask("take_back_request", request="ask_cancellation")
    assert waiting(desk) == set()
    assert wrong() == []


def test_nothing_is_taken_back_of_a_permit_that_ended(desk: Desk) -> None:
    desk.ask("ask_change", **MOVED)
    desk.decide("withdraw_permit", **WITHDRAWN)
    with pytest.raises(WrongStatus, match="不再有效"):
        desk.ask("take_back_request", request="ask_change")


def test_an_extension_taken_back_is_granted_by_no_silence(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    go_to(traveller, END)
    temporary.ask("take_back_request", request="ask_extension")
    go_to(traveller, date(2027, 12, 2))
    assert sweep.deem_extended().recorded == 0
    assert sweep.expire_permits().recorded == 1
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.EXPIRED, END)
    assert wrong() == []


def test_what_silence_has_granted_is_not_taken_back_although_no_tick_recorded_it(
    temporary: Desk, traveller: Any
) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    go_to(traveller, date(2027, 12, 2))
    with pytest.raises(WrongStatus):
        temporary.ask("take_back_request", request="ask_extension")
    assert sweep.deem_extended().recorded == 1


def refused_in_time(temporary: Desk, traveller: Any) -> Act:
    """The refusal of an extension that was asked for in time, on the day on which it was."""
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    return temporary.decide("refuse_extension", reasons="不再需要。")


def test_what_silence_has_granted_after_a_refusal_was_annulled_is_neither_taken_back_nor_refused(
    temporary: Desk, traveller: Any
) -> None:
    """许可法 50(2): the term is over, and what was asked counts as granted before any tick records it."""
    refused = refused_in_time(temporary, traveller)
    temporary.decide("record_reconsideration", **outcome(temporary, refused.seq, "anew") | {"decided_on": IN_TIME})
    go_to(traveller, date(2027, 12, 2))
    with pytest.raises(WrongStatus):
        temporary.decide("refuse_extension", reasons="另有理由。")
    with pytest.raises(WrongStatus):
        temporary.ask("take_back_request", request="ask_extension")
    assert sweep.deem_extended().recorded == 1


def test_silence_grants_nothing_where_the_refusal_stood_at_the_end_although_no_tick_recorded_it(
    temporary: Desk, traveller: Any
) -> None:
    refused = refused_in_time(temporary, traveller)
    go_to(traveller, date(2027, 12, 2))
    temporary.decide("record_reconsideration", **outcome(temporary, refused.seq, "anew") | {"decided_on": END})
    assert sweep.deem_extended().recorded == 0
    assert sweep.expire_permits().recorded == 1
    assert waiting(temporary) == {"ask_extension"}
    temporary.decide("grant_extension", until=FURTHEST)
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.VALID, FURTHEST)
    assert wrong() == []


def test_who_waits_for_an_answer_after_the_end_can_take_the_request_back(temporary: Desk, traveller: Any) -> None:
    refused = refused_in_time(temporary, traveller)
    go_to(traveller, date(2027, 12, 2))
    assert sweep.expire_permits().recorded == 1
    temporary.decide("record_reconsideration", **outcome(temporary, refused.seq, "anew") | {"decided_on": END})
    temporary.ask("take_back_request", request="ask_extension")
    temporary.decide("cancel_permit", ground="expired", reasons="有效期届满，未延续。")
    assert permit(temporary.case).status == P.CANCELLED


def test_it_is_taken_back_on_the_pages(desk: Desk, cast: Cast) -> None:
    clerk = log_in(cast.clerk, english=True)
    desk.ask("ask_change", **MOVED)
    desk.ask("ask_cancellation", **BACK)
    page = reverse("permit", args=[desk.case.pk])
    address = reverse("case-act", args=[desk.case.pk, "take_back_request"])
    assert f'{address}?request=ask_change"' in clerk.get(page).text
    assert address not in log_in(cast.decider).get(page).text
    form = clerk.get(address + "?request=ask_change").context["form"]
    assert form["request"].value() == "ask_change"
    assert [code for code, _label in form.fields["request"].choices] == ["ask_change", "ask_cancellation"]
    assert not clerk.get(address).context["form"]["request"].value(), "nothing chosen"
    said = {"once": form["once"].value(), "request": "ask_change"}
    assert "Ask for a change of the permit" in clerk.post(address, said).text
    answer = clerk.post(address, said | {"confirmed": "1"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert waiting(desk) == {"ask_cancellation"}


def test_who_asks_to_hand_back_and_to_extend_is_told_that_silence_extends(temporary: Desk, traveller: Any) -> None:
    go_to(traveller, IN_TIME)
    temporary.ask("ask_extension", until=FURTHEST, **WHY)
    asking = reverse("case-act", args=[temporary.case.pk, "ask_cancellation"])
    clerk, decider = log_in(temporary.clerk, english=True), log_in(temporary.decider, english=True)
    assert "counts as granted, whatever becomes of this request" in clerk.get(asking).text
    temporary.ask("ask_cancellation", **BACK)
    page = reverse("permit", args=[temporary.case.pk])
    for who in (clerk, decider):
        assert "that stops no extension by silence" in who.get(page).text
    go_to(traveller, date(2027, 12, 2))
    assert sweep.deem_extended().recorded == 1
    assert open_request(fresh(temporary.case), "ask_cancellation") is not None
    temporary.ask("take_back_request", request="ask_cancellation")


def test_an_earlier_request_waits_again_although_a_later_one_was_taken_back(desk: Desk) -> None:
    """What was taken back is as never asked: who was ordered to decide anew has the earlier one to answer."""
    desk.ask("ask_change", **MOVED)
    refused = desk.decide("refuse_change", reasons="未附证明。")
    desk.ask("ask_change", **MOVED | {"now": "密云区另址"})
    desk.ask("take_back_request", request="ask_change")
    assert waiting(desk) == set()
    desk.decide("record_reconsideration", **outcome(desk, refused.seq, "anew"))
    assert waiting(desk) == {"ask_change"}
    assert owed(fresh(desk.case))
    desk.decide("grant_change")
    paper = desk.case.documents.get(kind="permit_changed")
    assert "密云区新址" in text_of(bytes(paper.file.pdf)), "what is answered, and not what was taken back"
    assert waiting(desk) == set()
    assert wrong() == []


def test_of_two_requests_that_wait_one_after_the_other_each_is_taken_back_by_itself(desk: Desk) -> None:
    desk.ask("ask_change", **MOVED)
    refused = desk.decide("refuse_change", reasons="未附证明。")
    desk.ask("ask_change", **MOVED)
    desk.decide("record_reconsideration", **outcome(desk, refused.seq, "anew"))
    for left in ({"ask_change"}, set()):
        desk.ask("take_back_request", request="ask_change")
        assert waiting(desk) == left
    with pytest.raises(WrongStatus):
        desk.ask("take_back_request", request="ask_change")
    assert wrong() == []
