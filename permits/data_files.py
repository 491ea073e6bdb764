"""Data in files: YAML that comes with the program or its installation, and what must outlast a power cut."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Every start reads such files. The library's own parser takes ten times as long, and is there where C is not."""


def read_yaml(path: Path) -> Any:
    """What the file says, as plain values. Raises OSError, UnicodeDecodeError, yaml.YAMLError."""
    return yaml.load(path.read_text("utf-8"), Loader=LOADER)  # noqa: S506  # one of the two safe ones


def yaml_fault(error: Exception) -> str:
    """Where a text is no YAML, in words, with the library's own, which are English."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None) or error
    if mark is None:
        return _("this is not YAML (%(problem)s)") % {"problem": problem}
    told = _("line %(line)s, column %(column)s: this is not YAML (%(problem)s)")
    return told % {"line": mark.line + 1, "column": mark.column + 1, "problem": problem}


def flush(*places: Path) -> None:
    """What was written to these files, and which names these folders have, is on the disk when this returns; else it
    gets there within half a minute, and a power cut takes it away. Raises OSError."""
    for place in places:
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
