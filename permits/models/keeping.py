"""Acts that keep a case in order: its time, and who works on it. They leave the status as it is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from permits.models.clock import PERIODS, Ground, Limit
from permits.models.facts import NOTE, REASON, Choice, Day, Evidence, Office, Truth, Who, Whole, line
from permits.models.inquiry import REVIEWERS
from permits.models.machine import act
from permits.models.states import REVIEWING, UNDECIDED, S
from roles.models.mandates import Duty

CLOCKED = (*UNDECIDED, S.APPROVED, S.REFUSED)
DECIDED = (S.APPROVED, S.REFUSED, S.NOT_ACCEPTED)
PERIOD = Choice(label=_("Period"), options=PERIODS)
LIGHT = Choice(label=_("How it stands"), options=(("yellow", _("nearly due")), ("red", _("overdue"))))
LIMIT = Choice(label=_("Which date"), options=Limit.choices, required=False)  # acts of before did not say it
ITEM = Whole(label=_("Work item"))
TAKES, GIVES_BACK = ("claim", "reassign"), ("release", "vacate", "readdress")
"""Acts after which somebody has a step of the work, and after which nobody has it."""


class Keeping:
    """Each line: what it is called, in which statuses, by whom, on what law, and the facts it says."""

    # ---- time
    suspend_clock = act(
        _("Suspend the period"), REVIEWING, by=REVIEWERS, law="许可法 45",
        ground=Choice(label=_("Ground (Licensing Law art 45)"), options=Ground.choices), reason=REASON,
    )  # fmt: skip
    resume_clock = act(
        _("Resume the period"), REVIEWING, by=REVIEWERS,
        over_on=Day(
            label=_("Over on"), past=True, required=False,
            help=_("The day on which what it stood still for was over, from which it runs again; empty: today."),
        ),
        note=NOTE,
    )  # fmt: skip
    # By the organ's head, in joint handling by the people's government's; the reasons are told.
    extend_period = act(
        _("Extend the period"), REVIEWING, by="deciding head", law="许可法 42",
        working_days=Whole(label=_("Working days"), least=1, most=15), reason=REASON,
        approval=line(
            _("Approval of the head of the people's government"), required=False,
            help=_("Joint handling only (Licensing Law art 42(2)): who approved it, and the number of the paper."),
        ),
        document=Evidence(label=_("That approval"), required=False),
    )  # fmt: skip
    order_joint_handling = act(
        _("Order joint handling"), REVIEWING, by="head", law="许可法 26, 42(2)",
        order=line(_("Order of the people's government")), reason=REASON,
    )  # fmt: skip
    recompute_deadline = act(
        _("Recompute a deadline"), CLOCKED, by="clock",
        period=PERIOD, was=Day(label=_("Was due on")), now=Day(label=_("Is due on")), because=line(_("Because")),
    )  # fmt: skip
    flag_deadline = act(
        _("Flag a deadline"), CLOCKED, by="clock",
        period=PERIOD, light=LIGHT, due=Day(label=_("Due on")), limit=LIMIT,
    )  # fmt: skip

    # ---- people
    claim = act(_("Claim"), UNDECIDED, by="anyone", item=ITEM)
    release = act(_("Release"), UNDECIDED, by="anyone", item=ITEM, note=NOTE)
    reassign = act(_("Reassign"), UNDECIDED, by="any head", item=ITEM, to=Who(label=_("To")), reason=REASON)
    vacate = act(_("Return to the agency's queue"), UNDECIDED, by=("any head", "clock"), item=ITEM, reason=REASON)
    # To the agency that follows, where the mandate of an open step has left the role matrix.
    readdress = act(
        _("Hand on to the agency that is competent now"), UNDECIDED, by="clock",
        item=ITEM, office=Office(label=_("Agency")), reason=REASON,
    )  # fmt: skip
    recuse = act(_("Recuse oneself"), UNDECIDED, by="anyone", reason=REASON)
    bar_person = act(
        _("Bar a person from the case"), UNDECIDED, by="head", person=Who(label=_("Person")), reason=REASON
    )

    # ---- delivery: within ten working days of the decision
    record_delivery = act(
        _("Record a delivery"), DECIDED, by=(Duty.ACCEPT, Duty.DECIDE), law="许可法 44",
        delivered_on=Day(
            label=_("Delivered on"), past=True, help=_("Of a public notice, the day on which its time had passed.")
        ),
        manner=line(_("How"), help=_("Such as handed over, by post, left where it was refused, by public notice.")),
        receiver=line(
            _("Received by"),
            help=_("Where nobody signed: that it was refused and who witnessed it, or where the public notice stood."),
        ),
        again=Truth(
            label=_("What was delivered before, to a further recipient or once more"), required=False,
            help=_("Nothing of what is still to be handed over counts as handed over by this then."),
        ),
        receipt=Evidence(
            label=_("Signed proof of delivery"), required=False,
            help=_("The scan of the form that was signed; it can be printed from this page before the delivery."),
        ),
    )  # fmt: skip
