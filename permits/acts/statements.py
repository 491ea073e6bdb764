"""Statements 陈述申辩: what the applicant and others state on a case until it is decided, and what of it is new.

Applicant and parties are heard (许可法 7, 36). The applicant hands its own in (`make_statement`); what comes on paper
or in person, and what third parties say, an officer records (`record_statement`). No step waits for a statement and
none moves the case; but whoever goes on with it is told of those that no opinion could take into account.

What comes in while an officer's page is open is read before the page is sent. So the applicant states only so often a
day by itself: an officer who is interrupted again and again could never decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.clocks.entries import day_of
from permits.models import Act, Application
from permits.models.states import S
from roles.days import local_today
from roles.models import Agency, Person

STATEMENTS = ("make_statement", "record_statement")
OPINIONS = ("recommend", "propose", "report_up")
"""Acts by which an organ says what it thinks of the whole case, and hands it on."""
A_DAY = 10
"""Statements that the applicant can hand in by itself on a case in one day; on paper or in person it may state more."""


class Statement(Struct, frozen=True):
    """One statement; `since`: it came after the last opinion, which could not take it into account."""

    act: Act
    since: bool

    @property
    def party(self) -> str:
        """Who states: the applicant, or whom the officer names."""
        return str(self.act.facts.get("party") or self.act.application.unit.name)

    @property
    def own(self) -> bool:
        """Whether the applicant handed it in by itself."""
        return self.act.act == "make_statement"

    @property
    def words(self) -> str:
        """What was stated."""
        return str(self.act.facts["statement"])

    @property
    def document(self) -> dict[str, Any]:
        """The file handed in with it, as recorded; empty where there is none."""
        return dict(self.act.facts.get("document") or {})


def statements(application: Application) -> list[Statement]:
    """Every statement of the case, in the order they came. Of a case that has ended none is new."""
    opinions = [] if application.final else application.did(*OPINIONS)
    last = opinions[-1].seq if opinions else None
    return [Statement(act, since=last is not None and act.seq > last) for act in application.did(*STATEMENTS)]


def last_stated(application: Application) -> int:
    """The number in the record of the last statement; 0 where there is none."""
    return max((act.seq for act in application.did(*STATEMENTS)), default=0)


def passed_on_to(application: Application) -> str:
    """The organ that decides, in the reader's language, where the case was reported up to it: it has no account here,
    so whoever has the case passes statements on. Empty where this agency decides."""
    reported = application.did("report_up") if application.status == S.REPORTED_UP else []
    organ = reported[-1].facts["organ"] if reported else ""
    return str((organ and Agency.objects.filter(name=organ).first()) or organ)


# ---- bars and checks -------------------------------------------------------------------------------------------------
def stated_often_today(application: Application) -> str | None:
    """Bars a further statement of the applicant on a day with A_DAY of them. No law names a number; several statements
    put together into one lose nothing."""
    if sum(day_of(act) == local_today() for act in application.did("make_statement")) < A_DAY:
        return None
    told = _(
        "%(number)d statements were made today, as many as this page takes in a day. State more tomorrow, or in "
        "writing or in person at the agency that has the case."
    )
    return told % {"number": A_DAY}


def not_stated_before(application: Application, said: Mapping[str, Any], by: Person | None) -> dict[str, str]:
    """A check: the same words with no other paper are a second window or click, not a second statement. Once the case
    is decided anew the same words count again."""
    begun = max((act.seq for act in application.did("reopen")), default=0)
    for act in application.did("make_statement"):
        if act.seq > begun and act.facts["statement"] == said["statement"] and not _other_paper(act, said):
            told = _("The same was stated on %(day)s and is on the record.")
            return {"statement": told % {"day": date_format(day_of(act))}}
    return {}


def _other_paper(act: Act, said: Mapping[str, Any]) -> bool:
    now, before = said.get("document") or {}, act.facts.get("document") or {}
    return bool(now) and now.get("sha256") != before.get("sha256")
