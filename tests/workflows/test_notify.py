"""Who is told what: made after the commit, once, in the reader's language, and never in the way of an act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django_q.models import OrmQ

from permits.acts.perform import perform
from permits.acts.sweeps import record_lights
from permits.models import Act, Application
from permits.models.states import S
from roles.delegations import delegate
from roles.models import Person, Post
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, make_person, make_post
from tests.permits.occupation import cases as occupation
from workflows import sweep
from workflows.models import Announcement, Mail, MailChoice, Notification
from workflows.notifications import mail, making
from workflows.notifications.table import ARRIVED, MAILED, TOLD, Group, To, news_of
from workflows.notifications.words import address, headline

Walk = Callable[[Cast], Act]


def told(act: Act) -> set[tuple[str, str]]:
    """Who was told of an act, and what: (login, event)."""
    making.make(act.pk)
    return set(Notification.objects.filter(act=act).values_list("person__username", "event"))


@pytest.fixture
def partner(cast: Cast) -> Person:
    """A second clerk of the farm."""
    return make_person("partner", "郑同事", Post.objects.get(unit=cast.farm))


# ---- the table -----------------------------------------------------------------------------------------------------


def submitted(cast: Cast, *acts: str) -> Application:
    case = cast.case_at(S.SUBMITTED)
    for act in acts:
        cast.do(case, act)
    making.make_pending()
    return Application.objects.get(pk=case.pk)


def hearing(cast: Cast) -> Application:
    case = submitted(cast, "accept", "recommend")
    cast.do(case, "tell_hearing_right", party="申请人", interest="采伐强度")
    making.make_pending()
    return case


def days_from_now(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def claimed(cast: Cast, status: str = S.FINAL_REVIEW) -> Application:
    case = cast.case_at(status)
    cast.take(case)
    making.make_pending()
    return Application.objects.get(pk=case.pk)


def reassigned(cast: Cast) -> Act:
    case = claimed(cast)
    second = make_person("second_reviewer", "二审查", Post.objects.get(memberships__person=cast.reviewer))
    item = cast.open_item(case)
    assert item is not None
    return perform(case.pk, "reassign", by=cast.head, mandate=item.mandate, item=item.pk, to=second, reason="休假")


def vacated(cast: Cast) -> Act:
    case = claimed(cast)
    item = cast.open_item(case)
    assert item is not None
    return perform(case.pk, "vacate", by=cast.head, mandate=item.mandate, item=item.pk, reason="离岗")


def released(cast: Cast) -> Act:
    case = claimed(cast)
    item = cast.open_item(case)
    assert item is not None
    return perform(case.pk, "release", by=cast.reviewer, mandate=item.mandate, item=item.pk)


def of_head(act: str, **facts: Any) -> Walk:
    def walk(cast: Cast) -> Act:
        case = claimed(cast)
        return perform(case.pk, act, by=cast.head, mandate=cast.mandate(case, Duty.FINAL_REVIEW), **facts)

    return walk


def barred(cast: Cast) -> Act:
    return of_head("bar_person", person=cast.decider, reason="与申请人有利害关系")(cast)


def asked_hearing(cast: Cast) -> Act:
    return perform(hearing(cast).pk, "ask_hearing", by=cast.clerk, reason="要求听证")


def announced(cast: Cast) -> Act:
    case = hearing(cast)
    perform(case.pk, "ask_hearing", by=cast.clerk, reason="要求听证")
    making.make_pending()
    return cast.do(case, "announce_hearing", held_on=days_from_now(14), place="会议室", chair=cast.colleague,
                   subject="采伐强度")  # fmt: skip


def deemed(cast: Cast) -> Act:
    case = submitted(cast)
    with time_machine.travel("2026-11-28T00:30:00+08:00"):
        sweep.deem_accepted()
    return case.acts.get(act="deem_accepted")


def flagged(cast: Cast) -> Act:
    case = submitted(cast)
    with time_machine.travel("2026-11-30T09:00:00+08:00"):
        record_lights()
    return case.acts.filter(act="flag_deadline").latest("seq")


UNIT = {("partner", "unit")}
EVERYONE_OF_UNIT = {("clerk", "unit"), *UNIT}
ROWS: dict[str, tuple[Walk, set[tuple[str, str]]]] = {
    "submit": (
        lambda cast: cast.do(cast.draft(), "submit"),
        UNIT | {("acceptor", "arrived"), ("second_acceptor", "arrived")},
    ),
    "accept": (
        lambda cast: cast.do(submitted(cast), "accept"), EVERYONE_OF_UNIT | {("district_reviewer", "arrived")}),
    "request_correction": (lambda cast: cast.do(submitted(cast), "request_correction"), EVERYONE_OF_UNIT),
    "resubmit": (
        lambda cast: cast.do(submitted(cast, "request_correction"), "resubmit"),
        UNIT | {("acceptor", "arrived"), ("second_acceptor", "arrived")}),
    "deem_accepted": (
        deemed, EVERYONE_OF_UNIT | {("district_head", "late"), ("district_reviewer", "arrived")}),
    "refuse_acceptance": (lambda cast: cast.do(submitted(cast), "refuse_acceptance"), EVERYONE_OF_UNIT),
    "recommend": (
        lambda cast: cast.do(submitted(cast, "accept"), "recommend"), EVERYONE_OF_UNIT | {("reviewer", "arrived")}),
    "approve": (
        lambda cast: cast.do(submitted(cast, "accept", "recommend", "propose"), "approve"),
        EVERYONE_OF_UNIT | {("reviewer", "result"), ("district_reviewer", "result")}),
    "refuse": (
        lambda cast: cast.do(submitted(cast, "accept", "recommend", "propose"), "refuse"),
        EVERYONE_OF_UNIT | {("reviewer", "result"), ("district_reviewer", "result")}),
    "withdraw": (
        lambda cast: cast.do(claimed(cast), "withdraw"), {("reviewer", "withdrawn")}),
    "publish_notice": (
        lambda cast: cast.do(submitted(cast, "accept"), "publish_notice", starts=timezone.localdate(),
                             ends=days_from_now(8), place="村务公开栏", contact="010"),
        EVERYONE_OF_UNIT),
    "tell_hearing_right": (
        lambda cast: cast.do(submitted(cast, "accept"), "tell_hearing_right", party="申请人", interest="强度"),
        EVERYONE_OF_UNIT),
    "ask_hearing": (asked_hearing, {("reviewer", "holders")}),
    "announce_hearing": (announced, EVERYONE_OF_UNIT | {("colleague", "chair")}),
    "suspend_clock": (
        lambda cast: cast.do(submitted(cast, "accept"), "suspend_clock", ground="expert_review", reason="专家评审"),
        EVERYONE_OF_UNIT),
    "flag_deadline": (
        flagged, {("acceptor", "holders"), ("second_acceptor", "holders"), ("district_head", "head")}),
    "reassign": (reassigned, {("second_reviewer", "given")}),
    "vacate": (vacated, {("reviewer", "holders")}),
    "release": (released, set()),
    "bar_person": (barred, {("decider", "barred")}),
    "recuse": (
        lambda cast: perform((case := claimed(cast)).pk, "recuse", by=cast.reviewer,
                             mandate=cast.mandate(case, Duty.FINAL_REVIEW), reason="亲属"),
        {("head", "recused")}),
}  # fmt: skip


@pytest.mark.parametrize("act", ROWS)
def test_an_act_tells_whom_it_concerns_and_not_who_did_it(cast: Cast, partner: Person, act: str) -> None:
    walk, expected = ROWS[act]
    assert told(walk(cast)) - {(partner.username, "unit")} == expected - {(partner.username, "unit")}
    record = Act.objects.filter(act=act).latest("pk")
    assert all(person != record.person for person in Person.objects.filter(notifications__act=record))


def test_every_row_of_the_table_has_words_in_both_languages_and_a_group(db: None) -> None:
    for act, rows in TOLD.items():
        assert len({news.event for news in rows}) == len(rows), act
        for news in (*rows, ARRIVED):
            with translation.override("en"):
                english = str(news.words)
            with translation.override("zh-hans"):
                assert str(news.words) != english, act
            assert news.group in Group.values
            assert news.to in To.values


def test_a_consulted_agency_is_told_it_is_asked_reminded_and_passed_over(now: None, db: None) -> None:
    occupation.Office.enter()
    case, clerk = occupation.draft()
    office = occupation.Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    office.check_site(case)
    for mandate in [item.mandate for item in case.case.open_items]:
        assert mandate is not None
    office.do(case, "recommend", outcome="approve", opinion="同意")
    case = Application.objects.get(pk=case.pk)
    asked = [item for item in office.items(case, "give_opinion") if item.mandate]
    advisers = {office.officer(item.mandate).username for item in asked if item.mandate}
    making.make_pending()
    arrived = Notification.objects.filter(event="arrived", act__act="recommend")
    assert advisers <= set(arrived.values_list("person__username", flat=True))
    first = asked[0]
    assert first.mandate is not None
    reviewer = office.officer(the(case, Duty.FINAL_REVIEW))
    for act, event in (("remind", "reminded"), ("drop_consultee", "dropped")):
        record = perform(case.pk, act, by=reviewer, mandate=the(case, Duty.FINAL_REVIEW), office=first.mandate,
                         **({"reason": "不再需要"} if act == "drop_consultee" else {}))  # fmt: skip
        assert told(record) == {(office.officer(first.mandate).username, event)}


def the(case: Application, duty: str) -> Any:
    from workflows.mandates import the_mandate

    return the_mandate(case, duty)


# ---- once, and after the commit --------------------------------------------------------------------------------------


def test_news_is_made_once_however_often_it_is_asked_for(cast: Cast) -> None:
    record = cast.do(cast.draft(), "submit")
    assert making.make(record.pk) == 2
    assert making.make(record.pk) == 0
    assert Notification.objects.filter(act=record).count() == 2


def test_an_arrival_is_told_once_although_other_acts_follow(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    making.make_pending()
    cast.do(case, "record_statement", party="村民", statement="无异议")
    making.make_pending()
    assert Notification.objects.filter(event="arrived", person=cast.district_reviewer).count() == 1


def test_an_act_that_was_undone_tells_nobody(cast: Cast) -> None:
    case = cast.draft()
    before = Announcement.objects.count()
    with transaction.atomic():
        cast.do(case, "submit")
        assert Announcement.objects.count() == before + 1
        transaction.set_rollback(True)
    assert Announcement.objects.count() == before


def test_a_job_is_queued_after_the_commit_and_not_for_old_acts(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = cast.draft()
    with django_capture_on_commit_callbacks(execute=True):
        record = cast.do(case, "submit")
    names = [job.name() for job in OrmQ.objects.all()]
    assert f"news {record.pk}" in names
    OrmQ.objects.all().delete()
    with django_capture_on_commit_callbacks() as callbacks:
        record = cast.do(cast.draft(), "submit")
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        for callback in callbacks:
            callback()
    assert f"news {record.pk}" not in [job.name() for job in OrmQ.objects.all()]
    assert making.make_pending().recorded >= 2  # the page tells it all the same


def test_a_queue_that_fails_does_not_fail_the_act(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def broken(*_args: Any, **_facts: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(making, "async_task", broken)
    case = cast.draft()
    with django_capture_on_commit_callbacks(execute=True):
        cast.do(case, "submit")
    assert Application.objects.get(pk=case.pk).status == S.SUBMITTED
    sweep.tick()
    assert Notification.objects.filter(person=cast.acceptor, event="arrived").exists()


def test_news_that_cannot_be_made_is_named_and_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, sound = cast.do(cast.draft(), "submit"), cast.do(cast.draft(), "submit")
    make = making.make

    def failing(pk: int) -> int:
        if pk == poisoned.pk:
            raise ValueError("broken row")
        return make(pk)

    monkeypatch.setattr(making, "make", failing)
    swept = making.make_pending()
    assert swept.failed == [poisoned.pk]
    assert Notification.objects.filter(act=sound).exists()


def test_who_stands_in_is_told_what_arrives(cast: Cast) -> None:
    post = Post.objects.get(memberships__person=cast.reviewer)
    deputy = make_person("deputy", "代理人", make_post("deputy", agency=post.agency))
    delegate(
        cast.reviewer, deputy, post, since=timezone.localdate(), until=days_from_now(3), reason="休假", by=cast.head
    )
    record = cast.do(cast.case_at(S.FIRST_REVIEW), "recommend")
    assert (deputy.username, "arrived") in told(record)


def test_who_left_is_told_nothing(cast: Cast) -> None:
    Person.objects.filter(pk=cast.second_acceptor.pk).update(is_active=False)
    assert told(cast.do(cast.draft(), "submit")) == {("acceptor", "arrived")}


# ---- e-mail ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(cast: Cast) -> Cast:
    """The cast with addresses; the clerk reads English."""
    for person in Person.objects.all():
        person.email = f"{person.username}@example.invalid"
        person.language = "en" if person.username == "clerk" else "zh-hans"
        person.save(update_fields=["email", "language"])
    return cast


def test_a_mail_is_in_the_readers_language_and_leads_to_the_case(mailed: Cast) -> None:
    with translation.override("zh-hans"):
        case = mailed.case_at(S.SUBMITTED)
        making.make_pending()
        record = mailed.do(case, "accept")
        making.make(record.pk)
        assert mail.send_of_act(record.pk) == 1
    letter = next(one for one in outbox.outbox if one.to == ["clerk@example.invalid"])
    number = Application.objects.get(pk=case.pk).number
    assert letter.subject == f"Your application was accepted · {number}"
    assert reverse("case", args=[case.pk]) in letter.body
    assert "accepted" in letter.body
    assert not any("一" <= sign <= "鿿" for sign in letter.subject)


def test_what_lands_in_a_queue_is_not_mailed_unless_the_person_chose_it(mailed: Cast) -> None:
    record = mailed.do(mailed.draft(), "submit")
    making.make(record.pk)
    assert set(Notification.objects.filter(act=record).values_list("mail", flat=True)) == {Mail.NONE}
    MailChoice.objects.create(person=mailed.acceptor, group=Group.QUEUE, by_mail=True)
    record = mailed.do(mailed.draft(), "submit")
    making.make(record.pk)
    assert Notification.objects.get(act=record, person=mailed.acceptor).mail == Mail.WAITING
    assert Notification.objects.get(act=record, person=mailed.second_acceptor).mail == Mail.NONE


def test_who_has_no_address_or_chose_no_mails_gets_none(mailed: Cast) -> None:
    MailChoice.objects.create(person=mailed.clerk, group=Group.APPLICATION, by_mail=False)
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    assert Notification.objects.get(act=record, person=mailed.clerk).mail == Mail.NONE
    MailChoice.objects.all().delete()
    Person.objects.filter(pk=mailed.clerk.pk).update(email="")
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    assert Notification.objects.get(act=record, person=mailed.clerk).mail == Mail.NONE


@pytest.mark.parametrize("lost", [{"is_active": False}, {"email": ""}])
def test_who_lost_account_or_address_since_is_not_mailed(mailed: Cast, lost: dict[str, Any]) -> None:
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    Person.objects.filter(pk=mailed.clerk.pk).update(**lost)
    assert mail.send_due().recorded == 0
    assert Notification.objects.get(act=record, person=mailed.clerk).mail == Mail.NONE
    assert not outbox.outbox


def test_old_news_is_shown_and_not_mailed(mailed: Cast) -> None:
    case = mailed.case_at(S.SUBMITTED)
    record = mailed.do(case, "accept")
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        making.make_pending()
    assert Notification.objects.get(act=record, person=mailed.clerk).mail == Mail.NONE


def test_a_mail_server_that_fails_is_tried_again_with_growing_pauses_and_given_up_in_the_open(
    mailed: Cast, settings: Any
) -> None:
    works = settings.EMAIL_BACKEND
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    assert mail.send_of_act(record.pk) == 0
    news = Notification.objects.get(act=record, person=mailed.clerk)
    assert (news.mail, news.attempts) == (Mail.WAITING, 1)
    assert mail.send_due().failed == []  # not before its pause is over
    for attempt, pause in enumerate(mail.PAUSES, start=1):
        news.refresh_from_db()
        assert news.attempts == attempt
        assert news.next_try is not None
        with time_machine.travel(news.next_try + timedelta(seconds=1), tick=False):
            if attempt < len(mail.PAUSES):
                assert mail.send_due().failed == [news.pk]
            else:
                settings.EMAIL_BACKEND = works
                assert mail.send_due().recorded == 1
        assert pause <= mail.PAUSES[-1]
    news.refresh_from_db()
    assert news.mail == Mail.SENT


def test_after_the_last_attempt_the_mail_is_given_up_and_the_page_still_tells(mailed: Cast, settings: Any) -> None:
    record = mailed.do(mailed.case_at(S.SUBMITTED), "accept")
    making.make(record.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    Notification.objects.filter(act=record).update(attempts=len(mail.PAUSES))
    mail.send_due()
    news = Notification.objects.get(act=record, person=mailed.clerk)
    assert (news.mail, news.next_try) == (Mail.GIVEN_UP, None)
    assert "Your application was accepted" in log_in(mailed.clerk, english=True).get(
        reverse("notifications")).content.decode()  # fmt: skip


# ---- pages ----------------------------------------------------------------------------------------------------------


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


def test_choices_are_kept_and_speak_of_language_too(cast: Cast) -> None:
    desk = log_in(cast.clerk)
    page = reverse("notification-choices")
    assert desk.get(page).context["form"].initial["language"] == "zh-hans"
    assert desk.post(page, {"language": "en", "queue": "on"}).status_code == 302
    cast.clerk.refresh_from_db()
    assert cast.clerk.language == "en"
    assert {group for group in Group if making.mails(cast.clerk, group)} == {Group.QUEUE}
    assert set(MAILED) - {Group.QUEUE} == set(MAILED)
    assert desk.post(page, {"language": "fr"}).status_code == 200


def test_the_list_costs_a_fixed_number_of_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        cast.case_at(S.FINAL_REVIEW)
    making.make_pending()
    desk = log_in(cast.clerk)
    with django_assert_max_num_queries(9):
        answer = desk.get(reverse("notifications"), {"page": "abc"})
    assert answer.status_code == 200


def test_every_line_of_the_list_reads_well(cast: Cast) -> None:
    claimed(cast)
    flagged(cast)
    making.make_pending()
    for news in Notification.objects.select_related("act__application", "item"):
        for language in ("en", "zh-hans"):
            with translation.override(language):
                words = headline(news)
            assert words
            assert "%(" not in words
            assert not words.endswith((":", "："))
        assert news_of(news.act.act, news.event)
