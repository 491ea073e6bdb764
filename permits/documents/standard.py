"""Notices that the procedure itself requires, the same for every permit kind: from the act's facts to the form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils import timezone, translation
from msgspec.structs import replace

from permits.clocks.calendar import Deadline
from permits.clocks.entries import WHOLE
from permits.clocks.periods import periods
from permits.documents import forms
from permits.documents.addressees import party
from permits.documents.content import Letter, Paper
from permits.documents.forms import Correction, Issue, Matter
from permits.documents.forms.objections import objection_answer
from permits.documents.handed_in import receipt
from permits.documents.hearings import of_own_motion
from permits.documents.holder import as_decided, changed_name, names_of_applicant
from permits.documents.life_papers import AFTER_APPROVAL, CARRIES_ANEW, LIFE_PAPERS
from permits.documents.masking import masked
from permits.documents.naming import title_of
from permits.documents.stated import told_of_statements
from permits.documents.supervision_papers import SUPERVISION, SUPERVISION_PAPERS, attests
from permits.drafts.corrections import places
from permits.kinds import kind_of
from permits.models import Act, Application, ClockEntry, Document
from permits.models.clock import Event
from permits.models.document import NoticeKind
from permits.models.submission import HANDS_IN
from permits.text.citing import order_of
from roles.mandates import MandateError, the_one_now
from roles.models import Agency
from roles.models.mandates import Duty

Pairs = tuple[tuple[str, str], ...]

REQUIRED = {
    "submit": NoticeKind.MATERIALS_RECEIPT,
    "resubmit": NoticeKind.MATERIALS_RECEIPT,
    "accept": NoticeKind.ACCEPTANCE,
    "deem_accepted": NoticeKind.DEEMED_ACCEPTANCE,
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
    "answer_objection": NoticeKind.OBJECTION_ANSWER,
    "record_higher_decision": NoticeKind.OUTCOME,
    "publish_notice": NoticeKind.PUBLIC_NOTICE,
    **AFTER_APPROVAL,
    **SUPERVISION,
}
"""Acts told in writing; a deemed acceptance too, which came about because the agency did not write (许可法 32): the
applicant holds in hand from when the period runs."""


def required(record: Act, agency: Agency | None) -> Sequence[str]:
    """The notice an act requires of `agency`, if any. Without an agency there is none, and a secret is not posted."""
    if record.act not in REQUIRED or agency is None or (record.act == "close_obligation" and not attests(record)):
        return ()
    secret = record.act == "publish_notice" and not public_facts(record.application)
    also = (NoticeKind.PERMIT_PAPER,) if record.act in CARRIES_ANEW else ()
    return () if secret else tuple(dict.fromkeys((REQUIRED[record.act], *also)))


def matter_of(application: Application, record: Act | None = None) -> Matter:
    """The case as papers refer to it: those of the act `record`, which call the applicant as it was called then, though
    they are printed later; else those of today. Source of the name: its kind; of the rest: the application."""
    kind, unit = kind_of(application), application.unit
    then = as_decided(application, record) if record else {}
    if application.received_on is None:
        raise ValueError("papers follow the receipt")
    subject, asked = kind.title_parts(application)
    return Matter(
        name=kind.matter_name(application),
        subject=subject,
        asked=asked,
        applicant=changed_name(application, record) or then.get("name", unit.name),
        case_number=str(application.number),
        received_on=application.received_on,
        licence=kind.licence,
        person=unit.kind == unit.Kind.PERSON,
    )


def public_facts(application: Application, record: Act | None = None) -> Pairs:
    """What may be told to everyone of the case, as of the act `record` or of today, without names and numbers of
    persons. Empty for a state secret."""
    facts = kind_of(application).made_public(application)
    if not facts:
        return ()
    matter = matter_of(application, record)
    told = ((head, masked(text, application)) for head, text in facts)
    return (("申请人", matter.in_public), *told)


def notice(document: Document, issue: Issue, matter: Matter) -> Paper:
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
    """Written too late, it tells what the law had made of the silence before it."""
    accepted_on = record.application.accepted_on or _on(record)
    anew = record.application.did(*HANDS_IN, "reopen")[-1].act == "reopen"
    told = forms.acceptance if accepted_on == _on(record) else partial(forms.deemed_acceptance, anew=anew)
    entry = ClockEntry.objects.filter(act=record, step="", promised_days__isnull=False).first()
    return told(
        issue, matter, accepted_on=accepted_on, working_days=periods()["decide"].working_days,
        promised=entry.promised_days if entry else None, decides=_decides(record),
        first_review=_first_review_days(record), above=_above(record),
    )  # fmt: skip


def _first_review_days(record: Act) -> int | None:
    """The working days of the first review, where the acceptance began those and not yet the decision's (许可法 43 as
    read in permits/acts/readings.py: what was read then stands in the entries of the clock)."""
    begun = {entry.step: entry.working_days for entry in ClockEntry.objects.filter(act=record, event=Event.STARTED)}
    return None if WHOLE in begun else begun.get("first_review")


def _above(record: Act) -> str:
    """The State's authority, where the rules said at the acceptance `record` that it decides, as laws call it where
    they named none; else nothing."""
    found = record.content.get("verdict") or {}
    return str(found.get("decided_by") or "国务院林业主管部门") if found.get("level") == "national" else ""


def _decides(record: Act) -> str:
    """The agency that the role matrix lets decide on the day of acceptance, or the one that has its duty since; nothing
    where it names none or several."""
    case = record.application
    on = case.accepted_on or _on(record)
    try:
        mandate = the_one_now(case.kind, Duty.DECIDE, district=case.jurisdiction_id, on=on, scope=case.scope)
    except MandateError:
        return ""
    return mandate.agency.name


def _correct(record: Act, issue: Issue, matter: Matter) -> Letter:
    with translation.override("zh-hans"):  # the letter is official in Chinese, whoever's page caused it
        names = dict(places(record.application))
        items = tuple(
            Correction(where=names.get(row["where"], row["where"] or ""), what=row["what"] or "")
            for row in record.facts["items"]
        )
    return forms.correction(issue, matter, items=items, until=_day(record.facts.get("until")))


def _not_accepted(record: Act, issue: Issue, matter: Matter) -> Letter:
    said, stated = record.facts, told_of_statements(record.application, record, matter.you)
    matter = replace(matter, heard=stated)
    return forms.non_acceptance(
        issue, matter, ground=said["ground"], reason=said["reason"], organ=said.get("organ") or "", until=_until(record)
    )


def _until(record: Act) -> date | None:
    """The day by which the papers were to be completed, if one was set."""
    asked = record.application.acts.filter(act="request_correction", seq__lt=record.seq).order_by("-seq").first()
    return _day(asked.facts.get("until")) if asked else None


def _extended(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    days, approval = said["working_days"], said.get("approval") or ""
    due = _last_day(record)
    return forms.extension(issue, matter, working_days=days, reason=said["reason"], approval=approval, due=due)


def _last_day(record: Act) -> Deadline | None:
    """The last day of the whole period as `record` left it, by the entry that the act made; None where it made none, or
    where the clock stood still: no day is certain then. The same whatever came after."""
    entries = ClockEntry.objects.filter(application=record.application_id, step=WHOLE, act__lte=record.pk)
    ran = entries.filter(event__in=(Event.STARTED, Event.SUSPENDED, Event.RESUMED)).order_by("pk").last()
    made = entries.filter(act=record).order_by("pk").last()
    certain = made and ran and ran.event != Event.SUSPENDED
    return Deadline(made.due_on, made.provisional) if made and certain else None


def _suspended(record: Act, issue: Issue, matter: Matter) -> Letter:
    """From the next day on: that of the suspension is still counted (permits/clocks/timeline.py)."""
    said, since = record.facts, _on(record) + timedelta(days=1)
    return forms.suspension(issue, matter, ground=said["ground"], reason=said["reason"], since=since)


def _resumed(record: Act, issue: Issue, matter: Matter) -> Letter:
    """The days that are left out: those of which the clock stood still the whole (permits/clocks/timeline.py)."""
    suspended = [act for act in record.application.did("suspend_clock") if act.seq < record.seq][-1]
    over_on = record.facts.get("over_on")
    since = date.fromisoformat(over_on) if over_on else _on(record)
    first, last = _on(suspended) + timedelta(days=1), since - timedelta(days=1)
    return forms.resumption(
        issue, matter, since=since, note=record.facts.get("note") or "", due=_last_day(record),
        ground=suspended.facts["ground"], stood_still=(first, last) if first <= last else None,
    )  # fmt: skip


def _reported(record: Act, issue: Issue, matter: Matter) -> Letter:
    return forms.report_up(issue, matter, organ=record.facts["organ"])


def _third_party(record: Act, issue: Issue, matter: Matter) -> Letter:
    return forms.third_party(issue, matter, party=record.facts["party"], interest=record.facts["interest"])


def _objection_answered(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    objection = record.application.acts.get(seq=said["objection"]).facts
    return objection_answer(
        issue, matter, objector=objection["objector"], received=date.fromisoformat(objection["received"]),
        objection=objection["objection"], answer=said["answer"], upheld=said["upheld"],
    )  # fmt: skip


def _public(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    matter = replace(matter, subject=masked(matter.subject, record.application))
    return forms.public_notice(
        issue, matter, facts=public_facts(record.application, record), starts=date.fromisoformat(said["starts"]),
        ends=date.fromisoformat(said["ends"]), contact=said["contact"],
    )  # fmt: skip


def _hearing_right(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    return forms.hearing_rights(
        issue, matter, addressee=party(record.application, said["party"], matter.applicant), interest=said["interest"]
    )


def _hearing(record: Act, issue: Issue, matter: Matter) -> Letter:
    said, replaced = record.facts, _replaced(record)
    before = replaced.facts if replaced else None
    return forms.hearing_notice(
        issue, matter, addressee="、".join(_parties(record, matter)), held_on=date.fromisoformat(said["held_on"]),
        place=said["place"], chair=said["chair"]["name"], subject=said["subject"], at=said.get("at") or "",
        instead_of=(date.fromisoformat(before["held_on"]), before.get("at") or "", before["place"]) if before else None,
        before_by=replaced.agency_name if replaced and replaced.agency_id != record.agency_id else "",
        own_motion=of_own_motion(record), closed=said.get("closed") or "",
    )  # fmt: skip


def _replaced(record: Act) -> Act | None:
    """The announcement before, of the same hearing; None where that was held or fell away."""
    acts = record.application.acts.filter(seq__lt=record.seq, act__in=("announce_hearing", "hold_hearing"))
    before = acts.order_by("-seq").first()
    if before is None or before.act == "hold_hearing":
        return None
    off = record.application.documents.filter(kind=NoticeKind.HEARING_OFF, act__seq__range=(before.seq, record.seq))
    return None if off.exists() else before


def _hearing_off(record: Act, issue: Issue, matter: Matter) -> Letter:
    """To whom the notice of the day went."""
    announced = record.application.acts.filter(act="announce_hearing", seq__lt=record.seq).latest("seq")
    said = announced.facts
    return forms.hearing_off(
        issue, matter, addressee="、".join(_parties(announced, matter)), held_on=date.fromisoformat(said["held_on"]),
        place=said["place"], at=said.get("at") or "", ended=ENDED_BY.get(record.act, ""),
    )  # fmt: skip


ENDED_BY = {"withdraw": "申请人已撤回该申请", "refuse_acceptance": "本机关已对该申请不予受理"}
"""Why a hearing that was announced is not held, where the case ended undecided."""


def _parties(record: Act, matter: Matter) -> list[str]:
    """The applicant, and everyone who was told of the right to a hearing or asked for one before, each once."""
    told = record.application.acts.filter(seq__lt=record.seq, act__in=TELLS_PARTIES).order_by("seq")
    named, own = [matter.applicant, *(act.facts["party"] for act in told)], names_of_applicant(record.application)
    return list(dict.fromkeys(matter.applicant if name in own else name for name in named))


def _consulted(record: Act, issue: Issue, matter: Matter) -> Letter:
    return forms.consultation(issue, matter, office=record.facts["office"]["agency"], question=record.facts["question"])


def _outcome(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    decided = forms.chinese_date(date.fromisoformat(said["decided_on"]))
    number = (("决定文号", said["number"]),) if said.get("number") else ()  # records made before it was asked for
    reported = record.application.did("report_up")
    organ = (("决定机关", reported[-1].facts["organ"]),) if reported else ()
    facts = (*organ, ("决定日期", decided), *number)
    granted = said["outcome"] == "approve"
    text = (said.get("reasons") or "", "" if granted else AGAINST_ABOVE)
    result = "同意" if granted else "不同意"
    return forms.outcome(issue, matter, result=result, facts=facts, text=tuple(filter(None, text)))


AGAINST_ABOVE = (
    "上述决定的文书随本告知书送达。不服该决定的，可以按照该决定载明的途径和期限，依法申请行政复议或者提起行政诉讼。"
)
"""许可法 38(2): the decision names the ways against it, which this organ does not know."""


def decision_papers(application: Application) -> list[Document]:
    """The papers of the decision by which the case ended as it stands, the decision itself first."""
    since = max((act.seq for act in application.did("reopen")), default=0)  # what was annulled is not delivered again
    made = Document.objects.filter(application=application, act__after=application.status, act__seq__gt=since)
    decided = made.exclude(act__before=application.status)  # not what was decided on the permit since
    papers = decided.exclude(kind=NoticeKind.DELIVERY_RECEIPT).select_related("act")
    return list(papers.order_by("pk"))


def in_titles(papers: Sequence[Document]) -> tuple[str, ...]:
    """Papers by title and number, as the proof of their delivery names them."""
    with translation.override("zh-hans"):
        return tuple(f"{title_of(paper)} {paper.number}" for paper in papers)


def _delivered(record: Act, issue: Issue, matter: Matter) -> Letter:
    said = record.facts
    return forms.delivery_receipt(
        issue, matter, papers=in_titles(decision_papers(record.application)), manner=said["manner"],
        receiver=said["receiver"], delivered_on=date.fromisoformat(said["delivered_on"]),
    )  # fmt: skip


TELLS_PARTIES = ("notify_third_party", "tell_hearing_right", "record_hearing_request")


def clauses_against(record: Act) -> tuple[str, ...]:
    """The clauses of law against what was asked, when it was refused: those the rules found, each once, as recorded,
    those of one law together under its full name, in their order; of a local document, which is cited by lines, the
    name alone; and those that the officer cites beside them."""
    told = record.facts.get("clauses", "").strip("。；; ")
    return (*clauses_found(record.findings), *((told,) if told else ()))


def clauses_found(findings: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The clauses that recorded `findings` hold against what was asked, as a decision cites them."""
    against = (one for one in findings if one["severity"] in AGAINST)
    articles: dict[str, dict[str, None]] = {}
    for cited in (citation for one in against for citation in one["citations"]):
        if cited["article"].startswith("第"):
            articles.setdefault(_in_full(cited["source"]), {})[cited["article"]] = None
        elif LINES.fullmatch(cited["article"]) and PRESUMED not in cited["source"]:
            articles.setdefault(_in_full(cited["source"]), {})
    return tuple(f"《{law}》{'、'.join(sorted(named, key=order_of))}" for law, named in articles.items())


def cited(source: str, article: str) -> str:
    """A clause as decisions cite it: 《…》第…条."""
    return f"《{_in_full(source)}》{article}"


def _in_full(source: str) -> str:
    """The name of a source as decisions cite it: without the edition that rules note, a law of the State in full."""
    name = EDITION.sub("", source)
    of_the_state = (name.endswith("法") and not name.endswith("办法")) or name in ORDINANCES
    return f"{STATE}{name}" if of_the_state and not name.startswith(STATE) else name


STATE = "中华人民共和国"
ORDINANCES = frozenset({"森林法实施条例", "陆生野生动物保护实施条例", "自然保护区条例"})
"""Those of the State Council whose own names begin with the State's."""
PRESUMED = "推定"  # a copy without its title: what it is called is a guess, and no decision rests on a guess
LINES = re.compile(r"L\d+(?:[–-]L?\d+)?")
EDITION = re.compile(r"（[^（）]*）$")  # which revision, as rules note it: 野生动物保护法（2022年修订）
AGAINST = frozenset({"refuse", "not_competent", "incomplete"})
_NOTICES: dict[str, Callable[[Act, Issue, Matter], Paper]] = {
    NoticeKind.ACCEPTANCE: _accepted,
    NoticeKind.DEEMED_ACCEPTANCE: _accepted,
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
    NoticeKind.HEARING_OFF: _hearing_off,
    NoticeKind.CONSULTATION: _consulted,
    NoticeKind.OBJECTION_ANSWER: _objection_answered,
    NoticeKind.OUTCOME: _outcome,
    NoticeKind.DELIVERY_RECEIPT: _delivered,
    NoticeKind.MATERIALS_RECEIPT: receipt,
    **LIFE_PAPERS,
    **SUPERVISION_PAPERS,
}
