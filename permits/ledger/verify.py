"""Checks the bundle of a case, or the proof of a paper, without the system that made it.

    python -m permits.ledger.verify bundle.zip [--key KEY]
    python -m permits.ledger.verify proof.json [--file paper.pdf] [--key KEY]

This file stands alone on purpose: it may be copied to any machine with Python 3.11, and imports nothing of the program
whose word it checks. So the tree of RFC 6962 and the signed note of C2SP are read here a second time, by other code.
`cryptography` is needed for the one check of the signature; without it that check is told as not done.

Exit 0: every check was done and held. Exit 1: something is wrong, or could not be checked, as a paper that was not
printed, or an act not in the log, yet when the bundle was made. The first thing wrong of each sort is told, in Chinese
where LANG, or else the machine, says so. Exit 2: a path that cannot be read, or a command that was not understood.
Nothing is ever unpacked to the disk. Not checked: the seals inside
the papers' files, which any PDF reader checks, and whether more was recorded after the bundle was made.

KEY is the public key of the log, `name+id+base64`, or a file that holds it, as it was got from elsewhere: from the
page /log/ on another day, from a newspaper, from another office. Without it the key inside the bundle is taken, which
shows only that the bundle agrees with itself.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import locale
import os
import stat
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]  # told as a check that was not done

BUNDLE, PROOF = "forestry-permits-bundle/1", "forestry-permits-proof/1"
GENESIS = "0" * 64
ED25519 = 1
PIECE, MOST = 1 << 20, 256 << 20
"""Bytes read at once, and of the largest text that is read whole."""
MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading a text raises that is not written as it must be; ValueError covers JSON, base64 and UTF-8."""
SORTS = {
    "file": ("the file", "文件"),
    "archive": ("the archive itself", "压缩包"),
    "manifest": ("the case and the list of files", "申请编号与文件清单"),
    "acts": ("the texts of the acts", "办理记录文本"),
    "chain": ("the chain of the acts", "办理记录链"),
    "submissions": ("what was handed in", "提交内容"),
    "materials": ("the materials", "申请材料"),
    "documents": ("the papers", "文书"),
    "proofs": ("the proofs of inclusion", "透明日志包含证明"),
    "checkpoint": ("the checkpoint", "日志检查点"),
    "key": ("the key of the log", "日志公钥"),
}


class Report:
    """What was found, told in one of two languages."""

    def __init__(self, *, chinese: bool) -> None:
        self.chinese = chinese
        self.wrong: dict[str, str] = {}
        self.undone: dict[str, str] = {}
        self.remarks: list[str] = []
        self.held: dict[str, int] = {}
        self.own_key = False
        """Whether the key came with what it is to prove."""

    def words(self, english: str, chinese: str) -> str:
        """The one of the two that is read here."""
        return chinese if self.chinese else english

    def fails(self, sort: str, english: str, chinese: str) -> None:
        """Something of this sort is wrong; only the first is kept."""
        self.wrong.setdefault(sort, self.words(english, chinese))

    def not_done(self, sort: str, english: str, chinese: str) -> None:
        """A check of this sort could not be done."""
        self.undone.setdefault(sort, self.words(english, chinese))

    def remark(self, english: str, chinese: str) -> None:
        """Something the reader has to do or to know."""
        self.remarks.append(self.words(english, chinese))

    def counted(self, sort: str, number: int) -> None:
        """So many of this sort were looked at."""
        self.held[sort] = number

    @property
    def whole(self) -> bool:
        """Whether all was checked and held."""
        return not self.wrong and not self.undone

    def lines(self) -> Iterator[str]:
        """The report, a line for each sort, then the conclusion."""
        for sort, names in SORTS.items():
            name = self.words(*names)
            if sort in self.wrong:
                yield f"✗ {name}: {self.wrong[sort]}"
            elif sort in self.undone:
                yield f"? {name}: {self.undone[sort]}"
            elif sort in self.held:
                yield f"✓ {name} ({self.held[sort]})"
        yield from (f"! {remark}" for remark in self.remarks)
        if self.wrong:
            yield self.words("Do not rely on it.", "核验未通过，不得采信。")
        elif self.undone:
            yield self.words("Nothing wrong was found, but not all was checked.", "未发现问题，但有未能核验的项目。")
        elif self.own_key:
            yield self.words("All of it holds, by the key that came with it: it agrees with itself.",
                             "核验通过，但公钥取自所附文件本身，只能说明其内部一致。")  # fmt: skip
        else:
            yield self.words("All of it holds.", "核验通过。")


# --- hashes and the tree ----------------------------------------------------------------------------------------------
def sha256(data: bytes) -> str:
    """In hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def root_from(data: str, number: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that leaf `data` at `number` leads to in a tree of `size` (RFC 9162, 2.1.3.2). ValueError for a proof
    that is too long, too short, or of a leaf that is not there."""
    if not 0 <= number < size:
        raise ValueError("no such leaf")
    here, last, found = number, size - 1, hashlib.sha256(b"\x00" + data.encode()).digest()
    for hash in proof:
        if last == 0:
            raise ValueError("too long")
        if here & 1 or here == last:
            found = hashlib.sha256(b"\x01" + hash + found).digest()
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + hash).digest()
        here, last = here >> 1, last >> 1
    if last:
        raise ValueError("too short")
    return found


def read_checkpoint(note: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a signed note (C2SP tlog-checkpoint). Raises ValueError."""
    text, gap, _signatures = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    if not gap or not size.isdecimal() or len(decoded := base64.b64decode(root, validate=True)) != 32:
        raise ValueError("not a checkpoint")
    return origin, int(size), decoded


def read_key(verifier: str) -> tuple[str, bytes, bytes]:
    """Name, id and raw key of `name+id+base64` (C2SP signed-note). Raises ValueError for what is no key."""
    name, id, encoded = verifier.strip().split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    expected = hashlib.sha256(f"{name}\n".encode() + raw).digest()[:4]
    if len(raw) != 33 or raw[0] != ED25519 or expected.hex() != id.lower():
        raise ValueError("not the key of a log")
    return name, expected, raw


def signed_by(note: str, verifier: str) -> bool:
    """Whether the key `name+id+base64` signed the note (C2SP signed-note). Raises ValueError for what is no key."""
    name, expected, raw = read_key(verifier)
    text, _gap, lines = note.rpartition("\n\n")
    for line in lines.split("\n"):
        if not line.startswith(f"— {name} "):
            continue
        signature = base64.b64decode(line.rpartition(" ")[2], validate=True)
        if signature[:4] == expected:
            try:
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature[4:], f"{text}\n".encode())
            except InvalidSignature:
                return False
            return note.startswith(f"{name}\n")
    return False


# --- what a bundle and a proof have in common -------------------------------------------------------------------------
def check_log(entries: list[Any], note: str, keys: list[str], given: str, report: Report) -> None:
    """Each entry is under the root of the checkpoint, and the key signed that. `given`: the key that was brought."""
    _guarded("proofs", report, lambda: _included(entries, note, report))
    _guarded("checkpoint", report, lambda: _signed(note, keys, given, report))


def _included(entries: list[Any], note: str, report: Report) -> None:
    _origin, size, root = read_checkpoint(note)
    for entry in entries:
        number, proof = entry["number"], [bytes.fromhex(hash) for hash in entry["proof"]]
        try:
            leads_there = root_from(entry["data"], number, size, proof) == root
        except ValueError:
            leads_there = False
        if not leads_there:
            report.fails("proofs", f"entry {number} does not lead to the root", f"第{number}号条目推不出检查点的根")
    report.counted("proofs", len(entries))


def _signed(note: str, keys: list[str], given: str, report: Report) -> None:
    if given and not _is_key(given):
        report.fails("key", "what --key gives is no key of a log, nor a file that holds one",
                     "--key 提供的不是日志公钥，也不是载有日志公钥的文件")  # fmt: skip
        return
    if given and given.strip() not in keys:
        report.fails("key", "the bundle names other keys than yours", "所附公钥不是您提供的公钥")
    if not given:
        report.own_key = True
        report.remark("the key was taken from the file itself; compare it with one got elsewhere, by --key: " + keys[0],
                      "公钥取自所附文件本身，请用 --key 提供从别处取得的公钥予以核对：" + keys[0])  # fmt: skip
    else:
        report.counted("key", 1)
    if Ed25519PublicKey is None:
        report.not_done("checkpoint", "its signature was not checked: Python's module cryptography is missing",
                        "签名未核验：缺少 Python 模块 cryptography")  # fmt: skip
        return
    if not any(signed_by(note, key) for key in ([given] if given else keys)):
        report.fails("checkpoint", "the key did not sign it", "签名与公钥不符")
    report.counted("checkpoint", 1)


def _is_key(given: str) -> bool:
    try:
        read_key(given)
    except ValueError:
        return False
    return True


def paper_of(entry: Any, case: int, rows: set[int], report: Report) -> str:
    """The SHA-256 of the paper that an entry of the log stands for; it belongs to an act in `rows` of the case."""
    data, text = json.loads(entry["data"]), entry["text"]
    paper = json.loads(text)
    number = str(paper["number"])
    if sha256(bytes.fromhex(entry["salt"]) + text.encode()) != data["hash"] or paper["pk"] != data["row"]:
        report.fails("documents", f"{number} is not what was logged", f"{number}与日志所载不符")
    if paper["application_id"] != case or paper["act_id"] not in rows:
        report.fails("documents", f"{number} belongs to no act of this case", f"{number}不属于本办件的任何记录")
    return str(paper["sha256"])


def _guarded(sort: str, report: Report, check: Callable[[], None]) -> None:
    """Runs a check; a text that is not written as it must be is itself what is wrong."""
    try:
        check()
    except MALFORMED as error:
        report.fails(sort, f"not written as it must be ({type(error).__name__})", f"格式不符（{type(error).__name__}）")


# --- the bundle of a case ---------------------------------------------------------------------------------------------
class Bundle:
    """The members of an archive, read and hashed where they lie."""

    def __init__(self, archive: zipfile.ZipFile, report: Report) -> None:
        self.archive, self.report = archive, report
        self.hashes: dict[str, str] = {}
        for member in archive.infolist():
            self._take(member)

    def _take(self, member: zipfile.ZipInfo) -> None:
        name, mode = member.orig_filename, member.external_attr >> 16
        parts = name.replace("\\", "/").split("/")
        leads_out = not all(parts) or {".", ".."} & set(parts) or ":" in parts[0] or "\\" in name or "\0" in name
        if leads_out or name in self.hashes or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            self.report.fails("archive", f"a member that no bundle has: {name!r}", f"含有不应有的成员：{name!r}")
            return
        digest = hashlib.sha256()
        try:
            with self.archive.open(member) as stream:
                while piece := stream.read(PIECE):
                    digest.update(piece)
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zipfile.zlib.error):  # type: ignore[attr-defined]
            self.report.fails("archive", f"{name} cannot be read", f"{name}无法读取")
        self.hashes[name] = digest.hexdigest()

    def text(self, name: str) -> str:
        """A member as text. Raises KeyError where it is not there, ValueError for one too large or not in UTF-8."""
        if name not in self.hashes:
            raise KeyError(name)
        with self.archive.open(name) as stream:
            data = stream.read(MOST + 1)
        if len(data) > MOST:
            raise ValueError(name)
        return data.decode()

    def under(self, folder: str) -> dict[str, str]:
        """Name → SHA-256 of the members of a folder."""
        return {name: hash for name, hash in self.hashes.items() if name.startswith(f"{folder}/")}


def check_bundle(path: Path, given: str, report: Report) -> None:
    """Everything about the archive at `path`. Raises OSError where it cannot be opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(Bundle(archive, report), given, report)
    except zipfile.BadZipFile:
        report.fails("archive", "this is no archive that can be read", "不是可读的压缩包")


def _check_members(bundle: Bundle, given: str, report: Report) -> None:
    if not {"manifest.json", "acts.jsonl"} & bundle.hashes.keys():
        report.fails("archive", "not the bundle of a case: it has neither manifest.json nor acts.jsonl",
                     "不是办件数据包：其中没有 manifest.json 和 acts.jsonl")  # fmt: skip
        return
    report.counted("archive", len(bundle.hashes))
    acts: list[dict[str, Any]] = []
    _guarded("manifest", report, lambda: _manifest(bundle, report))
    _guarded("acts", report, lambda: _acts(bundle, acts, report))
    _guarded("manifest", report, lambda: _case_named(bundle, acts, report))
    _guarded("chain", report, lambda: _chain(acts, report))
    _guarded("submissions", report, lambda: _submissions(bundle, acts, report))
    _guarded("materials", report, lambda: _materials(bundle, acts, report))
    _guarded("proofs", report, lambda: _proofs(bundle, acts, given, report))


def _manifest(bundle: Bundle, report: Report) -> None:
    manifest = json.loads(bundle.text("manifest.json"))
    if manifest["format"] != BUNDLE:
        report.fails("manifest", "of another format than this program knows", "格式版本不符")
    listed = {name: said["sha256"] for name, said in manifest["files"].items()}
    found = {name: hash for name, hash in bundle.hashes.items() if name != "manifest.json"}
    for name in sorted(listed.keys() | found.keys()):
        if name not in found:
            report.fails("manifest", f"{name} is missing", f"缺少{name}")
        elif name not in listed:
            report.fails("manifest", f"{name} is not on the list", f"{name}不在清单内")
        elif listed[name] != found[name]:
            report.fails("manifest", f"{name} does not have its hash", f"{name}的哈希值不符")
    report.counted("manifest", len(listed))


def _acts(bundle: Bundle, acts: list[dict[str, Any]], report: Report) -> None:
    """Reads the acts into `acts`: number, hash as computed here, and content."""
    for line in bundle.text("acts.jsonl").rstrip("\n").split("\n"):
        row = json.loads(line)
        seq, body = row["seq"], row["body"]
        hash = sha256(body.encode())
        content = json.loads(body)
        if hash != row["hash"]:
            report.fails("acts", f"act {seq} does not have its hash", f"第{seq}条的文本与哈希值不符")
        if content["seq"] != seq:
            report.fails("acts", f"act {seq} says to be number {content['seq']}", f"第{seq}条自称第{content['seq']}条")
        acts.append({"seq": seq, "hash": row["hash"], "content": content})
    if not acts:
        report.fails("acts", "there is none", "没有任何记录")
    report.counted("acts", len(acts))


def _case_named(bundle: Bundle, acts: list[dict[str, Any]], report: Report) -> None:
    """That the case is the one whose acts these are: by its number people know it."""
    named = json.loads(bundle.text("manifest.json"))["case"]
    given = [number for act in acts if (number := act["content"].get("sets", {}).get("number"))]
    if acts and named != (given[-1] if given else ""):
        report.fails("manifest", f"the acts are not of the case {named}", f"办理记录不属于所称办件{named}")


def _chain(acts: list[dict[str, Any]], report: Report) -> None:
    previous, status = GENESIS, ""
    for number, act in enumerate(acts, 1):
        seq, content = act["seq"], act["content"]
        if seq != number:
            report.fails("chain", f"act {seq} stands where {number} should", f"第{number}条的位置上是第{seq}条")
        if content["previous"] != previous:
            report.fails("chain", f"act {seq} is not chained to the one before", f"第{seq}条未与上一条相连")
        if content["before"] != status:
            report.fails("chain", f"act {seq} begins in another status", f"第{seq}条的起始状态与上一条的结果不符")
        if content["application"] != acts[0]["content"]["application"]:
            report.fails("chain", f"act {seq} is of another case", f"第{seq}条属于另一办件")
        previous, status = act["hash"], content["after"]
    report.counted("chain", len(acts))


def _submissions(bundle: Bundle, acts: list[dict[str, Any]], report: Report) -> None:
    files = bundle.under("submissions")
    named = {act["content"]["submission"]: act["seq"] for act in acts if act["content"].get("submission")}
    for hash, seq in named.items():
        if hash not in files.values():
            report.fails("submissions", f"what act {seq} handed in is not here", f"缺少第{seq}条所提交的内容")
    for name, hash in files.items():
        if hash not in named:
            report.fails("submissions", f"{name} was handed in by no act", f"{name}不是任何记录所提交的内容")
    report.counted("submissions", len(named))


def _materials(bundle: Bundle, acts: list[dict[str, Any]], report: Report) -> None:
    files, handed_in = bundle.under("materials"), bundle.under("submissions")
    named = {file["sha256"]: file["name"] for act in acts for file in files_in(act["content"].get("facts"))}
    for name in handed_in:
        named |= {file["sha256"]: file["name"] for file in json.loads(bundle.text(name))["materials"]}
    for hash, name in named.items():
        if hash not in files.values():
            report.fails("materials", f"“{name}” is not here as it was handed in", f"缺少原样的“{name}”")
    for name, hash in files.items():
        if hash not in named:
            report.fails("materials", f"{name} is named by no act", f"{name}未见于任何记录")
    report.counted("materials", len(named))


def files_in(facts: Any) -> Iterator[dict[str, Any]]:
    """The files that the facts of an act name, however deep."""
    if isinstance(facts, dict) and "sha256" in facts and "id" in facts:
        yield facts
    elif isinstance(facts, dict | list):
        for part in facts.values() if isinstance(facts, dict) else facts:
            yield from files_in(part)


def _proofs(bundle: Bundle, acts: list[dict[str, Any]], given: str, report: Report) -> None:
    entries = json.loads(bundle.text("proofs.json"))["entries"]
    leaves = [json.loads(entry["data"]) for entry in entries]
    logged = {leaf["number"]: leaf for leaf in leaves if leaf["source"] == "act"}
    case = acts[0]["content"]["application"] if acts else 0
    newest = max(logged, default=0)
    unproven = [act["seq"] for act in acts if act["seq"] > newest]
    for act in (act for act in acts if act["seq"] <= newest):
        leaf = logged.pop(act["seq"], None)
        if leaf is None:
            report.fails("proofs", f"act {act['seq']} is not in the log", f"第{act['seq']}条不在日志中")
        elif (leaf["hash"], leaf["case"]) != (act["hash"], case):
            report.fails("proofs", f"act {act['seq']} is not the one logged", f"第{act['seq']}条与日志所载不符")
    for seq in logged:
        report.fails("proofs", f"act {seq} was logged and is not here", f"日志载有第{seq}条，此处没有")
    if unproven:
        _not_logged(unproven, report)
    papers = [entry for entry, leaf in zip(entries, leaves, strict=True) if leaf["source"] == "paper"]
    rows = {leaf["row"] for leaf in leaves if leaf["source"] == "act"}
    _guarded("documents", report, lambda: _documents(bundle, papers, case, rows, report))
    _guarded("documents", report, lambda: _papers_counted(leaves, papers, unproven, bundle, report))
    keys = json.loads(bundle.text("keys.json"))["log"]
    check_log(entries, bundle.text("checkpoint"), keys, given, report)


def _not_logged(acts: list[int], report: Report) -> None:
    """The last acts may have come in the minute before the bundle; nothing in it shows that they are the true ones."""
    report.not_done(
        "proofs",
        f"not in the log yet when the bundle was made, so proved by nothing: acts {', '.join(map(str, acts))}",
        f"制作数据包时尚未进入日志、因而没有证明的：{'、'.join(f'第{seq}条' for seq in acts)}",
    )
    report.remark("what is done gets into the log within a minute: ask for a bundle made later",
                  "办理记录一分钟内进入日志：请索取以后制作的数据包")  # fmt: skip


def _pending(bundle: Bundle) -> list[dict[str, Any]]:
    """Papers that the bundle says were not printed yet; one with a hash was, but not in the log yet."""
    return list(json.loads(bundle.text("manifest.json")).get("pending", []))


def _documents(bundle: Bundle, papers: list[Any], case: int, rows: set[int], report: Report) -> None:
    files = bundle.under("documents")
    said = {one["sha256"]: one["number"] for one in _pending(bundle) if "sha256" in one}
    logged = {paper_of(entry, case, rows, report): json.loads(entry["text"])["number"] for entry in papers}
    for hash, number in (logged | said).items():
        if hash not in files.values():
            report.fails("documents", f"{number} is not here as it was issued", f"缺少原样的{number}")
    for name, hash in files.items():
        if hash not in logged and hash not in said:
            report.fails("documents", f"{name} is proved by no entry of the log", f"{name}没有日志条目可以证明")
    report.counted("documents", len(logged))


def _papers_counted(leaves: list[Any], papers: list[Any], unproven: list[int], bundle: Bundle, report: Report) -> None:
    """As many papers of each act as its entry in the log says it required: acts do not name them.

    One that the bundle says was not printed, or not logged, yet is counted too, but its check is one that was not done:
    nothing in the bundle shows that such a paper was not left out, or is the one issued.
    """
    acts = [leaf for leaf in leaves if leaf["source"] == "act"]
    here = Counter(json.loads(entry["text"])["act_id"] for entry in papers)
    pending = _pending(bundle)
    waiting = Counter(one["act"] for one in pending)
    for leaf in acts:
        seq, wanted, found, owed = leaf["number"], leaf.get("papers"), here[leaf["row"]], waiting.pop(leaf["number"], 0)
        if wanted is not None and found + owed != wanted:
            report.fails(
                "documents",
                f"act {seq} required {wanted} papers; {found} are here, {owed} are said to come into the log later",
                f"第{seq}条应有文书{wanted}件，此处{found}件，称尚未制发或者尚未进入日志的{owed}件",
            )
    for seq in waiting.keys() - set(unproven):
        report.fails("documents", f"act {seq}, said to wait for a paper, is not in the log",
                     f"称有文书尚待制发或者进入日志的第{seq}条不在日志中")  # fmt: skip
    if pending:
        _not_checked(pending, len(papers), report)
    if any("papers" not in leaf for leaf in acts):
        report.remark("entries of the log from before do not say how many papers their acts required",
                      "较早的日志条目未载明各条记录应有的文书件数")  # fmt: skip


def _not_checked(pending: list[Any], found: int, report: Report) -> None:
    lacks = {True: ("not in the log yet", "尚未进入日志"), False: ("not printed yet", "尚未制发")}
    said = [(one, *lacks["sha256" in one]) for one in pending]
    named = ", ".join(f"{one['number']} (act {one['act']}, {english})" for one, english, _chinese in said)
    titled = "、".join(
        f"{one['paper']} {one['number']}（第{one['act']}条，{chinese}）" for one, _english, chinese in said
    )
    report.not_done(
        "documents",
        f"{found} are proved; as the bundle itself says, not so, and not checked: {named}",
        f"有证明的{found}件；据数据包自称尚无证明、因而未能核验的：{titled}",
    )
    report.remark(
        "nothing here shows which of these were issued, nor as what: ask the agency for these papers by number, and for"
        " a bundle made later",
        "本包不能证明上述文书是否已经制发、是否为原件：请按文号向机关索取，并索取以后制作的数据包",
    )


# --- the proof of one paper -------------------------------------------------------------------------------------------
def check_file(path: Path, file: Path | None, given: str, report: Report) -> None:
    """Whichever `path` is: the bundle of a case, the proof of a paper, neither, or a part of one. Raises OSError where
    it cannot be opened."""
    with path.open("rb") as stream:
        begins = stream.read(2)
    if zipfile.is_zipfile(path):
        check_bundle(path, given, report)
        if file is not None:
            report.not_done("file", "what --file gives was not compared: that is done with the proof of a paper",
                            "未比对 --file 提供的文件：须与该文书的日志证明一起核验")  # fmt: skip
    elif begins == b"PK":  # begins as an archive does, and has not its end
        report.fails("archive", "cut short or damaged: get it again", "不完整或者已损坏，请重新下载")
    else:
        check_proof(path, file, given, report)


def check_proof(path: Path, file: Path | None, given: str, report: Report) -> None:
    """The proof of a paper, and whether `file` is that paper. Raises OSError where one cannot be opened."""
    try:
        proof = json.loads(path.read_text("utf-8"))
        proof["format"]
    except MALFORMED:
        report.fails("file", "neither the bundle of a case (.zip) nor the proof of a paper (.json)",
                     "不是办件数据包（.zip），也不是文书的日志证明（.json）")  # fmt: skip
        return
    _guarded("proofs", report, lambda: _check_proof(proof, file, given, report))


def _check_proof(proof: Any, file: Path | None, given: str, report: Report) -> None:
    if proof["format"] != PROOF:
        report.fails("proofs", "of another format than this program knows", "格式版本不符")
    act, paper = json.loads(proof["act"]["data"]), json.loads(proof["paper"]["data"])
    if (act["source"], paper["source"]) != ("act", "paper"):
        report.fails("documents", "the leaves are not those of an act and its paper", "日志条目不是记录及其文书")
    _guarded("documents", report, lambda: _the_paper(proof["paper"], act, file, report))
    check_log([proof["act"], proof["paper"]], proof["checkpoint"], proof["keys"], given, report)


def _the_paper(entry: Any, act: Any, file: Path | None, report: Report) -> None:
    expected = paper_of(entry, act["case"], {act["row"]}, report)
    if file is None:
        report.remark(f"compare your file by --file; its SHA-256 must be {expected}",
                      f"请用 --file 提供文件予以比对；其 SHA-256 应为 {expected}")  # fmt: skip
        return
    with file.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != expected:
            report.fails("documents", "your file is not the paper as issued", "所提供的文件不是制发的原文书")
    report.counted("documents", 1)


def _parser(words: Callable[[str, str], str]) -> argparse.ArgumentParser:
    told = words(
        "Checks the bundle of a case, or the proof of a paper, without the system that made it.",
        "不需要原系统，核验办件数据包或者文书的日志证明。",
    )
    path = words("bundle.zip of a case, or proof.json of a paper", "办件数据包（.zip），或者文书的日志证明（.json）")
    key = words("public key of the log, or a file that holds it", "日志公钥，或者载有日志公钥的文件")
    parser = argparse.ArgumentParser(prog="verify", description=told)
    parser.add_argument("path", type=Path, nargs="?", help=path)
    parser.add_argument("--key", default="", help=key)
    parser.add_argument("--file", type=Path, help=words("the paper, beside its proof.json", "与日志证明对应的文书文件"))
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not language:  # Windows sets none of them
        with suppress(ValueError):  # a locale that Python does not know
            language = locale.getlocale()[0] or ""
    report = Report(chinese=language.lower().startswith(("zh", "chinese")))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # whatever the terminal's
    parser = _parser(report.words)
    asked = parser.parse_args(arguments)
    if asked.path is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        held = asked.key and Path(asked.key).is_file()
        given = Path(asked.key).read_text("utf-8", errors="replace") if held else asked.key
        check_file(asked.path, asked.file, given.strip(), report)
    except OSError as error:
        sys.stderr.write(report.words(f"{error.filename} cannot be read: look at its path and at who may read it.\n",
                                      f"无法读取{error.filename}，请核对路径和权限。\n"))  # fmt: skip
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in report.lines()))
    return 0 if report.whole else 1


if __name__ == "__main__":
    sys.exit(main())
