"""What a permit kind must provide, and the registry: one line for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from .documents.content import Paper
    from .models import Act, Application, Document

Label = str | Promise

REGISTRY = {
    "tending": "permits.tending.kind.TENDING",
    "occupation": "permits.occupation.kind.OCCUPATION",
    "introduction": "permits.introduction.kind.INTRODUCTION",
}


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One material of a kind's closed list (许可法 31: nothing else may be asked for)."""

    slot: str
    label: Label
    source: str
    required: bool = True
    document: str = ""
    """Code under which the rules know it (`documents` of a case)."""
    accepts: tuple[str, ...] = ("pdf",)
    note: Label = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in a draft that must be mended before it is handed in, and where."""

    where: Label
    message: Label
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the draft's task list, on a page of its own."""

    slug: str
    label: Label
    url_name: str
    problems: Callable[[Application], Sequence[Problem]]
    started: Callable[[Application], bool] | None = None
    """Whether anything was entered yet; without it a part with problems counts as begun."""


class Kind(Protocol):
    """What a slice gives. Everything else is common to all kinds."""

    code: str
    label: Label
    nature: Label
    licence: bool
    """Whether it is an administrative licence 行政许可: the licensing law binds, or only guides by analogy."""
    inspected: bool
    """Whether officers check the site within a period of its own (令35 art 10)."""
    words: Mapping[str, Label]
    """Names of acts and statuses that this kind calls by a word of its own."""
    letter: str
    sections: Sequence[Section]
    summary_template: str

    def begin(self, application: Application) -> None:
        """Make the slice's empty rows for a new draft."""

    def requirements(self, application: Application) -> Sequence[Requirement]:
        """The closed list of materials."""

    def facts(self, application: Application) -> dict[str, Any]:
        """What is applied for, as a case of the rules (permits.rules.parse)."""

    def districts(self, application: Application) -> Sequence[str]:
        """GB/T 2260 codes of the districts the land lies in; the one filed with first."""

    def scope(self, application: Application) -> str:
        """What tells apart, within the kind, who is competent: a mandate's `scope` (a route, a zone); mostly empty."""

    def snapshot(self, application: Application) -> dict[str, Any]:
        """Everything applied for, in plain JSON types, decimals as text."""

    def valid_to(self, application: Application) -> date | None:
        """The last day of the permit an approval on `application.decided_on` gives; None where the law sets none."""

    def before_approval(self, application: Application) -> Sequence[Problem]:
        """What must have been done in this case before it can be approved, such as a site check or a fee paid."""

    def papers(self, record: Act) -> Sequence[str]:
        """DocumentKind codes of the official papers that `record` requires."""

    def paper(self, document: Document) -> Paper:
        """The content of one of those papers."""


@cache
def kind(code: str) -> Kind:
    """The kind called `code`. Raises KeyError for an unknown one."""
    return import_string(REGISTRY[code])  # type: ignore[no-any-return]


def kind_of(application: Application) -> Kind:
    """The kind of `application`."""
    return kind(application.kind)


def kinds() -> list[Kind]:
    """Every registered kind, in order."""
    return [kind(code) for code in REGISTRY]
