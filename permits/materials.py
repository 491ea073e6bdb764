"""Handing in files: checked by content, stored once, every version kept."""

from __future__ import annotations

from django.core.files import File
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from roles.models import Person

from .errors import BadFacts, WrongStatus
from .kinds import Requirement, kind_of
from .locks import locked
from .models import Application, Material, MaterialVersion
from .uploads import UploadRefused, inspect


def current_files(application: Application) -> QuerySet[MaterialVersion]:
    """The files that would be handed in now."""
    files = MaterialVersion.objects.filter(material__application=application, withdrawn_at=None)
    return files.select_related("material").order_by("material__slot", "pk")


def requirement(application: Application, slot: str) -> Requirement:
    """The entry of the closed list. Raises KeyError for a slot that is not on it."""
    return {entry.slot: entry for entry in kind_of(application).requirements(application)}[slot]


def add_file(application_id: int, slot: str, file: File, *, by: Person) -> MaterialVersion:
    """Store `file` in `slot`. Raises BadFacts naming the reason, WrongStatus when the draft is closed."""
    with locked(application_id) as application:
        _open(application)
        try:
            accepts = requirement(application, slot).accepts
            upload = inspect(file)
        except UploadRefused as refused:
            raise BadFacts({"file": str(refused)}) from refused
        if upload.kind not in accepts:
            raise BadFacts({"file": _("Only %(types)s here.") % {"types": ", ".join(accepts)}})
        material, _made = Material.objects.get_or_create(application=application, slot=slot)
        same = material.versions.filter(sha256=upload.sha256, withdrawn_at=None).first()
        if same:  # a second click, or the same file again
            return same
        version = MaterialVersion(
            material=material, name=file.name or slot, kind=upload.kind, sha256=upload.sha256, size=upload.size, uploaded_by=by
        )
        file.seek(0)
        version.file.save(file.name or slot, file, save=False)
        version.save(force_insert=True)
        return version


def take_back(version_id: int) -> None:
    """Take a file out of what is handed in next. The bytes and the row stay. Raises WrongStatus when the draft is closed."""
    version = MaterialVersion.objects.select_related("material").get(pk=version_id)
    with locked(version.material.application_id) as application:
        _open(application)
        version.withdrawn_at = timezone.now()
        version.save(update_fields=["withdrawn_at"])


def _open(application: Application) -> None:
    if not application.editable:
        raise WrongStatus(_("The application was handed in; its materials can no longer be changed."))
