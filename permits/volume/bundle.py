"""The bundle of a case: an archive from which everyone can verify it elsewhere, by permits/ledger/verify.py.

    acts.jsonl      each act's canonical text as stored, with its hash
    submissions/    the canonical text of each submission
    documents/      signed papers
    materials/      files handed in, and officers' files
    proofs.json     leaves of the log for acts and papers, each with its proof
    checkpoint      the log's signed note
    keys.json       public keys of the log, certificates of the seals
    manifest.json   the SHA-256 of each file, and which papers were not printed or not in the log yet
    README.txt      how to verify

Written file by file: a large material is never held in memory.
"""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import override

from permits.documents.signing import known_seals, subject_of
from permits.drafts.uploads import NOT_IN_A_NAME
from permits.errors import DamagedFile
from permits.ledger.chain import stamp
from permits.ledger.log import checkpoint, published
from permits.ledger.verify import BUNDLE
from permits.models import Act, Application, Document
from permits.volume.contents import DOCUMENTS, MATERIALS, SUBMISSIONS, Enclosed, case_number, enclosed_in
from permits.volume.proofs import entries, log_keys, readable
from permits.volume.readme import README

log = logging.getLogger(__name__)
LONGEST = 80
"""Characters of a name inside the archive, so that every system can unpack it."""
PACKED = frozenset({"pdf", "png", "jpg", "zip", "xlsx", "docx"})
"""Types that packing once more makes no smaller."""


class Archive:
    """An archive being written, which remembers the hash and size of each file for its manifest."""

    def __init__(self, target: BinaryIO) -> None:
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, data: bytes) -> None:
        """A small file."""
        self.zip.writestr(name, data)
        self.files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    def add_file(self, name: str, path: Path, *, packed: bool) -> None:
        """A file on the disk, of any size."""
        self.zip.write(path, name, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        self.files[name] = {"sha256": digest, "size": path.stat().st_size}


def write_bundle(application: Application, target: BinaryIO) -> None:
    """Write the bundle of `application` to `target`, from what is recorded now.

    A file that is damaged or gone is left out: the verifier then says so. Papers that are not printed yet, and what was
    done or printed in the last minute and is not in the log yet, it tells as not checked.
    """
    acts = list(application.acts.order_by("seq"))
    required = list(application.documents.select_related("act").order_by("act__seq", "pk"))
    newest = checkpoint()
    proofs = entries(acts, [paper for paper in required if paper.status != Document.Status.PENDING], newest)
    proven = {json.loads(entry["text"])["pk"] for entry in proofs if "text" in entry}
    archive = Archive(target)
    with archive.zip, override("zh-hans"):
        archive.add("README.txt", README.encode())
        archive.add("acts.jsonl", b"".join(_line(act) for act in acts))
        _add_files(archive, enclosed_in(application))
        archive.add("proofs.json", readable({"entries": proofs}))
        archive.add("checkpoint", published(newest).encode() if newest else b"")
        archive.add("keys.json", readable({"log": log_keys(), "seals": _seals()}))
        waiting = [paper for paper in required if paper.pk not in proven]
        archive.zip.writestr("manifest.json", readable(_manifest(acts, waiting, archive)))


def _manifest(acts: Sequence[Act], waiting: Sequence[Document], archive: Archive) -> dict[str, Any]:
    told = {"format": BUNDLE, "case": case_number([act.body for act in acts]), "made_at": stamp(timezone.now())}
    return told | {"pending": [_waiting(paper) for paper in waiting], "files": archive.files}


def _waiting(paper: Document) -> dict[str, Any]:
    """What the verifier is told of a paper that it cannot check; one that is printed has its hash."""
    told = {"act": paper.act.seq, "number": paper.number, "paper": paper.label}
    return told | ({} if paper.status == Document.Status.PENDING else {"sha256": paper.sha256})


def _line(act: Act) -> bytes:
    return json.dumps({"seq": act.seq, "hash": act.hash, "body": act.body}).encode() + b"\n"


def _add_files(archive: Archive, enclosed: Sequence[Enclosed]) -> None:
    counted = dict.fromkeys((SUBMISSIONS, DOCUMENTS, MATERIALS), 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        for one in enclosed:
            counted[one.folder] += 1
            try:
                one.keep(path)
            except DamagedFile:
                log.error("%s is left out of the bundle: it is missing or damaged", one.sha256)
                continue
            archive.add_file(_name(counted[one.folder], one), path, packed=one.kind in PACKED)
            path.unlink()


def _name(number: int, one: Enclosed) -> str:
    """Where a file lies in the archive: its folder, its place in the order, and what it is called, without signs that
    a disk refuses or that lead elsewhere."""
    words = NOT_IN_A_NAME.sub(" ", f"{one.number} {one.title}".strip().removesuffix(f".{one.kind}"))
    return f"{one.folder}/{number:03} {words[:LONGEST].strip(' .')}.{one.kind}"


def _seals() -> list[dict[str, str]]:
    """The certificates that papers of this installation were sealed with, as it knows them."""
    return [{"subject": subject_of(known), "sha256": known.sha256.hex(), "der": known.dump().hex()}
            for known in known_seals()]  # fmt: skip
