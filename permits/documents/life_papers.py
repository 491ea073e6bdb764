"""From an act of a permit's life to the content of its paper. What stood before the act is read from the record, so
that the same act gives the same paper whatever was done since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from msgspec.structs import replace

from permits.clocks.calendar import Deadline
from permits.documents.content import Certificate, Letter, chinese_date
from permits.documents.forms import life as forms
from permits.documents.forms.common import OWN, Issue, Matter, clauses
from permits.documents.forms.life import CHANGED, Held
from permits.documents.holder import called
from permits.documents.naming import title_of
from permits.documents.of_permit import reported_to
from permits.kinds import kind_of, paper_kinds
from permits.models import Act, ClockEntry, Document, Permit
from permits.models.act import read_texts
from permits.models.clock import Event
from permits.models.document import NoticeKind
from permits.models.permit import TAKES_BACK, granting
from permits.models.remedies import CHANGED as REMEDY_CHANGED
from permits.models.remedies import REMEDIES, Outcomes
from permits.models.replay import remedy_of_answer, unanswered, undone_with
from roles.models.mandates import Duty

AFTER_APPROVAL: Final = {
    "grant_extension": NoticeKind.PERMIT_EXTENDED,
    "deem_extended": NoticeKind.PERMIT_EXTENDED,
    "refuse_extension": NoticeKind.PERMIT_NOT_EXTENDED,
    "grant_change": NoticeKind.PERMIT_CHANGED,
    "refuse_change": NoticeKind.PERMIT_NOT_CHANGED,
    "reissue_permit": NoticeKind.PERMIT_PAPER,
    "withdraw_permit": NoticeKind.PERMIT_WITHDRAWN,
    "revoke_permit": NoticeKind.PERMIT_REVOKED,
    "cancel_permit": NoticeKind.PERMIT_CANCELLED,
    "refuse_cancellation": NoticeKind.PERMIT_NOT_CANCELLED,
    "forfeit_permit": NoticeKind.PERMIT_FORFEITED,
    "reopen": NoticeKind.REOPENED,
}
"""Acts after approval that are told in writing. Expiry is not: the paper itself says its last day."""
CARRIES_ANEW: Final = {
    "grant_extension": "延续",
    "deem_extended": "延续",
    "grant_change": "变更",
    "reissue_permit": "补发",
}
"""Acts after which the holder carries another paper, and what that paper says of why."""


def as_granted(told: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a public notice tells of what is asked for, as papers and the register tell it of what was granted: an area
    that was to be used is one to use, and the term is told by itself."""
    return [(head.removeprefix("拟"), text) for head, text in told if not head.endswith(TERM_ASKED)]


def given_for(paper: Document) -> str:
    """Why the holder carries this new paper, in its own word; empty for every other paper."""
    return CARRIES_ANEW.get(paper.act.act, "") if paper.kind == NoticeKind.PERMIT_PAPER else ""


ONLY_POSTED: Final = frozenset({"图件"})
"""What a public notice says of itself, and a paper to carry does not."""
TERM_ASKED: Final = "期限"
"""How the names end under which a public notice tells the term asked for: a new paper and the public register tell the
term granted, which may begin later and which an extension made another one."""


def held_before(record: Act) -> Held:
    """The permit as it stood before `record`. LookupError where none was granted before."""
    earlier = list(record.application.acts.filter(seq__lt=record.seq).order_by("seq"))
    by = granting(earlier)
    if by is None:
        raise LookupError(f"no permit was granted before {record}")
    paper, application = _carried(record, by, earlier), record.application
    first, last = _term_before(application.permit, earlier)
    return Held(
        title=title_of(paper) if paper else kind_of(application).matter_name(application),
        number=paper.number if paper else by.facts.get("number", str(application)),
        granted_on=by.decided_on,
        valid_from=first,
        valid_to=last,
        conditions=_conditions(by, earlier),
        **_granter(record, by),
    )


def _term_before(permit: Permit, earlier: list[Act]) -> tuple[date, date | None]:
    """First and last day as the last of the acts `earlier` that set them left them."""
    terms = [act.content["sets"]["permit"] for act in earlier if "permit" in act.content.get("sets", {})]
    if not terms:
        return permit.valid_from, permit.valid_to
    first, last = (day and date.fromisoformat(day) for day in terms[-1])
    return first or permit.valid_from, last


def _conditions(by: Act, earlier: list[Act]) -> tuple[str, ...]:
    """Of the approval `by` and of the extensions since that no remedy took away."""
    gone = Outcomes(earlier).annulled
    binding = [by, *(act for act in earlier if act.act == "grant_extension" and act.seq > by.seq)]
    return tuple(text for act in binding if act.seq not in gone for text in clauses(act.facts.get("conditions")))


def _granter(record: Act, by: Act) -> dict[str, Any]:
    """Who gave the approval `by`, in the fields of Held, as seen by the organ that did `record`: a higher authority,
    itself, or an agency whose duty is its own by now (permits/access.py, `succeeds`)."""
    if organ := reported_to(by):
        return {"granted_by": organ}
    if by.agency_id in (record.agency_id, None):
        return {"called_then": by.agency_name}
    return {"granted_by": by.agency_name, "taken_over": True}


def _carried(record: Act, by: Act, earlier: list[Act]) -> Document | None:
    """The paper the holder carried when `record` was done: the last certificate before it, else the decision; none of
    before the approval `by`, and none that a remedy among the acts `earlier` took away."""
    kinds = [paper for paper in paper_kinds() if paper.grants]
    papers = record.application.documents.filter(act__seq__gte=by.seq, act__seq__lt=record.seq)
    papers = papers.exclude(_taken_away(earlier, by)).order_by("-act__seq", "-pk")
    certificates = {paper.code for paper in kinds if paper.certificate} | {NoticeKind.PERMIT_PAPER}
    found = papers.filter(kind__in=certificates).first()
    return found or papers.filter(kind__in=[paper.code for paper in kinds]).first()


def _taken_away(earlier: list[Act], by: Act) -> Q:
    """Papers of decisions after the approval `by` that a remedy took away, and, where that moved the permit back, of
    what was issued between: the same that permits/acts/paper_force.py ends."""
    gone = Q(pk__in=())
    told = Outcomes(earlier).acts_in_effect
    for act in told:
        for lost, remedy, back in undone_with(act, told):
            if lost.seq <= by.seq:
                continue
            gone |= Q(act__seq=lost.seq)
            if back:
                gone |= Q(act__seq__gt=lost.seq, act__seq__lt=remedy.seq, kind=NoticeKind.PERMIT_PAPER)
    return gone


def _on(record: Act) -> date:
    return timezone.localtime(record.at).date()


def _asked(record: Act, ask: str, acts: Iterable[Act] | None = None) -> Act:
    """The request that `record` answers; `acts`: those of the case, where they have been read already. LookupError
    where nothing was asked."""
    if asked := _waited(record, ask, acts):
        return asked
    raise LookupError(f"{record.application}: nobody asked what act {record.seq} answers")


def _waited(record: Act, ask: str, acts: Iterable[Act] | None = None) -> Act | None:
    """The request `ask` that waited for an answer when `record` came."""
    if acts is None:
        acts = record.application.acts.filter(seq__lt=record.seq).order_by("seq")
    return unanswered((one for one in acts if one.seq < record.seq), ask)


def _extended(record: Act, issue: Issue, matter: Matter) -> Letter:
    said, asked = record.facts, _asked(record, "ask_extension")
    until, why = date.fromisoformat(said["until"]), clauses(said.get("shorter"))
    wanted = date.fromisoformat(asked.facts["until"])
    return forms.extended(
        issue,
        matter,
        held_before(record),
        until=until,
        asked_on=_on(asked),
        silent=record.act == "deem_extended",
        conditions=clauses(said.get("conditions")),
        before=_answered_before(record, asked),
        shorter=forms.not_so_long(matter, asked=wanted, granted=until, reasons=why) if why else (),
    )


def _not_extended(record: Act, issue: Issue, matter: Matter) -> Letter:
    asked, reasons = _asked(record, "ask_extension"), clauses(record.facts["reasons"])
    before = _answered_before(record, asked)
    return forms.not_extended(issue, matter, held_before(record), asked_on=_on(asked), reasons=reasons, before=before)


def _changed(record: Act, issue: Issue, matter: Matter) -> Letter:
    asked = _asked(record, "ask_change")
    what, now, before = asked.facts["what"], asked.facts["now"], _answered_before(record, asked)
    then = called(record.application, record) if what == "holder_name" else ""
    return forms.changed(
        issue, matter, held_before(record), asked_on=_on(asked), what=what, now=now, then=then, before=before
    )


def _not_changed(record: Act, issue: Issue, matter: Matter) -> Letter:
    asked = _asked(record, "ask_change")
    what, reasons = asked.facts["what"], clauses(record.facts["reasons"])
    return forms.not_changed(
        issue, matter, held_before(record), asked_on=_on(asked), what=what, reasons=reasons,
        before=_answered_before(record, asked),
    )  # fmt: skip


def _cancelled(record: Act, issue: Issue, matter: Matter) -> Letter:
    """Of what the holder asked for, if it waited then: whichever ground it is decided on, it is answered."""
    said = record.facts
    asked = _waited(record, "ask_cancellation")
    told = forms.HandedBack(
        asked_on=_on(asked), used=asked.facts["used"], before=_answered_before(record, asked),
    ) if asked else None  # fmt: skip
    return forms.cancelled(
        issue, matter, held_before(record), ground=said["ground"], reasons=said["reasons"], asked=told,
        ended=_ended_before(record) if said["ground"] == "ended" else "",
    )  # fmt: skip


ENDED: Final = {"withdraw_permit": "撤回", "revoke_permit": "撤销", "forfeit_permit": "吊销"}


def _ended_before(record: Act) -> str:
    """By which organ, when and how the permit was ended before it was cancelled by `record`; empty where a remedy, or
    nothing that stands, did it."""
    earlier = list(record.application.acts.filter(seq__lt=record.seq).order_by("seq"))
    gone = Outcomes(earlier).annulled
    ends = [act for act in earlier if act.act in ENDED and act.seq not in gone]
    if not ends:
        return ""
    end = ends[-1]
    organ = end.facts.get("organ") or (end.agency_name if end.agency_id != record.agency_id else OWN)
    return f"已经由{organ}于{chinese_date(end.decided_on)}依法{ENDED[end.act]}"


def _not_cancelled(record: Act, issue: Issue, matter: Matter) -> Letter:
    asked, reasons = _asked(record, "ask_cancellation"), clauses(record.facts["reasons"])
    before = _answered_before(record, asked)
    return forms.not_cancelled(issue, matter, held_before(record), asked_on=_on(asked), reasons=reasons, before=before)


def _said(form: Callable[..., Letter], *names: str) -> Callable[[Act, Issue, Matter], Letter]:
    """A paper that says what the act said, by the names of its facts."""

    def paper(record: Act, issue: Issue, matter: Matter) -> Letter:
        said: dict[str, Any] = {name: record.facts.get(name) or "" for name in names}
        if "decided_on" in said:
            said["decided_on"] = date.fromisoformat(said["decided_on"])
        return form(issue, matter, held_before(record), **said)

    return paper


def _new_paper(record: Act, issue: Issue, matter: Matter) -> Certificate:
    """Facts of the approval that may be told to everyone: the paper is carried about. What binds the holder, be it by
    an extension, stands on it; a change whose grant was annulled does not."""
    held, why = held_before(record), CARRIES_ANEW[record.act]
    held = replace(held, conditions=(*held.conditions, *clauses(record.facts.get("conditions"))))
    facts: list[tuple[str, str]] = [("事项", matter.name), ("原编号", held.number)]
    facts.append(("批准日期", chinese_date(held.granted_on)))
    told = kind_of(record.application).made_public(record.application)
    facts += [pair for pair in as_granted(told) if pair[0] not in ONLY_POSTED]
    holder = ""
    done = list(record.application.acts.filter(seq__lte=record.seq).order_by("seq").defer("body"))
    read_texts(done, "ask_change", TAKES_BACK, *REMEDIES)
    gone = Outcomes(done).annulled
    for granted in (one for one in done if one.act == "grant_change" and one.seq not in gone):
        change = _asked(granted, "ask_change", done).facts
        facts.append((f"变更后{CHANGED[change['what']]}", change["now"]))
        holder = change["now"] if change["what"] == "holder_name" else holder
    until = record.facts.get("until")
    valid_to = date.fromisoformat(until) if until else held.valid_to
    return forms.new_paper(issue, matter, held, why=why, facts=tuple(facts), valid_to=valid_to, holder=holder)


def _revoked(record: Act, issue: Issue, matter: Matter) -> Letter:
    """By the organ that granted it, or by the one above, which names the one that did (许可法 69(1))."""
    make = partial(forms.revoked, above=record.duty == Duty.OVERSEE)
    return _said(make, "ground", "reasons", "heard", "compensation")(record, issue, matter)


def _reopened(record: Act, issue: Issue, matter: Matter) -> Letter:
    """By when: the clock that the act started; where the papers of the decision are gone, its day names it."""
    case, said = record.application, record.facts
    remedy = case.acts.get(seq=said["remedy"])
    entry = ClockEntry.objects.filter(act=record, event=Event.STARTED, step__in=["", "accept"]).first()
    annulled = annulled_by(remedy)
    barred, until = said["fault"] == "substance", Deadline(entry.due_on, entry.provisional) if entry else None
    return forms.reopened(
        issue, matter, annulled=annulled, same_barred=barred, until=until, note=said.get("note") or "",
    )  # fmt: skip


def annulled_by(remedy: Act) -> forms.Annulled:
    """What the outcome `remedy` left nothing of."""
    told = remedy.facts
    return forms.Annulled(
        how="行政复议决定" if remedy.act == "record_reconsideration" else "判决",
        organ=told["organ"], number=told["number"], decided_on=date.fromisoformat(told["decided_on"]),
        decision=_called(remedy.application.acts.get(seq=told["against"])),
        ordered=told["outcome"] == "anew", changed=told["outcome"] == REMEDY_CHANGED,
    )  # fmt: skip


def _answered_before(record: Act, asked: Act) -> str:
    """What a remedy made of an earlier answer to the request `asked`, as the answer `record` tells it."""
    remedy = remedy_of_answer(record.application.acts.filter(seq__lt=record.seq).order_by("seq"), asked)
    if remedy is None:
        return ""
    return annulled_by(remedy).told + ("" if record.act == "deem_extended" else "本机关据此重新作出决定。")


def _called(decision: Act) -> str:
    """A decision by the title and number of its paper, else by its day."""
    paper = decision.application.documents.filter(act=decision).order_by("pk").first()
    if paper is None:
        return f"{chinese_date(decision.decided_on)}的决定"
    return f"《{title_of(paper)}》（编号：{paper.number}）"


LIFE_PAPERS: Final[Mapping[str, Callable[[Act, Issue, Matter], Any]]] = MappingProxyType(
    {
        NoticeKind.PERMIT_EXTENDED: _extended,
        NoticeKind.PERMIT_NOT_EXTENDED: _not_extended,
        NoticeKind.PERMIT_CHANGED: _changed,
        NoticeKind.PERMIT_NOT_CHANGED: _not_changed,
        NoticeKind.PERMIT_PAPER: _new_paper,
        NoticeKind.PERMIT_WITHDRAWN: _said(forms.withdrawn, "ground", "reasons", "interest", "compensation", "heard"),
        NoticeKind.PERMIT_REVOKED: _revoked,
        NoticeKind.REOPENED: _reopened,
        NoticeKind.PERMIT_CANCELLED: _cancelled,
        NoticeKind.PERMIT_NOT_CANCELLED: _not_cancelled,
        NoticeKind.PERMIT_FORFEITED: _said(forms.forfeited, "organ", "number", "decided_on", "reasons", "heard"),
    }
)
