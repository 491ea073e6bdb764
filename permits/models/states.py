"""The legal statuses of an application, named by function because agencies differ (design: Beijing's final review
is municipal, Jizhou's is the district's)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class S(TextChoices):
    """Where an application stands in law."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Awaiting acceptance")
    CORRECTING = "correcting", _("Awaiting correction")
    FIRST_REVIEW = "first_review", _("First review")
    FINAL_REVIEW = "final_review", _("Final review")
    AWAITING_DECISION = "awaiting_decision", _("Awaiting decision")
    REPORTED_UP = "reported_up", _("Reported to the higher authority")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn by the applicant")


FINAL = frozenset({S.APPROVED, S.REFUSED, S.NOT_ACCEPTED, S.WITHDRAWN})
EDITABLE = frozenset({S.DRAFT, S.CORRECTING})
REVIEWING = (S.FIRST_REVIEW, S.FINAL_REVIEW, S.AWAITING_DECISION)
HEARD = (S.SUBMITTED, *REVIEWING, S.REPORTED_UP)
"""In which the applicant states its case by itself: from the receipt to the decision, while an organ has it."""
UNDECIDED = tuple(status for status in S if status not in FINAL)
