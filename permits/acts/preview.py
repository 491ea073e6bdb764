"""An act before it is performed: what would refuse it, what it would bring about, and its papers, marked 预览, without
number, seal and QR code.

The act is performed and undone: every check that would refuse it refuses the preview too, and nothing stays.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace

from permits.acts.life import permit_of
from permits.acts.perform import perform
from permits.acts.reopening import owed
from permits.documents import standard
from permits.documents.content import NOWHERE, Paper
from permits.documents.printing import paper_of
from permits.documents.rendering import render
from permits.documents.watermark import marked
from permits.kinds import kind_of
from permits.models import Act, Application, Document, MaterialVersion, spec_of
from permits.models.facts import Evidence
from roles.days import local_today

MARK = "预览"
STAND_IN = MaterialVersion(pk=0, sha256="0" * 64)


class Stand(Struct, frozen=True):
    """How a case stands: its status and that of its permit in words (empty: none), the permit's first day where that
    is still to come, its last day, and whether something is to be decided anew."""

    case: str
    permit: str
    since: date | None
    until: date | None
    anew: bool


class Brought(Struct, frozen=True):
    """How the case stood before an act, and would after it."""

    before: Stand
    after: Stand


def rehearse(application_id: int, act: str, **said: Any) -> Brought:
    """What `act` would bring about, found by doing it and undoing it; nothing is written. Raises what `perform` would
    raise. A file that it needs is stood in for: the file itself is read once it is sent with the act. The key of a form
    is not given, so it is not spent."""
    said = dict.fromkeys(files_asked(act), STAND_IN) | said
    with transaction.atomic():
        before = _stand(Application.objects.get(pk=application_id))
        perform(application_id, act, **said)
        after = _stand(Application.objects.get(pk=application_id))
        transaction.set_rollback(True)
    return Brought(before, after)


def _stand(application: Application) -> Stand:
    permit = permit_of(application)
    status, until = (permit.get_status_display(), permit.valid_to) if permit else ("", None)
    since = permit.valid_from if permit and permit.valid_from > local_today() else None
    return Stand(application.get_status_display(), status, since, until, owed(application))


def files_asked(act: str) -> tuple[str, ...]:
    """The facts of `act` that are files which it cannot do without."""
    return tuple(name for name, fact in spec_of(act).facts.items() if isinstance(fact, Evidence) and fact.required)


def can_preview(application: Application, act: str) -> bool:
    """Whether `act` issues a paper in its own words; one that first needs a file has none yet."""
    if files_asked(act):
        return False
    asked = Act(application=application, act=act)
    return act in standard.REQUIRED or bool(kind_of(application).papers_of(asked))


def preview(application_id: int, act: str, **said: Any) -> bytes:
    """One PDF of all papers that `act` would issue. Takes what `perform` takes but a form's key.

    Raises what `perform` raises, and LookupError where the act issues none.
    """
    with transaction.atomic():
        record = perform(application_id, act, **said)
        papers = [_unnumbered(paper_of(document)) for document in _without_numbers(record)]
        transaction.set_rollback(True)
    if not papers:
        raise LookupError(f"{act} issues no paper")
    return marked([render(paper) for paper in papers], MARK)


def _without_numbers(record: Act) -> list[Document]:
    """The papers reserved for the act, without their numbers, which another act may take first."""
    documents = list(record.documents.select_related("application", "act", "agency").order_by("pk"))
    for at, document in enumerate(documents):
        document.serial, document.number = 0, f"{document.prefix}〔{document.year}〕{'　' * (at + 1)}号"
        Document.objects.filter(pk=document.pk).update(number=document.number)
    return documents


def _unnumbered(paper: Paper) -> Paper:
    """Without seal and the means of checking a paper: there is nothing to check."""
    return replace(paper, sealed=False, verification=NOWHERE)
