"""Internal notes 内部备注: apart from acts, for officers of the same agency alone, and deleted when the case ends."""

from __future__ import annotations

from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permits.access import Reader
from permits.errors import BadFacts, NotPermitted, WrongStatus
from permits.models import Application
from roles.days import local_today
from roles.models import Person
from workflows.models import CaseNote

LONGEST, MOST = 2000, 200


def notes_of(application: Application, agencies: Collection[int]) -> QuerySet[CaseNote]:
    """What officers of `agencies` noted on the case, the oldest first. One query."""
    notes = CaseNote.objects.filter(application=application, agency__in=agencies)
    return notes.select_related("person", "agency").order_by("pk")


def write_note(application_id: int, text: str, *, by: Person, agency_id: int | None = None) -> CaseNote:
    """Note `text` on the case for the officers of the agency for which `by` works in it (of several: `agency_id`).

    Sent again on the same day, by a second click or a browser that got no answer, it is the note that stands there
    already; on another day it tells that the same happened once more. Raises NotPermitted for who works on it in no
    agency, BadFacts for a text that is empty or too long, WrongStatus where the case has ended: its notes are gone
    then.
    """
    try:
        text = forms.CharField(max_length=LONGEST).clean(text)  # it is never printed: any character will do
    except ValidationError as bad:
        raise BadFacts({"text": " ".join(bad.messages)}) from bad
    with Application.locked(application_id) as application:
        if application.final:
            raise WrongStatus(_("The case has ended, and its internal notes with it."))
        agencies = Reader(by, application).agencies
        if not agencies or (agency_id is not None and agency_id not in agencies):
            raise NotPermitted(_("Only officers of an agency that has the case in procedure note something on it."))
        said = {"application": application, "agency_id": agency_id or min(agencies), "person": by, "text": text}
        if there := CaseNote.objects.filter(**said, created__date=local_today()).first():
            return there
        if CaseNote.objects.filter(application=application).count() >= MOST:
            raise WrongStatus(_("No more than %(most)d are kept: remove one first.") % {"most": MOST})
        return CaseNote.objects.create(**said)


def drop_note(application_id: int, pk: int, *, by: Person) -> bool:
    """Remove a note of one's own. False where there is no such one (any more)."""
    return bool(CaseNote.objects.filter(application=application_id, pk=pk, person=by).delete()[0])


def forget_notes(application: Application) -> int:
    """The case ended: its notes go. Returns how many."""
    return CaseNote.objects.filter(application=application).delete()[0]
