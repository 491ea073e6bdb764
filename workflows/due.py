"""The day by which a step is due."""

from __future__ import annotations

from datetime import date

from permits.models import Application


def due_of_step(application: Application, period: str) -> date | None:
    """The last day of statutory period `period` for `application`, or None where the law sets none."""
    return None
