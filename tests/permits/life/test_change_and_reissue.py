"""A change of the holder's own data and a paper that was lost: asked by the holder, granted with a new paper."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from permits.documents.checking import standing_of
from permits.documents.content import Certificate, chinese_date
from permits.documents.holder import changed_name
from permits.documents.printing import paper_of
from permits.errors import BadFacts, WrongStatus
from permits.models import Document, Permit
from permits.models.permit import P
from roles.models import OperatingUnit
from tests.cast import Cast, fresh, markup
from tests.permits.documents.reading import text_of
from tests.permits.life.cases import WITHDRAWN, Desk, permit, wrong
from tests.permits.life.licences import felled, licensed
from tests.permits.life.remedied import outcome

NAME = {"what": "holder_name", "now": "密云区雾灵生态林场", "reason": "单位更名。"}


def test_a_change_is_told_and_the_paper_carried_so_far_says_it_was_replaced(desk: Desk) -> None:
    carried = desk.case.documents.get(kind="tending_certificate")
    reply = desk.case.documents.get(kind="tending_approval")
    desk.ask("ask_change", **NAME)
    desk.decide("grant_change")
    carried.refresh_from_db()
    reply.refresh_from_db()
    new = desk.case.documents.get(kind="permit_paper")
    assert (carried.status, carried.replaced_by, reply.status) == ("superseded", new, "issued")
    assert not standing_of(carried).in_force
    assert standing_of(new).permit == permit(desk.case)
    assert desk.case.documents.get(kind="permit_changed").title == "准予变更审批决定书"
    assert wrong() == []


def test_the_new_paper_of_a_licence_to_fell_counts_on_with_the_licences(cast: Cast) -> None:
    desk = licensed(*felled())
    first = desk.case.documents.get(kind="felling_licence")
    desk.ask("ask_change", **NAME)
    desk.decide("grant_change")
    new = desk.case.documents.get(kind="permit_paper")
    assert (new.prefix, new.serial) == (first.prefix, first.serial + 1)
    assert first.prefix.endswith("采")
    (told,) = (text for head, text in paper_of(new).facts.pairs if head == "更新")  # 森林法 58: a licence says it
    assert told in text_of(bytes(first.file.pdf)).replace("\n", "")


def letter(desk: Desk, kind: str) -> str:
    paper = desk.case.documents.filter(kind=kind).latest("pk")
    return text_of(bytes(paper.file.pdf))


def test_letters_after_a_change_of_name_are_addressed_to_the_holder_as_it_is_called_now(desk: Desk) -> None:
    """许可法 49: the permit is held under the new name; what was printed late of before keeps the old one."""
    old = desk.case.unit.name
    desk.ask("ask_change", **NAME)
    desk.decide("grant_change")
    assert old in letter(desk, "permit_changed"), "it is told to whom it was before"
    desk.decide("cancel_permit", ground="impossible", reasons="林地已被洪水冲毁。")
    told = letter(desk, "permit_cancelled")
    assert NAME["now"] in told
    assert old not in told


def test_the_name_that_the_holder_has_is_no_change_of_it(desk: Desk) -> None:
    for held in (desk.case.unit.name, NAME["now"]):
        with pytest.raises(BadFacts) as refused:
            desk.ask("ask_change", **(NAME | {"now": held}))
        assert list(refused.value.errors) == ["now"]
        if held != NAME["now"]:
            desk.ask("ask_change", **NAME)
            desk.decide("grant_change")


def test_a_unit_that_was_renamed_meanwhile_asks_for_its_new_name(desk: Desk) -> None:
    old = desk.case.unit.name
    OperatingUnit.objects.filter(pk=desk.case.unit_id).update(name=NAME["now"])
    desk.ask("ask_change", **NAME)
    desk.decide("grant_change")
    assert old in letter(desk, "permit_changed")


def test_the_decision_tells_the_name_that_is_changed_beside_the_new_one(desk: Desk) -> None:
    desk.ask("ask_change", **NAME)
    granted = desk.decide("grant_change")
    told = repr(paper_of(granted.documents.get(kind="permit_changed")))
    assert f"('变更前内容', '{desk.case.unit.name}'), ('变更后内容', '{NAME['now']}')" in told
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    moved = desk.decide("grant_change")
    assert "变更前内容" not in repr(paper_of(moved.documents.get(kind="permit_changed")))


def test_anyone_who_verifies_the_paper_of_before_is_told_which_one_took_its_place(desk: Desk) -> None:
    carried = desk.case.documents.get(kind="tending_certificate")
    desk.ask("ask_change", **NAME)
    desk.decide("grant_change")
    new = desk.case.documents.get(kind="permit_paper")
    told = [markup(Client().get(reverse("verify", args=[paper.token])).text) for paper in (carried, new)]
    assert f"<dt>替代文书</dt><dd>{new.number}（代字待核）</dd>" in told[0]
    assert "替代文书" not in told[1]


def test_a_letter_of_before_the_change_keeps_the_name_of_then_however_late_it_is_printed(desk: Desk) -> None:
    old = desk.case.unit.name
    desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    refused = desk.decide("refuse_change", reasons="未提交证明。")
    desk.ask("ask_change", **NAME)
    granted = desk.decide("grant_change")
    assert paper_of(Document.objects.get(act=refused)).addressee == old  # type: ignore[union-attr]
    desk.decide("record_suit", **outcome(desk, granted.seq, "annulled"))
    desk.decide("cancel_permit", ground="impossible", reasons="林地已被洪水冲毁。")
    assert old in letter(desk, "permit_cancelled"), "the change was annulled: the name is again what it was"


def test_another_area_or_species_is_a_new_application(desk: Desk) -> None:
    with pytest.raises(BadFacts) as refused:
        desk.ask("ask_change", **(NAME | {"what": "substance", "now": "面积增加2公顷"}))
    assert list(refused.value.errors) == ["what"]
    assert not fresh(desk.case).did("ask_change")


@pytest.mark.parametrize(
    ("ask", "said", "grant"),
    [("ask_change", NAME, "grant_change"), ("ask_reissue", {"statement": "遗失。"}, "reissue_permit")],
)  # fmt: skip
def test_what_nobody_asked_or_what_was_answered_is_not_granted(
    desk: Desk, ask: str, said: dict[str, Any], grant: str
) -> None:
    with pytest.raises(WrongStatus):
        desk.decide(grant)
    desk.ask(ask, **said)
    with pytest.raises(WrongStatus):
        desk.ask(ask, **said)
    desk.decide(grant)
    papers = Document.objects.count()
    with pytest.raises(WrongStatus):
        desk.decide(grant)
    assert Document.objects.count() == papers


def test_a_lost_paper_is_replaced_by_a_new_one_of_the_same_term(desk: Desk) -> None:
    desk.ask("ask_reissue", statement="办公室搬迁时遗失。")
    desk.decide("reissue_permit")
    first = desk.case.documents.get(kind="permit_paper")
    assert first.title.endswith("（补发）")
    desk.ask("ask_reissue", statement="再次遗失。")
    desk.decide("reissue_permit")
    first.refresh_from_db()
    assert first.status == Document.Status.SUPERSEDED
    assert desk.case.documents.filter(kind="permit_paper", status="issued").count() == 1


def test_a_new_paper_tells_the_days_of_the_work_once_as_they_were_granted(desk: Desk) -> None:
    """The design asked for days before its approval, too: none of them is granted."""
    desk.ask("ask_reissue", statement="办公室搬迁时遗失。")
    desk.decide("reissue_permit")
    paper = paper_of(desk.case.documents.get(kind="permit_paper"))
    assert isinstance(paper, Certificate)
    assert not [head for head, _text in paper.facts.pairs if head.startswith("作业") and head != "作业设计"]
    assert paper.validity.startswith(chinese_date(permit(desk.case).valid_from))


def test_a_refused_change_leaves_the_papers(desk: Desk) -> None:
    desk.ask("ask_change", **NAME)
    desk.decide("refuse_change", reasons="未提交更名证明。")
    assert desk.case.documents.get(kind="tending_certificate").status == Document.Status.ISSUED
    assert desk.case.documents.get(kind="permit_not_changed").status == Document.Status.ISSUED


def test_a_permit_that_ended_or_was_replaced_is_not_changed(desk: Desk) -> None:
    desk.ask("ask_change", **NAME)
    desk.decide("withdraw_permit", **WITHDRAWN)
    for act in ("grant_change", "refuse_change", "reissue_permit"):
        with pytest.raises(WrongStatus):
            desk.decide(act, **({"reasons": "已撤回。"} if act == "refuse_change" else {}))
    assert not Document.objects.filter(kind="permit_paper").exists()


@pytest.mark.parametrize("later", [0, 1])
def test_a_permit_that_begins_later_does_not_end_the_one_before_it(desk: Desk, cast: Any, later: int) -> None:
    """The holder would have no permission from now to the first day of the other."""
    second = cast.walk_and_print()
    begins = permit(desk.case).valid_from + timedelta(days=later)
    Permit.objects.filter(pk=second.pk).update(valid_from=begins)
    if not later:
        desk.decide("replace_permit", number=second.number)
        return
    with pytest.raises(BadFacts) as refused:
        desk.decide("replace_permit", number=second.number)
    assert list(refused.value.errors) == ["number"]
    assert permit(desk.case).status == P.VALID
    with time_machine.travel(f"{begins}T09:00:00+08:00"):
        desk.decide("replace_permit", number=second.number)
    assert permit(desk.case).status == P.SUPERSEDED


def test_another_permit_of_the_holder_takes_its_place(desk: Desk, cast: Any) -> None:
    second = cast.walk_and_print()
    carried = desk.case.documents.get(kind="tending_certificate")
    desk.decide("replace_permit", number=second.number)
    carried.refresh_from_db()
    assert permit(desk.case).status == P.SUPERSEDED
    assert (carried.status, carried.replaced_by) == ("superseded", second.documents.get(kind="tending_certificate"))
    for number in (desk.case.number, "FY110118-2026-99999"):
        with pytest.raises((BadFacts, WrongStatus)):
            desk.decide("replace_permit", number=number)
    with pytest.raises(WrongStatus):
        desk.ask("ask_change", **NAME)
    assert wrong() == []


def test_a_permit_whose_last_day_has_passed_takes_no_others_place(desk: Desk, cast: Any) -> None:
    second = cast.walk_and_print()
    Permit.objects.filter(pk=second.pk).update(valid_to=timezone.localdate() - timedelta(days=1))  # not swept yet
    with pytest.raises(BadFacts) as bad:
        desk.decide("replace_permit", number=second.number)
    assert set(bad.value.errors) == {"number"}
    Permit.objects.filter(pk=second.pk).update(valid_to=timezone.localdate())
    desk.decide("replace_permit", number=second.number)


def test_who_verifies_a_new_paper_reads_of_what_it_is_one(desk: Desk, client: Client) -> None:
    """On it stands 天然林抚育作业设计审批证（变更）: the page said 换发、补发的证件 alone."""
    first = desk.case.documents.get(kind="tending_certificate")
    desk.ask("ask_change", **NAME)
    desk.decide("grant_change")
    new = desk.case.documents.get(kind="permit_paper")
    told = markup(client.get(reverse("verify", args=[new.token])).text)
    assert f"<dd>{first.label} · {new.label}</dd>" in told
    assert NAME["now"] not in told, "who holds it is not shown here"


def test_the_register_tells_why_a_new_paper_was_given(desk: Desk) -> None:
    desk.ask("ask_change", **NAME)
    desk.decide("grant_change")
    told = client_text(reverse("register-entry", args=[desk.case.pk]))
    assert "天然林抚育作业设计审批证（变更）" in told


def client_text(address: str) -> str:
    return re.sub(r"<[^>]+>", "", Client().get(address).text)


def test_the_paper_after_many_changes_costs_as_many_queries_as_after_one(desk: Desk) -> None:
    def costs() -> tuple[int, int]:
        paper = Document.objects.filter(kind="permit_paper", application=desk.case).latest("pk")
        with CaptureQueriesContext(connection) as printed:
            assert paper_of(paper)
        with CaptureQueriesContext(connection) as called:
            changed_name(fresh(desk.case))
        return len(printed), len(called)

    def renamed(name: str) -> None:
        desk.ask("ask_change", **(NAME | {"now": name}))
        granted = desk.decide("grant_change")
        desk.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
        desk.decide("grant_change")
        desk.decide("record_suit", **outcome(desk, granted.seq, "upheld"))

    renamed(NAME["now"])
    short = costs()
    for name in ("密云区雾灵林场", NAME["now"]):
        renamed(name)
    assert costs() == short
