"""What the agency does with a finding: its head names who answers, it is answered, what was put right is reported.

Each raises NotPermitted, WrongStatus, BadFacts (by field), Recorded (the same form before), Busy or StorageFailed, and
then nothing was written. Whoever answers sees the finding and what followed it, and nothing else of the engagement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.drafts.uploads import UploadRefused, inspect
from permits.errors import BadFacts, NotPermitted, WrongStatus
from roles.days import CHINA, local_today
from roles.models import Person
from workflows.engagements.door import WORDS, cleaned, described, insist_open, keep, named
from workflows.engagements.record import append, locked
from workflows.engagements.rights import answers_as, staff_of
from workflows.engagements.standing import Answer, Finding, Standing
from workflows.models import EngagementEntry, EngagementFile, Entry

ACCEPTS = ("pdf", "png", "jpg", "xlsx", "docx")
MOST_MB, MOST_FILES = 20, 10


@contextmanager
def _answering(finding: EngagementEntry, by: Person, key: UUID | None) -> Iterator[tuple[Finding, dict[str, Any]]]:
    """The lock, with `by` as who answers for the agency; the capacity as the record has it."""
    with locked(finding.engagement_id, key) as engagement:
        capacity = answers_as(by, finding)
        if not capacity:
            raise NotPermitted(_("Only the agency's head, or whoever the head named, answers a finding."))
        standing = Standing.of(engagement)
        insist_open(standing)
        yield (
            next(one for one in standing.findings if one.row.pk == finding.pk),
            {"agency": finding.facts["agency"], "as": capacity},
        )


def name_answerer(
    finding: EngagementEntry, answerer: Person, *, by: Person, key: UUID | None = None
) -> EngagementEntry:
    """The head names somebody of the agency who answers the finding too."""
    with _answering(finding, by, key) as (found, capacity):
        if capacity["as"] != "head":
            raise NotPermitted(_("Only the head of the agency does this."))
        if found.settled:
            raise WrongStatus(_("The finding is settled: there is nothing to answer any more."))
        if not staff_of(found.row.agency_id).filter(pk=answerer.pk).exists():
            raise BadFacts({"answerer": _("This person holds no post in the agency today.")})
        return append(
            found.row.engagement, Entry.NAMED, by=by, capacity=capacity, facts={"answerer": named(answerer)},
            concerned=answerer, agency=found.row.agency, finding=found.row, key=key,
        )  # fmt: skip


def answer(
    finding: EngagementEntry, position: str, text: str, *, by: Person, files: Sequence[File[Any]] = (),
    key: UUID | None = None,
) -> EngagementEntry:  # fmt: skip
    """The agency's answer 反馈意见, with materials; while the auditors wait for one."""
    told = cleaned({"text": (WORDS, text)})
    if position not in Answer.values:
        raise BadFacts({"position": _("Choose one of the answers offered.")})
    return _add(finding, Entry.ANSWERED, {"position": str(position), **told}, by=by, files=files, key=key)


def report_rectified(
    finding: EngagementEntry, text: str, done_on: date | None, *, by: Person, files: Sequence[File[Any]] = (),
    key: UUID | None = None,
) -> EngagementEntry:  # fmt: skip
    """What was put right, and when 整改报告."""
    told = cleaned({"text": (WORDS, text)})
    if done_on is None:
        raise BadFacts({"done_on": _("This field is required.")})
    if not timezone.localdate(finding.at, timezone=CHINA) <= done_on <= local_today():
        raise BadFacts({"done_on": _("Give a day between the finding and today.")})
    return _add(finding, Entry.RECTIFIED, {"done_on": done_on.isoformat(), **told}, by=by, files=files, key=key)


def _add(
    finding: EngagementEntry, entry: Entry, facts: dict[str, Any], *, by: Person, files: Sequence[File[Any]],
    key: UUID | None,
) -> EngagementEntry:  # fmt: skip
    rows = [_described(file) for file in _few(files)]  # outside the lock: reading a large file takes its time
    with _answering(finding, by, key) as (found, capacity):
        _insist_may_follow(found, entry)
        row = append(
            found.row.engagement, entry, by=by, capacity=capacity, agency=found.row.agency, finding=found.row, key=key,
            facts=facts | {"files": [described(one) for one in rows]},
        )  # fmt: skip
        for kept, file in zip(rows, files, strict=True):
            keep(row, kept, file)
        return row


def _insist_may_follow(finding: Finding, entry: Entry) -> None:
    """An answer while one is waited for; a report on what was put right after it too, until the finding is settled."""
    if finding.settled:
        raise WrongStatus(_("The finding is settled: there is nothing to answer any more."))
    if entry == Entry.ANSWERED and not finding.waiting:
        raise WrongStatus(_("The finding was answered already; what was put right is reported instead."))
    if entry == Entry.RECTIFIED and finding.last == Entry.FINDING:
        raise WrongStatus(_("The finding is answered first, then what was put right is reported."))
    if entry == Entry.RECTIFIED and finding.last == Entry.RECTIFIED:
        raise WrongStatus(_("What was put right was reported already, and waits to be judged."))


def _few(files: Sequence[File[Any]]) -> Sequence[File[Any]]:
    if len(files) > MOST_FILES:
        raise BadFacts({"files": _("At most %(most)d files at once.") % {"most": MOST_FILES}})
    return files


def _described(file: File[Any]) -> EngagementFile:
    if (file.size or 0) > MOST_MB * 1024 * 1024:
        raise BadFacts({"files": _("This file is larger than %(most)d MB.") % {"most": MOST_MB}})
    try:
        upload = inspect(file, accepts=ACCEPTS)
    except UploadRefused as refused:
        raise BadFacts({"files": f"{file.name}{_(': ')}{refused}"}) from refused
    return EngagementFile(
        name=upload.name or "1." + upload.kind, kind=upload.kind, sha256=upload.sha256, size=upload.size
    )
