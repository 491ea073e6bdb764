"""Technical limits of a felling: canopy closure, diameter, target trees, intensity.

The values are from memory or from systems in use: a broken one is referred to a person, never refused, never silent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from permits.rules import parameters, sources
from permits.rules.base import Hit, Text, hit, rule
from permits.rules.places import EVERYWHERE
from permits.tending.facts import Plot, Tending
from permits.tending.rules.zones import TENDING
from permits.tending.vocabulary import METHODS


def limit(name: str, case: Tending, on: date) -> Decimal | None:
    """The limit in force, or None where none is known."""
    found = parameters.find(name, on, case.jurisdiction)
    return Decimal(found.value) if found else None


def canopy_too_low(case: Tending, on: date, name: str, plots: Iterator[Plot], text: Text) -> Iterator[Hit]:
    """The plots whose canopy closure after the work is below the limit `name`."""
    least = limit(name, case, on)
    for plot in plots:
        if least is not None and plot.canopy_after < least:
            yield hit(text, where=plot.plot, after=plot.canopy_after, least=least)


@rule(
    "T-GB1",
    title=_("Canopy closure after thinning"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    parameters=("canopy_after_thinning_least",),
    citations=(sources.thinning_standard("控制保留郁闭度、保留木胸径、保留目的树种比例（摘要）", "verified"),),
)
def canopy_after_thinning(case: Tending, on: date) -> Iterator[Hit]:
    """Release felling, thinning and growth thinning keep the canopy closed."""
    plots = (plot for plot in case.plots if plot.thinned)
    text = _("Canopy closure after thinning is %(after)s; at least %(least)s is believed to be required.")
    return canopy_too_low(case, on, "canopy_after_thinning_least", plots, text)


@rule(
    "T-GB2",
    title=_("Canopy closure after sanitation felling"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    parameters=("canopy_after_sanitation_least",),
    citations=(sources.thinning_standard("控制保留郁闭度、保留木胸径、保留目的树种比例（摘要）", "verified"),),
)
def canopy_after_sanitation(case: Tending, on: date) -> Iterator[Hit]:
    """Below the limit the plot is replanted: the design must say so."""
    plots = (plot for plot in case.plots if plot.method == "sanitation")
    text = _(
        "Canopy closure after sanitation felling is %(after)s; below %(least)s replanting is believed to be required."
    )
    return canopy_too_low(case, on, "canopy_after_sanitation_least", plots, text)


@rule(
    "T-GB3",
    title=_("Drop of canopy closure at a first thinning"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    parameters=("canopy_drop_most",),
    citations=(sources.thinning_standard("控制保留郁闭度、保留木胸径、保留目的树种比例（摘要）", "verified"),),
)
def canopy_drop(case: Tending, on: date) -> Iterator[Hit]:
    """The first thinning opens the canopy little; one state system allows 0.1 only."""
    most = limit("canopy_drop_most", case, on)
    for plot in case.plots:
        drop = plot.canopy_before - plot.canopy_after
        if most is not None and plot.first_thinning and plot.felled and drop > most:
            yield hit(
                _("Canopy closure drops by %(drop)s at a first thinning; at most %(most)s is believed to be allowed."),
                where=plot.plot,
                drop=drop,
                most=most,
            )


@rule(
    "T-GB4",
    title=_("Mean diameter after felling"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    citations=(sources.thinning_standard("抚育后保留木平均胸径不低于抚育前（凭记忆，未见原文）"),),
)
def mean_diameter(case: Tending, on: date) -> Iterator[Hit]:
    """Good trees stay: the mean DBH does not fall."""
    for plot in case.plots:
        if plot.felled and plot.mean_dbh_after_cm < plot.mean_dbh_before_cm:
            yield hit(
                _("The mean diameter falls from %(before)s to %(after)s cm: the better trees would be cut."),
                where=plot.plot,
                before=plot.mean_dbh_before_cm,
                after=plot.mean_dbh_after_cm,
            )


@rule(
    "T-GB5",
    title=_("Share of target trees"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    citations=(sources.thinning_standard("抚育后目的树种和辅助树种比例不降低（凭记忆，未见原文）"),),
)
def target_share(case: Tending, on: date) -> Iterator[Hit]:
    """The share of target and auxiliary trees is not reduced."""
    for plot in case.plots:
        if plot.target_share_after_pct < plot.target_share_before_pct:
            yield hit(
                _("The share of target trees falls from %(before)s %% to %(after)s %%."),
                where=plot.plot,
                before=plot.target_share_before_pct,
                after=plot.target_share_after_pct,
            )


@rule(
    "T-GB6",
    title=_("Canopy closure to begin thinning"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    also=("warn",),
    parameters=("canopy_before_thinning_least", "canopy_before_young_least"),
)
def begin(case: Tending, on: date) -> Iterator[Hit]:
    """Thinning begins from 0.8; from 0.7 for a first age class or by the upper storey, which the case does not tell."""
    least = limit("canopy_before_thinning_least", case, on)
    lowest = limit("canopy_before_young_least", case, on)
    for plot in case.plots:
        if (
            least is None
            or lowest is None
            or not plot.thinned
            or plot.method == "release"
            or plot.canopy_before >= least
        ):
            continue
        yield hit(
            _(
                "%(method)s is believed to begin at a canopy closure of %(least)s (%(lowest)s for the first "
                "age class); it is %(before)s."
            ),
            where=plot.plot,
            severity="warn" if plot.canopy_before >= lowest else None,
            method=METHODS[plot.method],
            least=least,
            lowest=lowest,
            before=plot.canopy_before,
        )


def over(plot: Plot, most: Decimal) -> Hit:
    """The finding for a volume intensity above `most` per cent."""
    return hit(
        _("The volume intensity is %(intensity)s %%; systems in use allow at most %(most)s %%."),
        where=plot.plot,
        intensity=plot.volume_intensity_pct,
        most=most,
    )


@rule(
    "T-VI1",
    title=_("Volume intensity, national public-benefit forest"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    parameters=("volume_intensity_national_most_pct",),
)
def intensity_national(case: Tending, on: date) -> Iterator[Hit]:
    """From north-east state forests: a practice, not Beijing's or Tianjin's law."""
    most = limit("volume_intensity_national_most_pct", case, on)
    for plot in case.plots:
        if most is not None and plot.public_benefit.startswith("national") and plot.volume_intensity_pct > most:
            yield over(plot, most)


@rule(
    "T-VI2",
    title=_("Volume intensity, other public-benefit forest"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    parameters=("volume_intensity_public_most_pct",),
)
def intensity_public(case: Tending, on: date) -> Iterator[Hit]:
    """Local and provincial public-benefit forest."""
    most = limit("volume_intensity_public_most_pct", case, on)
    for plot in case.plots:
        if most is not None and plot.public_benefit in {"local", "provincial"} and plot.volume_intensity_pct > most:
            yield over(plot, most)


@rule(
    "T-VI3",
    title=_("Volume intensity, natural commercial forest"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="refer",
    also=("warn",),
    parameters=("volume_intensity_young_most_pct", "volume_intensity_grown_most_pct"),
)
def intensity_commercial(case: Tending, on: date) -> Iterator[Hit]:
    """Young forest 20 %, older 30 %: the age group is no fact of the case, so between the two it is a warning."""
    young = limit("volume_intensity_young_most_pct", case, on)
    grown = limit("volume_intensity_grown_most_pct", case, on)
    for plot in case.plots:
        if young is None or grown is None or plot.public_benefit != "none" or not plot.natural:
            continue
        if plot.volume_intensity_pct > grown:
            yield over(plot, grown)
        elif plot.volume_intensity_pct > young:
            yield hit(
                _(
                    "The volume intensity is %(intensity)s %%; systems in use allow %(young)s %% in young forest, "
                    "%(grown)s %% in older forest."
                ),
                where=plot.plot,
                severity="warn",
                intensity=plot.volume_intensity_pct,
                young=young,
                grown=grown,
            )


@rule(
    "T-SI1",
    title=_("Stem intensity in natural forest"),
    kinds=TENDING,
    places=EVERYWHERE,
    severity="warn",
    parameters=("stem_intensity_most_pct",),
)
def intensity_stems(case: Tending, on: date) -> Iterator[Hit]:
    """One journal article recommends it: no rule, only a warning."""
    most = limit("stem_intensity_most_pct", case, on)
    for plot in case.plots:
        if most is not None and plot.natural and plot.stem_intensity_pct > most:
            yield hit(
                _(
                    "The stem intensity is %(intensity)s %%; one study recommends at most %(most)s %% in natural "
                    "forest."
                ),
                where=plot.plot,
                intensity=plot.stem_intensity_pct,
                most=most,
            )
