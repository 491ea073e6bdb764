"""Which papers of a case hold no more, found out by going through its acts: when a remedy takes a decision away, and to
verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from permits.documents.numbering import reinstate, revoke, supersede
from permits.documents.of_permit import carried, carried_of, granting_kinds
from permits.kinds import kind_of
from permits.models import Act, Application, Document
from permits.models.document import NoticeKind
from permits.models.permit import ENDS, P
from permits.models.remedies import REMEDIES, TAKEN_AWAY, Outcomes
from permits.models.replay import Undone, undone_with
from permits.text.citing import laws_said

NEW_PAPER: Final = frozenset({"grant_extension", "deem_extended", "grant_change", "reissue_permit"})
"""Acts after which the holder carries another paper."""
Status = Document.Status


class Ended(NamedTuple):
    """How a paper ended: its status, the paper of the case that took its place, and the act (keys)."""

    how: str
    by: int | None
    act: int


HOLDS: Final = Ended(Status.ISSUED, None, 0)


def replayed(
    case: Application, acts: Sequence[Act], papers: Sequence[Document], *, remedies: bool = True
) -> dict[int, Ended]:
    """The papers that have ended, by key, after the acts ended them one after the other; without `remedies` as if no
    decision had been taken away."""
    acts = Outcomes(acts).acts_in_effect
    ended: dict[int, Ended] = {}
    codes = granting_kinds()
    give = [paper for paper in papers if paper.kind in codes]
    for act in acts:
        for undone in undone_with(act, acts) if remedies else ():
            ended = _undone(act, undone, papers, ended)
        if _ends(act):  # a remedy too, that brings no permit back: its approval, or an end before, is why
            held = [one for one in give if one.act_id <= act.pk and one.pk not in ended]
            over, how, by = _ended_by(case, act, [one for one in papers if one.act_id == act.pk], held)
            ended |= {paper.pk: Ended(how, by, act.pk) for paper in over}
    return ended


def replayable(acts: Sequence[Act]) -> bool:
    """Whether the texts of these acts say what the acts make stand. Older ones do not; acts that move nothing never do,
    so the first that grants is looked at."""
    grant = next((act for act in acts if act.grants), None)
    return grant is None or "sets" in grant.content


def _undone(act: Act, undone: Undone, papers: Sequence[Document], ended: dict[int, Ended]) -> dict[int, Ended]:
    """What has ended after the remedy `act` undid a decision: also its papers and, where the permit stands again as
    before it, every later paper, which tells what the decision made. What the decision had ended holds again, unless
    the paper in its place was itself replaced: the holder carries that one."""
    lost, by, restores = undone
    gone = [one for one in papers if one.pk not in ended and (one.act_id == lost.pk or (
        restores and lost.pk < one.act_id < by.pk and one.kind == NoticeKind.PERMIT_PAPER))]  # fmt: skip
    restores = restores or any(one.kind == NoticeKind.PERMIT_PAPER for one in gone)
    ended = ended | {one.pk: Ended(Status.REVOKED, None, act.pk) for one in gone}
    return {pk: one for pk, one in ended.items() if one.act != lost.pk} if restores else ended


def _ends(act: Act) -> bool:
    """Whether the act can end a paper. Few can; of the others the text, a query each, is not read."""
    if act.act in NEW_PAPER or act.act == "replace_permit":
        return True
    if act.act not in ENDS and act.act not in REMEDIES:
        return False
    return act.content.get("sets", {}).get("permit_status", P.VALID) not in (P.VALID, P.EXPIRED)


def _ended_by(
    case: Application, act: Act, new: Sequence[Document], held: list[Document]
) -> tuple[list[Document], str, int | None]:
    takes = next((paper for paper in new if paper.kind == NoticeKind.PERMIT_PAPER), None)
    if act.act in NEW_PAPER and takes is not None:
        return [one for one in carried_of(case, held) if one.pk != takes.pk], Status.SUPERSEDED, takes.pk
    if act.act == "replace_permit":
        return held, Status.SUPERSEDED, None
    stands = act.content.get("sets", {}).get("permit_status", P.VALID)
    return ([] if stands in (P.VALID, P.EXPIRED) else held), Status.REVOKED, None


def grounds_of(case: Application) -> dict[int, str]:
    """Why the papers of a case that have ended no longer hold, by key, in the reader's language: the act that ended
    each, the law this act rests on, and the day it was recorded."""
    ended = replayed(case, case.history, list(case.documents.order_by("pk")))
    by_key = {act.pk: act for act in case.history}
    return {pk: _ground(case, by_key[one.act]) for pk, one in ended.items()}


def _ground(case: Application, act: Act) -> str:
    licence = kind_of(case).licence  # of another matter the articles are not called upon
    told = {"act": case.act_label(act.act), "law": laws_said(act.spec.law), "day": date_format(localdate(act.at))}
    if act.spec.law and licence:
        return _("%(act)s (%(law)s), on record since %(day)s") % told
    return _("%(act)s, on record since %(day)s") % told


def telling_annulled(case: Application) -> Document | None:
    """The paper in force that tells of a change which a remedy has annulled since; None where there is none. It was
    issued for a reason of its own, such as a loss, so it does not end: the holder asks for a new one."""
    told = [act for act in Outcomes(case.history).in_effect if act.facts["outcome"] in TAKEN_AWAY]
    lost = [(against, act.seq) for act in told if case.did_at(against := act.facts["against"]).act == "grant_change"]
    papers = carried(case) if lost else []
    return next((one for one in papers if any(first < one.act.seq < last for first, last in lost)), None)


def follow_remedy(record: Act) -> None:
    """The papers of the decision that was taken away hold no more. What it had ended holds again, where the permit
    stands as before it. Raises WrongState for a paper that is not printed."""
    application = record.application
    papers = list(application.documents.order_by("pk"))
    before = replayed(application, application.history[:-1], papers)
    ended = replayed(application, application.history, papers)
    for paper in papers:
        was, how = before.get(paper.pk, HOLDS).how, ended.get(paper.pk, HOLDS).how
        if paper.pk in before and was != how:  # no other: how it ended may be older than the replay knows
            reinstate(paper.pk)
            paper.status = Status.ISSUED
        if paper.pk in ended and paper.status == Status.ISSUED:
            _end(paper, ended[paper.pk], papers)


def _end(paper: Document, as_told: Ended, papers: Sequence[Document]) -> None:
    if as_told.how != Status.SUPERSEDED:
        revoke(paper.pk)
        return
    act = Act.objects.get(pk=as_told.act)
    if act.act == "replace_permit":
        papers = carried(Application.objects.get(number=act.facts["number"]))[:1]
    supersede(paper.pk, by=next((one for one in papers if as_told.by in (None, one.pk)), None))


def bring_up(application: Application) -> list[Document]:
    """Bring the papers of the locked case to where its acts leave them; gives those it changed. For outcomes recorded
    before `follow_remedy` did all that it does now: only a paper is touched that stands as if no decision had been
    taken away. Whatever else somebody changed in the database is left for the verification to tell."""
    acts = application.history
    if not replayable(acts):
        return []
    papers, changed = list(application.documents.order_by("pk")), []
    ended, before = replayed(application, acts, papers), replayed(application, acts, papers, remedies=False)
    for paper in papers:
        if paper.status == Status.PENDING or _stands(paper, ended) or not _stands(paper, before):
            continue
        changed.append(paper.pk)
        if paper.status != Status.ISSUED:
            reinstate(paper.pk)
        if paper.pk in ended:
            _end(paper, ended[paper.pk], papers)
    return list(application.documents.filter(pk__in=changed).order_by("pk"))


def _stands(paper: Document, ended: dict[int, Ended]) -> bool:
    """Whether `paper` stands as `ended` says."""
    how, by, _act = ended.get(paper.pk, HOLDS)
    return paper.status == how and (by is None or paper.replaced_by_id == by)
