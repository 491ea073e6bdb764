"""The case as the papers of a decision refer to it: what was found, what took a quota, what was heard and stated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from permits.acts.found import told
from permits.acts.quota_told import told_of_quota
from permits.clocks.entries import day_of
from permits.documents.forms import OWN, Matter, given_up, heard
from permits.documents.hearings import GIVEN_UP
from permits.documents.holder import names_of_applicant
from permits.documents.life_papers import annulled_by
from permits.documents.standard import matter_of
from permits.documents.stated import told_of_statements
from permits.models import Act, Application
from permits.models.states import S


def decided_matter(application: Application, record: Act) -> Matter:
    """The case as the papers of the decision `record` refer to it: with what was found of it, what had taken the
    quota that was too small for it, which earlier decision it takes the place of, how the minutes of a hearing were
    weighed, and on which days the applicant made statements. ValueError before the receipt."""
    matter = matter_of(application, record)
    return replace(
        matter, found=told(application), quota=told_of_quota(record),
        heard=_anew(application, record) + _heard(application, record)
        + told_of_statements(application, record, matter.you),
    )  # fmt: skip


def _anew(application: Application, record: Act) -> str:
    """Of a decision made anew: which earlier one a remedy took away, by which the organ decides again."""
    reopened = [act for act in application.did("reopen") if act.seq < record.seq]
    if not reopened:
        return ""
    remedy = application.did_at(reopened[-1].facts["remedy"])
    if application.did_at(remedy.facts["against"]).after not in (S.APPROVED, S.REFUSED):
        return ""  # acceptance had been refused: it is decided for the first time
    return f"{annulled_by(remedy).told}本机关据此重新作出决定。"


def _heard(application: Application, record: Act) -> str:
    """Of the hearings that were held before the decision, also before one that was annulled since: the officer weighs
    them all. The organ that held one is named where another decides. And of who gave one up."""
    held: dict[str, set[date]] = {}
    for act in application.did("hold_hearing"):
        if act.seq < record.seq:
            organ = act.agency_name if act.agency_id and act.agency_id != record.agency_id else OWN
            held.setdefault(organ, set()).add(date.fromisoformat(act.facts["held_on"]))
    days = {organ: tuple(sorted(on)) for organ, on in held.items()}
    return heard(days, record.facts.get("minutes", "")) + "".join(_given_up(application, record))


def _given_up(application: Application, record: Act) -> Iterator[str]:
    you, own = matter_of(application, record).you, names_of_applicant(application)
    for act in application.did(*GIVEN_UP):
        if act.seq < record.seq:
            party = application.did_at(act.facts["request"]).facts.get("party")
            on, how = act.facts.get("given_up_on") or day_of(act).isoformat(), act.facts.get("how", "withdrawn")
            yield given_up(you if party is None or party in own else party, date.fromisoformat(on), how)
