"""Documents and statutes by name, in both languages, and the places in them: what a material or an act rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import get_language

from permits.text.numerals import chinese_numeral


@dataclass(frozen=True)
class Source:
    """A document, or a place in it, as Chinese readers and English readers are told of it. Sources add up."""

    zh: str
    en: str

    def __str__(self) -> str:
        """In the reader's language."""
        return self.zh if (get_language() or "").startswith("zh") else self.en

    def __add__(self, other: Source) -> Source:
        return Source(f"{self.zh}；{other.zh}", f"{self.en}; {other.en}")

    def article(self, *numbers: int | str) -> Source:
        """Articles of a law, or a run of them (“10–13”): 森林法第五十八条、第六十一条."""
        zh = "、".join(_in_chinese(str(number)) for number in numbers)
        en = ", ".join(str(number) for number in numbers)
        return Source(self.zh + zh, f"{self.en} art {en}")

    def line(self, number: int) -> Source:
        """A line of one of the five local documents."""
        return Source(f"{self.zh}第{number}行", f"{self.en} L{number}")

    @property
    def in_a_copy(self) -> Source:
        """Read in a copy or a summary only."""
        return replace(self, zh=f"{self.zh}（据转引）", en=f"{self.en} (read in a copy)")


def _in_chinese(articles: str) -> str:
    return "至".join(f"第{chinese_numeral(int(number))}条" for number in articles.split("–"))


def in_both(zh: str, en: str) -> Source:
    """The English name with the Chinese one beside it, by which alone it is found."""
    return Source(zh, f"{en} ({zh})")


S0: Final = in_both("北京市天然林保护修复实施方案", "Beijing's plan for natural forest")
S1: Final = in_both("蓟州区落实天然林保护修复制度实施方案", "Jizhou's plan for natural forest")
DESIGN_MODEL: Final = in_both("森林抚育作业设计范本", "model of a tending design")
LOCAL_GUIDE: Final = in_both("怀柔区办事指南", "guide of Huairou district")
FOREST_LAW: Final = in_both("森林法", "Forest Law")
LICENSING_LAW: Final = in_both("行政许可法", "Licensing Law")
DESIGN_RULES: Final = in_both("林造发〔2012〕191号", "rules on tending designs")
BEIJING_FOREST: Final = in_both("北京市森林资源保护管理条例", "Beijing's forest regulation")
BEIJING_SEED: Final = in_both("北京市种子条例", "Beijing's seed regulation")
PUBLIC_BENEFIT: Final = in_both("国家级公益林管理办法", "measures on national public-benefit forest")
LAND_USE: Final = in_both("国家林业局令第35号", "Order 35 on the use of forest land")
LAND_USE_RULES: Final = in_both("林资规〔2021〕5号", "rules on the use of forest land")
IMPORT_MEASURES: Final = in_both("国家林业局令第19号", "Order 19 on alien wild animals")
QUARANTINE: Final = in_both("植物检疫条例", "plant-quarantine regulation")
WILDLIFE_RULES: Final = in_both("陆生野生动物保护实施条例", "implementing regulation on terrestrial wildlife")
INVASIVE: Final = in_both("外来入侵物种管理办法（2022年）", "measures on invasive species (2022)")
ENDANGERED: Final = in_both("濒危野生动植物进出口管理条例", "regulation on endangered species in trade")
