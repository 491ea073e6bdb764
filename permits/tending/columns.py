"""The one table of a sub-compartment 小班 row: every field with its head, unit, range, choices and source.

The database columns, the form, the import, the export, the template, the checks and the certificate's table are all
made from `COLUMNS`; a field is added or changed here and nowhere else. Heads are those of the published check table
(W12, 26 columns: its design columns; its inspection columns are filled after the work), then the additions of practice
(W30), then what the rules need. Where a source gives no unit, the unit in the head is our choice and printed there.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from permits.rules.named import S0, S1
from permits.tables.columns import Column, Said, When
from permits.tables.stands import plot_name
from permits.tables.table import Table, Words
from permits.tending import checks
from permits.tending import vocabulary as v

# The check table in one line; every row of it carries this source unless it says otherwise.
W12 = "森林抚育小班调查表"
W30 = "采伐设计检查系统的通行做法"
RULES = "判断法定条件所需"


_text = partial(Column, type="text")
_whole = partial(Column, type="integer")
_decimal = partial(Column, type="decimal")
_choice = partial(Column, type="choice")
_flag = partial(Column, type="flag", choices=v.FLAG)

# fmt: off
COLUMNS: tuple[Column, ...] = (
    # Where it is
    _text("township", "乡（镇、场）", _("Township or farm"), W12,
        length=60, example="雾灵山林场", aliases=("乡", "乡镇", "乡镇场")),
    _text("compartment", "村（林班）", _("Village or compartment"), W12,
        length=60, example="12林班", aliases=("村", "林班", "LIN_BAN")),
    _text("number", "小班号", _("Sub-compartment number"), W12, length=20, example="3", aliases=("小班", "XIAO_BAN")),
    _decimal("longitude", "GPS横坐标", _("GPS longitude"), W12,
        unit="°E", span=("73", "136"), example="117.12345", places=5, asked=False, aliases=("GPS横", "经度")),
    _decimal("latitude", "GPS纵坐标", _("GPS latitude"), W12,
        unit="°N", span=("3", "54"), example="40.54321", places=5, asked=False, aliases=("GPS纵", "纬度")),
    _decimal("area_ha", "面积", _("Area"), W12,
        unit="公顷", span=("0.0001", "10000"), example="12.50", places=4, aliases=("上报面积",)),
    # What it is
    _choice("ownership", "林地权属", _("Ownership of the land"), W12,
        choices=v.OWNERSHIP, example="国有", aliases=("权属", "LD_QS")),
    _choice("origin", "起源", _("Stand origin"), W12, choices=v.ORIGIN, example="天然", aliases=("QI_YUAN",)),
    _choice("stand", "林分类型", _("Stand type"), RULES,
        choices=v.STAND, example="乔木林", aliases=("地类", "DI_LEI")),
    _choice("stand_purpose", "林种", _("Forest purpose"), W12,
        choices=v.STAND_PURPOSE, example="防护林", aliases=("LIN_ZHONG",)),
    _choice("forest_category", "森林类别", _("Forest category"), W30,
        choices=v.FOREST_CATEGORY, example="重点公益林", asked=False, aliases=("SEN_LIN_LB",)),
    _choice("public_benefit", "公益林级别", _("Public-benefit level"), RULES,
        choices=v.PUBLIC_BENEFIT, example="省级公益林", ambiguous=v.PUBLIC_BENEFIT_AMBIGUOUS),
    _choice("zone", "所在保护区域", _("Protected zone"), (S0.line(22) + S1.line(31)).zh + "；" + RULES,
        choices=v.ZONE, example="一般区域", aliases=("保护区域",)),
    _flag("natural_forest_project", "是否天保", _("In the natural-forest protection project"), W12,
        example="是", aliases=("天保",)),
    _text("species_composition", "树种组成", _("Species composition"), W12, length=100, example="7油松3栎"),
    _choice("age_group", "龄组", _("Age group"), W12, choices=v.AGE_GROUP, example="中龄林", aliases=("LING_ZU",)),
    _whole("stand_age", "伐前林龄", _("Stand age before felling"), W30,
        unit="年", span=("1", "1000"), example="35", asked=False, aliases=("林龄",)),
    _decimal("mean_height_m", "平均树高", _("Mean height"), W30,
        unit="m", span=("0", "60"), example="9.5", places=1, asked=False, aliases=("树高",)),
    _flag("rare_plants", "有无珍稀植物", _("Rare plants present"), S0.line(27).zh,
        example="否", aliases=("是否有珍稀植物",)),
    _text("rare_plant_measures", "珍稀植物保护措施", _("Measures for rare plants"), S0.line(27).zh,
        length=200, asked=False, sometimes=True, where=(When("rare_plants", ("yes",)),)),
    # What is to be done
    _choice("purpose", "抚育目的", _("Purpose of the tending"), (S0.line(22) + S1.line(31)).zh + "；" + RULES,
        choices=v.PURPOSE, example="维护森林健康"),
    _choice("method", "抚育方式", _("Tending method"), W12,
        choices=v.METHOD, example="生长伐", ambiguous=v.METHOD_AMBIGUOUS),
    _flag("first_thinning", "是否首次间伐", _("First thinning"), RULES, example="是", aliases=("首次间伐",)),
    _choice("felling_type", "采伐类型", _("Type of felling"), W30,
        choices=v.FELLING_TYPE, example="抚育采伐", asked=False),
    _choice("felling_manner", "采伐方式", _("Manner of felling"), W30,
        choices=v.FELLING_MANNER, example="间伐", asked=False),
    _text("species_cut", "采伐树种", _("Species felled"), RULES,
        length=200, example="刺槐", asked=False, sometimes=True, type="species"),
    _decimal("canopy_before", "伐前郁闭度", _("Canopy closure before"), W30,
        unit="0–1", span=("0", "1"), example="0.85", places=2, aliases=("郁闭度", "YU_BI_DU")),
    _decimal("canopy_after", "设计保留郁闭度", _("Canopy closure after (design)"), W12,
        unit="0–1", span=("0", "1"), example="0.68", places=2, aliases=("保留郁闭度", "伐后郁闭度")),
    _decimal("mean_dbh_before_cm", "伐前平均胸径", _("Mean DBH before"), W30,
        unit="cm", span=("0", "200"), example="14.2", places=1, aliases=("胸径",)),
    _decimal("mean_dbh_after_cm", "设计伐后平均胸径", _("Mean DBH after (design)"), W12,
        unit="cm", span=("0", "200"), example="14.9", places=1, aliases=("伐后平均胸径",)),
    _whole("stems_kept", "设计保留木株数", _("Stems kept (design)"), W12,
        unit="株/公顷", span=("0", "50000"), example="1050", aliases=("保留木株数", "保留株数")),
    _decimal("stem_intensity_pct", "采伐强度-株数", _("Felling intensity by stems"), W12,
        unit="%", span=("0", "100"), example="18", places=2, aliases=("株数采伐强度", "株数强度")),
    _decimal("volume_intensity_pct", "采伐强度-蓄积", _("Felling intensity by volume"), W12,
        unit="%", span=("0", "100"), example="12", places=2, aliases=("蓄积采伐强度", "蓄积强度")),
    _decimal("target_share_before_pct", "伐前目的树种比例", _("Share of target and auxiliary trees before"),
        "GB/T 15781-2015；" + RULES,
        unit="%", span=("0", "100"), example="60", places=2),
    _decimal("target_share_after_pct", "设计目的树种比例", _("Share of target and auxiliary trees after (design)"),
        "GB/T 15781-2015；" + RULES,
        unit="%", span=("0", "100"), example="68", places=2, aliases=("伐后目的树种比例",)),
    _flag("converts_to_plantation", "是否改造为人工林", _("Converts natural forest to plantation"), S1.line(24).zh,
        example="否"),
    _flag("weeding", "是否割灌除草", _("Shrubs and weeds cleared"), W12, example="是"),
    _flag("residue_treated", "剩余物是否处理", _("Residues treated"), W12, example="是", aliases=("剩余物处理",)),
    # Where it comes from
    _text("task_reference", "任务来源", _("Task the row comes from"), S0.line(17).zh, length=100, asked=False),
    _text("remark", "备注", _("Remark"), W12, length=200, asked=False),
)
# fmt: on

NAMES = tuple(column.name for column in COLUMNS)
# A row is told from another by these; a sheet that repeats them is refused. Each township numbers by itself.
KEY = ("township", "compartment", "number")

# The form's fieldsets, each from its first column to the next group's.
_STARTS = (
    (_("Where it is, and how large"), "township"),
    (_("The stand as it is"), "ownership"),
    (_("What is to be done"), "purpose"),
    (_("Where it comes from"), "task_reference"),
)
_ENDS = (*(name for _legend, name in _STARTS[1:]), "")
GROUPS = tuple(
    (legend, NAMES[NAMES.index(start) : NAMES.index(end) if end else None])
    for (legend, start), end in zip(_STARTS, _ENDS, strict=True)
)

# Shown where there is no room for forty columns: the summary, the decision and the certificate.
BRIEF = ("township", "compartment", "number", "area_ha", "origin", "stand_purpose", "method", "canopy_before",
         "canopy_after", "stem_intensity_pct", "volume_intensity_pct")  # fmt: skip

# In the list of a draft, where the sub-compartment's name stands before them.
LISTED = ("township", *BRIEF[3:])


def row_problems(values: Mapping[str, Any]) -> list[Said]:
    """What is missing and what contradicts in one row. `values` as read; absent, None or "" where blank."""
    return [*PLOTS.missing(values), *checks.inconsistent(values)]


PLOTS = Table(
    sheet="小班调查表",
    columns=COLUMNS,
    key=KEY,
    groups=GROUPS,
    brief=BRIEF,
    listed=LISTED,
    carried=("township", "compartment"),
    anchors=KEY,
    row_problems=row_problems,
    name_of=plot_name,
    notes=("每行一个小班。不采伐的小班：采伐强度填 0，伐后数值与伐前相同。",),
    words=Words(
        title=_("Sub-compartments"),
        row=_("Sub-compartment"),
        none_yet=_("There is no sub-compartment yet."),
        region=_("Table of sub-compartments"),
        add=_("Add a row"),
        back=_("Back to the sub-compartments"),
        upload_hint=_(
            "One row for each sub-compartment, under the headings of the template. Formulas and merged cells are "
            "refused. Rows are imported only when all of them are good, and replace the ones that are there."
        ),
        row_hint=_("Where nothing is felled, write 0 for the intensities and repeat the values before."),
    ),
)
