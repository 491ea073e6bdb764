"""People who click at random, each process of them for everybody, and who write down what they were told."""

from __future__ import annotations

import hashlib
import json
import os
import random
import threading
import time
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.db import Error, connection, connections
from django.urls import reverse

from permits.models import Application
from permits.models.states import S
from roles.models import Person
from tests.cast import REQUIRED, pdf
from workflows.models import OPEN, WorkItem
from workflows.worklist import holders

SEED = int(os.environ.get("SEED", "20261120"))
NAME = "actor"
"""How the sessions of their own are called in the database, by which they are let be."""
WORDS: dict[str, dict[str, Any]] = {
    "accept": {"note": "齐全"},
    "recommend": {"outcome": "approve", "opinion": "建议同意。"},
    "propose": {"outcome": "approve", "opinion": "拟同意。"},
    "approve": {"opinion": "同意。"},
    "refuse": {"reasons": "不符合规定。"},
    "return_to_first_review": {"reason": "请补充照片。"},
    "return_to_final_review": {"reason": "请说明依据。"},
    "refuse_acceptance": {"ground": "no_permit_needed", "reason": "不需要审批。"},
    "record_statement": {"party": "石塘路村", "statement": "无异议"},
    "notify_third_party": {"party": "石塘路村", "interest": "林地承包"},
    "suspend_clock": {"ground": "testing", "reason": "检测"},
    "resume_clock": {},
    "record_objection": {"objector": "村民", "objection": "担心水土流失", "received": date(2026, 11, 20)},
}
SLOT = REQUIRED[0]
ONWARD = ("accept", "recommend", "propose", "approve")
RARE = frozenset({"refuse", "refuse_acceptance", "return_to_first_review", "return_to_final_review", "suspend_clock"})


class Actor:
    """Clicks for everybody, and writes down what it was told, before it clicks again."""

    def __init__(
        self, number: int, address: str, sessions: dict[int, str], cases: list[int], unfinished: list[int], log: Path
    ) -> None:
        self.chance, self.address, self.sessions = random.Random(SEED + number), address, sessions
        self.cases, self.unfinished = cases, unfinished
        self.log, self.writing = log.open("a"), threading.Lock()

    def work(self, until: Any) -> None:
        while not until.is_set():
            try:
                if self.chance.random() < 0.1:
                    self._upload()
                else:
                    self._click()
            except Error:  # of its own looking around; what it clicks is told by the server
                connections.close_all()
                time.sleep(0.1)
            except (IndexError, Application.DoesNotExist):
                continue

    def _click(self) -> None:
        case = Application.objects.select_related("unit").get(pk=self.chance.choice(self.cases))
        items = list(WorkItem.objects.filter(application=case, status__in=OPEN, flow_task_type="HUMAN")
                     .select_related("mandate__agency").order_by("pk"))  # fmt: skip
        clerk = next(iter(Person.objects.filter(memberships__post__unit=case.unit_id)))
        if case.status == S.DRAFT:
            self._twice(clerk, reverse("draft-check", args=[case.pk]), "submit", case.pk, {"statement": "on"})
            return
        if self.chance.random() < 0.03 or not items:
            self._twice(clerk, reverse("case-act", args=[case.pk, "withdraw"]), "withdraw", case.pk, {"reason": "变更"})
            return
        if self.chance.random() < 0.08:
            place = reverse("case-act", args=[case.pk, "make_statement"])
            said = {"statement": f"请一并考虑，第{self.chance.getrandbits(32)}点。"}
            self._twice(clerk, place, "make_statement", case.pk, said)
            return
        item = self.chance.choice(items)
        people = holders(item.mandate) if item.mandate else [clerk]
        person = self.chance.choice(people) if self.chance.random() < 0.9 else self._anybody()
        offered = [act for act in (*item.flow_task.acts, *item.flow_task.meanwhile) if act in WORDS]
        act = self.chance.choice(offered)
        onward = [one for one in offered if one in ONWARD]
        if onward and (act in RARE or self.chance.random() < 0.6):
            act = onward[0]
        self._send(person, reverse("task-claim", args=[item.pk]), "claim", case.pk, {})
        place = reverse("task", args=[item.pk])
        self._twice(person, place, act, case.pk, {"act": act, **WORDS[act]}, item=item.pk)

    def _upload(self) -> None:
        """A file for a draft that nobody hands in; its name tells its bytes."""
        case = Application.objects.get(pk=self.chance.choice(self.unfinished))
        clerk = next(iter(Person.objects.filter(memberships__post__unit=case.unit_id)))
        file = pdf("", f"{self.chance.getrandbits(64)}").read()
        name = f"{hashlib.sha256(file).hexdigest()}.pdf"
        said = {"slot": SLOT}
        self._send(clerk, reverse("draft-materials", args=[case.pk]), "upload", case.pk, said, name,
                   files={f"file-{SLOT}": (name, file, "application/pdf")})  # fmt: skip

    def _anybody(self) -> Person:
        return Person.objects.get(pk=self.chance.choice(sorted(self.sessions)))

    def _twice(self, person: Person, place: str, act: str, case: int, said: dict[str, Any], item: int = 0) -> None:
        """A click, and now and then the same again at the same moment, or after it."""
        key = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        sent = {"once": key, "confirmed": "1", **said}
        again = self.chance.random()
        other = threading.Thread(target=self._send, args=(person, place, act, case, sent, key, item))
        if again < 0.3:
            other.start()
        self._send(person, place, act, case, sent, key, item)
        if again < 0.3:
            other.join()
        elif again < 0.4:
            self._send(person, place, act, case, sent, key, item)

    def _send(
        self, person: Person, place: str, act: str, case: int, said: dict[str, Any], key: str = "", item: int = 0,
        files: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        token = "c" * 32
        cookies = {settings.SESSION_COOKIE_NAME: self.sessions[person.pk], settings.CSRF_COOKIE_NAME: token}
        try:
            answer = requests.post(f"{self.address}{place}", data={**said, "csrfmiddlewaretoken": token},
                                   files=files, cookies=cookies, allow_redirects=False, timeout=30)  # fmt: skip
            told, led = answer.status_code, answer.headers.get("Location", "")
        except requests.RequestException as error:
            told, led = 0, type(error).__name__
        line = {"key": key, "act": act, "case": case, "item": item, "person": person.pk, "told": told, "led": led}
        with self.writing:
            self.log.write(json.dumps(line) + "\n")
            self.log.flush()


def act_at_random(until: Any, *told: Any) -> None:
    """One process of people."""
    connections.close_all()
    connection.settings_dict["OPTIONS"] = {**connection.settings_dict["OPTIONS"], "application_name": NAME}
    try:
        Actor(*told).work(until)
    finally:
        connections.close_all()
