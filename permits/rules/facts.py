"""What every case says to the rules, and how a kind registers its own facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol

from django.utils.translation import gettext_lazy as _
from msgspec import Struct, StructMeta

from permits.rules import parameters
from permits.rules.base import Message
from permits.rules.competence import Competence
from permits.rules.places import NAMES, TIANJIN
from permits.rules.reading import Fields, Problems, Reader, choice, day, many, number, record, text

AREA: Final = number("0", "10000000", places=4, above=True)
"""Hectares, four decimals (one square metre); ten million is more than all land of Beijing and Tianjin."""
AREA_OR_NONE: Final = number("0", "10000000", places=4)
CANOPY: Final = number("0", "1", places=4)
PERCENT: Final = number("0", "100", places=4)
DIAMETER: Final = number("0", "1000", places=4)


class Land(Protocol):
    """A piece of land a case speaks of: where it lies, in which zone, and whether its forest is natural."""

    @property
    def where(self) -> Message | str:
        """How a finding names it."""

    @property
    def zone(self) -> str:
        """none, key, reserve or core."""

    @property
    def natural(self) -> bool:
        """Whether it is natural forest (land)."""

    @property
    def area_ha(self) -> Decimal:
        """Its area in hectares."""


class SameGround(Struct, frozen=True, kw_only=True):
    """A piece of land (`where`) of which another case of `kind` speaks: one that is pending, or a permit that is
    valid (`standing`)."""

    where: str
    case: str
    kind: str
    standing: str


SAME_GROUND: Final[Fields] = {"where": text, "case": text, "kind": text, "standing": choice("pending", "valid")}


class _NoDataclass(StructMeta):
    """Tells who defines a kind's facts as a dataclass, as they once were, what to write instead: `dataclasses` alone
    says of a structure that an attribute is read-only."""

    def __setattr__(cls, name: str, value: Any) -> None:
        if name == "__dataclass_params__":
            told = f"{cls.__module__}.{cls.__qualname__} is a structure of msgspec: leave @dataclass away and write"
            raise TypeError(f"{told} class {cls.__name__}(Common, frozen=True, kw_only=True). See docs/a-new-kind.md.")
        super().__setattr__(name, value)


class Common(Struct, metaclass=_NoDataclass, frozen=True, kw_only=True):
    """What every case says. `date` is the day whose law applies."""

    kind: ClassVar[str]
    law_since: ClassVar[date]
    """The day from which the kind's law was collected."""
    no_local_document: ClassVar[tuple[str, ...]] = (TIANJIN,)
    """Places for which no local document on this kind was read."""
    exempt_with_proof: ClassVar[bool] = False

    jurisdiction: str
    date: date
    documents: frozenset[str]
    same_ground: tuple[SameGround, ...] = ()
    """Other cases and permits on the same ground, as the organs' books know them."""

    @property
    def land(self) -> Sequence[Land]:
        """The pieces of land the case is about; none for a kind without land."""
        return ()

    @property
    def areas(self) -> Sequence[tuple[Message | str, Decimal]]:
        """Each piece of land with its hectares, as a finding names it; none for a kind without land."""
        return tuple((piece.where, piece.area_ha) for piece in self.land)


class Coded(Protocol):
    """A value of a closed vocabulary: `fact` is the code by which the rules know it."""

    @property
    def fact(self) -> str:
        """The code."""


def one_of(vocabulary: Iterable[Coded]) -> Reader:
    """A reader of the codes of a kind's vocabulary: the list stands once."""
    return choice(*dict.fromkeys(one.fact for one in vocabulary))


class CaseKind(Struct, frozen=True, kw_only=True):
    """How a kind's case is read and judged."""

    facts: type[Common]
    fields: Callable[[Mapping[str, Any]], Fields]
    """Its own fields beside the common ones; they may depend on the mapping."""
    build: Callable[[Mapping[str, Any]], Any]
    """Makes the typed facts of the values read."""
    competence: Callable[[Any, date], Competence]
    documents: Iterable[str]
    """The codes of its requirements."""
    rules_folder: Path
    """Where its notes.yaml lies, and its parameters.yaml if it has dated values of its own."""
    check: Callable[[Mapping[str, Any], Problems], None] | None = None
    """Notes what fields get wrong together."""
    fee: Callable[[Any, date], Decimal | None] | None = None
    """The fee; None for a kind without one."""

    def every_field(self, mapping: Mapping[str, Any]) -> Fields:
        """The common fields and the kind's own."""
        common: dict[str, Reader] = {
            "kind": choice(self.facts.kind),
            "jurisdiction": choice(*NAMES),
            "date": day,
            "documents": many(choice(*self.documents)),
        }
        if "same_ground" in mapping:
            common["same_ground"] = many(record(SAME_GROUND))
        return {**common, **self.fields(mapping)}


CASE_KINDS: Final[dict[str, CaseKind]] = {}


def register(case_kind: CaseKind) -> CaseKind:
    """Make a kind's cases known. Raises ValueError for a second one of that code, and where its notes are missing."""
    code = case_kind.facts.kind
    if not (case_kind.rules_folder / "notes.yaml").exists():
        raise ValueError(f"the rules of {code} lack notes.yaml, which says what no machine checks")
    if CASE_KINDS.setdefault(code, case_kind) is not case_kind:
        raise ValueError(f"cases of {code} are registered twice")
    if (values := case_kind.rules_folder / "parameters.yaml").exists():
        parameters.add_file(values)
    return case_kind


def common_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What `Common` is made of, out of the values read."""
    return {
        "jurisdiction": values["jurisdiction"],
        "date": values["date"],
        "documents": frozenset(values["documents"]),
        "same_ground": tuple(SameGround(**one) for one in values.get("same_ground", ())),
    }


def work_in_order(values: Mapping[str, Any], problems: Problems) -> None:
    """Notes work that ends before it begins: `work` from and to, where both days were read."""
    work = values.get("work")
    known = {path for path, _problem in problems}
    if (
        isinstance(work, dict)
        and {"from", "to"} <= work.keys()
        and not {"work.from", "work.to"} & known
        and work["to"] < work["from"]
    ):
        problems.append(
            ("work.to", Message(_("%(to)s is before work.from (%(from)s)"), {"to": work["to"], "from": work["from"]}))
        )


PIECE: Final = _("parcel %(number)s")
"""How a piece of land without a name is called: by its place in the list, from one."""
