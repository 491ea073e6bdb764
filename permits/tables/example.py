"""An example case of the demonstration: through whose desks it goes, what it asks for, and how it went.

Its story is told with a walker (workflows.demo.walk.Walker), who is given to it and stands above: it is not imported
here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

Walker = Any


class Desks(Struct, frozen=True):
    """The logins through which a case goes."""

    clerk: str
    accept: str
    first: str
    final: str
    decide: str
    district: str
    first_head: str = "miyun-head"
    decide_head: str = "city-head"


WATCH = ("miyun-watch", "miyun-watch2")
"""Logins of the two officers who inspect in the examples of 密云."""
MIYUN = Desks("farm", "miyun-accept", "miyun-review", "city-review", "city-decide", "110118")
VILLAGE = Desks("village", "miyun-accept", "miyun-review2", "city-review2", "city-decide", "110118")
MUNICIPAL = Desks("cityfarm", "city-accept", "city-first", "city-review", "city-decide", "110116")
JIZHOU = Desks("jizhoufarm", "jizhou-accept", "jizhou-first", "jizhou-review", "jizhou-decide", "120119")


class Allotment(Struct, frozen=True):
    """A yearly quota of a district as the agency headed by `head` (a login) entered it."""

    head: str
    district: str
    amount: Decimal
    document: str


Story = Callable[[Walker, Desks], None]


class Example(Struct, frozen=True, kw_only=True):
    """One case, begun `ago` working days before the demonstration. `head` is given the walker's day when it is made."""

    title: str
    story: Story
    ago: int
    desks: Desks
    rows: tuple[Mapping[str, Any], ...]
    head: Callable[[Walker], Mapping[str, Any]] = field(default=lambda walker: {})
    own_ground: bool = True
    """Whether its rows lie where no other example's do."""


def drafted(walker: Walker, desks: Desks) -> None:
    """Complete, and not handed in yet."""
