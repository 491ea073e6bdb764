"""Sealing a PDF and checking the seal: PAdES baseline signatures (B-B) by whatever signer is plugged in.

A reliable electronic seal has the force of a seal on paper (电子签名法 13–14; 国务院令716 8–9; 电子印章管理办法 5). The
key that the set-up makes is no such seal: its certificate says TEST 测试章, and so does every paper it signs.
A real one replaces it by a file in the seal folder, or by another `Signer` (a seal server, a smart card): only
`sign` must be given. SM2/SM3 seals (GB/T 38540) need such a signer: the file signer here is RSA.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from asn1crypto import x509  # type: ignore[import-untyped]
from django.conf import settings
from django.utils.module_loading import import_string
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError, UnacceptableSignerError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

T = TypeVar("T")
TEST_MARK = "测试章"
UNREADABLE = (  # what a damaged or hostile file makes the PDF library raise, found by feeding it thousands of them
    PdfError, SignatureValidationError, PathError, ValueError, LookupError, TypeError, AttributeError, OSError,
    AssertionError, ArithmeticError, RecursionError, NotImplementedError,
)  # fmt: skip
DEFAULT_SEAL = "test"
FIELD = "Seal"


class NoSeal(Exception):
    """There is no usable seal for an agency; the message says where it was looked for."""


class Signer(Protocol):
    """Whatever can seal a PDF."""

    @property
    def test(self) -> bool:
        """Whether its seal is a test seal, which every paper must then say."""

    def sign(self, pdf: bytes, *, reason: str) -> bytes:
        """The PDF with a PAdES signature over all of it. NoSeal where signing fails."""


@dataclass(frozen=True)
class FileSigner:
    """Signs with a key and certificate from a file."""

    signer: Any

    @property
    def test(self) -> bool:
        """Told by the certificate's subject."""
        return TEST_MARK in _subject(self.signer.signing_cert)

    def sign(self, pdf: bytes, *, reason: str) -> bytes:
        """A certifying signature: it allows no later change at all."""
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        out = io.BytesIO()
        try:
            _outside_any_loop(
                lambda: sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer=self.signer, output=out)
            )
        except (SigningError, UnacceptableSignerError) as error:
            raise NoSeal(str(error)) from error
        return out.getvalue()


def _outside_any_loop(work: Callable[[], T]) -> T:
    """The PDF library starts an event loop of its own; a thread that already runs one lends it another thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(max_workers=1) as other:
        return other.submit(work).result()


def seal_dir() -> Path:
    """Where seals lie: the setting SEAL_DIR, else `seal` in the var directory."""
    return Path(getattr(settings, "SEAL_DIR", Path(settings.VAR_DIR) / "seal"))


def signer_for(agency: str) -> Signer:
    """The signer of an agency, by its key. The setting DOCUMENT_SIGNER may name another such function."""
    chosen = getattr(settings, "DOCUMENT_SIGNER", "")
    return import_string(chosen)(agency) if chosen else file_signer(agency)


def file_signer(agency: str) -> FileSigner:
    """The seal `<agency>.p12`, or `<agency>.key.pem` with `<agency>.cert.pem`; else the installation's test seal.

    Raises NoSeal where neither is there, or where the file or its passphrase (setting SEAL_PASSPHRASE) is wrong.
    """
    passphrase = str(getattr(settings, "SEAL_PASSPHRASE", "")).encode() or None
    for name in (agency, DEFAULT_SEAL):
        bundle, key = seal_dir() / f"{name}.p12", seal_dir() / f"{name}.key.pem"
        if bundle.is_file():
            signer = SimpleSigner.load_pkcs12(str(bundle), passphrase=passphrase)  # type: ignore[no-untyped-call]
        elif key.is_file():
            signer = SimpleSigner.load(str(key), str(seal_dir() / f"{name}.cert.pem"), key_passphrase=passphrase)  # type: ignore[no-untyped-call]
        else:
            continue
        if signer is None:
            raise NoSeal(f"The seal {bundle.name if bundle.is_file() else key.name} cannot be opened.")
        return FileSigner(signer)
    raise NoSeal(f"No seal in {seal_dir()}: run make_test_seal, or put the agency's seal there.")


@dataclass(frozen=True, kw_only=True)
class SignatureReport:
    """What a PDF's signature says. `intact`: nothing was changed. `trusted`: by a seal this installation knows."""

    signed: bool = False
    intact: bool = False
    trusted: bool = False
    test: bool = False
    signer: str = ""
    signed_at: datetime | None = None
    problem: str = ""


def verify_signature(pdf: bytes) -> SignatureReport:
    """Check the (one) signature of a PDF. Never raises: what cannot be read is a report with its `problem`."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        found = reader.embedded_signatures
        if not found:
            return SignatureReport(problem="unsigned")
        roots = _known()
        context = ValidationContext(trust_roots=roots, allow_fetching=False, retroactive_revinfo=True)
        status = _outside_any_loop(lambda: validate_pdf_signature(found[0], context))
    except UNREADABLE as error:
        return SignatureReport(problem=f"unreadable: {type(error).__name__}")
    certificate = status.signing_cert
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    known = certificate.sha256 in {root.sha256 for root in roots}
    intact = bool(status.intact and status.valid and whole and len(found) == 1)
    return SignatureReport(
        signed=True,
        intact=intact,
        trusted=intact and bool(known or status.trusted),
        test=TEST_MARK in _subject(certificate),
        signer=_subject(certificate),
        signed_at=status.signer_reported_dt,
        problem="" if whole else "changed after signing",
    )


def _known() -> list[Any]:
    """Certificates of this installation's seals, past ones included: whatever lies in the seal folder as *.cert.pem."""
    paths = sorted(seal_dir().glob("*.cert.pem"))
    return [load_cert_from_pemder(str(path)) for path in paths]  # type: ignore[no-untyped-call]


def _subject(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
