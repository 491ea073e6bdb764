"""The page of news: by case, folded, read one by one or all at once; and what is mailed, chosen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation

from permits.acts.sweeps import record_lights
from permits.models.states import S
from roles.models import Post
from tests.cast import Cast, log_in, text
from tests.workflows.many_news import tell_of_cases
from workflows.models import How, Notification
from workflows.notifications import folding, making
from workflows.notifications.table import Group, news_of
from workflows.notifications.words import address, headline

QUERIES = 9


@pytest.mark.parametrize(("most", "told"), [(2, "2+"), (3, "3"), (999, "3")])
def test_the_bell_counts_no_further_than_it_tells(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, told: str
) -> None:
    cast.case_at(S.FIRST_REVIEW)
    cast.clerk.notifications.all().delete()
    tell_of_cases(cast, cast.clerk, 3)
    monkeypatch.setattr("workflows.views.notifications.RUNG", most)
    assert f'<span class="bell-count">{told}</span>' in log_in(cast.clerk).get("/").content.decode()


def test_the_bell_counts_what_was_not_read_and_opening_reads_it(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    making.make_pending()
    desk = log_in(cast.clerk, english=True)
    news = cast.clerk.notifications.get(event="unit", act__act="accept")
    assert '<span class="bell-count">1</span>' in desk.get("/").content.decode()
    answer = desk.get(reverse("notification", args=[news.pk]))
    assert answer.url == reverse("case", args=[case.pk])
    assert "bell-count" not in desk.get("/").content.decode()
    assert log_in(cast.rival).get(reverse("notification", args=[news.pk])).status_code == 404


def test_news_leads_to_where_something_can_be_done(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    making.make_pending()
    asked = cast.clerk.notifications.get(act__act="request_correction")
    assert address(asked) == reverse("draft", args=[case.pk])
    case = cast.case_at(S.FINAL_REVIEW)
    making.make_pending()
    arrived = cast.reviewer.notifications.get(event="arrived", act__application=case)
    assert address(arrived) == reverse("task", args=[cast.open_item(case).pk])  # type: ignore[union-attr]
    cast.do(case, "propose")
    arrived = Notification.objects.get(pk=arrived.pk)
    assert address(arrived) == reverse("case", args=[case.pk])


def test_all_is_marked_as_read_but_what_came_since(cast: Cast) -> None:
    cast.case_at(S.FIRST_REVIEW)
    making.make_pending()
    desk = log_in(cast.clerk)
    page = desk.get(reverse("notifications"))
    cast.case_at(S.FIRST_REVIEW)
    making.make_pending()
    desk.post(reverse("notifications-read"), {"until": page.context["newest"]})
    assert cast.clerk.notifications.filter(read_at=None).count() == 1
    for nonsense in ("", "abc", "１", "9" * 5000):
        assert desk.post(reverse("notifications-read"), {"until": nonsense}).status_code == 302


def test_who_may_no_longer_know_of_the_case_reads_no_title(cast: Cast) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    making.make_pending()
    desk = log_in(cast.reviewer)
    assert case.title in desk.get(reverse("notifications")).content.decode()
    post = Post.objects.get(memberships__person=cast.reviewer)
    post.memberships.update(until=timezone.localdate() - timedelta(days=1), since=date(2026, 1, 1))
    assert case.title not in desk.get(reverse("notifications")).content.decode()


def test_news_is_folded_by_case_the_newest_case_first(cast: Cast) -> None:
    older, newer = cast.walk_to(S.SUBMITTED), cast.walk_to(S.SUBMITTED)
    for case, act in ((older, "accept"), (newer, "accept"), (older, "recommend")):
        cast.do(case, act)
    making.make_pending()
    desk = log_in(cast.clerk, english=True)
    cases = desk.get(reverse("notifications")).context["cases"]
    assert [(one.case.pk, one.told, one.unread, len(one.folded)) for one in cases] == [
        (older.pk, 2, 2, 1), (newer.pk, 1, 1, 0),
    ]  # fmt: skip
    assert cases[0].newest.words == "First review is done; your application is in final review"
    desk.get(reverse("notification", args=[cases[0].newest.news.pk]))
    page = desk.get(reverse("notifications"))
    assert [(one.unread, one.folded_unread) for one in page.context["cases"]] == [(1, 1), (1, 0)]
    assert "1 earlier · 1 unread" in text(page)
    unread = desk.get(reverse("notifications"), {"unread": "1"}).context["cases"]
    assert [(one.case.pk, one.told) for one in unread] == [(newer.pk, 1), (older.pk, 1)]


def test_the_news_of_one_case_is_read_without_the_others(cast: Cast) -> None:
    first, second = cast.case_at(S.FIRST_REVIEW), cast.walk_to(S.FIRST_REVIEW)
    making.make_pending()
    desk = log_in(cast.clerk)
    newest = desk.get(reverse("notifications")).context["newest"]
    desk.post(reverse("notifications-read"), {"until": newest, "case": first.pk})
    assert {one.act.application_id for one in cast.clerk.notifications.filter(read_at=None)} == {second.pk}
    for nonsense in ("", "abc", "9" * 5000):
        desk.post(reverse("notifications-read"), {"until": newest, "case": nonsense})
    assert cast.clerk.notifications.filter(read_at=None).count() == 1


def test_of_a_long_story_the_newest_is_shown_and_the_rest_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "SHOWN", 2)
    case = cast.case_at(S.FINAL_REVIEW)
    cast.do(case, "suspend_clock", ground="expert_review", reason="专家评审")
    cast.do(case, "resume_clock", note="评审结束")
    making.make_pending()
    (one,) = log_in(cast.clerk).get(reverse("notifications")).context["cases"]
    assert (len(one.lines), one.told, one.left_out) == (2, 4, 2)


def test_of_very_much_news_the_newest_is_listed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "NEWEST", 3)
    cast.case_at(S.FIRST_REVIEW)
    making.make_pending()
    tell_of_cases(cast, cast.clerk, 5)
    desk, page = log_in(cast.clerk, english=True), reverse("notifications")
    newest = list(cast.clerk.notifications.order_by("-created", "-pk")[:3])

    def listed(**asked: str) -> tuple[list[int], bool, bool]:
        answer = desk.get(page, asked)
        lines = [line.news.pk for case in answer.context["cases"] for line in case.lines]
        return lines, *(f"Older {words}" in answer.text for words in ("news is not listed", "unread news"))

    assert listed() == ([one.pk for one in newest], True, False)
    assert listed(unread="1") == ([one.pk for one in newest], False, True)
    Notification.objects.filter(pk__in=[one.pk for one in newest]).update(read_at=timezone.now())
    assert not {one.pk for one in newest} & set(listed(unread="1")[0]), "what is older comes up"
    monkeypatch.setattr(folding, "NEWEST", cast.clerk.notifications.count())
    assert listed()[1:] == (False, False)


def test_choices_are_kept_and_speak_of_language_too(cast: Cast) -> None:
    desk = log_in(cast.clerk)
    page = reverse("notification-choices")
    assert desk.get(page).context["form"].initial["language"] == "zh-hans"
    said = {"language": "en", "queue": "at_once", "application": "daily", "deadline": "never"}
    assert desk.post(page, said).status_code == 302
    cast.clerk.refresh_from_db()
    assert cast.clerk.language == "en"
    assert {group: making.how_mailed(cast.clerk, group) for group in Group} == {
        Group.APPLICATION: How.DAILY, Group.PERSONAL: How.AT_ONCE, Group.DEADLINE: How.NEVER,
        Group.OVERDUE: How.AT_ONCE, Group.QUEUE: How.AT_ONCE, Group.AUDIT: How.AT_ONCE,
    }  # fmt: skip
    assert desk.post(page, {"language": "en"}).status_code == 302  # what is not sent stays
    assert making.how_mailed(cast.clerk, Group.APPLICATION) == How.DAILY
    assert desk.post(page, {"language": "fr"}).status_code == 200
    assert desk.post(page, {"language": "en", "queue": "weekly"}).status_code == 200


def test_the_list_costs_the_same_queries_for_5_cases_and_for_50(cast: Cast, django_assert_num_queries: Any) -> None:
    cast.case_at(S.FINAL_REVIEW)
    making.make_pending()
    desk = log_in(cast.clerk)
    for many in (5, 50):
        tell_of_cases(cast, cast.clerk, many)
        desk.get(reverse("notifications"))  # reference data are known from then on
        with django_assert_num_queries(QUERIES):
            answer = desk.get(reverse("notifications"), {"page": "abc"})
        assert len(answer.context["cases"]) == min(many, 20)


def test_every_line_of_the_list_reads_well(cast: Cast) -> None:
    cast.take(cast.case_at(S.FINAL_REVIEW))
    cast.walk_to(S.SUBMITTED)
    with time_machine.travel("2026-11-30T09:00:00+08:00"):
        record_lights()
    making.make_pending()
    for news in Notification.objects.select_related("act__application", "item"):
        for language in ("en", "zh-hans"):
            with translation.override(language):
                words = headline(news)
            assert words
            assert "%(" not in words
            assert not words.endswith((":", "："))
        assert news_of(news.act.act, news.event)
