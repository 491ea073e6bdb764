"""Clauses as pages cite them where they stand alone: below a finding, beside a duty, in the guide."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import get_language

from permits.text.laws import ENGLISH, ORDERS
from permits.text.numerals import chinese_numeral
from roles.citing import lines_in_words

EDITION: Final = re.compile(r"(?P<name>.+?)(?:（(?P<edition>[^（）]*)）)?")
ARTICLE: Final = re.compile(
    r"第([一二三四五六七八九十]+)条(?:第([一二三四五六七八九十]+)款)?(?:第([一二三四五六七八九十]+)项)?"
)
RUNNING: Final = re.compile(
    rf"(?P<name>《[^》]+》|{'|'.join(map(re.escape, ORDERS))})"
    r"(?P<articles>第[^、；]+条[^、；]*"
    r"(?:、第[^、；]+条[^、；]*)*)?、?"
)
PART: Final = re.compile(r"第([一二三四五六七八九十]+)编 (.+)")
ITEM: Final = re.compile(r"第([一二三四五六七八九十]+)项")
REMARKS: Final = {
    "条号未查到": "article not found",
    "条号凭记忆": "number from memory",
    "官方摘要，未见条款号": "official summary, without article numbers",
}
REMARKED: Final = re.compile(rf"(?P<place>.*?)（?(?P<remark>{'|'.join(REMARKS)})）?")
NUMBERS: Final = {chinese_numeral(number): number for number in range(1, 100)}


def order_of(article: str) -> tuple[int, ...]:
    """By what articles of one law are put in order: article, paragraph, item; one of none of our numerals comes last.

    >>> sorted(["第五十九条", "第五十四条第二款", "第五十四条"], key=order_of)
    ['第五十四条', '第五十四条第二款', '第五十九条']
    """
    found = ARTICLE.match(article)
    return tuple(NUMBERS[one] if one else 0 for one in found.groups()) if found else (len(NUMBERS) + 1,)


def cite(source: str, article: str) -> str:
    """A clause where it stands alone, in the reader's language: 森林法（2019年修订） 第五十五条第三项, or
    Forest Law (森林法, 2019年修订) art 55(3). What has no English name, or is no article, is left as it is written."""
    return f"{source_said(source)} {articles_said(article)}"


def laws_said(written: object) -> str:
    """Laws as Chinese papers write them, one after another, in the reader's language: 《行政许可法》第四十二条第一款
    or Licensing Law (行政许可法) art 42(1). What is not written so is left as it is."""
    text = str(written)
    found = list(RUNNING.finditer(text))
    if _reads_chinese() or "".join(one.group() for one in found) != text:
        return text
    return "; ".join(_running(one["name"], one["articles"]) for one in found)


def _running(name: str, articles: str | None) -> str:
    bare = name.strip("《》")
    full = ORDERS.get(bare, bare)
    told = f"{ENGLISH[full]} ({bare})" if full in ENGLISH else name
    return f"{told} {_articles(articles)}" if articles else told


def blank() -> str:
    """What stands between a law and its article in running text."""
    return "" if _reads_chinese() else " "


def source_said(source: str) -> str:
    """The name of what is cited; of several, `；` stands between."""
    if _reads_chinese():
        return source
    names = []
    for one in source.split("；"):
        found = EDITION.fullmatch(one)
        name, edition = (found["name"], found["edition"]) if found else (one, None)
        chinese = f"{name}, {edition}" if edition else name
        names.append(f"{ENGLISH[name]} ({chinese})" if name in ENGLISH else one)
    told = "; ".join(names)
    return told[:1].upper() + told[1:]


def articles_said(place: object) -> str:
    """Articles, or lines; `、` stands between several, `；` between those of several laws."""
    written = str(place)
    return lines_in_words(written if _reads_chinese() else "; ".join(map(_articles, written.split("；"))))


def _articles(written: str) -> str:
    if part := PART.fullmatch(written):
        return f"part {NUMBERS[part[1]]} ({part[2]})"
    if found := REMARKED.fullmatch(written):  # which passage it is stays as the document calls it
        return f"{_articles(found['place'])} ({REMARKS[found['remark']]})".lstrip()
    told = [_run(one) for one in written.split("、")]
    return f"art {', '.join(one for one in told if one)}" if all(told) else written


def _run(written: str) -> str | None:
    """One article, a run of them (第四十六条至第四十八条: 46–48) or of items; None for what is none of it."""
    first, _to, last = written.partition("至")
    if (article := ARTICLE.fullmatch(first)) and (item := ITEM.fullmatch(last)):
        return f"{_numbered(article.groups())}–({NUMBERS[item[1]]})"
    ends = [ARTICLE.fullmatch(one) for one in written.split("至")]
    return "–".join(_numbered(found.groups()) for found in ends if found) if all(ends) else None


def _numbered(said: tuple[str | None, ...]) -> str:
    """Article, paragraph 款 and item 项, those that are named: 55(1)(3)."""
    first, *others = (NUMBERS[one] for one in said if one)
    return "".join([str(first), *(f"({one})" for one in others)])


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")
