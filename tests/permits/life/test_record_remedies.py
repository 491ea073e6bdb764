"""What a reconsideration or a judgment makes of a permit: nothing, its end, or what stood before the decision."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from permits.acts.requests import open_request
from permits.aftercare.standing import aftercare_of
from permits.documents.checking import standing_of
from permits.documents.life_papers import held_before
from permits.errors import BadFacts, WrongStatus
from permits.models import RegisterEntry
from permits.models.life import REMEDY
from permits.models.obligation import O
from permits.models.permit import P
from permits.verification.run import verify
from roles.models import Person, Post
from tests.cast import Cast, fresh, log_in, make_person
from tests.permits.documents.reading import text_of
from tests.permits.life.cases import REVOKED, WITHDRAWN, Desk, permit, print_papers, wrong
from tests.permits.life.remedied import approval, conditions, outcome
from workflows import sweep
from workflows.models import Notification
from workflows.notifications.making import make
from workflows.notifications.words import headline

ACTS = ("record_reconsideration", "record_suit")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("result", "status"), [("upheld", P.VALID), ("changed", P.VALID), ("unlawful", P.VALID),
                                                ("annulled", P.ANNULLED), ("anew", P.ANNULLED)])  # fmt: skip
def test_an_annulled_approval_ends_the_permit_and_another_outcome_does_not(
    desk: Desk, act: str, result: str, status: str
) -> None:
    desk.decide(act, **outcome(desk, approval(desk), result))
    assert permit(desk.case).status == status
    held = {paper.status for paper in desk.case.documents.filter(kind__startswith="tending")}
    assert held == ({"issued"} if status == P.VALID else {"revoked"})
    assert wrong() == []


def test_an_annulled_revocation_restores_what_stood_before(desk: Desk) -> None:
    record = desk.decide("revoke_permit", **REVOKED)
    desk.decide("record_suit", **outcome(desk, record.seq, "annulled"))
    assert permit(desk.case).status == P.VALID
    stand = {paper.status for paper in desk.case.documents.filter(kind__startswith="tending")}
    assert stand == {"issued"}, "what the revocation had ended holds again"
    assert desk.case.documents.get(act=record).status == "revoked"
    assert wrong() == []
    desk.ask("ask_reissue", statement="证件已交回。")
    desk.decide("reissue_permit")
    assert desk.case.documents.get(kind="permit_paper").status == "issued"
    assert wrong() == []


def test_an_annulled_extension_gives_the_paper_of_before_its_force_back(temporary: Desk) -> None:
    last = permit(temporary.case).valid_to
    carried = [paper.pk for paper in temporary.case.documents.filter(status="issued")]
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    granted = temporary.decide("grant_extension", until=date(2028, 6, 1))
    assert temporary.case.documents.get(act=granted, kind="permit_paper").status == "issued"
    said = outcome(temporary, granted.seq, "annulled") | {"decided_on": timezone.localdate()}
    temporary.decide("record_suit", **said)
    assert permit(temporary.case).valid_to == last
    assert {paper.status for paper in temporary.case.documents.filter(act=granted)} == {"revoked"}
    assert {paper.status for paper in temporary.case.documents.filter(pk__in=carried)} == {"issued"}
    assert wrong() == []


def test_a_remedy_is_not_decided_before_the_decision_it_is_about(desk: Desk) -> None:
    with time_machine.travel("2026-12-20T10:00:00+08:00", tick=True):
        record = desk.decide("revoke_permit", **REVOKED)
        with pytest.raises(BadFacts) as refused:
            desk.decide("record_suit", **outcome(desk, record.seq, "annulled"))
    assert list(refused.value.errors) == ["decided_on"]


def test_a_remedy_against_a_penalty_may_be_older_than_the_record_of_the_forfeiture(desk: Desk) -> None:
    with time_machine.travel("2026-12-20T10:00:00+08:00", tick=True):
        told = {"number": "罚〔2026〕3号", "organ": "密云区园林绿化局", "decided_on": date(2026, 11, 23),
                "reasons": "超范围。", "heard": "已告知，未提出意见。"}  # fmt: skip
        said = outcome(desk, approval(desk), "annulled")
        record = desk.decide("forfeit_permit", document=said["document"], **told)
        page = log_in(desk.decider).get(reverse("case-act", args=[desk.case.pk, "record_suit"])).text
        assert "登记吊销 2026年11月23日" in page
        with pytest.raises(BadFacts) as early:
            desk.decide("record_suit", **(said | {"against": record.seq, "decided_on": date(2026, 11, 22)}))
        assert list(early.value.errors) == ["decided_on"]
        desk.decide("record_suit", **(said | {"against": record.seq, "decided_on": date(2026, 12, 15)}))
    assert permit(desk.case).status == P.VALID
    assert wrong() == []


def test_an_annulled_refusal_leaves_the_request_open(desk: Desk) -> None:
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    refused = desk.decide("refuse_change", reasons="材料不足。")
    assert open_request(fresh(desk.case), "ask_change") is None
    desk.decide("record_reconsideration", **outcome(desk, refused.seq, "anew"))
    assert open_request(fresh(desk.case), "ask_change") is not None
    desk.decide("grant_change")


@pytest.mark.parametrize(
    ("other", "field"), [({"against": 1}, "against"), ({"against": 999}, "against"), ({"outcome": "?"}, "outcome"),
                         ({"decided_on": date(2026, 11, 21)}, "decided_on"), ({"document": None}, "document")]
)  # fmt: skip
def test_what_names_no_decision_of_the_case_is_refused(desk: Desk, other: dict[str, Any], field: str) -> None:
    with pytest.raises(BadFacts) as refused:
        desk.decide("record_suit", **(outcome(desk, approval(desk), "annulled") | other))
    assert list(refused.value.errors) == [field]
    assert permit(desk.case).status == P.VALID


def test_the_same_outcome_is_recorded_once(desk: Desk) -> None:
    desk.decide("record_suit", **outcome(desk, approval(desk), "upheld"))
    with pytest.raises(BadFacts):
        desk.decide("record_suit", **outcome(desk, approval(desk), "annulled"))


def test_a_refused_case_records_a_remedy_and_stays_as_it_is(cast: Cast) -> None:
    desk = Desk(cast.case_at("refused"), cast.clerk, cast.decider)
    print_papers(desk.case)
    refusal = fresh(desk.case).did("refuse")[0].seq
    desk.decide("record_reconsideration", **outcome(desk, refusal, "anew"))
    assert fresh(desk.case).status == "refused"
    assert {paper.status for paper in desk.case.documents.filter(act__act="refuse")} == {"revoked"}


def test_the_page_of_a_case_tells_a_remedy_that_left_its_decision(cast: Cast) -> None:
    desk = Desk(cast.case_at("refused"), cast.clerk, cast.decider)
    print_papers(desk.case)
    refused = fresh(desk.case).did("refuse")[-1]
    record = desk.decide("record_reconsideration", **outcome(desk, refused.seq, "upheld"))
    page = log_in(cast.clerk, english=True).get(f"/cases/{desk.case.pk}/").content.decode()
    assert "Outcome of the reconsideration: Upheld, or the claim rejected" in page
    make(record.pk)
    with translation.override("en"):
        news = headline(Notification.objects.get(act=record, event="unit", person=cast.clerk))
    assert "Upheld" in news


def test_a_judgment_has_the_day_on_which_it_was_given_wherever_it_is_named(desk: Desk) -> None:
    given, recorded = date(2026, 12, 15), "2027-01-20T10:00:00+08:00"
    with time_machine.travel(recorded):
        record = desk.decide("record_suit", **outcome(desk, approval(desk), "annulled", decided_on=given))
        shown = log_in(desk.decider).get(reverse("permit", args=[desk.case.pk]))
        assert shown.context["ended_by"].decided_on == given
        assert "2026年12月15日" in shown.text.partition('id="papers"')[0]
        assert fresh(desk.case).did_at(record.seq).decided_on == given


def test_who_verifies_the_letter_of_an_extension_is_told_that_the_approval_was_annulled(temporary: Desk) -> None:
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    granted = temporary.decide("grant_extension", until=date(2028, 6, 1))
    letter = temporary.case.documents.get(act=granted, kind="permit_extended")
    assert standing_of(letter).in_force
    said = outcome(temporary, approval(temporary), "annulled", decided_on=timezone.localdate())
    temporary.decide("record_suit", **said)
    letter.refresh_from_db()
    standing = standing_of(letter)
    assert (standing.document.status, standing.in_force, standing.ended) == ("issued", False, True)


def test_without_a_decision_there_is_nothing_to_challenge(cast: Cast) -> None:
    desk = Desk(cast.case_at("withdrawn"), cast.clerk, cast.decider)
    with pytest.raises(WrongStatus):
        desk.decide("record_suit", **outcome(desk, 1, "annulled"))


def test_a_permit_whose_approval_was_annulled_is_not_restored_with_its_end(desk: Desk) -> None:
    withdrawn = desk.decide("withdraw_permit", **WITHDRAWN)
    desk.decide("record_suit", **outcome(desk, approval(desk), "annulled"))
    desk.decide("record_suit", **outcome(desk, withdrawn.seq, "annulled", number="京04行初〔2026〕9号"))
    assert permit(desk.case).status == P.ANNULLED
    assert not desk.case.documents.filter(kind__startswith="tending", status="issued").exists()
    assert wrong() == []


@pytest.mark.parametrize("late", [False, True])
def test_silence_does_not_grant_an_extension_whose_grant_was_annulled(
    temporary: Desk, traveller: Any, late: bool
) -> None:
    end = permit(temporary.case).valid_to
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    granted = temporary.decide("grant_extension", until=date(2028, 6, 1))
    if late:
        traveller.move_to("2028-01-10T10:00:00+08:00")
    said = outcome(temporary, granted.seq, "annulled", decided_on=timezone.localdate())
    temporary.decide("record_suit", **said)
    traveller.move_to("2028-01-11T10:00:00+08:00")
    sweep.deem_extended()
    sweep.expire_permits()
    assert (permit(temporary.case).status, permit(temporary.case).valid_to) == (P.EXPIRED, end)
    assert wrong() == []


def carried(desk: Desk) -> str:
    """The words of the paper the holder was given last."""
    paper = desk.case.documents.filter(kind="permit_paper").latest("pk")
    return text_of(bytes(paper.file.pdf))


def test_a_name_whose_change_was_annulled_stands_on_no_later_paper(desk: Desk) -> None:
    desk.ask("ask_change", what="holder_name", now="密云区雾灵生态林场", reason="单位更名。")
    granted = desk.decide("grant_change")
    assert "雾灵生态林场" in carried(desk)
    desk.decide("record_suit", **outcome(desk, granted.seq, "annulled"))
    desk.ask("ask_reissue", statement="遗失。")
    desk.decide("reissue_permit")
    assert "雾灵生态林场" not in carried(desk)


def test_what_an_extension_asks_of_the_holder_stands_on_its_paper_and_on_later_ones(temporary: Desk) -> None:
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    temporary.decide("grant_extension", until=date(2028, 6, 1), conditions="应于2028年5月1日前清理场地。")
    assert "2028年5月1日前清理场地" in carried(temporary)
    temporary.ask("ask_reissue", statement="遗失。")
    temporary.decide("reissue_permit")
    assert "2028年5月1日前清理场地" in carried(temporary)


def test_the_conditions_of_an_extension_bind_nobody_once_it_was_annulled(traveller: Any) -> None:
    first, later = "应当设置围挡。", "应于2028年5月1日前清理场地。"
    desk = Desk.of_temporary_use(traveller, conditions=first)
    desk.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    granted = desk.decide("grant_extension", until=date(2028, 6, 1), conditions=later)
    assert conditions(desk) == [(first, O.OPEN, False), (later, O.OPEN, False)]
    said = outcome(desk, granted.seq, "annulled", decided_on=timezone.localdate())
    desk.decide("record_suit", **said)
    assert conditions(desk) == [(first, O.OPEN, False), (later, O.CLOSED, True)]
    assert "obligations" not in {problem.check for problem in verify(installation=False)}
    with pytest.raises(BadFacts, match=r"annulled|撤销"):
        desk.ask("report_obligation", obligation=f"condition-{granted.seq}-1", statement=True,
                 answers=[{"field": "done", "value": "已清理。"}])  # fmt: skip


def test_the_conditions_of_an_approval_bind_nobody_once_it_was_annulled(traveller: Any) -> None:
    desk = Desk.of_temporary_use(traveller, conditions="应于2027年5月1日前异地造林1公顷。\n施工前设置标识。")
    said = outcome(desk, approval(desk), "annulled", decided_on=timezone.localdate())
    desk.decide("record_suit", **said)
    assert [one[1:] for one in conditions(desk)] == [(O.CLOSED, True)]
    aftercare = aftercare_of(fresh(desk.case))
    assert aftercare is not None
    replanting, restoration = aftercare.of("replanting-1"), aftercare.of("restoration")
    assert replanting is not None
    assert restoration is not None
    assert (replanting.state, restoration.state) == (O.CLOSED, O.OPEN), "what the law itself asks stays"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("result", ["upheld", "changed", "unlawful", "annulled", "anew"])
def test_who_decides_is_told_of_every_outcome_and_once(desk: Desk, cast: Cast, act: str, result: str) -> None:
    post = Post.objects.get(memberships__person=cast.decider)
    make_person("second_decider", "二决定", post)
    record = desk.decide(act, **outcome(desk, approval(desk), result))
    make(record.pk)
    (told,) = Notification.objects.filter(act=record, person__username="second_decider")
    with translation.override("en"):
        assert str(dict(REMEDY.options)[result]) in headline(told) or result == "anew"


def test_the_paper_of_before_a_change_holds_again_once_the_change_was_annulled(desk: Desk) -> None:
    carried = desk.case.documents.get(kind="tending_certificate")
    desk.ask("ask_change", what="holder_name", now="密云区雾灵生态林场", reason="单位更名。")
    granted = desk.decide("grant_change")
    carried.refresh_from_db()
    assert carried.status == "superseded"
    desk.decide("record_suit", **outcome(desk, granted.seq, "annulled"))
    assert desk.case.documents.get(act=granted, kind="permit_paper").status == "revoked"
    carried.refresh_from_db()
    assert carried.status == "issued", "the holder would hold a permit without any paper"
    assert wrong() == []


TELLS_ANNULLED = "tells a change that was annulled since"


def page_tells(desk: Desk, person: Person, words: str, place: str = "permit") -> bool:
    return words in log_in(person, english=True).get(reverse(place, args=[desk.case.pk])).content.decode()


def test_a_later_paper_stays_where_a_change_before_it_was_annulled(desk: Desk) -> None:
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    granted = desk.decide("grant_change")
    desk.ask("ask_reissue", statement="遗失。")
    later = desk.decide("reissue_permit")
    desk.decide("record_suit", **outcome(desk, granted.seq, "annulled"))
    held = list(desk.case.documents.filter(status="issued").exclude(kind="tending_approval"))
    assert [paper.act_id for paper in held if paper.kind in ("permit_paper", "tending_certificate")] == [later.pk]
    assert wrong() == []
    for person in (desk.clerk, desk.decider):
        assert page_tells(desk, person, TELLS_ANNULLED)
    desk.ask("ask_reissue", statement="原件载有已被撤销的变更。")
    desk.decide("reissue_permit")
    assert not page_tells(desk, desk.decider, TELLS_ANNULLED), "the new one tells it no more"


def test_a_paper_that_tells_an_annulled_extension_holds_no_more_whatever_was_issued_since(temporary: Desk) -> None:
    carried = [paper.pk for paper in temporary.case.documents.filter(status="issued")]
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    granted = temporary.decide("grant_extension", until=date(2028, 6, 1))
    temporary.ask("ask_reissue", statement="遗失。")
    later = temporary.decide("reissue_permit")
    temporary.decide("record_suit", **outcome(temporary, granted.seq, "annulled", decided_on=timezone.localdate()))
    assert temporary.case.documents.get(act=later).status == "revoked"
    assert {paper.status for paper in temporary.case.documents.filter(pk__in=carried)} == {"issued"}
    (number,) = temporary.case.documents.filter(pk__in=carried, kind="temporary_consent").values_list(
        "number", flat=True
    )
    assert RegisterEntry.objects.get(permit=temporary.case.pk).certificate == number
    assert wrong() == []


@pytest.mark.parametrize("since", [False, True])
def test_a_later_act_names_the_paper_that_holds_again_and_none_that_a_remedy_took_away(
    temporary: Desk, since: bool
) -> None:
    number = temporary.case.documents.get(kind="temporary_consent").number
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    granted = temporary.decide("grant_extension", until=date(2028, 6, 1))
    if since:
        temporary.ask("ask_reissue", statement="遗失。")
        temporary.decide("reissue_permit")
    temporary.decide("record_suit", **outcome(temporary, granted.seq, "annulled", decided_on=timezone.localdate()))
    assert held_before(temporary.decide("withdraw_permit", **WITHDRAWN)).number == number


def test_a_later_act_names_the_paper_that_stays_where_a_change_before_it_was_annulled(desk: Desk) -> None:
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    granted = desk.decide("grant_change")
    desk.ask("ask_reissue", statement="遗失。")
    later = desk.decide("reissue_permit")
    desk.decide("record_suit", **outcome(desk, granted.seq, "annulled"))
    number = desk.case.documents.get(act=later, kind="permit_paper").number
    assert held_before(desk.decide("withdraw_permit", **WITHDRAWN)).number == number


def papers(desk: Desk) -> dict[int, tuple[str, int | None]]:
    """Each paper as it stands, and which took its place."""
    found = desk.case.documents.values_list("pk", "status", "replaced_by")
    return {pk: (status, by) for pk, status, by in found}


def test_a_command_gives_papers_of_older_outcomes_the_force_that_the_acts_leave_them(temporary: Desk) -> None:
    """As the versions before left them: what an annulled extension had replaced stayed replaced, what was issued after
    it stayed in force, and so did all that came since."""
    temporary.ask("ask_extension", until=date(2028, 6, 1), reason="工期延长。")
    granted = temporary.decide("grant_extension", until=date(2028, 6, 1))
    temporary.ask("ask_reissue", statement="遗失。")
    temporary.decide("reissue_permit")
    as_before = papers(temporary)
    temporary.decide("record_suit", **outcome(temporary, granted.seq, "annulled", decided_on=timezone.localdate()))
    right = papers(temporary)
    assert {pk: right[pk] for pk in as_before} != as_before
    for pk, (status, by) in as_before.items():
        temporary.case.documents.filter(pk=pk).update(status=status, replaced_by=by)
    number = RegisterEntry.objects.get(permit=temporary.case.pk).certificate
    RegisterEntry.objects.update(certificate="x")
    before, told = list(fresh(temporary.case).history), StringIO()
    call_command("keep_papers", stdout=told)
    assert papers(temporary) | as_before == papers(temporary), "without --commit they are only named"
    assert told.getvalue().count(str(temporary.case.number)) == 3
    call_command("keep_papers", "--commit", stdout=StringIO())
    assert papers(temporary) == right
    assert RegisterEntry.objects.get(permit=temporary.case.pk).certificate == number
    assert list(fresh(temporary.case).history) == before
    call_command("keep_papers", stdout=(again := StringIO()))
    assert again.getvalue().splitlines()[-1].startswith("待更正文书0份")


def test_the_command_leaves_a_paper_alone_that_was_tampered_with(desk: Desk) -> None:
    desk.decide("record_suit", **outcome(desk, approval(desk), "upheld"))
    paper = desk.case.documents.get(kind="tending_certificate")
    desk.case.documents.filter(pk=paper.pk).update(status="revoked")
    call_command("keep_papers", "--commit", stdout=StringIO())
    paper.refresh_from_db()
    assert paper.status == "revoked", "no remedy took a decision away: the verification names it"
    desk.case.documents.filter(pk=paper.pk).update(status="issued")


def test_the_command_leaves_alone_what_was_tampered_with_where_a_remedy_took_a_decision_away(desk: Desk) -> None:
    """Only what stands as before the remedy is the remedy's; else the verification would be told nothing."""
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    granted = desk.decide("grant_change")
    desk.decide("record_suit", **outcome(desk, granted.seq, "annulled"))
    carried, taken = desk.case.documents.get(kind="tending_certificate"), desk.case.documents.get(kind="permit_paper")
    stood = papers(desk)
    desk.case.documents.filter(pk=carried.pk).update(status="revoked")  # it was replaced then, and holds now
    desk.case.documents.filter(pk=taken.pk).update(status="issued")  # as a version left it that knew less
    told = StringIO()
    call_command("keep_papers", "--commit", stdout=told)
    assert papers(desk) == stood | {carried.pk: ("revoked", None)}
    assert [one.where for one in verify(installation=False) if one.check == "force"] == [carried.number]
    assert told.getvalue().splitlines()[-1] == "已更正文书1份"
    desk.case.documents.filter(pk=carried.pk).update(status="issued")


def test_an_order_to_decide_anew_on_the_end_of_a_permit_is_told_on_its_page(desk: Desk) -> None:
    """复议法 64: annulled and ordered anew, the permit is valid again, and that a decision is owed would be lost."""
    page, told = reverse("permit", args=[desk.case.pk]), "and ordered this agency to decide on it anew"
    ended = desk.decide("revoke_permit", **REVOKED)
    desk.decide("record_reconsideration", **outcome(desk, ended.seq, "annulled"))
    for person in (desk.clerk, desk.decider):
        assert told not in log_in(person, english=True).get(page).text
    again = desk.decide("revoke_permit", **REVOKED | {"ground": "unqualified", "reasons": "不具备条件。"})
    desk.decide("record_reconsideration", **outcome(desk, again.seq, "anew", number="京政复字〔2026〕6号"))
    for person in (desk.clerk, desk.decider):
        assert told in log_in(person, english=True).get(page).text
    desk.decide("revoke_permit", **REVOKED | {"ground": "beyond_powers", "reasons": "超越职权。"})
    assert told not in log_in(desk.clerk, english=True).get(page).text
