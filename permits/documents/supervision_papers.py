"""From an act of supervision to the content of its paper, and the form that inspectors take along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.utils import timezone, translation
from msgspec.structs import replace

from permits.aftercare.reports import reported
from permits.aftercare.standing import aftercare_of, of_record
from permits.aftercare.tracks import READ
from permits.documents import of_permit
from permits.documents.content import NO_NUMBER, NOWHERE, Letter, chinese_date
from permits.documents.forms import clauses, sentences
from permits.documents.forms.common import Issue, Matter
from permits.documents.forms.supervision import (
    Accepted,
    Inspected,
    acceptance_certificate,
    inspection_record,
    rectification,
)
from permits.documents.life_papers import held_before
from permits.documents.naming import title_of
from permits.documents.rendering import render
from permits.kinds import kind_of
from permits.models import Act, Application, Permit
from permits.models.aftercare import IN_ORDER, NOT_IN_ORDER, REPORTS
from permits.models.document import NoticeKind
from permits.models.obligation import DONE
from roles.days import local_today
from roles.models import Agency

SUPERVISION: Final = {
    "record_inspection": NoticeKind.INSPECTION_RECORD,
    "order_rectification": NoticeKind.RECTIFICATION,
    "close_obligation": NoticeKind.ACCEPTANCE_CERTIFICATE,
}
"""Acts of supervision that are told in writing; a closing where a source names a paper for it (`attests`)."""
LONGEST_TOLD: Final = 120
"""Characters of a condition that a paper says beside its number; of a longer one the beginning."""


def attests(record: Act) -> bool:
    """Whether `record` closes an obligation as fulfilled of which the law gives the holder a certificate."""
    return "attested" in record.facts.get("named", {})


def _inspection(record: Act, issue: Issue, matter: Matter) -> Letter:
    said, words = record.facts, _words(record)
    names = {code: "：".join((name, *words[code])) for code, name in _names(record).items()}
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
    said, code = record.facts, record.facts["obligation"]
    return rectification(
        issue, matter,
        permit=held_before(record).named,
        obligation=_names(record).get(code, code),
        words="".join(_words(record)[code]),
        found=_found(record, code),
        demands=clauses(said["demands"]),
        basis=said["basis"],
        until=date.fromisoformat(said["until"]),
        resource=kind_of(record.application).uses_resource,
    )  # fmt: skip


def _certificate(record: Act, issue: Issue, matter: Matter) -> Letter:
    """Of the last report before the closing, and the last inspection that found it in order."""
    said, code = record.facts, record.facts["obligation"]
    earlier = record.application.acts.filter(seq__lt=record.seq).order_by("-seq")
    report = next(act for act in earlier.filter(act__in=REPORTS) if act.facts["obligation"] == code)
    seen = next((act for act in earlier.filter(act="record_inspection") if _in_order(act, code)), None)
    return acceptance_certificate(
        issue, matter,
        Accepted(
            **said["named"]["attested"],
            permit=held_before(record).named,
            obligation=_names(record)[code],
            reported_on=timezone.localdate(report.at),
            inspected_on=date.fromisoformat(seen.facts["inspected_on"]) if seen else None,
            place=seen.facts["place"] if seen else "",
            inspectors=[row["person"]["name"] for row in seen.facts["inspectors"]] if seen else [],
            table=_table(report),
        ),
    )  # fmt: skip


def _in_order(act: Act, code: str) -> bool:
    return any(row["obligation"] == code and row["finding"] == IN_ORDER for row in act.facts["findings"])


def _table(report: Act) -> tuple[tuple[str, ...], Sequence[tuple[str, ...]]]:
    """What was reported of each part: heads, and rows with the part's name first. Empty where nothing was."""
    said, named = reported(report).table, report.facts["named"]
    columns = list(dict.fromkeys(name for row in said.values() for name in row))
    chosen = {name: {code: text["zh-hans"] for code, text in of.items()} for name, of in named["choices"].items()}
    rows = [
        (named["parts"].get(part, part), *(chosen.get(name, {}).get(row.get(name, ""), row.get(name, "")) or "—"
                                           for name in columns))
        for part, row in said.items()
    ]  # fmt: skip
    return ("小班", *(named["fields"][name]["zh-hans"] for name in columns)), rows


def _names(record: Act) -> dict[str, str]:
    """What the obligations were called when the act was done."""
    return {code: name["zh-hans"] for code, name in record.facts["named"]["obligations"].items()}


def _words(record: Act) -> dict[str, tuple[str, ...]]:
    """What tells each obligation the act names from others called alike, as the words of a condition: its number says
    nothing to who reads the paper alone. Empty where its name says enough."""
    application = record.application
    before = application.acts.filter(seq__lt=record.seq, act__in=READ).order_by("seq")
    then = of_record(application, Permit.objects.get(pk=application.pk), before)
    with translation.override("zh-hans"):
        told = {code: one.obligation.detail for code in _names(record) if (one := then.of(code))}
    return {code: (_cut(told[code]),) if told.get(code) else () for code in _names(record)}


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_TOLD else f"{words[:LONGEST_TOLD]}……"


FAULTS: Final[Mapping[str, Callable[[Mapping[str, Any]], str | None]]] = MappingProxyType(
    {
        "check_report": lambda said: said.get("note") or "" if said["outcome"] == NOT_IN_ORDER else None,
        "check_rectification": lambda said: said.get("note") or "" if said["outcome"] == "no" else None,
        "find_breach": lambda said: said["reasons"],
    }
)
"""Acts beside an inspection that find one obligation not in order, and what each says of it; None: it found none."""
FINDS_FAULTS: Final = frozenset({"record_inspection", *FAULTS})


def _found(record: Act, code: str) -> str:
    """What was found not in order of the obligation last before `record`, by whichever act said it."""
    earlier = record.application.acts.filter(seq__lt=record.seq, act__in=FINDS_FAULTS)
    return last_fault(earlier.order_by("-seq"), code)


def last_fault(acts: Iterable[Act], code: str) -> str:
    """What the first of `acts`, newest first, that found the obligation `code` not in order says of it; empty where it
    says nothing, or none did."""
    finding = last_finding(acts, code)
    return (_fault(finding, code) if finding else None) or ""


def last_finding(acts: Iterable[Act], code: str) -> Act | None:
    """The first of `acts`, newest first, that found the obligation `code` not in order; None where none did."""
    return next((act for act in acts if act.act in FINDS_FAULTS and _fault(act, code) is not None), None)


def _fault(act: Act, code: str) -> str | None:
    """What the act says of the fault it found of the obligation, empty where it says nothing; None where it found none.
    Where it says nothing no earlier one is told, which may have been put right."""
    if act.act != "record_inspection":
        return FAULTS[act.act](act.facts) if act.facts["obligation"] == code else None
    rows = (row for row in act.facts["findings"] if row["obligation"] == code and row["finding"] == NOT_IN_ORDER)
    return next((str(row["what"]) for row in rows), None)


def inspection_form(application: Application, agency: Agency, matter: Matter, *, filled: bool) -> bytes:
    """The form as a PDF, made anew each time and kept nowhere: blank, or `filled` with holder, papers and what is open
    of the obligations. Raises MissingGlyphs for a name that no configured font can print."""
    papers = of_permit.granting(application)
    named = "、".join(f"《{title_of(one)}》（编号：{one.number}）" for one in papers[:1])
    what = Inspected(permit=named or str(application.number))
    if filled:
        what = replace(what, findings=_open(application))
    else:
        matter = replace(matter, applicant="　", name="　")
        what = replace(what, permit="　")
    issue = Issue(agency=agency.name, number=NO_NUMBER, date=local_today(), verification=NOWHERE)
    return render(inspection_record(issue, matter, what, form=True))


def _open(application: Application) -> Sequence[tuple[str, str, str]]:
    aftercare = aftercare_of(application)
    standings = aftercare.standings if aftercare else []
    with translation.override("zh-hans"):
        return [(_told(one), "", "") for one in standings if one.state not in DONE]


def _told(standing: Any) -> str:
    """What it is called and says, and what is ordered of it, which the inspectors look for."""
    detail = standing.obligation.detail
    told = f"{standing.label}：{detail}" if detail else str(standing.label)
    ordered = standing.order
    if ordered is None:
        return told
    until = chinese_date(date.fromisoformat(ordered.facts["until"]))
    return f"{told}\n责令{until}前（含当日）整改：{_cut(''.join(sentences(ordered.facts['demands'])))}"


SUPERVISION_PAPERS: Final[Mapping[str, Callable[[Act, Issue, Matter], Letter]]] = MappingProxyType(
    {
        NoticeKind.INSPECTION_RECORD: _inspection,
        NoticeKind.RECTIFICATION: _rectification,
        NoticeKind.ACCEPTANCE_CERTIFICATE: _certificate,
    }
)
