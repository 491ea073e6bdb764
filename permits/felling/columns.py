"""The one table of the stands to be felled 伐区调查设计表: every field with its head, unit, range, choices and source.

What the law asks the materials to say (森林法 58: place, forest purpose, species, area, volume, manner, regeneration,
rights), what the felling tables in use add (W30, Beijing's design form), and what the rules need. Where a source gives
no unit, the unit in the head is our choice and printed there.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permits.felling import checks
from permits.felling import vocabulary as v
from permits.felling.facts import THINS, WITH_TIMBER
from permits.rules.named import S0, S1
from permits.tables import stands
from permits.tables.columns import Column, Said, When
from permits.tables.table import MUST, Table, Words

FL58 = "森林法 58"
W30 = "采伐设计检查系统的通行做法"
RULES = "判断法定条件所需"
FORM = "北京市采伐林木设计表"

_text = partial(Column, type="text")
_whole = partial(Column, type="integer")
_decimal = partial(Column, type="decimal")
_choice = partial(Column, type="choice")
_flag = partial(Column, type="flag", choices=v.FLAG)

# Where a field applies: the conditional ones of the contract (facts.py), `to_regenerate` among them.
TIMBER = (When("stand", tuple(sorted(WITH_TIMBER))),)
THINNED = (When("manner", tuple(sorted(THINS))),)
REGROWN = (When("felling_type", ("tending",), unless=True), When("purpose", ("construction",), unless=True))
PLANTED = (*REGROWN, When("regeneration_method", ("none",), unless=True))

# fmt: off
COLUMNS: tuple[Column, ...] = (
    # Where it is
    _text("township", "乡（镇、场）", _("Township or farm"), FL58, length=60, example="雾灵山林场",
        aliases=("乡", "乡镇", "乡镇场", "XIANG")),
    _text("compartment", "村（林班）", _("Village or compartment"), FL58, length=60, example="12林班",
        aliases=("村", "林班", "CUN", "LIN_BAN")),
    _text("number", "小班号", _("Sub-compartment number"), FL58, length=20, example="3",
        aliases=("小班", "XIAO_BAN")),
    _text("bounds", "四至", _("Bounds on four sides"), FORM, length=200, asked=False,
        example="东至防火道，南至沟底，西至山脊，北至4小班"),
    _decimal("longitude", "GPS横坐标", _("GPS longitude"), W30, unit="°E", span=("73", "136"), places=5,
        example="117.12345", asked=False, aliases=("GPS横", "经度")),
    _decimal("latitude", "GPS纵坐标", _("GPS latitude"), W30, unit="°N", span=("3", "54"), places=5,
        example="40.54321", asked=False, aliases=("GPS纵", "纬度")),
    _choice("site", "土地类别", _("What the trees stand on"), "森林法 56, 57", choices=v.SITE, example="林地"),
    _choice("special_place", "特殊区位", _("Place with rules of its own"), "森林采伐更新管理办法 9",
        choices=v.SPECIAL_PLACE, example="无"),
    _choice("zone", "所在保护区域", _("Protected zone"), (S0.line(22) + S1.line(31)).zh + "；森林法第五十五条",
        choices=v.ZONE, example="一般区域", aliases=("保护区域",)),
    _flag("closed", "是否封山育林", _("Closed for forest recovery"), "森林法 60", example="否", aliases=("封山育林",)),
    _decimal("area_ha", "采伐面积", _("Area felled"), FL58, unit="公顷", span=("0.0001", "10000"), places=4,
        example="4.0000", aliases=("面积",)),
    # What it is
    _choice("ownership", "林木权属", _("Ownership of the trees"), FL58, choices=v.OWNERSHIP, example="集体",
        aliases=("权属", "LM_QS")),
    _text("certificate", "林权证号", _("Number of the certificate of rights"), FL58, length=60, asked=False,
        example="密林证字（2009）第0012号", aliases=("不动产权证号",)),
    _choice("origin", "起源", _("Stand origin"), W30, choices=v.ORIGIN, example="人工", aliases=("QI_YUAN",)),
    _choice("stand", "林分类型", _("Stand type"), RULES, choices=v.STAND, example="乔木林",
        aliases=("地类", "DI_LEI")),
    _choice("stand_purpose", "林种", _("Forest purpose"), FL58, choices=v.STAND_PURPOSE, example="用材林",
        aliases=("LIN_ZHONG",)),
    _choice("forest_category", "森林类别", _("Forest category"), W30, choices=v.FOREST_CATEGORY,
        example="一般商品林", asked=False, aliases=("SEN_LIN_LB",)),
    _choice("public_benefit", "公益林级别", _("Public-benefit level"), "森林法 55; " + RULES,
        choices=v.PUBLIC_BENEFIT, example="非公益林", ambiguous=v.PUBLIC_BENEFIT_AMBIGUOUS),
    _text("species_composition", "树种组成", _("Species composition"), FORM, length=100, example="10刺槐"),
    _choice("age_group", "龄组", _("Age group"), W30, choices=v.AGE_GROUP, example="成熟林",
        asked=False, sometimes=True, where=TIMBER, aliases=("LING_ZU",)),
    _whole("stand_age", "林龄", _("Stand age"), "北京条例 34", unit="年", span=("1", "1000"), example="40",
        asked=False, aliases=("伐前林龄",)),
    _decimal("mean_dbh_cm", "平均胸径", _("Mean DBH"), FORM, unit="cm", span=("0", "200"), places=1, example="18.4",
        asked=False, aliases=("胸径",)),
    _decimal("mean_height_m", "平均树高", _("Mean height"), W30, unit="m", span=("0", "60"), places=1, example="12.5",
        asked=False, aliases=("树高",)),
    _decimal("canopy_before", "伐前郁闭度", _("Canopy closure before"), W30, unit="0–1", span=("0", "1"), places=2,
        example="0.80", asked=False, aliases=("郁闭度", "YU_BI_DU")),
    _decimal("stock_m3", "小班蓄积", _("Standing volume"), FORM, unit="立方米", span=("0", "1000000"), places=2,
        example="320", asked=False, sometimes=True, where=TIMBER, aliases=("立木蓄积", "蓄积")),
    # What is to be felled
    _choice("purpose", "采伐目的", _("Purpose of the felling"), "北京条例 34; 森林法 55", choices=v.PURPOSE,
        example="商业性采伐"),
    _choice("felling_type", "采伐类型", _("Type of felling"), FORM, choices=v.FELLING_TYPE, example="主伐"),
    _choice("manner", "采伐方式", _("Manner of felling"), FL58, choices=v.MANNER, example="皆伐",
        ambiguous=v.MANNER_AMBIGUOUS),
    _text("species", "采伐树种", _("Species felled"), FL58, length=200, example="刺槐", type="species"),
    _decimal("volume_m3", "采伐蓄积", _("Volume felled"), FL58, unit="立方米", span=("0", "1000000"), places=2,
        example="320"),
    _whole("stems", "采伐株数", _("Stems felled"), "北京条例 34", unit="株", span=("0", "10000000"), example="2400",
        aliases=("株数",)),
    _decimal("timber_m3", "出材量", _("Timber yield"), FORM, unit="立方米", span=("0", "1000000"), places=2,
        example="224", asked=False),
    _decimal("volume_intensity_pct", "采伐强度-蓄积", _("Felling intensity by volume"), FORM, unit="%",
        span=("0", "100"), places=2, example="25", asked=False, sometimes=True, where=THINNED,
        aliases=("采伐强度", "蓄积采伐强度", "蓄积强度")),
    _decimal("canopy_after", "伐后郁闭度", _("Canopy closure after (design)"), FORM, unit="0–1", span=("0", "1"),
        places=2, example="0.65", asked=False, sometimes=True, where=THINNED, aliases=("保留郁闭度", "设计保留郁闭度")),
    _flag("converts_to_plantation", "是否改造为人工林", _("Converts natural forest to plantation"),
        S1.line(24).zh, example="否", asked=False, sometimes=True, where=(When("origin", ("natural",)),)),
    # What grows again
    _choice("regeneration_method", "更新方式", _("Manner of regeneration"), FL58, choices=v.REGENERATION_METHOD,
        example="人工更新", asked=False, sometimes=True, where=REGROWN),
    _text("regeneration_species", "更新树种", _("Species planted"), FL58, length=100, example="侧柏、栓皮栎",
        asked=False),
    _decimal("regeneration_area_ha", "更新面积", _("Area regenerated"), "森林法 61", unit="公顷",
        span=("0.0001", "10000"), places=4, example="4.0000", asked=False, sometimes=True, where=PLANTED),
    _whole("regeneration_year", "更新完成年度", _("Year in which regeneration is finished"),
        "森林采伐更新管理办法 14", span=("2020", "2100"), example="2028", asked=False, sometimes=True,
        where=PLANTED,
        aliases=("更新时间", "更新年度", "更新完成年度（年）")),
    _text("remark", "备注", _("Remark"), W30, length=200, asked=False),
)
# fmt: on

# A row is told from another by these; a table that repeats them is refused.
KEY = ("township", "compartment", "number")
# What a row cannot be stored without, even in a draft.
ANCHORS = KEY

# Shown where there is no room for all columns: the summary, the decision and the licence (what 森林法 58 names).
BRIEF = ("township", "compartment", "number", "stand_purpose", "origin", "species", "area_ha", "volume_m3", "stems",
         "felling_type", "manner", "ownership", "regeneration_method", "regeneration_area_ha")  # fmt: skip

# In the list of a draft, where the sub-compartment's name stands before them.
LISTED = ("township", *BRIEF[3:11])

NAMES = tuple(column.name for column in COLUMNS)

# The form's fieldsets, each from its first column to the next group's.
_STARTS = (
    (_("Where it is, and how large"), "township"),
    (_("The stand as it is"), "ownership"),
    (_("What is to be felled"), "purpose"),
    (_("What grows again"), "regeneration_method"),
    (_("Remark"), "remark"),
)
_BOUNDS = [NAMES.index(start) for _legend, start in _STARTS] + [len(NAMES)]
GROUPS = tuple(
    (legend, NAMES[first:last]) for (legend, _start), first, last in zip(_STARTS, _BOUNDS, _BOUNDS[1:], strict=False)
)


def stand_name(values: Mapping[str, Any]) -> str:
    """Where a stand is, as licences write it: 雾灵山林场12林班3小班."""
    return f"{values.get('township') or ''}{stands.plot_name(values)}"


def needed(values: Mapping[str, Any]) -> frozenset[str]:
    """The fields that are asked for because of another: the conditional ones of the contract."""
    return frozenset(column.name for column in COLUMNS if column.sometimes and column.applies(values))


def missing(values: Mapping[str, Any]) -> Iterator[Said]:
    """Fields an application cannot be handed in without, by what the row says. False and 0 are answers."""
    wanted = needed(values)
    for column in COLUMNS:
        if (column.asked or column.name in wanted) and values.get(column.name) in (None, ""):
            yield column.name, gettext(MUST)


def row_problems(values: Mapping[str, Any]) -> list[Said]:
    """What is missing and what contradicts in one row. `values` as read; absent, None or "" where blank."""
    return [*missing(values), *checks.inconsistent(values)]


STANDS = Table(
    sheet="伐区调查设计表",
    columns=COLUMNS,
    key=KEY,
    groups=GROUPS,
    brief=BRIEF,
    listed=LISTED,
    carried=("township", "compartment"),
    anchors=ANCHORS,
    row_problems=row_problems,
    name_of=stand_name,
    notes=(
        "每行一个小班。抚育采伐和工程建设采伐不填更新各栏；竹林、灌木林不填龄组和小班蓄积。",
        "采伐强度和伐后郁闭度：间伐、择伐时填写。采伐强度为采伐蓄积占小班蓄积的百分比。",
    ),
    words=Words(
        title=_("Stands to be felled"),
        row=_("Stand"),
        none_yet=_("There is no stand yet."),
        region=_("Table of the stands"),
        add=_("Add a stand"),
        back=_("Back to the stands"),
        upload_hint=_(
            "One row for each sub-compartment, under the headings of the template. Formulas and merged cells are "
            "refused. Rows are imported only when all of them are good, and replace the ones that are there."
        ),
        row_hint=_("What is asked follows from the stand, the manner of felling and what grows again."),
    ),
)
