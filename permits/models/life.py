"""Acts of a permit's life after approval: extension, change, a new paper, the ends the law keeps apart, remedies.

They leave the case's status as it is and move the permit's (permits/acts/life.py). Which article, which paper, which
clock, whose duty, and how well each source was read: docs/permit-life.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from permits.models.facts import CONDITIONS, NOTE, REASON, Choice, Day, Evidence, Truth, Whole, line, words
from permits.models.machine import act
from permits.models.states import S
from roles.models.mandates import Duty

AFTER = S.APPROVED
CHALLENGED = (S.APPROVED, S.REFUSED, S.NOT_ACCEPTED)
ENDS, UNTIL = Day(label=_("Last day of the term")), Day(label=_("New last day"))
YES_NO = (("no", _("No")), ("yes", _("Yes")))
HEARD = words(
    _("How the holder was heard"),
    help=_("When the holder was told of facts, grounds and rights, what it said or that it said nothing, any hearing."),
)
CHANGEABLE = Choice(
    label=_("What is to be changed"),
    options=(
        ("holder_name", _("The holder's name")),
        ("representative", _("The holder's representative")),
        ("contact", _("The holder's address or telephone")),
        ("substance", _("Place, area, species, method or purpose")),
    ),
)
GROUND_8 = Choice(
    label=_("Ground (Licensing Law art 8(2))"),
    options=(
        ("law_changed", _("The law it rests on was changed or repealed")),
        ("circumstances", _("The circumstances it was granted in changed greatly")),
    ),
)
GROUND_69 = Choice(
    label=_("Ground (Licensing Law art 69)"),
    options=(
        ("abuse", _("Abuse of power or neglect of duty by staff (Licensing Law art 69(1)(1))")),
        ("beyond_powers", _("Granted beyond the powers of the organ (Licensing Law art 69(1)(2))")),
        ("procedure", _("Granted against the lawful procedure (Licensing Law art 69(1)(3))")),
        ("unqualified", _("Granted to an applicant who does not meet the conditions (Licensing Law art 69(1)(4))")),
        ("other", _("Another case in which the law lets it be revoked (Licensing Law art 69(1)(5))")),
        ("fraud", _("Obtained by fraud, bribery or other improper means (Licensing Law art 69(2))")),
    ),
)
NOTHING_OWED = Truth(
    label=_("Nothing is to be paid"),
    required=False,
    help=_("The words above say why. No payment can then be recorded, unless a remedy changes the decision."),
)
GROUND_70 = Choice(
    label=_("Ground (Licensing Law art 70)"),
    options=(
        ("expired", _("Its term ended and was not extended (Licensing Law art 70(1))")),
        ("person", _("The natural person it was granted to died or lost capacity (Licensing Law art 70(2))")),
        ("dissolved", _("The legal person or organisation ended by law (Licensing Law art 70(3))")),
        ("ended", _("It was revoked, withdrawn or forfeited by law (Licensing Law art 70(4))")),
        ("impossible", _("Force majeure: what it permits cannot be done (Licensing Law art 70(5))")),
        ("asked", _("Its holder asked for it (no item of Licensing Law art 70 names it)")),
        ("other", _("Another case in which the law wants it cancelled (Licensing Law art 70(6))")),
    ),
)
USED = Choice(
    label=_("What was done under the permit"),
    options=(
        ("none", _("Nothing of what it permits")),
        ("part", _("A part of what it permits")),
        ("all", _("All of what it permits")),
    ),
    help=_("The holder answers for the truth of this."),
)
TAKEN_BACK = Choice(
    label=_("What is taken back"),
    options=(
        ("ask_extension", _("Ask for an extension")),
        ("ask_change", _("Ask for a change of the permit")),
        ("ask_reissue", _("Ask for a new paper")),
        ("ask_cancellation", _("Ask for the permit to be cancelled")),
    ),
    help=_("It can be asked again. An extension asked for again after the last day for asking counts as asked late: "
           "silence then extends nothing."),
)  # fmt: skip
REMEDY = Choice(
    label=_("Outcome"),
    options=(
        ("upheld", _("Upheld, or the claim rejected")),  # 复议法 68, 69; a court upholds nothing: 诉讼法 69 rejects
        ("unlawful", _("Found unlawful, and not annulled")),  # 复议法 65 (verified); 诉讼法 74
        ("changed", _("Changed")),
        ("annulled", _("Annulled")),
        ("anew", _("Annulled, and ordered to decide anew")),
    ),
)
AGAINST = Whole(label=_("The decision it is about"), least=1)
EARLIER = Choice(  # 法释〔2018〕1号 89, in substance; 诉讼法 79, 89 (read in a copy)
    label=_("What becomes of what the annulled outcome was about"), required=False,
    options=(
        ("restored", _("It has effect again")),
        ("open", _("Open: it is decided on anew, or an outcome of its own says it")),
    ),
    help=_("Only where a reconsideration or a judgment is itself annulled: as the later decision says. Where that does "
           "not say, it is open."),
)  # fmt: skip


def outcome_told(said: Mapping[str, Any]) -> str:
    """What a reconsideration or a suit came to, in words; of one that annuls an earlier outcome, what becomes of what
    that was about."""
    outcome, then = str(dict(REMEDY.options)[said["outcome"]]), said.get("earlier")
    if not then:
        return outcome
    told = {"outcome": outcome, "label": EARLIER.label, "then": dict(EARLIER.options)[then]}
    return gettext("%(outcome)s; %(label)s: %(then)s") % told


FOLLOWED = Whole(label=_("The outcome that is followed"), least=1)
FAULT = Choice(
    label=_("What the annulled decision was found wrong in"),
    options=(
        ("substance", _("Facts, evidence, law or powers: not the same again on the same facts and grounds")),
        ("procedure", _("The procedure alone: the same decision may be made again, lawfully")),
    ),
)
RECEIVED = Day(
    label=pgettext_lazy("of a paper", "Received on"), required=False, past=True,
    help=_("When it came to this agency; the time for deciding anew is counted from then. Empty: today."),
)  # fmt: skip
ANEW_BY = Day(
    label=_("To be decided anew by"), required=False,
    help=_("Only where the decision itself names a time. Else it is the period of the law."),
)  # fmt: skip
DECIDED_ON, PAPER = Day(label=_("Decided on"), past=True), Evidence(label=_("The decision"))


class Life:
    """Each line: what it is called, in which statuses, by whom, on what law, and the facts it says."""

    # ---- the term
    warn_of_end = act(
        _("Announce the end of the term"), AFTER, by="clock", days=Whole(label=_("Days before the end")), ends=ENDS,
        ask_by=Day(label=_("An extension is asked for by"), required=False),
    )  # fmt: skip
    expire_permit = act(_("Let the permit expire"), AFTER, by="clock", law="许可法 70[1]", ended_on=ENDS)
    ask_extension = act(
        _("Ask for an extension"), AFTER, by="unit", law="许可法 50(1)",
        until=UNTIL, reason=REASON,
        late=words(
            _("Why it is asked so late"), required=False,
            help=_("Needed after the last day for asking. Silence then extends nothing."),
        ),
        longer=words(
            _("Why it is to last so long"), required=False,
            help=_("Needed where the extension is longer than twice the term so far."),
        ),
    )  # fmt: skip
    grant_extension = act(
        _("Grant the extension"), AFTER, by=Duty.DECIDE, law="许可法 50(2)", until=UNTIL,
        shorter=words(
            _("Why it is shorter than asked"), required=False,
            help=_(
                "Needed where less was granted than asked: the rest is refused, with reasons (Licensing Law art 38(2))."
            ),
        ),
        conditions=CONDITIONS, note=NOTE,
    )  # fmt: skip
    refuse_extension = act(_("Refuse the extension"), AFTER, by=Duty.DECIDE, law="许可法 50(2), 38(2)", reasons=REASON)
    deem_extended = act(_("Deem extended"), AFTER, by="clock", law="许可法 50(2)", until=UNTIL)

    # ---- what it says, and the paper it stands on
    ask_change = act(
        _("Ask for a change of the permit"), AFTER, by="unit", law="许可法 49",
        what=CHANGEABLE, now=line(_("What it shall say")), reason=REASON,
        document=Evidence(label=_("Proof of the change"), required=False),
    )  # fmt: skip
    grant_change = act(_("Grant the change"), AFTER, by=Duty.DECIDE, law="许可法 49", note=NOTE)
    refuse_change = act(_("Refuse the change"), AFTER, by=Duty.DECIDE, law="许可法 49, 38(2)", reasons=REASON)
    ask_reissue = act(
        _("Ask for a new paper"), AFTER, by="unit",
        statement=words(_("How the paper was lost or spoilt"), help=_("The holder answers for the truth of this.")),
    )  # fmt: skip
    reissue_permit = act(_("Issue a new paper"), AFTER, by=Duty.DECIDE, note=NOTE)
    replace_permit = act(
        _("Replace by another permit"), AFTER, by=Duty.DECIDE,
        number=line(_("Case number of the permit that takes its place"), most=24), note=NOTE,
    )  # fmt: skip

    # ---- the ends
    withdraw_permit = act(
        _("Withdraw the permit"), AFTER, by=Duty.DECIDE, law="许可法 8(2)",
        ground=GROUND_8, reasons=REASON, interest=words(_("The public interest that asks for it")),
        compensation=words(_("Compensation of the holder's loss")), nothing_owed=NOTHING_OWED, heard=HEARD,
    )  # fmt: skip
    revoke_permit = act(
        _("Revoke the permit"), AFTER, by=(Duty.DECIDE, Duty.OVERSEE), law="许可法 69",
        ground=GROUND_69, reasons=REASON,
        harm=Choice(
            label=_("Would the revocation harm the public interest gravely (Licensing Law art 69(3))?"), options=YES_NO
        ),
        compensation=words(
            _("Compensation of lawful interests"), required=False,
            help=_(
                "Needed on the grounds of Licensing Law art 69(1): what is paid, or why nothing is owed (art 69(4))."
            ),
        ),
        nothing_owed=NOTHING_OWED, heard=HEARD,
    )  # fmt: skip
    cancel_permit = act(
        _("Cancel the permit"), AFTER, by=Duty.DECIDE, law="许可法 70", ground=GROUND_70, reasons=REASON
    )
    ask_cancellation = act(
        _("Ask for the permit to be cancelled"), AFTER, by="unit",
        used=USED,
        reason=words(
            _("Reasons"),
            help=_("What the law asks for after the end is still owed."),
        ),
    )  # fmt: skip
    refuse_cancellation = act(_("Refuse to cancel the permit"), AFTER, by=Duty.DECIDE, reasons=REASON)
    take_back_request = act(
        _("Take back a request on the permit"), AFTER, by="unit",
        request=TAKEN_BACK, reason=words(_("Reasons"), required=False),
    )  # fmt: skip
    forfeit_permit = act(
        _("Record that the permit is forfeited"), AFTER, by=Duty.DECIDE, law="处罚法 9[3]",
        number=line(_("Number of the penalty decision"), most=80), organ=line(_("Organ that punished")),
        decided_on=DECIDED_ON, reasons=REASON, heard=HEARD, document=PAPER,
    )  # fmt: skip

    # What was told of compensation is words: what was paid on it, and that nothing more follows, a person records.
    record_compensation = act(
        _("Record the compensation paid"), AFTER, by=(Duty.DECIDE, Duty.OVERSEE), law="许可法 8(2), 69(4)",
        against=AGAINST, amount=line(_("Amount in yuan"), most=20),
        paid_on=Day(label=_("Day of the payment"), past=True),
        receipt=line(_("Number of the payment voucher"), most=80),
        rest=Truth(
            label=_("More of it is still to be paid"), required=False,
            help=_("Else nothing more of this compensation can be recorded."),
        ),
        document=Evidence(label=_("Payment voucher or receipt"), required=False),
    )  # fmt: skip

    # ---- remedies
    record_reconsideration = act(
        _("Record the outcome of a reconsideration"), CHALLENGED, by=Duty.DECIDE, law="复议法 75, 77",
        against=AGAINST, outcome=REMEDY, earlier=EARLIER, organ=line(_("Organ of reconsideration")),
        number=line(_("Number of the decision"), most=80), decided_on=DECIDED_ON, reasons=words(_("Reasons")),
        received=RECEIVED, until=ANEW_BY, document=PAPER,
    )  # fmt: skip
    record_suit = act(
        _("Record the outcome of a suit"), CHALLENGED, by=Duty.DECIDE, law="诉讼法 94",
        against=AGAINST, outcome=REMEDY, earlier=EARLIER, organ=line(_("Court")),
        number=line(_("Number of the judgment"), most=80), decided_on=DECIDED_ON, reasons=words(_("Reasons")),
        received=RECEIVED, until=ANEW_BY, document=PAPER,
    )  # fmt: skip


CLOCKED = frozenset({"warn_of_end", "expire_permit", "deem_extended"})
OF_LIFE = frozenset(name for name, value in vars(Life).items() if hasattr(value, "_django_fsm"))
"""Every act of this file."""
