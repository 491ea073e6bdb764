"""What the access tables are asked about: a case with everyone around it, its addresses, and what is sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from permits.acts.perform import perform
from permits.documents.printing import render_pending
from permits.ledger.sequencer import sequence
from permits.models import Application, MaterialVersion
from permits.models.document import NoticeKind
from permits.models.states import S
from roles.models import Mandate, Person
from roles.models.mandates import Duty
from tests.accounts import Accounts
from tests.cast import Cast, log_in, pdf
from tests.permits.occupation.cases import Office
from tests.permits.occupation.cases import draft as occupation_draft
from tests.prepared import walked_once
from workflows.mandates import the_mandate
from workflows.models import CaseNote, WorkItem
from workflows.notes import write_note
from workflows.notifications.making import make_pending

CONSULTED = "consulted"
"""A case of forest land in final review: agencies were asked, and a public notice was posted."""
OF_THE_CASE = (
    "draft", "draft-materials", "draft-check", "draft-submitted", "draft-copy", "case-compare", "table-head",
    "table-rows", "table-row-add", "table-import", "case", "case-record", "case-determine", "draft-unfinished",
    "case-notes", "case-delivery-form", "draft-form", "case-volume", "case-bundle", "permit",
    "inspection-form",
)  # fmt: skip
OF_A_ROW = ("table-row", "table-row-delete")
OF_AN_ITEM = ("task", "task-claim", "task-release", "task-reassign", "task-unfinished")
ACTS = (
    "withdraw", "recuse", "bar_person", "extend_period", "record_delivery", "remind", "record_silence",
    "answer_objection", "tell_fee_due", "record_hearing_given_up", "make_statement",
)  # fmt: skip
"""Acts beside any work item, each an address of its own in the table."""


@dataclass
class Scene:
    """A case, everyone, and the item that was opened last."""

    accounts: Accounts
    case: Application
    item: WorkItem

    @classmethod
    def at(cls, cast: Cast, status: str) -> Scene:
        """The cast's case in `status`, in which `barred` and `recused` do nothing; or the one that is CONSULTED."""
        accounts, key = _walked(status)
        case = Application.objects.select_related("unit", "jurisdiction").get(pk=key)
        items = WorkItem.objects.filter(application=case, flow_task_type="HUMAN").select_related("mandate__agency")
        asked = items.filter(mandate__agency__slug="bj-planning")
        return cls(accounts, case, (asked if status == CONSULTED else items).latest("pk"))

    def addresses(self) -> dict[str, str]:
        """Every address that speaks of this case, by its name in the table."""
        key = self.case.pk
        row = getattr(self.case, self.case.kind).rows.first()
        file = MaterialVersion.objects.filter(material__application=key).first()
        found = {name: reverse(name, args=[key]) for name in OF_THE_CASE}
        found |= {name: reverse(name, args=[key, row.pk]) for name in OF_A_ROW}
        found |= {name: reverse(name, args=[self.item.pk]) for name in OF_AN_ITEM}
        found |= {f"case-act {act}": reverse("case-act", args=[key, act]) for act in ACTS}
        found |= {"case-application": reverse("case-application", args=[key, self.handed_in()])}
        found |= {"obligation-report": reverse("obligation-report", args=[key, "start"])}
        found |= {"table-export": reverse("table-export", args=[key, "xlsx"])}
        found |= {name: reverse(name, args=[file.pk]) for name in ("material", "material-view") if file}
        noted = CaseNote.objects.filter(application=key).first()
        found |= {"case-note-drop": reverse("case-note-drop", args=[key, noted.pk if noted else 1])}
        return found | self._papers()

    def handed_in(self) -> int:
        """The number of the act that handed in last; of a draft one that handed in nothing."""
        last = self.case.submissions.order_by("-act__seq").first()
        return last.act.seq if last else 1

    def _papers(self) -> dict[str, str]:
        found = {}
        if paper := self.case.documents.first():
            printed = render_pending(paper.pk)
            found = {
                "document": reverse("document", args=[paper.pk]),
                **{name: reverse(name, args=[printed.token]) for name in ("verify", "verify-proof")},
            }
            sequence()
        if news := self.accounts["clerk"].notifications.first():
            found["notification"] = reverse("notification", args=[news.pk])
        if notice := self.case.documents.filter(kind=NoticeKind.PUBLIC_NOTICE).first():
            render_pending(notice.pk)
            found |= {name: reverse(name, args=[notice.pk]) for name in ("notice", "notice-pdf")}
        return found

    def first(self, name: str) -> str:
        """What is posted before: who would act on an item takes it."""
        return reverse("task-claim", args=[self.item.pk]) if name in ("task", "task-release", "task-unfinished") else ""

    def said(self) -> dict[str, dict[str, Any]]:
        """What is posted: whole, so that whoever may do it does it."""
        return self._of_the_draft() | self._of_the_item() | self._beside_the_item()

    def _of_the_draft(self) -> dict[str, dict[str, Any]]:
        row, file = getattr(self.case, self.case.kind).rows.first(), pdf(more="新")
        said: dict[str, dict[str, Any]] = {
            "draft": {"title": "新题"},
            "draft-check": {"statement": "on"},
            "draft-copy": {"once": "shown", "title": "再报"},
            "draft-materials": {"slot": "design", "file-design": file},
            "table-row-delete": {"version": row.version},
            "table-import": {"drop": "1"},
            "draft-unfinished": {"unfinished_page": "head", "unfinished_over": "1", "compiler": "未写完"},
        }
        if self.case.status == S.DRAFT:
            clerk, key = log_in(self.accounts["clerk"]), self.case.pk
            for name, more in (("table-head", []), ("table-row-add", []), ("table-row", [row.pk])):
                form = clerk.get(reverse(name, args=[key, *more])).context["form"]
                filled = {field: form[field].value() for field in form.fields}
                said[name] = {field: value for field, value in filled.items() if value is not None}
            said["table-row-add"] = said["table-row"] | {"number": "2", "sub_compartment": "9"}
        return said

    def _of_the_item(self) -> dict[str, dict[str, Any]]:
        cast = self.accounts.cast
        said: dict[str, dict[str, Any]] = {
            S.SUBMITTED: {"act": "accept"},
            S.FINAL_REVIEW: {"act": "propose", "outcome": "approve", "opinion": "拟同意。"},
        }
        asked = {"act": "give_opinion", "position": "agree", "opinion": "同意。"}
        advises = self.item.mandate is not None and self.item.mandate.duty == Duty.ADVISE
        given_to: Person = cast.second_acceptor if self.case.status == S.SUBMITTED else cast.reviewer
        acted = asked if advises else said.get(self.case.status, {"act": "approve"})
        page = f"tasks/{self.item.pk}/{acted['act']}"
        return {
            "task": acted,
            "task-unfinished": {"unfinished_page": page, "unfinished_over": "1", "opinion": "未写完"},
            "task-reassign": {"to": (self.accounts["consultee"] if advises else given_to).pk, "reason": "出差"},
        }

    def _beside_the_item(self) -> dict[str, dict[str, Any]]:
        asked = self.item.mandate_id or ""
        delivered = {"delivered_on": timezone.localdate().isoformat(), "manner": "当面", "receiver": "吴经办"}
        return {
            "case-notes": {"text": "已电话核实"},
            "case-act withdraw": {"reason": "计划有变", "confirmed": "1"},
            "case-act make_statement": {"statement": "作业道已改走林缘。"},
            "case-act recuse": {"reason": "利害关系"},
            "case-act bar_person": {"person": self.accounts["decider"].pk, "reason": "利害关系"},
            "case-act extend_period": {"working_days": 5, "reason": "情况复杂"},
            "case-act record_delivery": delivered,
            "case-determine": self._finding(),
            "case-act remind": {"office": asked},
            "case-act record_silence": {"office": asked, "note": "未反馈"},
            "case-act answer_objection": {
                "objection": self._seq_of("record_objection"),
                "upheld": "not_upheld",
                "answer": "已有措施",
            },
            "case-act record_hearing_given_up": {
                "request": self._seq_of("record_hearing_request"),
                "how": "withdrawn",
                "given_up_on": timezone.localdate().isoformat(),
                "statement": "书面撤回",
            },
            "case-act tell_fee_due": {
                "amount": "1.00",
                "difference": "按市级标准",
                "payee": "市财政局",
                "until": timezone.localdate(),
            },
        }

    def _finding(self) -> dict[str, Any]:
        rows = "parcels" if self.case.kind == "occupation" else "plots"
        said = {"field": f"{rows}[0].zone", "value": "none", "ground": "survey", "statement": "与申报一致"}
        return said | {"document": pdf(more="勘验")}

    def _seq_of(self, act: str) -> int | str:
        one = self.case.acts.filter(act=act).first()
        return one.seq if one else ""


@walked_once("cast")
def _walked(status: str) -> tuple[Accounts, int]:
    """Everyone, and the key of the case; who follows it was told."""
    accounts = Accounts.enter(Cast.enter())
    case = _consulted(accounts) if status == CONSULTED else _tending(accounts, status)
    make_pending()
    if status in (S.SUBMITTED, S.FINAL_REVIEW):
        write_note(case.pk, "请核对图件", by=accounts.cast.acceptor)
    return accounts, case.pk


def _tending(accounts: Accounts, status: str) -> Application:
    cast, late = accounts.cast, status == S.APPROVED
    case = cast.case_at(S.FINAL_REVIEW if late else status)
    if status != S.DRAFT:
        _keep_away(accounts, case)
    for act in ("propose", "approve") if late else ():
        cast.do(case, act)
    return case


def _keep_away(accounts: Accounts, case: Application) -> None:
    mandate = accounts.cast.mandate(case, Duty.FINAL_REVIEW)
    for by, act, facts in (("head", "bar_person", {"person": accounts["barred"]}), ("recused", "recuse", {})):
        perform(case.pk, act, by=accounts[by], mandate=mandate, reason="利害关系", **facts)


class Desk(Office):
    """The cast's officers at work on another kind."""

    def __init__(self, accounts: Accounts) -> None:
        super().__init__(accounts["clerk"])
        self.cast = accounts.cast

    def officer(self, mandate: Mandate) -> Person:
        return self.cast.officers[mandate.duty]


def _consulted(accounts: Accounts) -> Application:
    cast = accounts.cast
    case, _clerk = occupation_draft(unit=(cast.farm, cast.clerk))
    desk = Desk(accounts)
    for act, facts in (("submit", {"statement": True}), ("accept", {})):
        desk.do(case, act, **facts)
    desk.check_site(case)
    desk.do(case, "recommend", outcome="approve", opinion="符合条件，建议同意。")
    posting, today = the_mandate(case, Duty.FINAL_REVIEW), timezone.localdate()
    perform(case.pk, "publish_notice", by=desk.officer(posting), mandate=posting, starts=today,
            ends=today + timedelta(days=8), place="村务公开栏", contact="010-00000000")  # fmt: skip
    perform(case.pk, "record_objection", by=desk.officer(posting), mandate=posting, received=today, objector="村民",
            objection="担心水土流失")  # fmt: skip
    told = {"party": "新城子镇某村", "interest": "林地承包"}
    perform(case.pk, "tell_hearing_right", by=desk.officer(posting), mandate=posting, **told)
    perform(case.pk, "record_hearing_request", by=desk.officer(posting), mandate=posting, party=told["party"],
            received=today)  # fmt: skip
    _keep_away(accounts, Application.objects.get(pk=case.pk))
    return case
