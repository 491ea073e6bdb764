"""Approval of tending-operation designs in natural forest 天然林抚育作业设计审批."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow, nodes

from permits.models.states import S
from roles.models.mandates import Duty
from workflows.flows.common import INQUIRY, begin
from workflows.locking import application_lock
from workflows.models import Case, WorkItem
from workflows.nodes import Decide, End


class TendingDesignV1(flow.Flow):
    """Tending-operation design. The graph is one; that Beijing's final review is municipal and Jizhou's the district's
    is said by their mandates."""

    process_class, task_class, lock_impl = Case, WorkItem, staticmethod(application_lock)

    # fmt: off
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title=_("Draft"), at=[S.DRAFT], acts=["submit"]).Next(this.accept)
    accept = (
        Decide(title=_("Acceptance"), at=[S.SUBMITTED], duty=Duty.ACCEPT, period="notice",
               acts=["accept", "request_correction", "refuse_acceptance"], outside=["deem_accepted"])
        .On(S.FIRST_REVIEW, this.first_review).On(S.CORRECTING, this.correct).On(S.NOT_ACCEPTED, this.end))
    correct = (
        Decide(title=_("Correction"), at=[S.CORRECTING], acts=["resubmit"], outside=["refuse_acceptance"])
        .On(S.SUBMITTED, this.accept).On(S.NOT_ACCEPTED, this.end))
    first_review = (
        Decide(title=_("First review"), at=[S.FIRST_REVIEW], duty=Duty.FIRST_REVIEW, period="first_review",
               acts=["recommend"], meanwhile=["record_site_check", "publish_notice", *INQUIRY])
        .Next(this.final_review))
    final_review = (
        Decide(title=_("Final review"), at=[S.FINAL_REVIEW], duty=Duty.FINAL_REVIEW, period="decide",
               acts=["propose", "return_to_first_review"], meanwhile=INQUIRY)
        .On(S.AWAITING_DECISION, this.decide).On(S.FIRST_REVIEW, this.first_review))
    decide = (
        Decide(title=_("Decision"), at=[S.AWAITING_DECISION], duty=Duty.DECIDE, period="decide",
               acts=["approve", "refuse", "return_to_final_review"], meanwhile=["rule_on_finding", *INQUIRY])
        .On(S.APPROVED, this.end).On(S.REFUSED, this.end).On(S.FINAL_REVIEW, this.final_review))
    end = End()
    # fmt: on
