"""What one submission holds, as papers tell it: who applied, which files, who sent it and when. It never changes.

A name that no font can print is told with a mark in its place: nobody chose it for a paper, and what was handed in
stays what it was (permits/text/printable.py asks where a text is typed; a file's name is not typed here).
"""

from __future__ import annotations

from django.utils import timezone, translation

from permits.clocks.periods import periods
from permits.documents import forms
from permits.documents.content import Letter
from permits.documents.forms import HandedIn, Issue, Matter
from permits.drafts.material_names import material_names
from permits.models import Act, Application, Submission

OFFICIAL = "zh-hans"


def files_of(application: Application, materials: list[dict[str, object]]) -> tuple[HandedIn, ...]:
    """The files of a submission of `application`, in its order, under the names their materials had then; in one made
    before those were kept, under the names they have now."""
    from permits.text.fonts import load  # here, not above: it brings the typesetter into every start

    with translation.override(OFFICIAL):
        names = {slot: str(label) for slot, label in material_names(application).items()}
    return tuple(
        HandedIn(
            material=load().shown(str(file.get("material") or names.get(str(file["slot"]), file["slot"]))),
            name=load().shown(str(file["name"])),
            size=int(str(file["size"])),
            sha256=str(file["sha256"]),
        )
        for file in materials
    )


def receipt(record: Act, issue: Issue, matter: Matter) -> Letter:
    """The receipt of what `record` handed in. Raises Submission.DoesNotExist for an act that hands nothing in."""
    from permits.text.fonts import load

    submission = Submission.objects.get(act=record)
    return forms.materials_receipt(
        issue,
        matter,
        at=timezone.localtime(record.at),
        by=load().shown(record.content["names"]["person"]),
        content_sha256=submission.sha256,
        files=files_of(record.application, submission.content["materials"]),
        working_days=periods()["notice"].working_days,
        corrected=record.act == "resubmit",
    )
