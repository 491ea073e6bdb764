"""What the materials of an application are called, by slot: what is asked for now, and what was asked for before. And
which of them a file is, by its own name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.files import File

from permits.contract.kind import Label, Requirement
from permits.kinds import kind_of
from permits.models import Application, MaterialVersion

TELLING = 2
"""Characters of a name below which it tells nothing."""


def material_names(application: Application) -> dict[str, Label]:
    """The name of each slot, in the reader's language; one that the kind never had is not there."""
    kind = kind_of(application)
    return {**kind.former_materials, **{entry.slot: entry.label for entry in kind.requirements(application)}}


def in_listed_order(application: Application, files: Iterable[MaterialVersion]) -> list[MaterialVersion]:
    """`files` in the order of the list of materials, as applicants read it; of materials no longer asked for, last."""
    place = {entry.slot: number for number, entry in enumerate(kind_of(application).requirements(application))}
    return sorted(files, key=lambda file: place.get(file.material.slot, len(place)))


def by_name(
    entries: Iterable[Requirement], files: Iterable[File[Any]]
) -> tuple[dict[str, list[File[Any]]], list[File[Any]]]:
    """The files of each of `entries`, by slot, and those whose names are of none of them, or of several.

    The name of a file is a material's if it holds the material's name, in the reader's language or as its code, or if
    it is a part of one such name only. What the file is its content tells; where it was put the applicant sees, and can
    change.
    """
    names = [(entry.slot, {_folded(str(entry.label)), _folded(entry.slot)}) for entry in entries]
    placed: dict[str, list[File[Any]]] = {}
    homeless: list[File[Any]] = []
    for file in files:
        slot = _slot_of(_folded(PurePath(file.name or "").stem), names)
        (placed.setdefault(slot, []) if slot else homeless).append(file)
    return placed, homeless


def _slot_of(name: str, names: list[tuple[str, set[str]]]) -> str:
    """The slot that `name` is of; empty where it is of none, or of several."""
    if len(name) < TELLING:
        return ""
    held = [(len(word), slot) for slot, words in names for word in words if word and word in name]
    longest = max((length for length, _slot in held), default=0)  # 作业设计附图 is not 作业设计
    found = {slot for length, slot in held if length == longest}
    if not held:
        found = {slot for slot, words in names if any(name in word for word in words)}
    return found.pop() if len(found) == 1 else ""


def _folded(name: str) -> str:
    """Letters and digits alone, of one width and case: 1_作业设计（终稿） is 1作业设计终稿."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
