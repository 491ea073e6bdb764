"""Notices that the procedure itself requires, the same for every permit kind: from the act's facts to the form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.utils import timezone, translation

from permits.clocks.periods import periods
from permits.documents import forms
from permits.documents.content import Letter
from permits.documents.forms import Correction, Issue, Matter
from permits.drafts.corrections import places
from permits.kinds import kind_of
from permits.models import Act, Application, ClockEntry, Document
from permits.models.document import NoticeKind

Pairs = tuple[tuple[str, str], ...]

REQUIRED = {
    "accept": NoticeKind.ACCEPTANCE,
    "request_correction": NoticeKind.CORRECTION,
    "refuse_acceptance": NoticeKind.NON_ACCEPTANCE,
    "extend_period": NoticeKind.EXTENSION,
    "suspend_clock": NoticeKind.SUSPENSION,
    "resume_clock": NoticeKind.RESUMPTION,
    "report_up": NoticeKind.REPORT_UP,
    "notify_third_party": NoticeKind.THIRD_PARTY,
    "tell_hearing_right": NoticeKind.HEARING_RIGHTS,
    "announce_hearing": NoticeKind.HEARING_NOTICE,
    "ask_opinion": NoticeKind.CONSULTATION,
    "record_higher_decision": NoticeKind.OUTCOME,
    "publish_notice": NoticeKind.PUBLIC_NOTICE,
    "record_delivery": NoticeKind.DELIVERY_RECEIPT,
}
"""Acts told in writing. A deemed acceptance is none: it comes about because the agency did not write (许可法 32)."""


def required(record: Act) -> Sequence[str]:
    """The notice an act requires, if any. An act without an agency (the clock's) sends none, a secret is not posted."""
    if record.act not in REQUIRED or not record.agency_id:
        return ()
    secret = record.act == "publish_notice" and not public_facts(record.application)
    return () if secret else (REQUIRED[record.act],)


def matter_of(application: Application) -> Matter:
    """The case as papers refer to it. Source of the name: its kind; of the rest: the application."""
    kind, unit = kind_of(application), application.unit
    if application.received_on is None:
        raise ValueError("papers follow the receipt")
    return Matter(
        name=kind.matter_name(application),
        applicant=unit.name,
        case_number=str(application.number),
        received_on=application.received_on,
        licence=kind.licence,
        person=unit.kind == unit.Kind.PERSON,
    )


def public_facts(application: Application) -> Pairs:
    """What may be told to everyone of the case. Empty for a state secret."""
    facts = kind_of(application).made_public(application)
    return (("申请人", matter_of(application).in_public), *facts) if facts else ()


def notice(document: Document, issue: Issue, matter: Matter) -> Letter:
    """The content of a notice. LookupError for a paper that is no common notice."""
    return _NOTICES[NoticeKind(document.kind)](document.act, issue, matter)


def is_notice(document: Document) -> bool:
    """Whether the paper is one of these, and not the permit kind's own."""
    return document.kind in _NOTICES


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _on(record: Act) -> date:
    return timezone.localtime(record.at).date()


def _accepted(record: Act, issue: Issue, matter: Matter) -> Letter:
    days = periods()["decide"].working_days
    entry = ClockEntry.objects.filter(act=record, step="", promised_days__isnull=False).first()
    return forms.acceptance(
        issue, matter, accepted_on=record.application.accepted_on or _on(record), working_days=days,
        promised=entry.promised_days if entry else None,
    )  # fmt: skip


def _correct(record: Act, issue: Issue, matter: Matter) -> Letter:
    with translation.override("zh-hans"):  # the letter is official in Chinese, whoever's page caused it
        names = dict(places(record.application))
        items = tuple(
            Correction(where=names.get(row["where"], row["where"] or ""), what=row["what"] or "")
            for row in record.facts["items"]
        )
    return forms.correction(issue, matter, items=items, until=_day(record.facts.get("until")))


def _not_accepted(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    return forms.non_acceptance(
        issue, matter, ground=said["ground"], reason=said["reason"], organ=said.get("organ") or ""
    )


def _extended(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    days, approval = said["working_days"], said.get("approval") or ""
    return forms.extension(issue, matter, working_days=days, reason=said["reason"], approval=approval)


def _suspended(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    return forms.suspension(issue, matter, ground=said["ground"], reason=said["reason"], since=_on(record))


def _resumed(record: Act, issue: Issue, matter: Matter) -> Letter:
    return forms.resumption(issue, matter, since=_on(record), note=record.facts.get("note") or "")


def _reported(record: Act, issue: Issue, matter: Matter) -> Letter:
    return forms.report_up(issue, matter, organ=record.facts["organ"])


def _third_party(record: Act, issue: Issue, matter: Matter) -> Letter:
    return forms.third_party(issue, matter, party=record.facts["party"], interest=record.facts["interest"])


def _public(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    return forms.public_notice(
        issue, matter, facts=public_facts(record.application), starts=date.fromisoformat(said["starts"]),
        ends=date.fromisoformat(said["ends"]), contact=said["contact"],
    )  # fmt: skip


def _hearing_right(record: Act, issue: Issue, matter: Matter) -> Letter:
    return forms.hearing_rights(issue, matter, addressee=record.facts["party"], interest=record.facts["interest"])


def _hearing(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    return forms.hearing_notice(
        issue, matter, addressee=matter.applicant, held_on=date.fromisoformat(said["held_on"]), place=said["place"],
        chair=said["chair"]["name"], subject=said["subject"],
    )  # fmt: skip


def _consulted(record: Act, issue: Issue, matter: Matter) -> Letter:
    return forms.consultation(issue, matter, office=record.facts["office"]["agency"], question=record.facts["question"])


def _outcome(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    decided = forms.chinese_date(date.fromisoformat(said["decided_on"]))
    facts = (("决定日期", decided), ("决定文书", said["document"]["name"]))
    result = "同意" if said["outcome"] == "approve" else "不同意"
    return forms.outcome(issue, matter, result=result, facts=facts, text=said.get("reasons") or "")


def _delivered(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    decisions = Document.objects.filter(application=record.application).exclude(pk__in=record.documents.values("pk"))
    papers = tuple(f"{paper.title} {paper.number}".strip() for paper in decisions.filter(act__after=record.after))
    return forms.delivery_receipt(
        issue, matter, papers=papers, manner=said["manner"], receiver=said["receiver"],
        delivered_on=date.fromisoformat(said["delivered_on"]),
    )  # fmt: skip


_NOTICES: dict[str, Callable[[Act, Issue, Matter], Letter]] = {
    NoticeKind.ACCEPTANCE: _accepted,
    NoticeKind.CORRECTION: _correct,
    NoticeKind.NON_ACCEPTANCE: _not_accepted,
    NoticeKind.EXTENSION: _extended,
    NoticeKind.SUSPENSION: _suspended,
    NoticeKind.RESUMPTION: _resumed,
    NoticeKind.REPORT_UP: _reported,
    NoticeKind.THIRD_PARTY: _third_party,
    NoticeKind.PUBLIC_NOTICE: _public,
    NoticeKind.HEARING_RIGHTS: _hearing_right,
    NoticeKind.HEARING_NOTICE: _hearing,
    NoticeKind.CONSULTATION: _consulted,
    NoticeKind.OUTCOME: _outcome,
    NoticeKind.DELIVERY_RECEIPT: _delivered,
}
