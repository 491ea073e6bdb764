"""A row of a record that is told by its canonical text: what the text says, for whoever reads the row."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any


class ToldByBody:
    """Of a model with a column `body`, the canonical text (RFC 8785) that the row's hash covers."""

    body: Any

    @cached_property
    def content(self) -> dict[str, Any]:
        """The parsed body."""
        return json.loads(self.body)  # type: ignore[no-any-return]

    @property
    def facts(self) -> dict[str, Any]:
        """What the row said."""
        return self.content["facts"]  # type: ignore[no-any-return]
