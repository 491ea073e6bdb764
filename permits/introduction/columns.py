"""The one table of the species: every field with its head, choices and source."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from permits.introduction import vocabulary as v
from permits.introduction.rules import watch_list
from permits.tables.columns import FLAG, Column, Said
from permits.tables.table import Label, Table, Words

IMPORT = "国家林业局令第19号第五条（境外陆生野生动物；其他物种参照）"
RULES = "判断法定条件所需"

_text = partial(Column, type="text")
_choice = partial(Column, type="choice")
_flag = partial(Column, type="flag", choices=FLAG)

# fmt: off
COLUMNS: tuple[Column, ...] = (
    _text("scientific_name", "学名", _("Scientific name"), IMPORT, length=120, example="Cervus nippon",
        aliases=("拉丁名", "拉丁学名")),
    _text("chinese_name", "中文名", _("Chinese name"), IMPORT, length=80, example="梅花鹿",
        aliases=("物种名称", "名称")),
    _choice("taxon", "类群", _("Group"), RULES, choices=v.TAXON, example="陆生动物", aliases=("物种类别",)),
    _choice("source", "来源", _("Comes from"), RULES, choices=v.SOURCE, example="外省", aliases=("来源地",)),
    Column("quantity", "数量", pgettext_lazy("how many", "Number"), IMPORT, type="integer", span=("1", "100000000"),
        example="12"),
    _text("unit", "计量单位", _("Unit of the number"), IMPORT, length=20, example="头", aliases=("单位",)),
    _text("material", "形态", _("Live stage or propagating material"), IMPORT, length=80, example="成体", asked=False),
    _flag("first_introduction", "是否首次引进", _("First introduction"), RULES, example="否", aliases=("首次引进",)),
    _flag("cites", "是否列入CITES附录", _("Listed in CITES"), RULES, example="否", aliases=("CITES",)),
)
# fmt: on
GROUPS = (
    (_("Which species"), ("scientific_name", "chinese_name", "taxon", "source")),
    (_("How many, and how"), ("quantity", "unit", "material", "first_introduction", "cites")),
)
BRIEF = ("chinese_name", "scientific_name", "taxon", "source", "first_introduction", "quantity", "unit", "material")


def row_problems(values: Mapping[str, Any]) -> list[Said]:
    """What is missing in one row."""
    return list(SPECIES.missing(values))


def species_name(values: Mapping[str, Any]) -> str:
    """Chinese and scientific name."""
    return f"{values.get('chinese_name') or ''} {values.get('scientific_name') or ''}".strip()


def watched(values: Mapping[str, Any]) -> Label:
    """Whether the name stands on the list of watched invasive species."""
    found = watch_list.match(species_name(values))
    return _("under watch as invasive") if found else ""


SPECIES = Table(
    sheet="引进物种表",
    columns=COLUMNS,
    key=("scientific_name",),
    groups=GROUPS,
    brief=BRIEF,
    listed=BRIEF[2:],
    row_problems=row_problems,
    name_of=species_name,
    anchors=("scientific_name",),
    notes=("每行一个物种，学名用拉丁文。", "数量填整数；有小数的，换用较小的计量单位，如2.5千克填2500克。"),
    flag=watched,
    flag_hint=_(
        "This species stands on the list of watched invasive species (plan of 2023). "
        "A named official will have to decide."
    ),
    words=Words(
        title=_("The species"),
        row=_("Species"),
        none_yet=_("There is no species yet."),
        region=_("Table of species"),
        add=_("Add a species"),
        back=_("Back to the species"),
        upload_hint=_(
            "One row for each species, under the headings of the template. Rows are imported only when all of them are "
            "good, and replace the ones that are there."
        ),
    ),
)
