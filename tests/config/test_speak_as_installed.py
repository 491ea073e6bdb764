"""What a command says to an operator is in the language of the installation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.translation import override

OF_PROGRAMMERS = {"compile_catalogue.py", "update_catalogue.py"}
"""They make the Chinese texts, and cannot need them; what they name is in English."""
WORDS = re.compile(r"[a-z]{3,}\W|\W[A-Za-z]?[a-z]{2,}")  # a word alone is a key


def commands() -> list[Path]:
    found = sorted(Path(settings.BASE_DIR).glob("*/management/commands/[a-z]*.py"))
    return [path for path in found if path.name not in OF_PROGRAMMERS]


def said(tree: ast.Module) -> Iterator[ast.expr]:
    """What is written to a stream or raised as a CommandError."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args:
            name = ast.unparse(call.func)
            if name in ("self.stdout.write", "self.stderr.write", "CommandError"):
                yield call.args[0]


def bare_words(node: ast.AST) -> Iterator[str]:
    """Words within that no gettext translates; keys and format specifications are none."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "gettext", "ngettext", "_n"):
        return
    if isinstance(node, ast.Dict | ast.Subscript | ast.Attribute):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORDS.search(node.value):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from bare_words(child)


@pytest.mark.parametrize("path", commands(), ids=lambda path: path.stem)
def test_no_command_says_a_word_that_is_not_translated(path: Path) -> None:
    found = [words for one in said(ast.parse(path.read_text("utf-8"))) for words in bare_words(one)]
    assert not found, f"{path.name}: {found}"


def test_a_backup_that_is_none_is_refused_in_the_language_of_the_installation(tmp_path: Path) -> None:
    told = []
    for language in ("zh-hans", "en"):
        with override(language), pytest.raises(CommandError) as refused:
            call_command("restore", tmp_path, stdout=StringIO())
        told.append(str(refused.value))
    assert "不是完整的备份" in told[0]
    assert "is no whole backup" in told[1]
