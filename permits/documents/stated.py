"""What papers tell of the applicant's own statements 陈述申辩: by the paper itself it can prove that they came."""

from __future__ import annotations

from permits.clocks.entries import day_of
from permits.documents.forms import stated, stated_on_paper
from permits.documents.holder import names_of_applicant
from permits.models import Act, Application


def told_of_statements(application: Application, record: Act, you: str) -> str:
    """On which days before `record` the applicant, addressed as `you`, stated its case by itself, and on which an
    officer recorded what it had stated on paper or in person. What third parties stated stands in the record alone."""
    before = [act for act in application.did("make_statement", "record_statement") if act.seq < record.seq]
    own = dict.fromkeys(day_of(act) for act in before if act.act == "make_statement")
    names = names_of_applicant(application)
    noted = dict.fromkeys(day_of(act) for act in before if act.facts.get("party") in names)
    return stated(you, tuple(own)) + stated_on_paper(you, tuple(noted))
