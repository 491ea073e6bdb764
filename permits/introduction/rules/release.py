"""Release into the wild 放生."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.introduction.facts import Introduction, Species
from permits.introduction.rules.routes import INTRODUCTION, RELEASE, by_route
from permits.rules import sources
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE


def released(case: Introduction, *, terrestrial: bool, source: str) -> Iterator[Species]:
    """The species to be released, by taxon and origin."""
    if case.purpose == "release":
        for species in case.species:
            if (species.taxon == "terrestrial_animal") is terrestrial and species.source == source:
                yield species


@rule(
    "W-07",
    title=_("Releases are recorded"),
    kinds=INTRODUCTION,
    places=(BEIJING,),
    severity="info",
    last_edition=True,
    citations=(sources.s4(88, "科学开展增殖放流并做好记录。"),),
)
def record_release(case: Introduction, on: date) -> Iterator[Hit]:
    """A condition of the decision; the plan's year (2023) is over, no later edition was read."""
    if case.purpose == "release":
        yield hit(_("Every release is recorded (plan of 2023, the last edition read)."))


@rule(
    "W-WL40-3",
    title=_("Wildlife from abroad is not released"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refuse",
    exception=_(
        "“where release is really needed, the law on it is followed” (art 40(2); implementing regulation art 22)"
    ),
    citations=(
        sources.wildlife_law(
            "第四十条第二款", "不得违法放生、丢弃，确需将其放生至野外环境的，应当遵守有关法律法规的规定。"
        ),
        sources.wildlife_law(
            "第四十一条", "任何组织和个人将野生动物放生至野外环境，应当选择适合放生地野外生存的当地物种"
        ),
        RELEASE,
    ),
)
def release_from_abroad(case: Introduction, on: date) -> Iterator[Hit]:
    """Only local species may be released; the way of art 22 stays open to a reasoned finding."""
    for one in released(case, terrestrial=True, source="abroad"):
        yield hit(
            _("Wildlife from abroad may not be released: only suitable local species may."), where=one.scientific_name
        )


@rule(
    "W-WR22-2",
    title=_("Release of wildlife from another province: scientific argument"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refer",
    also=("incomplete",),
    citations=(RELEASE,),
)
def release_from_other_province(case: Introduction, on: date) -> Iterator[Hit]:
    """A designated institute argues it, the State Council's authority or its delegate decides."""
    for one in by_route(case, "D"):
        if "expert_review" not in case.documents:
            yield hit(
                _("The scientific argument of the designated institute is missing."),
                where=one.scientific_name,
                severity="incomplete",
            )
        yield hit(
            _(
                "A release of wildlife from another province is decided by the State Council's forestry "
                "authority or its delegate, after a scientific argument."
            ),
            where=one.scientific_name,
        )


@rule(
    "W-WL41",
    title=_("Release of local wildlife"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refer",
    citations=(
        sources.wildlife_law(
            "第四十一条",
            (
                "任何组织和个人将野生动物放生至野外环境，应当选择适合放生地野外生存的当地物种，"
                "不得干扰当地居民的正常生活、生产，避免对生态系统造成危害。"
            ),
        ),
    ),
)
def release_of_local(case: Introduction, on: date) -> Iterator[Hit]:
    """Whether the species is local to the place and suits it is for a person; who approves was not found."""
    for one in released(case, terrestrial=True, source="same_province"):
        yield hit(
            _(
                "Only a local species that suits the place may be released: a person must find that it is "
                "one. Who approves it was not found."
            ),
            where=one.scientific_name,
        )


@rule(
    "W-BW16",
    title=_("No release on one's own account (Beijing)"),
    kinds=INTRODUCTION,
    places=(BEIJING,),
    severity="refer",
    citations=(
        sources.beijing_wildlife(
            "第十六条",
            (
                "野生动物主管部门可以会同有关社会团体根据野生动物保护等需要，组织单位和个人进行野生动物放归、"
                "增殖放流活动。禁止擅自实施放生活动。"
            ),
        ),
    ),
)
def release_beijing(case: Introduction, on: date) -> Iterator[Hit]:
    """Releases are organised by the wildlife authority; another's needs its decision."""
    if case.purpose == "release" and any(one.taxon.endswith("animal") for one in case.species):
        yield hit(
            _(
                "In Beijing releases are organised by the wildlife authority; nobody may release animals on "
                "their own account."
            )
        )


@rule(
    "W-BIO60-2",
    title=_("Alien species are not released without approval"),
    kinds=INTRODUCTION,
    places=EVERYWHERE,
    severity="refer",
    citations=(sources.biosecurity("第六十条第三款", "任何单位和个人未经批准，不得擅自引进、释放或者丢弃外来物种。"),),
)
def release_alien(case: Introduction, on: date) -> Iterator[Hit]:
    """Plants, aquatic animals and micro-organisms from abroad: who approves a release was not found."""
    for one in released(case, terrestrial=False, source="abroad"):
        yield hit(
            _("An alien species may not be released without approval; who approves it was not found."),
            where=one.scientific_name,
        )
