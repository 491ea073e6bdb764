"""Papers of supervision after approval: the record of an inspection, the form taken along, the order to put right, the
certificate of what was accepted.

An inspection is recorded and signed by the inspectors (许可法 61(2)); an order to put right names demands, day, law and
remedies. Of a matter that is no 行政许可 the licensing law is not called upon.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from permits.documents.content import Align, Block, Column, Head, KeyValues, Letter, Table, chinese_date
from permits.documents.forms.common import LICENSING_LAW, Issue, Matter, numbered, para, remedies, sentences

FINDINGS = {"in_order": "符合", "not_in_order": "不符合", "not_looked_at": "未检查"}
BLANK = "　"
TO_SIGN = "\n"
"""Two lines: two persons write their names in it."""
TO_TICK = "□符合　□不符合　□未检查"
LINES_TO_FILL = 4
ROOM = BLANK * 14
"""Blanks that keep a column wide enough to be written in."""


class Inspected(Struct, frozen=True, kw_only=True):
    """What an inspection record says; empty of what is still to be filled in by hand."""

    permit: str
    inspected_on: date | None = None
    at: str = ""
    place: str = ""
    inspectors: Sequence[tuple[str, str, str]] = ()
    """Name, capacity, number of the enforcement certificate."""
    present: str = ""
    findings: Sequence[tuple[str, str, str]] = ()
    """Obligation, code of the finding (empty: to be ticked), what was seen."""
    places: Sequence[tuple[str, str, str, str]] = ()
    """Photograph, longitude, latitude, what it shows."""
    holder_said: str = ""


def inspection_record(issue: Issue, matter: Matter, what: Inspected, *, form: bool = False) -> Letter:
    """现场检查记录; as a `form` to be taken along, with room to write and nothing that seals it."""
    blocks: list[Block] = [
        KeyValues(pairs=(("被检查人", matter.applicant), ("检查事项", matter.name), ("批准文书", what.permit))),
        KeyValues(pairs=(("检查日期", chinese_date(what.inspected_on) if what.inspected_on else BLANK),
                         ("检查时间", what.at or BLANK)), per_row=2),
        KeyValues(pairs=(("检查地点", what.place or BLANK), ("在场人员", what.present or BLANK))),
        _people(what.inspectors),
        _findings(what.findings),
    ]  # fmt: skip
    if what.places or form:
        blocks.append(_places(what.places))
    said = what.holder_said or ("" if form else "无")
    blocks += [
        KeyValues(pairs=(("被检查人的陈述和意见", said or TO_SIGN * 2),)),
        KeyValues(per_row=2, pairs=(("检查人员签名", TO_SIGN), ("被检查人签名", TO_SIGN),
                                    ("签名日期", BLANK), ("拒签情况", BLANK))),
        para("检查人员不得少于两人，检查时应当出示执法证件。本记录由检查人员签名后归档。"),
    ]  # fmt: skip
    title = "现场检查记录表" if form else "现场检查记录"
    return issue.letter(title=title, addressee="", blocks=tuple(blocks), head=Head.LETTER, note="", sealed=not form)


def _people(inspectors: Sequence[tuple[str, str, str]]) -> Table:
    columns = (Column(head="检查人员", weight=2), Column(head="职务", weight=2), Column(head="执法证号", weight=3))
    rows = tuple(inspectors) or ((BLANK,) * 3,) * 2
    return Table(columns=columns, rows=tuple(tuple(cell or BLANK for cell in row) for row in rows))


def _findings(findings: Sequence[tuple[str, str, str]]) -> Table:
    columns = (
        Column(head="检查内容", weight=4, align=Align.LEFT), Column(head="结果", weight=5),
        Column(head="检查情况", weight=5, align=Align.LEFT),
    )  # fmt: skip
    rows = tuple((name, FINDINGS.get(code, TO_TICK), seen or ROOM) for name, code, seen in findings)
    return Table(columns=columns, rows=rows or ((ROOM, TO_TICK, ROOM),) * LINES_TO_FILL)


def _places(places: Sequence[tuple[str, str, str, str]]) -> Table:
    columns = (
        Column(head="照片", weight=4, align=Align.LEFT), Column(head="经度", weight=2), Column(head="纬度", weight=2),
        Column(head="说明", weight=4, align=Align.LEFT),
    )  # fmt: skip
    rows = tuple(places) or ((BLANK,) * 4,) * LINES_TO_FILL
    return Table(columns=columns, rows=tuple(tuple(cell or BLANK for cell in row) for row in rows))


class Accepted(Struct, frozen=True, kw_only=True):
    """What a certificate of acceptance says. `title`, `law`, `finding`: as the kind declares them."""

    title: str
    law: str
    finding: str
    permit: str
    obligation: str
    reported_on: date
    inspected_on: date | None
    place: str
    inspectors: Sequence[str]
    table: tuple[tuple[str, ...], Sequence[tuple[str, ...]]]
    """Heads, and a row for each part."""


def acceptance_certificate(issue: Issue, matter: Matter, what: Accepted) -> Letter:
    """更新验收合格证, 采伐作业质量验收证明: what was inspected and found right, of which permit, where, by whom."""
    when = f"经{chinese_date(what.inspected_on)}现场检查" if what.inspected_on else "经审查"
    heads, rows = what.table
    blocks: list[Block] = [
        KeyValues(pairs=(("被许可人", matter.applicant), ("许可文书", what.permit), ("验收事项", what.obligation))),
        KeyValues(pairs=(("报告日期", chinese_date(what.reported_on)),
                         ("检查日期", chinese_date(what.inspected_on) if what.inspected_on else "—")), per_row=2),
        KeyValues(pairs=(("检查地点", what.place or "—"), ("检查人员", "、".join(what.inspectors) or "—"))),
    ]  # fmt: skip
    if rows:
        columns = tuple(
            Column(head=head, weight=2 if at else 3, align=Align.CENTRE if at else Align.LEFT)
            for at, head in enumerate(heads)
        )
        blocks.append(Table(columns=columns, rows=tuple(rows)))
    this = "本证明" if what.title.endswith("证明") else "本证"
    blocks.append(para(f"{when}，{matter.you}{what.finding}。根据{what.law}的规定，发给{this}。"))
    return issue.letter(title=what.title, addressee="", blocks=tuple(blocks), head=Head.LETTER)


def rectification(
    issue: Issue, matter: Matter, *, permit: str, obligation: str, words: str = "", found: str,
    demands: tuple[str, ...], basis: str, until: date, resource: bool = True,
) -> Letter:  # fmt: skip
    """责令限期整改通知书: what was found, what is to be put right by when, on what law, and the remedies.
    `words` is what a condition says; `resource`: a natural resource is used under the permit (许可法 66)."""
    law = f"根据{LICENSING_LAW}第六十六条和{basis}的规定，" if matter.licence and resource else f"根据{basis}的规定，"
    what = f"{obligation}（{words.rstrip('。；')}）" if words else obligation
    seen = f"检查情况：{''.join(sentences(found)).rstrip('。；')}。" if found else ""
    return issue.letter(
        title="责令限期整改通知书", addressee=matter.applicant, head=Head.LETTER,
        blocks=(
            para(
                f"经检查，{matter.you}依据{permit}实施的{matter.name}事项中，“{what}”不符合要求。{seen}{law}责令{matter.you}在"
                f"{chinese_date(until)}前（含当日）完成下列整改："
            ),
            *numbered(demands),
            para(
                "整改完成后，应当在上述期限内向本机关提交整改情况报告及证明材料。逾期不整改或者整改不符合要求的，"
                "将依法处理。"
            ),
            remedies(issue, matter, "本通知"),
        ),
    )  # fmt: skip
