"""Stored materials: each file handed in lies in the store, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.drafts.store import whole
from permits.models import Application, MaterialVersion, ObjectionFiling
from permits.models.material import NOT_HANDED_IN, stored_as
from permits.models.states import EDITABLE
from permits.verification.registry import Batch, Problem, each_case


@each_case("files", gettext_lazy("stored files"))
def files(batch: Batch) -> Iterator[Problem]:
    """What the last submission lists is what the case has now, and every file that a record names has its bytes."""
    stored: dict[int, list[MaterialVersion]] = {}
    versions = MaterialVersion.objects.filter(material__application__in=batch.cases).select_related("material")
    for version in versions:
        stored.setdefault(version.material.application_id, []).append(version)
    for case in batch.cases:
        record, has = batch.acts.get(case.pk, []), stored.get(case.pk, [])
        listed = [one.submission.content["materials"] for one in record if hasattr(one, "submission")]
        known = {(one.material.slot, one.name, one.sha256, one.size) for one in has}
        for file in (file for handed_in in listed for file in handed_in):
            if (file["slot"], file["name"], file["sha256"], file["size"]) not in known:
                yield Problem("files", str(case), _("“%(file)s” was handed in, and is gone") % {"file": file["name"]})
        if listed and case.status not in EDITABLE:
            current = sum(one.withdrawn_at is None and one.material.slot not in NOT_HANDED_IN for one in has)
            if current != len(listed[-1]):
                yield Problem("files", str(case), _("%(now)s files stand, %(then)s were handed in")
                              % {"now": current, "then": len(listed[-1])})  # fmt: skip
        shown = {(one.pk, one.name, one.sha256) for one in has}
        for file in (file for act in record for file in evidence(act.facts)):
            if (file["id"], file["name"], file["sha256"]) not in shown:
                yield Problem("files", str(case), _("“%(file)s” was handed in, and is gone") % {"file": file["name"]})
        for version in has:
            if version.file.name != stored_as(version, "") or not whole(version):
                yield _damaged(case, version.name)
    with_objections = ObjectionFiling.objects.filter(application__in=batch.cases).exclude(file="")
    for filing in with_objections.select_related("application"):
        if not whole(filing):
            yield _damaged(filing.application, filing.file_name)


def evidence(said: Any) -> Iterator[dict[str, Any]]:
    """The files that the facts of an act name, wherever in them (permits/models/facts.py, `Evidence`)."""
    if isinstance(said, dict) and said.keys() == {"id", "name", "sha256"}:
        yield said
    elif isinstance(said, (dict, list)):
        for one in said.values() if isinstance(said, dict) else said:
            yield from evidence(one)


def _damaged(case: Application, file: str) -> Problem:
    told = _("the stored file “%(file)s” is missing or not what was handed in") % {"file": file}
    return Problem("files", str(case), told)
