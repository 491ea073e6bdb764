"""Sealing: a signature that verifies, and no longer does when one byte is another."""

from __future__ import annotations

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from django.core.management import CommandError, call_command
from django.test import override_settings
from pytest_django.fixtures import Settings

from permits.documents.seal import SUBJECT, SealExists, make_test_seal
from permits.documents.signing import NoSeal, file_signer, signer_for, verify_signature
from permits.text.fonts import Fonts
from tests.permits.documents.reading import render
from tests.permits.documents.samples import all_papers


@pytest.fixture(scope="module")
def unsigned(fonts: Fonts) -> bytes:
    return render(all_papers()["acceptance"], fonts)


@pytest.fixture(scope="module")
def signed_once(real_seal_folder: Path, unsigned: bytes) -> bytes:
    with override_settings(SEAL_DIR=real_seal_folder):
        return signer_for("bj-forestry").sign(unsigned, reason="京绿审〔2026〕12号")


@pytest.fixture
def signed(seal: Path, signed_once: bytes) -> bytes:
    """A paper signed with the real seal, which is the installation's during the test."""
    return signed_once


def test_a_sealed_paper_is_intact_known_and_marked_as_test(signed: bytes) -> None:
    report = verify_signature(signed)
    assert (report.signed, report.intact, report.trusted, report.test) == (True, True, True, True)
    assert report.signer == SUBJECT == "测试章（仅供测试）"
    assert report.signed_at is not None


def test_sealing_adds_to_the_paper_and_changes_none_of_it(signed: bytes, unsigned: bytes) -> None:
    assert signed.startswith(unsigned)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.35, 0.6, 0.85, 0.999])
def test_one_flipped_byte_breaks_the_seal(signed: bytes, unsigned: bytes, share: float) -> None:
    changed = bytearray(signed)
    changed[int(len(unsigned) * share)] ^= 1
    report = verify_signature(bytes(changed))
    assert not report.intact
    assert not report.trusted


def test_an_addition_after_sealing_breaks_it(signed: bytes) -> None:
    report = verify_signature(signed + b"\n% something more\n")
    assert not report.intact


def test_an_unsigned_paper_is_reported_as_such(unsigned: bytes) -> None:
    report = verify_signature(unsigned)
    assert (report.signed, report.intact, report.problem) == (False, False, "unsigned")


@pytest.mark.parametrize(
    "rubbish", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.4\nstartxref\n9999999\n%%EOF", b"\x00" * 5000]
)
def test_rubbish_is_a_report_and_no_error(rubbish: bytes) -> None:
    report = verify_signature(rubbish)
    assert not report.intact
    assert report.problem


def test_a_cut_off_paper_is_a_report_and_no_error(signed: bytes) -> None:
    for share in (0.3, 0.6, 0.9, 0.97, 0.99):
        assert not verify_signature(signed[: int(len(signed) * share)]).intact


def test_a_seal_of_another_installation_is_intact_but_not_known(
    signed: bytes, tmp_path: Path, settings: Settings
) -> None:
    settings.SEAL_DIR = tmp_path / "other"
    make_test_seal(settings.SEAL_DIR)
    report = verify_signature(signed)
    assert report.intact
    assert not report.trusted


def test_the_key_is_for_its_owner_only_and_the_certificate_says_test(real_seal_folder: Path) -> None:
    bundle, public = real_seal_folder / "test.p12", real_seal_folder / "test.cert.pem"
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    assert stat.S_IMODE(real_seal_folder.stat().st_mode) == 0o700
    certificate = x509.load_pem_x509_certificate(public.read_bytes())
    assert "测试章" in certificate.subject.rfc4514_string()
    assert certificate.not_valid_after_utc.year > datetime.now(UTC).year + 8


def test_a_seal_is_never_overwritten(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_DIR = tmp_path / "seal"
    call_command("make_test_seal")
    before = (settings.SEAL_DIR / "test.p12").read_bytes()
    with pytest.raises(SealExists):
        make_test_seal(settings.SEAL_DIR)
    with pytest.raises(CommandError, match="印章不会被覆盖"):
        call_command("make_test_seal")
    call_command("make_test_seal", "--if-missing")
    assert (settings.SEAL_DIR / "test.p12").read_bytes() == before
    assert sorted(path.name for path in settings.SEAL_DIR.iterdir()) == ["test.cert.pem", "test.p12"]


def test_without_a_seal_the_folder_is_named(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_DIR = tmp_path / "nowhere"
    with pytest.raises(NoSeal, match="make_test_seal"):
        signer_for("bj-forestry")


def test_a_broken_seal_file_is_named(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_DIR = tmp_path
    (tmp_path / "test.p12").write_bytes(b"no bundle")
    with pytest.raises(NoSeal, match=r"test\.p12"):
        signer_for("bj-forestry")


def test_an_agency_with_its_own_seal_signs_with_it_in_pem_too(
    real_seal_folder: Path, tmp_path: Path, settings: Settings, unsigned: bytes
) -> None:
    key, certificate, _chain = load_key_and_certificates((real_seal_folder / "test.p12").read_bytes(), None)
    assert key is not None
    assert certificate is not None
    settings.SEAL_DIR = tmp_path
    own = tmp_path / "bj-forestry.key.pem"
    own.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "bj-forestry.cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    assert load_pem_private_key(own.read_bytes(), None)
    assert verify_signature(file_signer("bj-forestry").sign(unsigned, reason="x")).trusted
    with pytest.raises(NoSeal):
        file_signer("bj-planning")


def test_another_signer_can_be_plugged_in(settings: Settings) -> None:
    settings.DOCUMENT_SIGNER = "tests.permits.documents.test_sign_papers.seal_server"
    assert signer_for("bj-forestry").sign(b"paper", reason="12") == b"paper sealed by bj-forestry for 12"


class _SealServer:
    test = False

    def __init__(self, agency: str) -> None:
        self.agency = agency

    def sign(self, pdf: bytes, *, reason: str) -> bytes:
        return pdf + f" sealed by {self.agency} for {reason}".encode()


def seal_server(agency: str) -> _SealServer:
    return _SealServer(agency)


def test_the_signed_attributes_are_those_of_the_library_byte_for_byte(seal: Path) -> None:
    signer = file_signer("bj-forestry").signer
    made = (
        type(signer).signed_attrs(signer, b"d" * 32, "sha256", use_pades=True),
        signer.signed_attrs(b"d" * 32, "sha256", use_pades=True),
    )
    with ThreadPoolExecutor(max_workers=1) as beside:  # a browser that was here before leaves its loop to this thread
        theirs, ours = beside.map(asyncio.run, made)
    assert ours.dump() == theirs.dump()
    assert {"message_digest", "signing_certificate_v2"} <= {one["type"].native for one in ours}


def test_one_seal_signs_in_several_threads_at_once(seal: Path, unsigned: bytes) -> None:
    papers = [unsigned + b"%% %d\n" % number for number in range(8)]
    signer = signer_for("bj-forestry")
    with ThreadPoolExecutor(max_workers=4) as threads:
        sealed = list(threads.map(lambda paper: signer.sign(paper, reason="12"), papers))
    assert all(after.startswith(before) for before, after in zip(papers, sealed, strict=True))
    assert all(verify_signature(paper).intact for paper in sealed)


def test_a_seal_replaced_on_disk_is_used_at_once(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_DIR = tmp_path / "seal"
    bundle = make_test_seal(settings.SEAL_DIR)
    first = file_signer("bj-forestry").certificate.sha256
    make_test_seal(tmp_path / "new").replace(bundle)
    assert file_signer("bj-forestry").certificate.sha256 != first
