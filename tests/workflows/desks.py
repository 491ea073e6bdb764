"""Every desk of a case, worked through its pages as a browser would, keeping account of which ways were walked.

desks = Desks.open(draft(), clerk)        # tests/permits/*/cases.py
desks.unit("submit", statement="on")      # the unit's check page
desks.at("accept", note="齐全")           # the page of the item that offers the act, taken first
desks.beside("remind", "advise", office=…)  # the case's page, by who holds the duty
desks.walked                              # {("accept", "accept", "first_review"), …}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from viewflow.workflow.flow import Flow

from permits.acts.objections import open_objections
from permits.clocks.calendar import WorkCalendar
from permits.ledger.chain import problems_of
from permits.models import Application
from permits.models.machine import STEP_DUTY
from permits.models.states import S
from roles.appointments import appoint, grant
from roles.models import Agency, Mandate, Person, Post
from tests.cast import PDF, log_in, make_person, make_post
from tests.permits.occupation.cases import Office
from workflows import sweep
from workflows.conformance import Walk
from workflows.mandates import the_mandate
from workflows.models import WorkItem
from workflows.nodes import Decide
from workflows.worklist import holders

Way = tuple[str, str, str]  # step, act, the status it left (empty where the step stays open)


def ways(flow: type[Flow], *, single_review: bool = False) -> set[Way]:
    """Every way through the steps of `flow`: each act of each step with each status it can lead to, and each act that
    leaves the step open."""
    walk = Walk(flow, single_review=single_review)
    return {way for node in flow.instance.nodes() if isinstance(node, Decide) for way in _ways_of(walk, node)}


def _ways_of(walk: Walk, node: Decide) -> Iterator[Way]:
    for act in (*node.acts, *node.outside):
        for status in node.at:
            for target in walk.targets(act, status):
                yield node.name, act, str(target)
    for act in (*node.meanwhile, *node.beside):
        yield node.name, act, ""


class Desks:
    """One case, and everybody who has a desk in it."""

    def __init__(self, case: Application, clerk: Person) -> None:
        self.pk, self.clerk, self.office = case.pk, clerk, Office(clerk)
        self.walked: set[Way] = set()

    @property
    def case(self) -> Application:
        """The case as it is now."""
        return Application.objects.get(pk=self.pk)

    def items(self, act: str, step: str = "") -> list[WorkItem]:
        """Open items that offer `act`, in order."""
        found = self.case.case.open_items.select_related("mandate__agency", "owner").order_by("pk")
        return [
            item
            for item in found
            if act in (*item.flow_task.acts, *item.flow_task.meanwhile) and step in ("", item.step)
        ]

    # ---- desks ----
    def unit(self, act: str, **fields: Any) -> None:
        """An act of the applicant, on the page where applicants do it."""
        (step, before) = (self.case.case.open_items.first(), self.case.status)
        handed_in = act in ("submit", "resubmit")
        place = reverse("draft-check", args=[self.pk]) if handed_in else reverse("case-act", args=[self.pk, act])
        self._post(log_in(self.clerk), place, {"confirmed": "1", **fields})
        if step and act in step.flow_task.acts and before != self.case.status:
            self.walked.add((step.step, act, self.case.status))

    def at(self, act: str, *, step: str = "", item: WorkItem | None = None, **fields: Any) -> None:
        """An act of an officer, on the page of an item that offers it; taken from the queue first."""
        item = item or self.items(act, step)[0]
        assert item.mandate is not None
        desk = log_in(self.officer(item.mandate))
        if item.owner_id is None:
            desk.post(reverse("task-claim", args=[item.pk]))
        self._post(desk, reverse("task", args=[item.pk]), {"act": act, "confirmed": "1", **_typed(fields)})
        stays = act in item.flow_task.meanwhile
        self.walked.add((item.step, act, "" if stays else self.case.status))

    def beside(self, act: str, duty: str, *, step: str, **fields: Any) -> None:
        """An act of the officer with `duty` beside the open item of another: on the case's own page."""
        person = self.officer(the_mandate(self.case, duty))
        node = next(item.flow_task for item in self.case.case.open_items if item.step == step)
        self._post(log_in(person), reverse("case-act", args=[self.pk, act]), {"confirmed": "1", **_typed(fields)})
        self.walked.add((step, act, "" if act in node.beside else self.case.status))

    def head(self, act: str, agency: Agency, **fields: Any) -> None:
        """An act of the head of `agency`."""
        person = Person.objects.filter(username=f"{agency.slug}-head").first() or self._make_head(agency)
        self._post(log_in(person), reverse("case-act", args=[self.pk, act]), _typed(fields))

    def clock(self) -> None:
        """What time brings to a case that waits to be accepted."""
        sweep.deem_accepted()
        self.walked.add(("accept", "deem_accepted", self.case.status))

    def officer(self, mandate: Mandate) -> Person:
        """Who has the mandate; with two colleagues, one to inspect the site with and one to chair a hearing."""
        self.colleague(mandate.agency, 1)
        self.colleague(mandate.agency, 2)
        held = holders(mandate)
        return held[0] if held else self.office.officer(mandate)

    @staticmethod
    def colleague(agency: Agency, number: int) -> Person:
        """Somebody of the agency without a duty."""
        name = f"{agency.slug}-colleague-{number}"
        if person := Person.objects.filter(username=name).first():
            return person
        post = Post.objects.filter(slug=f"{agency.slug}-office").first() or make_post(
            f"{agency.slug}-office", agency=agency
        )
        return make_person(name, name, post)

    @staticmethod
    def _make_head(agency: Agency) -> Person:
        post = make_post(f"{agency.slug}-head", agency=agency)
        grant(post, agency)
        person = make_person(f"{agency.slug}-head", "局长")
        appoint(person, post)
        return person

    def _post(self, desk: Client, place: str, fields: dict[str, Any]) -> None:
        before = self.case.acts.count()
        answer = desk.post(place, fields)
        if answer.status_code != 302 or self.case.acts.count() != before + 1:
            forms = [answer.context.get("form"), *(one["form"] for one in answer.context.get("forms") or [])]
            wrong = [form.errors.as_text() for form in forms if form is not None and form.errors]
            raise AssertionError(f"{place} {fields.get('act', '')}: {answer.status_code} {wrong}")

    # ---- whole stretches ----
    def inquire(self, step: str, clock: Any, extra: tuple[str, ...] = ()) -> None:
        """Everything an officer may do at `step` while the case stays there."""
        (item,) = self.items("tell_hearing_right", step)[:1]
        assert item.mandate is not None
        self.officer(item.mandate)
        chair = self.colleague(item.mandate.agency, 2)
        more = {"record_site_check": self.check_site, "publish_notice": self.post_notice}
        for act in extra:
            more[act](step) if act in more else self.at(act, step=step, **SAID[act])
        for act in ("notify_third_party", "record_statement", "record_objection", "tell_hearing_right",
                    "record_hearing_request"):  # fmt: skip
            self.at(act, step=step, **SAID[act], **({"received": today()} if "re" in act and act in DATED else {}))
        held = today() + timedelta(days=20)
        self.at("announce_hearing", step=step, held_on=held, place="会议室", chair=chair, subject="林木采伐")
        clock.shift(timedelta(days=20))
        self.at("hold_hearing", step=step, held_on=held, chair=chair, attending="双方", minutes="双方陈述一致。")
        self.answer_objections()
        self.at("record_expert_review", step=step, held_on=today(), experts="李龘、周喆", conclusion="可行")
        self.at("suspend_clock", step=step, ground="testing", reason="检测")
        clock.shift(timedelta(days=1))
        self.at("resume_clock", step=step)

    def answer_objections(self) -> None:
        """Whose step it is answers each, on the case's own page."""
        mandate = the_mandate(self.case, STEP_DUTY[S(self.case.status)])
        for one in open_objections(self.case):
            page = reverse("case-act", args=[self.pk, "answer_objection"])
            said = {"objection": one.act.seq, "upheld": "not_upheld", "answer": "设计已有水土保持措施。"}
            self._post(log_in(self.officer(mandate)), page, said)

    def check_site(self, step: str) -> None:
        """Two officers on the spot."""
        (item,) = self.items("record_site_check", step)[:1]
        assert item.mandate is not None
        two = [self.officer(item.mandate), self.colleague(item.mandate.agency, 1)]
        self.at("record_site_check", item=item, checked_on=today(), place="现地", result="与申请一致",
                inspectors=[{"person": one} for one in two],
                photos=[{"photo": SimpleUploadedFile("现场.pdf", PDF)}])  # fmt: skip

    def post_notice(self, step: str) -> None:
        """A notice of six working days after today."""
        ends = WorkCalendar.load().add(today(), 6).date
        self.at("publish_notice", step=step, starts=today(), ends=ends, place="村务公开栏", contact="010-00000000")

    def hear_all(self) -> None:
        """Every consulted agency agrees, and the experts meet where the flow asks for them."""
        for item in self.items("give_opinion", "advise"):
            self.at("give_opinion", item=item, **AGREE)
        for item in self.items("record_expert_review", "experts"):
            self.at("record_expert_review", item=item, held_on=today(), experts="李龘", conclusion="可行")

    def whole(self) -> list[str]:
        """What is wrong with the case's record and tokens; empty when nothing is."""
        case = self.case
        wrong = list(problems_of(case))
        if case.final and case.case.open_items.exists():
            wrong.append("open items in a case that has ended")
        if not case.final and not case.case.open_items.exists():
            wrong.append("nobody's turn in a case that runs")
        return wrong


def today() -> date:
    """The day in China."""
    return timezone.localdate()


DATED = frozenset({"record_objection", "record_hearing_request"})
AGREE = {"position": "agree", "opinion": "同意。"}
SAID: dict[str, dict[str, Any]] = {
    "notify_third_party": {"party": "石塘路村", "interest": "林地承包"},
    "record_statement": {"party": "石塘路村", "statement": "无异议"},
    "record_objection": {"objector": "村民", "objection": "担心水土流失"},
    "tell_hearing_right": {"party": "申请人", "interest": "重大利益"},
    "record_hearing_request": {"party": "石塘路村"},
    "record_fee": {"receipt": "示例0001", "amount": "50000.00"},
    "rule_on_finding": {"rule": "T-14", "reason": "经核实，属于乡土树种。"},
}


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Facts as a form's fields carry them."""
    typed: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, list):
            typed[f"{name}-rows"] = str(len(value))
            for number, row in enumerate(value):
                typed |= {f"{name}-{number}-{column}": _plain(cell) for column, cell in row.items()}
        else:
            typed[name] = _plain(value)
    return typed


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value.pk)
    return value.isoformat() if isinstance(value, date) else value
