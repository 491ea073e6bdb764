"""Handing in files, taking them back, and opening them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files import File
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe
from msgspec import Struct

from permits.access import note_reading
from permits.contract.kind import Requirement
from permits.drafts.completeness import problems
from permits.drafts.corrections import open_materials
from permits.drafts.editing import get_draft
from permits.drafts.material_names import by_name, material_names
from permits.drafts.materials import add_file, may_read, take_back
from permits.drafts.store import opened
from permits.drafts.uploads import CONTENT_TYPES, EXTENSIONS, clean_name
from permits.errors import BadFacts, PermitError, ScannerUnreachable, StorageFailed
from permits.kinds import kind_of
from permits.models import Application, MaterialVersion
from permits.models.material import NOT_HANDED_IN, SHOWN_IN_THE_PAGE
from permits.models.submission import last_submission
from permits.views.viewing import shown_in_the_page
from roles.addresses import logged_address
from roles.numbers import whole
from roles.requests import Signed

SEVERAL = "files"
"""The field of files that are not chosen at a material, but told apart by their names."""


class Slot(Struct):
    """One material of the list: what is asked, what is there, what was taken back."""

    entry: Requirement
    is_open: bool
    files: list[MaterialVersion] = []
    taken_back: list[MaterialVersion] = []
    errors: list[str] = []

    @property
    def missing(self) -> bool:
        """Required and not there."""
        return self.entry.required and not self.files

    @property
    def extensions(self) -> str:
        """What the browser offers to choose from."""
        return ",".join(f".{extension}" for kind in self.entry.accepts for extension in EXTENSIONS[kind])

    @property
    def types(self) -> str:
        """The same for a reader."""
        return _(", ").join(kind.upper() for kind in self.entry.accepts)


def slots(application: Application) -> list[Slot]:
    """Every material of the list with its files, then what lies in slots that are no longer asked for."""
    entries = list(kind_of(application).requirements(application))
    open_ones = open_materials(application, [entry.slot for entry in entries])
    listed = {entry.slot: Slot(entry, entry.slot in open_ones) for entry in entries}
    versions = MaterialVersion.objects.filter(material__application=application).select_related(
        "material", "uploaded_by"
    )
    for version in versions.exclude(material__slot__in=NOT_HANDED_IN).order_by("pk"):
        name = version.material.slot
        slot = listed.setdefault(name, Slot(_unasked(application, name), application.number is None))
        (slot.files if version.withdrawn_at is None else slot.taken_back).append(version)
    return list(listed.values())


def _unasked(application: Application, slot: str) -> Requirement:
    name = material_names(application).get(slot, slot)
    return Requirement(
        slot=slot, label=_("No longer asked for: %(slot)s") % {"slot": name}, source="", required=False, accepts=()
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_materials(request: Signed, pk: int) -> HttpResponse:
    """All materials of a draft in one form: each button stores whatever was chosen anywhere, so nothing is lost."""
    application = get_draft(request.user, pk)
    errors: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        errors, status = _upload(request, application)
        _take_back(request, application)
        if not errors and SEVERAL in request.POST and application.number is None and not problems(application):
            return redirect("draft-check", pk)
        if not errors:
            place = request.POST.get("slot", "")
            known = place in {entry.slot for entry in kind_of(application).requirements(application)}
            return redirect(reverse("draft-materials", args=[pk]) + (f"#slot-{place}" if known else ""))
    return render(request, "permits/draft/materials.html", _context(application, errors), status=status)


def _context(application: Application, errors: dict[str, list[str]]) -> dict[str, Any]:
    listed = slots(application)
    for slot in listed:
        slot.errors = errors.get(slot.entry.slot, [])
    wrong = [
        {"where": slot.entry.label, "message": message, "anchor": f"#file-{slot.entry.slot}"}
        for slot in listed
        for message in slot.errors
    ]
    wrong += [
        {"where": _("Several files at once"), "message": message, "anchor": "#files"}
        for message in errors.get(SEVERAL, ())
    ]
    return {
        "application": application,
        "slots": listed,
        "problems": wrong,
        "unplaced": errors.get(SEVERAL, ()),
        "several": sum(1 for slot in listed if slot.is_open and slot.entry.accepts) > 1,
        "limit": settings.MAX_UPLOAD_MB,
    }


def _upload(request: Signed, application: Application) -> tuple[dict[str, list[str]], int]:
    """Store every chosen file that can be kept; the reasons for the others, by slot, and the status they make: 422,
    503 or 507 where no fault of the file's kept it out."""
    entries = kind_of(application).requirements(application)
    chosen, errors = _chosen(request, application, entries)
    stored, known, status = 0, 0, 422 if errors else 200
    for slot, file in chosen:
        try:
            kept = add_file(application.pk, slot, file, by=request.user)
        except (BadFacts, ScannerUnreachable, StorageFailed) as bad:
            said = bad.errors["file"] if isinstance(bad, BadFacts) else str(bad)
            errors.setdefault(slot, []).append(f"{clean_name(file.name or '')}{_(': ')}{said}")
            status = max(status, _status(bad))
            continue
        if _is_new(request, application, kept, file):
            stored += 1
            _warn_of_namesake(request, kept)
        else:
            known += 1
    if stored:
        messages.success(
            request, ngettext("%(count)d file was stored.", "%(count)d files were stored.", stored) % {"count": stored}
        )
    elif not errors and not known and (SEVERAL in request.POST or "slot" in request.POST):
        errors[request.POST.get("slot", SEVERAL)] = [_("Choose a file first.")]
        status = 422
    return errors, status


def _chosen(
    request: Signed, application: Application, entries: Sequence[Requirement]
) -> tuple[list[tuple[str, File[Any]]], dict[str, list[str]]]:
    """The files that were chosen, each with its slot, in the order of the list; and errors, by slot. Of several chosen
    at once the name tells the slot; those whose name tells none are errors under SEVERAL."""
    takes = open_materials(application, [entry.slot for entry in entries])
    placed, homeless = by_name(
        [entry for entry in entries if entry.slot in takes and entry.accepts], request.FILES.getlist(SEVERAL)
    )
    told = _("Its name is that of no material, or of several. Choose it below, at its material.")
    errors = {SEVERAL: [f"{clean_name(file.name or '')}{_(': ')}{told}" for file in homeless]} if homeless else {}
    chosen = [
        (entry.slot, file)
        for entry in entries
        for file in (*placed.get(entry.slot, ()), *request.FILES.getlist(f"file-{entry.slot}"))
    ]
    return chosen, errors


def _is_new(request: Signed, application: Application, kept: MaterialVersion, file: File[Any]) -> bool:
    """False where what was chosen lies there under another name, or was handed in already: the sender is told which,
    for no new one is listed, and nothing is corrected by it."""
    name = clean_name(file.name or "")
    if name not in ("", kept.name):
        told = _("“%(name)s” is here already, as “%(kept)s”, with the same content. It was not stored again.")
    elif (last := last_submission(application)) and (kept.material.slot, kept.sha256) in last.files:
        told = _("“%(kept)s” was handed in already, with the same content: nothing was changed.")
    else:
        return True
    messages.info(request, told % {"name": name, "kept": kept.name})
    return False


def _warn_of_namesake(request: Signed, kept: MaterialVersion) -> None:
    """A better version beside the one it was meant to replace: both would be handed in, under one name."""
    beside = MaterialVersion.objects.filter(material=kept.material, name=kept.name, withdrawn_at=None)
    if beside.exclude(pk=kept.pk).exists():
        told = _("“%(name)s” is here more than once now, with other content. Where the new one replaces it, take the "
                 "older one back.")  # fmt: skip
        messages.warning(request, told % {"name": kept.name})


def _status(error: PermitError) -> int:
    if isinstance(error, StorageFailed):
        return error.status
    return 503 if isinstance(error, ScannerUnreachable) else 422


def _take_back(request: Signed, application: Application) -> None:
    chosen = request.POST.get("take_back", "")
    if not chosen:
        return
    versions = MaterialVersion.objects.filter(material__application=application)
    number = whole(chosen)
    version = versions.filter(pk=number).first() if number is not None else None
    if version is None:
        raise Http404
    take_back(version.pk)
    messages.success(request, _("“%(name)s” was taken back.") % {"name": version.name})


def _readable(request: Signed, pk: int) -> MaterialVersion:
    version = get_object_or_404(MaterialVersion.objects.select_related("material__application"), pk=pk)
    if not may_read(request.user, version):
        raise Http404
    note_reading(request.user, version.material.application, page=request.path, address=logged_address(request))
    return version


@login_required
@require_safe
def material(request: Signed, pk: int) -> FileResponse:
    """One stored file, as a download: never shown by the browser as a page of this site, and never a damaged one."""
    version = _readable(request, pk)
    response = FileResponse(
        opened(version), as_attachment=True, filename=version.name, content_type=CONTENT_TYPES[version.kind]
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@login_required
@require_safe
@xframe_options_sameorigin
def material_view(request: Signed, pk: int) -> FileResponse:
    """One stored PDF or picture, shown in the browser, by itself or within a page of this site. 404 for other kinds,
    which could act by themselves: they are downloaded."""
    version = _readable(request, pk)
    if version.kind not in SHOWN_IN_THE_PAGE:
        raise Http404
    response = FileResponse(opened(version), filename=version.name, content_type=CONTENT_TYPES[version.kind])
    shown_in_the_page(response, version.kind)
    return response
