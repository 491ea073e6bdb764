"""An application as it was handed in, as a PDF, made from its canonical text alone: it says what was decided on.

It is no paper of an agency: it bears no number and no seal, and on each page the hash of the text it shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import override
from reportlab.platypus import Flowable

from permits.documents.application_form import files_table
from permits.documents.content import Block, Heading, KeyValues, chinese_date
from permits.documents.handed_in import files_of
from permits.documents.paper import PORTRAIT, Centred, Gap, Plan, Sheet, flowables, page_number, running_head, typeset
from permits.drafts.changes import Words
from permits.kinds import kind_of
from permits.models import Application, Submission
from permits.tables.kind import TableKind
from permits.tables.listing import listing
from permits.text.fonts import load


def handed_in_pdf(submission: Submission) -> bytes:
    """What was asked for, field by field in Chinese, with the names and hashes of the files handed in beside it. A
    character that no font has is told by a mark in its place: one odd name keeps no volume back."""
    fonts, case = load(), submission.application
    with override("zh-hans"):
        blocks = fonts.shown_throughout(_blocks(submission))
        title = fonts.shown(f"{kind_of(case).label}申请")
    head = fonts.shown(f"{case}　提交内容的 SHA-256：{submission.sha256}")

    def plan(counted: Counter[str]) -> Plan:
        running = running_head(fonts, PORTRAIT, head[: len(head) - 40] + "…", "申请内容", counted["all"])
        story: list[Flowable] = [Centred(fonts, title), Gap(0.6), *flowables(fonts, blocks, PORTRAIT)]
        return Plan([Sheet("all", PORTRAIT, [page_number(fonts), running])], story, fonts.default)

    return typeset(plan, title=title, author=str(case.unit), subject=str(case))[0]


def _blocks(submission: Submission) -> tuple[Block, ...]:
    case, content = submission.application, submission.content
    at = timezone.localtime(submission.act.at)
    first = [("申请人", str(case.unit)), ("项目名称", content["title"] or "—")]
    first += [("申请编号", str(case)), ("提交时间", f"{chinese_date(at.date())} {at:%H:%M}")]
    blocks: list[Block] = [KeyValues(pairs=tuple(first)), *_asked(case, content["asked"])]
    if files := files_of(case, content["materials"]):
        blocks += [Heading(text="申请材料"), files_table(files)]
    return tuple(blocks)


def _asked(case: Application, asked: Mapping[str, Any]) -> Iterator[Block]:
    """What was asked for, as the kind's own fields name it; of a kind no longer installed, as the text has it."""
    kind = kind_of(case)
    if isinstance(kind, TableKind):
        yield from _told("基本情况", kind.head.facts(kind.head_model, asked[kind.head_key]))
        rows = asked[kind.rows_key]
        for row, cells in zip(rows, listing(kind.table, rows).rows, strict=True):
            yield from _told(kind.table.name_of(row), [(column.heading, text) for column, text in cells])
        return
    words = Words(case.kind)
    for part, value in asked.items():
        for row in value if isinstance(value, list) else [value]:
            told = row if isinstance(row, Mapping) else {part: row}
            yield from _told(
                words.name(part), [(words.name(name), words.value(name, one)) for name, one in told.items()]
            )


def _told(name: str, said: Iterable[tuple[str, str]]) -> Iterator[Block]:
    if pairs := tuple((str(label), str(text)) for label, text in said if text):
        yield Heading(text=name)
        yield KeyValues(pairs=pairs, per_row=2)
