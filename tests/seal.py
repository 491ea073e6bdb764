"""A seal that signs in a thousandth of a second, where the signature is not what a test is about.

It is a test seal like that of a fresh installation, and papers are signed with it and verified for real. Only its key
is of an elliptic curve: opening one of RSA with 3072 bits, as `make_test_seal` writes it, costs a seventh of a second
for its check alone, and each paper is signed with a seal opened anew. Tests of signing and verifying, and one walk of
each kind in a browser, have the real one (the fixture `real_seal`).
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from permits.documents.seal import SUBJECT, make_test_seal
from permits.documents.signing import DEFAULT_SEAL
from tests.run import RUN, alone


@functools.cache
def real_seal() -> Path:
    """The folder of a seal as `make_test_seal` makes it, one for all processes of the run."""
    folder = RUN / "real-seal"
    with alone("seal"):
        if not folder.exists():
            make_test_seal(folder)
    return folder


def make_quick_seal(folder: Path, name: str = DEFAULT_SEAL, subject: str = SUBJECT, *, days: int = 3660) -> None:
    """Write a seal into `folder`: the files of `make_test_seal`, with a quicker key; it expires in `days`."""
    key = ec.generate_private_key(ec.SECP256R1())
    holder = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = x509.CertificateBuilder(
        holder, holder, key.public_key(), x509.random_serial_number(), now - timedelta(days=3660), now + timedelta(days)
    ).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    certificate = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    bundle = serialize_key_and_certificates(name.encode(), key, certificate, None, NoEncryption())
    (folder / f"{name}.p12").write_bytes(bundle)
    (folder / f"{name}.cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
