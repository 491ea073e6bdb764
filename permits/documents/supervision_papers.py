"""From an act of supervision to the content of its paper, and the form that inspectors take along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.utils import timezone, translation

from permits.aftercare.standing import aftercare_of
from permits.documents import of_permit
from permits.documents.content import NO_NUMBER, NOWHERE, Letter
from permits.documents.forms import clauses
from permits.documents.forms.common import Issue, Matter
from permits.documents.forms.supervision import Inspected, inspection_record, rectification
from permits.documents.life_papers import held_before
from permits.models import Act, Application
from permits.models.aftercare import NOT_IN_ORDER
from permits.models.document import NoticeKind
from permits.models.obligation import DONE
from roles.models import Agency

SUPERVISION: Final = {
    "record_inspection": NoticeKind.INSPECTION_RECORD,
    "order_rectification": NoticeKind.RECTIFICATION,
}
"""Acts of supervision that are told in writing."""


def _inspection(record: Act, issue: Issue, matter: Matter) -> Letter:
    said, names = record.facts, _names(record)
    return inspection_record(
        issue, matter,
        Inspected(
            permit=held_before(record).named,
            inspected_on=date.fromisoformat(said["inspected_on"]),
            at=said.get("at") or "",
            place=said["place"],
            inspectors=[(row["person"]["name"], row["capacity"], row.get("certificate") or "")
                        for row in said["inspectors"]],
            present=said.get("present") or "",
            findings=[(names.get(row["obligation"], row["obligation"]), row["finding"], row.get("what") or "")
                      for row in said["findings"]],
            places=[((row.get("photo") or {}).get("name", ""), row.get("longitude") or "", row.get("latitude") or "",
                     row.get("what") or "") for row in said.get("photos") or ()],
            holder_said=said.get("holder_said") or "",
        ),
    )  # fmt: skip


def _rectification(record: Act, issue: Issue, matter: Matter) -> Letter:
    said, names = record.facts, _names(record)
    return rectification(
        issue, matter,
        permit=held_before(record).named,
        obligation=names.get(said["obligation"], said["obligation"]),
        found=_found(record, said["obligation"]),
        demands=clauses(said["demands"]),
        basis=said["basis"],
        until=date.fromisoformat(said["until"]),
    )  # fmt: skip


def _names(record: Act) -> dict[str, str]:
    """What the obligations were called when the act was done."""
    return {code: name["zh-hans"] for code, name in record.facts["named"]["obligations"].items()}


def _found(record: Act, code: str) -> str:
    """What the last inspection before `record` saw not in order of the obligation."""
    earlier = record.application.acts.filter(seq__lt=record.seq, act="record_inspection").order_by("-seq")
    for act in earlier:
        for row in act.facts["findings"]:
            if row["obligation"] == code and row["finding"] == NOT_IN_ORDER:
                return str(row["what"])
    return ""


def inspection_form(application: Application, agency: Agency, matter: Matter, *, filled: bool) -> bytes:
    """The form as a PDF, made anew each time and kept nowhere: blank, or `filled` with holder, papers and what is open
    of the obligations. Raises MissingGlyphs for a name that no configured font can print."""
    from permits.documents.letter import render_letter  # here, not above: it brings the typesetter into every start

    papers = of_permit.granting(application)
    named = "、".join(f"《{one.title or one.label}》（编号：{one.number}）" for one in papers[:1])
    what = Inspected(permit=named.replace("\n", "") or str(application.number))
    if filled:
        what = replace(what, findings=_open(application))
    else:
        matter = replace(matter, applicant="　", name="　")
        what = replace(what, permit="　")
    issue = Issue(agency=agency.name, number=NO_NUMBER, date=timezone.localdate(), verification=NOWHERE)
    return render_letter(inspection_record(issue, matter, what, form=True))


def _open(application: Application) -> Sequence[tuple[str, str, str]]:
    aftercare = aftercare_of(application)
    standings = aftercare.standings if aftercare else []
    with translation.override("zh-hans"):
        return [(_told(one), "", "") for one in standings if one.state not in DONE]


def _told(standing: Any) -> str:
    detail = standing.obligation.detail
    return f"{standing.label}：{detail}" if detail else str(standing.label)


SUPERVISION_PAPERS: Final[Mapping[str, Callable[[Act, Issue, Matter], Letter]]] = MappingProxyType(
    {NoticeKind.INSPECTION_RECORD: _inspection, NoticeKind.RECTIFICATION: _rectification}
)
