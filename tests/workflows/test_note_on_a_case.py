"""Internal notes: who sees and writes them, that they are no part of the record, and that they go with the case."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from permits.acts.perform import perform
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models.states import S
from tests.cast import Cast, log_in, markup
from workflows.models import CaseNote
from workflows.notes import drop_note, write_note

NOTE = "电话核实过，图件明天补来。"


def test_officers_of_the_same_agency_see_a_note_and_nobody_else(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    write_note(case.pk, NOTE, by=cast.reviewer)
    seen = {
        name: NOTE in log_in(getattr(cast, name)).get(f"/cases/{case.pk}/").content.decode()
        for name in ("reviewer", "decider", "head", "acceptor", "district_head", "clerk", "auditor")
    }
    assert {name for name, sees in seen.items() if sees} == {"reviewer", "decider", "head"}
    item = cast.take(case)
    assert NOTE in log_in(cast.reviewer).get(f"/tasks/{item.pk}/").content.decode()
    assert NOTE not in log_in(cast.auditor).get(f"/cases/{case.pk}/record.json").content.decode()
    assert not case.acts.filter(body__contains=NOTE).exists()


def test_a_note_sent_twice_stands_once_and_anothers_of_the_same_words_beside_it(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    desk, page = log_in(cast.reviewer), reverse("case-notes", args=[case.pk])
    for _sent in range(2):
        assert desk.post(page, {"text": NOTE}).status_code == 302
    write_note(case.pk, NOTE, by=cast.decider)
    assert [note.person for note in CaseNote.objects.order_by("pk")] == [cast.reviewer, cast.decider]
    write_note(case.pk, f"{NOTE} 已收到。", by=cast.reviewer)
    assert CaseNote.objects.count() == 3


def test_the_same_words_on_another_day_are_another_note(cast: Cast) -> None:
    """As of a second call that nobody answered."""
    case = cast.case_at(S.FINAL_REVIEW)
    for day in ("2026-11-20", "2026-11-24"):
        with time_machine.travel(f"{day}T10:00:00+08:00"):
            write_note(case.pk, "电话无人接听。", by=cast.reviewer)
    assert CaseNote.objects.count() == 2


@pytest.mark.parametrize("name", ["clerk", "auditor", "stranger"])
def test_who_works_on_the_case_in_no_agency_writes_none(cast: Cast, name: str) -> None:
    case = cast.case_at(S.SUBMITTED)
    with pytest.raises(NotPermitted):
        write_note(case.pk, NOTE, by=getattr(cast, name))


def test_a_note_for_another_agency_is_refused(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    district = cast.mandate(case, "first_review").agency_id
    with pytest.raises(NotPermitted):
        write_note(case.pk, NOTE, by=cast.reviewer, agency_id=district)


def test_notes_are_deleted_when_the_case_ends(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    write_note(case.pk, NOTE, by=cast.reviewer)
    cast.do(case, "propose")
    assert CaseNote.objects.filter(application=case).exists()
    cast.do(case, "approve")
    assert not CaseNote.objects.filter(application=case).exists()
    with pytest.raises(WrongStatus):
        write_note(case.pk, NOTE, by=cast.reviewer)


def test_who_recused_neither_sees_nor_writes(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    write_note(case.pk, NOTE, by=cast.decider)
    perform(case.pk, "recuse", by=cast.reviewer, mandate=cast.mandate(case, "final_review"), reason="利害关系")
    assert NOTE not in log_in(cast.reviewer).get(f"/cases/{case.pk}/").content.decode()
    with pytest.raises(NotPermitted):
        write_note(case.pk, NOTE, by=cast.reviewer)


def test_only_its_author_removes_a_note(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    note = write_note(case.pk, NOTE, by=cast.acceptor)
    assert not drop_note(case.pk, note.pk, by=cast.second_acceptor)
    assert drop_note(case.pk, note.pk, by=cast.acceptor)


def test_one_word_for_deleting_on_the_button_and_in_the_answer(cast: Cast) -> None:
    """移除 was pressed, 已删除 was told."""
    case = cast.case_at(S.SUBMITTED)
    note, desk = write_note(case.pk, NOTE, by=cast.acceptor), log_in(cast.acceptor)
    page = markup(desk.get(f"/cases/{case.pk}/").content.decode())
    assert ">删除<" in page
    assert "移除" not in page
    answer = desk.post(reverse("case-note-drop", args=[case.pk, note.pk]), {"next": f"/cases/{case.pk}/"}, follow=True)
    assert "备注已删除。" in answer.content.decode()


def test_what_is_too_long_is_told_at_the_field_and_stays(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    desk, page = log_in(cast.acceptor), reverse("case-notes", args=[case.pk])
    for bad in ("", "长" * 2001):
        refused = desk.post(page, {"text": bad})
        assert refused.status_code == 422
        assert bad in refused.content.decode()
    with pytest.raises(BadFacts):
        write_note(case.pk, " ", by=cast.acceptor)
    kept = desk.post(page, {"text": NOTE, "next": "https://elsewhere.example/"})
    assert kept.url == f"/cases/{case.pk}/"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "asked", ["9999-12-31", "case-list", "//elsewhere.example/", "https://elsewhere.example/", "/x\r\ny"]
)
def test_a_note_leads_back_to_an_address_of_this_site_and_to_nothing_else(cast: Cast, asked: str) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    own, desk = reverse("case", args=[case.pk]), log_in(cast.reviewer)
    reply = desk.post(reverse("case-notes", args=[case.pk]), {"text": NOTE, "next": asked})
    assert (reply.status_code, reply["Location"]) == (302, "/x%0D%0Ay" if asked.startswith("/x") else own)
    assert (
        desk.post(reverse("case-notes", args=[case.pk]), {"text": NOTE, "next": "/tasks/7/"})["Location"] == "/tasks/7/"
    )
