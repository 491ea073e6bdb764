"""The self-signed key of a fresh installation, which says in its own name that it is none to rely on."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from permits.data_files import flush
from permits.documents.signing import DEFAULT_SEAL, TEST_MARK

SUBJECT = f"{TEST_MARK}（仅供测试）"
YEARS = 10


class SealExists(Exception):
    """A seal of that name is there already, and is not overwritten: papers signed with it must stay checkable."""


def make_test_seal(folder: Path, name: str = DEFAULT_SEAL) -> Path:
    """Write `<name>.p12` (key, readable by its owner only) and `<name>.cert.pem`; returns the former's path.

    Raises SealExists, and then writes nothing.
    """
    bundle, public = folder / f"{name}.p12", folder / f"{name}.cert.pem"
    for path in (bundle, public):
        if path.exists():
            raise SealExists(str(path))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    certificate = _certificate(key, datetime.now(UTC))
    _write(public, certificate.public_bytes(Encoding.PEM), 0o644)
    _write(bundle, serialize_key_and_certificates(name.encode(), key, certificate, None, NoEncryption()), 0o600)
    return bundle


def _certificate(key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SUBJECT)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=366 * YEARS))  # examples are dated back, and sealed as of their day
        .not_valid_after(now + timedelta(days=366 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    """Create the file, whole or not at all; O_EXCL so that two set-ups at once cannot overwrite each other."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    flush(part)
    os.link(part, path)  # refuses where the name is taken, unlike a rename
    part.unlink()
    flush(path.parent)
