"""A hearing of a case that is a state secret: nothing of it is told to the public (许可法 5)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permits.documents.printing import paper_of
from permits.errors import BadFacts
from roles.models import Person
from tests.cast import NOW, fresh, log_in, make_person
from tests.permits.occupation.cases import Office, draft
from workflows.models import Digest, Notification
from workflows.notifications import daily, mail, making

pytestmark = pytest.mark.django_db
SAID = {"held_on": "2026-12-04", "place": "会议室", "subject": "使用林地"}
PUBLIC = "举行听证的公告"


def announced(office: Office, case: Any, **said: Any) -> Any:
    return office.do(case, "announce_hearing", **SAID, **said)


def test_what_is_found_to_be_a_state_secret_is_not_heard_openly_and_leaves_the_public_list(
    begins_with_matrix: None,
) -> None:
    with time_machine.travel(NOW, tick=True):
        Office.enter()
        case, clerk = draft()
        office, chair = Office(clerk), make_person("chair", "主持人")
        office.do(case, "submit", statement=True)
        office.do(case, "accept")
        announced(office, case, chair=chair)
        assert PUBLIC in Client().get(reverse("notice-list")).text
        item = office.items(fresh(case), "recommend")[0]
        task, told = reverse("task", args=[item.pk]), "announce the hearing anew, as one that is not held openly"
        assert item.mandate is not None
        desk = log_in(office.officer(item.mandate), english=True)
        assert told not in desk.get(task).text
        office.determine(case, "recommend", "secret", "yes")
        assert PUBLIC not in Client().get(reverse("notice-list")).text
        assert told in desk.get(task).text
        for closed in ({}, {"closed": "trade_secret"}):
            with pytest.raises(BadFacts) as bad:
                announced(office, case, chair=chair, **closed)
            assert set(bad.value.errors) == {"closed"}
        record = announced(office, case, chair=chair, closed="state_secret")
        paper = str(paper_of(record.documents.get()))
        assert "第五条、第四十六条、第四十八条，因该事项涉及国家秘密，听证不公开举行。" in paper
        assert PUBLIC not in Client().get(reverse("notice-list")).text
        assert told not in desk.get(task).text


@pytest.mark.parametrize("secret", [False, True])
def test_a_mail_of_a_state_secret_tells_its_number_alone(begins_with_matrix: None, secret: bool) -> None:
    """It told the name of the project and the applicant, on the way through other servers."""
    with time_machine.travel(NOW, tick=True):
        Office.enter()
        case, clerk = draft(secret=secret)
        Person.objects.filter(pk=clerk.pk).update(email="one@example.invalid")
        office = Office(clerk)
        office.do(case, "submit", statement=True)
        record = office.do(case, "accept")
        making.make(record.pk)
        mail.send_of_act(record.pk)
        (letter,) = outbox.outbox
        digest = Digest.objects.create(person=clerk, day=timezone.localdate())
        Notification.objects.filter(person=clerk).update(digest=digest)
        case = fresh(case)
        for body in (letter.body, daily.letter(digest)[1]):
            assert str(case.number) in body
            assert (case.title in body, case.unit.name in body) == (not secret, not secret)
