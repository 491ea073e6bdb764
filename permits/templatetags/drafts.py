"""What the pages of a draft show beyond their view's own context."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from permits.acts.assessment import verdict
from permits.documents.forms.titles import public_notice_title
from permits.drafts import corrections
from permits.kinds import kind_of
from permits.models import Application
from permits.models.states import S
from permits.models.submission import last_submission
from permits.rules import BadCase, Finding
from permits.tables.columns import Column
from permits.tables.kind import shown_to
from permits.tables.listing import PLACE, alike, in_one_place, listing
from roles.markup import escaped
from roles.models import Agency

register = template.Library()
_NUMBER, _BRIEF = ' class="number"', ' class="brief"'
SHORT = 7  # signs: fewer are not broken


@register.inclusion_tag("permits/draft/corrections.html")
def correction_list(application: Application, place: str = "") -> dict[str, Any]:
    """The officer's correction list, on every page of a case that awaits correction; lines about `place` are marked."""
    asked = corrections.request_of(application) if application.status == S.CORRECTING else None
    until = asked.facts.get("until") if asked else None
    return {
        "application": application,
        "points": corrections.points(application),
        "place": place,
        "until": date.fromisoformat(until) if until else None,
    }


@register.inclusion_tag("permits/draft/elsewhere.html")
def decided_elsewhere(application: Application) -> dict[str, Any]:
    """What a rule of another organ's matter finds, as soon as the rules can read the draft: before materials are
    gathered for it. One line for each rule and what it says, with the first place and how many more there are.

    Not told: that the role matrix names another agency than the rules, which is asked once the case has its route; and
    nothing of what was handed in, which the check and the officers' pages tell."""
    try:
        found = () if application.number else verdict(application).of("not_competent")
    except BadCase:  # not enough is filled in yet
        found = ()
    lines: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        lines.setdefault((one.rule, str(one.message)), []).append(one)
    return {"application": application, "lines": [(first, len(more)) for first, *more in lines.values()]}


@register.inclusion_tag("permits/draft/titles.html")
def paper_titles(application: Application) -> dict[str, Any]:
    """What the titles of the papers will say of this draft, as they will be printed."""
    kind = kind_of(application)
    found = (kind.reply_title(application), public_notice_title(*kind.title_parts(application)))
    return {"titles": [title for title in found if title]}


@register.filter
def named(application: Application) -> str:
    """What a reader calls the application: its title, or what is applied for."""
    return application.title or str(kind_of(application).label)


@register.filter
def agency_called(name: str) -> str:
    """An agency that the rules call by its Chinese name, in the language of the reader."""
    return str(Agency.objects.filter(name=name).order_by("pk").first() or name)


# Beyond these a page would take seconds to open; the exported table has every row and field.
BRIEF_ROWS, FULL_ROWS = 500, 100


@register.simple_tag(takes_context=True)
def table_summary(context: Context, application: Application) -> dict[str, Any]:
    """What a table kind's application asks for, as who reads the page is shown it; nothing where that is illegible."""
    kind: Any = kind_of(application)  # a table kind: it names the template that asks for this
    if (snapshot := shown_to(context.get("user"), application, kind)) is None:
        return {}
    table, rows = kind.table, snapshot[kind.rows_key]
    same, brief = alike(in_one_place(table, listing(table, rows[:BRIEF_ROWS], names=table.brief).even))
    return {
        "kind": kind,
        "words": table.words,
        "facts": kind.head.facts(kind.head_model, snapshot[kind.head_key]),
        "count": len(rows),
        "sums": kind.sums(rows),
        "flagged": [table.name_of(row) for row in rows if table.flag(row)],
        "flag_hint": table.flag_hint,
        "alike": same,
        "brief": brief,
        "brief_rows": _with_marks(context, [table.name_of(row) for row in rows[:BRIEF_ROWS]], brief.rows),
        "full": listing(table, rows[:FULL_ROWS]).even,
        "shown_brief": BRIEF_ROWS,
        "shown_full": FULL_ROWS,
    }


def _with_marks(context: Context, names: list[str], rows: list[Any]) -> list[tuple[Any, Any]]:
    """Each row of cells beside what the findings on the page say of it (`row_marks`); the first of a name alone."""
    marks = dict(context.get("row_marks") or {})
    return [(marks.pop(name, None), cells) for name, cells in zip(names, rows, strict=True)]


@register.simple_tag
def submitted(application: Application) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """What was handed in, part by part, each a list of names and values: for a kind nobody can read any more."""
    chosen = last_submission(application)
    asked = chosen.content["asked"] if chosen else {}
    parts = [(name, part if isinstance(part, list) else [part]) for name, part in asked.items()]
    return [
        (name, [[(key, str(value)) for key, value in line.items() if value not in (None, "")] for line in lines])
        for name, lines in parts
    ]


@register.filter
def in_cells(row: list[tuple[Column, str]]) -> SafeString:
    """The cells of a row of a listing: a table of many rows has a thousand of them."""
    return SafeString("".join(
        f'<td{_NUMBER if column.numeric else ""}>{escaped(cell or "—")}</td>' for column, cell in row
    ))  # fmt: skip


@register.filter
def in_cards(row: list[tuple[Column, str]]) -> SafeString:
    """The same where each row is a card on a narrow screen: a cell bears its head, and says whether it is short."""
    return SafeString("".join(
        f'<td data-label="{escaped(head(column))}"{_looks(column, cell)}>{escaped(cell or "—")}</td>'
        for column, cell in row
    ))  # fmt: skip


def _looks(column: Column, cell: str) -> str:
    whole = len(cell) < SHORT or column.name == PLACE  # broken between its parts alone
    return _NUMBER if column.numeric else _BRIEF if whole else ""


@register.filter
def head(column: Column) -> str:
    """The label of a column with its unit, in the language of the reader."""
    return column.said


SHORT_LABEL: Final = 6
"""Characters of a label that stand in one line of a narrow column."""


@register.filter
def head_in_lines(column: Column) -> SafeString:
    """The same where a head may take several lines: its unit is not divided, nor is a short label before it."""
    label, said = str(column.label), column.said
    unit = said.removeprefix(label)
    blank = unit[: len(unit) - len(unit.lstrip())]
    short = unit and len(label) <= SHORT_LABEL
    begins = format_html('<span class="text-nowrap">{}</span>', label) if short else label
    return format_html('{}{}<span class="text-nowrap">{}</span>', begins, blank, unit.lstrip())
