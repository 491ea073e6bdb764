"""How values are shown."""

import re
from typing import Final

from django import template
from django.utils.translation import get_language

register = template.Library()

CHINESE_SOURCE: Final = (
    (r" \([OTW]-\d+[^()]*\)", ""),  # the rule that asks, shown among the findings
    (r" \(secondary\)", "（据转引）"),
    (r" \((W\d+), secondary\)", r"（据转引，\1）"),
    (r"(?<=\d), (?=\d)", "、"),
    (r" arts? ([\d–、]+)", r"第\1条"),
    (r"(?<=[法例]) ([\d–、]+)(?!\d*、?\d*条)", r"第\1条"),
    (r"\bL([\d–-]+)", r"第\1行"),
    (r"\bS0 ", "北京市天然林保护修复实施方案"),
    (r"\bS1 ", "蓟州区落实天然林保护修复制度实施方案"),
    (r"; ?", "；"),
    (r", (?=\D)", "、"),
    (r" \(([^()]*)\)", r"（\1）"),
    (r"(^|；)W11\b", r"\1森林抚育作业设计范本（W11）"),
    (r"(^|；)W20\b", r"\1怀柔区办事指南（W20）"),
)
"""How the facts abbreviate a source, and how an official would write it; applied in this order."""


@register.filter
def without_sign(number: int) -> int:
    """-3 → 3, for "3 working days overdue"."""
    return abs(number)


@register.filter
def source_words(source: str) -> str:
    """The source of a requirement for Chinese readers: "S0 L27; 森林法 58" → documents by title, articles as 第58条.

    In English the source stays as the facts abbreviate it.
    """
    if not (get_language() or "").startswith("zh"):
        return source
    for pattern, words in CHINESE_SOURCE:
        source = re.sub(pattern, words, source)
    return source
