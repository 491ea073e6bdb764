"""The application and its status: every act that moves it. Acts that leave it: inquiry.py, keeping.py, life.py,
aftercare.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE, FSMField
from msgspec.structs import replace

from permits.kinds import kind_of
from permits.locks import busy_when_locked
from permits.models.aftercare import Aftercare
from permits.models.facts import (
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
    Truth,
    line,
    words,
)
from permits.models.inquiry import Inquiry
from permits.models.keeping import Keeping
from permits.models.life import CHALLENGED, FAULT, FOLLOWED, Life
from permits.models.machine import ActSpec, act
from permits.models.states import EDITABLE, FINAL, REVIEWING, UNDECIDED, S
from permits.models.status import LegalStatus
from roles.days import local_today
from roles.models import Jurisdiction, OperatingUnit
from roles.models.mandates import Duty
from roles.reference import read_with_stamp

GROUNDS_32 = Choice(
    label=pgettext_lazy("case of the law", "Ground"),
    options=(
        ("no_permit_needed", _("No permit is needed (Licensing Law art 32(1))")),
        ("other_organ", _("Another organ is competent (Licensing Law art 32(2))")),
        ("not_completed", _("What was asked for was not completed (practice)")),
    ),
)
COMPETENT_ORGAN = line(
    _("The competent organ"), required=False, only=("ground", ("other_organ",)),
    help=_("Only where another organ is competent: the applicant is told to apply to it."),
)  # fmt: skip
TO_CORRECT = Rows(
    label=_("Everything to be corrected"),
    shown=1,
    columns={
        "where": line(_("Field or material"), most=120),
        "what": words(_("What is missing or wrong")),
    },
)
BY_WHEN = _(
    "No law sets this day: the agency chooses it. 15 working days are proposed. Only where a day is set can acceptance "
    "be refused later because nothing came."
)
CLAUSES = line(
    _("Law and article"),
    required=False,
    most=200,
    help=_("As the decision is to cite it, such as 《…》第…条. What the rules found is cited in any case."),
)
TO_CONSULT = Rows(
    label=_("Agencies to consult again"), required=False, columns={"office": Office(label=_("Agency"))}
)  # fmt: skip
MINUTES = words(
    _("How the minutes of the hearing were weighed"),
    required=False,
    help=_("Needed where a hearing was held (Licensing Law art 48)."),
)
ANSWERS_FOR_IT = _("I answer for the truth of what is stated")


class Application(Inquiry, Keeping, Life, Aftercare, LegalStatus):
    """What a unit asks for. `status` changes only through permits.acts.perform.perform()."""

    # Null until handed in: unique among those that have one.
    number = models.CharField(_("case number"), max_length=24, unique=True, null=True, editable=False)  # noqa: DJ001
    kind = models.CharField(_("kind"), max_length=20)
    title = models.CharField(_("title"), max_length=200, blank=True)
    unit = models.ForeignKey(
        OperatingUnit, on_delete=models.PROTECT, related_name="applications", verbose_name=_("applicant")
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="applications", verbose_name=_("filed with")
    )
    districts = models.ManyToManyField(Jurisdiction, related_name="+", verbose_name=_("where the land lies"))
    scope = models.CharField(_("route"), max_length=40, blank=True)
    single_review = models.BooleanField(_("reviewed once, by the deciding organ"), default=False, editable=False)
    status = FSMField(_("status"), default=S.DRAFT, choices=S.choices, protected=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    received_on = models.DateField(_("received on"), null=True, editable=False)
    accepted_on = models.DateField(_("accepted on"), null=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    # How the clock of the whole case stopped: computed from its entries, kept to be counted (permits/clocks/timing.py).
    stopped_on = models.DateField(_("clock stopped on"), null=True, editable=False)
    last_day_by_law = models.DateField(_("last day by law"), null=True, editable=False)
    last_day_promised = models.DateField(_("last day promised"), null=True, editable=False)

    OWN_FIELDS = ("kind", "unit_id", "jurisdiction_id", "single_review")
    """What the opening of the draft fixes."""
    STATE_FIELDS = ("status", "scope", "number", "received_on", "accepted_on", "decided_on")
    CLOCK_FIELDS = ("stopped_on", "last_day_by_law", "last_day_promised")

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [models.CheckConstraint(condition=models.Q(status__in=S.values), name="status_known")]
        indexes = [
            models.Index(fields=["jurisdiction", "kind", "status"], name="application_queue"),
            models.Index(fields=["unit", "status"], name="application_of_unit"),
            models.Index(fields=["-received_on", "-id"], name="application_newest"),
            models.Index(  # all that statistics of a year ask of a decided case: the table itself is not read
                fields=[
                    "decided_on",
                    "kind",
                    "jurisdiction",
                    "status",
                    "stopped_on",
                    "last_day_by_law",
                    "last_day_promised",
                    "id",
                ],
                condition=models.Q(decided_on__isnull=False, number__isnull=False),
                name="application_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"

    @classmethod
    @contextmanager
    def locked(cls, application_id: int) -> Iterator[Application]:
        """The one lock of a case: its application, the row locked to the end of one transaction.

        Unit and place come with it: every act asks for them. Raises Busy when another holds it too long,
        Application.DoesNotExist for no such case.
        """
        with busy_when_locked(), transaction.atomic():
            rows = cls.objects.select_related("unit", "jurisdiction").select_for_update(no_key=True, of=("self",))
            yield rows.get(pk=application_id)

    # ---- the unit ---------------------------------------------------------------------------------------------------
    open_draft = act(_("Open a draft"), S.DRAFT, by="unit")

    @act(_("Submit"), S.DRAFT, S.SUBMITTED, by="unit", law="许可法 29, 31", statement=Truth(label=ANSWERS_FOR_IT))
    def submit(self, **facts: Any) -> None:
        self.received_on = local_today()

    resubmit = act(
        _("Resubmit"), S.CORRECTING, S.SUBMITTED, by="unit", law="许可法 32(1)[4]",
        note=replace(NOTE, label=_("What was corrected")), statement=Truth(label=ANSWERS_FOR_IT, required=False),
    )  # fmt: skip
    withdraw = act(_("Withdraw"), UNDECIDED, S.WITHDRAWN, by="unit", reason=words(_("Reasons"), required=False))

    # ---- acceptance -------------------------------------------------------------------------------------------------
    @act(
        _("Accept"), S.SUBMITTED, RETURN_VALUE(S.FIRST_REVIEW, S.FINAL_REVIEW), by=Duty.ACCEPT, law="许可法 32(1)[5]",
        note=NOTE,
    )  # fmt: skip
    def accept(self, **facts: Any) -> S:
        self.accepted_on = local_today()
        return self.first_step

    # No notice came in time: accepted, from the receipt of the (corrected) papers.
    @act(
        _("Deem accepted"),
        S.SUBMITTED,
        RETURN_VALUE(S.FIRST_REVIEW, S.FINAL_REVIEW),
        by="clock",
        law="许可法 32(1)[4]",
    )
    def deem_accepted(self, **facts: Any) -> S:
        self.accepted_on = self.last_received
        return self.first_step

    # One list, complete, once; again only what the answer to it broke (permits/acts/asking_again.py).
    request_correction = act(
        _("Request a correction"), S.SUBMITTED, S.CORRECTING, by=Duty.ACCEPT, law="许可法 32(1)[4]",
        items=TO_CORRECT, until=Day(label=_("To be corrected by"), required=False, help=BY_WHEN),
    )  # fmt: skip
    # Also of what was accepted already, where it turns out to need no permit, or to be another organ's: nothing else
    # ends it then.
    refuse_acceptance = act(
        _("Refuse acceptance"), (S.SUBMITTED, S.CORRECTING, *REVIEWING), S.NOT_ACCEPTED, by="step",
        law="许可法 32(1)[1], 32(1)[2]",
        ground=GROUNDS_32, organ=COMPETENT_ORGAN, reason=REASON,
    )  # fmt: skip

    # ---- review: the lower organ sends its opinion and the full file up ---------------------------------------------
    recommend = act(
        _("Recommend"), S.FIRST_REVIEW, S.FINAL_REVIEW, by=Duty.FIRST_REVIEW, law="许可法 35",
        outcome=OUTCOME, opinion=OPINION,
    )  # fmt: skip
    return_to_first_review = act(
        _("Return to first review"), S.FINAL_REVIEW, S.FIRST_REVIEW, by=Duty.FINAL_REVIEW,
        reason=REASON, consult=TO_CONSULT,
    )  # fmt: skip
    propose = act(
        _("Propose"), S.FINAL_REVIEW, S.AWAITING_DECISION, by=Duty.FINAL_REVIEW,
        outcome=OUTCOME, opinion=OPINION, conditions=CONDITIONS,
    )  # fmt: skip
    return_to_final_review = act(
        _("Return to final review"), S.AWAITING_DECISION, S.FINAL_REVIEW, by=Duty.DECIDE, reason=REASON
    )

    # ---- decision: in writing; a refusal with reasons and remedies --------------------------------------------------
    @act(
        _("Approve"), S.AWAITING_DECISION, S.APPROVED, by=Duty.DECIDE, law="许可法 38(1)",
        opinion=OPINION, conditions=CONDITIONS, minutes=MINUTES,
    )  # fmt: skip
    def approve(self, **facts: Any) -> None:
        self.decided_on = local_today()

    @act(
        _("Refuse"), S.AWAITING_DECISION, S.REFUSED, by=Duty.DECIDE, law="许可法 38(2)",
        reasons=REASON, clauses=CLAUSES, minutes=MINUTES,
    )  # fmt: skip
    def refuse(self, **facts: Any) -> None:
        self.decided_on = local_today()

    report_up = act(
        _("Report to the higher authority"), (S.FINAL_REVIEW, S.AWAITING_DECISION), S.REPORTED_UP,
        by=(Duty.FINAL_REVIEW, Duty.DECIDE), organ=line(_("Authority")), opinion=OPINION,
    )  # fmt: skip

    @act(
        _("Record the higher authority's decision"), S.REPORTED_UP, RETURN_VALUE(S.APPROVED, S.REFUSED),
        by=(Duty.FINAL_REVIEW, Duty.DECIDE),
        outcome=replace(OUTCOME, label=_("Outcome")), decided_on=Day(label=_("Decided on"), past=True),
        number=line(_("Number of the decision"), most=80),
        received=Day(
            label=pgettext_lazy("of a paper", "Received on"), required=False, past=True,
            help=_("When the decision came to this agency; its delivery is counted from then. Empty: today."),
        ),
        document=Evidence(label=_("The decision")), reasons=NOTE,
    )  # fmt: skip
    def record_higher_decision(self, *, outcome: str, decided_on: str, **facts: Any) -> S:
        self.decided_on = date.fromisoformat(decided_on)  # the decision's own day: the permit counts from it
        return S.APPROVED if outcome == "approve" else S.REFUSED

    # ---- a decision that a reconsideration or a judgment took away: what stood before it stands again ---------------
    @act(
        _("Reopen the case"), CHALLENGED,
        RETURN_VALUE(S.SUBMITTED, S.CORRECTING, *REVIEWING, S.REPORTED_UP), by=Duty.DECIDE,
        law="复议法 64; 诉讼法 70, 71", remedy=FOLLOWED, fault=FAULT, note=NOTE,
    )  # fmt: skip
    def reopen(self, *, remedy: int, **facts: Any) -> S:
        self.decided_on = None
        return S(self.did_at(self.did_at(remedy).facts["against"]).before)

    # ---- how it stands ----------------------------------------------------------------------------------------------
    @property
    def first_step(self) -> S:
        """Where an accepted application goes: to the lower organ's review, or at once to that of the deciding organ."""
        return S.FINAL_REVIEW if self.single_review else S.FIRST_REVIEW

    @property
    def last_received(self) -> date:
        """The day on which what waits for acceptance came: the application, its correction, or back by a remedy."""
        return timezone.localdate(self.did("submit", "resubmit", "reopen")[-1].at)

    @property
    def law_day(self) -> date:
        """The day whose law, and whose edition of the role matrix, applies: that of acceptance, before it today."""
        return self.accepted_on or local_today()

    @property
    def editable(self) -> bool:
        """Whether the unit may still change what it asks for."""
        return self.status in EDITABLE

    @property
    def final(self) -> bool:
        """Whether the case has ended."""
        return self.status in FINAL

    def standing(self) -> dict[str, Any]:
        """What acts make stand of the case beside its status, plain: whose it is, its number, its route, its days."""
        told = {name: getattr(self, name) for name in (*self.OWN_FIELDS, *self.STATE_FIELDS) if name != "status"}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}

    def state(self) -> dict[str, Any]:
        """The columns that acts write, as they are."""
        return {name: getattr(self, name) for name in (*self.STATE_FIELDS, *self.CLOCK_FIELDS)}

    @cached_property
    def history(self) -> list[Any]:
        """Every act of the case in order, read once for this instance; the text of each is left where it is."""
        return _in_order(self.acts.order_by().defer("body"))

    def read_record(self) -> None:
        """Reads `history` for the act in hand, with its texts, for the door looks whether it is as it was recorded; and
        with it the stamp of the reference data that the act asks for."""
        self.__dict__["history"] = _in_order(read_with_stamp(self.acts.order_by()))

    def did(self, *names: str) -> list[Any]:
        """The acts of these names, oldest first; of an act whose facts are asked for, the text is then read."""
        return [one for one in self.history if one.act in names]

    def did_at(self, seq: int) -> Any:
        """The act of that number in the case. LookupError where there is none."""
        found = next((one for one in self.history if one.seq == seq), None)
        if found is None:
            raise LookupError(f"the case has no act {seq}")
        return found

    # ---- in the words of the kind -----------------------------------------------------------------------------------
    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """The status in the words of the kind."""
        return self.status_label(self.status)

    @property
    def deleted(self) -> bool:
        """Whether its unit took it back before it was ever handed in."""
        return self.status == S.WITHDRAWN and self.number is None

    def status_label(self, status: str) -> str:
        """A status as this kind calls it; of a draft that was never handed in, nothing was withdrawn."""
        if status == S.WITHDRAWN and self.deleted:
            return str(_("Draft deleted"))
        return str(kind_of(self).called.get(status) or S(status).label)

    def act_label(self, act: str) -> str:
        """An act as this kind calls it; a name that is none, which somebody wrote into the database, as it is."""
        return str(kind_of(self).called.get(act) or (ACTS[act].label if act in ACTS else act))


def _in_order(acts: Iterable[Any]) -> list[Any]:
    """Sorted here: to compose an ORDER BY Django compares it with each column, which costs more than the few rows."""
    return sorted(acts, key=attrgetter("seq"))


_TRANSITIONS = Application._meta.get_field("status").get_all_transitions(Application)
_SPECS = {one.name: one.custom["spec"] for one in _TRANSITIONS}
ACTS: dict[str, ActSpec] = {
    name: _SPECS[name] for owner in Application.__mro__ for name in vars(owner) if name in _SPECS
}
"""Every act, as declared: in the order of the procedure, then of a permit's life. So they are offered and listed."""


def spec_of(name: str) -> ActSpec:
    """The declaration of act `name`. Raises LookupError for a name that is no act."""
    try:
        return ACTS[name]
    except KeyError:
        raise LookupError(f"{name!r} is no act") from None
