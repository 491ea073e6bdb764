"""审计报告: scope, how the sample was drawn, counts, findings with answers and state, as one PDF.

It is bound from the engagement's record and bears no number and no seal; the one kept with the closing entry has its
hash there. Its form is the program's own: 审计报告 as the standards of state audit have it is written by the auditors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone, translation

from permits.documents.content import (
    Align,
    Annex,
    Block,
    Column,
    Form,
    Heading,
    KeyValues,
    Paragraph,
    Table,
    chinese_date,
)
from permits.documents.handed_in import OFFICIAL
from permits.documents.rendering import render
from permits.text.numerals import chinese_numeral
from roles.days import CHINA, local_today
from roles.models import Person
from workflows.engagements.standing import Answer, Finding, Standing, Verdict, before, stratum_label
from workflows.models import EngagementEntry, Entry
from workflows.tables import act_label, kind_label

NOTHING = "—"
HOW = (
    "总体为下列时间之前记录的、属于审计范围的决定所涉办件，每件一行（申请编号、事项、结果，以制表符分隔，每行以换行符结束），按申请编号排序。"
    "对每件计算“种子|申请编号”的SHA-256值（十六进制小写），按该值由小到大取前若干件；分层的，样本数按各层件数比例分配，余数大者先得，各层分别取。"
    "总体清单可以在审计项目页面下载，任何人据此可以重新计算。"
)


def report(standing: Standing, *, by: Person, closing: Mapping[str, str] | None = None) -> bytes:
    """The PDF, in the official language; `closing` is what the closing entry says, None of an engagement that goes on.

    Raises FontMissing where this installation can print nothing.
    """
    with translation.override(OFFICIAL):
        return render(_form(standing, by, closing))


def _form(standing: Standing, by: Person, closing: Mapping[str, str] | None) -> Form:
    title = "审计报告" if closing else "审计报告（未结项，供内部使用）"
    number = f"{standing.engagement.year}年第{standing.engagement.serial}号"
    blocks = (
        *_scope(standing),
        *_samples(standing),
        *_counts(standing),
        *_findings(standing),
        *_end(closing),
    )
    annex = Annex(title="样本清单", blocks=(_sample_list(standing),), landscape=True)
    return Form(
        title=title,
        applicant="",
        blocks=blocks,
        statement="",
        annexes=(annex,) if standing.cases else (),
        foot=f"{standing.said['title']}　审计项目{number}　{chinese_date(local_today())}　{by}　由审计项目记录汇总",
    )


def _scope(standing: Standing) -> Iterator[Block]:
    said, scope = standing.said, standing.scope
    term = said["term"]
    pairs = [
        ("项目名称", said["title"]),
        ("立项依据", said["ground"]),
        ("审计机关", said["auditing"]["name"]),
        ("被审计机关", said["agency"]["name"] if said["agency"] else f"{said['place']['name']}内各机关"),
        ("被审计负责人", f"{term['name']}（{term['post']}）" if term else ""),
        ("办理人员", said["person"]["name"] if said["person"] else ""),
        ("事项", kind_label(scope.kind) if scope.kind else "全部"),
        ("决定日期", f"{chinese_date(scope.since)}至{chinese_date(scope.until)}"),
        ("审计组成员", "、".join(standing.members.values())),
    ]
    yield Heading(text="一、审计范围")
    yield KeyValues(pairs=tuple(pair for pair in pairs if pair[1]))


def _samples(standing: Standing) -> Iterator[Block]:
    yield Heading(text="二、抽样")
    if not standing.samples:
        yield Paragraph(text="未抽取样本。")
        return
    yield Paragraph(text=HOW)
    for number, row in enumerate(standing.samples, 1):
        said = row.facts
        pairs = [
            ("抽取次序", f"第{number}次，{_when(row)}，{row.content['name']}"),
            ("理由", said["reason"]),
            ("总体", f"{said['size']}件，SHA-256：{said['sha256']}"),
            ("总体所截时间", f"{timezone.localtime(before(row), CHINA):%Y-%m-%d %H:%M:%S.%f}（北京时间）"),
            ("种子", said["seed"]),
            ("分层", {"kind": "按事项", "outcome": "按结果"}.get(said["strata"], "不分层")),
            ("样本", f"{said['wanted']}件{_parts(said)}"),
            ("已抽而除外", f"{said['left_out']}件" if said["left_out"] else ""),
        ]
        yield KeyValues(pairs=tuple(pair for pair in pairs if pair[1]))


def _parts(said: dict[str, Any]) -> str:
    """How many of each stratum."""
    if not said["strata"]:
        return ""
    told = (
        f"{stratum_label(said['strata'], one['stratum'])}{one['size']}件中抽取{one['share']}件" for one in said["parts"]
    )
    return f"：{'，'.join(told)}"


def _when(row: EngagementEntry) -> str:
    at = timezone.localtime(row.at, CHINA)
    return f"{chinese_date(at.date())}{at:%H:%M}"


def _counts(standing: Standing) -> Iterator[Block]:
    count = Counter(one.verdict for one in standing.cases.values())
    states = Counter(str(one.state) for one in standing.findings)
    yield Heading(text="三、审查结果")
    yield KeyValues(
        pairs=(
            ("样本", f"{len(standing.cases)}件"),
            ("未发现问题", f"{count[Verdict.OK]}件"),
            ("发现问题", f"{count[Verdict.FINDING]}件"),
            ("无法判断", f"{count[Verdict.NOT_JUDGED]}件"),
            ("尚无结论", f"{count['']}件"),
            ("发现问题（条）", f"{len(standing.findings)}条"),
            *((state, f"{many}条") for state, many in sorted(states.items())),
        ),
        per_row=2,
    )


def _findings(standing: Standing) -> Iterator[Block]:
    yield Heading(text="四、发现问题及整改")
    if not standing.findings:
        yield Paragraph(text="未发出问题。")
    for number, finding in enumerate(standing.findings, 1):
        said = finding.row.facts
        yield Paragraph(text=f"（{chinese_numeral(number)}）{said['text']}")
        yield KeyValues(
            pairs=(
                ("被审计机关", said["agency"]["name"]),
                ("违反条款", said["clause"]),
                ("严重程度", finding.grade),
                ("涉及办件", "、".join(one["number"] for one in said["cases"])),
                ("发出", _when(finding.row)),
                *_followed(finding),
                ("现状", _state(standing, finding)),
            )
        )


def _state(standing: Standing, finding: Finding) -> str:
    due = finding.due
    return f"{finding.state}，应于{chinese_date(due)}前反馈" if due and not standing.closed else str(finding.state)


def _followed(finding: Finding) -> Iterator[tuple[str, str]]:
    words = {
        Entry.ANSWERED: "机关反馈", Entry.RECTIFIED: "整改报告", Entry.ACCEPTED: "销号", Entry.SENT_BACK: "退回",
    }  # fmt: skip
    for row in finding.follow_ups:
        if row.entry not in words:
            continue
        said = row.facts
        text = said.get("text") or said.get("opinion") or said.get("reason") or ""
        stance = f"{Answer(said['position']).label}。" if "position" in said else ""
        done = f"整改完成日期为{chinese_date(date.fromisoformat(said['done_on']))}。" if "done_on" in said else ""
        files = f"（附件{len(said['files'])}份）" if said.get("files") else ""
        yield words[Entry(row.entry)], f"{_when(row)}　{stance}{done}{text}{files}"


def _end(closing: Mapping[str, str] | None) -> Iterator[Block]:
    if closing:
        yield Heading(text="五、审计结论")
        yield Paragraph(text=closing["conclusion"])
        if closing["reason"]:
            yield Paragraph(text=f"尚有未了事项而结项的理由：{closing['reason']}")


def _sample_list(standing: Standing) -> Table:
    """Every case of the sample in the order drawn."""
    columns = (
        Column(head="序号", weight=0.5), Column(head="申请编号", weight=1.8),
        Column(head="事项", weight=1.6, align=Align.LEFT), Column(head="结果"),
        Column(head="排序值（前16位）", weight=1.6),
        Column(head="结论"), Column(head="条款或者原因", weight=1.8, align=Align.LEFT), Column(head="问题", weight=0.7),
    )  # fmt: skip
    rows = []
    for number, case in enumerate(standing.cases.values(), 1):
        rows.append((
            str(number), case.number, kind_label(case.kind), act_label(case.kind, case.outcome), case.order[:16],
            case.verdict_label or NOTHING, case.ground or NOTHING,
            "、".join(str(one) for one in case.findings) or NOTHING,
        ))  # fmt: skip
    return Table(columns=columns, rows=tuple(rows))
