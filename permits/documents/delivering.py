"""What of a case's decisions is still to be handed over 送达: that of the application, and what was decided on the
permit since, by the deliveries on record.

许可法 44 gives ten working days for the decision on the application, and no text at hand a time for the others: no
clock runs for them (docs/readings.md).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from permits.clocks.standing import UNDELIVERED_DAYS
from permits.documents.standard import decision_papers
from permits.models import Act, Application, Document

ON_THE_PERMIT: Final = frozenset({
    "grant_extension", "refuse_extension", "deem_extended", "grant_change", "refuse_change", "reissue_permit",
    "refuse_cancellation", "withdraw_permit", "revoke_permit", "cancel_permit", "forfeit_permit",
})  # fmt: skip
"""What is decided on a permit, and told its holder by a paper."""
HOLDS: Final = (Document.Status.PENDING, Document.Status.ISSUED)
"""The states of a paper that is still to reach its holder."""


def undelivered(application: Application) -> list[Document]:
    """The papers of these decisions that hold and that no delivery covers, in their order. A delivery hands over what
    was here on its day and on record before it, unless it tells of what was delivered before; nothing that was
    annulled, revoked or replaced since."""
    handed_over = application.did("record_delivery")
    papers = [one for one in (*decision_papers(application), *_of_permit(application)) if one.status in HOLDS]
    return [paper for paper in papers if not any(_covers(one, paper.act) for one in handed_over)]


def undelivered_on_permit(application: Application) -> list[Document]:
    """Those of them that were decided on the permit: nothing else says that they are to be handed over."""
    return [paper for paper in undelivered(application) if paper.act.act in ON_THE_PERMIT]


def waiting_on_permits(cases: QuerySet[Application]) -> set[int]:
    """Keys of those `cases` in which a paper decided on the permit within UNDELIVERED_DAYS is still to be handed over.
    Two queries however many cases there are."""
    since = timezone.now() - timedelta(days=UNDELIVERED_DAYS)
    held = Document.objects.filter(application__in=cases, status__in=HOLDS, act__act__in=ON_THE_PERMIT)
    papers = list(held.filter(act__at__gte=since).select_related("act"))
    if not papers:
        return set()
    begun: dict[int, int] = {}
    handed_over: defaultdict[int, list[Act]] = defaultdict(list)
    of = {paper.application_id for paper in papers}
    for one in Act.objects.filter(application__in=of, act__in=("record_delivery", "reopen")).order_by("seq"):
        if one.act == "reopen":
            begun[one.application_id] = one.seq
        else:
            handed_over[one.application_id].append(one)
    return {
        paper.application_id
        for paper in papers
        if paper.act.seq > begun.get(paper.application_id, 0)
        and not any(_covers(one, paper.act) for one in handed_over[paper.application_id])
    }


def delivered_before(application: Application) -> bool:
    """Whether something of the case as it stands was handed over: not where it was decided anew since."""
    return any(one.seq > _reopened(application) for one in application.did("record_delivery"))


def here_from(decision: Act) -> date:
    """The day from which this agency has a decision: the day it made it, or received it from above."""
    received = decision.facts.get("received")
    return date.fromisoformat(received) if received else timezone.localdate(decision.at)


def _of_permit(application: Application) -> list[Document]:
    made = application.did(*ON_THE_PERMIT)
    if not made:
        return []
    since = _reopened(application)  # what was made of an annulled approval is over with it
    found = Document.objects.filter(application=application, act__in=[act.pk for act in made], act__seq__gt=since)
    return list(found.select_related("act").order_by("pk"))


def _reopened(application: Application) -> int:
    return max((act.seq for act in application.did("reopen")), default=0)


def _covers(delivery: Act, decision: Act) -> bool:
    if delivery.seq < decision.seq or delivery.facts.get("again"):
        return False
    return date.fromisoformat(delivery.facts["delivered_on"]) >= here_from(decision)
