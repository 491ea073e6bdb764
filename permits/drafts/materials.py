"""Handing in files: checked by content, stored once, every version kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import OperationalError
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from permits import access
from permits.contract.kind import Requirement
from permits.drafts.corrections import is_open, material_place
from permits.drafts.store import store
from permits.drafts.uploads import MATERIAL_KINDS, Upload, UploadRefused, inspect
from permits.errors import BadFacts, NotPermitted, UnitBusy, WrongStatus
from permits.kinds import kind_of
from permits.models import Application, Material, MaterialVersion, Submission
from permits.models.facts import files_in
from permits.models.material import EVIDENCE, NOT_HANDED_IN, REPORTED, STATED
from permits.models.states import HEARD, S
from roles.access import units_of
from roles.faults import lock_denied
from roles.models import Mandate, OperatingUnit, Person

MB = 1024 * 1024


def requirement(application: Application, slot: str) -> Requirement:
    """The entry of the closed list. Raises KeyError for a slot that is not on it."""
    return {entry.slot: entry for entry in kind_of(application).requirements(application)}[slot]


def add_file(application_id: int, slot: str, file: File[Any], *, by: Person) -> MaterialVersion:
    """Store `file` in `slot`. Raises BadFacts naming the reason, KeyError for a slot that is not on the list,
    WrongStatus when the draft is closed or a correction did not unlock the slot, ScannerUnreachable, StorageFailed,
    Busy."""
    accepts = requirement(Application.objects.get(pk=application_id), slot).accepts
    upload = judged(file, accepts)  # outside the lock: reading a large file takes its time
    with Application.locked(application_id) as application:
        _open(application, slot)
        return _keep(application, slot, file, upload, by, bounded=True)


def judged(file: File[Any], accepts: Sequence[str] = MATERIAL_KINDS) -> Upload:
    """What `file` is, to be asked before the transaction that stores it: reading and scanning take their time. Raises
    BadFacts naming the reason, ScannerUnreachable."""
    try:
        return inspect(file, accepts=accepts)
    except UploadRefused as refused:
        raise BadFacts({"file": str(refused)}) from refused


def _lock_unit(application: Application) -> None:
    """Files of several cases of a unit at once are added up one after another. Raises UnitBusy."""
    try:
        OperatingUnit.objects.select_for_update(no_key=True).only("pk").get(pk=application.unit_id)
    except OperationalError as error:
        if lock_denied(error):
            raise UnitBusy from error
        raise


def _within_quota(application: Application, upload: Upload) -> None:
    """What one unit's files take together is bounded, so that no unit fills the store of all. Raises BadFacts."""
    files = MaterialVersion.objects.filter(material__application__unit=application.unit_id)
    held = files.exclude(material__slot=EVIDENCE).aggregate(bytes=Sum("size"))["bytes"] or 0
    quota = settings.UNIT_QUOTA_MB
    if held + upload.size > quota * MB:
        facts = {"quota": quota, "held": held // MB}
        raise BadFacts(
            {"file": _("Your unit may keep %(quota)d MB of files and has %(held)d MB; this one does not fit.") % facts}
        )


def attach(
    application_id: int, file: File[Any], *, by: Person, mandate: Mandate | None, upload: Upload | None = None
) -> MaterialVersion:
    """Store `file` as evidence of an officer's act: a ruling's document, a photograph, a higher authority's decision.

    Call it in the transaction of that act, so that neither stands without the other, with what `judged` said of the
    file before (`upload`). Raises NotPermitted for who neither holds the mandate in the case nor heads its agency,
    BadFacts for a file that cannot be kept.
    """
    upload = upload or judged(file)
    with Application.locked(application_id) as application:
        reason = access.refusal(by, "claim", application, mandate)
        if reason and not access.may(by, "reassign", application, mandate):
            raise NotPermitted(reason)
        return _keep(application, EVIDENCE, file, upload, by)


def attach_report(application_id: int, file: File[Any], *, by: Person, upload: Upload | None = None) -> MaterialVersion:
    """Store `file` with a report or an alarm of the unit after approval, within what the unit may keep.

    Call it in the transaction of that act, with `upload` as for `attach`. Raises NotPermitted for who does not apply
    for the unit, WrongStatus before the approval, BadFacts for a file that cannot be kept.
    """
    nothing = _("There is no permit in this case.")
    return _attach_of_unit(application_id, file, REPORTED, (S.APPROVED,), nothing, by=by, upload=upload)


def attach_stated(application_id: int, file: File[Any], *, by: Person, upload: Upload | None = None) -> MaterialVersion:
    """Store `file` with a statement 陈述申辩 of the unit before the decision. As `attach_report`; WrongStatus where
    nothing can be stated, as of a case that was decided meanwhile."""
    over = _("A statement is made between the receipt of the application and its decision.")
    return _attach_of_unit(application_id, file, STATED, HEARD, over, by=by, upload=upload)


def _attach_of_unit(
    application_id: int, file: File[Any], slot: str, at: Sequence[str], otherwise: str, *, by: Person,
    upload: Upload | None,
) -> MaterialVersion:  # fmt: skip
    upload = upload or judged(file)
    with Application.locked(application_id) as application:
        if not units_of(by).filter(pk=application.unit_id).exists():
            raise NotPermitted(_("You do not apply for this unit."))
        if application.status not in at:
            raise WrongStatus(otherwise)
        return _keep(application, slot, file, upload, by, bounded=True)


def evidence_of(application: Application) -> QuerySet[MaterialVersion]:
    """What officers put into the case, and the unit with its statements before and its reports after the decision."""
    files = MaterialVersion.objects.filter(material__application=application, material__slot__in=NOT_HANDED_IN)
    return files.select_related("material", "uploaded_by").order_by("pk")


def _keep(
    application: Application, slot: str, file: File[Any], upload: Upload, by: Person, *, bounded: bool = False
) -> MaterialVersion:
    """The file as it is kept; `bounded` where it takes room of the unit. The bytes are written before the unit is
    locked, as the store may be slow. Of one that no longer fits then they stay, without a row, as those of any act
    that is refused at last: they lie by content, and may be another's, too."""
    material, _made = Material.objects.get_or_create(application=application, slot=slot)
    same = material.versions.filter(sha256=upload.sha256, withdrawn_at=None).first()
    if same:  # a second click, or the same file again: it takes the place of one that was damaged since
        store(same, file)
        return same
    if bounded:
        _within_quota(application, upload)
    version = MaterialVersion(
        material=material,
        name=upload.name or slot,
        kind=upload.kind,
        sha256=upload.sha256,
        size=upload.size,
        uploaded_by=by,
    )
    store(version, file)
    if bounded:
        _lock_unit(application)
        _within_quota(application, upload)
    version.save(force_insert=True)
    return version


def take_back(version_id: int) -> None:
    """Take a file out of what is handed in next. The bytes and the row stay, and a second call does nothing.

    Raises WrongStatus when the draft is closed or a correction did not unlock the slot.
    """
    version = MaterialVersion.objects.select_related("material").get(pk=version_id)
    with Application.locked(version.material.application_id) as application:
        _open(application, version.material.slot)
        version.refresh_from_db()
        if version.withdrawn_at is None:
            version.withdrawn_at = timezone.now()
            version.save(update_fields=["withdrawn_at"])


def may_read(person: Person, version: MaterialVersion) -> bool:
    """Whether `person` may open the file: its unit any, who sees the case what was handed in or officers attached.

    A file of a draft, or of a correction not yet handed in, is the applicant's own; evidence of an act whose words are
    withheld is withheld too.
    """
    application = version.material.application
    if not access.visible_to(person).filter(pk=application.pk).exists():
        return False
    if version.pk in withheld_evidence(access.Reader(person, application)):
        return False
    if units_of(person).filter(pk=application.unit_id).exists():
        return True
    slot = version.material.slot
    return slot in NOT_HANDED_IN or (slot, version.sha256) in files_handed_in(application)


def withheld_evidence(reader: access.Reader) -> frozenset[int]:
    """Keys of the files that `reader` is not shown: evidence only of acts whose words are withheld from them."""
    told: dict[bool, set[int]] = {True: set(), False: set()}
    for act in reader.application.acts.all() if reader.withheld else ():
        told[act.pk in reader.withheld] |= {file["id"] for file in files_in(act.facts)}
    return frozenset(told[True] - told[False])


def files_handed_in(application: Application) -> frozenset[tuple[str, str]]:
    """(slot, SHA-256) of every file that was part of a submission."""
    submissions = Submission.objects.filter(application=application)
    return frozenset(file for one in submissions for file in one.files)


def _open(application: Application, slot: str) -> None:
    if not application.editable:
        raise WrongStatus(_("The application was handed in; its materials can no longer be changed."))
    if not is_open(application, material_place(slot)):
        raise WrongStatus(_("The correction list does not name this material; it stays as it was handed in."))
