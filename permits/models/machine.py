"""How an act is declared: who performs it, what it says, on what law it rests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from django.utils.functional import Promise
from django_fsm import GET_STATE, RETURN_VALUE, transition
from msgspec import Struct

from permits.errors import BadFacts
from permits.models.citations import written_out
from permits.models.facts import BadFact, Fact
from permits.models.states import S
from roles.models.mandates import IN_THE_PROCEDURE, Duty

# Beside the duties: the unit that applies, the clock, heads of agencies (HEADS), whoever holds any working duty, and
# whoever has the duty of the step the case stands at.
Special = Literal["unit", "clock", "head", "deciding head", "any head", "anyone", "step"]
By = Duty | Special
HEADS: Final[Mapping[By, frozenset[Duty]]] = MappingProxyType(
    {"head": IN_THE_PROCEDURE, "deciding head": frozenset({Duty.DECIDE}), "any head": frozenset(Duty)}
)
"""Under a mandate with which duties the head of the agency acts: of one that has the case itself, of the one that
decides, of any that works at it."""
STEP_DUTY: Final[Mapping[S, Duty]] = MappingProxyType(
    {
        S.SUBMITTED: Duty.ACCEPT,
        S.CORRECTING: Duty.ACCEPT,
        S.FIRST_REVIEW: Duty.FIRST_REVIEW,
        S.FINAL_REVIEW: Duty.FINAL_REVIEW,
        S.AWAITING_DECISION: Duty.DECIDE,
    }
)
"""Whose duty the case waits for, by its status."""


class ActSpec(Struct, frozen=True):
    """One act as declared on the state machine."""

    name: str
    label: str | Promise
    by: tuple[By, ...]
    facts: Mapping[str, Fact]
    law: str
    """The article it rests on, such as 行政许可法第三十二条第一款第四项; empty where no law asks for it."""
    moves: bool

    @property
    def heads(self) -> frozenset[Duty]:
        """The duties of the mandates under which the head of the agency performs it; empty where no head does."""
        return frozenset[Duty]().union(*(HEADS.get(who, ()) for who in self.by))

    @property
    def duties(self) -> tuple[Duty, ...]:
        """The mandate duties that perform it; empty for the unit, the clock and the head."""
        if "step" in self.by:
            return tuple(dict.fromkeys(STEP_DUTY.values()))
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


class act:
    """Declares an act: as a decorator where it changes more than the status, else as a plain attribute.

    It is done in `status`, one or several. Without `target` it leaves the status as it is. `by` says who performs it,
    `law` the article it rests on ("许可法 32(1)[4]", see citations.py), every other keyword a fact it says. What bars
    it, and what its facts must agree on with the case: permits/acts/conditions.py.
    """

    def __init__(
        self,
        label: str | Promise,
        status: S | Iterable[S],
        target: S | RETURN_VALUE | GET_STATE | None = None,
        /,
        *,
        by: By | tuple[By, ...],
        law: str = "",
        **facts: Fact,
    ) -> None:
        self.label, self.target, self.facts = label, target, facts
        self.statuses = status if isinstance(status, S) else list(status)
        self.by = by if isinstance(by, tuple) else (by,)
        self.law = written_out(law)

    def __call__(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method as a transition of the status."""
        spec = ActSpec(
            name=method.__name__,
            label=self.label,
            by=self.by,
            facts=self.facts,
            law=self.law,
            moves=self.target is not None,
        )
        declared = transition(field="status", source=self.statuses, target=self.target, custom={"spec": spec})(method)
        return declared  # type: ignore[no-any-return]

    def __set_name__(self, owner: type, name: str) -> None:
        def says_its_facts(self: Any, **facts: Any) -> None:
            """Nothing beside the status."""

        says_its_facts.__name__, says_its_facts.__qualname__ = name, f"{owner.__qualname__}.{name}"
        setattr(owner, name, self(says_its_facts))


def outcomes(model: type[Any], name: str, status: str) -> frozenset[str]:
    """The statuses act `name` of `model` (Application) may lead to from `status`; empty where it is forbidden."""
    meta = getattr(model, name)._django_fsm
    if not meta.has_transition(status):
        return frozenset()
    target = meta.get_transition(status).target
    if target is None:
        return frozenset({str(status)})
    if isinstance(target, RETURN_VALUE):
        return frozenset(str(state) for state in target.allowed_states)
    return frozenset({str(target)})
