"""Introduction of alien or wild species 外来（野生）物种引进审批."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow, nodes

from permits.models.states import S
from roles.models.mandates import Duty
from workflows.flows.common import INQUIRY, begin, consultees, experts, one
from workflows.locking import application_lock
from workflows.models import Case, WorkItem
from workflows.nodes import Decide, End, FanOut


class SpeciesIntroductionV1(flow.Flow):
    """Agencies are consulted and experts review side by side; by the route, the decision is local or national."""

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
               acts=["recommend"], meanwhile=["record_site_check", *INQUIRY])
        .Next(this.consult))
    consult = FanOut(this.consulted).Each(this.advise, consultees).Each(this.experts, one)
    advise = (
        Decide(title=_("Consultation"), at=[S.FINAL_REVIEW], duty=Duty.ADVISE, acts=["give_opinion"],
               outside=["drop_consultee", "record_silence"], beside=["ask_opinion", "remind"])
        .Next(this.consulted))
    experts = (
        Decide(title=_("Expert review"), at=[S.FINAL_REVIEW], duty=Duty.FINAL_REVIEW, acts=["record_expert_review"],
               meanwhile=["suspend_clock", "resume_clock"])
        .Next(this.consulted))
    consulted = nodes.Join().Next(this.final_review)
    final_review = (
        Decide(title=_("Final review"), at=[S.FINAL_REVIEW], duty=Duty.FINAL_REVIEW, period="decide",
               acts=["propose", "return_to_first_review", "report_up"], meanwhile=["publish_notice", *INQUIRY])
        .On(S.AWAITING_DECISION, this.decide).On(S.FIRST_REVIEW, this.first_review).On(S.REPORTED_UP, this.higher))
    decide = (
        Decide(title=_("Decision"), at=[S.AWAITING_DECISION], duty=Duty.DECIDE, period="decide",
               acts=["approve", "refuse", "return_to_final_review", "report_up"],
               meanwhile=["rule_on_finding", *INQUIRY])
        .On(S.APPROVED, this.end).On(S.REFUSED, this.end).On(S.FINAL_REVIEW, this.final_review)
        .On(S.REPORTED_UP, this.higher))
    higher = (
        Decide(title=_("Decision of the higher authority"), at=[S.REPORTED_UP], duty=Duty.FINAL_REVIEW,
               acts=["record_higher_decision"])
        .Next(this.end))
    end = End()
    # fmt: on


class SpeciesIntroductionV2(flow.Flow):
    """As V1, but experts review beside the consultation only where they must (permits.contract.kind: experts_needed).
    Elsewhere the officer may ask them in the final review, with the reason."""

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
               acts=["recommend"], meanwhile=["record_site_check", *INQUIRY])
        .Next(this.consult))
    consult = FanOut(this.consulted).Each(this.advise, consultees).Each(this.experts, experts)
    advise = (
        Decide(title=_("Consultation"), at=[S.FINAL_REVIEW], duty=Duty.ADVISE, acts=["give_opinion"],
               outside=["drop_consultee", "record_silence"], beside=["ask_opinion", "remind"])
        .Next(this.consulted))
    experts = (
        Decide(title=_("Expert review"), at=[S.FINAL_REVIEW], duty=Duty.FINAL_REVIEW, acts=["record_expert_review"],
               meanwhile=["suspend_clock", "resume_clock"])
        .Next(this.consulted))
    consulted = nodes.Join().Next(this.final_review)
    final_review = (
        Decide(title=_("Final review"), at=[S.FINAL_REVIEW], duty=Duty.FINAL_REVIEW, period="decide",
               acts=["propose", "return_to_first_review", "report_up"], meanwhile=["publish_notice", *INQUIRY])
        .On(S.AWAITING_DECISION, this.decide).On(S.FIRST_REVIEW, this.first_review).On(S.REPORTED_UP, this.higher))
    decide = (
        Decide(title=_("Decision"), at=[S.AWAITING_DECISION], duty=Duty.DECIDE, period="decide",
               acts=["approve", "refuse", "return_to_final_review", "report_up"],
               meanwhile=["rule_on_finding", *INQUIRY])
        .On(S.APPROVED, this.end).On(S.REFUSED, this.end).On(S.FINAL_REVIEW, this.final_review)
        .On(S.REPORTED_UP, this.higher))
    higher = (
        Decide(title=_("Decision of the higher authority"), at=[S.REPORTED_UP], duty=Duty.FINAL_REVIEW,
               acts=["record_higher_decision"])
        .Next(this.end))
    end = End()
    # fmt: on
