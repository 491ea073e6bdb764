"""A case taken away, as the tests of it need it: decided and logged, its bundle opened, changed and checked."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

from permits.ledger import verify
from permits.ledger.sequencer import sequence
from permits.models import Application
from permits.volume.bundle import write_bundle
from tests.cast import Cast

Files = dict[str, bytes]


def decided(cast: Cast) -> Application:
    """An approved case whose papers are printed, in the log."""
    case = cast.printed_case()
    sequence(thorough=True)
    return case


def bundle_of(case: Application) -> Files:
    out = io.BytesIO()
    write_bundle(case, out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files, path: Path, *, listed: bool = True) -> Path:
    """The files as a bundle. `listed`: the list of files is made anew, as whoever forges the rest would."""
    if listed and "manifest.json" in files:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in files.items()
            if name != "manifest.json"
        }
        files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def checked(path: Path, key: str = "") -> dict[str, str]:
    """What the verifier finds wrong, by sort."""
    report = verify.Report(chinese=False)
    verify.check_bundle(path, key, report)
    return report.wrong
