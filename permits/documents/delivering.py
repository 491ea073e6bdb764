"""What of a case's decisions is still to be handed over 送达: that of the application, and what was decided on the
permit since, by the deliveries on record.

许可法 44 gives ten working days for the decision on the application, and no text at hand a time for the others: no
clock runs for them (docs/readings.md).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils import timezone

from permits.documents.standard import decision_papers
from permits.models import Act, Application, Document

ON_THE_PERMIT: Final = frozenset({
    "grant_extension", "refuse_extension", "deem_extended", "grant_change", "refuse_change", "reissue_permit",
    "withdraw_permit", "revoke_permit", "cancel_permit", "forfeit_permit",
})  # fmt: skip
"""What is decided on a permit, and told its holder by a paper."""
HOLDS: Final = (Document.Status.PENDING, Document.Status.ISSUED)
"""The states of a paper that is still to reach its holder."""


def undelivered(application: Application) -> list[Document]:
    """The papers of these decisions that hold and that no delivery covers, in their order. A delivery hands over what
    was here on its day and on record before it; nothing that was annulled, revoked or replaced since."""
    handed_over = application.did("record_delivery")
    papers = [one for one in (*decision_papers(application), *_of_permit(application)) if one.status in HOLDS]
    return [paper for paper in papers if not any(_covers(one, paper.act) for one in handed_over)]


def undelivered_on_permit(application: Application) -> list[Document]:
    """Those of them that were decided on the permit: nothing else says that they are to be handed over."""
    return [paper for paper in undelivered(application) if paper.act.act in ON_THE_PERMIT]


def here_from(decision: Act) -> date:
    """The day from which this agency has a decision: the day it made it, or received it from above."""
    received = decision.facts.get("received")
    return date.fromisoformat(received) if received else timezone.localdate(decision.at)


def _of_permit(application: Application) -> list[Document]:
    made = application.did(*ON_THE_PERMIT)
    if not made:
        return []
    since = max((act.seq for act in application.did("reopen")), default=0)  # of an annulled approval: over with it
    found = Document.objects.filter(application=application, act__in=[act.pk for act in made], act__seq__gt=since)
    return list(found.select_related("act").order_by("pk"))


def _covers(delivery: Act, decision: Act) -> bool:
    return delivery.seq > decision.seq and date.fromisoformat(delivery.facts["delivered_on"]) >= here_from(decision)
