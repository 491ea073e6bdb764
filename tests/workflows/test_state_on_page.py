"""The applicant states its case on its page, and whoever goes on with it reads it before, on both outcomes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from permits.acts.perform import perform
from permits.acts.statements import A_DAY
from permits.models import Act, Application, MaterialVersion
from permits.models.states import S
from tests.cast import PDF, WORDS, Cast, log_in, text
from tests.workflows.task_pages import address, post, status
from workflows.models import WorkItem

SAID = "作业道已改走林缘，请一并考虑。"


def place(case: Application) -> str:
    return reverse("case-act", args=[case.pk, "make_statement"])


def told(page: Any) -> str:
    return page.content.decode()  # type: ignore[no-any-return]


def stated(case: Application) -> list[Act]:
    return list(case.acts.filter(act="make_statement").order_by("seq"))


def state(cast: Cast, case: Application, words: str = SAID) -> Act:
    return perform(case.pk, "make_statement", by=cast.clerk, statement=words)


def hidden(page: Any, name: str, act: str = "") -> str:
    html = told(page)
    found = re.search(rf'name="{name}" value="([^"]*)"', html[html.index(f'id="{act}"') if act else 0 :])
    assert found, name
    return found[1]


# ---- the applicant ---------------------------------------------------------------------------------------------------
def test_a_clerk_states_with_a_paper_and_reads_both_on_the_page_of_the_case(cast: Cast) -> None:
    case, clerk = cast.case_at(S.FIRST_REVIEW), log_in(cast.clerk, english=True)
    page = f"/cases/{case.pk}/"
    assert place(case) in told(clerk.get(page))
    assert "under your name" in text(clerk.get(place(case))), "what becomes of it is told before it is sent"
    paper = SimpleUploadedFile("作业道.pdf", PDF)
    answer = clerk.post(place(case), {"statement": SAID, "document": paper})
    assert (answer.status_code, answer["Location"]) == (302, page)
    (record,) = stated(case)
    assert record.facts["document"]["name"] == "作业道.pdf"
    read = told(clerk.get(page))
    section = read[read.index('id="statements"') : read.index('id="application"')]
    for words in (SAID, "作业道.pdf", "handed in by the applicant", f"#act-{record.seq}"):
        assert words in section, words
    assert "Handed in with a statement" in read
    assert "Put in by officers" not in read
    assert clerk.get(reverse("material", args=[record.facts["document"]["id"]])).status_code == 200


@pytest.mark.parametrize("words", ["", "  \n "])
def test_a_statement_without_words_is_asked_for_them_beside_the_field(cast: Cast, words: str) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    paper = SimpleUploadedFile("图.pdf", PDF)
    page = log_in(cast.clerk, english=True).post(place(case), {"statement": words, "document": paper})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"statement"}
    assert "has to be chosen again" in text(page)
    assert not stated(case)


@pytest.mark.parametrize(
    ("name", "content"), [("程序.exe", b"MZ\x90\x00" * 40), ("空.pdf", b""), ("假.pdf", b"no pdf")]
)
def test_a_file_that_cannot_be_kept_is_told_at_its_field_and_the_words_stay(
    cast: Cast, name: str, content: bytes
) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    sent = {"statement": SAID, "document": SimpleUploadedFile(name, content)}
    page = log_in(cast.clerk, english=True).post(place(case), sent)
    assert page.context["form"].errors.keys() == {"document"}
    assert SAID in told(page)
    assert not stated(case)
    assert not MaterialVersion.objects.filter(material__application=case, material__slot="stated").exists()


def test_a_file_that_is_too_large_is_told_at_its_field(cast: Cast, settings: Any) -> None:
    case, settings.MAX_UPLOAD_MB = cast.case_at(S.FIRST_REVIEW), 1
    large = SimpleUploadedFile("大.pdf", PDF + b"%" * (2 * 1024 * 1024))
    page = log_in(cast.clerk, english=True).post(place(case), {"statement": SAID, "document": large})
    assert page.context["form"].errors.keys() == {"document"}
    assert not stated(case)


def test_a_second_click_states_once(cast: Cast) -> None:
    case, clerk = cast.case_at(S.FIRST_REVIEW), log_in(cast.clerk, english=True)
    key = hidden(clerk.get(place(case)), "once")
    for _twice in range(2):
        sent = {"statement": SAID, "document": SimpleUploadedFile("图.pdf", PDF), "once": key}
        again = clerk.post(place(case), sent, follow=True)
    assert "already recorded" in text(again)
    assert len(stated(case)) == 1
    assert MaterialVersion.objects.filter(material__slot="stated").count() == 1


@pytest.mark.parametrize("outcome", ["approve", "refuse"])
def test_what_comes_too_late_is_told_so_and_can_be_copied(cast: Cast, outcome: str) -> None:
    """Decided while it was written: in another window, or in the same moment."""
    case, clerk = cast.case_at(S.AWAITING_DECISION), log_in(cast.clerk, english=True)
    key = hidden(clerk.get(place(case)), "once")
    cast.do(case, outcome)
    late = clerk.post(place(case), {"statement": SAID, "document": SimpleUploadedFile("图.pdf", PDF), "once": key})
    assert late.status_code == 409
    assert SAID in text(late)
    assert "was not recorded" in text(late)
    assert not stated(case)
    assert place(case) not in told(clerk.get(f"/cases/{case.pk}/"))
    assert clerk.get(place(case)).status_code == 409


def test_who_stated_as_often_as_a_day_takes_is_told_where_else_and_can_copy_what_was_typed(cast: Cast) -> None:
    case, clerk = cast.case_at(S.FIRST_REVIEW), log_in(cast.clerk, english=True)
    for number in range(A_DAY):
        state(cast, case, f"第{number}点。")
    late = clerk.post(place(case), {"statement": SAID})
    assert late.status_code == 409
    assert SAID in text(late)
    page = clerk.get(f"/cases/{case.pk}/")
    for answer in (late, page):
        assert "in writing or in person at the agency that has the case" in text(answer)
    assert "here, with or without a paper" not in text(page)
    assert place(case) not in told(page)


@pytest.mark.parametrize(
    ("who", "code"), [("rival", 404), ("stranger", 404), ("reviewer", 403), ("head", 403), ("auditor", 403)]
)
def test_nobody_else_is_offered_it(cast: Cast, who: str, code: int) -> None:
    case, desk = cast.case_at(S.FINAL_REVIEW), log_in(getattr(cast, who))
    assert desk.get(place(case)).status_code == code
    assert desk.post(place(case), {"statement": SAID}).status_code == code
    assert place(case) not in told(desk.get(f"/cases/{case.pk}/"))
    assert not stated(case)


def test_what_is_typed_is_kept_until_it_is_sent(cast: Cast) -> None:
    case, clerk = cast.case_at(S.FIRST_REVIEW), log_in(cast.clerk)
    page = clerk.get(place(case))
    kept = {"unfinished_page": page.context["keeping"].page, "unfinished_over": "1", "statement": "未写完"}
    assert clerk.post(place(case), kept | {"unfinished_mark": ""}).status_code in (200, 302)
    assert "未写完" in told(clerk.get(place(case)))


# ---- the officers ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("at", [S.SUBMITTED, S.FIRST_REVIEW, S.FINAL_REVIEW])
def test_whoever_has_the_case_reads_it_on_the_page_of_the_step(cast: Cast, at: S) -> None:
    case = cast.case_at(at)
    state(cast, case)
    item = cast.take(case)
    assert item.mandate is not None
    page = told(log_in(cast.officers[item.mandate.duty], english=True).get(address(item)))
    assert SAID in page[page.index('id="statements"') : page.index('id="application"')]
    assert "Statements 1" in page
    assert ("came after the last opinion" in page) is (at == S.FINAL_REVIEW)
    assert ("could not take into account" in page) is (at == S.FINAL_REVIEW)


def test_of_what_the_last_opinion_knew_nothing_is_marked(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    state(cast, case)
    cast.do(case, "propose")
    page = told(log_in(cast.decider, english=True).get(address(cast.take(case))))
    assert SAID in page
    assert "came after the last opinion" not in page


def test_the_applicant_is_not_told_when_the_opinions_were_written(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    state(cast, case)
    assert "came after the last opinion" not in told(log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/"))
    assert "came after the last opinion" in told(log_in(cast.head, english=True).get(f"/cases/{case.pk}/"))


@pytest.mark.parametrize(("act", "said"), [("approve", WORDS["approve"]), ("refuse", WORDS["refuse"])])
def test_who_decides_reads_before_confirming_what_the_opinion_could_not_know(
    cast: Cast, act: str, said: dict[str, str]
) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    state(cast, case)
    item = cast.take(case)
    review = post(cast.decider, item, act, **said)
    assert SAID in text(review)
    assert "could not take into account" in text(review)
    sent = {name: hidden(review, name) for name in ("stated", "looked_at")}
    assert post(cast.decider, item, act, **said, **sent, confirmed="1").status_code == 302
    assert status(case) == (S.APPROVED if act == "approve" else S.REFUSED)
    page = told(log_in(cast.clerk, english=True).get(f"/cases/{case.pk}/"))
    assert SAID in page


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("act", ["approve", "refuse", "return_to_final_review"])
def test_what_comes_in_while_the_page_is_open_is_read_first(cast: Cast, act: str, confirmed: bool) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item = cast.take(case)
    desk = log_in(cast.decider, english=True)
    said = {**WORDS[act], "act": act, "stated": hidden(desk.get(address(item)), "stated", act)}
    if confirmed:
        said["confirmed"] = "1"
    state(cast, case)
    answer = desk.post(address(item), said)
    assert answer.status_code == 409
    assert "came in while this page was open" in text(answer)
    assert SAID in text(answer)
    assert next(iter(WORDS[act].values())) in told(answer), "what was typed is still there"
    assert status(case) == S.AWAITING_DECISION
    again = desk.post(address(item), said | {"confirmed": "1", "stated": hidden(answer, "stated", act)})
    assert again.status_code == 302
    assert status(case) != S.AWAITING_DECISION


def test_an_opinion_waits_likewise_but_what_leaves_the_step_open_does_not(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    item, desk = cast.take(case), log_in(cast.district_reviewer, english=True)
    shown = hidden(desk.get(address(item)), "stated", "recommend")
    state(cast, case)
    noted = {"act": "record_statement", "party": "石塘路村", "statement": "无异议", "stated": shown}
    assert desk.post(address(item), noted).status_code == 302
    sent = {"act": "recommend", **WORDS["recommend"], "stated": shown}
    assert desk.post(address(item), sent).status_code == 409
    fresh = hidden(desk.get(address(item)), "stated", "recommend")
    assert desk.post(address(item), sent | {"stated": fresh}).status_code == 302
    assert status(case) == S.FINAL_REVIEW


def test_a_preview_and_a_wrong_form_are_not_held_up(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    item, desk = cast.take(case), log_in(cast.decider, english=True)
    shown = hidden(desk.get(address(item)), "stated", "approve")
    state(cast, case)
    preview = desk.post(address(item), {"act": "approve", **WORDS["approve"], "stated": shown, "preview": "1"})
    assert preview["Content-Type"] == "application/pdf"
    wrong = desk.post(address(item), {"act": "approve", "opinion": "", "stated": shown})
    assert wrong.context["form"].errors.keys() == {"opinion"}
    assert "came in while this page was open" in text(wrong)


def test_the_step_keeps_its_holder_and_its_day(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    item = cast.take(case)
    log_in(cast.clerk).post(place(case), {"statement": SAID})
    after = WorkItem.objects.get(pk=item.pk)
    assert (after.owner, after.status, after.due) == (cast.reviewer, item.status, item.due)
