"""What the kinds say of a piece of forest in the same words: the closed vocabularies and the codes in use."""

from django.utils.translation import gettext_lazy as _

from permits.tables.columns import Choice, codes, labels

# Codes in synonyms: forest-land map codes seen in use (facts 2.10, W29).
OWNERSHIP = (
    Choice("state", _("State-owned"), "国有", ("10", "国家", "国有林地")),
    Choice("collective", _("Collectively owned"), "集体", ("集体所有", "集体林地")),
    Choice("private", _("Privately held"), "个人", ("私有", "民营", "个体")),
)

ORIGIN = (
    Choice("natural", _("Natural forest"), "天然", ("天然林", "天然起源", *codes(range(10, 20)))),
    Choice("planted", _("Planted forest"), "人工", ("人工林", "人工起源", *codes(range(20, 30)))),
    Choice("none", _("No forest origin"), "无"),
)

STAND = (
    Choice("arbor", _("Arbor stand"), "乔木林", ("乔木", "乔木林地", "天然乔木林", "030100")),
    Choice("sparse", _("Sparse stand"), "疏林", ("疏林地", "天然疏林地", "030401")),
    Choice("shrub", _("Shrub stand"), "灌木林", ("灌木", "灌木林地", "天然灌木林", "030301", "030302", "030303")),
    Choice("bamboo", _("Bamboo stand"), "竹林", ("竹林地", "030200")),
)

AGE_GROUP = (
    Choice("young", _("Young"), "幼龄林", ("幼龄", "幼")),
    Choice("middle", _("Middle-aged"), "中龄林", ("中龄", "中")),
    Choice("near_mature", _("Near-mature"), "近熟林", ("近熟", "近")),
    Choice("mature", _("Mature"), "成熟林", ("成熟", "成")),
    Choice("over_mature", _("Over-mature"), "过熟林", ("过熟", "过")),
)

STAND_PURPOSE = (
    Choice("protection", _("Protection forest"), "防护林", ("防护", *codes(range(111, 118)))),
    Choice("special", _("Special-use forest"), "特用林", ("特用", "特种用途林", *codes(range(121, 128)))),
    Choice("timber", _("Timber forest"), "用材林", ("用材", *codes(range(231, 234)))),
    Choice("economic", _("Economic forest"), "经济林", ("经济", *codes(range(251, 256)))),
    Choice("energy", _("Energy forest"), "能源林", ("能源", "薪炭林", *codes(240))),
    Choice("other", _("Other forest purpose"), "其他林种", ("其他",)),
)

FOREST_CATEGORY = (
    Choice("key_public", _("Key public-benefit forest"), "重点公益林", ("011", "11")),
    Choice("common_public", _("Common public-benefit forest"), "一般公益林", ("012", "12")),
    Choice("key_commodity", _("Key commodity forest"), "重点商品林", ("021", "21")),
    Choice("common_commodity", _("Common commodity forest"), "一般商品林", ("022", "22")),
)

PUBLIC_CATEGORIES = frozenset({"key_public", "common_public"})

PUBLIC_BENEFIT = (
    Choice("none", _("Not public-benefit forest"), "非公益林", ("否", "无")),
    Choice("local", _("Local public-benefit forest"), "县（市）级公益林", ("县级", "地方", "地方公益林", "县级公益林")),
    Choice("provincial", _("Provincial public-benefit forest"), "省级公益林", ("省级",)),
    Choice(
        "national_2", _("National public-benefit forest, class 2"), "国家二级公益林", ("国家二级", "国家级公益林二级")
    ),
    Choice(
        "national_1", _("National public-benefit forest, class 1"), "国家一级公益林", ("国家一级", "国家级公益林一级")
    ),
)

# In a municipality 直辖市 the city's own level is the province's.
PUBLIC_BENEFIT_AMBIGUOUS = {
    "市级": "县（市）级公益林、省级公益林",
    "市级公益林": "县（市）级公益林、省级公益林",
    "国家级": "国家二级公益林、国家一级公益林",
    "国家级公益林": "国家二级公益林、国家一级公益林",
}

# Zones after the nature-reserve regulation of 2026 (facts 2.0): core protection zone and general control zone only.
ZONE = (
    Choice("none", _("Outside protected zones"), "一般区域", ("无", "否", "区外")),
    Choice("key", _("Key zone of natural-forest protection"), "天然林保护重点区域", ("重点区域", "重点保护区域")),
    Choice("reserve", _("General control zone of a nature reserve"), "自然保护区一般控制区", ("一般控制区",)),
    Choice("core", _("Core protection zone of a nature reserve"), "自然保护区核心保护区", ("核心保护区",)),
)

STANDS = labels(STAND)
"""The words for kinds of stands within the sentences of findings, by the rules' codes."""
