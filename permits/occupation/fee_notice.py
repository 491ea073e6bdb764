"""The notice of the fee due 森林植被恢复费缴纳通知书 (森林法 37(2); 实施条例 16(1)). The wording is ours.

It orders a sum to be paid, so it names the remedies (行政复议法实施条例 17).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from permits.documents.content import Head, KeyValues, Letter, chinese_date
from permits.documents.forms.common import FOREST_LAW, Issue, Matter, opening, para, remedies
from permits.occupation.letters import USE_WORDS, LandUse


def fee_notice(
    issue: Issue, matter: Matter, use: LandUse, *, said: Mapping[str, Any], replaced: Sequence[str] = ()
) -> Letter:
    """What is to be paid, where and by when, as the act told it: `amount` in yuan, `payee`, `until`, and `difference`
    where another amount is asked than the rules find, else `made_up` (fees.py). `replaced`: numbers of earlier notices,
    on which nothing more is to be paid."""
    facts = (
        ("项目名称", use.project),
        ("使用林地面积", f"{use.area_ha}公顷"),
        ("应缴金额", f"{Decimal(said['amount']):,.2f}元"),
        *_made_up(said.get("made_up")),
        ("缴纳期限", f"{chinese_date(date.fromisoformat(said['until']))}前（含当日）"),
        ("收款单位、账户或者缴纳地点", said["payee"]),
    )
    return issue.letter(
        title="森林植被恢复费缴纳通知书",
        addressee=matter.applicant,
        head=Head.LETTER,
        blocks=(
            para(
                f"{opening(matter)}{use.project.removesuffix('项目')}项目拟{USE_WORDS[use.tenure]}，根据{FOREST_LAW}第三十七条第二款、"
                f"《中华人民共和国森林法实施条例》第十六条第一项，{matter.you}应当缴纳森林植被恢复费："
            ),
            KeyValues(pairs=facts),
            *((para(said["difference"], lead="金额说明："),) if said.get("difference") else ()),
            *((para(_in_place_of(replaced)),) if replaced else ()),
            para("缴纳后，请将缴款凭证送交本机关。"),
            para(
                "本通知不是准予使用林地的决定。不予许可的，已缴费用由有关林业主管部门自接到不予批准通知之日起7日内如数退还。"
            ),
            remedies(issue, matter, "本通知"),
            para("特此通知。"),
        ),
    )


def _made_up(made_up: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """The sum, line by line, and by what; nothing of a notice that was told before this was recorded."""
    if not made_up:
        return ()
    lines = (f"{one['land']}：{one['area']}平方米×{one['rate']}元＝{one['amount']}元" for one in made_up["lines"])
    title, bracket, number = made_up["source"].partition("（")
    return ("金额的计算", "\n".join(lines)), ("计算依据", f"《{title}》{bracket}{number}")


def _in_place_of(numbers: Sequence[str]) -> str:
    named = "、".join(numbers)
    return f"本通知代替{named}《森林植被恢复费缴纳通知书》，应缴总额以本通知为准；此前已缴的，计入应缴总额。"
