"""Titles of papers, built from named parts: the unit, the design's or project's own name, and the matter.

Units name their designs as they like: with their own name in front, with the matter at the end, with neither. What
one part says already the next does not say again.
"""

from __future__ import annotations

import re
from typing import Final

SHORTEST = 2  # characters of a word
FOR_THE_DESK: Final = re.compile(r"(?:的?(?:申请书?|审批|审核|批复|请示|公示|报告|许可))+$")
NEEDLESS: Final = re.compile(r"(?<![!-~\u00c0-\u024f]) | (?![!-~\u00c0-\u024f])")
"""A blank beside a character that is no Latin one."""
IN_BRACKETS: Final = re.compile(r"（[^（）]*）$")
PLACES: Final = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}?(?:省|市|区|县|镇|乡)|[省市区县]属)+")
TWICE: Final = re.compile(rf"([\u4e00-\u9fff]{{{SHORTEST},}})\1+")
WITHIN_A_WORD = "林抚育"
"""Here 林 ends a word: of 中幼林抚育 only 抚育 is what 天然林抚育 says, too."""
LINE: Final = 20  # characters of 2号 that stand in one line of a title
LEAST_OF_A_PHRASE = 4  # a word of two, such as 林地, may well be said in both
PLACE = 3  # characters of a place, the last one says what it is
LEAST_OF_A_UNIT = 4  # a shorter rest, such as 林场, names no unit


def named(name: str, matter: str) -> str:
    """The name with the matter after it; what both say is said once.

    >>> named("2026年雾灵林场抚育作业设计", "天然林抚育作业设计审批")
    '2026年雾灵林场天然林抚育作业设计审批'
    >>> named("临时使用林地", "临时使用林地审批")
    '临时使用林地审批'
    >>> named("使用林地建设项目", "使用林地审核")
    '建设项目使用林地审核'
    >>> named("2026年中幼林抚育", "天然林抚育作业设计")
    '2026年中幼林天然林抚育作业设计'
    """
    left = own_part(name)
    while tail := _tail_said_in(left, matter):
        left = left.removesuffix(tail)
    while phrase := _phrase_said_in(left, matter):
        left = left.replace(phrase, "", 1)
    return _once(left + matter)


def of_unit(unit: str, name: str, matter: str) -> str:
    """The same with the unit in front, which the name need not say again.

    >>> of_unit("密云区雾灵林场", "雾灵林场2027年春季抚育", "天然林抚育作业设计")
    '密云区雾灵林场2027年春季天然林抚育作业设计'
    """
    left = own_part(name)
    for called in _names_of(unit):
        left = left.replace(called, "", 1)
    return _once(unit + named(left, matter))


def public_notice_title(name: str, matter: str) -> str:
    """关于…的公示."""
    return f"关于{named(name, matter)}的公示"


def in_lines(title: str, *, after: str = "", before: str = "", line: int = LINE) -> str:
    """A title that takes more than one line of `line` characters, broken after or before the words given, so that no
    name is divided; else as it is. Given both, it is broken after the first, and before the second where what is left
    still takes more than one line.

    >>> in_lines("关于同意密云区云岭林场雾灵沟二期天然林抚育作业设计的批复", after="关于同意密云区云岭林场").split()
    ['关于同意密云区云岭林场', '雾灵沟二期天然林抚育作业设计的批复']
    """
    if len(title) <= line:
        return title
    if after and title.startswith(after) and len(after) < len(title):
        return f"{after}\n{in_lines(title[len(after) :], before=before, line=line)}"
    at = title.rfind(before) if before else 0
    return f"{title[:at]}\n{title[at:]}" if at > 0 else title


def own_part(name: str) -> str:
    """A name without what only the desk adds to it: 审批, 的批复, 申请; and without blanks, but for those between words
    in Latin letters.

    >>> own_part("2027年 抚育作业设计审批")
    '2027年抚育作业设计'
    >>> own_part("Green Hill 二期 project")
    'Green Hill二期project'
    """
    return FOR_THE_DESK.sub("", NEEDLESS.sub("", " ".join(name.split())))


def _tail_said_in(left: str, right: str) -> str:
    """The longest end of `left`, of a word or more, that `right` says too."""
    ends = (left[at:] for at in range(len(left) - SHORTEST + 1))
    return next((end for end in ends if end in right and not end.startswith(WITHIN_A_WORD)), "")


def _phrase_said_in(left: str, right: str) -> str:
    """The longest phrase of `left`, wherever it stands, that `right` says too."""
    lengths = range(len(right), LEAST_OF_A_PHRASE - 1, -1)
    phrases = (right[at : at + length] for length in lengths for at in range(len(right) - length + 1))
    return next((phrase for phrase in phrases if phrase in left and not phrase.startswith(WITHIN_A_WORD)), "")


def _names_of(unit: str) -> tuple[str, ...]:
    """What a unit may be called within a name: in full, without a note in brackets, with its place called shortly
    (密云云岭林场), without its place."""
    plain = IN_BRACKETS.sub("", unit)
    shorter = PLACES.sub("", plain)
    place = plain.removesuffix(shorter)[-PLACE:-1]
    return tuple(dict.fromkeys(
        one for one in (unit, plain, place + shorter, shorter) if len(one) >= LEAST_OF_A_UNIT
    ))  # fmt: skip


def _once(text: str) -> str:
    """No word stands twice in a row, whatever the parts said."""
    return TWICE.sub(r"\1", text)
