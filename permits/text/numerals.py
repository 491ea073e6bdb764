"""Numbers as Chinese counts clauses and articles."""

from __future__ import annotations

from typing import Final

CHINESE_DIGITS: Final = "〇一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """1 to 99 as Chinese numerals count clauses: 一, 十, 十一, 二十, 二十三; Arabic beyond: no list counts so far."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{CHINESE_DIGITS[tens]}十"
    return head + (CHINESE_DIGITS[ones] if ones else "")
