"""Who hands the verifier the wrong file or the wrong key reads which it was, in the own language, and never a fault."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from permits.ledger import verify
from permits.ledger.keys import private_key
from tests.cast import Cast
from tests.permits.taken_away import alone, bundle_of, decided, packed

FAULTS = ("Error", "格式不符", "not written as it must be")


@pytest.mark.parametrize("held", [b"", b"hello", b"%PDF-1.7\n\xff\xfe", b"[]", b'{"case": "x", "acts": []}'])
@pytest.mark.parametrize(
    ("lang", "says"),
    [("en_US.UTF-8", "neither the bundle of a case (.zip) nor the proof"), ("zh_CN.UTF-8", "不是办件数据包（.zip）")],
)
def test_a_file_that_is_neither_bundle_nor_proof_is_told_as_that(
    tmp_path: Path, held: bytes, lang: str, says: str
) -> None:
    path = tmp_path / "some.file"
    path.write_bytes(held)
    code, said = alone(path, lang=lang)
    assert code == 1
    assert says in said
    assert not [word for word in FAULTS if word in said]


def test_an_archive_of_something_else_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    code, said = alone(path, lang="zh_CN.UTF-8")
    assert code == 1
    assert "✗ 压缩包: 不是办件数据包" in said
    assert "✓" not in said
    assert not [word for word in FAULTS if word in said]


@pytest.mark.django_db
def test_a_bundle_cut_short_is_told_as_cut_short(cast: Cast, tmp_path: Path) -> None:
    path = packed(bundle_of(decided(cast)), tmp_path / "bundle.zip")
    path.write_bytes(path.read_bytes()[:4000])
    code, said = alone(path, lang="zh_CN.UTF-8")
    assert code == 1
    assert "✗ 压缩包: 不完整或者已损坏" in said
    assert not [word for word in FAULTS if word in said]
    assert "cut short" in alone(path)[1]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["rubbish", "no-such-file.key", "a+b+c"])
def test_what_is_no_key_is_told_of_the_key_and_not_of_the_checkpoint(cast: Cast, tmp_path: Path, key: str) -> None:
    path = packed(bundle_of(decided(cast)), tmp_path / "bundle.zip", listed=False)
    code, said = alone(path, "--key", key, lang="zh_CN.UTF-8")
    assert code == 1
    assert "✗ 日志公钥: --key 提供的不是日志公钥" in said
    assert "日志检查点" not in said
    assert "is no key of a log" in alone(path, "--key", key)[1]


@pytest.mark.django_db
def test_who_brings_no_key_reads_in_the_conclusion_that_it_agrees_with_itself_alone(cast: Cast, tmp_path: Path) -> None:
    path, key = packed(bundle_of(decided(cast)), tmp_path / "bundle.zip", listed=False), private_key().public
    last = {lang: alone(path, lang=lang)[1].splitlines()[-1] for lang in ("C.UTF-8", "zh_CN.UTF-8")}
    assert last == {
        "C.UTF-8": "All of it holds, by the key that came with it: it agrees with itself.",
        "zh_CN.UTF-8": "核验通过，但公钥取自所附文件本身，只能说明其内部一致。",
    }
    assert alone(path, "--key", key)[1].splitlines()[-1] == "All of it holds."


def test_a_path_that_leads_nowhere_and_no_path_are_told_in_the_readers_language(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.zip", tmp_path):
        assert alone(path, lang="zh_CN.UTF-8") == (2, f"无法读取{path}，请核对路径和权限。\n")
        assert alone(path) == (2, f"{path} cannot be read: look at its path and at who may read it.\n")
    code, said = alone(lang="zh_CN.UTF-8")
    assert code == 2
    assert "办件数据包" in said
    assert "日志公钥" in said


@pytest.mark.parametrize("named", ["zh_CN", "Chinese (Simplified)_China"])
def test_where_the_environment_names_no_language_that_of_the_machine_is_spoken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, named: str
) -> None:
    """Windows sets no LANG."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda *_: (named, "cp936"))
    (tmp_path / "x").write_bytes(b"x")
    assert verify.main([str(tmp_path / "x")]) == 1
    assert "不得采信" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_file_given_beside_a_bundle_is_told_as_not_looked_at(cast: Cast, tmp_path: Path) -> None:
    path, key = packed(bundle_of(decided(cast)), tmp_path / "bundle.zip", listed=False), private_key().public
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 another")
    code, said = alone(path, "--key", key, "--file", tmp_path / "paper.pdf", lang="zh_CN.UTF-8")
    assert code == 1
    assert "? 文件: 未比对 --file 提供的文件" in said
    assert said.splitlines()[-1] == "未发现问题，但有未能核验的项目。"


def test_where_the_machine_has_a_locale_that_python_does_not_know_it_speaks_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unknown() -> tuple[str, str]:
        raise ValueError("unknown locale: C.odd")

    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(verify.locale, "getlocale", unknown)
    assert verify.main([str(tmp_path / "nothing.zip")]) == 2
    assert "cannot be read" in capsys.readouterr().err
