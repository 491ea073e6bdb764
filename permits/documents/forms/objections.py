"""The answer to who objected to a public notice."""

from __future__ import annotations

from datetime import date

from permits.documents.content import Head, Letter, chinese_date
from permits.documents.forms.common import Issue, Matter, para

RESULTS = {"upheld": "异议成立", "partly": "异议部分成立", "not_upheld": "异议不成立"}
"""What the organ finds of an objection, as letters say it, whatever language the pages are read in."""


def objection_answer(
    issue: Issue, matter: Matter, *, objector: str, received: date, objection: str, answer: str, upheld: str
) -> Letter:
    """异议答复书: what was objected and what the organ answers, before the decision. Of an applicant who is a natural
    person the family name only. KeyError for a result that is none of RESULTS."""
    return issue.letter(
        title="异议答复书",
        addressee=objector,
        head=Head.LETTER,
        blocks=(
            para(
                f"你（单位）对{matter.in_public}提出的{matter.application}的异议，本机关已于{chinese_date(received)}收到。"
            ),
            para(objection, lead="异议内容："),
            para(f"经审查，{RESULTS[upheld]}。"),
            para(answer, lead="答复："),
            para("本机关作出决定时将一并考虑上述异议和答复。"),
            para("特此答复。"),
        ),
    )
