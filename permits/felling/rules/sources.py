"""What the rules of felling cite beside the sources all kinds share.

The Forest Law of 2019, its implementing regulations, the felling and regeneration measures and Beijing's regulations
were read in full texts; the order of Beijing's government and Tianjin's notice in copies of the text.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from permits.rules.base import Citation
from permits.rules.sources import forest_law, forest_regulation


def felling_measures(article: str, clause: str) -> Citation:
    """森林采伐更新管理办法, as amended on 2011-01-08; it still cites the Forest Law as it stood before 2019."""
    return Citation("森林采伐更新管理办法（2011年修订）", article, clause, "verified", date(2011, 1, 8))


def tianjin_limits(article: str, clause: str) -> Citation:
    """Tianjin's felling limits of 2021 to 2025, read in a copy; those of the next five years were not found."""
    return Citation(
        "天津市人民政府关于下达“十四五”期间年森林采伐限额的通知",
        article,
        clause,
        "secondary",
        date(2021, 1, 1),
        date(2025, 12, 31),
    )


def beijing_order(article: str, clause: str) -> Citation:
    """北京市人民政府令第133号, read in a copy."""
    return Citation(
        "《北京市森林资源保护管理条例》实施办法（北京市人民政府令第133号）",
        article,
        clause,
        "secondary",
        date(2003, 10, 1),
    )


def licensing_law(article: str, clause: str) -> Citation:
    """行政许可法, as amended in 2019."""
    return Citation("行政许可法（2019年修正）", article, clause, "verified", date(2019, 4, 23))


LIMIT: Final = forest_law(
    "第五十四条",
    (
        "国家严格控制森林年采伐量。省、自治区、直辖市人民政府林业主管部门根据消耗量低于生长量和森林分类经营管理的原则，"
        "编制本行政区域的年采伐限额，经征求国务院林业主管部门意见，报本级人民政府批准后公布实施，并报国务院备案。"
    ),
)
NOT_ABOVE_LIMIT: Final = forest_law(
    "第五十九条",
    (
        "符合林木采伐技术规程的，审核发放采伐许可证的部门应当及时核发采伐许可证。但是，审核发放采伐许可证的部门"
        "不得超过年采伐限额发放采伐许可证。"
    ),
)
PAPERS: Final = forest_law(
    "第五十八条",
    (
        "申请采伐许可证，应当提交有关采伐的地点、林种、树种、面积、蓄积、方式、更新措施和林木权属等内容的材料。"
        "超过省级以上人民政府林业主管部门规定面积或者蓄积量的，还应当提交伐区调查设计材料。"
    ),
)
ISSUED_BY: Final = forest_law("第五十七条第一款", "采伐许可证由县级以上人民政府林业主管部门核发。")
RURAL_ISSUE: Final = forest_law(
    "第五十七条第三款",
    (
        "农村居民采伐自留山和个人承包集体林地上的林木，由县级人民政府林业主管部门或者其委托的乡镇人民政府"
        "核发采伐许可证。"
    ),
)
LEVELS: Final = forest_regulation(
    "第三十二条",
    (
        "（一）县属国有林场，由所在地的县级人民政府林业主管部门核发；（二）省、自治区、直辖市和设区的市、自治州所属的"
        "国有林业企业事业单位、其他国有企业事业单位，由所在地的省、自治区、直辖市人民政府林业主管部门核发"
    ),
)
