"""What a rule is: a small pure function over typed facts, with its source, its dates and how well it was verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from msgspec import Struct

Text = str | Promise
Severity = Literal["not_competent", "refuse", "refer", "incomplete", "warn", "info"]
Outcome = Literal["proceed", "incomplete", "refer", "refuse", "not_competent"]
Basis = Literal["declared", "found"]
Verified = Literal["verified", "secondary", "memory", "practice"]

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)  # strictest first
VERIFIED: Final[tuple[Verified, ...]] = get_args(Verified)
LANGUAGES: Final = ("zh-hans", "en")
EVERY_KIND: Final = ("*",)
"""Of a rule that reaches every kind, also one that registers later; what it asks of a case its facts answer."""


def strictness(severity: Severity) -> int:
    """Rank for sorting: 0 is the strictest."""
    return SEVERITIES.index(severity)


class Citation(Struct, frozen=True):
    """Where a rule or value comes from.

    `article` is the article of a law or the line (L…) of a source document, `clause` the words quoted. The dates are
    those between which the source is in force; None where the day was not found. `verified`: read in a full text,
    read in a copy or summary only (secondary), believed but not found (memory), seen in running systems (practice).
    """

    source: str
    article: str
    clause: str
    verified: Verified
    valid_from: date | None = None
    valid_to: date | None = None

    def as_dict(self) -> dict[str, str | None]:
        """Plain JSON, everything included."""
        return {
            "source": self.source,
            "article": self.article,
            "clause": self.clause,
            "verified": self.verified,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }


class Message:
    """A sentence with its facts, rendered in any language later.

    `template` is a translatable text with %(name)s places; a fact may itself be a translatable text.
    """

    __slots__ = ("facts", "template")

    def __init__(self, template: Text, facts: Mapping[str, Any] | None = None) -> None:
        self.template = template
        self.facts = dict(facts or {})

    def __str__(self) -> str:
        """In the language active now."""
        return str(self.template) % {name: _shown(fact) for name, fact in self.facts.items()}

    def __repr__(self) -> str:
        return f"Message({self.in_language('en')!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.texts() == other.texts()

    def __hash__(self) -> int:
        return hash(self.in_language("en"))

    def in_language(self, language: str) -> str:
        """In `language` (zh-hans or en)."""
        with override(language):
            return str(self)

    def texts(self) -> dict[str, str]:
        """By language code, for a record that must stay readable on its own."""
        return {language: self.in_language(language) for language in LANGUAGES}


def _shown(fact: object) -> str:
    if isinstance(fact, Decimal):  # without the zeros of its field; what needs decimals, as money, comes as text
        return format(fact.normalize(), ",f")
    if isinstance(fact, list | tuple | set | frozenset):
        return gettext(", ").join(_shown(one) for one in fact)
    return str(fact)


class Hit(Struct, frozen=True):
    """What a rule's function yields: the finding's words, the place, and a severity where it is not the rule's own."""

    message: Message
    where: Message | str = ""
    severity: Severity | None = None


def hit(template: Text, /, *, where: Message | str = "", severity: Severity | None = None, **facts: Any) -> Hit:
    """Short form used by the rules: `facts` fill the template."""
    return Hit(Message(template, facts), where, severity)


class Finding(Struct, frozen=True):
    """One thing a rule found in a case."""

    rule: str
    severity: Severity
    where: str
    """The parcel, plot or species; empty for the case as a whole."""
    message: Message
    citations: tuple[Citation, ...]
    title: Message
    place: Message | str = ""
    exception: Message | None = None
    """The exception that the rule itself has from its refusal: a named official may find that it applies, with reasons
    and a document."""
    basis: Basis = "declared"
    """Whether it rests on what the applicant declared, or would not be there (or not so) but for what an organ
    found."""
    no_permit: bool = False
    """Whether it says that no permit is needed (许可法 32(1)(1)), so that the application is not accepted."""

    @property
    def passable(self) -> bool:
        """Whether the rule that refuses has an exception of its own."""
        return self.severity == "refuse" and self.exception is not None

    def message_in(self, language: str) -> str:
        """The finding's words in `language` (zh-hans or en)."""
        return self.message.in_language(language)

    def where_in(self, language: str) -> str:
        """The place named, in `language`."""
        return self.place.in_language(language) if isinstance(self.place, Message) else self.place

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON that needs nothing else to be read years later: both languages, clauses and dates included."""
        return {
            "rule": self.rule,
            "title": self.title.texts(),
            "severity": self.severity,
            "basis": self.basis,
            "where": self.where,
            "where_text": {language: self.where_in(language) for language in LANGUAGES},
            "message": self.message.texts(),
            "passable": self.passable,
            "exception": self.exception.texts() if self.passable and self.exception else None,
            "citations": [citation.as_dict() for citation in self.citations],
        }


Check = Callable[[Any, date], Iterable[Hit]]


class Rule(Struct, frozen=True):
    """A registered rule."""

    id: str
    title: Text
    kinds: tuple[str, ...]
    places: tuple[str, ...]
    severity: Severity
    """The severity it gives; its function's docstring says when it gives one of `also` instead."""
    check: Check
    citations: tuple[Citation, ...] = ()
    also: tuple[Severity, ...] = ()
    parameters: tuple[str, ...] = ()
    """Names of the dated values it compares with; the value in force brings its own citation."""
    exception: Text | None = None
    no_permit: bool = False
    """Whether it finds for the case as a whole that no law creates a permit for it, or that one exempts it."""
    valid_from: date | None = None
    """In force from this day to `valid_to`, both included; None where open."""
    valid_to: date | None = None

    def reaches(self, kind: str) -> bool:
        """Whether the rule speaks of cases of `kind`."""
        return self.kinds == EVERY_KIND or kind in self.kinds

    def in_force(self, on: date) -> bool:
        """Whether the rule applies on day `on`."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    @property
    def why(self) -> str:
        """The docstring of its function: what it checks and how it was read."""
        return (self.check.__doc__ or "").strip()


class Registry(Struct):
    """Every rule by id, in the order of registration."""

    rules: dict[str, Rule] = {}

    def add(self, rule: Rule) -> None:
        """Raises ValueError for a second rule of that id, one without a citation (its own or its value's), and one of a
        severity that is none."""
        if rule.id in self.rules:
            kinds = ", ".join((*self.rules[rule.id].kinds, *rule.kinds))
            raise ValueError(f"rule {rule.id} is registered twice (kinds: {kinds})")
        if not rule.citations and not rule.parameters:
            raise ValueError(f"rule {rule.id} has no citation (kinds: {', '.join(rule.kinds)})")
        if unknown := [one for one in (rule.severity, *rule.also) if one not in SEVERITIES]:
            raise ValueError(f"rule {rule.id}: “{unknown[0]}” is none of {', '.join(SEVERITIES)}")
        self.rules[rule.id] = rule

    def of(self, kind: str, place: str, on: date) -> list[Rule]:
        """The rules for a case of `kind` in `place` in force on day `on`."""
        return [r for r in self.rules.values() if r.reaches(kind) and place in r.places and r.in_force(on)]


REGISTRY: Final = Registry()


def rule(
    id: str,
    *,
    title: Text,
    kinds: tuple[str, ...],
    places: tuple[str, ...],
    severity: Severity,
    citations: tuple[Citation, ...] = (),
    also: tuple[Severity, ...] = (),
    parameters: tuple[str, ...] = (),
    exception: Text | None = None,
    no_permit: bool = False,
    since: date | None = None,
    last_edition: bool = False,
) -> Callable[[Check], Check]:
    """Register the function below as rule `id`.

    The rule is in force as long as its first citation is; `since` puts another first day (date.min: none).
    `last_edition`: a yearly plan that stays in use after its year until a later edition is read.
    """

    def register(check: Check) -> Check:
        first = citations[0] if citations else None
        REGISTRY.add(
            Rule(
                id=id,
                title=title,
                kinds=kinds,
                places=places,
                severity=severity,
                check=check,
                citations=citations,
                also=also,
                parameters=parameters,
                exception=exception,
                no_permit=no_permit,
                valid_from=(since or (first.valid_from if first else None)) if since != date.min else None,
                valid_to=first.valid_to if first and not last_edition else None,
            )
        )
        return check

    return register
