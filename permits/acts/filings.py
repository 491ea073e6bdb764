"""Objections handed in by anyone on the page of a running public notice: taken in, and what became of them.

Nobody without a login performs an act. What is handed in is kept as it was typed, with a code for who handed it in; an
officer takes it on the record of the case (`record_objection`, with its number) or says why not (`set_aside_filing`).
Until one of the two is done nothing is proposed or decided (permits/acts/objections.py). Law: 令35 art 11 for the
notice; how objections come in no rule says (docs/decisions/0021-public-register-and-objections.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.files.base import File
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.objections import Objection, objections
from permits.drafts.store import keep_file
from permits.drafts.uploads import UploadRefused, inspect
from permits.errors import BadFacts, WrongStatus
from permits.ledger.chain import problems_of
from permits.models import Application, Document, FilingOutcome, ObjectionFiling
from permits.models.body import legible
from permits.models.facts import BadFact, Text
from permits.models.inquiry import SET_ASIDE
from permits.models.states import S
from permits.text.printable import as_typed
from roles.days import local_today

ACCEPTS: Final = ("pdf", "png", "jpg")
MOST_MB: Final = 10
MOST_WAITING: Final = 2000
"""Objections to one notice that nobody dealt with yet; beyond it the office named in the notice takes them."""
RUNNING, COMING, OVER, WITHDRAWN, ENDED = "running", "coming", "over", "withdrawn", "ended"
CHANGED = "changed"
NAME, CONTACT = Text(long=False, most=100), Text(long=False, most=200)
REASONS = Text(most=4000)


def standing(notice: Document) -> str:
    """How a posted notice stands today: RUNNING, COMING, OVER, WITHDRAWN, ENDED (the case ended while it ran), or
    CHANGED: somebody changed what was recorded of it, so that nobody knows its days."""
    if not (notice.act.intact and legible(lambda: bool(period(notice)), False)):
        return CHANGED
    if notice.application.status == S.WITHDRAWN:
        return WITHDRAWN
    today, (starts, ends) = local_today(), period(notice)
    if today > ends:
        return OVER
    if notice.application.final:
        return ENDED
    return COMING if today < starts else RUNNING


def period(notice: Document) -> tuple[date, date]:
    """Its first and its last day, both counted."""
    said = notice.act.facts
    return date.fromisoformat(said["starts"]), date.fromisoformat(said["ends"])


def closed(notice: Document) -> str:
    """Why nothing can be handed in now, in words; empty while it can."""
    stands = standing(notice)
    if stands == CHANGED:
        return _("What was recorded of this notice was changed outside this site: its days cannot be told here.")
    starts, ends = period(notice)
    return {
        RUNNING: "",
        COMING: _("The notice begins on %(day)s: objections can be handed in from then on.")
        % {"day": date_format(starts)},
        OVER: _("The notice ended on %(day)s. Objections can no longer be handed in here.")
        % {"day": date_format(ends)},
        WITHDRAWN: _("The application was withdrawn: nothing is decided, and objections are no longer needed."),
        ENDED: _("The case has ended: objections can no longer be handed in here."),
    }[stands]


def cleaned(said: dict[str, Any]) -> dict[str, str]:
    """Name, contact and reason as the record can hold them. Raises BadFacts by field."""
    told, errors = {}, {}
    for name, fact in (("name", NAME), ("contact", CONTACT), ("reason", REASONS)):
        try:
            told[name] = str(fact.clean(said.get(name)))
        except BadFact as bad:
            errors[name] = str(bad)
    if errors:
        raise BadFacts(errors)
    return told


def hand_in(notice: Document, *, key: UUID, file: File[Any] | None = None, **said: Any) -> tuple[ObjectionFiling, bool]:
    """Keep an objection to `notice`; gives it, and whether it is new. The same `key` twice is one objection; so are,
    while they wait, the same words of the same person with the same file, as of who went back in the browser. Nothing
    of the case changes.

    Raises BadFacts for words or a file that cannot be kept, WrongStatus where the notice does not run or too much
    waits, Busy, StorageFailed, ScannerUnreachable.
    """
    if before := ObjectionFiling.objects.filter(key=key).first():
        return before, False
    if reason := closed(notice):
        raise WrongStatus(reason)
    told = cleaned(said)
    filing = ObjectionFiling(notice=notice, application=notice.application, key=key, **told)
    _describe(filing, file)  # outside the lock: reading a large file takes its time
    with Application.locked(notice.application_id) as application:
        if before := ObjectionFiling.objects.filter(key=key).first():
            return before, False
        notice.application = application
        if reason := closed(notice):  # the case ended, or midnight passed, while it was read
            raise WrongStatus(reason)
        waiting = ObjectionFiling.objects.filter(application=application, outcome=None)
        same = waiting.filter(notice=notice, sha256=filing.sha256, **told).first()
        if same:
            return same, False
        if waiting.count() >= MOST_WAITING:
            raise WrongStatus(_("Too much waits here just now. Please turn to the office named in the notice."))
        filing.at = timezone.now()
        if file:
            keep_file(filing, file)
        filing.save(force_insert=True)
    return filing, True


def _describe(filing: ObjectionFiling, file: File[Any] | None) -> None:
    if file is None:
        return
    if (file.size or 0) > MOST_MB * 1024 * 1024:
        raise BadFacts({"file": _("This file is larger than %(most)d MB.") % {"most": MOST_MB}})
    try:
        upload = inspect(file, accepts=ACCEPTS)
    except UploadRefused as refused:
        raise BadFacts({"file": str(refused)}) from refused
    filing.file_name, filing.file_kind = upload.name or "1." + upload.kind, upload.kind
    filing.sha256, filing.size = upload.sha256, upload.size


class Filing(Struct, frozen=True):
    """One objection handed in, and what became of it: nothing yet, on the record, or set aside."""

    row: ObjectionFiling
    outcome: FilingOutcome | None = None
    objection: Objection | None = None
    changed: bool = False
    """Whether somebody changed the record of the case: then nothing is told of what became of it."""

    @property
    def received(self) -> date:
        """The day it came."""
        return timezone.localdate(self.row.at)

    @property
    def dealt_with(self) -> date | None:
        """The day an officer took it on the record or set it aside."""
        return timezone.localdate(self.outcome.act.at) if self.outcome else None

    @property
    def set_aside(self) -> str:
        """Why it was not taken on record, in words; empty otherwise."""
        if self.outcome is None or self.outcome.act.act != "set_aside_filing":
            return ""
        facts = self.outcome.act.facts
        return f"{dict(SET_ASIDE.options)[facts['ground']]}；{facts['reason']}"

    @property
    def answered(self) -> date | None:
        """The day it was answered."""
        answer = self.objection.answer if self.objection else None
        return timezone.localdate(answer.at) if answer else None

    @property
    def answer(self) -> str:
        """The answer's words; empty while there is none."""
        answer = self.objection.answer if self.objection else None
        return str(answer.facts["answer"]) if answer else ""


def filings(application: Application) -> list[Filing]:
    """Everything handed in to the case, in the order it came."""
    rows = ObjectionFiling.objects.filter(application=application).order_by("pk")
    return _with_outcomes(application, rows)


def waiting_in(application: Application) -> list[Filing]:
    """Those of the case that nobody took on the record or set aside yet."""
    return [one for one in filings(application) if one.outcome is None]


def find_filing(code: str) -> Filing | None:
    """The objection handed in with this code; blanks, hyphens, width and case of the signs are forgiven. What became of
    it is told only where the record of its case is whole: for whoever asks it is the agency's answer."""
    told = ObjectionFiling.objects.select_related("application", "notice__act", "notice__agency")
    row = told.filter(code=as_typed(code)).first()
    if row is None:
        return None
    return Filing(row, changed=True) if problems_of(row.application) else _with_outcomes(row.application, [row])[0]


def _with_outcomes(application: Application, rows: Sequence[ObjectionFiling] | Any) -> list[Filing]:
    taken = {one.filing_id: one for one in FilingOutcome.objects.filter(filing__in=list(rows)).select_related("act")}
    known = {one.act.pk: one for one in objections(application)} if taken else {}
    return [
        Filing(row, taken.get(row.pk), known.get(taken[row.pk].act_id) if row.pk in taken else None) for row in rows
    ]
