"""The page of a case, for everyone who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from permits.access import Reader, note_reading
from permits.acts.compensation import compensations
from permits.acts.districts import OF_EACH
from permits.acts.fees import fee_of
from permits.acts.hearings import fallen_away
from permits.acts.progress import query_code
from permits.acts.quotas import not_taken_again
from permits.acts.readings import told_of_first_review
from permits.acts.reopening import anew_by, decision_of, lost_to, owed, to_judge, withstood
from permits.acts.statements import passed_on_to, stated_often_today
from permits.clocks.entries import one_reading
from permits.clocks.standing import still_due
from permits.kinds import kind_of
from permits.models import Act, Application
from permits.models.aftercare import OF_PERMIT
from permits.models.life import outcome_told
from permits.models.states import HEARD, REVIEWING, S
from roles.access import heads, mandates_held
from roles.addresses import logged_address
from roles.days import local_today
from roles.models import Person
from roles.requests import Signed
from workflows import nobody_applies
from workflows.graph import draw
from workflows.opinions import opinions_of
from workflows.reading import acts_of, entries_of
from workflows.views.case_parts import (
    Waiting,
    consultations,
    decided_anew,
    head_of,
    hearing_owed,
    inquiry_shown,
    materials_of,
    not_whole,
    papers_shown,
    quota_turns,
    same_ground,
    still_suspended,
    submissions_shown,
    whose_turn,
)
from workflows.views.filings import filings_shown
from workflows.views.notes import notes_shown
from workflows.worklist import beside, see_case


@login_required
@one_reading()
def case(request: Signed, pk: int) -> HttpResponse:
    """Everything about one case: where it stands, what was asked, who did what. 404 for who may not know of it."""
    application = read_case(request, pk)
    acts, reader = acts_of(application), Reader(request.user, application)
    entries = entries_of(application, acts, reader.withheld)
    installed = kind_of(application).installed
    context = {
        **head_of(application),
        "problems": not_whole(application, acts),
        "installed": installed,
        "granted": hasattr(application, "permit"),
        "applies": reader.applies,
        "milestones_only": bool(reader.withheld),
        "told_who": not (reader.applies or reader.withheld),
        "may_take_away": reader.may_take_away,
        "entries": entries,
        "opinions": opinions_of(entries),
        "acts_count": len(acts),
        "clocks": still_due(application),
        "reading": told_of_first_review(application),
        "materials": materials_of(reader),
        "documents": papers_shown(application, outward=reader.on_the_applicants_side),
        "handed_in": submissions_shown(acts),
        "consultations": consultations(application, acts),
        **inquiry_shown(reader),
        **filings_shown(reader),
        **_told_next(application),
        **_for_applicants(reader),
        **(_of_procedure(reader) if installed else READ_ONLY),
    }
    return render(request, "workflows/case.html", context)


READ_ONLY: Mapping[str, Any] = {"notes": None, "waiting": [], "possible": [], "drawing": None, "same_ground": []}
"""What a case of a kind no longer installed shows of the procedure: nothing can be done in it."""


def _of_procedure(reader: Reader) -> dict[str, Any]:
    """Whose turn it is, where that stands in the flow, and what the reader may do beside it. What may be done of a
    permit stands on its own page."""
    application, waiting = reader.application, whose_turn(reader.application)
    possible = beside(reader.person, application)
    if hasattr(application, "permit"):
        possible = [one for one in possible if one.spec.name not in OF_PERMIT]
    names = {one.spec.name for one in possible}
    suspends = "announce_hearing" in names
    return {
        "waiting": waiting,
        "task_of": own_items(reader.person, waiting),
        "drawing": draw(application.case),
        "possible": possible,
        "answers": "answer_objection" in names,
        "suspends": suspends,
        "still_suspended": suspends and still_suspended(application),
        "lacking": [] if names.isdisjoint(OF_EACH) else _lacking(application),
        "editable": reader.applies and application.editable,
        "same_ground": same_ground(reader) if application.number else [],
        **quota_turns(reader),
        **notes_shown(reader),
    }


def _for_applicants(reader: Reader) -> dict[str, Any]:
    """What the applicant's side may ask and state; everyone else is told where nobody is left to do so."""
    application = reader.application
    if not reader.applies:
        return {"nobody_applies": nobody_applies.of_case(application)}
    return {
        "query_code": query_code(application) if application.did("submit") else "",
        "may_state": application.status in REVIEWING,
        "stated_often": stated_often_today(application) if application.status in HEARD else None,
        "states_above": passed_on_to(application),
    }


def _lacking(application: Application) -> list[str]:
    """What an approval still lacks."""
    return [str(problem.message) for problem in kind_of(application).before_approval(application)]


def _turned_away(application: Application) -> Act | None:
    """The act that refused acceptance, if the case stands there: with its reason, and the organ to apply to instead."""
    refused = application.did("refuse_acceptance") if application.status == S.NOT_ACCEPTED else []
    return refused[-1] if refused else None


def _decided_above(application: Application) -> dict[str, str]:
    """Which authority decided the case as it stands, on which day, under which number; empty where this agency did."""
    decision, reported = decision_of(application), application.did("report_up")
    if decision is None or decision.act != "record_higher_decision" or not reported:
        return {}
    said = decision.facts
    return {"organ": reported[-1].facts["organ"], "day": said["decided_on"], "number": said.get("number", "")}


def _delivered(application: Application) -> Act | None:
    """The first delivery since the decision on which the case stands; later ones hand over what was decided on the
    permit."""
    since = max((act.seq for act in application.did("reopen")), default=0)
    handed_over = [act for act in application.did("record_delivery") if act.seq > since]
    return handed_over[0] if application.final and handed_over else None


def _told_next(application: Application) -> dict[str, Any]:
    """What the part "What comes next" tells beside whose turn it is: the fee, compensation, a hearing, which authority
    decided, what a remedy did to the decision, and that the decision was handed over."""
    annulled = lost_to(application)
    anew = bool(annulled) and owed(application)
    by = anew_by(application, annulled[-1]) if anew else None
    return {
        "fee": fee_of(application),
        "compensations": compensations(application),
        "hearing": hearing_owed(application) if not application.final else None,
        "fallen_away": fallen_away(application),
        "above": _decided_above(application),
        "withstood": [(one, outcome_told(one.facts)) for one in withstood(application)],
        "turned_away": _turned_away(application) if not annulled else None,
        "annulled": annulled[-1] if annulled else None,
        "anew": anew,
        "anew_by": by,
        "anew_late": by is not None and by.date < local_today(),
        "to_judge": to_judge(application),
        "quota_not_taken": not_taken_again(application),
        **decided_anew(application),
        "delivered": _delivered(application),
    }


def read_case(request: Signed, pk: int) -> Application:
    """The case; a line of the security log where an auditor looks at it. Raises Http404."""
    application = see_case(request.user, pk)
    note_reading(request.user, application, page=request.path, address=logged_address(request))
    return application


def own_items(person: Person, waiting: list[Waiting]) -> set[int]:
    """Keys of the open items whose page `person` may open."""
    held = mandates_held(person) if waiting else frozenset()
    return {
        one.item.pk
        for one in waiting
        if one.item.mandate and (one.item.mandate_id in held or heads(person, one.item.mandate.agency_id))
    }
