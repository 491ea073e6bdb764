"""Matters that are a state secret: nothing of them is told outside the pages and papers of the case (许可法 5)."""

from __future__ import annotations

from collections.abc import Iterable

from permits.kinds import kind_of
from permits.models import Application
from permits.models.act import read_records
from permits.models.body import legible
from permits.models.submission import read_submissions


def kept_secret(applications: Iterable[Application]) -> frozenset[int]:
    """Keys of those handed in that were declared or found to be a state secret, and of those of which nobody can read
    whether they are; a draft is told of by no mail. Two queries for all that a kind says can be one; none where there
    is none."""
    asked = [one for one in applications if kind_of(one).may_be_secret and one.number]
    if not asked:
        return frozenset()
    read_records(asked)
    read_submissions(asked)
    return frozenset(one.pk for one in asked if not _told(one))


def _told(application: Application) -> bool:
    return legible(lambda: bool(kind_of(application).made_public(application)), False)
