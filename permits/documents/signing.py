"""Sealing a PDF and checking the seal: PAdES baseline signatures (B-B) by whatever signer is plugged in.

A reliable electronic seal has the force of a seal on paper (电子签名法 13–14; 国务院令716 8–9; 电子印章管理办法 5). The
key that the set-up makes is no such seal: its certificate says 测试章, and so does every paper it signs.
A real one replaces it by a file in the seal folder, or by another `Signer` (a seal server, a smart card): only
`sign` must be given. SM2/SM3 seals (GB/T 38540) need such a signer: the file signer here is RSA.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from msgspec import Struct

if TYPE_CHECKING:
    from asn1crypto import x509

# The PDF library takes longer to import than all the rest of the site, and the pages that verify papers import this
# module at the start of every process, of which few ever sign or check: so it is imported where it is used.

log = logging.getLogger(__name__)
T = TypeVar("T")
TEST_MARK = "测试章"
DEFAULT_SEAL = "test"
FIELD = "Seal"
DIGEST = "sha256"
MARGIN = 2048  # bytes of a signature besides its certificates: 384 of an RSA key of 3072 bits, some 400 of attributes


class NoSeal(Exception):
    """There is no usable seal for an agency; the message says where it was looked for."""


class Signer(Protocol):
    """Whatever can seal a PDF."""

    @property
    def test(self) -> bool:
        """Whether its seal is a test seal, which every paper must then say."""

    def sign(self, pdf: bytes, *, reason: str) -> bytes:
        """The PDF with a PAdES signature over all of it. NoSeal where signing fails."""


class FileSigner(Struct, frozen=True):
    """Signs with a key and certificate from a file."""

    signer: Any

    @property
    def certificate(self) -> x509.Certificate:
        """What the seal is known by."""
        return self.signer.signing_cert

    @property
    def test(self) -> bool:
        """Told by the certificate's subject."""
        return TEST_MARK in subject_of(self.certificate)

    @property
    def _room(self) -> int:
        """Hexadecimal digits to keep free for the signature. Not told it, the library signs twice: first to measure."""
        certificates = [self.signer.signing_cert, *self.signer.cert_registry]
        return 2 * (MARGIN + sum(len(certificate.dump()) for certificate in certificates))

    def sign(self, pdf: bytes, *, reason: str) -> bytes:
        """A certifying signature: it allows no later change at all. NoSeal outside the time of the certificate."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import PdfSignatureMetadata, sign_pdf
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko.sign.general import SigningError, UnacceptableSignerError

        _refuse_out_of_time(self.certificate)
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        out = io.BytesIO()
        given = {"signer": self.signer, "bytes_reserved": self._room, "output": out}
        try:
            _outside_any_loop(lambda: sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, **given))
        except (SigningError, UnacceptableSignerError) as error:
            raise NoSeal(str(error)) from error
        return out.getvalue()


def _refuse_out_of_time(certificate: x509.Certificate) -> None:
    """电子签名法 13: what is signed with a certificate that has expired, or does not run yet, cannot be relied on."""
    if certificate.not_valid_after < timezone.now():
        raise NoSeal(_("The certificate of the seal %(seal)s has expired.") % {"seal": subject_of(certificate)})
    if certificate.not_valid_before > timezone.now():
        raise NoSeal(_("The certificate of the seal %(seal)s is not valid yet.") % {"seal": subject_of(certificate)})


def _outside_any_loop(work: Callable[[], T]) -> T:
    """The PDF library starts an event loop of its own; a thread that already runs one lends it another thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(max_workers=1) as other:
        return other.submit(work).result()


def seal_dir() -> Path:
    """Where seals lie."""
    return Path(settings.SEAL_DIR)


def signer_for(agency: str) -> Signer:
    """The signer of an agency, by its key. The setting DOCUMENT_SIGNER may name another such function.

    Raises NoSeal, also where there is no function of that name.
    """
    chosen = settings.DOCUMENT_SIGNER
    if not chosen:
        return file_signer(agency)
    try:
        function: Callable[[str], Signer] = import_string(chosen)
    except ImportError as error:
        raise NoSeal(f"DOCUMENT_SIGNER: {error}") from error
    return function(agency)


def file_signer(agency: str) -> FileSigner:
    """The seal `<agency>.p12`, or `<agency>.key.pem` with `<agency>.cert.pem`; else, in a local
    installation, its test seal.

    Raises NoSeal where neither is there, or where the file or its passphrase (setting SEAL_PASSPHRASE) is wrong.
    """
    passphrase = settings.SEAL_PASSPHRASE.encode() or None
    for name in (agency, DEFAULT_SEAL) if settings.TEST_SEAL else (agency,):
        bundle, key = seal_dir() / f"{name}.p12", seal_dir() / f"{name}.key.pem"
        if bundle.is_file():
            return FileSigner(_opened((_state(bundle),), passphrase))
        if key.is_file():
            return FileSigner(_opened((_state(key), _state(seal_dir() / f"{name}.cert.pem")), passphrase))
    said = _("There is no seal %(key)s.p12, or %(key)s.key.pem with %(key)s.cert.pem, in %(folder)s.")
    advice = " " + _("A local installation makes one with make_test_seal.") if settings.LOCAL else ""
    raise NoSeal(said % {"key": agency, "folder": seal_dir()} + advice)


def any_seal() -> bool:
    """Whether there is anything to seal with but the test seal, whichever agency's it is."""
    names = {path.name for end in ("*.p12", "*.key.pem") for path in seal_dir().glob(end)}
    return bool(settings.DOCUMENT_SIGNER or names - {f"{DEFAULT_SEAL}.p12", f"{DEFAULT_SEAL}.key.pem"})


FileState = tuple[Path, int, int, int]


def _state(path: Path) -> FileState:
    """The file as it lies there now: another state is another seal. Raises NoSeal where it cannot be read."""
    try:
        now = path.stat()
    except OSError as error:
        raise NoSeal(_("The seal %(seal)s cannot be opened.") % {"seal": path.name}) from error
    return path, now.st_ino, now.st_mtime_ns, now.st_size


@lru_cache(maxsize=32)
def _opened(files: tuple[FileState, ...], passphrase: bytes | None) -> Any:
    """The library's signer from a bundle, or from a key and its certificate, opened once for each state of the files.

    Opening checks the whole key, which takes longer than setting a paper. NoSeal is raised anew each time.
    """
    from pyhanko.sign import SimpleSigner

    key, *certificates = (path for path, *_state in files)
    if certificates:
        signer = _of_two_files(key, certificates[0], passphrase)
    else:
        signer = SimpleSigner.load_pkcs12(str(key), passphrase=passphrase)  # type: ignore[no-untyped-call]
    if signer is None:
        said = _("The seal %(seal)s cannot be opened: it holds no key, or SEAL_PASSPHRASE is not its own.")
        raise NoSeal(said % {"seal": key.name})
    _refuse_another_key(signer, certificates[0] if certificates else key)
    _keep_key(signer)
    _encode_once(signer)
    return signer


def _of_two_files(key: Path, certificate: Path, passphrase: bytes | None) -> Any:
    """The library's signer; None for a key that cannot be opened. Of several certificates the first is the seal's, and
    those of its issuers go into each paper beside it, as from a bundle: the library's own way takes one only."""
    from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder
    from pyhanko.sign import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    try:
        own, *issuers = load_certs_from_pemder([str(certificate)])  # type: ignore[no-untyped-call]
        subject_of(own)  # the library reads it no sooner than it is asked for something
    except (OSError, ValueError, TypeError) as error:
        raise NoSeal(_("%(name)s holds no certificate that can be read.") % {"name": certificate.name}) from error
    try:
        private = load_private_key_from_pemder(str(key), passphrase)
    except (OSError, ValueError, TypeError):
        return None
    return SimpleSigner(own, private, SimpleCertificateStore.from_certs(issuers))  # type: ignore[no-untyped-call]


def _refuse_another_key(signer: Any, certificate: Path) -> None:
    """A certificate renewed without its key, or behind that of its issuer: nothing sealed so would verify."""
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_private_key(signer.signing_key.dump(), None)
    if load_der_x509_certificate(signer.signing_cert.dump()).public_key() != key.public_key():
        told = {"name": certificate.name, "seal": subject_of(signer.signing_cert)}
        raise NoSeal(_("The first certificate in %(name)s, of %(seal)s, belongs to another key.") % told)


def _keep_key(signer: Any) -> None:
    """Sign with the key as parsed and checked once; the library's signer does both again for every signature.

    Only for RSA with the padding of PKCS #1 v1.5: for other kinds of keys the library's way stays.
    """
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    key = load_der_private_key(signer.signing_key.dump(), None)
    mechanism = signer.get_signature_mechanism_for_digest(DIGEST)
    if isinstance(key, RSAPrivateKey) and mechanism.signature_algo == "rsassa_pkcs1v15":
        signer.sign_raw = lambda data, _digest: key.sign(data, PKCS1v15(), SHA256())


def _encode_once(signer: Any) -> None:
    """Give the library the signed attributes as parsed from their bytes, which are the same.

    What it builds from Python values it encodes anew whenever it asks for the bytes, at each level several times for
    all that is below: hence from the leaves upwards, values first.
    """
    from asn1crypto.cms import CMSAttribute, CMSAttributes

    built = signer.signed_attrs

    async def encoded(*args: Any, **given: Any) -> CMSAttributes:
        attributes = [
            {"type": one["type"], "values": [type(value).load(value.dump()) for value in one["values"]]}
            for one in await built(*args, **given)
        ]
        parsed = [CMSAttribute.load(CMSAttribute(one).dump()) for one in attributes]
        return CMSAttributes.load(CMSAttributes(parsed).dump())

    signer.signed_attrs = encoded


class SignatureReport(Struct, frozen=True, kw_only=True):
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
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        found = reader.embedded_signatures
        if not found:
            return SignatureReport(problem="unsigned")
        roots = known_seals()
        context = ValidationContext(trust_roots=roots, allow_fetching=False, retroactive_revinfo=True)
        status = _outside_any_loop(lambda: validate_pdf_signature(found[0], context))
    except _unreadable() as error:
        return SignatureReport(problem=f"unreadable: {type(error).__name__}")
    certificate = status.signing_cert
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    known = certificate.sha256 in {root.sha256 for root in roots}
    intact = bool(status.intact and status.valid and whole and len(found) == 1)
    return SignatureReport(
        signed=True,
        intact=intact,
        trusted=intact and bool(known or status.trusted),
        test=TEST_MARK in subject_of(certificate),
        signer=subject_of(certificate),
        signed_at=status.signer_reported_dt,
        problem="" if whole else "changed after signing",
    )


def _unreadable() -> tuple[type[Exception], ...]:
    """What a damaged or hostile file makes the PDF library raise, found by feeding it thousands of them."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator.errors import PathError

    return (
        PdfError, SignatureValidationError, PathError, ValueError, LookupError, TypeError, AttributeError, OSError,
        AssertionError, ArithmeticError, RecursionError, NotImplementedError,
    )  # fmt: skip


def known_seals() -> list[Any]:
    """Certificates of this installation's seals, past ones included: whatever lies in the seal folder as *.cert.pem.

    Of a file that holds several the first counts: behind it come those of its issuers, who are no seal of ours. One
    that cannot be read is left out, and papers of the other seals verify; `unread_seals` names it.
    """
    return [known for _path, known in _certificates() if known is not None]


def unread_seals() -> list[str]:
    """Names of files in the seal folder that should hold a certificate, and cannot be read as one."""
    return [path.name for path, known in _certificates() if known is None]


def _certificates() -> Iterator[tuple[Path, Any]]:
    for path in sorted(seal_dir().glob("*.cert.pem")):
        try:
            yield path, _first_certificate(path)
        except (OSError, ValueError, TypeError):  # a copy that broke off, another file under that name
            log.exception("the certificate %s cannot be read: papers sealed with it do not verify", path.name)
            yield path, None


def _first_certificate(path: Path) -> Any:
    """OSError, ValueError, TypeError for a file that holds none."""
    from pyhanko.keys import load_certs_from_pemder

    for certificate in load_certs_from_pemder([str(path)]):  # type: ignore[no-untyped-call]
        subject_of(certificate)  # the library reads it no sooner than it is asked for something
        return certificate
    raise ValueError("no certificate")


def subject_of(certificate: x509.Certificate) -> str:
    """The certificate's common name, or all of its subject where it has none."""
    return str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
