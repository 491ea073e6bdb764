"""The ends of a permit, each by its own act: once, with its paper, and on the ground that fits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permits.documents.checking import standing_of
from permits.documents.content import chinese_date
from permits.documents.printing import paper_of
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models import Document
from permits.models.permit import P
from tests.cast import Cast, fresh, log_in, pdf
from tests.permits.aftercare.cases import Watch
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, wrong
from workflows import sweep
from workflows.models import Notification
from workflows.notifications.making import make

MONTH_LATE = "2027-03-05T09:00:00+08:00"


def forfeited(desk: Desk) -> dict[str, Any]:
    from permits.drafts.materials import attach
    from roles.models.mandates import Duty
    from workflows.mandates import the_mandate

    paper = attach(desk.case.pk, pdf("处罚决定书.pdf"), by=desk.decider, mandate=the_mandate(desk.case, Duty.DECIDE))
    return {
        "number": "京绿罚决〔2026〕3号", "organ": "北京市园林绿化局", "decided_on": date(2026, 11, 20),
        "reasons": "超出批准范围采伐。", "heard": "已告知听证权利，未要求听证。", "document": paper,
    }  # fmt: skip


@pytest.mark.parametrize("moment", ["2027-02-01T00:30:00+08:00", MONTH_LATE])
def test_a_term_that_ended_is_recorded_by_its_own_last_day_however_late(desk: Desk, moment: str) -> None:
    with time_machine.travel(moment):
        assert sweep.expire_permits().recorded == 1
        assert sweep.expire_permits().recorded == 0
    record = fresh(desk.case).acts.latest("seq")
    assert (record.act, record.facts["ended_on"], record.person) == ("expire_permit", "2027-01-31", None)
    assert permit(desk.case).status == P.EXPIRED
    assert fresh(desk.case).status == "approved"
    assert wrong() == []


def test_on_its_last_day_a_permit_is_valid(desk: Desk) -> None:
    with time_machine.travel("2027-01-31T23:30:00+08:00"):
        assert sweep.expire_permits().recorded == 0


@pytest.mark.parametrize(
    ("act", "said", "status", "paper", "ground"),
    [
        ("withdraw_permit", WITHDRAWN, P.WITHDRAWN, "permit_withdrawn", "撤回许可"),
        ("revoke_permit", REVOKED, P.REVOKED, "permit_revoked", "撤销许可"),
        (
            "cancel_permit",
            {"ground": "impossible", "reasons": "林地被洪水冲毁。"},
            P.CANCELLED,
            "permit_cancelled",
            "注销许可",
        ),
        ("forfeit_permit", None, P.FORFEITED, "permit_forfeited", "登记吊销"),
    ],
)
def test_an_end_has_its_paper_and_ends_the_papers_held(
    client: Client, desk: Desk, act: str, said: Any, status: str, paper: str, ground: str
) -> None:
    held = list(desk.case.documents.filter(kind__startswith="tending"))
    desk.decide(act, **(said or forfeited(desk)))
    assert permit(desk.case).status == status
    assert desk.case.documents.get(kind=paper).status == Document.Status.ISSUED
    for one in held:
        one.refresh_from_db()
        assert one.status == Document.Status.REVOKED
        assert not standing_of(one).in_force
    shown = client.get(reverse("verify", args=[held[0].token])).content.decode()
    assert f"<p>{ground}，{chinese_date(timezone.localdate())}记载</p>" in shown
    assert wrong() == []


def test_a_second_end_is_refused_and_writes_nothing(desk: Desk) -> None:
    desk.decide("withdraw_permit", **WITHDRAWN)
    acts, papers = fresh(desk.case).acts.count(), Document.objects.count()
    with pytest.raises(WrongStatus):
        desk.decide("revoke_permit", **REVOKED)
    with time_machine.travel(MONTH_LATE):
        assert sweep.expire_permits().recorded == 0
    assert (fresh(desk.case).acts.count(), Document.objects.count()) == (acts, papers)
    assert permit(desk.case).status == P.WITHDRAWN


@pytest.mark.parametrize("status", [P.WITHDRAWN, P.EXPIRED])
def test_cancelling_follows_an_end_on_the_ground_that_fits(desk: Desk, status: str) -> None:
    if status == P.WITHDRAWN:
        desk.decide("withdraw_permit", **WITHDRAWN)
        fits, not_ = "ended", "expired"
    else:
        with time_machine.travel(MONTH_LATE):
            sweep.expire_permits()
        fits, not_ = "expired", "ended"
    with pytest.raises(BadFacts) as refused:
        desk.decide("cancel_permit", ground=not_, reasons="注销。")
    assert list(refused.value.errors) == ["ground"]
    desk.decide("cancel_permit", ground=fits, reasons="注销。")
    assert permit(desk.case).status == P.CANCELLED
    with pytest.raises(WrongStatus):
        desk.decide("cancel_permit", ground=fits, reasons="再次注销。")


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"harm": "yes"}, "harm"), ({"compensation": ""}, "compensation"), ({"ground": "fraud"}, "compensation"),
     ({"ground": "any"}, "ground"), ({"harm": ""}, "harm"), ({"heard": ""}, "heard")],
)  # fmt: skip
def test_a_revocation_answers_what_article_69_asks(desk: Desk, changed: dict[str, str], field: str) -> None:
    with pytest.raises(BadFacts) as refused:
        desk.decide("revoke_permit", **(REVOKED | changed))
    assert list(refused.value.errors) == [field]
    assert permit(desk.case).status == P.VALID


def test_only_who_decides_ends_a_permit(desk: Desk, cast: Cast) -> None:
    desk.decider = cast.reviewer
    with pytest.raises(NotPermitted):
        desk.decide("withdraw_permit", **WITHDRAWN)
    with pytest.raises(NotPermitted):
        desk.ask("withdraw_permit", **WITHDRAWN)


def test_what_is_not_approved_has_no_permit_to_end(cast: Cast) -> None:
    desk = Desk(cast.case_at("refused"), cast.clerk, cast.decider)
    with pytest.raises(WrongStatus):
        desk.decide("withdraw_permit", **WITHDRAWN)


def test_an_end_waits_for_papers_that_are_still_being_printed(cast: Cast) -> None:
    desk = Desk(cast.walk_to("approved"), cast.clerk, cast.decider)
    with pytest.raises(WrongStatus, match=r"制作|prepared"):
        desk.decide("withdraw_permit", **WITHDRAWN)


@pytest.mark.parametrize(("act", "said"), [("withdraw_permit", WITHDRAWN), ("revoke_permit", REVOKED)])
def test_an_end_is_told_who_supervises_and_on_the_page_of_the_case(desk: Desk, act: str, said: dict[str, Any]) -> None:
    watch = Watch(desk.case, desk.clerk)
    record = desk.decide(act, **said)
    make(record.pk)
    told = Notification.objects.filter(act=record, event="supervisors")
    assert {watch.first, watch.second} <= {one.person for one in told}
    page = log_in(desk.clerk, english=True).get(reverse("case", args=[desk.case.pk])).content.decode()
    assert f"State of the permit: {'Withdrawn' if act == 'withdraw_permit' else 'Revoked'}" in page


def test_a_revocation_is_checked_with_its_paper_and_says_what_was_wrong_with_the_approval(desk: Desk) -> None:
    address = reverse("case-act", args=[desk.case.pk, "revoke_permit"])
    checked = log_in(desk.decider).post(address, REVOKED).text
    assert 'name="confirmed"' in checked
    assert 'name="preview"' in checked
    record = desk.decide("revoke_permit", **REVOKED)
    assert "经查，该项批准系违反法定程序作出，" in repr(paper_of(record.documents.get(kind="permit_revoked")))


def test_a_cancellation_after_another_end_says_which_one_and_the_page_tells_both(desk: Desk) -> None:
    """许可法 70(4)."""
    ended = desk.decide("revoke_permit", **REVOKED)
    record = desk.decide("cancel_permit", ground="ended", reasons="许可已被撤销。")
    told = f"因已经由本机关于{chinese_date(ended.decided_on)}依法撤销，"
    assert told in repr(paper_of(record.documents.get()))
    page = log_in(desk.clerk).get(reverse("permit", args=[desk.case.pk])).text
    term = page.partition('id="term"')[2].partition("</section>")[0]
    assert "撤销许可" in term
    assert "注销许可" in term


def test_a_cancellation_after_a_forfeiture_names_the_organ_that_punished(desk: Desk) -> None:
    desk.decide("forfeit_permit", **forfeited(desk) | {"organ": "北京市密云区园林绿化局"})
    record = desk.decide("cancel_permit", ground="ended", reasons="许可已被吊销。")
    assert "因已经由北京市密云区园林绿化局于2026年11月20日依法吊销，" in repr(paper_of(record.documents.get()))
