"""Data that comes with the program or its installation, as YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Every start reads such files. The library's own parser takes ten times as long, and is there where C is not."""


def read_yaml(path: Path) -> Any:
    """What the file says, as plain values. Raises OSError, UnicodeDecodeError, yaml.YAMLError."""
    return yaml.load(path.read_text("utf-8"), Loader=LOADER)  # noqa: S506  # one of the two safe ones
