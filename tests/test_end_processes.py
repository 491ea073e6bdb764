"""What a test began is gone at its end, whoever is its parent by then: the next test has the same database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import Process, begin, end, lose, until

LEAVES = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
"""


@pytest.mark.parametrize("gone", [end, lose])
def test_what_was_left_behind_in_a_session_of_its_own_is_gone_too(
    tmp_path: Path, gone: Callable[[Process], None]
) -> None:
    process = begin([sys.executable, "-c", LEAVES], dict(os.environ), tmp_path / "log")
    until(lambda: process.poll() is not None and process.lives(), 20, "that only what it left behind lives")
    gone(process)
    assert process.lives() == []
