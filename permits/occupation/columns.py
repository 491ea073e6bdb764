"""The one table of the parcels 地块: every field with its head, unit, range, choices, source and forest-map name.

Fields: the case-file contract of the rules, the public notice (W21) and the decision (W28). Aliases are the forest-map
field names and heads seen in use (facts 2.10, W29, secondary).
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permits.occupation import vocabulary as v
from permits.rules.named import S0, S1
from permits.tables.columns import FLAG, Column, Said
from permits.tables.forest import FOREST_CATEGORY, PUBLIC_CATEGORIES
from permits.tables.table import Table, Words

RULES = "判断法定条件所需"
W21 = "使用林地公示和准予行政许可决定书的通行格式"
W28 = "准予行政许可决定书的通行格式"
W29 = "使用林地可行性报告的通行表式"

_text = partial(Column, type="text", asked=False)
_choice = partial(Column, type="choice")
_flag = partial(Column, type="flag", choices=FLAG)
_decimal = partial(Column, type="decimal")

# fmt: off
COLUMNS: tuple[Column, ...] = (
    _choice("district", "县（区）", _("District"), W21, choices=v.DISTRICT, example="北京市密云区",
        aliases=("县", "区县", "区", "XIAN")),
    _text("township", "乡（镇）", _("Township or farm"), W21, length=60, example="石城镇",
        aliases=("乡", "乡镇", "XIANG")),
    _text("village", "村", _("Village"), W21, length=60, example="石塘路村", aliases=("CUN",)),
    _text("compartment", "林班", _("Compartment"), W28, length=20, example="6", aliases=("LIN_BAN",)),
    _text("sub_compartment", "小班", _("Sub-compartment"), W28, length=20, example="563.1",
        aliases=("小班号", "XIAO_BAN")),
    _text("part", "地块号", _("Part"), W28, length=20, example="1", aliases=("地块",)),
    _decimal("area_ha", "面积", _("Area"), W21, unit="公顷", span=("0.0001", "100000"), places=4, fixed=True,
        example="0.5000", aliases=("面积（hm²）", "使用林地面积", "MIAN_JI")),
    _choice("land_class", "地类", _("Land class"), W21, choices=v.LAND_CLASS, example="乔木林地",
        aliases=("DI_LEI",)),
    _choice("stand_purpose", "林种", _("Forest purpose"), W21, choices=v.STAND_PURPOSE, example="防护林",
        aliases=("LIN_ZHONG",)),
    _choice("origin", "起源", _("Stand origin"), RULES, choices=v.ORIGIN, example="人工", aliases=("QI_YUAN",)),
    _choice("forest_category", "森林类别", _("Forest category"), W29, choices=FOREST_CATEGORY, asked=False,
        example="", aliases=("SEN_LIN_LB",)),
    _choice("authority", "事权等级", _("Level of the public-benefit forest"), W29, choices=v.AUTHORITY, asked=False,
        aliases=("SHI_QUAN_D",)),
    _choice("public_benefit", "公益林级别", _("Public-benefit level"), RULES, choices=v.BENEFIT,
        ambiguous=v.PUBLIC_BENEFIT_AMBIGUOUS, example="非公益林", aliases=("国家级公益林保护等级", "GJGYL_BHDJ")),
    _choice("grade", "林地保护等级", _("Protection grade"), "国家林业局令第35号第四条", choices=v.GRADE, example="Ⅳ级",
        aliases=("保护等级", "BH_DJ")),
    _choice("ownership", "林地权属", _("Ownership of the land"), W21, choices=v.OWNERSHIP, example="集体",
        aliases=("权属", "LD_QS")),
    _choice("zone", "所在保护区域", _("Protected zone"), (S0.line(22) + S1.line(24)).zh, choices=v.ZONE,
        example="一般区域"),
    _text("nature_area", "自然保护地名称", _("Name of the nature area"), W29, length=100,
        aliases=("保护区名称", "ZRBHQ_MC")),
    _flag("red_line", "是否在生态保护红线内", _("Inside the ecological red line"), RULES, example="否",
        aliases=("生态保护红线",)),
    _flag("urban_planning_area", "是否在城市规划区内", _("Inside the urban planning area"), "财税〔2015〕122号",
        example="否", aliases=("城市规划区", "CS_GHQ")),
    _text("species", "优势树种", _("Main tree species"), W21, length=100, example="刺槐",
        aliases=("树种", "YOU_SHI_SZ")),
    _decimal("stock_m3", "采伐蓄积", _("Stock to be felled"), W29, unit="立方米", span=("0", "1000000"), places=1,
        asked=False, example="0", aliases=("蓄积",)),
    _text("remark", "备注", _("Remark"), W21, length=200),
)
# fmt: on
KEY = ("district", "township", "village", "compartment", "sub_compartment", "part")
GROUPS = (
    (_("Where it is"), KEY),
    (_("The land as it is"), ("area_ha", "land_class", "stand_purpose", "origin", "forest_category", "authority",
        "public_benefit", "ownership", "species", "stock_m3")),
    (_("Protection"), ("grade", "zone", "nature_area", "red_line", "urban_planning_area")),
    (_("Remark"), ("remark",)),
)  # fmt: skip
LISTED = ("area_ha", "land_class", "stand_purpose", "origin", "grade", "ownership")
BRIEF = ("district", "township", "village", "compartment", "sub_compartment", *LISTED)
CONTRACT = ("area_ha", "land_class", "stand_purpose", "origin", "zone", "red_line", "grade", "public_benefit",
            "ownership", "urban_planning_area")  # fmt: skip


def inconsistent(values: Mapping[str, Any]) -> Iterator[Said]:
    """Fields that cannot both be meant, and a parcel that is nowhere."""
    if not any(values.get(name) for name in ("township", "village", "compartment")):
        yield "village", gettext("Say where the parcel is: township, village or compartment.")
    category, level = values.get("forest_category"), values.get("public_benefit")
    if category and level and (category in PUBLIC_CATEGORIES) == (level == "none"):
        yield "forest_category", gettext("The forest category and the public-benefit level contradict each other.")
    if values.get("nature_area") and values.get("zone") == "none":
        yield "zone", gettext("A nature area is named: say in which of its zones the parcel lies.")


def row_problems(values: Mapping[str, Any]) -> list[Said]:
    """What is missing and what contradicts in one row."""
    return [*PARCELS.missing(values), *inconsistent(values)]


def derive(row: dict[str, Any]) -> None:
    """What follows from a forest map's own fields: the level of public-benefit forest below the national one."""
    if row.get("public_benefit"):
        return
    category, authority = row.get("forest_category"), row.get("authority")
    if category and category not in PUBLIC_CATEGORIES:
        row["public_benefit"] = "none"
    elif authority in v.AUTHORITY_BENEFIT:
        row["public_benefit"] = v.AUTHORITY_BENEFIT[authority]


def parcel_name(values: Mapping[str, Any]) -> str:
    """Where a parcel is, as the decisions write it: 石城镇石塘路村6林班563.1小班."""
    number = f"{values['sub_compartment']}小班" if values.get("sub_compartment") else ""
    compartment = str(values.get("compartment") or "")
    compartment += "林班" if compartment and not compartment.endswith("林班") else ""
    part = f"（{values['part']}）" if values.get("part") else ""
    number = number.replace("小班小班", "小班")
    return f"{values.get('township') or ''}{values.get('village') or ''}{compartment}{number}{part}"


PARCELS = Table(
    sheet="使用林地地块表",
    columns=COLUMNS,
    key=KEY,
    groups=GROUPS,
    brief=BRIEF,
    listed=LISTED,
    carried=("district", "township", "village"),
    row_problems=row_problems,
    name_of=parcel_name,
    derive=derive,
    attributes=True,
    notes=(
        "每行一个地块；同一小班内保护等级、地类等不同的部分分行填写，用“地块号”区分。",
        "也可直接导入林地“一张图”属性表（XIAN、XIANG、CUN、LIN_BAN、XIAO_BAN、DI_LEI 等字段）；"
        "表中没有的字段导入后补填。",
    ),
    words=Words(
        title=_("Parcels"),
        row=_("Parcel"),
        none_yet=_("There is no parcel yet."),
        region=_("Table of parcels"),
        add=_("Add a parcel"),
        back=_("Back to the parcels"),
        upload_hint=_(
            "The template, or the attribute table of the forest map (XIAN, XIANG, CUN, LIN_BAN, XIAO_BAN, DI_LEI, …). "
            "What a forest map does not hold stays open and is filled in afterwards."
        ),
    ),
)
