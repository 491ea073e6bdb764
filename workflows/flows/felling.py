"""The felling licence 林木采伐许可."""

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


class FellingLicenceV1(flow.Flow):
    """The organ that issues accepts, reviews and decides (森林法 57); its mandates say which organ that is."""

    process_class, task_class, lock_impl = Case, WorkItem, staticmethod(application_lock)

    # fmt: off
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title=_("Draft"), at=[S.DRAFT], acts=["submit"]).Next(this.accept)
    accept = (
        Decide(title=_("Acceptance"), at=[S.SUBMITTED], duty=Duty.ACCEPT, period="notice",
               acts=["accept", "request_correction", "refuse_acceptance"], outside=["deem_accepted"])
        .On(S.FINAL_REVIEW, this.review).On(S.CORRECTING, this.correct).On(S.NOT_ACCEPTED, this.end))
    correct = (
        Decide(title=_("Correction"), at=[S.CORRECTING], acts=["resubmit"], outside=["refuse_acceptance"])
        .On(S.SUBMITTED, this.accept).On(S.NOT_ACCEPTED, this.end))
    review = (
        Decide(title=_("Review"), at=[S.FINAL_REVIEW], duty=Duty.FINAL_REVIEW, period="decide", acts=["propose"],
               meanwhile=["record_site_check", "publish_notice", *INQUIRY])
        .Next(this.decide))
    decide = (
        Decide(title=_("Decision"), at=[S.AWAITING_DECISION], duty=Duty.DECIDE, period="decide",
               acts=["approve", "refuse", "return_to_final_review"], meanwhile=["rule_on_finding", *INQUIRY])
        .On(S.APPROVED, this.end).On(S.REFUSED, this.end).On(S.FINAL_REVIEW, this.review))
    end = End()
    # fmt: on
