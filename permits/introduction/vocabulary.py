"""The closed lists of an introduction: codes of the rules, labels, and the official Chinese words of the papers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from permits.tables.columns import FLAG, Choice, labels

__all__ = ["FLAG"]

TAXON = (
    Choice("terrestrial_animal", _("Terrestrial animal"), "陆生动物", ("动物", "陆生野生动物")),
    Choice("aquatic_animal", _("Aquatic animal"), "水生动物", ("水生野生动物",)),
    Choice(
        "forest_plant", _("Forest plant, its seeds or seedlings"), "林业植物及其种子、苗木", ("林业植物", "林木种苗")
    ),
    Choice("other_plant", _("Other plant"), "其他植物", ("植物",)),
    Choice("microbe", _("Micro-organism"), "微生物"),
)
SOURCE = (
    Choice("abroad", _("From abroad"), "境外", ("国外", "进口")),
    Choice("other_province", _("From another province"), "外省", ("省外", "外省（区、市）")),
    Choice("same_province", _("From the same province"), "本市", ("省内", "市内")),
)
PURPOSE = (
    Choice("breeding", _("Breeding"), "人工繁育"),
    Choice("planting", _("Planting"), "种植"),
    Choice("display", _("Display"), "展示展演"),
    Choice("research", _("Scientific research"), "科学研究"),
    Choice("release", pgettext_lazy("of an animal", "Release"), "放生"),
)
SITE = (
    Choice("none", _("In none of these"), "均不在"),
    Choice("core_zone", _("Core zone of a nature reserve"), "自然保护区核心保护区"),
    Choice("nature_area", _("Nature area"), "自然保护地"),
    Choice("drinking_water_zone", _("Protection zone of a drinking-water source"), "饮用水水源保护区"),
    Choice("central_city", _("Central city"), "中心城区"),
    Choice("sub_centre", _("City sub-centre"), "城市副中心"),
)
FILED_WITH = (
    Choice("district", _("District authority"), "区级主管部门"),
    Choice("municipal", _("Municipal authority"), "市级主管部门"),
    Choice("national", _("National authority"), "国家主管部门"),
)

# Within the sentences of findings, by the rules' codes.
SITES = labels(SITE)

# The words of the papers, which are Chinese whatever the reader's language.
PURPOSE_ZH = {one.code: one.zh for one in PURPOSE}
SOURCE_ZH = {one.code: one.zh for one in SOURCE}
