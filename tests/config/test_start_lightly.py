"""What few processes need is not imported by the start of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

SELDOM = ("reportlab", "pikepdf", "pyhanko", "PIL", "openpyxl", "boto3", "markdown_it", "pypdf", "dns", "hypothesis")
"""Typesetter, editors of PDF and pictures, tables, the remote store, the reader of manuals, what only tests use."""
PROGRAM = f"""
import gc, json, sys
gc.disable()
import django; django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(json.dumps({{"there": [name for name in {SELDOM!r} if name in sys.modules], "gc": gc.isenabled(),
                  "frozen": gc.get_freeze_count()}}))
"""


def test_a_start_brings_nothing_that_few_processes_need(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x" * 60)
    environment = os.environ | {
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=False,
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["there"] == []
    assert told["gc"], "who starts without it (manage.py, wsgi.py) gets it back once everything is loaded"
    assert told["frozen"] > 100_000
