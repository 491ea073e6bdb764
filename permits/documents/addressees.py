"""To whom a paper goes, and what tells it from others of its title in the same case."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from permits.documents.holder import names_of_applicant
from permits.models import Application, Document


def party(application: Application, named: str, applicant: str) -> str:
    """Whom an act turns to: the applicant by its name, however it was called there."""
    return applicant if named in names_of_applicant(application) else named


def told_apart(paper: Document) -> str:
    """What tells a paper of which a case has several from the others: to whom it goes, or the day it tells; empty for
    others. Reads the act that objected for an answer to it."""
    said = paper.act.facts
    match paper.act.act:
        case "tell_hearing_right" | "notify_third_party":
            return party(paper.application, said["party"], paper.application.unit.name)
        case "answer_objection":
            return str(paper.application.did_at(said["objection"]).facts["objector"])
        case "ask_opinion":
            return str(said["office"]["agency"])
        case "announce_hearing":
            return date_format(date.fromisoformat(said["held_on"]))
        case "resubmit":
            return date_format(timezone.localdate(paper.act.at))
    return ""
