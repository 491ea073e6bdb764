"""docs/rules.md and docs/readings.md: every rule with its source and dates, every value, what no machine can check,
and how the law was read where it leaves room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from textwrap import fill
from typing import Any

from django.utils.translation import override

from permits.data_files import read_yaml
from permits.rules import verdict as _verdict  # noqa: F401 - imports every rule
from permits.rules.base import EVERY_KIND, REGISTRY, VERIFIED, Citation, Rule
from permits.rules.facts import CASE_KINDS
from permits.rules.parameters import Dated, parameters

NOTES = "notes.yaml"
INTRO = """# Rules

Generated from the code by `manage.py list_rules --markdown`; do not edit.

A rule is a pure function over the facts of a case (`permits/rules/`). Its id is the row of the source documents where
there is one (T-01, O-01, W-01 …); others are made of the kind ({kinds}, G all kinds)
and the law, with the article: {laws}.

Severities, strictest first: `not_competent`, `refuse`, `refer` (a named official must decide, with reasons and a
document), `incomplete` (goes to the correction list), `warn`, `info`. How they are chosen where the law leaves room: a
broken threshold whose value is from memory or practice is `refer`, never `refuse` and never silent; “严格控制”, a
missing local rate and an unverified source are `warn` or `info`; a document whose absence the law names is
`incomplete`. A refusal marked *passable* has an exception of its own, which a named official may find to apply at the
decision.

Verified: `verified` read in a full text; `secondary` read in a copy or summary; `memory` believed, not found;
`practice` seen in systems in use. A clause marked （摘要） gives the content, not the wording. Dates are those in which
the source is in force; – where the day was not found. What the law leaves open: [readings.md](readings.md).
"""


READINGS = """# Open readings

Generated from the code by `manage.py list_rules --readings`; do not edit. It is made of `permits/*/rules/notes.yaml`
and `parameters.yaml`. [The rules themselves](rules.md).

Where the law leaves room, is silent, or was not found, the rules read it as below. A reading can be wrong: it is here
to be argued with, and a named official's reasoned ruling on a referred finding goes before it. *Verified* tells how the
sources of the rules were read (`verified` in a full text; `secondary` in a copy or summary; `memory` believed, not
found; `practice` seen in use); *since* the first day on which the rules apply, – where the source bears none.
"""


@cache
def notes() -> dict[str, list[dict[str, str]]]:
    """What no machine can check (`rows` of facts 1a, `rules` of the law; each with id, kind and why), and how the law
    was read where it leaves room (`readings`, each with rules, reading and why; `procedure`, with what is open,
    reading, since, where it is used and how well it is verified), what laws are called for short in ids (`laws`, each
    with id and name): the common ones, then each kind's."""
    found: dict[str, list[dict[str, str]]] = {"rows": [], "rules": [], "readings": [], "procedure": [], "laws": []}
    for folder in [Path(__file__).parent, *(one.rules_folder for one in CASE_KINDS.values())]:
        written = read_yaml(folder / NOTES)
        for section in found:
            found[section] += written.get(section, [])
    return found


def markdown() -> str:
    """The whole page, in English."""
    with override("en"):
        parts = [_intro()]
        for kind in (*CASE_KINDS, "*"):
            parts.append(f"## {kind.capitalize() if kind != '*' else 'Every kind'}\n")
            parts.append(
                _table(("rule", "kinds", "place", "severity", "clause and source", "verified", "dates"), _rules(kind))
            )
        parts.append("## Values\n")
        parts.append(_table(("name", "place", "value", "source", "verified", "dates", "checked"), _values()))
        parts.append("## Readings where the law leaves room\n")
        parts.append(
            _table(
                ("rules", "reading", "why"),
                ((note["rules"], note["reading"], note["why"]) for note in notes()["readings"]),
            )
        )
        parts.append("## What no machine can check\n")
        parts.append(_table(("row or rule", "kind", "why"), _open()))
        return "\n".join(parts)


def readings() -> str:
    """docs/readings.md: what the law leaves open and how it is read, and every value that was not read in a full
    text; in English."""
    with override("en"):
        read = (
            (note["rules"], note["reading"], note["why"], *_where_read(note["rules"])) for note in notes()["readings"]
        )
        procedure = (
            (note["open"], note["reading"], note["since"], note["used"], note["verified"])
            for note in notes()["procedure"]
        )
        values = (
            (f"{name} ({dated.jurisdiction})", _value(dated), *_source(dated))
            for name, dated_values in sorted(parameters().items())
            for dated in dated_values
            if dated.minimum or dated.citation.verified != "verified"
        )
        return "\n".join(
            (
                READINGS,
                _table(("rules", "reading", "what the law leaves open", "used for", "verified", "since"), read),
                "## Procedure\n",
                _table(("what the law leaves open", "reading", "since", "used in", "verified"), procedure),
                "## Values not read in a full text\n",
                _table(("value (place)", "as used", "source", "verified", "dates", "checked"), values),
            )
        )


def _where_read(ids: str) -> tuple[str, str, str]:
    """Of the rules of one reading: kinds and places, how well their sources were read, from which day they hold."""
    rules = [REGISTRY.rules[id] for id in ids.split(", ")]
    kinds = dict.fromkeys("every kind" if kind == "*" else kind for rule in rules for kind in rule.kinds)
    places = dict.fromkeys(place for rule in rules for place in rule.places)
    verified = {cited.verified for rule in rules for cited in _citations(rule)}
    days = dict.fromkeys(str(rule.valid_from or "–") for rule in rules)
    return (
        f"{', '.join(kinds)}: {', '.join(places)}",
        ", ".join(one for one in VERIFIED if one in verified),
        ", ".join(days),
    )


def _intro() -> str:
    """What the page begins with: the letters of the kinds, and what the laws are called for short."""
    first = {
        kind: Counter(id[0] for id, rule in REGISTRY.rules.items() if rule.kinds == (kind,)) for kind in CASE_KINDS
    }
    kinds = ", ".join(f"{letters.most_common(1)[0][0]} {kind}" for kind, letters in first.items() if letters)
    laws = dict(sorted({law["id"]: law["name"] for law in notes()["laws"]}.items()))
    return INTRO.format(kinds=kinds, laws=fill(", ".join(f"{short} {name}" for short, name in laws.items()), 118))


def _rules(kind: str) -> Iterator[tuple[str, ...]]:
    shown = [rule for rule in REGISTRY.rules.values() if rule.kinds[0] == kind]
    for rule in sorted(shown, key=lambda rule: rule.id):
        cited = _citations(rule)
        yield (
            f"**{rule.id}** {rule.title}",
            "all" if rule.kinds == EVERY_KIND else ", ".join(rule.kinds),
            ", ".join(rule.places),
            _severity(rule),
            "<br>".join(f"{one.source} {one.article}：“{one.clause}”" for one in cited),
            "<br>".join(one.verified for one in cited),
            "<br>".join(_dates(one.valid_from, one.valid_to) for one in cited),
        )


def _citations(rule: Rule) -> list[Citation]:
    return [*rule.citations, *(dated.citation for name in rule.parameters for dated in parameters()[name])]


def _severity(rule: Rule) -> str:
    also = f" (or {', '.join(rule.also)})" if rule.also else ""
    return rule.severity + also + (f"; *passable*: {rule.exception}" if rule.exception else "")


def _values() -> Iterator[tuple[str, ...]]:
    for name, dated_values in sorted(parameters().items()):
        for dated in dated_values:
            yield (name, dated.jurisdiction, _value(dated), *_source(dated))


def _value(dated: Dated) -> str:
    marks = [" (national minimum)" * dated.minimum, " (overlay)" * dated.overlay]
    return _plain(dated.value) + "".join(marks)


def overlaid() -> Iterator[tuple[str, ...]]:
    """The values of PARAMETERS_DIR: name, place, value, source, how well verified, dates, day of the check."""
    return (line for line in _values() if line[2].endswith(" (overlay)"))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return str(value)


def _source(dated: Dated) -> tuple[str, ...]:
    cited = dated.citation
    dates = _dates(cited.valid_from, cited.valid_to)
    return (f"{cited.source} {cited.article}：“{cited.clause}”", cited.verified, dates, dated.last_checked.isoformat())


def _open() -> Iterator[tuple[str, ...]]:
    for section in ("rows", "rules"):
        for line in notes()[section]:
            yield (line["id"], line["kind"], line["why"])


def _dates(since: date | None, until: date | None) -> str:
    return f"{since or '–'} … {until or '–'}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
