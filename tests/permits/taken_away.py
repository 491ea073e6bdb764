"""A case taken away, as the tests of it need it: decided and logged, its bundle opened, changed and checked."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from permits.ledger import verify
from permits.ledger.sequencer import sequence
from permits.models import Application
from permits.volume.bundle import write_bundle
from tests.cast import Cast

Files = dict[str, bytes]
ALONE = """
import runpy, sys

class NoProgram:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "permits", "roles", "workflows", "config", "rfc8785"} | set(BARRED):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoProgram())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


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


def alone(*arguments: object, barred: tuple[str, ...] = (), lang: str = "C.UTF-8") -> tuple[int, str]:
    """Exit code and output of the verifier, in a process that can import nothing of this program, nor Django."""
    program = ALONE.replace("BARRED", repr(barred))
    run = subprocess.run(
        [sys.executable, "-I", "-c", program, verify.__file__, *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd="/", env={"LANG": lang},
    )  # fmt: skip
    assert "Traceback" not in run.stderr, run.stderr
    return run.returncode, run.stdout + run.stderr


def first(files: Files, folder: str) -> str:
    return next(name for name in files if name.startswith(f"{folder}/"))


def proofs(files: Files, change: Callable[[list[dict[str, Any]]], object]) -> None:
    found = json.loads(files["proofs.json"])
    change(found["entries"])
    files["proofs.json"] = json.dumps(found).encode()


def paper_and_its_entry(files: Files) -> None:
    """As if the paper had never been issued: the file goes, and what proves it."""
    name = first(files, "documents")
    sha256 = hashlib.sha256(files.pop(name)).hexdigest()
    proofs(files, lambda found: found.remove(next(one for one in found if sha256 in one.get("text", ""))))
