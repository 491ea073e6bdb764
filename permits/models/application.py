"""The application and its whole state machine: every act of the procedure, on one screen."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField

from roles.models import Jurisdiction, OperatingUnit
from roles.models.mandates import Duty

from ..facts import (
    CONDITIONS,
    NOTE,
    OPINION,
    OUTCOME,
    REASON,
    Choice,
    Day,
    Evidence,
    Office,
    Rows,
    Text,
    Truth,
    Who,
    Whole,
)  # fmt: skip
from ..kinds import kind_of
from ..periods import NAMES
from ..states import EDITABLE, FINAL, REVIEWING, UNDECIDED, S
from . import bars, checks
from .machine import act
from .sequence import take_number
from .status import LegalStatus

REVIEWERS = (Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE)
DRAFT, SUBMITTED, CORRECTING, FIRST_REVIEW, FINAL_REVIEW = (
    S.DRAFT,
    S.SUBMITTED,
    S.CORRECTING,
    S.FIRST_REVIEW,
    S.FINAL_REVIEW,
)
AWAITING, REPORTED, APPROVED, REFUSED = S.AWAITING_DECISION, S.REPORTED_UP, S.APPROVED, S.REFUSED
DECIDED = (APPROVED, REFUSED, S.NOT_ACCEPTED)
GROUNDS_32 = Choice(label=_("Ground"), options=(
    ("no_permit_needed", _("No permit is needed (Administrative Licensing Law art 32(1))")),
    ("other_organ", _("Another organ is competent (art 32(2))")),
    ("not_completed", _("Not completed in time (practice)"))))  # fmt: skip
GROUNDS_45 = Choice(label=_("Ground (art 45)"), options=(
    ("hearing", _("hearing")), ("tender", _("tender")), ("auction", _("auction")), ("inspection",
        _("inspection of goods")),
    ("testing", _("testing")), ("quarantine", _("quarantine")), ("appraisal", _("appraisal")),
    ("expert_review", _("expert review"))))  # fmt: skip
MINUTES = Text(
    label=_("How the minutes of the hearing were weighed"),
    required=False,
    help=_("Needed where a hearing was held (art 48)."),
)
ANSWERS_FOR_IT = _("I answer for the truth of what is stated")
PERIOD = Choice(label=_("Period"), options=NAMES)
POSITION = Choice(label=_("Position"), options=(
    ("agree", _("Agree")), ("agree_with_conditions", _("Agree with conditions")), ("object", _("Object"))))  # fmt: skip


class Application(LegalStatus):
    """What a unit asks for. `status` changes only through permits.acts.perform()."""

    # Null until handed in: unique among those that have one.
    number = models.CharField(_("case number"), max_length=24, unique=True, null=True, editable=False)  # noqa: DJ001
    kind = models.CharField(_("kind"), max_length=20)
    title = models.CharField(_("title"), max_length=200, blank=True)
    unit = models.ForeignKey(
        OperatingUnit, on_delete=models.PROTECT, related_name="applications", verbose_name=_("applicant")
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="applications", verbose_name=_("filed with"))  # fmt: skip
    districts = models.ManyToManyField(Jurisdiction, related_name="+", verbose_name=_("where the land lies"))
    scope = models.CharField(_("route"), max_length=40, blank=True)
    status = FSMField(_("status"), default=S.DRAFT, choices=S.choices, protected=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    received_on = models.DateField(_("received on"), null=True, editable=False)
    accepted_on = models.DateField(_("accepted on"), null=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)

    STATE_FIELDS = ("status", "scope", "number", "received_on", "accepted_on", "decided_on")

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [models.CheckConstraint(condition=models.Q(status__in=S.values), name="status_known")]
        indexes = [
            models.Index(fields=["jurisdiction", "kind", "status"], name="application_queue"),
            models.Index(fields=["unit", "status"], name="application_of_unit"),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """The status in the words of the kind."""
        return self.status_label(self.status)

    def status_label(self, status: str) -> str:
        """A status as this kind calls it."""
        return str(kind_of(self).words.get(status) or S(status).label)

    def act_label(self, act: str) -> str:
        """An act as this kind calls it."""
        from .act import spec_of

        return str(kind_of(self).words.get(act) or spec_of(act).label)

    @property
    def editable(self) -> bool:
        """Whether the unit may still change what it asks for."""
        return self.status in EDITABLE

    @property
    def final(self) -> bool:
        """Whether the case has ended."""
        return self.status in FINAL

    # fmt: off
    # ---- the unit ---------------------------------------------------------------------------------------------------
    @act(_("Draft opened"), DRAFT, by="unit", bar=bars.has_acts)
    def open_draft(self, **facts: Any) -> None: ...

    @act(_("Submit"), DRAFT, SUBMITTED, by="unit", statement=Truth(label=ANSWERS_FOR_IT))
    def submit(self, **facts: Any) -> None:
        """许可法 29, 31"""
        self.number = self.number or self._take_number()
        self.received_on = timezone.localdate()
        self.scope = kind_of(self).scope(self)

    @act(_("Resubmit"), CORRECTING, SUBMITTED, by="unit", note=NOTE,
         statement=Truth(label=ANSWERS_FOR_IT, required=False))
    def resubmit(self, **facts: Any) -> None:
        """许可法 32(4)"""
        self.scope = kind_of(self).scope(self)

    @act(_("Withdraw"), UNDECIDED, S.WITHDRAWN, by="unit", reason=Text(label=_("Reasons"), required=False))
    def withdraw(self, **facts: Any) -> None: ...

    # ---- acceptance -------------------------------------------------------------------------------------------------
    @act(_("Accept"), SUBMITTED, FIRST_REVIEW, by=Duty.ACCEPT, note=NOTE)
    def accept(self, **facts: Any) -> None:
        """许可法 32(5)"""
        self.accepted_on = timezone.localdate()

    @act(_("Deemed accepted"), SUBMITTED, FIRST_REVIEW, by="clock")
    def deem_accepted(self, **facts: Any) -> None:
        """许可法 32(4): no notice in time, so accepted from the receipt of the (corrected) papers"""
        last = self.acts.filter(act__in=("submit", "resubmit")).latest("seq")
        self.accepted_on = timezone.localdate(last.at)

    @act(_("Request correction"), SUBMITTED, CORRECTING, by=Duty.ACCEPT, bar=bars.correction_asked_before,
         check=checks.places_named,
         items=Rows(label=_("Everything to be corrected"), columns={
             "where": Text(label=_("Field or material"), long=False, most=120),
             "what": Text(label=_("What is missing or wrong"))}),
         until=Day(label=_("To be corrected by"), required=False))
    def request_correction(self, **facts: Any) -> None:
        """许可法 32(4): one list, complete, once"""

    @act(_("Refuse acceptance"), (SUBMITTED, CORRECTING), S.NOT_ACCEPTED, by=Duty.ACCEPT,
         check=checks.ground_of_refusal,
         ground=GROUNDS_32, organ=Text(label=_("The competent organ"), long=False, required=False), reason=REASON)
    def refuse_acceptance(self, **facts: Any) -> None:
        """许可法 32(1), 32(2)"""

    # ---- review -----------------------------------------------------------------------------------------------------
    @act(_("Recommend"), FIRST_REVIEW, FINAL_REVIEW, by=Duty.FIRST_REVIEW, outcome=OUTCOME, opinion=OPINION)
    def recommend(self, **facts: Any) -> None:
        """许可法 35: the lower organ sends its opinion and the full file up"""

    @act(_("Return to first review"), FINAL_REVIEW, FIRST_REVIEW, by=Duty.FINAL_REVIEW, reason=REASON,
         consult=Rows(label=_("Agencies to consult again"), required=False,
         columns={"office": Office(label=_("Agency"))}))
    def return_to_first_review(self, **facts: Any) -> None: ...

    @act(_("Propose"), FINAL_REVIEW, AWAITING, by=Duty.FINAL_REVIEW, check=checks.countersigned, outcome=OUTCOME,
         opinion=OPINION, conditions=CONDITIONS)
    def propose(self, **facts: Any) -> None: ...

    @act(_("Return to final review"), AWAITING, FINAL_REVIEW, by=Duty.DECIDE, reason=REASON)
    def return_to_final_review(self, **facts: Any) -> None: ...

    # ---- decision ---------------------------------------------------------------------------------------------------
    @act(_("Approve"), AWAITING, APPROVED, by=Duty.DECIDE, bar=bars.hearing_open, check=checks.minutes_weighed,
         opinion=OPINION,
         conditions=CONDITIONS, minutes=MINUTES)
    def approve(self, **facts: Any) -> None:
        """许可法 38(1)"""
        self.decided_on = timezone.localdate()

    @act(_("Refuse"), AWAITING, REFUSED, by=Duty.DECIDE, bar=bars.hearing_open, check=checks.minutes_weighed,
         reasons=REASON,
         minutes=MINUTES)
    def refuse(self, **facts: Any) -> None:
        """许可法 38(2): in writing, with reasons and remedies"""
        self.decided_on = timezone.localdate()

    @act(_("Rule on a finding"), AWAITING, by=Duty.DECIDE, rule=Text(label=_("Rule"), long=False, most=40),
         where=Text(label=_("Where"), long=False, required=False), reason=REASON,
         document=Evidence(label=_("Document relied on")))
    def rule_on_finding(self, **facts: Any) -> None:
        """A named official's reasoned finding, where a rule has an exception or refers to a person"""

    @act(_("Report to the higher authority"), (FINAL_REVIEW, AWAITING), REPORTED, by=(Duty.FINAL_REVIEW, Duty.DECIDE),
         check=checks.countersigned, organ=Text(label=_("Authority"), long=False), opinion=OPINION)
    def report_up(self, **facts: Any) -> None: ...

    @act(_("Record the higher authority's decision"), REPORTED, RETURN_VALUE(APPROVED, REFUSED), by=(Duty.FINAL_REVIEW,
         Duty.DECIDE),
         check=checks.past_day("decided_on"), outcome=OUTCOME, decided_on=Day(label=_("Decided on")),
         document=Evidence(label=_("The decision")), reasons=NOTE)
    def record_higher_decision(self, *, outcome: str, **facts: Any) -> S:
        self.decided_on = timezone.localdate()
        return APPROVED if outcome == "approve" else REFUSED

    # ---- inquiry: these leave the status as it is -------------------------------------------------------------------
    @act(_("Ask for an opinion"), FINAL_REVIEW, by=Duty.FINAL_REVIEW, office=Office(label=_("Agency")),
         question=Text(label=_("Question")))
    def ask_opinion(self, **facts: Any) -> None: ...

    @act(_("Release a consulted agency"), FINAL_REVIEW, by=Duty.FINAL_REVIEW, office=Office(label=_("Agency")),
         reason=REASON)
    def drop_consultee(self, **facts: Any) -> None: ...

    @act(_("Remind"), FINAL_REVIEW, by=Duty.FINAL_REVIEW, office=Office(label=_("Agency")), note=NOTE)
    def remind(self, **facts: Any) -> None: ...

    @act(_("Give opinion"), (FIRST_REVIEW, FINAL_REVIEW), by=(Duty.ADVISE, Duty.FIRST_REVIEW), position=POSITION,
         opinion=OPINION)
    def give_opinion(self, **facts: Any) -> None: ...

    @act(_("Record silence"), FINAL_REVIEW, by=Duty.FINAL_REVIEW, office=Office(label=_("Agency")), note=NOTE)
    def record_silence(self, **facts: Any) -> None:
        """A consulted agency's silence is recorded and never taken as consent"""

    @act(_("Record site check"), FIRST_REVIEW, by=Duty.FIRST_REVIEW, check=checks.site_check,
         checked_on=Day(label=_("Checked on")),
         inspectors=Rows(label=_("Inspectors"), columns={"person": Who(label=_("Officer"))}),
         place=Text(label=_("Place"), long=False), result=Text(label=_("What was found")), photos=Rows(
             label=_("Photographs"), required=False, columns={"photo": Evidence(label=_("Photograph"))}))
    def record_site_check(self, **facts: Any) -> None:
        """许可法 34: two or more officers; 令35 art 10"""

    @act(_("Publish notice"), (FIRST_REVIEW, FINAL_REVIEW), by=(Duty.FIRST_REVIEW, Duty.FINAL_REVIEW),
         check=checks.notice_period, starts=Day(label=_("From")),
         ends=Day(label=_("To, both days counted")), place=Text(label=_("Where posted"), long=False),
         contact=Text(label=_("Objections to"), long=False))
    def publish_notice(self, **facts: Any) -> None:
        """令35 art 11: five working days or more"""

    @act(_("Record objection"), REVIEWING, by=REVIEWERS, check=checks.past_day("received"),
         objector=Text(label=_("Objector"), long=False), received=Day(label=_("Received on")),
         objection=Text(label=_("Objection")))
    def record_objection(self, **facts: Any) -> None: ...

    @act(_("Notify third party"), REVIEWING, by=REVIEWERS, party=Text(label=_("Third party"), long=False),
         interest=Text(label=_("Interest")))
    def notify_third_party(self, **facts: Any) -> None:
        """许可法 36"""

    @act(_("Record statement"), REVIEWING, by=REVIEWERS, party=Text(label=_("Who"), long=False),
         statement=Text(label=_("Statement")))
    def record_statement(self, **facts: Any) -> None:
        """许可法 36, 48"""

    @act(_("Tell of the right to a hearing"), REVIEWING, by=REVIEWERS, party=Text(label=_("Applicant or third party"),
         long=False),
         interest=Text(label=_("Interest")))
    def tell_hearing_right(self, **facts: Any) -> None:
        """许可法 47: they ask within five working days"""

    @act(_("Ask for a hearing"), REVIEWING, by="unit", bar=bars.no_hearing_right_told, reason=REASON)
    def ask_hearing(self, **facts: Any) -> None:
        """许可法 47: held within twenty working days, free of charge"""

    @act(_("Record a third party's request for a hearing"), REVIEWING, by=REVIEWERS, bar=bars.no_hearing_right_told,
         check=checks.past_day("received"), party=Text(label=_("Third party"), long=False),
         received=Day(label=_("Received on")))
    def record_hearing_request(self, **facts: Any) -> None: ...

    @act(_("Announce hearing"), REVIEWING, by=REVIEWERS, check=checks.hearing_announced,
         held_on=Day(label=_("Held on")), place=Text(label=_("Place"), long=False),
         chair=Who(label=_("Chair")), subject=Text(label=_("Subject")))
    def announce_hearing(self, **facts: Any) -> None:
        """许可法 46–48"""

    @act(_("Record hearing"), REVIEWING, by=REVIEWERS, bar=bars.no_hearing_announced, check=checks.hearing_held,
         held_on=Day(label=_("Held on")), chair=Who(label=_("Chair")),
         attending=Text(label=_("Attending")), minutes=Text(label=_("Minutes"), most=20000))
    def hold_hearing(self, **facts: Any) -> None:
        """许可法 48: the decision rests on the minutes"""

    @act(_("Record expert review"), REVIEWING, by=REVIEWERS, check=checks.past_day("held_on"),
         held_on=Day(label=_("Held on")), experts=Text(label=_("Experts")),
         conclusion=Text(label=_("Conclusion")), document=Evidence(label=_("Report"), required=False))
    def record_expert_review(self, **facts: Any) -> None: ...

    @act(_("Record fee paid"), REVIEWING, by=REVIEWERS, check=checks.fee_paid, paid_on=Day(label=_("Paid on")),
         receipt=Text(label=_("Receipt"), long=False),
         amount=Text(label=_("Amount in yuan"), long=False, most=20))
    def record_fee(self, **facts: Any) -> None:
        """实施条例 16(1): paid before the consent"""

    # ---- time -------------------------------------------------------------------------------------------------------
    @act(_("Suspend the period"), REVIEWING, by=REVIEWERS, ground=GROUNDS_45, reason=REASON)
    def suspend_clock(self, **facts: Any) -> None:
        """许可法 45: told in writing"""

    @act(_("Resume the period"), REVIEWING, by=REVIEWERS, note=NOTE)
    def resume_clock(self, **facts: Any) -> None: ...

    @act(_("Extend the period"), REVIEWING, by="head", check=checks.approved_jointly,
         working_days=Whole(label=_("Working days"), least=1, most=15),
         reason=REASON, approval=Text(label=_("Approval of the head of the people's government"), long=False,
         required=False, help=_("Joint handling only (art 42(2)): who approved it, and the number of the paper.")),
         document=Evidence(label=_("That approval"), required=False))
    def extend_period(self, **facts: Any) -> None:
        """许可法 42: by the organ's head, in joint handling by the people's government's; reasons told"""

    @act(_("Order joint handling"), REVIEWING, by="head", order=Text(label=_("Order of the people's government"),
         long=False), reason=REASON)
    def order_joint_handling(self, **facts: Any) -> None:
        """许可法 26, 42(2)"""

    @act(_("Deadline recomputed"), (*UNDECIDED, APPROVED, REFUSED), by="clock", period=PERIOD,
         was=Day(label=_("Was due on")), now=Day(label=_("Is due on")), because=Text(label=_("Because"), long=False))
    def recompute_deadline(self, **facts: Any) -> None: ...

    @act(_("Deadline flagged"), (*UNDECIDED, APPROVED, REFUSED), by="clock", period=PERIOD,
         light=Choice(label=_("How it stands"), options=(("yellow", _("nearly due")), ("red", _("overdue")))),
         due=Day(label=_("Due on")))
    def flag_deadline(self, **facts: Any) -> None: ...

    # ---- people -----------------------------------------------------------------------------------------------------
    @act(_("Claim"), UNDECIDED, by="anyone", item=Whole(label=_("Work item")))
    def claim(self, **facts: Any) -> None: ...

    @act(_("Release"), UNDECIDED, by="anyone", item=Whole(label=_("Work item")), note=NOTE)
    def release(self, **facts: Any) -> None: ...

    @act(_("Reassign"), UNDECIDED, by="head", item=Whole(label=_("Work item")), to=Who(label=_("To")), reason=REASON)
    def reassign(self, **facts: Any) -> None: ...

    @act(_("Return to the agency's queue"), UNDECIDED, by=("head", "clock"), item=Whole(label=_("Work item")),
         reason=REASON)
    def vacate(self, **facts: Any) -> None: ...

    @act(_("Recuse oneself"), UNDECIDED, by="anyone", reason=REASON)
    def recuse(self, **facts: Any) -> None: ...

    @act(_("Bar a person from the case"), UNDECIDED, by="head", person=Who(label=_("Person")), reason=REASON)
    def bar_person(self, **facts: Any) -> None: ...

    @act(_("Record delivery"), DECIDED, by=(Duty.ACCEPT, Duty.DECIDE), check=checks.delivered,
         delivered_on=Day(label=_("Delivered on")),
         manner=Text(label=_("How"), long=False), receiver=Text(label=_("Received by"), long=False))
    def record_delivery(self, **facts: Any) -> None:
        """许可法 44: within ten working days of the decision"""
    # fmt: on

    def _take_number(self) -> str:
        year = timezone.localdate().year
        series = f"{kind_of(self).letter}{self.jurisdiction_id}"
        return f"{series}-{year}-{take_number(series, year):05d}"
