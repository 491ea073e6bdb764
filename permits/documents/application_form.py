"""申请书: everything one submission holds as one PDF, or a draft as it stands, marked 未提交.

Made anew each time from the submission, which never changes: the same submission gives the same bytes, as long as the
words of its kind stay. It is the applicant's own paper, so it has no number and no seal; what it is checked by is the
submission's hash at the foot of each page, which the record of the case holds (docs/decisions/0015).

许可法 29: the form asks nothing that has no direct bearing on the matter; 31: the applicant answers for the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone, translation

from permits.documents.content import (
    Align,
    Asked,
    Block,
    Column,
    Form,
    Heading,
    KeyValues,
    Paragraph,
    Table,
)
from permits.documents.forms import HandedIn
from permits.documents.forms.receipt import chinese_minute, size_in_words
from permits.documents.handed_in import OFFICIAL, files_of
from permits.documents.rendering import render
from permits.documents.watermark import marked
from permits.drafts.changes import Words
from permits.drafts.material_names import in_listed_order
from permits.kinds import kind_of
from permits.models import Act, Application, Submission
from permits.models.material import current_files
from permits.text.numerals import chinese_numeral

NOT_HANDED_IN = "未提交"
TRUTH = "本申请人对申请材料实质内容的真实性负责。"
TRUTH_BY_LAW = "本申请人已知悉：根据《中华人民共和国行政许可法》第三十一条，申请人对申请材料实质内容的真实性负责。"
NOTHING = "—"


def application_form(submission: Submission) -> bytes:
    """The PDF of what was handed in. Raises FontMissing where this installation can print nothing."""
    return render(form_of(submission))


def draft_form(application: Application) -> bytes:
    """The same of a draft as it stands now, each page marked 未提交. Raises as `application_form`."""
    unit = application.unit
    content = {
        "title": application.title,
        "applicant": {"name": unit.name, "uscc": unit.uscc, "address": unit.address},
        "asked": kind_of(application).snapshot(application),
        "materials": [
            {"slot": file.material.slot, "name": file.name, "sha256": file.sha256, "size": file.size}
            for file in in_listed_order(application, current_files(application))
        ],
    }
    with translation.override(OFFICIAL):
        form = _form(application, content, (), foot="未提交的草稿，内容以提交时为准")
    return marked([render(form)], NOT_HANDED_IN)


def form_of(submission: Submission) -> Form:
    """What the PDF of a submission says."""
    application, record = submission.application, submission.act
    times = Submission.objects.filter(application=application, act__seq__lte=record.seq).count()
    foot = f"申请编号 {application.number}　第{times}次提交\n本次提交内容的SHA-256：{submission.sha256}"
    with translation.override(OFFICIAL):
        return _form(application, submission.content, _stated(record), foot=foot)


def _form(application: Application, content: Mapping[str, Any], signed: tuple[str, ...], *, foot: str) -> Form:
    kind = kind_of(application)
    asked = kind.in_full(content["asked"]) or _by_fields(kind.code, content["asked"])
    blocks = [*_begins(application, content), *asked.blocks, *_materials(files_of(application, content["materials"]))]
    truth = TRUTH_BY_LAW if kind.licence else TRUTH
    name = content.get("applicant", {}).get("name") or application.unit.name  # not kept with the first submissions
    return Form(
        title=f"{kind.form_matter(content['asked'])}申请书",
        applicant=name,
        blocks=tuple(_counted(blocks)),
        statement=truth,
        annexes=asked.annexes,
        signed=signed,
        foot=foot,
    )


def _begins(application: Application, content: Mapping[str, Any]) -> Iterator[Block]:
    """Who applies for what, where it is filed."""
    unit, given = application.unit, content.get("applicant") or {}
    pairs = (
        ("名称（姓名）", given.get("name") or unit.name),
        ("统一社会信用代码" if unit.kind != unit.Kind.PERSON else "证件号码", given.get("uscc") or unit.uscc),
        ("住所", given.get("address") or ""),
    )
    yield Heading(text="申请单位（个人）")
    yield KeyValues(pairs=tuple((label, value) for label, value in pairs if value))
    yield Heading(text="申请事项")
    what = (
        ("事项", str(kind_of(application).label)),
        ("名称", content.get("title") or NOTHING),
        ("受理地", str(application.jurisdiction)),
        *((("申请编号", application.number),) if application.number else ()),
    )
    yield KeyValues(pairs=what)


def _materials(files: Sequence[HandedIn]) -> Iterator[Block]:
    yield Heading(text="申请材料")
    yield files_table(files) if files else Paragraph(text="没有提交材料。")


def files_table(files: Sequence[HandedIn]) -> Table:
    """The files by their hashes, in full: whoever holds one can compare it."""
    columns = (
        Column(head="序号", weight=0.5),
        Column(head="材料", weight=1.8, align=Align.LEFT),
        Column(head="文件名称", weight=2, align=Align.LEFT),
        Column(head="大小", weight=0.8, align=Align.RIGHT),
        Column(head="SHA-256", weight=1.6),
    )
    rows = (
        (str(number), file.material, file.name, size_in_words(file.size), _in_parts(file.sha256))
        for number, file in enumerate(files, 1)
    )
    return Table(columns=columns, rows=tuple(rows))


def _in_parts(sha256: str) -> str:
    """A hash in four parts, so that it breaks where a reader can follow."""
    return " ".join(sha256[at : at + 16] for at in range(0, len(sha256), 16))


def _counted(blocks: Sequence[Block]) -> Iterator[Block]:
    """The headings numbered 一、二、三."""
    number = 0
    for block in blocks:
        if isinstance(block, Heading):
            number += 1
            yield Heading(text=f"{chinese_numeral(number)}、{block.text}")
        else:
            yield block


def _stated(record: Act) -> tuple[str, ...]:
    """Who sent it, whether the statement was made, and when."""
    at: datetime = timezone.localtime(record.at)
    who = record.content["names"]["person"]
    stated = "提交时已作上述声明" if record.facts.get("statement") else ""
    note = str(record.facts.get("note") or "")
    return tuple(
        line
        for line in (
            f"提交人：{who}" + (f"（{stated}）" if stated else ""),
            f"提交时间：{chinese_minute(at)}",
            f"补正说明：{note}" if note else "",
        )
        if line
    )


def _by_fields(kind: str, asked: Mapping[str, Any]) -> Asked:
    """What a kind says that prints nothing of its own, and one no longer installed: names of fields and values."""
    words = Words(kind)
    blocks: list[Block] = []
    for name, part in asked.items():
        blocks.append(Heading(text=words.name(name)))
        for line in part if isinstance(part, list) else [part]:
            told = line if isinstance(line, Mapping) else {name: line}
            pairs = tuple((words.name(key), words.value(key, value) or NOTHING) for key, value in told.items())
            blocks += [KeyValues(pairs=pairs)] if pairs else []
    return Asked(blocks=tuple(blocks))
