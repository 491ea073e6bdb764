"""What the flows share: the acts of inquiry, the first node, and whom the fan-outs ask."""

from __future__ import annotations

from typing import Any

from viewflow.workflow.activation import Activation

from permits.acts.competence import deciding_agency
from permits.kinds import kind_of
from permits.models import Application
from roles.models.mandates import Duty
from workflows.mandates import mandates_for

# Offered through the whole review; none of them moves the case on. While agencies are consulted, or experts review, the
# step of the review is still to come: then they stand on the page of the case (workflows/worklist.py).
INQUIRY = (
    "notify_third_party", "record_statement", "record_objection", "tell_hearing_right", "record_hearing_request",
    "announce_hearing", "hold_hearing", "record_expert_review", "suspend_clock", "resume_clock",
)  # fmt: skip


def begin(activation: Activation, application: Application) -> Any:
    """The case of a new draft."""
    activation.process.application = application
    return activation.process


def other_districts(activation: Activation) -> list[dict[str, Any]]:
    """The first reviews of the other districts the land lies in; none where the municipality reviews first itself."""
    application = activation.process.application
    return [
        {"mandate": mandate.pk}
        for code in application.districts.exclude(pk=application.jurisdiction_id).values_list("pk", flat=True)
        for mandate in mandates_for(application, Duty.FIRST_REVIEW, district=code)
        if mandate.jurisdiction_id == code
    ]


def consultees(activation: Activation) -> list[dict[str, Any]]:
    """Everyone whom the role matrix says to consult, except who decides; in a second round only those whom the return
    named. A case that is decided anew begins with the first round."""
    application = activation.process.application
    returned = application.acts.filter(act__in=("return_to_first_review", "reopen")).order_by("-seq").first()
    if returned and returned.act == "return_to_first_review":
        return [{"mandate": row["office"]["id"]} for row in returned.facts.get("consult", [])]
    places = [application.jurisdiction_id, *application.districts.values_list("pk", flat=True)]
    decides = deciding_agency(application)
    asked = {
        mandate.pk
        for code in places
        for mandate in mandates_for(application, Duty.ADVISE, district=code)
        if mandate.agency != decides
    }
    return [{"mandate": pk} for pk in sorted(asked)]


def experts(activation: Activation) -> list[dict[str, Any]]:
    """One branch where experts must review the case and no earlier round recorded a review."""
    application = activation.process.application
    asked = kind_of(application).experts_needed(application) and not application.did("record_expert_review")
    return [{}] if asked else []


def one(activation: Activation) -> list[dict[str, Any]]:
    """One branch, for the node's own duty."""
    return [{}]
