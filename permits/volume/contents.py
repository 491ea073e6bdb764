"""What belongs to the volume of a case, in its order: what was handed in, papers issued, materials, officers' files.

All of it is read from the record: a file that no act names is not of the case. Of a draft there is nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from django.utils import timezone
from msgspec import Struct

from permits.drafts.materials import evidence_of, files_handed_in
from permits.drafts.store import opened
from permits.kinds import kind_of
from permits.models import Application, Document, DocumentFile, MaterialVersion, Submission
from permits.models.facts import files_in
from permits.models.material import STATED

SUBMISSIONS, DOCUMENTS, MATERIALS = "submissions", "documents", "materials"
"""Folders of the bundle."""


PUT_IN = {STATED: "随陈述申辩提交"}
"""With what the unit handed a file in beside its application, by slot."""


class Enclosed(Struct, frozen=True, kw_only=True):
    """One thing in the volume. `kind` is its type, read from its content; `number` the paper's, where it has one.

    `write` puts the bytes of what is printed at a path; it raises DamagedFile where they are not what was handed in.
    `stored` puts those that the record names, where these are others.
    """

    folder: str
    title: str
    kind: str
    sha256: str
    dated: date
    write: Callable[[Path], None]
    stored: Callable[[Path], None] | None = None
    number: str = ""

    def keep(self, path: Path) -> None:
        """Put the bytes that the record names at `path`. Raises DamagedFile."""
        (self.stored or self.write)(path)


def enclosed_in(application: Application) -> list[Enclosed]:
    """Everything in the volume of `application`, in its order. No file is read yet."""
    return [*_submissions(application), *_papers(application), *_materials(application), *_evidence(application)]


def _submissions(application: Application) -> Iterator[Enclosed]:
    rows = list(Submission.objects.filter(application=application).select_related("act").order_by("act__seq"))
    for number, row in enumerate(rows, 1):
        yield Enclosed(
            folder=SUBMISSIONS,
            title="申请内容（提交时）" if len(rows) == 1 else f"申请内容（第{number}次提交时）",
            kind="json",
            sha256=row.sha256,
            dated=timezone.localdate(row.act.at),
            write=lambda path, row=row: _put(path, _printed(row)),  # type: ignore[misc]  # bound in the loop
            stored=lambda path, row=row: _put(path, row.body.encode()),  # type: ignore[misc]
        )


def _printed(submission: Submission) -> bytes:
    from permits.volume.handed_in import handed_in_pdf  # here, not above: it brings the typesetter into every start

    return handed_in_pdf(submission)


def _papers(application: Application) -> Iterator[Enclosed]:
    issued = application.documents.exclude(status=Document.Status.PENDING).order_by("act__seq", "pk")
    for paper in issued.select_related("act"):
        replaced = "" if paper.in_force else f"（{paper.get_status_display()}）"
        yield Enclosed(
            folder=DOCUMENTS,
            title=(paper.title or paper.label) + replaced,
            number=paper.number,
            kind="pdf",
            sha256=paper.sha256,
            dated=timezone.localdate(paper.act.at),
            write=lambda path, pk=paper.pk: _put(path, bytes(DocumentFile.objects.get(pk=pk).pdf)),  # type: ignore[misc]
        )


def _materials(application: Application) -> Iterator[Enclosed]:
    labels = {entry.slot: str(entry.label) for entry in kind_of(application).requirements(application)}
    handed_in = files_handed_in(application)
    files = MaterialVersion.objects.filter(material__application=application).select_related("material")
    order = {slot: number for number, slot in enumerate(labels)}
    found = [one for one in files if (one.material.slot, one.sha256) in handed_in]
    for one in sorted(found, key=lambda one: (order.get(one.material.slot, len(order)), one.uploaded_at, one.pk)):
        replaced = "（已撤换）" if one.withdrawn_at else ""
        yield _file(one, f"{labels.get(one.material.slot, one.material.slot)}：{one.name}{replaced}")


def _evidence(application: Application) -> Iterator[Enclosed]:
    named = {file["sha256"] for act in application.acts.all() for file in files_in(act.facts)}
    for one in evidence_of(application):
        if one.sha256 in named:
            yield _file(one, f"{PUT_IN.get(one.material.slot, '办理中附入')}：{one.name}")


def _file(version: MaterialVersion, title: str) -> Enclosed:
    def write(path: Path) -> None:
        with opened(version) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)

    day = timezone.localdate(version.uploaded_at)
    return Enclosed(folder=MATERIALS, title=title, kind=version.kind, sha256=version.sha256, dated=day, write=write)


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def case_number(acts: list[str]) -> str:
    """The number that the texts of acts say the case has; empty where none does."""
    told = [json.loads(body).get("sets", {}).get("number") for body in acts]
    return next((str(number) for number in reversed(told) if number), "")
