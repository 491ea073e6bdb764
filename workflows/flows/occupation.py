"""Occupation of forest land 占用林地审核: permanent, temporary, and for forestry's own facilities."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow, nodes

from permits.models.states import S
from roles.models.mandates import Duty
from workflows.flows.common import INQUIRY, begin, consultees, other_districts
from workflows.locking import application_lock
from workflows.models import Case, WorkItem
from workflows.nodes import Decide, End, FanOut


class LandOccupationV1(flow.Flow):
    """Every district the land lies in reviews first; the matrix says whom to consult and who decides."""

    process_class, task_class, lock_impl = Case, WorkItem, staticmethod(application_lock)

    # fmt: off
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title=_("Draft"), at=[S.DRAFT], acts=["submit"]).Next(this.accept)
    accept = (
        Decide(title=_("Acceptance"), at=[S.SUBMITTED], duty=Duty.ACCEPT, period="notice",
               acts=["accept", "request_correction", "refuse_acceptance"], outside=["deem_accepted"])
        .On(S.FIRST_REVIEW, this.districts).On(S.CORRECTING, this.correct).On(S.NOT_ACCEPTED, this.end))
    correct = (
        Decide(title=_("Correction"), at=[S.CORRECTING], acts=["resubmit"], outside=["refuse_acceptance"])
        .On(S.SUBMITTED, this.accept).On(S.NOT_ACCEPTED, this.end))
    districts = FanOut(this.districts_heard).Each(this.district_review, other_districts)
    district_review = (
        Decide(title=_("First review by another district"), at=[S.FIRST_REVIEW], duty=Duty.FIRST_REVIEW,
               period="first_review", acts=["give_opinion"], meanwhile=["record_site_check", "publish_notice",
               *INQUIRY])
        .Next(this.districts_heard))
    districts_heard = nodes.Join().Next(this.first_review)
    first_review = (
        Decide(title=_("First review"), at=[S.FIRST_REVIEW], duty=Duty.FIRST_REVIEW, period="first_review",
               acts=["recommend"], meanwhile=["record_site_check", "publish_notice", *INQUIRY])
        .Next(this.consult))
    consult = FanOut(this.consulted).Each(this.advise, consultees)
    advise = (
        Decide(title=_("Consultation"), at=[S.FINAL_REVIEW], duty=Duty.ADVISE, acts=["give_opinion"],
               outside=["drop_consultee", "record_silence"], beside=["ask_opinion", "remind"])
        .Next(this.consulted))
    consulted = nodes.Join().Next(this.final_review)
    final_review = (
        Decide(title=_("Final review"), at=[S.FINAL_REVIEW], duty=Duty.FINAL_REVIEW, period="decide",
               acts=["propose", "return_to_first_review", "report_up"], meanwhile=["publish_notice", "record_fee",
               *INQUIRY])
        .On(S.AWAITING_DECISION, this.decide).On(S.FIRST_REVIEW, this.first_review).On(S.REPORTED_UP, this.higher))
    decide = (
        Decide(title=_("Decision"), at=[S.AWAITING_DECISION], duty=Duty.DECIDE, period="decide",
               acts=["approve", "refuse", "return_to_final_review", "report_up"],
               meanwhile=["rule_on_finding", "record_fee", *INQUIRY])
        .On(S.APPROVED, this.end).On(S.REFUSED, this.end).On(S.FINAL_REVIEW, this.final_review)
        .On(S.REPORTED_UP, this.higher))
    higher = (
        Decide(title=_("Decision of the higher authority"), at=[S.REPORTED_UP], duty=Duty.FINAL_REVIEW,
               acts=["record_higher_decision"])
        .Next(this.end))
    end = End()
    # fmt: on
