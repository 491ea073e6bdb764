"""离任审计卷宗: the decisions of a term, an officer or an agency bound as one PDF: cover, period, figures, list.

It is a copy for the audit's file, no paper of an organ: without number and seal. The plans ask that natural-forest work
be part of leaving-office audits 领导干部自然资源资产离任审计 (S0 L36, S1 L50 and L71); which figures such an audit
wants is not said there, so it holds what the record can answer for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils import timezone, translation

from permits.clocks.timing import Timing
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
from permits.models import ACTS, Act, Application
from permits.models.permit import P
from roles.aside import copy_read
from roles.days import CHINA, local_today
from roles.models import Person
from workflows.desk.asked import Asked
from workflows.desk.decisions import DECIDING, ON_PERMITS, decisions, in_time, timings_of
from workflows.desk.extents import NONE, Extent, extents
from workflows.desk.passed import stood_against
from workflows.tables import kind_label

MOST = 2_000
"""Decisions listed; a volume holds no more."""
NOTHING = "—"
Land = Mapping[int, Extent]
"""By case."""
Timed = Mapping[int, Timing | None]
"""By decision."""


def dossier(asked: Asked, *, by: Person) -> Form:
    """What it tells, in the official language, read to the end: `typeset` asks the database nothing."""
    with translation.override(OFFICIAL):
        joined = ("application__unit", "application__jurisdiction", "person", "on_behalf_of", "agency")
        acts = list(decisions(asked).select_related(*joined).defer("body")[: MOST + 1])
        return _form(asked, acts, by)


def typeset(told: Form) -> bytes:
    """The PDF. Raises FontMissing where this installation can print nothing."""
    with translation.override(OFFICIAL):
        return render(told)


def _form(asked: Asked, acts: list[Act], by: Person) -> Form:
    told, now = acts[:MOST], timezone.localtime(timezone=CHINA)
    land, timings = extents({act.application_id for act in told}), timings_of(told)
    title = "领导干部自然资源资产离任审计" if asked.get("term") else "审批决定审计"
    return Form(
        title=f"{title}卷宗",
        applicant="",
        blocks=(*_cover(asked, by), *_figures(told, land, timings), *_limits(len(acts) > MOST)),
        statement="",
        annexes=(Annex(title="审批决定清单", blocks=(_list(told, land, timings),), landscape=True),) if told else (),
        foot=f"{title}卷宗　{chinese_date(now.date())}　{by}　由办件记录自动汇总",
    )


def _cover(asked: Asked, by: Person) -> Iterator[Block]:
    """Of whom, of which days, within what."""
    term, said = asked.get("term"), asked.get
    pairs = [("审计对象", f"{term.person}（{term.post}，{term.post.agency}）")] if term else []
    since, until = (term.since, term.until) if term else (None, None)
    pairs += [
        ("任职期间", f"{chinese_date(since)}至{chinese_date(until) if until else '今'}") if since else ("", ""),
        ("决定日期", f"{_day(said('since'))}至{_day(said('until'))}"),
        ("机关", str(said("agency") or (term.post.agency if term else "全部"))),
        ("办理人员", str(said("person") or "全部")),
        ("事项", kind_label(said("kind")) if said("kind") else "全部"),
        ("地区", str(said("place") or "全部")),
        ("编制人", str(by)),
        ("编制日期", chinese_date(local_today())),
        *_as_of(),
    ]
    yield Heading(text="一、范围")
    yield KeyValues(pairs=tuple(pair for pair in pairs if pair[0]), per_row=1 if term else 2)


def _as_of() -> Iterator[tuple[str, str]]:
    """Until when the data go, where they are of a replica that lacks something."""
    copy = copy_read()
    if copy and copy.behind:
        yield "数据截至", f"{timezone.localtime(copy.as_of, CHINA):%Y-%m-%d %H:%M:%S}"


def _day(day: date | None) -> str:
    return chinese_date(day) if day else "不限"


def _figures(acts: list[Act], land: Land, timings: Timed) -> Iterator[Block]:
    """How many of each decision, in what time, against which findings, how much land."""
    count = Counter(act.act for act in acts)
    cases = {act.application_id for act in acts}
    timed = [timing for _case, timing in {(act.application_id, timings[act.pk]) for act in acts} if timing]
    yield Heading(text="二、数据")
    yield KeyValues(
        pairs=(
            *((str(ACTS[name].label), f"{count[name]}件") for name in (*DECIDING, *ON_PERMITS) if count[name]),
            ("合计", f"{len(acts)}件，涉及办件{len(cases)}件"),
            ("超过法定期限", f"{sum(one.after_statute for one in timed)}件"),
            ("超过承诺时限", f"{sum(one.after_promise for one in timed)}件"),
            *_of_approvals([act for act in acts if act.act == "approve"], land),
        ),
        per_row=2,
    )
    if acts:
        yield _by_kind(acts, count)


def _of_approvals(approvals: list[Act], land: Land) -> Iterator[tuple[str, str]]:
    """How many were given against a finding, and how much land was granted: a case approved anew counts once."""
    warned = Act.objects.filter(pk__in=[act.pk for act in approvals]).filter(stood_against()).count()
    yield "有规则提示或者经认定仍予批准", f"{warned}件"
    approved = Application.objects.filter(pk__in={act.application_id for act in approvals})
    standing = approved.exclude(permit__status=P.ANNULLED).values_list("pk", flat=True)
    area = sum((land.get(case, NONE).hectares or Decimal(0) for case in standing), Decimal(0))
    yield "批准面积（按申报）", f"{area.normalize():f}公顷"


def _by_kind(acts: list[Act], count: Mapping[str, int]) -> Table:
    """How many of each decision by kind; those on permits, which are few, in one column. Of decisions that were never
    taken (`count`) there is no column."""
    kinds: dict[str, Counter[str]] = {}
    for act in acts:
        kinds.setdefault(kind_label(act.application.kind), Counter())[act.act] += 1
    deciding = [name for name in DECIDING if count[name]]
    on_permits = [name for name in ON_PERMITS if count[name]]
    columns = [Column(head="事项", weight=2, align=Align.LEFT)]
    columns += [Column(head=str(ACTS[name].label)) for name in deciding]
    if on_permits:
        columns.append(Column(head="就许可作出的决定"))
    rows = []
    for kind, of_kind in sorted(kinds.items()):
        row = [kind, *(str(of_kind[name]) for name in deciding)]
        if on_permits:
            row.append(str(sum(of_kind[name] for name in on_permits)))
        rows.append(tuple(row))
    return Table(columns=tuple(columns), rows=tuple(rows), caption="按事项")


def _limits(cut: bool) -> Iterator[Block]:
    """What a reader must not take it for."""
    yield Heading(text="三、说明")
    yield Paragraph(
        text="数据取自办件记录和计时记录；期限按国务院办公厅公布的工作日历计算，不含依法不计入期限的时间；面积为最后一次提交的申报数，批准面积每件办件计一次，不含准予决定经复议、诉讼被撤销的办件。本卷宗不是审计结论。"
    )
    if cut:
        yield Paragraph(text=f"决定超过{MOST}件，只列最近的{MOST}件，数据亦以此为限；请缩短期间分册编制。")


def _list(acts: list[Act], land: Land, timings: Timed) -> Table:
    """Every decision, the latest first."""
    columns = (
        Column(head="序号", weight=0.5), Column(head="申请编号", weight=1.7),
        Column(head="申请单位", weight=1.8, align=Align.LEFT), Column(head="事项", weight=1.6, align=Align.LEFT),
        Column(head="地区"), Column(head="决定"), Column(head="日期", weight=1.1), Column(head="办理人"),
        Column(head="面积（公顷）", align=Align.RIGHT), Column(head="时限"),
    )  # fmt: skip
    rows = []
    for number, act in enumerate(acts, 1):
        case, area = act.application, land.get(act.application_id, NONE).hectares
        who = f"{act.person}（代{act.on_behalf_of}）" if act.on_behalf_of else str(act.person or NOTHING)
        rows.append((
            str(number), str(case), str(case.unit), kind_label(case.kind), str(case.jurisdiction),
            case.act_label(act.act), act.at.astimezone(CHINA).date().isoformat(), who,
            NOTHING if area is None else f"{area:f}", in_time(act, timings[act.pk]),
        ))  # fmt: skip
    return Table(columns=columns, rows=tuple(rows))
