"""卷宗封面 and 卷内目录: what a volume begins with.

The terms are those of the archives; no layout and no term of keeping 保管期限 is prescribed by a source at hand (facts
W33 verifies DA/T 85-2019 by its reviews alone), so none is printed: the archivist adds what the own rules ask for.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, NextPageTemplate, PageBreak

from permits.documents.content import Align, Column, KeyValues, Table, chinese_date
from permits.documents.paper import LEADING, PORTRAIT, Centred, Gap, Plan, Sheet, flowables, running_head, typeset
from permits.documents.typeset import Setter, Style, Text, draw_line
from permits.kinds import kind_of
from permits.models import Application
from permits.text.fonts import Fonts
from permits.volume.contents import Enclosed
from roles.days import local_today

COVER_TITLE = Style(size=40, leading=64, bold=True, align=Align.CENTRE)
COVER_AGENCY = Style(size=20, leading=34, bold=True, align=Align.CENTRE)
LIST_TITLE = Style(size=22, leading=38, bold=True, align=Align.CENTRE)
REMARK = Style(size=10.5, leading=16)
COLUMNS = (
    Column(head="序号", weight=0.5), Column(head="题名", weight=3.6, align=Align.LEFT),
    Column(head="文号", weight=1.9), Column(head="日期", weight=1.1), Column(head="页号", weight=0.8),
)  # fmt: skip
NOT_PRINTED = "未打印"


class Line(Struct, frozen=True, kw_only=True):
    """One line of the list: what is enclosed, and the pages it has in the volume; none where it is not printed, and
    then why."""

    enclosed: Enclosed
    first: int = 0
    pages: int = 0
    why_not: str = ""

    @property
    def place(self) -> str:
        """Its pages as the list has them."""
        if not self.pages:
            return NOT_PRINTED
        return str(self.first) if self.pages == 1 else f"{self.first}–{self.first + self.pages - 1}"


def front_pages(application: Application, agency: str, lines: Sequence[Line], fonts: Fonts) -> bytes:
    """Cover and list as a PDF. `agency` has the case; the pages counted are those that bear a number."""
    cover = fonts.shown_throughout(_facts(application, agency, lines))
    listed = fonts.shown_throughout(tuple(_cells(number, line) for number, line in enumerate(lines, 1)))
    left_out = fonts.shown_throughout(_left_out(lines))
    head, agency = str(application), fonts.shown(agency)

    def plan(counted: Counter[str]) -> Plan:
        sheets = [
            Sheet("cover", PORTRAIT, []),
            Sheet("list", PORTRAIT, [running_head(fonts, PORTRAIT, f"卷宗　{head}", "卷内目录", counted["list"])]),
        ]
        story: list[Flowable] = [
            Gap(1.5),
            Centred(fonts, agency, COVER_AGENCY),
            Gap(1),
            Centred(fonts, "卷　宗", COVER_TITLE),
        ]
        story += [Gap(2), *flowables(fonts, (cover,), PORTRAIT), NextPageTemplate("list"), PageBreak()]
        story += [Centred(fonts, "卷 内 目 录", LIST_TITLE), Gap(0.3)]
        story += flowables(fonts, (Table(columns=COLUMNS, rows=listed),), PORTRAIT)
        story += [Text(Setter(fonts, REMARK), text) for text in left_out]
        return Plan(sheets, story, fonts.default)

    return typeset(plan, title=f"卷宗 {head}", author=agency, subject=head)[0]


def _facts(application: Application, agency: str, lines: Sequence[Line]) -> KeyValues:
    pages = sum(line.pages for line in lines)
    return KeyValues(
        pairs=(
            ("申请编号", str(application)),
            ("事项名称", str(kind_of(application).label)),
            ("项目名称", application.title or "—"),
            ("申请人", str(application.unit)),
            ("办理机关", agency or "—"),
            ("收件日期", _day(application.received_on)),
            ("受理日期", _day(application.accepted_on)),
            ("决定日期", _day(application.decided_on)),
            ("办理结果", application.get_status_display()),
            ("件数、页数", f"共{len(lines)}件，{pages}页"),
            ("制卷日期", _day(local_today())),
        )
    )


def _day(day: date | None) -> str:
    return chinese_date(day) if day else "—"


def _cells(number: int, line: Line) -> tuple[str, ...]:
    one = line.enclosed
    return str(number), one.title, one.number or "—", f"{one.dated:%Y-%m-%d}", line.place


def _left_out(lines: Sequence[Line]) -> tuple[str, ...]:
    told = [f"第{number}件{line.why_not}，SHA-256：{line.enclosed.sha256}。"
            for number, line in enumerate(lines, 1) if line.why_not]  # fmt: skip
    return ("注：文书的电子印章在合订后不能核验，核验请用各文书原件。", *told)


def page_numbers(sizes: Sequence[tuple[float, float]], fonts: Fonts) -> bytes:
    """A PDF with a page of each size (points), empty but for its number at the upper right corner, where the pages of
    a file are numbered."""
    stream, setter = io.BytesIO(), Setter(fonts, Style(size=11, leading=11))
    canvas: Any = Canvas(stream, invariant=1, pageCompression=1, initialFontName=fonts.default)
    for number, (width, height) in enumerate(sizes, 1):
        canvas.setPageSize((width, height))
        (line,) = setter.lines(str(number), LEADING * 10)
        x, y = width - 12 * mm - line.width, height - 12 * mm
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(x - 3, y - 3, line.width + 6, 15, stroke=0, fill=1)  # over a dark scan it can be read
        canvas.setFillColorRGB(0, 0, 0)
        draw_line(canvas, setter, line, (x, y), line.width)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()
