"""The closed lists of an introduction, in the codes of the rules, with label and official Chinese word."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Choices = tuple[tuple[str, str | Promise], ...]

TAXON: Choices = (
    ("terrestrial_animal", _("Terrestrial animal")),
    ("aquatic_animal", _("Aquatic animal")),
    ("forest_plant", _("Forest plant, its seeds or seedlings")),
    ("other_plant", _("Other plant")),
    ("microbe", _("Micro-organism")),
)
SOURCE: Choices = (
    ("abroad", _("From abroad")),
    ("other_province", _("From another province")),
    ("same_province", _("From the same province")),
)
PURPOSE: Choices = (
    ("breeding", _("Breeding")),
    ("planting", _("Planting")),
    ("display", _("Display")),
    ("research", _("Scientific research")),
    ("release", _("Release")),
)
SITE: Choices = (
    ("none", _("In none of these")),
    ("core_zone", _("Core zone of a nature reserve")),
    ("nature_area", _("Nature area")),
    ("drinking_water_zone", _("Protection zone of a drinking-water source")),
    ("central_city", _("Central city")),
    ("sub_centre", _("City sub-centre")),
)
FILED_WITH: Choices = (
    ("district", _("District authority")),
    ("municipal", _("Municipal authority")),
    ("national", _("National authority")),
)

# The words of the papers, which are Chinese whatever the reader's language.
PURPOSE_ZH = {
    "breeding": "人工繁育",
    "planting": "种植",
    "display": "展示展演",
    "research": "科学研究",
    "release": "放生",
}
SOURCE_ZH = {"abroad": "境外", "other_province": "外省", "same_province": "本市"}
