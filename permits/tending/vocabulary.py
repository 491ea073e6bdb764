"""The closed vocabularies of a sub-compartment 小班 row: what may be chosen, in both languages and in the codes in use.

Values are those of the case-file contract of the rules. Where the published check table (W12) or the Beijing plan
(S0 L33) has a word the contract lacks, the word is kept as written and `contract` says which value stands for it.
"""

from django.utils.translation import gettext_lazy as _

from permits.tables.columns import FLAG, Choice, find, labels
from permits.tables.forest import (
    AGE_GROUP,
    FOREST_CATEGORY,
    ORIGIN,
    OWNERSHIP,
    PUBLIC_BENEFIT,
    PUBLIC_BENEFIT_AMBIGUOUS,
    STAND,
    STAND_PURPOSE,
    ZONE,
)

__all__ = [
    "AGE_GROUP",
    "FLAG",
    "FOREST_CATEGORY",
    "ORIGIN",
    "OWNERSHIP",
    "PUBLIC_BENEFIT",
    "PUBLIC_BENEFIT_AMBIGUOUS",
    "STAND",
    "STAND_PURPOSE",
    "ZONE",
    "Choice",
    "find",
]

PURPOSE = (
    Choice("health", _("Keep the forest healthy"), "维护森林健康", ("森林健康", "健康")),
    Choice("fire", _("Forest-fire prevention"), "森林防火", ("防火",)),
    Choice("pest", _("Pest and disease control"), "有害生物防治", ("林业有害生物防治", "病虫害防治")),
    Choice("quality", _("Raise forest quality"), "提高森林质量", ("森林质量提升", "质量提升", "提质")),
    Choice("commercial", _("Commercial felling"), "商业性采伐", ("商业采伐",)),
    Choice("research", _("Scientific research"), "科学研究", ("科研",)),
)

# 定株抚育 is a word of the check table (W12), 单株抚育 and 人工促进天然更新 of the Beijing plan (S0 L33, T-16). Which
# value of the contract stands for each is our inference: release, thinning and growth thinning share their thresholds,
# so it changes no outcome there.
METHOD = (
    Choice("release", _("Release felling"), "透光伐", ("透光抚育", "1")),
    Choice("singling", _("Singling"), "定株抚育", ("定株",), contract="release"),
    Choice("single_tree", _("Single-tree tending"), "单株抚育", contract="ecological_thinning"),
    Choice("ecological_thinning", _("Ecological thinning"), "生态疏伐"),
    Choice("landscape_thinning", _("Landscape thinning"), "景观疏伐"),
    Choice("growth_thinning", _("Growth thinning"), "生长伐", ("3",)),
    Choice("sanitation", _("Sanitation felling"), "卫生伐", ("4",)),
    Choice("planting", _("Supplementary planting"), "补植", ("补植补造", "5")),
    Choice("weeding", _("Clearing of shrubs and weeds"), "割灌除草", ("割灌", "除草")),
    Choice("assisted_regeneration", _("Assisted natural regeneration"), "人工促进天然更新", ("人促更新",), "auxiliary"),
    Choice("auxiliary", _("Auxiliary measures"), "辅助措施", ("6",)),
)
# Words that name several of the methods: read as none of them.
METHOD_AMBIGUOUS = {
    "疏伐": "生态疏伐、景观疏伐",
    "2": "生态疏伐、景观疏伐",
    "间伐": "透光伐、生态疏伐、景观疏伐、生长伐",
}
FELLING_METHODS = frozenset(
    {"release", "singling", "single_tree", "ecological_thinning", "landscape_thinning", "growth_thinning", "sanitation"}
)
METHODS_WITHOUT_FELLING = frozenset({"planting", "weeding"})

# The kinds of felling of the Measures on felling and regeneration 森林采伐更新管理办法 (2011), and none at all.
FELLING_TYPE = (
    Choice("none", _("No felling"), "不采伐", ("无",)),
    Choice("tending", _("Tending felling"), "抚育采伐", ("抚育",)),
    Choice("regeneration", _("Regeneration felling"), "更新采伐", ("更新",)),
    Choice("improvement", _("Improvement of low-yield forest"), "低产林改造", ("低产低效林改造",)),
    Choice("final", _("Final felling"), "主伐"),
)

FELLING_MANNER = (
    Choice("none", _("No felling"), "不采伐", ("无",)),
    Choice("thinning", _("Thinning"), "间伐", ("抚育间伐",)),
    Choice("selective", _("Selective cutting"), "择伐"),
    Choice("shelterwood", _("Shelterwood cutting"), "渐伐"),
    Choice("clear", _("Clear cutting"), "皆伐"),
)

# Within the sentences of findings, by the rules' codes.
METHODS, TENDING_PURPOSES = labels(METHOD), labels(PURPOSE)
