"""A decision on a permit that owes compensation, and what the page of the permit tells of it."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from permits.models import Act
from roles.models import Person
from tests.cast import log_in
from tests.permits.life.cases import Desk
from tests.permits.life.remedied import outcome

TAKEN = "没有找到规定已经支付的款项如何处理的条文"


def remedied(desk: Desk, decision: Act, how: str) -> Act:
    said = outcome(desk, decision.seq, how, number="京政复〔2026〕12号", decided_on=timezone.localdate())
    return desk.decide("record_reconsideration", **said)


def read(desk: Desk, person: Person) -> str:
    page = reverse("permit", args=[desk.case.pk])
    client: Client = log_in(person)
    with override("zh-hans"):
        text = client.get(page, headers={"accept-language": "zh-hans"}).content.decode()
    return text.partition('id="compensation"')[2].partition("</section>")[0]
