"""A process on one database that answers the measurer: one line of JSON in, one out.

    {"probe": "benchmarks.ratios.pages.one_page", "facts": {"path": "/", "login": "audit"}}

Each database and each side of a ratio has a process of its own, so that they can take turns: what the machine does
meanwhile hits both alike.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


class Failed(Exception):
    """A probe raised; the message is its trace."""


class Worker:
    """The measurer's end. `address` is a DATABASE_URL, `root` the folder of the version that is measured."""

    def __init__(self, address: str, root: Path = ROOT, var: Path | None = None) -> None:
        environment = os.environ | {
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "PYTHONPATH": str(root),
            "PYTHONHASHSEED": "0",
        }
        if var:
            environment["VAR_DIR"] = str(var)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=environment,
        )  # fmt: skip

    def ask(self, probe: Callable[..., Any], **facts: Any) -> Any:
        """What `probe`, a function of a module both sides have, answers there. Raises Failed."""
        self.tell(probe, **facts)
        return self.hear()

    def tell(self, probe: Callable[..., Any], **facts: Any) -> None:
        """Set it to work; `hear` waits for the answer. So several workers can be at work at once."""
        said = {"probe": f"{probe.__module__}.{probe.__qualname__}", "facts": facts}
        if self.process.stdin is None:
            raise Failed("the worker has no pipe")
        self.process.stdin.write(json.dumps(said) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        """The answer to what it was told. Raises Failed."""
        answer = self.process.stdout.readline() if self.process.stdout else ""
        if not answer:
            raise Failed("the worker ended")
        told = json.loads(answer)
        if "failed" in told:
            raise Failed(told["failed"])
        return told["answer"]

    def close(self) -> None:
        """End it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(30)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def serve() -> None:
    """The worker's end: answer until the measurer hangs up."""
    import django

    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = sys.stderr  # whatever is printed meanwhile is no answer
    django.setup()
    logging.disable(logging.INFO)
    for line in sys.stdin:
        out.write(json.dumps(_answer(json.loads(line))) + "\n")
        out.flush()


def _answer(said: dict[str, Any]) -> dict[str, Any]:
    module, _dot, name = said["probe"].rpartition(".")
    try:
        return {"answer": getattr(import_module(module), name)(**said["facts"])}
    except Exception:  # noqa: BLE001 - told to the measurer, which decides
        return {"failed": traceback.format_exc()}


if __name__ == "__main__":
    serve()
