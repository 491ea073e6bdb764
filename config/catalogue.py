"""The catalogue of translations: which texts the code has, which of them are translated, and the compiled file.

Written with Babel, because a fresh machine has no GNU gettext. The texts are English in the code; `locale/zh_Hans` says
them in Chinese. The compiled `.mo` is made by the set-up and not kept in the repository.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize
from msgspec import Struct

OWN_PACKAGES = ("roles", "permits", "workflows", "config")
BORROWED = (
    "allauth.mfa.adapter",
    "django.contrib.auth.forms", "django.contrib.auth.password_validation", "django.core.validators",
    "django.forms.fields", "django.forms.models", "viewflow.workflow.models", "viewflow.workflow.status",
)  # fmt: skip
"""Modules of packages whose texts our pages show and whose own Chinese catalogue is empty, or says the same thing in
other words than our own pages, with signs that are not Chinese."""

ARGUMENTS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "_": 1, "ngettext": 2, "ngettext_lazy": 2}
WITH_CONTEXT = {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 2, "npgettext_lazy": 2}
LITERAL = r"[ur]?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
TEMPLATE_CALL = re.compile(rf"(?<!\w)(n?p?gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)", re.DOTALL)
PLACEHOLDER = re.compile(r"%\((\w+)\)")
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


class Text(Struct):
    """A text to translate: its context, singular and plural, and the files it stands in."""

    context: str | None
    singular: str
    plural: str | None = None
    files: set[str] = set()

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


Texts = dict[tuple[str | None, str], Text]


def po_file() -> Path:
    return Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def english_file() -> Path:
    """What packages say in other words than our pages do, as our pages say it: one word for one thing, in both
    languages. Its texts are kept by hand; that a package has them still a test tells."""
    return Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"


def texts_of_the_code() -> Texts:
    """Every translatable text of our packages, the templates, the modules in BORROWED, and the English catalogue."""
    texts: Texts = {}
    for message in read_catalogue(english_file()):
        singular, *plural = [message.id] if isinstance(message.id, str) else message.id
        if singular:
            texts[None, singular] = Text(None, singular, next(iter(plural), None), {english_file().name})
    for path in _sources():
        source = path.read_text("utf-8")
        calls = _python_calls(source) if path.suffix == ".py" else _template_calls(source, str(path))
        for function, literals in calls:
            text = _text(function, literals)
            if text and text.singular:
                known = texts.setdefault((text.context, text.singular), text)
                known.plural = known.plural or text.plural
                known.files.add(path.name)
    return texts


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def untranslated(texts: Texts, catalogue: Catalog) -> list[str]:
    """The texts without a translation, or with one still marked as a guess."""
    missing = []
    for (context, singular), text in sorted(texts.items(), key=lambda item: item[0][1]):
        message = catalogue.get(text.id, context)
        strings = message.string if message and isinstance(message.string, tuple) else (message and message.string,)
        if message is None or message.fuzzy or not all(strings):
            missing.append(f"{singular!r} ({', '.join(sorted(text.files))})")
    return missing


def faults(catalogue: Catalog) -> list[str]:
    """Translations that would break at run time, e.g. a placeholder misspelt, or say less than the text: without a
    placeholder of its plural, whose one form speaks of any number in Chinese."""
    broken = {message.id: [*map(str, errors)] for message, errors in catalogue.check()}
    for message in catalogue:
        text, told = (one if isinstance(one, str) else (one or [""])[-1] for one in (message.id, message.string))
        lost = {*PLACEHOLDER.findall(text)} - {*PLACEHOLDER.findall(told)}
        if lost and told and message.id not in broken:
            broken[message.id] = [f"without {', '.join(sorted(lost))}"]
    return [f"{text!r}: {error}" for text, errors in broken.items() for error in errors]


def update(texts: Texts, path: Path) -> Catalog:
    """Writes the catalogue anew: the code's texts in order, known translations kept, those no longer used left out."""
    known = read_catalogue(path) if path.exists() else Catalog(locale=path.parent.parent.name)
    fresh = Catalog(
        locale=known.locale,
        project="forestry-permits",
        version="1",
        header_comment="",
        creation_date=CREATED,  # a date of today would make every run a change
        revision_date=CREATED,
        fuzzy=False,
    )
    for (context, singular), text in sorted(texts.items(), key=lambda item: (item[0][1], item[0][0] or "")):
        before = known.get(text.id, context) or known.get(singular, context)
        string = before.string if before else ""
        singular_only = string if isinstance(string, str) else (*(string or ()), "")[0]
        fresh.add(text.id, (singular_only,) if text.plural else singular_only, context=context)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=100, no_location=True, omit_header=False)
    return fresh


def compile_catalogue(path: Path) -> Path:
    """Makes the .mo beside the .po; a moment without the file, for a server that is just starting, never comes."""
    target = path.with_suffix(".mo")
    draft = path.with_suffix(".mo.new")
    with draft.open("wb") as file:
        write_mo(file, read_catalogue(path))
    return draft.replace(target)


def _sources() -> Iterator[Path]:
    base = Path(settings.BASE_DIR)
    for package in OWN_PACKAGES:
        yield from (path for path in sorted((base / package).rglob("*.py")) if "migrations" not in path.parts)
    for folder in ("templates", *OWN_PACKAGES):
        yield from sorted(path for path in (base / folder).rglob("*") if path.suffix in {".html", ".txt"})
    for module in BORROWED:
        spec = find_spec(module)
        if spec and spec.origin:
            yield Path(spec.origin)


def _python_calls(source: str) -> Iterator[tuple[str, list[str]]]:
    """Calls of the module's functions with their literals; a function imported by another name goes by its own."""
    tree = ast.parse(source)
    called = {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            name = called.get(name, name)
            literals = [
                part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            yield name, literals


def _template_calls(source: str, origin: str) -> Iterator[tuple[str, list[str]]]:
    for function, literals in TEMPLATE_CALL.findall(templatize(source, origin=origin)):
        yield function, [ast.literal_eval(literal) for literal in re.findall(LITERAL, literals, re.DOTALL)]


def _text(function: str, literals: list[str]) -> Text | None:
    context = None
    if function in WITH_CONTEXT and literals:
        context, *literals = literals
    wanted = ARGUMENTS.get(function) or WITH_CONTEXT.get(function)
    if not wanted or len(literals) < wanted:
        return None
    return Text(context, literals[0], literals[1] if wanted == 2 else None)
