"""Documents and statutes by name, in both languages, and the places in them: what a material or an act rests on."""

from __future__ import annotations

from typing import Final

from django.utils.translation import get_language
from msgspec import Struct
from msgspec.structs import replace

from permits.text.laws import ENGLISH, ORDERS
from permits.text.numerals import chinese_numeral


class Source(Struct, frozen=True):
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
    def by_analogy(self) -> Source:
        """Followed where it does not bind, and nothing that does was found."""
        return Source(f"参照{self.zh}", f"by analogy with {self.en}")

    @property
    def for_others(self) -> Source:
        """What binds some, and is followed for the others."""
        return Source(f"{self.zh}（其适用范围以外的，参照）", f"{self.en} (by analogy beyond what it covers)")

    @property
    def in_a_copy(self) -> Source:
        """Read in a copy or a summary only."""
        return replace(self, zh=f"{self.zh}（据转引）", en=f"{self.en} (read in a copy)")


def _in_chinese(articles: str) -> str:
    return "至".join(f"第{chinese_numeral(int(number))}条" for number in articles.split("–"))


def in_both(zh: str, en: str) -> Source:
    """The English name with the Chinese one beside it, by which alone it is found."""
    return Source(zh, f"{en} ({zh})")


def known(zh: str) -> Source:
    """What ENGLISH names, by its name or, of ORDERS, by its number. Raises KeyError for what it does not name."""
    return in_both(zh, ENGLISH[ORDERS.get(zh, zh)])


S0: Final = known("北京市天然林保护修复制度实施方案")
S1: Final = known("蓟州区落实天然林保护修复制度实施方案")
NATIONAL_PLAN: Final = known("天然林保护修复制度方案")
DESIGN_MODEL: Final = in_both("森林抚育作业设计范本", "model of a tending design")
LOCAL_GUIDE: Final = in_both("怀柔区办事指南", "guide of Huairou district")
FOREST_LAW: Final = known("森林法")
LICENSING_LAW: Final = known("行政许可法")
DESIGN_RULES: Final = known("林造发〔2012〕191号")
BEIJING_FOREST: Final = known("北京市森林资源保护管理条例")
BEIJING_SEED: Final = known("北京市种子条例")
PUBLIC_BENEFIT: Final = known("国家级公益林管理办法")
LAND_USE: Final = known("国家林业局令第35号")
LAND_USE_RULES: Final = known("林资规〔2021〕5号")
IMPORT_MEASURES: Final = known("国家林业局令第19号")
QUARANTINE: Final = known("植物检疫条例")
WILDLIFE_RULES: Final = known("陆生野生动物保护实施条例")
INVASIVE: Final = in_both("外来入侵物种管理办法（2022年）", f"{ENGLISH['外来入侵物种管理办法']} (2022)")
ENDANGERED: Final = known("濒危野生动植物进出口管理条例")
