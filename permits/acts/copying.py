"""Begin an application from an earlier one: what was filled in is taken over, files only as the unit chooses."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.perform import open_draft
from permits.contract.kind import Label
from permits.drafts.editing import get_draft, rename
from permits.drafts.guidance import districts_for
from permits.drafts.materials import add_file
from permits.drafts.store import opened, whole
from permits.errors import BadFacts, WrongStatus
from permits.kinds import kind_of
from permits.locks import busy_when_locked
from permits.models import Application, MaterialVersion
from permits.models.material import current_files
from roles.access import units_of
from roles.models import Person

OFFERED = 10


class Earlier(Struct, frozen=True):
    """A file of the earlier application: what it was handed in as, and whether its bytes are still what they were."""

    file: MaterialVersion
    label: Label
    whole: bool


def earlier_of(person: Person, kind_code: str) -> list[Application]:
    """The last applications of the person's units of this kind, the newest first, whatever became of them."""
    own = Application.objects.filter(unit__in=units_of(person), kind=kind_code).select_related("jurisdiction")
    return list(own.order_by("-pk")[:OFFERED])


def files_of(source: Application) -> list[Earlier]:
    """The files it was handed in with (of a draft: those it has) that are on the list. Reads every file."""
    labels = {entry.slot: entry.label for entry in kind_of(source).requirements(source)}
    return [
        Earlier(file, labels[file.material.slot], whole(file))
        for file in current_files(source)
        if file.material.slot in labels
    ]


def copy_application(source_id: int, *, by: Person, title: str = "", files: Collection[int] = ()) -> Application:
    """A new draft of the same unit, for the same district, with head and rows of the application `source_id` and those
    of its files whose keys are in `files`, each checked and kept as a new version.

    Raises Http404 and NotPermitted for another unit's, WrongStatus for a kind that is no longer installed or no longer
    accepted there, BadFacts for a title or a file that cannot be taken, Busy.
    """
    source = get_draft(by, source_id, editable=False)
    kind = kind_of(source)
    if not districts_for(kind).filter(pk=source.jurisdiction_id).exists():
        raise WrongStatus(
            _("Nobody accepts this kind of application for %(place)s any more.") % {"place": source.jurisdiction}
        )
    with busy_when_locked(), transaction.atomic():
        made = open_draft(kind.code, source.unit, source.jurisdiction, by=by)
        if title:
            rename(made.pk, title)
        kind.copy(source, made)
        for file in current_files(source).filter(pk__in=files):
            _carry(file, made, by)
    return made


def _carry(version: MaterialVersion, made: Application, by: Person) -> None:
    if not whole(version):
        raise BadFacts({"taken": _("The stored file “%(name)s” is missing or damaged.") % {"name": version.name}})
    with opened(version) as file:
        file.name = version.name
        try:
            add_file(made.pk, version.material.slot, file, by=by)
        except BadFacts as bad:
            raise BadFacts({"taken": f"{version.name}{_(': ')}{_('; ').join(bad.errors.values())}"}) from bad
