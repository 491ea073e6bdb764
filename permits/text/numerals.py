"""Numbers as Chinese counts clauses and articles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

CHINESE_DIGITS: Final = "〇一二三四五六七八九"
_CHINESE: Final = f"{CHINESE_DIGITS[1:]}十"
MARK: Final = re.compile(
    rf"(?:[（(]([{_CHINESE}]+|[0-9]{{1,2}})[）)]、?\s*(?=[^\s。])"
    rf"|([{_CHINESE}]+)[、.．](?:\s+(?=[^\s。])|(?=[^{_CHINESE}\s。]))"
    r"|([0-9]{1,2})[、.．](?:\s+(?=[^\s。])|(?=[^0-9\s。]|[0-9]{4}年)))"
)
"""The number with which somebody began a line: 一、 （一） 1. 1、 (1). “一、二级公益林” begins with a list of grades,
“1.5公顷” with a figure: a number too many on a paper does less harm than a grade too few. No list of grades goes on in
other numerals, after a blank, or with a year."""


def chinese_numeral(number: int) -> str:
    """1 to 99 as Chinese numerals count clauses: 一, 十, 十一, 二十, 二十三; Arabic beyond: no list counts so far."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{CHINESE_DIGITS[tens]}十"
    return head + (CHINESE_DIGITS[ones] if ones else "")


def without_numbers(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines of which each was typed with the number of its place, without it: what shows them numbers them. Where one
    has none, or another, they stay as they are.

    >>> without_numbers(["1. 设置标识", "2. 及时清理"]), without_numbers(["1. 设置标识", "及时清理"])
    (('设置标识', '及时清理'), ('1. 设置标识', '及时清理'))
    """
    typed = tuple(lines)
    marks = [MARK.match(line) for line in typed]
    told = [next(filter(None, mark.groups())) if mark else "" for mark in marks]
    if any(said not in (str(place), chinese_numeral(place)) for place, said in enumerate(told, 1)):
        return typed
    return tuple(line[mark.end() :] for line, mark in zip(typed, marks, strict=True) if mark)
