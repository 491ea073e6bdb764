"""Which article creates the permit an introduction needs, by its route; and where none does (许可法 32(1)(1))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.introduction.facts import Introduction, Species
from permits.introduction.rules.routes import (
    INTRODUCTION,
    RELEASE,
    SEEDS_ABROAD,
    WILDLIFE_ABROAD,
    by_route,
    moved_inside,
    route,
)
from permits.introduction.rules.species import watched
from permits.rules import sources
from permits.rules.base import Citation, Hit, hit, rule
from permits.rules.places import EVERYWHERE

CREATED_BY: Final[Mapping[str, Citation]] = MappingProxyType(
    {"A": WILDLIFE_ABROAD, "B": SEEDS_ABROAD, "D": RELEASE},
)
"""By route. On route C other departments' laws do, which were not read."""


def created_by(case: Introduction, one: Species) -> Citation | None:
    """The article that creates the permit `one` needs; None where none was found or another department's does."""
    return CREATED_BY.get(route(case, one))


@rule(
    "W-XK32",
    title=_("Moving inside China needs no permit of its own"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="warn",
    no_permit=True,
    citations=(
        sources.PERMIT_LAW_NOT_NEEDED,
        sources.wildlife_regulation(
            "第二十二条第一款",
            "从国外或者外省、自治区、直辖市引进野生动物进行驯养繁殖的，应当采取适当措施，防止其逃至野外",
        ),
    ),
)
def no_permit(case: Introduction, on: date) -> Iterator[Hit]:
    """Where every species of the case is moved inside China and none is released. The articles read create a permit for
    what comes from abroad and for release; art 22 only asks for precautions. A species of the watch list is left to a
    person: 生物安全法 art 60 lets no alien species be introduced without approval."""
    if all(moved_inside(case, one) for one in case.species) and not list(watched(case)):
        yield hit(
            _(
                "No law that was read creates a permit for moving these species inside China: the application is not "
                "accepted, as none is needed. The licence for breeding protected animals, the approval of buying or "
                "using them (Wildlife Law art 28) and the quarantine of animals and plants are asked for on their own."
            )
        )


@rule(
    "W-PQ12-3",
    title=_("Seeds and seedlings from abroad: the permit is the quarantine approval"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="info",
    citations=(SEEDS_ABROAD,),
)
def quarantine_approval(case: Introduction, on: date) -> Iterator[Hit]:
    """No article makes the introduction of forest seeds a permit beside it."""
    if next(by_route(case, "B"), None):
        yield hit(
            _(
                "What is decided on seeds and seedlings from abroad is the quarantine approval (plant-quarantine "
                "regulation art 12); no other permit for the introduction itself was found in a law or an "
                "administrative regulation."
            )
        )


@rule(
    "W-IAS-import",
    title=_("Seeds and seedlings from abroad: import approval beside the quarantine"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        sources.invasive_species(
            "因品种培育等特殊需要从境外引进农作物、林草种子、种苗、水产苗种等外来物种的，"
            "应当按照审批权限办理进口审批和检疫审批（摘要）"
        ),
    ),
)
def import_approval(case: Introduction, on: date) -> Iterator[Hit]:
    """The measures name it beside the quarantine, in their official summary; what creates it for forest seeds, and
    whose it is, was not found: 种子法 57 asks of who trades in them for a licence, and for farm seeds alone for an
    import permit."""
    if next(by_route(case, "B"), None):
        yield hit(
            _(
                "The measures on invasive species speak of an import approval beside the quarantine approval; which "
                "organ gives it for forest seeds and seedlings, and by which law, was not found."
            )
        )
