"""Acts of inquiry 调查: opinions, site checks, notices, hearings, reviews, fees. They leave the status as it is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from permits.models.facts import (
    NOTE,
    OPINION,
    REASON,
    Choice,
    Day,
    Evidence,
    Hour,
    Office,
    Rows,
    Text,
    Truth,
    Who,
    Whole,
    line,
    words,
)
from permits.models.machine import act
from permits.models.states import HEARD, REVIEWING, S
from roles.models.mandates import Duty

REVIEWERS = (Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE)
BOTH_REVIEWS = (Duty.FIRST_REVIEW, Duty.FINAL_REVIEW)
IN_REVIEW = (S.FIRST_REVIEW, S.FINAL_REVIEW)
OFFICE = Office(label=_("Agency"))
HELD_ON = Day(label=_("Held on"), past=True)
RECEIVED = Day(label=pgettext_lazy("of a paper", "Received on"), past=True)
PARTY = line(_("Third party"))
APPLICANT = "申请人"
"""How officers name the applicant among parties, beside its own name."""
INTEREST = words(_("Interest"))
SET_ASIDE = Choice(
    label=_("Why it is not taken on the record"),
    options=(
        ("not_about", _("It says nothing about this application")),
        ("the_same", _("The same person handed in the same before")),
        ("withdrawn", _("Whoever handed it in took it back")),
        ("unreadable", _("It cannot be read, and nobody could be reached")),
    ),
)
POSITION = Choice(
    label=_("Position"),
    options=(
        ("agree", _("Agree")),
        ("agree_with_conditions", _("Agree with conditions")),
        ("object", _("Object")),
    ),
)
FOUND_BY = Choice(
    label=_("Ground of the finding"),
    options=(
        ("site_check", _("The recorded site check")),
        ("official_record", _("A register or another official record")),
        ("organ_statement", _("Another organ's statement")),
        ("survey", _("A survey or measurement")),
    ),
)
UPHELD = Choice(
    label=_("The objection is"),
    options=(
        ("upheld", _("upheld")),
        ("partly", _("upheld in part")),
        ("not_upheld", _("not upheld")),
    ),
)
GIVEN_UP = Choice(
    label=_("How it was given up"),
    options=(
        ("withdrawn", _("Whoever asked took the request back")),
        ("absent", _("Whoever asked did not come to the hearing, and had no good reason")),
    ),
)
CLOSED = Choice(
    label=_("Not held openly, because the case touches"), required=False,
    help=_("A hearing is held openly (Licensing Law art 48(1)(2)), but for what art 5 keeps from the public. Its "
           "notice says so; of a state secret nothing is told on the public pages."),
    options=(("state_secret", _("a state secret")), ("trade_secret", _("a trade secret")),
             ("privacy", _("personal privacy"))),
)  # fmt: skip
INSPECTORS = Rows(label=_("Inspectors"), columns={"person": Who(label=_("Officer"))})
PHOTOS = Rows(label=_("Photographs"), required=False, columns={"photo": Evidence(label=_("Photograph"))})


class Inquiry:
    """Each line: what it is called, in which statuses, by whom, on what law, and the facts it says."""

    # ---- other agencies: silence is recorded and never taken as consent
    ask_opinion = act(
        _("Ask for an opinion"), S.FINAL_REVIEW, by=Duty.FINAL_REVIEW, office=OFFICE, question=words(_("Question"))
    )
    drop_consultee = act(
        _("Release a consulted agency"), S.FINAL_REVIEW, by=Duty.FINAL_REVIEW, office=OFFICE, reason=REASON
    )
    remind = act(_("Remind"), S.FINAL_REVIEW, by=Duty.FINAL_REVIEW, office=OFFICE, note=NOTE)
    give_opinion = act(
        _("Give an opinion"), IN_REVIEW, by=(Duty.ADVISE, Duty.FIRST_REVIEW), position=POSITION, opinion=OPINION
    )
    record_silence = act(_("Record silence"), S.FINAL_REVIEW, by=Duty.FINAL_REVIEW, office=OFFICE, note=NOTE)

    # ---- the site and the public: two or more officers (令35 art 10); five working days or more
    record_site_check = act(
        _("Record a site check"), IN_REVIEW, by=BOTH_REVIEWS, law="许可法 34",
        checked_on=Day(label=_("Checked on"), past=True), inspectors=INSPECTORS, place=line(_("Place of the check")),
        result=words(_("What was found")), photos=PHOTOS,
    )  # fmt: skip
    publish_notice = act(
        _("Publish a notice"), IN_REVIEW, by=BOTH_REVIEWS, law="令35 11",
        starts=Day(label=_("From")), ends=Day(label=_("To, both days counted")), place=line(_("Where posted")),
        contact=line(_("Objections to")),
    )  # fmt: skip
    record_objection = act(
        _("Record an objection"), REVIEWING, by=REVIEWERS,
        objector=line(_("Objector")), received=RECEIVED, objection=words(_("Objection")),
        filing=Whole(
            label=_("Handed in on the page of the notice, number"), required=False, least=1,
            help=_("Filled in by the link beside what was handed in; then name, day and words are as handed in."),
        ),
    )  # fmt: skip
    # What anyone handed in and is no objection to this notice stays kept; who handed it in is told why by the code.
    set_aside_filing = act(
        _("Leave what was handed in off the record"), REVIEWING, by="step",
        filing=Whole(label=_("Number of what was handed in"), least=1), ground=SET_ASIDE, reason=REASON,
    )  # fmt: skip
    # By whom the case waits for, before anything is decided; the objector gets it in writing.
    answer_objection = act(
        _("Answer an objection"), REVIEWING, by="step", law="许可法 36",
        objection=Whole(label=_("Objection to answer"), least=1), upheld=UPHELD,
        answer=words(_("Answer")),
    )  # fmt: skip
    notify_third_party = act(
        _("Notify a third party"), REVIEWING, by=REVIEWERS, law="许可法 36", party=PARTY, interest=INTEREST
    )
    record_statement = act(
        _("Record a statement"), REVIEWING, by=REVIEWERS, law="许可法 36, 48",
        party=line(
            _("Who"), help=_("The applicant by its name or as 申请人: the decision then tells that it was heard.")
        ),
        statement=words(_("Statement")),
        document=Evidence(label=_("What was handed in with it"), required=False),
    )  # fmt: skip
    # The applicant's own, from the receipt to the decision; a correction is answered by what is handed in anew.
    make_statement = act(
        _("Make a statement"), HEARD, by="unit", law="许可法 7, 36",
        statement=words(
            _("Statement"),
            help=_("Facts, reasons and evidence the agency is to take into account. It goes on the record as it is, "
                   "under your name, and changes nothing of what is applied for."),
        ),
        document=Evidence(
            label=_("What was handed in with it"), required=False,
            help=_("One file. Several papers: as one PDF, or packed as one ZIP."),
        ),
    )  # fmt: skip

    # ---- hearing: asked for within five working days, held within twenty, free of charge; the minutes count
    tell_hearing_right = act(
        _("Notify of the right to a hearing"), REVIEWING, by=REVIEWERS, law="许可法 47",
        party=line(_("Applicant or third party")), interest=INTEREST,
    )  # fmt: skip
    ask_hearing = act(_("Ask for a hearing"), REVIEWING, by="unit", law="许可法 47", reason=REASON)
    record_hearing_request = act(
        _("Record a third party's request for a hearing"), REVIEWING, by=REVIEWERS, party=PARTY, received=RECEIVED
    )
    announce_hearing = act(
        _("Announce a hearing"), REVIEWING, by=REVIEWERS, law="许可法 46–48",
        held_on=Day(label=_("Held on")), at=Hour(label=_("At what time"), required=False),
        place=line(_("Place of the hearing")), chair=Who(label=_("Chair")), subject=words(_("Subject")), closed=CLOSED,
    )  # fmt: skip
    hold_hearing = act(
        _("Record a hearing"), REVIEWING, by=REVIEWERS, law="许可法 48",
        held_on=HELD_ON, chair=Who(label=_("Chair")),
        other_chair=words(
            _("Why another person chaired than was announced"), required=False,
            help=_("Needed where it was another: who was told of the chair could ask for another (Licensing Law art "
                   "48(1)(3))."),
        ),
        attending=words(_("Attending")),
        minutes=Text(label=_("Minutes"), most=20000),
        document=Evidence(
            label=_("Signed minutes"), required=False,
            help=_("The minutes as who took part read and signed or sealed them (Licensing Law art 48(1)(5))."),
        ),
    )  # fmt: skip
    # Who asked may give it up; what no longer waits for a hearing is decided without one (permits/acts/hearings.py).
    give_up_hearing = act(
        _("Take back the request for a hearing"), REVIEWING, by="unit", law="许可法 47", reason=REASON
    )
    record_hearing_given_up = act(
        _("Record that a hearing was given up"), REVIEWING, by="step", law="许可法 47",
        request=Whole(label=_("Request for a hearing"), least=1), how=GIVEN_UP,
        given_up_on=Day(label=_("On which day"), past=True), statement=words(_("What shows it")),
        document=Evidence(label=pgettext_lazy("as evidence", "Document"), required=False),
    )  # fmt: skip

    # ---- what is found of a field, be it otherwise than declared (permits/acts/found.py)
    determine = act(
        _("Determine a fact"), (S.SUBMITTED, *REVIEWING), by="step", law="许可法 34(3)",
        field=line(_("What is determined"), most=120), value=line(_("Found")), ground=FOUND_BY,
        statement=words(_("What was found, and from what")), document=Evidence(label=_("Evidence"), required=False),
    )  # fmt: skip

    # ---- experts, fees, and a named official's reasoned finding where a rule has an exception or refers to a person
    record_expert_review = act(
        _("Record an expert review"), REVIEWING, by=REVIEWERS,
        held_on=HELD_ON, experts=words(_("Experts")), conclusion=words(_("Conclusion")),
        document=Evidence(label=_("Report"), required=False),
        reason=words(
            _("Why experts were asked"), required=False, help=_("Needed where the law does not ask for their review.")
        ),
    )  # fmt: skip
    record_fee = act(
        _("Record the fee paid"), REVIEWING, by="step", law="实施条例 16[1]",
        paid_on=Day(label=_("Paid on"), past=True), receipt=line(_("Receipt")),
        amount=line(_("Amount in yuan"), most=20),
    )  # fmt: skip
    # The fee is told in writing before it is paid; telling it leaves the clock alone, for art 45 does not name it.
    tell_fee_due = act(
        _("Notify of the fee due"), REVIEWING, by="step", law="实施条例 16[1]",
        amount=line(_("Amount in yuan"), most=20),
        difference=words(_("Why it is not the amount the rules find"), required=False),
        payee=words(_("Payee and account, or where to pay")), until=Day(label=_("To be paid by")),
    )  # fmt: skip
    # What was paid in advance is given back in full where nothing was approved; or the approval was annulled, which
    # permits/acts/fees.py looks at.
    record_refund = act(
        _("Record the fee given back"), (S.REFUSED, S.NOT_ACCEPTED, S.WITHDRAWN, S.APPROVED),
        by=(Duty.FINAL_REVIEW, Duty.DECIDE), law="实施条例 16[4]",
        returned_on=Day(label=_("Given back on"), past=True), receipt=line(_("Receipt of the money given back")),
        amount=line(_("Amount in yuan"), most=20),
        difference=words(_("Why it is not the sum recorded as paid"), required=False),
        rest=Truth(
            label=_("What is missing from the sum recorded as paid is still to be given back"), required=False,
            help=_("Else nothing more is owed, as where the payment was recorded with a slip."),
        ),
    )  # fmt: skip
    # A slip in one of these, or in a compensation: nothing on the record is changed, the last correction counts. By
    # whoever may record one of them.
    correct_payment = act(
        _("Correct the record of a payment"), (*REVIEWING, S.REFUSED, S.NOT_ACCEPTED, S.WITHDRAWN, S.APPROVED),
        by=(*REVIEWERS, Duty.OVERSEE),
        against=Whole(label=_("The payment it is about"), least=1),
        amount=line(
            _("What was paid or given back, in yuan"), most=20, help=_("0 where nothing was: the record then counts "
                                                                       "for nothing."),
        ),
        on=Day(
            label=_("Day it was paid or given back"), required=False, past=True, help=_("Empty: as it is recorded."),
        ),
        receipt=line(_("Receipt or voucher"), required=False, most=80, help=_("Empty: as it is recorded.")),
        rest=Truth(
            label=_("More of it is still to be paid, or given back"), required=False,
            help=_("As it stands after the correction, of compensation and of a fee given back."),
        ),
        reason=words(_("Ground of the correction")),
    )  # fmt: skip
    rule_on_finding = act(
        _("Rule on a finding"), S.AWAITING_DECISION, by=Duty.DECIDE,
        rule=line(_("Rule"), most=40), where=line(_("Where"), required=False), reason=REASON,
        document=Evidence(label=_("Document relied on")),
    )  # fmt: skip
