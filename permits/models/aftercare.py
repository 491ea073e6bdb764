"""Acts of supervision after approval 事后监管: reports, inspections, rectification, closure, breach, alarms.

They leave the case's status as it is, and the permit but for its last day (`FREES`); how an obligation stands is
computed from them (permits/aftercare/standing.py). What a permit ends by is an act of life.py, by whoever decides.
Articles, and how well each was read: docs/permit-life.md.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from msgspec.structs import replace

from permits.models.facts import NOTE, REASON, Amount, Choice, Day, Evidence, Hour, Rows, Truth, Who, Whole, line, words
from permits.models.life import AFTER, OF_LIFE
from permits.models.machine import act
from roles.models.mandates import Duty

MOST_ANSWERS = 8000
OBLIGATION = line(_("Obligation"), most=40)
OWED_BY = Choice(label=_("Owed by"), options=(("holder", _("The holder")), ("agency", _("The agency"))))
ANSWERS = Rows(
    label=_("What is reported"), required=False, most=MOST_ANSWERS,
    columns={
        "part": line(pgettext_lazy("of a report", "Row"), required=False, most=120), "field": line(_("Field"), most=40),
        "value": words(pgettext_lazy("of a report", "Value")),
    },
)  # fmt: skip
MATERIALS = Rows(
    label=pgettext_lazy("of a report", "Materials"), required=False,
    columns={"what": line(_("What it is"), required=False, most=120), "file": Evidence(label=_("File"))},
)  # fmt: skip
TRUE = Truth(label=_("I answer for the truth of this report"))
INSPECTORS = Rows(
    label=_("Officers who inspect"),
    columns={
        "person": Who(label=_("Officer")),
        "capacity": line(_("Capacity"), most=60),
        "certificate": line(_("Number of the enforcement certificate"), required=False, most=40),
    },
)
IN_ORDER, NOT_IN_ORDER, NOT_LOOKED_AT = "in_order", "not_in_order", "not_looked_at"
FINDING = Choice(
    label=_("Finding"),
    options=(
        (IN_ORDER, _("In order")),
        (NOT_IN_ORDER, _("Not in order")),
        (NOT_LOOKED_AT, _("Not looked at")),
    ),
)
FINDINGS = Rows(
    label=_("Findings of the inspection"),
    columns={
        "obligation": line(_("Obligation"), most=40), "finding": FINDING,
        "what": words(_("What was seen"), required=False),
    },
)  # fmt: skip
PHOTOS = Rows(
    label=_("Photographs and places"), required=False,
    columns={
        "photo": Evidence(label=_("Photograph"), required=False),
        "longitude": Amount(label=_("Longitude (°E)"), required=False, least="73", most="136", places=6),
        "latitude": Amount(label=_("Latitude (°N)"), required=False, least="3", most="54", places=6),
        "what": line(_("What it shows"), required=False, most=200),
    },
)  # fmt: skip
ACCEPTED, INCOMPLETE = "accepted", "incomplete"
CHECKED = Choice(
    label=_("Outcome"),
    options=(
        (ACCEPTED, _("Accepted")),
        (INCOMPLETE, _("Incomplete: to be reported again")),
        (NOT_IN_ORDER, _("Not in order: rectification is to be ordered")),
    ),
)
PUT_RIGHT = Choice(label=_("Outcome"), options=(("yes", _("Put right")), ("no", _("Not put right"))))
WHAT_IS_WRONG = replace(NOTE, help=_("Needed where it is not accepted: what is missing or wrong."))
FULFILLED, FELL_AWAY = "fulfilled", "fell_away"
CLOSING = Choice(
    label=pgettext_lazy("case of the law", "Ground"),
    options=((FULFILLED, _("Fulfilled and accepted")), (FELL_AWAY, _("It fell away; the reason says why"))),
)
PROPOSED = Choice(
    label=_("What is proposed to the deciding agency"),
    options=(
        ("none", _("Nothing: it is dealt with otherwise")),
        ("forfeit_permit", _("Forfeit the permit, once the penalty is decided")),
        ("revoke_permit", _("Revoke the permit")),
        ("withdraw_permit", _("Withdraw the permit")),
        ("cancel_permit", _("Cancel the permit")),
    ),
)
OF_ENDED = ("none", "cancel_permit")
"""What of it can be proposed of a permit that has ended."""


class Aftercare:
    """Each line: what it is called, in which statuses, by whom, on what law, and the facts it says."""

    # ---- by the holder, and by the agency what the agency itself owes
    report_obligation = act(
        _("Report on an obligation"), AFTER, by="unit", law="许可法 61(1), 62(1)",
        obligation=OBLIGATION, answers=ANSWERS, materials=MATERIALS, note=NOTE, statement=TRUE,
    )  # fmt: skip
    record_fulfilment = act(
        _("Record what the agency did"), AFTER, by=Duty.SUPERVISE,
        obligation=OBLIGATION, answers=ANSWERS, materials=MATERIALS, note=NOTE,
    )  # fmt: skip
    raise_alarm = act(
        _("Raise the alarm about an escape"), AFTER, by="unit",
        found_on=Day(label=_("Found on"), past=True), at=Hour(label=_("At what time"), required=False),
        species=line(_("Which species")), number=Whole(label=_("How many"), required=False),
        place=line(pgettext_lazy("of an escape", "Where")),
        what=words(_("What happened, and what was done at once")), materials=MATERIALS,
    )  # fmt: skip

    # ---- inspection: two officers, what they saw signed and filed
    check_report = act(
        _("Check a report"), AFTER, by=Duty.SUPERVISE, law="许可法 61(1)",
        obligation=OBLIGATION, outcome=CHECKED, note=WHAT_IS_WRONG,
    )  # fmt: skip
    record_inspection = act(
        _("Record an inspection"), AFTER, by=Duty.SUPERVISE, law="森林法 66, 67(1)",
        inspected_on=Day(label=_("Inspected on"), past=True), at=Hour(label=_("At what time"), required=False),
        place=line(_("Place of the inspection")), inspectors=INSPECTORS,
        present=line(_("Who was there for the holder"), required=False, most=120), findings=FINDINGS,
        holder_said=words(_("What the holder said"), required=False), photos=PHOTOS,
    )  # fmt: skip

    # ---- rectification
    order_rectification = act(
        _("Order a rectification"), AFTER, by=Duty.SUPERVISE, law="许可法 66",
        obligation=OBLIGATION, demands=words(_("What is to be put right"), help=_("One demand on each line.")),
        basis=line(_("Law and article it rests on"), most=200), until=Day(label=_("To be put right by")),
    )  # fmt: skip
    report_rectification = act(
        _("Report a rectification"), AFTER, by="unit",
        obligation=OBLIGATION, what=words(_("What was done to put it right")), materials=MATERIALS, statement=TRUE,
    )  # fmt: skip
    check_rectification = act(
        _("Check a rectification"), AFTER, by=Duty.SUPERVISE,
        obligation=OBLIGATION, outcome=PUT_RIGHT, note=WHAT_IS_WRONG,
    )  # fmt: skip

    # ---- the end of it
    close_obligation = act(
        _("Close an obligation"), AFTER, by=Duty.SUPERVISE, obligation=OBLIGATION, ground=CLOSING, reason=REASON
    )
    find_breach = act(
        _("Find a breach"), AFTER, by=Duty.SUPERVISE, law="许可法 66",
        obligation=OBLIGATION, reasons=REASON, proposal=PROPOSED,
    )  # fmt: skip

    # ---- time
    remind_obligation = act(
        _("Remind of an obligation"), AFTER, by="clock",
        obligation=OBLIGATION, owed_by=OWED_BY, days=Whole(label=_("Days before")), due=Day(label=_("Due on")),
    )  # fmt: skip
    note_overdue = act(
        _("Note an overdue obligation"), AFTER, by="clock",
        obligation=OBLIGATION, owed_by=OWED_BY, due=Day(label=pgettext_lazy("of an obligation", "Was due on")),
    )  # fmt: skip


OF_AFTERCARE = frozenset(name for name, value in vars(Aftercare).items() if hasattr(value, "_django_fsm"))
"""Every act of this file."""
TIMED = frozenset({"remind_obligation", "note_overdue"})
REPORTS = frozenset({"report_obligation", "record_fulfilment"})
"""Acts with a page of their own: their form follows what the obligation asks for."""
AT_THE_HOLDER = frozenset({"order_rectification", "report_rectification", "find_breach"})
"""Acts directed at the holder: of an obligation that the agency itself owes there is none."""
NAMES_ONE = OF_AFTERCARE - {"record_inspection", "raise_alarm"}
"""Acts that name one obligation by its code."""
OF_PERMIT = OF_LIFE | OF_AFTERCARE
"""Every act of a permit after its approval: offered, told and shown on the permit's own page."""
