"""What is installed is pinned by hash, and no file says from where."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_python_package_is_pinned_by_hash_without_an_address(name: str) -> None:
    text = (settings.BASE_DIR / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[\w.-]+(\[\w+\])?==", block), block
        assert "--hash=sha256:" in block, block


def test_every_npm_package_is_pinned_by_hash_without_an_address() -> None:
    packages = json.loads((settings.BASE_DIR / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


@pytest.mark.parametrize("name", ["package.json", ".npmrc", "pyproject.toml", "Makefile"])
def test_no_file_of_the_set_up_names_a_registry(name: str) -> None:
    text = (settings.BASE_DIR / name).read_text()
    assert not re.findall(r"registry\s*=|(?<!no-emit-)\bindex-\w+|\bfind-\w+s\b", text)
    assert set(re.findall(r"https?:\W+([\w.-]+)", text)) <= {"localhost", "permits.example.cn"}
