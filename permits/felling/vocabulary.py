"""The closed vocabularies of a stand to be felled: what may be chosen, in both languages and in the codes in use.

Values are those of the case-file contract of the rules. The words are those of 森林法, of the measures on felling and
regeneration (森林采伐更新管理办法) and of the felling tables in use (W30; Beijing's form of application and design).
"""

from django.utils.translation import gettext_lazy as _

from permits.tables.columns import FLAG, Choice
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
    "APPLICANT",
    "FELLING_TYPE",
    "FLAG",
    "FOREST_CATEGORY",
    "LAST_REGENERATION",
    "LAST_YEAR_EVENT",
    "MANNER",
    "MANNER_AMBIGUOUS",
    "ORIGIN",
    "OWNERSHIP",
    "PUBLIC_BENEFIT",
    "PUBLIC_BENEFIT_AMBIGUOUS",
    "PURPOSE",
    "REGENERATION_METHOD",
    "SITE",
    "SPECIAL_PLACE",
    "STAND",
    "STAND_PURPOSE",
    "ZONE",
]

# What the trees stand on, as far as 森林法 56 and 57 tell it apart.
SITE = (
    Choice("forest_land", _("Forest land"), "林地", ("一般林地",)),
    Choice("private_hill", _("Private hill of a rural resident"), "自留山"),
    Choice(
        "contracted", _("Collective forest land contracted by a person"), "个人承包集体林地", ("承包林地", "责任山")
    ),
    Choice("private_plot", _("Private plot of a rural resident"), "自留地"),
    Choice("house_side", _("Beside the house of a rural resident"), "房前屋后"),
    Choice("non_forest", _("Land that is no forest land"), "非林地"),
)

# Places where only tending and regeneration are allowed: 森林采伐更新管理办法 9.
SPECIAL_PLACE = (
    Choice("none", _("None of these"), "无", ("否",)),
    Choice("reservoir", _("Large reservoir, lake or main canal"), "大型水库、湖泊、干渠周边", ("水库", "湖泊", "干渠")),
    Choice("river", _("Large river or its main tributary"), "大江大河及其主要支流两岸", ("河岸", "江河两岸")),
    Choice("railway", _("Within 100 m of a railway"), "铁路两侧100米以内", ("铁路两侧",)),
    Choice("road", _("Within 50 m of a trunk road"), "公路干线两侧50米以内", ("公路两侧", "公路干线两侧")),
    Choice("alpine", _("Upper limit of high-mountain forest"), "高山森林分布上限", ("高山",)),
    Choice("steep_rocky", _("Steep slope or bare rock"), "坡陡和岩石裸露地方", ("陡坡", "岩石裸露")),
)

PURPOSE = (
    Choice("health", _("Keep the forest healthy"), "维护森林健康", ("森林健康", "健康")),
    Choice("quality", _("Raise forest quality"), "提高森林质量", ("森林质量提升", "质量提升", "提质")),
    Choice("fire", _("Forest-fire prevention"), "森林防火", ("防火", "建设护林防火设施", "营造生物防火隔离带")),
    Choice("pest", _("Pest and disease control"), "有害生物防治", ("林业有害生物防治", "病虫害防治")),
    Choice("disaster", _("Clearing after a disaster"), "灾害木清理", ("遭受自然灾害", "自然灾害", "灾害清理")),
    Choice("research", _("Scientific research"), "科学研究", ("科研", "科研或者实验", "实验")),
    Choice("habitat", _("Habitat of what the reserve protects"), "维护主要保护对象生存环境", ("维护栖息环境",)),
    Choice("construction", _("Construction project"), "工程建设", ("建设项目", "工程性采伐")),
    Choice("own_use", _("Own use"), "自用", ("自用材", "农民自用")),
    Choice("commercial", _("Commercial felling"), "商业性采伐", ("商业采伐", "销售", "商品材")),
)

# 森林采伐更新管理办法 4; “other” is the word of the yearly limits (其他采伐).
FELLING_TYPE = (
    Choice("tending", _("Tending felling"), "抚育采伐", ("抚育",)),
    Choice("regeneration", _("Regeneration felling"), "更新采伐", ("更新",)),
    Choice(
        "improvement", _("Improvement of low-yield forest"), "低产林改造", ("低产低效林改造", "低质低效林改造", "改造")
    ),
    Choice("final", _("Final felling"), "主伐"),
    Choice("other", _("Other felling"), "其他采伐", ("其他",)),
)

MANNER = (
    Choice("thinning", _("Thinning"), "间伐", ("抚育间伐",)),
    Choice("selective", _("Selective cutting"), "择伐"),
    Choice("shelterwood", _("Shelterwood cutting"), "渐伐"),
    Choice("clear", _("Clear cutting"), "皆伐"),
    Choice("transplant", _("Digging up and transplanting"), "采挖移植", ("移植",)),
)
# Words that name several of the manners: read as none of them.
MANNER_AMBIGUOUS = {"主伐": "择伐、渐伐、皆伐"}

REGENERATION_METHOD = (
    Choice("planting", _("Artificial regeneration"), "人工更新", ("人工造林", "人工")),
    Choice("assisted", _("Assisted natural regeneration"), "人工促进天然更新", ("人促更新",)),
    Choice("natural", _("Natural regeneration"), "天然更新", ("天然",)),
    Choice("none", _("None planned"), "未安排", ("无",)),
)

# Who asks, as far as 北京条例 32, 实施条例 30 and 32 and 森林法 56 and 57 tell applicants apart.
APPLICANT = (
    Choice(
        "municipal_department",
        _("Municipal forestry, road, railway, water or mining department, or the army"),
        "市林业、公路、铁路、水利、矿务等部门和部队",
    ),
    Choice(
        "municipal_farm", _("State forestry unit of the municipality"), "市属国有林业企业事业单位", ("市属国有林场",)
    ),
    Choice("municipal_unit", _("Other state unit of the municipality"), "市属其他国有企业事业单位"),
    Choice(
        "county_farm", _("State forest farm of the district"), "县（区）属国有林场", ("区属国有林场", "县属国有林场")
    ),
    Choice("organisation", _("Other organ, enterprise, body or organisation"), "其他机关、企业事业单位、团体、组织"),
    Choice("rural_resident", _("Rural resident"), "农村居民"),
    Choice("person", _("Other person"), "其他个人"),
)

LAST_REGENERATION = (
    Choice("none_due", _("Nothing was felled last year"), "上年度未采伐"),
    Choice("done", _("Last year's regeneration is completed"), "上年度更新造林任务已完成"),
    Choice("undone", _("Last year's regeneration is not completed"), "上年度更新造林任务未完成"),
)

LAST_YEAR_EVENT = (
    Choice("none", _("No grave event last year"), "上年度未发生"),
    Choice("remedied", _("A grave event, and measures were taken"), "已发生并已采取预防和改进措施"),
    Choice("unremedied", _("A grave event, and no measures were taken"), "已发生未采取预防和改进措施"),
)
