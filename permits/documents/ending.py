"""How the papers of a permit (of_permit.py) end, together."""

from __future__ import annotations

from permits.documents.numbering import revoke, supersede
from permits.documents.of_permit import carried, granting
from permits.models import Application, Document


def end_all(application: Application) -> None:
    """The permit has ended: none of its papers holds any more. WrongState for one that is not printed."""
    for paper in granting(application):
        revoke(paper.pk)


def put_in_place(new: Document) -> None:
    """`new` takes the place of what the holder carried. WrongState for a paper that is not printed."""
    for paper in carried(new.application):
        if paper.pk != new.pk:
            supersede(paper.pk, by=new)


def pass_to(application: Application, other: Application) -> None:
    """The permit of `other` takes the place of that of `application`, paper by paper."""
    takes = next(iter(carried(other)), None)
    for paper in granting(application):
        supersede(paper.pk, by=takes)
