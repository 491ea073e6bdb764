"""Who is appointed, leaves, stands in, or whose post is given a right or loses it, is told by page and by mail."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django_q.models import OrmQ

from roles.accounts import end_administration, invite, make_administrator, open_account
from roles.appointments import appoint, deactivate, dismiss, end_grant, grant
from roles.days import local_today
from roles.delegations import delegate, take_back
from roles.models import Mandate, MandateGrant, Membership, Person, Post
from roles.models.security import Administration
from tests.cast import NOW, Cast, log_in, make_person, make_post, text
from workflows.models import Digest, How, MailChoice
from workflows.notifications import posts
from workflows.notifications.daily import send_daily
from workflows.notifications.table import Group

BEGUN, DAY = datetime.fromisoformat(NOW), timedelta(days=1)


@pytest.fixture
def officer(cast: Cast) -> Person:
    """Somebody with an address and a password who holds no post yet."""
    person = make_person("officer", "周九")
    person.email = "officer@example.invalid"
    person.save(update_fields=["email"])
    return person


@pytest.fixture
def post(cast: Cast) -> Post:
    return make_post("window", "窗口岗", agency=cast.district_head.memberships.get().post.agency)


def told(person: Person) -> list[str]:
    """The words of all that the last days told `person`."""
    return [line.words for line in posts.told_to(person, since=BEGUN - DAY)]


def mailed() -> list[Any]:
    """Does the jobs that wait as a worker would; what they mailed."""
    outbox.outbox.clear()
    for job in OrmQ.objects.order_by("pk"):
        if job.task["func"] == posts.MAIL:
            posts.mail_line(*job.task["args"])
            job.delete()
    return list(outbox.outbox)


def wants(person: Person, how: How) -> None:
    chosen = {"by_mail": how != How.NEVER, "daily": how == How.DAILY}
    MailChoice.objects.update_or_create(person=person, group=Group.PERSONAL, defaults=chosen)


def test_who_is_appointed_is_told_by_page_and_mail_of_post_body_days_and_ground(
    cast: Cast, officer: Person, post: Post
) -> None:
    log_in(officer)
    desk = log_in(officer)
    assert text(desk.get("/")).count("窗口岗") == 0
    appoint(officer, post, by=cast.district_head, until=date(2027, 6, 30), ground="任字7号")
    words = "2026年11月20日至2027年6月30日（首尾两日均含），您在北京市密云区园林绿化局“窗口岗”岗位任职"
    assert words in text(desk.get("/"))
    page = text(desk.get(reverse("notifications")))
    assert words in page
    assert "任字7号" in page
    (letter,) = mailed()
    assert letter.to == [officer.email]
    assert letter.subject == words
    assert "任字7号" in letter.body
    assert str(cast.district_head) in letter.body
    assert reverse("profile") in letter.body


def test_what_is_new_is_so_until_the_log_in_after_the_next(cast: Cast, officer: Person, post: Post) -> None:
    log_in(officer)
    appoint(officer, post, by=cast.district_head)
    for new in (True, False):
        desk = log_in(officer)
        assert ("窗口岗" in text(desk.get("/"))) is new
        assert "窗口岗" in text(desk.get(reverse("notifications")))
        assert ("窗口岗" in text(desk.get(reverse("notifications") + "?unread=1"))) is new
    with time_machine.travel(BEGUN + 31 * DAY):
        assert "窗口岗" not in text(log_in(officer).get(reverse("notifications")))


def test_nobody_is_met_by_all_that_was_before_the_first_log_in(cast: Cast, officer: Person, post: Post) -> None:
    appoint(officer, post, by=cast.district_head)
    desk = log_in(officer)
    assert "上次登录以来" not in text(desk.get("/"))
    assert "窗口岗" in text(desk.get(reverse("notifications")))


def test_who_leaves_is_told_of_the_last_day_and_of_a_term_that_never_began(
    cast: Cast, officer: Person, post: Post
) -> None:
    term = appoint(officer, post)
    Membership.objects.filter(pk=term.pk).update(since=date(2026, 11, 1))
    dismiss(officer, post, by=cast.district_head, until=date(2026, 11, 25))
    assert told(officer)[0] == "您在北京市密云区园林绿化局“窗口岗”岗位的任职终止，最后一日为2026年11月25日"
    other = make_post("other", "综合岗", agency=post.agency)
    appoint(officer, other, since=date(2026, 12, 1))
    dismiss(officer, other, by=cast.district_head)
    assert told(officer)[0] == "您在北京市密云区园林绿化局“综合岗”岗位的任职已在开始前取消"


def test_a_right_given_or_ended_is_told_to_who_holds_the_post_that_day_and_nobody_else(
    cast: Cast, officer: Person
) -> None:
    wants(officer, How.AT_ONCE)
    post = cast.acceptor.memberships.get().post
    given = MandateGrant.objects.filter(group=post.group).select_related("content_object").first()
    assert given is not None
    end_grant(given)  # today, before somebody comes
    appoint(officer, post)
    assert not any("权限" in words for words in told(officer)), "what the post had before is nothing new"
    before, of_others = len(told(officer)), told(cast.reviewer)
    grant(post, given.content_object, since=date(2026, 11, 21), ground="授权1号")
    words = told(officer)
    assert len(words) == before + 1
    assert words[0].startswith("自2026年11月21日起，北京市密云区园林绿化局")
    assert str(given.content_object.matter_name) in words[0]
    (letter,) = [one for one in mailed() if one.to == [officer.email]]
    assert words[0] in letter.body
    assert told(cast.reviewer) == of_others
    dismiss(officer, post)
    with time_machine.travel(BEGUN + 2 * DAY):
        end_grant(MandateGrant.objects.filter(group=post.group).latest("pk"))
        assert "权限终止" not in told(officer)[0]
        assert "权限终止" in told(cast.acceptor)[0]


def test_what_was_done_at_one_stroke_is_one_mail_and_what_came_later_another(
    cast: Cast, officer: Person, post: Post
) -> None:
    """An edition of the role matrix that ends many rights of a post would send a mail for each of them."""
    appoint(officer, post)
    rows = Mandate.objects.filter(agency=post.agency, duty="accept", ended_on=None)[:3]
    for row in rows:
        grant(post, row)
    with time_machine.travel(BEGUN + timedelta(minutes=5), tick=True):
        appoint(officer, make_post("other", "综合岗", agency=post.agency))
        first, later = mailed()
    assert first.subject == f"岗位和权限变动：{len(rows) + 1}项"
    assert first.body.count("窗口岗") == len(rows) + 1
    assert "综合岗" not in first.body
    assert "综合岗" in later.subject


def test_who_stands_in_and_whom_they_stand_in_for_are_told_but_not_of_what_they_did(
    cast: Cast, officer: Person, post: Post
) -> None:
    appoint(officer, post)
    mine = cast.acceptor.memberships.get().post
    days = {"since": local_today(), "until": local_today() + DAY}
    given = delegate(cast.acceptor, officer, mine, **days, reason="出差", by=cast.district_head)
    assert told(officer)[0].startswith(f"2026年11月20日至2026年11月21日，您代理{cast.acceptor}在")
    assert f"由{officer}代理您在" in told(cast.acceptor)[0]
    take_back(given, by=cast.acceptor)
    assert told(officer)[0].startswith(f"您不再代理{cast.acceptor}在")
    assert "不再" not in told(cast.acceptor)[0]


def test_the_ground_of_a_standing_in_is_told_to_neither_side(cast: Cast, officer: Person, post: Post) -> None:
    """It was told to who stood in for a person whose account was closed: on what ground that was done."""
    appoint(officer, post)
    mine = cast.acceptor.memberships.get().post
    days = {"since": local_today(), "until": local_today() + DAY}
    delegate(cast.acceptor, officer, mine, **days, reason="病假", by=cast.district_head)
    mailed()
    deactivate(cast.acceptor, by=cast.district_head, ground="被留置")
    (mail,) = mailed()
    assert "您不再代理" in mail.body
    assert "病假" not in (shown := log_in(officer).get(reverse("notifications")).text)
    assert "被留置" not in shown + mail.body


def test_of_many_lines_only_those_shown_are_read(cast: Cast, officer: Person, post: Post) -> None:
    for number in range(posts.SHOWN + 5):
        appoint(officer, make_post(f"desk{number}", f"{number}号窗口岗", agency=post.agency))
    desk = log_in(officer)
    with CaptureQueriesContext(connection) as asked:
        page = desk.get(reverse("notifications"))
    assert len(page.context["posts"]) == posts.SHOWN
    assert any(f"LIMIT {posts.SHOWN}" in one["sql"] and "securityevent" in one["sql"] for one in asked.captured_queries)


def test_who_comes_to_head_an_agency_is_told_to_its_head_and_to_two_administrators_and_nobody_else(
    cast: Cast, officer: Person
) -> None:
    """The system administrator fills the post alone, and the head fills those that decide."""
    head = cast.district_head
    post = head.memberships.get().post
    roles = Administration.Role
    system, security, audit = (make_administrator(make_person(str(role), str(role)), role).person for role in roles)
    for person in (head, security, audit, cast.district_reviewer, cast.head):
        person.email = f"{person.username}@example.invalid"
        person.save(update_fields=["email"])
    appoint(officer, post, by=system)
    line = f"自2026年11月20日起，周九在{post.agency}“{post}”岗位任职"
    assert [told(person)[0] for person in (head, security, audit)] == [line, line, line]
    assert line not in told(cast.district_reviewer) + told(cast.head) + told(system)
    addresses = {address for mail in mailed() if line in mail.body for address in mail.to}
    assert addresses == {head.email, security.email, audit.email}
    assert line in text(log_in(audit).get(reverse("notifications")))


def test_an_administrator_is_told_of_office_and_its_end(cast: Cast, officer: Person) -> None:
    make_administrator(officer, Administration.Role.AUDIT)
    assert told(officer) == ["自2026年11月20日起，您担任审计管理员"]
    end_administration(officer)
    assert told(officer)[0] == "您不再担任审计管理员，最后一日为2026年11月20日"


def test_nobody_is_mailed_who_cannot_come_in_has_no_address_or_does_not_want_it(
    cast: Cast, officer: Person, post: Post
) -> None:
    new = open_account("new", "吴八", email="new@example.invalid")
    invite(new)
    appoint(new, post)
    assert mailed() == []
    wants(officer, How.NEVER)
    appoint(officer, post)
    assert mailed() == []
    wants(officer, How.AT_ONCE)
    dismiss(officer, post)
    deactivate(officer)
    assert mailed() == []


def test_a_mail_server_that_refuses_leaves_the_appointment_and_the_job_is_tried_again(
    cast: Cast, officer: Person, post: Post, settings: Any
) -> None:
    line = appoint(officer, post, by=cast.district_head)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(OSError, match="refused"):
        mailed()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert [letter.to for letter in mailed()] == [[officer.email]]
    assert Membership.objects.filter(pk=line.pk).exists()


def test_the_mail_is_in_the_language_of_its_reader(cast: Cast, officer: Person, post: Post) -> None:
    officer.language = "en"
    officer.save(update_fields=["language"])
    with translation.override("zh-hans"):
        appoint(officer, post)
        (letter,) = mailed()
    assert letter.subject.startswith("You hold the post")


def test_the_daily_mail_tells_of_it_once_to_who_chose_that(cast: Cast, officer: Person, post: Post) -> None:
    wants(officer, How.DAILY)
    appoint(officer, post, by=cast.district_head)
    assert mailed() == []
    assert send_daily().recorded == 0  # after the morning: it waits for the next
    with time_machine.travel("2026-11-21T08:20:00+08:00"):
        assert send_daily().recorded == 1
        assert send_daily().recorded == 0
        (letter,) = outbox.outbox
        assert "窗口岗" in letter.body
        dismiss(officer, post, by=cast.district_head)
    with time_machine.travel("2026-11-22T08:20:00+08:00"):
        outbox.outbox.clear()
        assert send_daily().recorded == 1
        (letter,) = outbox.outbox
        assert "终止" in letter.body
        assert "2027" not in letter.body
        assert letter.body.count("窗口岗") == 1
    with time_machine.travel("2026-11-23T08:20:00+08:00"):
        assert send_daily().recorded == 0
    assert Digest.objects.filter(person=officer).count() == 2


def test_a_daily_mail_missed_for_a_day_tells_of_it_the_next(cast: Cast, officer: Person, post: Post) -> None:
    wants(officer, How.DAILY)
    appoint(officer, post)
    with time_machine.travel("2026-11-22T08:00:00+08:00"):
        assert send_daily().recorded == 1
    with time_machine.travel("2026-11-23T08:20:00+08:00"):
        assert send_daily().recorded == 0
