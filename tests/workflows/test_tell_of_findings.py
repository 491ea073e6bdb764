"""News of audit findings: the agency told of what was sent, the auditors of what was answered, both of the day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone, translation

from roles.models import Membership, Person
from tests.cast import Cast, log_in
from tests.workflows.engaged import Engaged
from workflows import sweep
from workflows.engagements.answers import answer, name_answerer, report_rectified
from workflows.engagements.findings import accept, close, send_back
from workflows.models import EngagementEntry, Entry, EntryAnnouncement, FindingNews, How, Mail, MailChoice
from workflows.notifications import findings, mail
from workflows.notifications.table import DAYS_BEFORE, EVENTS_OF_FINDINGS, TOLD_OF_FINDINGS, Group


@pytest.fixture
def engaged(cast: Cast) -> Engaged:
    """Two cases, everybody with an address."""
    Person.objects.update(email="")
    found = Engaged.with_cases(cast, 1)
    for person in Person.objects.all():
        person.email = f"{person.username}@example.invalid"
        person.save(update_fields=["email"])
    return found


@pytest.fixture
def finding(engaged: Engaged) -> EngagementEntry:
    return engaged.found(engaged.drawn(1))


def told(entry: Entry | None = None) -> set[tuple[str, str]]:
    """Who has news of which meaning."""
    rows = FindingNews.objects.filter(entry__entry=entry) if entry else FindingNews.objects.all()
    return set(rows.values_list("person__username", "event"))


def address_of(person: Person) -> str:
    return f"{person.username}@example.invalid"


def logins(*people: Person, event: str) -> set[tuple[str, str]]:
    return {(one.username, event) for one in people}


def test_each_entry_tells_whom_it_concerns_and_never_who_made_it(engaged: Engaged, finding: EngagementEntry) -> None:
    cast = engaged.cast
    name_answerer(finding, cast.decider, by=cast.head)
    answer(finding, "agrees", "属实", by=cast.decider)
    send_back(finding.engagement_id, finding.pk, "未附材料", engaged.soon(), by=cast.auditor)
    answer(finding, "agrees", "附材料", by=cast.head)
    report_rectified(finding, "已补", timezone.localdate(), by=cast.head)
    accept(finding.engagement_id, finding.pk, "属实", by=cast.auditor)
    assert findings.make_pending().failed == []
    agency, auditors = (cast.head, cast.decider), (cast.auditor, engaged.colleague)
    assert told(Entry.FINDING) == logins(*agency, event="answerers")
    assert told(Entry.NAMED) == logins(cast.decider, event="named")
    assert told(Entry.ANSWERED) == logins(*auditors, event="auditors")
    assert told(Entry.RECTIFIED) == logins(*auditors, event="auditors")
    assert told(Entry.SENT_BACK) == logins(*agency, event="answerers")
    assert told(Entry.ACCEPTED) == logins(*agency, event="answerers")
    assert {entry for entry, _rows in TOLD_OF_FINDINGS.items()} == set(
        FindingNews.objects.values_list("entry__entry", flat=True)
    )
    before = FindingNews.objects.count()
    assert findings.make_pending().recorded == 0
    assert FindingNews.objects.count() == before


def test_the_job_makes_it_after_the_commit_and_tick_what_was_lost(
    engaged: Engaged, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    queued: list[tuple[Any, ...]] = []
    monkeypatch.setattr("workflows.engagements.record.async_task", lambda *asked, **_named: queued.append(asked))
    engagement = engaged.drawn(1)
    with django_capture_on_commit_callbacks(execute=True):
        finding = engaged.found(engagement)
    assert queued == [("workflows.notifications.findings.make", finding.pk)]
    assert EntryAnnouncement.objects.get(entry=finding).made_at is None
    assert sweep.tick()["news of findings made"].recorded == 1
    assert told() == {(engaged.cast.head.username, "answerers")}
    with pytest.raises(LookupError):
        findings.make(finding.pk - 1)  # a conclusion is announced to nobody


def test_the_mail_says_the_day_and_no_word_of_the_finding(engaged: Engaged, finding: EngagementEntry) -> None:
    findings.make_pending()
    outbox.outbox.clear()
    assert findings.send_due().recorded == 1
    (letter,) = outbox.outbox
    assert letter.to == [address_of(engaged.cast.head)]
    assert reverse("audit-finding", args=[finding.pk]) in letter.body
    assert finding.facts["text"] not in letter.body + letter.subject
    assert findings.send_due().recorded == 0
    assert FindingNews.objects.get().mail == Mail.SENT


def test_reminded_before_the_day_and_once_when_it_is_over(engaged: Engaged, finding: EngagementEntry) -> None:
    head, auditors = engaged.cast.head, (engaged.cast.auditor, engaged.colleague)
    findings.make_pending()
    assert finding.due is not None
    near, past = finding.due - timedelta(days=DAYS_BEFORE), finding.due + timedelta(days=1)
    assert findings.remind(near - timedelta(days=1)).recorded == 0
    assert findings.remind(near).recorded == 1
    assert findings.remind(finding.due).recorded == 0
    assert told() - logins(head, event="answerers") == logins(head, event="near")
    assert findings.remind(past).recorded == 3
    assert findings.remind(past + timedelta(days=5)).recorded == 0
    assert logins(head, event="past") | logins(*auditors, event="unanswered") <= told()
    with translation.override("en"):
        said = {findings.headline(news) for news in FindingNews.objects.filter(event="unanswered")}
        assert said == {f"{finding.agency} was to answer an audit finding by {findings.date_format(finding.due)}"}


def test_who_answered_in_time_is_reminded_of_nothing_and_a_new_day_is_told_anew(
    engaged: Engaged, finding: EngagementEntry
) -> None:
    answer(finding, "agrees", "属实", by=engaged.cast.head)
    assert finding.due is not None
    late = finding.due + timedelta(days=1)
    assert findings.remind(late).recorded == 0
    back = send_back(finding.engagement_id, finding.pk, "未附材料", engaged.soon(), by=engaged.cast.auditor)
    assert findings.remind(late).recorded == 3
    assert set(FindingNews.objects.values_list("entry", flat=True)) == {back.pk}


def test_a_closed_engagement_reminds_nobody(engaged: Engaged, finding: EngagementEntry) -> None:
    close(finding.engagement_id, "结项", reason="另案跟踪", by=engaged.cast.auditor)
    assert findings.remind(timezone.localdate() + timedelta(days=99)).recorded == 0


def test_the_page_and_the_bell_tell_of_it_and_opening_reads_it(engaged: Engaged, finding: EngagementEntry) -> None:
    findings.make_pending()
    head = log_in(engaged.cast.head, english=True)
    before = head.get(reverse("notifications"))
    assert "An audit finding was sent to your agency" in before.content.decode()
    assert before.context["unread_findings"] == 1
    news = FindingNews.objects.get()
    opened = head.get(reverse("finding-notification", args=[news.pk]))
    assert opened.url == reverse("audit-finding", args=[finding.pk])
    assert head.get(reverse("notifications")).context["unread_findings"] == 0
    assert log_in(engaged.cast.clerk).get(reverse("finding-notification", args=[news.pk])).status_code == 404


def test_all_is_marked_as_read_but_what_came_since(engaged: Engaged, finding: EngagementEntry) -> None:
    findings.make_pending()
    head = log_in(engaged.cast.head)
    shown = head.get(reverse("notifications")).context["newest_finding"]
    assert finding.due is not None
    findings.remind(finding.due)
    head.post(reverse("notifications-read"), {"until_finding": shown})
    assert list(FindingNews.objects.filter(read_at=None).values_list("event", flat=True)) == ["near"]
    assert head.get(reverse("notifications"), {"unread": 1}).context["unread_findings"] == 1


def test_who_is_head_no_longer_reads_no_link_and_gets_no_mail(engaged: Engaged, finding: EngagementEntry) -> None:
    findings.make_pending()
    outbox.outbox.clear()
    term = Membership.objects.get(person=engaged.cast.head)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(pk=term.pk).update(since=yesterday, until=yesterday)
    swept = findings.send_due()
    assert (swept.recorded, swept.failed) == (0, [])
    assert (outbox.outbox, FindingNews.objects.get().mail) == ([], Mail.NONE)
    page = log_in(engaged.cast.head, english=True).get(reverse("notifications")).content.decode()
    assert "You may no longer open this finding." in page
    assert reverse("finding-notification", args=[FindingNews.objects.get().pk]) not in page


def test_who_chose_the_daily_mail_has_it_there_beside_the_cases(engaged: Engaged, finding: EngagementEntry) -> None:
    MailChoice.objects.create(person=engaged.cast.head, group=Group.AUDIT, by_mail=True, daily=True)
    findings.make_pending()
    assert FindingNews.objects.get().mail == Mail.DAILY
    mail.send_due()
    outbox.outbox.clear()
    tomorrow = timezone.now() + timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=1)):
        sweep.send_daily()
    (letter,) = [one for one in outbox.outbox if one.to == [address_of(engaged.cast.head)]]
    assert reverse("audit-finding", args=[finding.pk]) in letter.body
    assert FindingNews.objects.get().mail == Mail.SENT


def test_who_wants_none_is_mailed_none(engaged: Engaged, finding: EngagementEntry) -> None:
    MailChoice.objects.create(person=engaged.cast.head, group=Group.AUDIT, by_mail=True, daily=True)
    findings.make_pending()
    MailChoice.objects.update(by_mail=False, daily=False)
    findings.drop_unwanted(engaged.cast.head)
    assert FindingNews.objects.get().mail == Mail.NONE
    assert MailChoice.objects.get().how == How.NEVER


def test_every_row_has_words_that_the_entry_fills(finding: EngagementEntry) -> None:
    for (entry, event), news in EVENTS_OF_FINDINGS.items():
        row = FindingNews(entry=finding, event=event)
        finding.entry = entry
        assert findings.headline(row)
        assert news.group == Group.AUDIT
