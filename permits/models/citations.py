"""Laws and their articles as a Chinese official writes them, from the short notes behind the acts."""

from __future__ import annotations

import re
from typing import Final

from permits.text.numerals import chinese_numeral

LAWS: Final = {
    "许可法": "《行政许可法》",
    "令35": "国家林业局令第35号",
    "实施条例": "《森林法实施条例》",
    "森林法": "《森林法》",
    "处罚法": "《行政处罚法》",
    "复议法": "《行政复议法》",
    "诉讼法": "《行政诉讼法》",
}
_ARTICLES: Final = re.compile(r"(\d+)(?:–(\d+))?(?:\((\d+)\))?(?:\[(\d+)\])?")


def written_out(law: str) -> str:
    """Laws and their articles; `;` stands between two laws, (2) is a paragraph 款 of an article, [4] an item 项. Raises
    ValueError for a law that LAWS does not name, and for what is no article.

    >>> written_out("许可法 32(1)[4], 38(2); 令35 11")
    '《行政许可法》第三十二条第一款第四项、第三十八条第二款、国家林业局令第35号第十一条'
    """
    return "、".join(_one_law(one.strip()) for one in law.split(";")) if law else ""


def _one_law(law: str) -> str:
    name, _blank, articles = law.partition(" ")
    if name not in LAWS or not articles:
        raise ValueError(f"{law!r} is no law and article")
    return LAWS[name] + "、".join(_article(one.strip()) for one in articles.split(","))


def _article(note: str) -> str:
    found = _ARTICLES.fullmatch(note)
    if not found:
        raise ValueError(f"{note!r} is no article")
    signs = ("第{}条", "至第{}条", "第{}款", "第{}项")
    said = zip(signs, found.groups(), strict=True)
    return "".join(sign.format(chinese_numeral(int(number))) for sign, number in said if number)
