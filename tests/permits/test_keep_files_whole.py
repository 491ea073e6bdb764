"""Keeping files whole: handed in only as they are, given only as they were, and nothing half written."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from permits.drafts import completeness
from permits.drafts.materials import add_file, attach
from permits.drafts.store import whole
from permits.errors import NotReady, StorageFailed
from permits.models import Application, MaterialVersion
from permits.models.material import current_files
from permits.models.states import S
from permits.verification.run import of_cases
from tests.cast import Cast, log_in, pdf


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "materials"
    return tmp_path / "materials"


def on_disk(version: MaterialVersion) -> Path:
    return Path(version.file.path)


@pytest.mark.parametrize("harm", ["gone", "other bytes of the same length", "broken off"])
def test_nothing_is_handed_in_whose_file_is_not_whole(cast: Cast, folder: Path, harm: str) -> None:
    case = cast.draft()
    victim = current_files(case).get(material__slot="maps")
    data = on_disk(victim).read_bytes()
    on_disk(victim).unlink()
    if harm != "gone":
        on_disk(victim).write_bytes(data[:-1] + (b"" if harm == "broken off" else b"x"))
    with override("en"), pytest.raises(NotReady, match=r"“maps\.pdf” is missing or damaged"):
        cast.do(case, "submit")
    case.refresh_from_db()
    assert case.status == S.DRAFT


def test_the_files_are_read_before_the_case_is_locked(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gigabyte takes a second, and everybody else in the case waits; on SQLite every writer does."""
    case, lock, happened = cast.draft(), Application.locked, list[str]()
    files = len(current_files(case))

    def read(version: MaterialVersion) -> bool:
        happened.append("read")
        return whole(version)

    def locked(application_id: int) -> Any:
        happened.append("locked")
        return lock(application_id)

    monkeypatch.setattr(completeness, "whole", read)
    monkeypatch.setattr(Application, "locked", locked)
    cast.do(case, "submit")
    assert happened[: files + 1] == ["read"] * files + ["locked"]
    assert happened.count("read") == files


def test_what_is_chosen_after_the_reading_is_read_under_the_lock(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, lock = cast.draft(), Application.locked

    def a_moment_later(application_id: int) -> Any:
        monkeypatch.undo()
        on_disk(add_file(case.pk, "maps", pdf("new.pdf", "new"), by=cast.clerk)).unlink()
        return lock(application_id)

    monkeypatch.setattr(Application, "locked", a_moment_later)
    with override("en"), pytest.raises(NotReady, match=r"“new\.pdf” is missing or damaged"):
        cast.do(case, "submit")


def test_a_damaged_file_is_mended_by_handing_in_the_same_again(cast: Cast, folder: Path) -> None:
    case = cast.draft()
    victim = current_files(case).get(material__slot="maps")
    data = on_disk(victim).read_bytes()
    on_disk(victim).write_bytes(data[:-1] + b"x")
    victim.withdrawn_at = victim.uploaded_at
    victim.save(update_fields=["withdrawn_at"])
    add_file(case.pk, "maps", pdf("maps.pdf", f"maps {case.pk}"), by=cast.clerk)
    assert cast.do(case, "submit").after == S.SUBMITTED
    # it lay beside the damaged one under another name, and was told as missing ever after
    assert not [found for found in of_cases([case.pk]) if found.check == "files"]


def test_a_file_that_another_case_is_just_writing_is_whole_for_both_and_lost_for_none(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, data = cast.draft(), pdf("maps.pdf", "the same of two cases").read()
    place = folder / "materials" / hashlib.sha256(data).hexdigest()[:2] / f"{hashlib.sha256(data).hexdigest()}.pdf"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as writing:  # the other is so far
        writing.write(data[:100])
        writing.flush()
        with monkeypatch.context() as full:
            full.setattr(FileSystemStorage, "_save", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
            with pytest.raises(StorageFailed):
                add_file(case.pk, "maps", pdf("maps.pdf", "the same of two cases"), by=cast.clerk)
        assert place.read_bytes() == data[:100]
        version = add_file(case.pk, "maps", pdf("maps.pdf", "the same of two cases"), by=cast.clerk)
        writing.write(data[100:])
    assert place.read_bytes() == data
    assert on_disk(version) == place
    assert list(place.parent.iterdir()) == [place]


def test_a_damaged_file_is_never_given_and_the_log_names_it(
    cast: Cast, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    version = current_files(cast.draft())[0]
    on_disk(version).write_bytes(b"%PDF-1.7 something else")
    answer = log_in(cast.clerk, english=True).get(reverse("material", args=[version.pk]))
    assert answer.status_code == 500
    assert f"The stored file “{version.name}” is missing or damaged" in answer.text
    assert "something else" not in answer.text
    assert f"file {version.pk} " in caplog.text


def test_a_store_that_is_no_folder_is_told_and_nothing_is_written(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    case = cast.draft()
    before = MaterialVersion.objects.count()
    (tmp_path / "materials").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "materials"
    sent = {"file-design": pdf("新.pdf", "new")}
    page = log_in(cast.clerk, english=True).post(reverse("draft-materials", args=[case.pk]), sent)
    assert page.status_code == 503
    assert "新.pdf: The file store cannot be written, and this file was not stored" in page.text
    assert MaterialVersion.objects.count() == before


def test_a_full_store_keeps_nothing_half_written(cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.draft()
    before = sorted(folder.rglob("*.pdf"))

    def half(storage: FileSystemStorage, name: str, content: object) -> str:
        Path(storage.path(name)).parent.mkdir(parents=True, exist_ok=True)
        Path(storage.path(name)).write_bytes(b"%PDF")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", half)
    sent = {"file-design": pdf("新.pdf", "new")}
    page = log_in(cast.clerk, english=True).post(reverse("draft-materials", args=[case.pk]), sent)
    assert page.status_code == 507
    assert "The file store is full" in page.text
    assert sorted(folder.rglob("*.pdf")) == before


def test_a_file_said_to_be_stored_outlasts_a_power_cut(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes and the names of all folders down to it are on the disk, also where it was there already."""
    flushed: list[str] = []
    fsync = os.fsync

    def told(handle: int) -> None:
        fsync(handle)
        flushed.append(os.readlink(f"/proc/self/fd/{handle}"))

    monkeypatch.setattr(os, "fsync", told)
    version = current_files(cast.draft())[0]
    file = on_disk(version)
    down_to_it = {str(one) for one in (file, *file.parents) if one.is_relative_to(folder.parent)}
    assert len(down_to_it) > 2
    assert down_to_it <= set(flushed)
    flushed.clear()
    version.withdrawn_at = version.uploaded_at
    version.save(update_fields=["withdrawn_at"])
    again = ContentFile(file.read_bytes(), name="again.pdf")
    add_file(version.material.application_id, version.material.slot, again, by=cast.clerk)
    assert down_to_it <= set(flushed)


def test_a_file_that_does_not_get_onto_the_disk_is_not_stored(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cast.draft()
    before = MaterialVersion.objects.count()

    def refused(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refused)
    with pytest.raises(StorageFailed):
        add_file(case.pk, "maps", pdf("maps.pdf", "new"), by=cast.clerk)
    assert MaterialVersion.objects.count() == before


def test_an_officers_act_without_its_file_is_no_act(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    case = cast.case_at(S.FINAL_REVIEW)
    (tmp_path / "materials").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "materials"
    mandate = cast.take(case).mandate
    with pytest.raises(StorageFailed):
        attach(case.pk, pdf("决定.pdf", "decision"), by=cast.reviewer, mandate=mandate)
    assert not MaterialVersion.objects.filter(name="决定.pdf").exists()
