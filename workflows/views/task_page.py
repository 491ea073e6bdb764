"""The page of one work item: what is asked, what the rules say, what was done, and the forms of its acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from permits.access import Reader, may
from permits.acts.asking_again import may_ask_again
from permits.acts.hearings import fallen_away, not_told_of_right
from permits.acts.preview import can_preview
from permits.acts.statements import Statement, last_stated, passed_on_to, statements
from permits.clocks.entries import one_reading
from permits.drafts.changes import difference
from permits.drafts.corrections import Point, answered
from permits.drafts.unfinished import Keeping
from permits.kinds import kind_of
from permits.models import ACTS, Application
from permits.models.machine import ActSpec
from permits.models.states import S
from permits.views.findings import Board, as_the_quota_stands, board, row_marks
from roles.looks import one_look
from roles.misread import misread
from roles.models.mandates import IN_THE_PROCEDURE, Duty
from roles.requests import Signed
from workflows.forms import ActForm
from workflows.lights import lights
from workflows.notes import notes_of
from workflows.opinions import Opinion, opinions_of
from workflows.reading import acts_of, entries_of
from workflows.views.case_parts import (
    announced_before,
    decided_anew,
    head_of,
    hearing_owed,
    inquiry_shown,
    materials_of,
    not_whole,
    quota_turns,
    same_ground,
    still_suspended,
)
from workflows.views.filings import filings_shown, prefilled
from workflows.views.opinion_tools import Offer, begun, phrases_for, tools_of
from workflows.views.performing import Attempt, form_of
from workflows.views.unfinished import keepings
from workflows.worklist import GRAVE, Possible, Turn, beside, left_to_districts

CHANGES = 50
"""Differences to the last submission shown on the page of an item; all of them stand on a page of their own."""


@one_look()
@one_reading()
def page(request: Signed, turn: Turn, form: ActForm | None = None, tried: Attempt | None = None) -> HttpResponse:
    """The item's page, with `form` as it was typed, and why it was refused, from `tried`."""
    application, reader, tried = turn.application, _reader(turn), tried or Attempt()
    acts = acts_of(application)
    findings = None if reader.kept_away else board(application)  # the page of the case has no board either
    entries = entries_of(application, acts, reader.withheld)
    opinions = opinions_of(entries)
    if request.GET.get("act") not in (*turn.node.acts, *turn.node.meanwhile):
        misread(request, "act", request.GET.get("act", ""))
    context = {
        **head_of(application),
        "problems": not_whole(application, acts),
        "turn": turn,
        "item": turn.item,
        "light": lights([turn.item]).get(turn.item.pk),
        "form": form,
        "violated": as_the_quota_stands(application, tried.findings),
        "board": findings,
        "row_marks": row_marks(application, findings) if findings else {},
        "entries": entries,
        "opinions": opinions,
        **_known(request, reader),
        **_notes(turn, reader),
        **_to_do(request, turn),
        **(_offered(request, turn, form, opinions, findings) if form is not None or turn.is_held else NOTHING_OFFERED),
    }
    return render(request, "workflows/task.html", context, status=tried.status)


def _known(request: Signed, reader: Reader) -> dict[str, Any]:
    """What is in the case, as its officer reads it beside the findings and the record."""
    application, inquiry = reader.application, inquiry_shown(reader)
    changes, corrected = difference(application), answered(application)
    return {
        "corrected": corrected,
        "uncorrected": _unchanged(application, corrected),
        "changes": changes[:CHANGES],
        "changes_left": max(0, len(changes) - CHANGES),
        "materials": materials_of(reader),
        "same_ground": same_ground(reader),
        **quota_turns(reader),
        **inquiry,
        **filings_shown(reader),
        **stated(request, application, inquiry["statements"]),
    }


def _to_do(request: Signed, turn: Turn) -> dict[str, Any]:
    """What the case still asks of the agency, whoever holds the item; and what the person may do about it."""
    application, mandate = turn.application, turn.item.mandate
    return {
        "hearing": hearing_owed(application),
        "fallen_away": fallen_away(application),
        "not_told_of_right": not_told_of_right(application),
        "still_suspended": still_suspended(application),
        **decided_anew(application),
        "answers": may(turn.person, "answer_objection", application, mandate),
        "may_determine": may(turn.person, "determine", application, mandate),
        "decides": "approve" in turn.node.acts,
        "sends_back": next((spec for spec in turn.acts if spec.name.startswith("return_to_")), None),
        "rules_here": request.path if turn.is_held and "rule_on_finding" in turn.node.meanwhile else "",
    }


NOTHING_OFFERED: Mapping[str, Any] = {
    "forms": [],
    "others": [],
    "other_open": False,
    "adopts_into": "",
    "not_yet": {},
    "beside": [],
    "asked_again": False,
    "lacking": [],
    "by_district": False,
}
"""What stands there for who looks at an item that another holds, or nobody."""


def _offered(
    request: Signed, turn: Turn, form: ActForm | None, opinions: list[Opinion], findings: Board | None
) -> dict[str, Any]:
    """The forms of the step, those that complete the item apart from those that leave it open; what bars an act of it,
    what an approval still lacks, and what else can be done in the case."""
    application = turn.application
    completing, meanwhile = ([spec.name for spec in specs] for specs in (turn.acts, turn.meanwhile))
    kept = keepings(request, turn, [*completing, *meanwhile]) if turn.is_held else {}
    texts = Offer(opinions, phrases_for(turn) if turn.is_held else [])
    forms, others = (
        _forms(request, turn, form, names, texts, kept=kept, findings=findings) for names in (completing, meanwhile)
    )
    lacking = _lacking(turn) if findings and not findings.problem else []
    return {
        "forms": forms,
        "others": others,
        "other_open": any(one["open"] for one in others),
        "adopts_into": next((spec.name for spec in turn.acts if "opinion" in spec.facts), ""),
        "not_yet": turn.not_yet,
        "beside": _beside(turn),
        "asked_again": may_ask_again(application),
        "lacking": lacking,
        "by_district": bool(lacking and left_to_districts(application)),
    }


def _unchanged(application: Application, corrected: list[Point]) -> list[str]:
    """What the answer to a correction left as it was, while the answer is still to be accepted or refused."""
    return [one.label for one in corrected if not one.changed] if application.status == S.SUBMITTED else []


STATED = "stated"
"""The field with which a form tells up to which statement its page showed the case."""


def stated(request: Signed, application: Application, told: list[Statement] | None = None) -> dict[str, Any]:
    """What was stated in the case, or as much as the reader is `told`: which of it no opinion could take into account,
    whether more came in while the page was open, and the organ `above` that decides, if that is another."""
    found = statements(application) if told is None else told
    return {
        "statements": found,
        "newly_stated": [one for one in found if one.since],
        STATED: last_stated(application),
        "stated_meanwhile": stated_meanwhile(request, application),
        "above": passed_on_to(application),
    }


def stated_meanwhile(request: Signed, application: Application) -> bool:
    """Whether something was stated since the page was shown from which the form was posted. Who states before the
    decision is heard, even while it is written (许可法 36)."""
    return STATED in request.POST and request.POST[STATED] != str(last_stated(application))


def _lacking(turn: Turn) -> list[str]:
    """What must still be done before an approval, told to those who prepare it: who recommends or proposes, and another
    district that reviews the land first."""
    acts = {spec.name for spec in turn.acts}
    reviews = "give_opinion" in acts and turn.node.duty == Duty.FIRST_REVIEW
    if not (reviews or {"recommend", "propose", "approve"} & acts):
        return []
    return [str(problem.message) for problem in kind_of(turn.application).before_approval(turn.application)]


LINKED = {"determine", "answer_objection", "set_aside_filing", "recuse"}
"""Acts beside the step that the page links elsewhere, where it tells what they are about."""


def _beside(turn: Turn) -> list[Possible]:
    """Other acts of the person in the case that have pages of their own, such as telling the fee due 通知缴费; what the
    step itself offers is not told twice."""
    known = {*LINKED, *turn.node.meanwhile}
    return [one for one in beside(turn.person, turn.application) if one.spec.name not in known]


def opinions_for(turn: Turn) -> list[Opinion]:
    """The opinions given in the case, without what is withheld from who reads them."""
    return opinions_of(entries_of(turn.application, acts_of(turn.application), _reader(turn).withheld))


def _reader(turn: Turn) -> Reader:
    return Reader(turn.person, turn.application)


def _notes(turn: Turn, reader: Reader) -> dict[str, Any]:
    """The notes of the item's agency, for its officers; None where the page has no place for any."""
    mandate = turn.item.mandate
    if reader.kept_away or mandate is None or mandate.duty not in IN_THE_PROCEDURE:
        return {"notes": None}
    return {"notes": notes_of(turn.application, {mandate.agency_id}), "notes_agency": mandate.agency}


def _forms(
    request: Signed,
    turn: Turn,
    form: ActForm | None,
    names: list[str],
    texts: Offer,
    *,
    kept: Mapping[str, Keeping],
    findings: Board | None,
) -> list[dict[str, Any]]:
    """The forms of the acts `names`, `form` among them as it was typed. The one in use is open: the posted one, else
    the one that a link names, else the first that was begun before."""
    begun_before = next((name for name in names if name in kept and kept[name].row), "")
    used = form.spec.name if form else request.GET.get("act") or begun_before
    return [
        {
            "form": form
            if form and form.spec.name == name
            else _begun_form(request, turn, ACTS[name], texts, keeping=kept.get(name), findings=findings),
            "tools": tools_of(ACTS[name], texts) if turn.is_held else None,
            "open": name == used,
            "grave": name in GRAVE,
            "keeping": kept.get(name),
            "issues": can_preview(turn.application, name),
        }
        for name in names
    ]


def _begun_form(
    request: Signed, turn: Turn, spec: ActSpec, texts: Offer, *, keeping: Keeping | None, findings: Board | None
) -> ActForm:
    """The form of an act before it is sent. It begins with what was announced, over that what the person typed and did
    not send, over that an opinion put in, over that what a link on the page names."""
    restored = keeping.restored if keeping else {}
    initial = announced_before(turn.application, spec.name) | restored
    initial |= begun(request, spec, texts.opinions, restored) | _of_link(request, turn, spec.name, findings)
    return form_of(spec, turn.application, turn.item.mandate, initial=initial)


def _of_link(request: Signed, turn: Turn, name: str, findings: Board | None) -> dict[str, Any]:
    """What a link on the page fills in: an objection that was handed in, or the finding to be ruled on, by rule and
    place. Where that finding waits for no ruling any more, nothing is filled in and the page says so."""
    asked = request.GET
    if asked.get("act") != name:
        return {}
    if name == "record_objection":
        return prefilled(request, turn.application)
    if name != "rule_on_finding" or "rule" not in asked:
        return {}
    rule, where = asked["rule"], asked.get("where", "")
    if any((one.rule, one.where) == (rule, where) and one.passable for one in (findings.open if findings else ())):
        return {"rule": rule, "where": where}
    misread(request, "rule", rule)
    misread(request, "where", where)
    return {}
