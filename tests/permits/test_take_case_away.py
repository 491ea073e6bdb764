"""A case taken away whole: the bundle verifies where this program is not, and what was changed in it is named."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from permits.ledger.chain import canonical
from permits.ledger.keys import private_key
from permits.ledger.notes import Checkpoint, PrivateKey
from permits.ledger.sources import Acts
from permits.ledger.whole import problems
from permits.volume.proofs import proof_of_paper
from tests.cast import Cast
from tests.files import PDF
from tests.permits.taken_away import (
    Files,
    alone,
    bundle_of,
    checked,
    decided,
    first,
    packed,
    paper_and_its_entry,
    proofs,
)

pytestmark = pytest.mark.django_db


# --- whole -----------------------------------------------------------------------------------------------------------
def test_a_bundle_verifies_where_neither_django_nor_this_program_is(cast: Cast, tmp_path: Path) -> None:
    path, key = packed(bundle_of(decided(cast)), tmp_path / "bundle.zip", listed=False), private_key().public
    code, said = alone(path, "--key", key)
    assert (code, said.splitlines()[-1]) == (0, "All of it holds.")
    assert "✗" not in said
    (tmp_path / "key").write_text(f"{key}\n", "utf-8")
    code, said = alone(path, "--key", tmp_path / "key", lang="zh_CN.UTF-8")
    assert (code, said.splitlines()[-1]) == (0, "核验通过。")


def test_it_runs_as_a_module_without_loading_django() -> None:
    program = "import sys, permits.ledger.verify; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=settings.BASE_DIR).returncode == 0


def test_without_cryptography_it_says_what_it_could_not_check(cast: Cast, tmp_path: Path) -> None:
    path = packed(bundle_of(decided(cast)), tmp_path / "bundle.zip", listed=False)
    code, said = alone(path, barred=("cryptography",))
    assert code == 1
    assert "? the checkpoint: its signature was not checked" in said
    assert said.splitlines()[-1].startswith("Nothing wrong was found")


def test_without_a_key_it_says_that_the_key_came_with_the_bundle(cast: Cast, tmp_path: Path) -> None:
    code, said = alone(packed(bundle_of(decided(cast)), tmp_path / "bundle.zip"))
    assert code == 0
    assert "compare it with one got elsewhere" in said


# --- changed ---------------------------------------------------------------------------------------------------------
def acts(files: Files, change: Callable[[list[dict[str, Any]]], object]) -> None:
    rows = [json.loads(line) for line in files["acts.jsonl"].splitlines()]
    change(rows)
    files["acts.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def reword(row: dict[str, Any], *, hashed: bool) -> None:
    row["body"] = row["body"].replace("同意", "不同意")
    if hashed:
        row["hash"] = hashlib.sha256(row["body"].encode()).hexdigest()


def end(name: str, data: bytes = b" ") -> Callable[[Files], None]:
    """Something is added to the first file of that folder."""

    def change(files: Files) -> None:
        files[first(files, name)] += data

    return change


def gone(name: str) -> Callable[[Files], None]:
    return lambda files: files.pop(first(files, name)) and None


def another_key(files: Files) -> None:
    """The whole checkpoint made anew with a key of one's own, which keys.json then names."""
    key = PrivateKey.generate("localhost/log")
    said = Checkpoint.parse(files["checkpoint"].decode().rpartition("\n\n")[0] + "\n")
    files["checkpoint"] = Checkpoint(key.name, said.size, said.root).signed(key).encode()
    files["keys.json"] = json.dumps({"log": [str(key.public)]}).encode()


def another_root(files: Files) -> None:
    root = base64.b64encode(bytes(32)).decode()
    origin, size, _root, *rest = files["checkpoint"].decode().split("\n")
    files["checkpoint"] = "\n".join([origin, size, root, *rest]).encode()


def other_salt(entries: list[dict[str, Any]]) -> None:
    next(entry for entry in entries if "salt" in entry)["salt"] = "00" * 16


TAMPERED: dict[str, tuple[Callable[[Files], object], set[str]]] = {
    "an act's text": (lambda files: acts(files, lambda rows: reword(rows[3], hashed=False)), {"acts"}),
    "an act and its hash": (lambda files: acts(files, lambda rows: reword(rows[3], hashed=True)), {"chain", "proofs"}),
    "the last act's text and hash": (lambda files: acts(files, lambda rows: reword(rows[-1], hashed=True)), {"proofs"}),
    "the order": (lambda files: acts(files, lambda rows: rows.insert(1, rows.pop(2))), {"chain"}),
    "an act is gone": (lambda files: acts(files, lambda rows: rows.pop(2)), {"chain", "proofs"}),
    "the last act is gone": (lambda files: acts(files, lambda rows: rows.pop()), {"proofs"}),
    "an act twice": (lambda files: acts(files, lambda rows: rows.append(rows[-1])), {"chain", "proofs"}),
    "acts that are no JSON": (lambda files: files.update({"acts.jsonl": b"{"}), {"acts"}),
    "acts that are no objects": (lambda files: files.update({"acts.jsonl": b"[1]\n"}), {"acts"}),
    "a submission": (end("submissions"), {"submissions"}),
    "a submission is gone": (gone("submissions"), {"submissions"}),
    "a material": (end("materials"), {"materials"}),
    "a material is gone": (gone("materials"), {"materials"}),
    "a material more": (lambda files: files.update({"materials/x.pdf": PDF + b"x"}), {"materials"}),
    "a document": (end("documents"), {"documents"}),
    "a document is gone": (gone("documents"), {"documents"}),
    "a document and its entry are gone": (paper_and_its_entry, {"documents"}),
    "a document more": (lambda files: files.update({"documents/x.pdf": PDF}), {"documents"}),
    "a paper's salt": (lambda files: proofs(files, other_salt), {"documents"}),
    "a proof": (lambda files: proofs(files, lambda found: found[0]["proof"].reverse()), {"proofs"}),
    "a proof too long": (lambda files: proofs(files, lambda found: found[0]["proof"].append("00" * 32)), {"proofs"}),
    "a proof is gone": (lambda files: proofs(files, lambda found: found.pop(0)), {"proofs"}),
    "a leaf's number": (lambda files: proofs(files, lambda found: found[0].update(number=1)), {"proofs"}),
    "the checkpoint": (another_root, {"checkpoint", "proofs"}),
    "the checkpoint is gone": (lambda files: files.pop("checkpoint"), {"proofs"}),
    "the key": (lambda files: files.update({"keys.json": b'{"log": ["x+00000000+AAAA"]}'}), {"key"}),
    "checkpoint and key": (another_key, {"checkpoint", "key"}),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_is_named_by_its_sort(cast: Cast, tmp_path: Path, what: str) -> None:
    """The forger makes the list of files anew each time, so that this alone tells nothing."""
    files, key = bundle_of(decided(cast)), str(private_key().public)
    change, sorts = TAMPERED[what]
    change(files)
    path = packed(files, tmp_path / "bundle.zip")
    wrong = checked(path, key)
    assert sorts <= wrong.keys(), wrong
    assert "manifest" not in wrong


def of_another_case(files: Files) -> None:
    """Passed off as the record of a case that it is not of."""
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | {"case": "京绿抚2026-09999"}).encode()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda files: files.update({"README.txt": b"trust me"}), "README.txt does not have its hash"),
        (lambda files: files.pop("README.txt"), "README.txt is missing"),
        (lambda files: files.update({"more.txt": b"x"}), "more.txt is not on the list"),
        (lambda files: files.pop("manifest.json"), "not written as it must be"),
        (lambda files: files.update({"manifest.json": b"[" * 100_000}), "not written as it must be"),
        (of_another_case, "京绿抚2026-09999"),
    ],
)
def test_a_file_that_is_not_as_listed_is_named(
    cast: Cast, tmp_path: Path, change: Callable[[Files], object], named: str
) -> None:
    files = bundle_of(decided(cast))
    change(files)
    assert named in checked(packed(files, tmp_path / "bundle.zip", listed=False))["manifest"]


@pytest.mark.parametrize(
    "name", ["../out.txt", "/tmp/out.txt", "materials/../../out.txt", "C:\\out.txt", "a\\..\\out.txt"]
)
def test_a_name_that_leads_out_is_told_and_nothing_is_unpacked(cast: Cast, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    path = packed(bundle_of(decided(cast)) | {name: b"x"}, folder / "bundle.zip")
    assert name.split("\\", maxsplit=1)[0] in checked(path)["archive"]
    assert [one.name for one in tmp_path.rglob("*")] == ["inside", "bundle.zip"]


def test_two_members_of_one_name_and_what_is_no_archive_are_told(cast: Cast, tmp_path: Path) -> None:
    path = packed(bundle_of(decided(cast)), tmp_path / "bundle.zip")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("acts.jsonl", b"")
    assert "acts.jsonl" in checked(path)["archive"]
    cut = tmp_path / "cut.zip"
    cut.write_bytes(path.read_bytes()[:-50])
    assert alone(cut)[0] == 1


def test_where_an_entry_of_before_does_not_say_how_many_papers_there_are_that_is_told(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Acts, "data", lambda self, row, salt: canonical(self._keys(row)))
    path = packed(bundle_of(decided(cast)), tmp_path / "bundle.zip")
    monkeypatch.undo()
    code, said = alone(path)
    assert code == 0
    assert "how many papers" in said
    assert problems() == []


# --- the proof of one paper ------------------------------------------------------------------------------------------
def test_the_proof_of_a_paper_holds_elsewhere_and_tells_no_one(cast: Cast, tmp_path: Path) -> None:
    case = decided(cast)
    paper = case.documents.latest("pk")
    proof, pdf = tmp_path / "proof.json", tmp_path / "paper.pdf"
    proof.write_bytes(proof_of_paper(paper))
    pdf.write_bytes(bytes(paper.file.pdf))
    key = private_key().public
    assert alone(proof, "--file", pdf, "--key", key)[0] == 0
    code, said = alone(proof, "--key", key)
    assert code == 0
    assert paper.sha256 in said
    told = proof.read_text("utf-8")
    assert not [name for name in (str(case.unit), case.title, str(cast.clerk), str(case)) if name in told]
    pdf.write_bytes(pdf.read_bytes() + b"x")
    code, said = alone(proof, "--file", pdf, "--key", key)
    assert code == 1
    assert "✗ the papers: your file is not the paper as issued" in said
    proof.write_text(told.replace(paper.sha256, hashlib.sha256(pdf.read_bytes()).hexdigest()), "utf-8")
    assert "is not what was logged" in alone(proof, "--file", pdf, "--key", key)[1]


def test_a_paper_is_proved_by_the_leaf_of_a_paper_alone(cast: Cast, tmp_path: Path) -> None:
    """Rows of other tables have the same shape of leaf, and keys of their own."""
    paper = decided(cast).documents.latest("pk")
    proof, key = json.loads(proof_of_paper(paper)), private_key().public
    path = tmp_path / "proof.json"
    for part in ("act", "paper"):
        told = json.loads(json.dumps(proof))
        told[part]["data"] = told[part]["data"].replace(f'"source":"{part}"', '"source":"security"')
        path.write_text(json.dumps(told), "utf-8")
        assert "the leaves are not those of an act and its paper" in alone(path, "--key", key)[1], part


# --- the command -----------------------------------------------------------------------------------------------------
def test_the_command_writes_both_and_refuses_what_it_cannot_write(cast: Cast, tmp_path: Path) -> None:
    case = decided(cast)
    for name, begins in (("a.zip", b"PK"), ("a.pdf", b"%PDF-")):
        call_command("export_case", case.number, to=tmp_path / name, stdout=io.StringIO())
        assert (tmp_path / name).read_bytes().startswith(begins)
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.pdf", "a.zip"]
    for number, to in (("none", "a.zip"), (case.number, "a.txt"), (case.number, "no/where.zip")):
        with pytest.raises(CommandError) as told:
            call_command("export_case", number, to=tmp_path / to)
    assert str(told.value).startswith(f"{tmp_path / 'no/where.zip'}: ")  # not the folder in which it would be made
