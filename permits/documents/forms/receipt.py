"""收件凭证: what was handed in, when, and to whom; told at once, before anybody looked into it.

No article names this paper. It is the applicant's proof of the day from which the period of notice runs: 许可法
32(1)(4) counts from the receipt, and lets the application stand accepted from that day where nothing is told in time
(verified). That the application is accepted is told by another paper, in writing, with seal and date (32(2)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from permits.documents.content import Align, Column, Head, KeyValues, Letter, Table, chinese_date
from permits.documents.forms.common import Issue, Matter, para, under

HASH_SHOWN = 12  # signs of a SHA-256 by which a file is compared by eye
KIB = 1024


class HandedIn(Struct, frozen=True, kw_only=True):
    """One file: the material it was handed in as, its name, its size in bytes, its SHA-256 in full."""

    material: str
    name: str
    size: int
    sha256: str


def chinese_minute(at: datetime) -> str:
    """A day and minute, in the zone of `at`: 2026年11月20日9时05分."""
    return f"{chinese_date(at.date())}{at.hour}时{at.minute:02}分"


def size_in_words(size: int) -> str:
    """Bytes as a reader takes them: 512 B, 3.4 KB, 1.2 MB."""
    if size < KIB:
        return f"{size} B"
    return f"{size / KIB:.1f} KB" if size < KIB * KIB else f"{size / KIB / KIB:.1f} MB"


def materials_receipt(
    issue: Issue,
    matter: Matter,
    *,
    at: datetime,
    by: str,
    content_sha256: str,
    files: Sequence[HandedIn],
    working_days: int,
    corrected: bool = False,
) -> Letter:
    """收件凭证. `at` is when it came, in the agency's zone; `by` who sent it; `content_sha256` that of everything typed
    in; `working_days` those of the notice. `corrected`: it came in answer to a notice of correction, and the period
    runs anew."""
    what = "补正后的申请材料" if corrected else "申请材料"
    law = under(matter, "第三十二条第一款第四项")
    facts = (
        ("申请事项", matter.name),
        ("申请编号", matter.case_number),
        ("收件时间", chinese_minute(at)),
        ("提交方式", f"网上提交（提交人：{by}）" if by else "网上提交"),
    )
    return issue.letter(
        title="申请材料收件凭证",
        addressee=matter.applicant,
        head=Head.LETTER,
        blocks=(
            para(f"本机关已收到{matter.you}提交的下列{what}，共{len(files) + 1}件："),
            KeyValues(pairs=facts),
            _listed(files, content_sha256),
            para(
                f"{law}本机关自收到上述材料之日起{working_days}个工作日内告知是否受理，或者一次告知需要补正的全部内容；"
                "逾期不告知的，自收到上述材料之日起即为受理。"
            ),
            para("本凭证证明材料已经收到，不表示申请已经受理，也不表示材料齐全、符合法定形式。"),
        ),
    )


def _listed(files: Sequence[HandedIn], content_sha256: str) -> Table:
    """The application itself first, then each file as one electronic copy."""
    columns = (
        Column(head="序号", weight=0.5),
        Column(head="材料", weight=2.2, align=Align.LEFT),
        Column(head="文件名称", weight=2.4, align=Align.LEFT),
        Column(head="大小", weight=0.9, align=Align.RIGHT),
        Column(head="摘要", weight=1.3),
    )
    rows = [("1", "申请书", "网上填报", "—", content_sha256[:HASH_SHOWN])]
    rows += [
        (str(number), file.material, file.name, size_in_words(file.size), file.sha256[:HASH_SHOWN])
        for number, file in enumerate(files, 2)
    ]
    unit = f"均为电子文件，各1份；摘要为SHA-256前{HASH_SHOWN}位"
    return Table(columns=columns, rows=tuple(rows), unit=unit)
