"""Stored materials: each file handed in lies in the store, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.database.reading import among, by_key, keep_related, read
from permits.drafts.store import whole
from permits.models import Act, Application, Material, MaterialVersion, ObjectionFiling
from permits.models.material import NOT_HANDED_IN, stored_as
from permits.models.states import EDITABLE
from permits.models.submission import submission_of
from permits.verification.registry import Batch, Problem, each_case


@each_case("files", gettext_lazy("stored files"))
def files(batch: Batch) -> Iterator[Problem]:
    """What the last submission lists is what the case has now, and every file that a record names has its bytes."""
    stored, sound = _stored(batch.keys), set[tuple[str, str]]()
    for case in batch.cases:
        record, has = batch.acts.get(case.pk, []), stored.get(case.pk, [])
        for told in _not_as_listed(case, record, has):
            yield Problem("files", str(case), told)
        for version in has:
            if not _sound(version, sound):
                yield _damaged(case, version.name)
    with_objections = ObjectionFiling.objects.filter(among("application", batch.keys)).exclude(file="")
    for filing in with_objections.select_related("application"):
        if not whole(filing):
            yield _damaged(filing.application, filing.file_name)


def _not_as_listed(case: Application, record: Sequence[Act], has: Sequence[MaterialVersion]) -> Iterator[str]:
    """Where the files of a case are not those that its submissions list and its acts name."""
    listed = [handed_in.content["materials"] for act in record if (handed_in := submission_of(act)) is not None]
    known = {(one.material.slot, one.name, one.sha256, one.size) for one in has}
    for file in (file for files in listed for file in files):
        if (file["slot"], file["name"], file["sha256"], file["size"]) not in known:
            yield _gone(file)
    if listed and case.status not in EDITABLE:
        current = sum(one.withdrawn_at is None and one.material.slot not in NOT_HANDED_IN for one in has)
        if current != len(listed[-1]):
            yield _("%(now)s files stand, %(then)s were handed in") % {"now": current, "then": len(listed[-1])}
    shown = {(one.pk, one.name, one.sha256) for one in has}
    for file in (file for act in record for file in _named(act)):
        if (file["id"], file["name"], file["sha256"]) not in shown:
            yield _gone(file)


def _gone(file: Mapping[str, Any]) -> str:
    return _("“%(file)s” was handed in, and is gone") % {"file": file["name"]}


def _sound(version: MaterialVersion, sound: set[tuple[str, str]]) -> bool:
    """Whether the stored bytes are what was handed in; `sound`: what was read a moment ago, for the same file is often
    handed in more than once."""
    lies = str(version.file.name), version.sha256
    if lies not in sound and version.file.name == stored_as(version, "") and whole(version):
        sound.add(lies)
    return lies in sound


def _stored(cases: list[int]) -> dict[int, list[MaterialVersion]]:
    """Every file of each of these cases, with its material."""
    versions = read(MaterialVersion.objects.filter(among("material__application", cases)))
    materials = by_key(read(Material.objects.filter(among("application", cases))))
    stored: dict[int, list[MaterialVersion]] = {}
    for version in versions:
        material = materials[version.material_id]
        keep_related(version, "material", material)
        stored.setdefault(material.application_id, []).append(version)
    return stored


def _named(act: Act) -> Iterable[dict[str, Any]]:
    """The files that an act names; all it says is gone through only where its text can name one at all."""
    facts = act.facts
    return evidence(facts) if '"sha256"' in act.body or "\\u" in act.body else ()


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
