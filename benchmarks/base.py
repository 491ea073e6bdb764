"""The same ratios of an earlier version, in a work tree of its own that is taken away afterwards.

The measuring files are this version's, laid over the earlier one's; so it works as far back as what they import is
there, and says so where it is not. The two versions do not take turns: each ratio is one of two sides that do.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.databases import manage
from benchmarks.worker import ROOT

SHARED = (".venv", "node_modules")
"""What the earlier version takes from here: its own packages are not set up."""


def earlier(options: argparse.Namespace, server: str) -> list[dict[str, Any]]:
    """The ratios of commit `options.base`, as JSON tells them. Raises RuntimeError where it cannot be run."""
    with TemporaryDirectory(prefix="permits-bench-base-") as parent:
        tree = Path(parent) / "tree"
        _git("worktree", "add", "--detach", str(tree), options.base)
        try:
            return _measure(tree, Path(parent), options, server)
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _measure(tree: Path, parent: Path, options: argparse.Namespace, server: str) -> list[dict[str, Any]]:
    shutil.rmtree(tree / "benchmarks", ignore_errors=True)
    shutil.copytree(ROOT / "benchmarks", tree / "benchmarks", ignore=shutil.ignore_patterns("__pycache__"))
    for name in SHARED:
        if (ROOT / name).exists():
            (tree / name).symlink_to((ROOT / name).resolve())
    var, figures = parent / "var", parent / "figures.json"
    var.mkdir()
    (var / "secret_key").write_text("x" * 60)
    manage(f"sqlite:///{var / 'db.sqlite3'}", var, "manage.py", "compile_catalogue", root=tree)
    command = [
        sys.executable, "-m", "benchmarks", "--json", str(figures), "--small", str(options.small),
        "--large", str(options.large), "--rounds", str(options.rounds), "--templates", str(options.templates),
    ]  # fmt: skip
    if options.rows:
        command += ["--rows", *map(str, options.rows)]
    environment = os.environ | {"DATABASE_URL": server, "PYTHONPATH": str(tree)}
    environment.pop("VAR_DIR", None)
    # An earlier version may lack a page: it ends with 1, having written the figures it has, and names the rest.
    subprocess.run(command, cwd=tree, env=environment, check=False, stdout=sys.stderr)  # noqa: S603
    if not figures.exists():
        raise RuntimeError("The earlier version could not be measured; what it said stands above.")
    found: list[dict[str, Any]] = json.loads(figures.read_text("utf-8"))["ratios"]
    return found


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=sys.stderr)  # noqa: S603, S607
