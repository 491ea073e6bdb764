"""The desk's search in what was done: by words, by what is known of an act, and what of it is shown."""

from __future__ import annotations

import pytest

from permits.models.states import S
from tests.cast import Cast, log_in
from tests.workflows.questions import ask
from workflows.desk.questions import BY_SLUG


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=材料齐全，符合规定", {"propose"}), ("act=accept", {"accept"}), ("person=周审批", {"approve"}),
     ("post=市审查岗", {"propose"}), ("q=无此一说", set()), ("paper=〔2026〕&act=approve", {"approve"}),
     ("decided_from=2026-11-20&act=approve", {"approve"}), ("decided_to=2026-11-19", set()),
     ("delivered_from=2026-01-01", set()), ("rule=no-such-rule", set()), ("", set()),
     ("q=100%25", set()), ("q=_______________________________________________________", set())],
)  # fmt: skip
def test_acts_are_found_by_what_is_known_of_them(cast: Cast, query: str, found: set[str]) -> None:
    case = cast.case_at(S.APPROVED)
    labels = {case.acts.get(act=act).application.act_label(act) for act in found}
    answer = log_in(cast.auditor).get(f"/desk/search/?{query}")
    told = {line[3][1] for line in answer.context["lines"]}
    assert {str(one) for one in told} == {str(one) for one in labels}


@pytest.mark.parametrize("words", ["{", "-", "n", "_", "（）", "？"])
def test_words_that_every_text_holds_are_asked_for_again(cast: Cast, words: str) -> None:
    cast.case_at(S.APPROVED)
    answer = log_in(cast.auditor).get("/desk/search/", {"q": words})
    assert "汉字" in str(answer.context["form"].errors["q"])
    assert not answer.context["lines"]


@pytest.mark.parametrize("words", ["林", "2b", "B2", "符合"])
def test_a_chinese_character_or_two_letters_are_words(cast: Cast, words: str) -> None:
    assert not log_in(cast.auditor).get("/desk/search/", {"q": words}).context["form"].errors


def test_a_found_act_shows_the_place_where_the_words_stand(cast: Cast) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    long = "各项均已核对。" * 40 + "其中山杨二百株须先行标号。"
    cast.do(case, "approve", opinion=long)
    (line,) = ask(cast, "search", "q=山杨二百株")
    assert "山杨二百株" in line[7]
    assert line[7].startswith("…")
    assert len(line[7]) < len(long)
    (line,) = ask(cast, "search", "q=T-BF22&act=approve")  # of a rule's finding, which nobody wrote
    assert "T-BF22" in line[7]
    (line,) = ask(cast, "search", "act=approve")
    assert line[7] == f"{long[:120]}…"


def test_the_ordinary_list_is_searched_by_a_papers_number(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    number = case.documents.order_by("pk").first().number
    for who in (cast.auditor, cast.clerk):
        page = log_in(who).get("/cases/", {"q": number})
        assert [row.pk for row in page.context["table"].data] == [case.pk]
    assert not log_in(cast.rival).get("/cases/", {"q": number}).context["table"].data.data.count()


@pytest.mark.parametrize(("query", "shown"), [("", False), ("q=a", False), ("rule=T-1", True), ("decided_to=x", True)])
def test_fields_seldom_filled_in_are_folded_until_one_says_something(cast: Cast, query: str, shown: bool) -> None:
    page = log_in(cast.auditor).get(f"/desk/search/?{query}").content.decode()
    fold = page.partition('<details class="filter-more"')[2]
    assert fold.startswith(" open>") is shown
    for name in BY_SLUG["search"].fields:  # each stands in the form once, folded or not
        assert page.count(f'name="{name}"') == 1
        assert (f'name="{name}"' in fold.partition("</details>")[0]) is (name in BY_SLUG["search"].folded)


def test_before_anything_is_asked_the_page_says_what_to_do_and_not_that_nothing_fits(cast: Cast) -> None:
    page = log_in(cast.auditor).get("/desk/search/").text
    assert "没有符合条件的办理记录" not in page
    assert "请填写要查找的内容，再点“查询”。" in page
    assert "没有符合条件的办理记录" in log_in(cast.auditor).get("/desk/search/", {"q": "无此一说"}).text
