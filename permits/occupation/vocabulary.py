"""The closed vocabularies of an occupation: values of the rules' contract, official words, and forest-map codes in use.

Forest-map codes: facts 2.10 (W29, secondary). A code without a source is not read.
"""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from permits.rules.places import NAMES, told
from permits.tables.columns import Choice, labels
from permits.tables.forest import ORIGIN, OWNERSHIP, PUBLIC_BENEFIT, PUBLIC_BENEFIT_AMBIGUOUS, STAND_PURPOSE, ZONE

__all__ = ["ORIGIN", "OWNERSHIP", "PUBLIC_BENEFIT", "PUBLIC_BENEFIT_AMBIGUOUS", "STAND_PURPOSE", "ZONE"]

TENURE = (
    Choice("permanent", _("Permanent use"), "永久使用林地"),
    Choice("temporary", _("Temporary use"), "临时使用林地"),
    Choice("forestry_service", _("Facility serving forestry"), "直接为林业生产经营服务"),
)

# 令35号 art 4, in the order of the table of grades (facts 2.3).
PROJECT_CLASS = (
    Choice("state_council", _("Project approved by the State Council"),
           "国务院批准（同意）的建设项目"),
    Choice(
        "provincial_infrastructure",
        _("Infrastructure approved at provincial level"),
        "国务院部门、省级政府及其部门批准的基础设施、公共事业、民生项目",
    ),
    Choice("national_defence", _("National defence or diplomacy"),
           "国防、外交建设项目"),
    Choice(
        "nature_area_plan",
        _("Project of a nature area's plan"),
        "符合自然保护区、森林公园、湿地公园、风景名胜区规划的建设项目",
    ),
    Choice(
        "county_infrastructure",
        _("Infrastructure approved by county or prefecture"),
        "县（市）级批准的基础设施、公共事业、民生项目",
    ),
    Choice("strategic_industry", _("Strategic emerging industry"),
           "战略性新兴产业项目"),
    Choice("exploration", _("Exploration"),
           "勘查项目"),
    Choice("large_mine", _("Large or medium mine"),
           "大中型矿山"),
    Choice("eco_tourism", _("Ecological tourism of a tourism plan"),
           "符合旅游规划的生态旅游项目"),
    Choice("town_plan", _("Project of a town plan"),
           "符合城镇规划的建设项目"),
    Choice("village_plan", _("Project of a village plan"),
           "符合乡村规划的建设项目"),
    Choice(
        "linear_works_borrow",
        _("Quarry or borrow pit for linear or water works"),
        "公路、铁路、水利等配套采石场、取土场",
    ),
    Choice("other_industry", _("Other industry, mining or storage"),
           "其他工矿、仓储建设项目"),
    Choice("commercial", _("Commercial project"),
           "符合规划的经营性项目"),
    Choice("other", _("Other project"),
           "其他建设项目"),
)  # fmt: skip
PROJECT_CLASSES = labels(PROJECT_CLASS)
# Groups of 实施条例 art 16, within the sentences of findings.
LAND_PURPOSES = {
    "protection": _("protection and special-purpose forest land"),
    "commercial": _("timber, economic and energy forest land with its cutover land"),
    "other": _("other forest land"),
}

MAIN_LEVEL = (
    Choice("county", _("County"), "县级"),
    Choice("prefecture", _("Prefecture"), "地市级"),
    Choice("province", _("Province"), "省级"),
    Choice("state", _("State"), "国家级"),
)

PRIOR = (
    Choice("none", _("None"), "无"),
    Choice("unresolved", _("Not dealt with yet"), "尚未处理"),
    Choice("punished", _("Punished"), "已依法查处"),
)

# 森林法 52: the facilities that directly serve forestry, as the article lists them.
FACILITY = (
    Choice("propagation", _("Growing and producing seed and seedlings"), "培育、生产种子、苗木的设施"),
    Choice("storage", _("Storing seed, seedlings and timber"), "贮存种子、苗木、木材的设施"),
    Choice("transport", _("Skidding, transport, fire and patrol roads, forest trails"),
           "集材道、运材道、防火巡护道、森林步道"),
    Choice("research", _("Forestry research and education"), "林业科研、科普教育设施"),
    Choice("protection", _("Wildlife, pests, fire, quarantine, timber control"),
           "野生动植物保护、护林、林业有害生物防治、森林防火、木材检疫的设施"),
    Choice("supply", _("Water, power, heat, gas, communication"), "供水、供电、供热、供气、通讯基础设施"),
    Choice("other", _("Other facility directly serving forestry"), "其他直接为林业生产服务的工程设施"),
)  # fmt: skip

_told = lazy(told, str)
DISTRICT = tuple(
    Choice(code, _told(code), name, (name[3:], name[3:].removesuffix("区"), name[3:].removesuffix("新区")))
    for code, name in NAMES.items()
    if not code.endswith("0000")
)

GRADE = (
    Choice("I", _("Grade I"), "Ⅰ级", ("1", "一级", "I级")),
    Choice("II", _("Grade II"), "Ⅱ级", ("2", "二级", "II级")),
    Choice("III", _("Grade III"), "Ⅲ级", ("3", "三级", "III级")),
    Choice("IV", _("Grade IV"), "Ⅳ级", ("4", "四级", "IV级")),
)

LAND_CLASS = (
    Choice("arbor", _("Arbor forest land"), "乔木林地", ("乔木林", "030100", "30100")),
    Choice("bamboo", _("Bamboo forest land"), "竹林地", ("竹林", "030200", "30200")),
    Choice("nursery", _("Nursery"), "苗圃地", ("苗圃", "030404", "30404")),
    Choice("cutover", _("Cutover land"), "采伐迹地", ("030405", "30405")),
    Choice("burnt", _("Burnt land"), "火烧迹地", ("030406", "30406")),
    Choice("shrub", _("Shrub land"), "灌木林地", ("灌木林", "一般灌木林地", "特殊灌木林地", "特灌",
           "030301", "30301", "030302", "30302", "030303", "30303")),
    Choice("sparse", _("Sparse forest land"), "疏林地", ("疏林", "030401", "30401")),
    Choice("young", _("Land of young plantations"), "未成林造林地", ("未成林地", "030402", "30402", "030403", "30403")),
    Choice("suitable", _("Land suitable for forest"), "宜林地"),
    Choice("other", _("Other forest land"), "其他林地"),
)  # fmt: skip

# The forest map writes the class of national public-benefit forest as 1 or 2.
BENEFIT = tuple(
    Choice(
        one.code, one.label, one.zh, (*one.synonyms, *{"national_1": ("1",), "national_2": ("2",)}.get(one.code, ()))
    )
    for one in PUBLIC_BENEFIT
)

AUTHORITY = (
    Choice("national", _("National"), "国家级", ("11",)),
    Choice("provincial", _("Provincial"), "省级", ("21",)),
    Choice("prefecture", _("Prefecture"), "地市级", ("23",)),
    Choice("county", _("County"), "县级", ("24",)),
)
AUTHORITY_BENEFIT = {"provincial": "provincial", "prefecture": "local", "county": "local"}
GRADES = tuple(one.fact for one in GRADE)
"""From the strictest."""

# By what the decision breaks the area down (W28): purpose, grade, land class, ownership; and where the land lies.
BROKEN_DOWN = ("stand_purpose", "grade", "land_class", "ownership", "origin", "district")

# What papers call the matter, by the kind of use.
MATTER = {
    "permanent": "建设项目使用林地审核",
    "temporary": "临时使用林地审批",
    "forestry_service": "直接为林业生产经营服务的工程设施占用林地审批",
}
# The same after a project's name, in titles.
ASKED = {"permanent": "使用林地审核", "temporary": "临时使用林地审批", "forestry_service": "占用林地审批"}
