"""The timeline of permits as a picture: a row each, from the record alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils import timezone, translation

from permits.kinds import kind_of
from permits.models import Act, Application
from permits.models.permit import P

LEFT, ROW, TOP, DAY, RIGHT = 312, 26, 70, 1.9, 20
FONT: Final = "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
COLOURS: Final = {
    P.VALID: "#2e7d4f", P.EXPIRED: "#9aa0a6", P.SUPERSEDED: "#7a6fa8", P.WITHDRAWN: "#b26a00", P.REVOKED: "#b3261e",
    P.CANCELLED: "#5f6368", P.FORFEITED: "#7b1f1f", P.ANNULLED: "#8e24aa",
}  # fmt: skip
MARKS: Final = {
    "warn_of_end": ("△", "到期提示"), "ask_extension": ("申", "申请延续"), "grant_extension": ("延", "准予延续"),
    "deem_extended": ("视", "视为准予延续"), "refuse_extension": ("否", "不予延续"), "grant_change": ("更", "准予变更"),
    "reissue_permit": ("补", "补发"), "report_obligation": ("○", "报告"), "record_inspection": ("检", "现场检查"),
    "order_rectification": ("改", "责令整改"), "report_rectification": ("◇", "报告整改"),
    "note_overdue": ("！", "义务逾期"), "find_breach": ("违", "认定违反"), "raise_alarm": ("警", "逃逸报警"),
}  # fmt: skip
"""Acts shown above the bar; an end is shown by the colour that follows."""
PER_LINE: Final = 7


def drawn(rows: Sequence[tuple[str, Application]], first: date, last: date) -> str:
    """The picture as SVG, of cases whose permits were granted, from `first` to `last`."""
    width, height = LEFT + (last - first).days * DAY + RIGHT, TOP + len(rows) * ROW + 90
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:.0f} {height}", role="img")
    root.set("font-family", FONT)
    SubElement(root, "title").text = "二十件许可的一年"
    SubElement(root, "rect", width="100%", height="100%", fill="#ffffff")
    _text(root, 12, 28, "二十件许可的一年：从准予到终止", size=18)
    _text(root, 12, 48, f"{first.isoformat()} 至 {last.isoformat()}，取自办件记录", size=12, fill="#5f6368")
    _months(root, first, last, TOP + len(rows) * ROW)
    with translation.override("zh-hans"):
        for number, (title, application) in enumerate(rows):
            _row(root, TOP + number * ROW, title, application, first, last)
        _legend(root, TOP + len(rows) * ROW + 24)
    return tostring(root, encoding="unicode").replace("><", ">\n<") + "\n"


def _row(root: Element, top: int, title: str, application: Application, first: date, last: date) -> None:
    kind = str(kind_of(application).label)
    _text(root, 12, top + 17, f"{kind}　{title}", size=12)
    acts = list(application.acts.order_by("seq"))
    for since, until, status in _spans(acts, last):
        box = SubElement(root, "rect", x=_x(since, first), y=str(top + 14), height="7", fill=COLOURS[status])
        box.set("width", f"{max(1, (until - since).days * DAY):.1f}")
    end = -1.0
    for act in acts:
        if act.act in MARKS:
            where = max(LEFT + (timezone.localdate(act.at) - first).days * DAY, end)
            _text(root, where, top + 11, MARKS[act.act][0], size=9)
            end = where + 9.5


def _spans(acts: Sequence[Act], last: date) -> Iterator[tuple[date, date, P]]:
    """From when to when the permit stood how, as the acts tell; an expiry counts from the day after its last day."""
    told: list[tuple[date, P]] = []
    for act in acts:
        status = act.content.get("sets", {}).get("permit_status")
        if status is not None and (not told or told[-1][1] != status):
            day = timezone.localdate(act.at)
            if act.act == "expire_permit":
                day = date.fromisoformat(act.facts["ended_on"]) + timedelta(days=1)
            told.append((day, P(status)))
    for number, (day, status) in enumerate(told):
        yield day, told[number + 1][0] if number + 1 < len(told) else last, status


def _months(root: Element, first: date, last: date, bottom: int) -> None:
    day = date(first.year, first.month, 1)
    while day <= last:
        if day >= first:
            line = SubElement(root, "line", x1=_x(day, first), x2=_x(day, first), y1=str(TOP - 8), y2=str(bottom))
            line.set("stroke", "#d0d4d9" if day.month > 1 else "#80868b")
            name = f"{day.year}年1月" if day.month == 1 else f"{day.month}月"
            _text(root, LEFT + (day - first).days * DAY + 3, TOP - 8, name, size=10, fill="#5f6368")
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _legend(root: Element, top: int) -> None:
    for number, (status, colour) in enumerate(COLOURS.items()):
        left = 12 + number * 128
        SubElement(root, "rect", x=str(left), y=str(top - 8), width="14", height="8", fill=colour)
        _text(root, left + 19, top, str(status.label).partition("（")[0], size=11)
    for number, (mark, name) in enumerate(MARKS.values()):
        _text(root, 12 + number % PER_LINE * 146, top + 22 + number // PER_LINE * 20, f"{mark} {name}", size=11)


def _x(day: date, first: date) -> str:
    return f"{LEFT + (day - first).days * DAY:.1f}"


def _text(root: Element, x: float, y: float, text: str, *, size: int, fill: str = "#202124") -> None:
    one = SubElement(root, "text", x=f"{x:.1f}", y=f"{y:.0f}", fill=fill)
    one.set("font-size", str(size))
    one.text = text
