"""How an act is declared: who performs it, what it says, and what bars it. The acts themselves: application.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.utils.functional import Promise
from django_fsm import GET_STATE, RETURN_VALUE, transition

from roles.models.mandates import Duty

from ..errors import BadFacts
from ..facts import BadFact, Fact
from ..states import S

if TYPE_CHECKING:
    from roles.models import Person

    from .application import Application

# Beside the duties: the unit that applies, the clock, the head of the mandate's agency, whoever holds any working duty.
Special = Literal["unit", "clock", "head", "anyone"]
By = Duty | Special
Bar = Callable[["Application"], str | None]
Check = Callable[["Application", Mapping[str, Any], "Person | None"], Mapping[str, str]]


@dataclass(frozen=True)
class ActSpec:
    """One act as declared on the state machine."""

    name: str
    label: str | Promise
    by: tuple[By, ...]
    facts: Mapping[str, Fact]
    bar: Bar | None
    check: Check | None
    source: str
    """The article it rests on, such as 行政许可法第32条(4); empty where no law asks for it."""
    moves: bool

    @property
    def duties(self) -> tuple[Duty, ...]:
        """The mandate duties that perform it; empty for the unit, the clock and the head."""
        return tuple(who for who in self.by if isinstance(who, Duty))

    def clean(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given` as plain JSON values. Raises BadFacts naming every bad field, unknown ones too."""
        plain: dict[str, Any] = {}
        errors = dict.fromkeys(given.keys() - self.facts.keys(), "unknown fact")
        for name, fact in self.facts.items():
            try:
                value = fact.clean(given.get(name))
            except BadFact as problem:
                errors[name] = str(problem)
            else:
                if value is not None:
                    plain[name] = value
        if errors:
            raise BadFacts(errors)
        return plain


LAWS = {"许可法": "《行政许可法》", "令35": "国家林业局令第35号", "实施条例": "《森林法实施条例》"}


def cited(note: str) -> str:
    """The law and articles a note begins with, written out; empty for a note that begins with none.

    >>> cited("许可法 32(1)(4): one list, complete, once")
    '《行政许可法》第32条(1)(4)'
    """
    law = next((law for law in LAWS if note.strip().startswith(law)), "")
    if not law:
        return ""
    articles = re.match(r"[\d(), –]*", note.strip().removeprefix(law).replace(" art ", " "))
    numbers = articles.group().strip(" ,") if articles else ""
    return LAWS[law] + "、".join(re.sub(r"^(\d+(?:–\d+)?)", r"第\1条", one.strip()) for one in numbers.split(","))


def act(
    label: str | Promise,
    source: S | Iterable[S],
    target: S | RETURN_VALUE | GET_STATE | None = None,
    *,
    by: By | tuple[By, ...],
    bar: Bar | None = None,
    check: Check | None = None,
    **facts: Fact,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a method of Application as an act. Without `target` the act leaves the status as it is.

    `bar` names what forbids it whatever it says; `check` finds what its facts get wrong together or with the case.
    """

    def declare(method: Callable[..., Any]) -> Callable[..., Any]:
        spec = ActSpec(
            name=method.__name__,
            label=label,
            by=by if isinstance(by, tuple) else (by,),
            facts=facts,
            bar=bar,
            check=check,
            source=cited(method.__doc__ or ""),
            moves=target is not None,
        )
        sources = source if isinstance(source, S) else list(source)
        declared = transition(field="status", source=sources, target=target, custom={"spec": spec})(method)
        return declared  # type: ignore[no-any-return]

    return declare


def outcomes(model: type[Application], name: str, status: str) -> frozenset[str]:
    """The statuses act `name` may lead to from `status`; empty where the machine forbids it."""
    meta = getattr(model, name)._django_fsm
    if not meta.has_transition(status):
        return frozenset()
    target = meta.get_transition(status).target
    if target is None:
        return frozenset({str(status)})
    if isinstance(target, RETURN_VALUE):
        return frozenset(str(state) for state in target.allowed_states)
    return frozenset({str(target)})
