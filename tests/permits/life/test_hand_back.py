"""A permit its holder hands back 申请注销: asked for while it is valid, and answered by who decides."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from permits.acts.requests import open_request
from permits.documents.delivering import undelivered
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models import Document
from permits.models.permit import P
from tests.cast import Cast, fresh, log_in
from tests.permits.documents.reading import text_of
from tests.permits.life.asked import BACK, REFUSED, told
from tests.permits.life.cases import WITHDRAWN, Desk, permit, wrong
from tests.permits.life.remedied import outcome
from workflows import sweep

ASKED: dict[str, Any] = {"ground": "asked", "reasons": "已核实，剩余小班未作业。"}


def letter(desk: Desk, kind: str) -> str:
    paper = desk.case.documents.filter(kind=kind).latest("pk")
    return "".join(text_of(bytes(paper.file.pdf)).split())


def test_what_is_handed_back_is_cancelled_by_a_letter_that_tells_of_the_request(desk: Desk) -> None:
    carried = desk.case.documents.get(kind="tending_certificate")
    desk.ask("ask_cancellation", **BACK)
    assert permit(desk.case).status == P.VALID, "a request ends nothing"
    assert "decider" in told(desk, "ask_cancellation")
    record = desk.decide("cancel_permit", **ASKED)
    assert permit(desk.case).status == P.CANCELLED
    carried.refresh_from_db()
    assert carried.status == Document.Status.REVOKED
    text = letter(desk, "permit_cancelled")
    assert "申请注销，说明批准的内容已经部分实施。经审查，依你单位的申请，决定办理注销手续。" in text
    assert "第七十条" not in text, "no item of art 70 names it"
    assert "你单位仍应当履行" in text
    assert open_request(fresh(desk.case), "ask_cancellation") is None
    assert record.pk in {paper.act_id for paper in undelivered(fresh(desk.case))}
    assert wrong() == []


def test_a_licence_handed_back_names_no_item_of_article_70_but_where_one_fits(temporary: Desk) -> None:
    temporary.ask("ask_cancellation", used="none", reason="山洪冲毁施工便道，无法实施。")
    temporary.decide("cancel_permit", ground="impossible", reasons="现场核实，山洪冲毁。")
    text = letter(temporary, "permit_cancelled")
    assert "申请注销，说明批准的内容尚未实施。因不可抗力导致许可事项无法实施" in text
    assert "第七十条第五项" in text


def test_without_a_request_nothing_follows_one(desk: Desk) -> None:
    with pytest.raises(BadFacts) as bad:
        desk.decide("cancel_permit", **ASKED)
    assert list(bad.value.errors) == ["ground"]
    with pytest.raises(WrongStatus):
        desk.decide("refuse_cancellation", **REFUSED)
    desk.decide("cancel_permit", ground="impossible", reasons="林地被洪水冲毁。")
    assert "申请注销" not in letter(desk, "permit_cancelled")


def test_a_refusal_leaves_the_permit_and_gives_its_reasons_and_the_remedies(desk: Desk) -> None:
    desk.ask("ask_cancellation", **BACK)
    with pytest.raises(WrongStatus):
        desk.ask("ask_cancellation", **BACK)
    with pytest.raises(BadFacts):
        desk.decide("refuse_cancellation", reasons="")
    record = desk.decide("refuse_cancellation", **REFUSED)
    assert permit(desk.case).status == P.VALID
    assert desk.case.documents.get(kind="tending_certificate").status == Document.Status.ISSUED
    text = letter(desk, "permit_not_cancelled")
    assert "正在调查超范围采伐。" in text
    assert "行政复议" in text
    assert "clerk" in told(desk, "refuse_cancellation")
    assert record.pk in {paper.act_id for paper in undelivered(fresh(desk.case))}
    with pytest.raises(BadFacts):
        desk.decide("cancel_permit", **ASKED)
    desk.ask("ask_cancellation", **BACK)
    desk.decide("cancel_permit", **ASKED)
    assert wrong() == []


def test_only_a_valid_permit_is_handed_back_and_by_its_holder(desk: Desk) -> None:
    with pytest.raises(NotPermitted):
        desk.decide("ask_cancellation", **BACK)
    with pytest.raises(BadFacts) as bad:
        desk.ask("ask_cancellation", used="some", reason="")
    assert set(bad.value.errors) == {"used", "reason"}
    desk.ask("ask_cancellation", **BACK)
    with pytest.raises(NotPermitted):
        desk.ask("refuse_cancellation", **REFUSED)
    desk.decide("withdraw_permit", **WITHDRAWN)
    for ask, said in ((desk.ask, BACK), (desk.decide, REFUSED)):
        with pytest.raises(WrongStatus):
            ask("ask_cancellation" if said is BACK else "refuse_cancellation", **said)
    with pytest.raises(BadFacts):
        desk.decide("cancel_permit", **ASKED)
    desk.decide("cancel_permit", ground="ended", reasons="已撤回。")


def test_a_term_that_ends_while_the_request_waits_ends_the_permit_by_itself(desk: Desk) -> None:
    desk.ask("ask_cancellation", **BACK)
    with time_machine.travel("2027-02-01T00:30:00+08:00"):
        assert sweep.expire_permits().recorded == 1
        with pytest.raises(BadFacts):
            desk.decide("cancel_permit", **ASKED)
        desk.decide("cancel_permit", ground="expired", reasons="有效期届满，未延续。")
    assert permit(desk.case).status == P.CANCELLED
    assert wrong() == []


@pytest.mark.parametrize("how", ["anew", "changed"])
def test_a_refusal_a_remedy_took_away_is_answered_anew_as_that_says(desk: Desk, how: str) -> None:
    desk.ask("ask_cancellation", **BACK)
    refused = desk.decide("refuse_cancellation", **REFUSED)
    desk.decide("record_reconsideration", **outcome(desk, refused.seq, how))
    assert desk.case.documents.get(kind="permit_not_cancelled").status == Document.Status.REVOKED
    desk.decide("cancel_permit", **ASKED)
    assert "本机关据此重新作出决定。" in letter(desk, "permit_cancelled")
    assert wrong() == []


def test_a_cancellation_that_is_annulled_leaves_the_request_open(desk: Desk) -> None:
    desk.ask("ask_cancellation", **BACK)
    record = desk.decide("cancel_permit", **ASKED)
    desk.decide("record_suit", **outcome(desk, record.seq, "annulled"))
    assert permit(desk.case).status == P.VALID
    assert open_request(fresh(desk.case), "ask_cancellation") is not None
    desk.decide("refuse_cancellation", **REFUSED)
    assert "本机关据此重新作出决定。" in letter(desk, "permit_not_cancelled")


def test_an_outcome_about_one_answer_is_told_of_no_other_request(desk: Desk, cast: Cast) -> None:
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    desk.ask("ask_cancellation", **BACK)
    refused = desk.decide("refuse_cancellation", **REFUSED)
    desk.decide("record_reconsideration", **outcome(desk, refused.seq, "anew"))
    asked = log_in(cast.clerk, english=True).get(reverse("permit", args=[desk.case.pk])).context["asked"]
    assert {one.request.act.act: "the earlier answer no longer holds" in " ".join(one.notes) for one in asked} == {
        "ask_change": False, "ask_cancellation": True,
    }  # fmt: skip


def test_it_is_asked_for_and_answered_on_the_pages(desk: Desk, cast: Cast) -> None:
    clerk, decider = log_in(cast.clerk, english=True), log_in(cast.decider, english=True)
    asking = reverse("case-act", args=[desk.case.pk, "ask_cancellation"])
    page = clerk.get(asking)
    assert "is still owed" in page.text
    once = page.context["form"]["once"].value()
    answer = clerk.post(asking, {"once": once, **BACK}, follow=True)
    assert answer.redirect_chain == [(reverse("permit", args=[desk.case.pk]), 302)]
    assert "Ask for the permit to be cancelled" in answer.text.partition('id="asked"')[2].partition("</section>")[0]
    possible = decider.get(reverse("permit", args=[desk.case.pk])).context["possible"]
    assert {one.spec.name for one in possible[:2]} == {"cancel_permit", "refuse_cancellation"}
    answering = decider.get(reverse("case-act", args=[desk.case.pk, "cancel_permit"]))
    assert BACK["reason"] in answering.text
    assert answering.context["form"]["ground"].value() == "asked"
