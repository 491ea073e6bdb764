"""Handing in files: what is kept, what is refused, and that nothing once handed in is lost."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from permits.acts.perform import perform
from permits.drafts.materials import add_file, attach, may_read, take_back
from permits.errors import BadFacts, WrongStatus
from permits.models import Act, Application, MaterialVersion
from permits.models.material import current_files
from roles.models import Mandate, Person
from tests.cast import PDF, pdf

AskCorrection = Callable[..., Act]


def spreadsheet() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return held.getvalue()


def test_a_file_is_kept_with_name_type_size_hash_and_who_gave_it(draft: Application, clerk: Person) -> None:
    version = add_file(draft.pk, "design", pdf("设计 说明书.pdf"), by=clerk)
    stored = version.file.open("rb").read()
    assert (version.name, version.kind, version.uploaded_by) == ("设计 说明书.pdf", "pdf", clerk)
    assert version.sha256 == hashlib.sha256(stored).hexdigest()
    assert version.size == len(stored)


def test_no_name_from_outside_reaches_the_disk(draft: Application, clerk: Person) -> None:
    version = add_file(draft.pk, "design", pdf("../../etc/设计.pdf"), by=clerk)
    assert version.file.name == f"materials/{version.sha256[:2]}/{version.sha256}.pdf"
    assert version.name == "设计.pdf"


def test_the_same_file_again_makes_no_second_version(draft: Application, clerk: Person) -> None:
    first, second = (add_file(draft.pk, "design", pdf(), by=clerk) for _click in range(2))
    assert first == second
    assert MaterialVersion.objects.count() == 1


def test_another_file_stands_beside_the_first(draft: Application, clerk: Person) -> None:
    add_file(draft.pk, "design", pdf(), by=clerk)
    add_file(draft.pk, "design", pdf(more="2"), by=clerk)
    assert current_files(draft).count() == 2


def test_the_same_bytes_lie_in_the_store_once(draft: Application, clerk: Person) -> None:
    versions = [add_file(draft.pk, slot, pdf(more="same"), by=clerk) for slot in ("design", "management_plan")]
    assert len({version.file.name for version in versions}) == 1


def test_a_stored_file_that_broke_off_is_written_again(draft: Application, clerk: Person) -> None:
    first = add_file(draft.pk, "design", pdf(more="whole"), by=clerk)
    storage, name = first.file.storage, first.file.name
    storage.delete(name)
    storage.save(name, ContentFile(b"%PDF"))
    second = add_file(draft.pk, "management_plan", pdf(more="whole"), by=clerk)
    assert hashlib.sha256(second.file.open("rb").read()).hexdigest() == second.sha256


REFUSED = {
    "empty": ("leer.pdf", b"", "empty"),
    "a program in disguise": ("设计.pdf", b"MZ\x90\x00" + b"\x00" * 200, "program"),
    "a script in disguise": ("设计.pdf", b"#!/bin/sh\nrm -rf /\n", "program"),
    "another type than the slot takes": ("图.xlsx", spreadsheet(), "xlsx"),
    "a name that promises another type": ("设计.docx", PDF, "docx"),
    "a web page": ("设计.pdf", b"<html><script>alert(1)</script></html>", "kind"),
    "a PDF that broke off": ("设计.pdf", PDF[:20], "incomplete"),
}


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_kept_is_refused_with_the_reason(
    draft: Application, clerk: Person, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(BadFacts) as refused:
        add_file(draft.pk, "design", ContentFile(content, name=name), by=clerk)
    assert refused.value.errors.keys() == {"file"}
    assert MaterialVersion.objects.count() == 0


def test_a_file_over_the_limit_is_refused_with_the_limit(draft: Application, clerk: Person, settings: Settings) -> None:
    settings.MAX_UPLOAD_MB = 1
    with pytest.raises(BadFacts, match="1 MB"):
        add_file(draft.pk, "design", ContentFile(PDF[:-7] + b" " * 1024 * 1024 + b"%%EOF\n", name="groß.pdf"), by=clerk)


def test_a_slot_that_is_not_on_the_list_takes_nothing(draft: Application, clerk: Person) -> None:
    with pytest.raises(KeyError):
        add_file(draft.pk, "birth_certificate", pdf(), by=clerk)


def test_a_file_taken_back_is_not_handed_in_but_stays(draft: Application, clerk: Person) -> None:
    version = add_file(draft.pk, "design", pdf(), by=clerk)
    take_back(version.pk)
    assert not current_files(draft).exists()
    version.refresh_from_db()
    assert version.file.storage.exists(version.file.name)


def test_taking_back_twice_changes_nothing_the_second_time(draft: Application, clerk: Person) -> None:
    version = add_file(draft.pk, "design", pdf(), by=clerk)
    take_back(version.pk)
    version.refresh_from_db()
    first = version.withdrawn_at
    take_back(version.pk)
    version.refresh_from_db()
    assert version.withdrawn_at == first


def test_a_file_taken_back_can_be_given_again(draft: Application, clerk: Person) -> None:
    take_back(add_file(draft.pk, "design", pdf(), by=clerk).pk)
    add_file(draft.pk, "design", pdf(), by=clerk)
    assert current_files(draft).count() == 1


def test_once_handed_in_nothing_is_added_or_taken_back(submitted: Application, clerk: Person) -> None:
    with pytest.raises(WrongStatus):
        add_file(submitted.pk, "design", pdf(more="late"), by=clerk)
    with pytest.raises(WrongStatus):
        take_back(current_files(submitted)[0].pk)


def test_a_correction_opens_only_the_material_it_names(
    submitted: Application, ask_correction: AskCorrection, clerk: Person
) -> None:
    ask_correction(submitted, "materials/maps")
    add_file(submitted.pk, "maps", pdf(more="new"), by=clerk)
    with pytest.raises(WrongStatus, match=r"does not name|补正|未列"):
        add_file(submitted.pk, "design", pdf(more="new"), by=clerk)


def test_what_an_officer_attached_is_not_the_applicants_to_take_back(
    submitted: Application, ask_correction: AskCorrection, officer: Person, acceptance: Mandate
) -> None:
    evidence = attach(submitted.pk, pdf("决定.pdf", "evidence"), by=officer, mandate=acceptance)
    ask_correction(submitted, "materials/maps")
    with pytest.raises(WrongStatus):
        take_back(evidence.pk)


def test_an_officer_reads_what_was_handed_in_and_not_what_is_still_being_prepared(
    submitted: Application, ask_correction: AskCorrection, officer: Person, clerk: Person, rival: Person
) -> None:
    handed_in = current_files(submitted).get(material__slot="maps")
    ask_correction(submitted, "materials/maps")
    prepared = add_file(submitted.pk, "maps", pdf(more="prepared"), by=clerk)
    assert may_read(officer, handed_in)
    assert not may_read(officer, prepared)
    assert may_read(clerk, prepared)
    assert not may_read(rival, handed_in)
    perform(submitted.pk, "resubmit", by=clerk)
    assert may_read(officer, prepared)


def test_the_record_holds_the_hash_of_every_file_handed_in(submitted: Application) -> None:
    said = {(file["slot"], file["sha256"]) for file in submitted.submissions.get().content["materials"]}
    assert said == {(file.material.slot, file.sha256) for file in current_files(submitted)}
