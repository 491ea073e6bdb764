"""Which permit kinds there are, and how one registers. A kind is one folder; nothing outside it names it.

The package that brings a kind is a Django app whose config is a `KindConfig`; `PERMIT_KINDS` in the settings lists the
apps. What a kind gives: contract.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

import roles.kinds
from permits.contract.kind import (
    Application,
    Document,
    FlowVersion,
    Kind,
    Label,
    Paper,
    PaperKind,
    Requirement,
    Section,
    papers_path,
)
from permits.contract.terms import Extension


class Absent(Kind):
    """Stands in for a kind that is no longer installed: its cases, records and papers stay readable, nothing moves."""

    nature = _("kind no longer installed")
    licence = True
    case_prefix = ""
    flows: Sequence[FlowVersion] = ()
    sections: Sequence[Section] = ()
    papers: Sequence[PaperKind] = ()
    summary_template = "permits/absent_summary.html"

    def __init__(self, code: str) -> None:
        self.code = self.label = self.short_label = code

    def requirements(self, application: Application) -> Sequence[Requirement]:
        """Nothing can be asked for."""
        return ()

    def paper(self, document: Document) -> Paper:
        """What was printed stands; what was not waits for its kind. Raises LookupError."""
        raise LookupError(f"The kind {self.code} is no longer installed; its papers cannot be made.")

    def made_public(self, application: Application) -> tuple[tuple[str, str], ...]:
        """Nothing is known of what was applied for."""
        return ()

    def public_heads(self) -> Mapping[str, Label]:
        """They stand as they were kept."""
        return {}

    def extension(self, application: Application) -> Extension:
        """Only the kind knew; the common rule may not be its own."""
        return Extension(
            never=_("Whether the term can be extended is not known here: the kind is no longer installed.")
        )

    @property
    def installed(self) -> bool:
        """It is not."""
        return False


_KINDS: dict[str, Kind] = {}
_LACKING: dict[str, list[str]] = {}


class KindConfig(AppConfig):
    """The app of a kind. `kind` says where the kind stands in the package, `rules` which module registers its rules."""

    default = False  # Django takes the one config of a module that says True: the kind's own, not this one beside it
    default_auto_field = "django.db.models.BigAutoField"
    kind = "kind.KIND"
    rules = "rules"
    urls = "urls"

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        """Register the kind, its rules and its parts; what it lacks is told by the system check."""
        try:
            import_module(f"{self.name}.{self.rules}")
            kind = import_string(f"{self.name}.{self.kind}")
            if getattr(kind, "code", self.label) != self.label:
                _LACKING[self.name] = [f"code = “{self.label}”, the label of its app"]
                return
            add(kind, app=self.name)
        except ImportError as missing:
            _LACKING[self.name] = [str(missing)]


def add(kind: Kind, *, app: str) -> None:
    """Register `kind`, brought by `app`. Raises ValueError for a code that another app took."""
    if lacking := lacking_parts(kind):
        _LACKING[app] = lacking
        return
    if _KINDS.get(kind.code, kind) is not kind:
        raise ValueError(f"the kind {kind.code} is registered twice")
    _KINDS[kind.code] = kind
    roles.kinds.KNOWN[kind.code] = kind.short_label
    roles.kinds.SERIES.update(paper.series for paper in kind.papers if paper.series)


def lacking_parts(kind: Kind) -> list[str]:
    """Parts of the contract that `kind` does not give: names of attributes and methods."""
    asked = [name for base in reversed(type(kind).__mro__) for name in vars(base).get("__annotations__", ())]
    given = [name for name in dict.fromkeys(asked) if not hasattr(kind, name)]
    abstract = [name for name in vars(Kind) if getattr(getattr(type(kind), name), "__isabstractmethod__", False)]
    empty = [name for name in ("flows", "papers") if name not in given and not getattr(kind, name)]
    printed = [name for name in ("paper", "made_public") if getattr(type(kind), name) is getattr(Kind, name)]
    unprinted = [name for name in printed if not _gives(papers_path(kind), name)]
    return given + empty + abstract + unprinted


def _gives(module: str, name: str) -> bool:
    """Whether `module` is there and binds `name`, or takes all that another has; it is read and not imported, for
    papers.py pulls in the typesetting."""
    found = find_spec(module)
    if found is None or not found.origin:
        return False
    bound: set[str] = set()
    for one in ast.walk(ast.parse(Path(found.origin).read_bytes())):
        match one:
            case ast.FunctionDef() | ast.ClassDef():
                bound.add(one.name)
            case ast.Name(ctx=ast.Store()):
                bound.add(one.id)
            case ast.ImportFrom() | ast.Import():
                bound.update(alias.asname or alias.name for alias in one.names)
    return bool(bound & {name, "*"})


def remove(code: str) -> None:
    """Forget a kind; for tests that install one for a while."""
    _KINDS.pop(code, None)
    roles.kinds.KNOWN.pop(code, None)


def kind(code: str) -> Kind:
    """The kind called `code`. Raises KeyError for one that is not installed."""
    return _KINDS[code]


def kind_of(row: Application) -> Kind:
    """The kind of an application, or of any row with a `kind`; what stands in for it where it is not installed."""
    return kind_or_absent(row.kind)


def kind_or_absent(code: str) -> Kind:
    """The kind called `code`, or what stands in for one that is not installed."""
    return _KINDS.get(code) or Absent(code)  # type: ignore[abstract]  # nothing asks it for what moves a case


def name_of(application: Application) -> str:
    """What a reader calls the application: its title; where its unit gave it none, what is asked for and by whom."""
    return str(application.title) or f"{kind_or_absent(application.kind).label} · {application.unit}"


def codes() -> list[str]:
    """Codes of the installed kinds."""
    return list(_KINDS)


def kinds() -> list[Kind]:
    """Every installed kind, in the order of the settings."""
    return list(_KINDS.values())


def paper_kinds() -> Iterator[PaperKind]:
    """The papers of every installed kind."""
    for one in kinds():
        yield from one.papers


def paper_labels() -> dict[str, Label]:
    """What the papers of every installed kind are called, by code."""
    return {paper.code: paper.label for paper in paper_kinds()}


def taken_twice() -> Iterator[tuple[str, str]]:
    """Codes of papers, and letters of case numbers, that two kinds have: the later kind, and what it took."""
    first: dict[str, str] = {}
    for kind in kinds():
        papers = [f"papers: “{paper.code}”" for paper in kind.papers]
        for part in (f"case_prefix: “{kind.case_prefix}”", *papers):
            if (owner := first.setdefault(part, kind.code)) != kind.code:
                yield kind.code, f"{part} is that of the kind {owner}"


def without_a_kind() -> Iterator[str]:
    """What PERMIT_KINDS lists though no `KindConfig` is found there."""
    bring = [app for app in apps.get_app_configs() if isinstance(app, KindConfig)]
    known = {name for app in bring for name in (app.name, f"{type(app).__module__}.{type(app).__qualname__}")}
    yield from (entry for entry in settings.PERMIT_KINDS if entry not in known)


@register(Tags.compatibility)
def check_kinds(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """System check: every listed kind gives every part of the contract, and no part contradicts another."""
    told = [f"The kind in {app} lacks: {', '.join(parts)}." for app, parts in _LACKING.items()]
    told += [f"The kind in {entry} lacks: a KindConfig in apps.py." for entry in without_a_kind()]
    wrong = [(kind.code, what) for kind in kinds() for what in kind.contradictions()]
    told += [f"The kind {code}: {what}." for code, what in (*wrong, *taken_twice())]
    return [Error(one, hint="See docs/a-new-kind.md.", id="permits.E001") for one in told]
