"""The list of permits, and the page of one: its term, its papers, what was done since, what may be done next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from permits.access import note_reading
from permits.acts.compensation import compensations
from permits.acts.life_conditions import not_extendable
from permits.acts.paper_force import grounds_of, telling_annulled
from permits.acts.quotas import not_taken_again
from permits.acts.reopening import rests_on_nothing, to_judge
from permits.acts.requests import ORDERED, open_requests
from permits.documents import of_permit
from permits.documents.delivering import undelivered_on_permit
from permits.documents.holder import changed_name
from permits.kinds import kind_of
from permits.models import Act, Application, Document, Permit
from permits.models.aftercare import OF_PERMIT
from permits.models.document import NoticeKind
from permits.models.life import OF_LIFE
from permits.models.permit import ANSWERS, ENDS, TAKES_BACK, P
from permits.models.remedies import Outcomes
from permits.models.replay import made_it
from roles.addresses import logged_address
from roles.days import local_today
from roles.models import Person
from roles.requests import Signed
from workflows import nobody_applies
from workflows import permit_list as listing
from workflows.reading import acts_of, entries_of
from workflows.supervision import shown
from workflows.views.case_parts import head_of, not_whole, papers_shown
from workflows.views.lists import Listing, answer
from workflows.waiting_requests import waiting_requests
from workflows.worklist import Possible, beside, see_case

OFFERED = OF_LIFE | {"reopen", "record_inspection", "raise_alarm"}
"""Acts offered for the permit as a whole; others stand beside the obligation that they name."""
PERMITS = Listing(
    gettext_lazy("Permits granted"), gettext_lazy("No permit you may see fits this."), listing.of, listing.PermitFilter,
    listing.PermitTable, listing.HEADS, listing.cells)  # fmt: skip


@login_required
def permit_list(request: Signed) -> HttpResponse:
    """Every permit of the cases the person may see."""
    return answer(request, PERMITS, "permits")


@login_required
@require_safe
def permit(request: Signed, pk: int) -> HttpResponse:
    """One permit, for whoever may see its case. 404 for who may not, and for a case without a permit."""
    application = see_case(request.user, pk)
    held = get_object_or_404(Permit.objects.select_related("granted_by"), pk=application.pk)
    note_reading(request.user, application, page=request.path, address=logged_address(request))
    record, installed = acts_of(application), kind_of(application).installed
    since = [act for act in record if act.act in OF_PERMIT or act.pk == held.granted_by_id]
    entries = entries_of(application, since)
    possible = beside(request.user, application) if installed else []
    context = {
        **head_of(application),
        "problems": not_whole(application, record),
        **term_of(application, held),
        "mark": listing.permit_mark(held),
        "papers": _papers(application),
        "carried": {paper.pk for paper in of_permit.granting(application)},
        "entries": entries,
        "obligations": shown(application, possible, entries) if installed else [],
        "compensations": compensations(application),
        "asked": waiting_requests(application, held),
        "nobody_applies": nobody_applies.of_permit(application, held),
        "sent_once": _sent_once(since, request.user),
        **_offered(application, possible),
        **_of_remedies(application, held),
    }
    return render(request, "workflows/permit.html", context)


def _offered(application: Application, possible: list[Possible]) -> dict[str, Any]:
    """Which of the `possible` acts are offered for the permit as a whole; what the holder waits for comes first."""
    names = {one.spec.name for one in possible}
    answers = {name for one in open_requests(application) for name in ANSWERS[one.act.act]}
    offered = [one for one in possible if one.spec.name in OFFERED]
    return {
        "possible": sorted(offered, key=lambda one: one.spec.name not in answers),
        "answers": answers,
        "inspects": "record_inspection" in names,
        "takes_back": TAKES_BACK in names & OFFERED,
        "to_deliver": undelivered_on_permit(application) if "record_delivery" in names else [],
    }


def _of_remedies(application: Application, held: Permit) -> dict[str, Any]:
    """What a reconsideration or a judgment left for an organ to do, and what rests on an act that it annulled."""
    return {
        "telling_annulled": telling_annulled(application),
        "rests_on_nothing": rests_on_nothing(application),
        "to_judge": to_judge(application),
        "quota_not_taken": not_taken_again(application),
        "end_ordered_anew": _end_ordered_anew(application, held),
    }


def _papers(application: Application) -> list[tuple[Document, str]]:
    """The papers of the permit, each with why it does not hold, else empty."""
    grounds = grounds_of(application)
    papers = papers_shown(application, outward=True)
    return [(paper, grounds.get(paper.pk, "")) for paper in papers if _of_permit(paper)]


def _sent_once(acts: Iterable[Act], person: Person) -> str:
    """One-time keys of the inspections that `person` recorded, parted by spaces: what a device still keeps of them can
    go."""
    own = (act for act in acts if act.act == "record_inspection" and act.key and act.person_id == person.pk)
    return " ".join(str(act.key) for act in own)


def term_of(application: Application, held: Permit) -> dict[str, Any]:
    """How long the permit holds, what ended it, by when its extension is asked for and how far, for `_term.html`."""
    rule, days = kind_of(application).extension(application), _days_left(held)
    return {
        "permit": held,
        "days": days,
        "rule": rule,
        "holds": held.status == P.VALID and (days is not None or held.valid_to is None),
        "not_extended": (not_extendable(application) if held.valid_to else rule.never) or "",
        "ask_by": rule.ask_by(held.valid_to) if held.valid_to else None,
        "called": changed_name(application),
        **_ended_by(application, held),
    }


def _ended_by(application: Application, held: Permit) -> dict[str, Act | None]:
    """The act that ended a permit before its term was over. Of a permit that was cancelled because it had ended (许可法
    70(4)), also the act that did, as `ended_before`."""
    if held.status in (P.VALID, P.EXPIRED):
        return {"ended_by": None}
    if held.status == P.ANNULLED:
        remedies = reversed(Outcomes(application.history).in_effect)
        annulled = (one for one in remedies if one.content["sets"].get("permit_status") == P.ANNULLED)
        return {"ended_by": next(annulled, None)}
    made = made_it(application.history)
    after_an_end = held.status == P.CANCELLED and len(made) > 1 and made[-1].facts.get("ground") == "ended"
    return {"ended_by": made[-1] if made else None, "ended_before": made[-2] if after_an_end else None}


def _end_ordered_anew(application: Application, held: Permit) -> Act | None:
    """The outcome that annulled an end of the permit and ordered a new decision on it, while nothing has ended it
    again. No article says by which act an organ decides to leave it valid, so the page goes on telling the order."""
    if held.status != P.VALID:
        return None
    told = (one for one in reversed(Outcomes(application.history).in_effect) if one.facts["outcome"] == ORDERED)
    return next((one for one in told if application.did_at(one.facts["against"]).act in ENDS), None)


def _of_permit(paper: Document) -> bool:
    """Whether a paper is one of the permit: it granted it, or tells what was decided on it since."""
    act = paper.act
    return act.act in OF_PERMIT or (act.grants and paper.kind != NoticeKind.DELIVERY_RECEIPT)


def _days_left(held: Permit) -> int | None:
    """Days to the last one. None where the permit has ended, even if no clock recorded that yet, or has no last day."""
    if held.status != P.VALID or held.valid_to is None or held.valid_to < local_today():
        return None
    return (held.valid_to - local_today()).days
