"""The manuals 使用手册 under 帮助: the Markdown of docs/manuals as pages, for everyone, without logging in.

They are written in Chinese for those who work here; who reads the pages in English is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from msgspec import Struct

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

FOLDER = settings.BASE_DIR / "docs" / "manuals"
MANUALS: dict[str, tuple[str | Promise, str | Promise]] = {
    "clerk": (_("Manual for clerks"), _("applying, correcting, following the case, taking the papers")),
    "officer": (_("Manual for officers"), _("accepting, reviewing, consulting, deciding, serving papers")),
    "supervision": (_("Manual for inspectors"), _("reports, inspections, rectification after approval")),
    "head": (_("Manual for heads of agencies"), _("people and posts, standing in, reassigning, extending periods")),
    "auditor": (_("Manual for auditors"), _("reading cases, checking the record and papers")),
    "administrators": (_("Manual for the three administrators"), _("agencies, accounts, rights, the security log")),
}
"""File name, title and what it is about, in the order of a case: who applies comes first, who administers last."""


@cache
def _markdown() -> MarkdownIt:
    """CommonMark with tables. HTML in a text is shown as text, and a link leads to a page, never to a script."""
    from markdown_it import MarkdownIt  # imported where used: every process begins with this module, few show a manual

    return MarkdownIt("js-default", {"html": False, "typographer": False})


class Manual(Struct, frozen=True):
    """A manual as HTML, and its sections: anchor and heading."""

    body: SafeString
    contents: list[tuple[str, str]]


def rendered(text: str) -> Manual:
    """`text` without its title, which the page gives in the reader's language."""
    markdown = _markdown()
    tokens = markdown.parse(text)
    if tokens and tokens[0].tag == "h1":
        tokens = tokens[3:]
    contents, anchor = [], "page-title"
    _head_cells(tokens)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            anchor = slugify(following.content, allow_unicode=True)
            token.attrSet("id", anchor)
            if token.tag == "h2":
                contents.append((anchor, following.content))
        elif token.type == "table_open":
            token.attrSet("class", "table")
            token.attrSet("aria-labelledby", anchor)
        for child in token.children or []:
            _point(child)
    return Manual(SafeString(markdown.renderer.render(tokens, markdown.options, {})), contents)


def _head_cells(tokens: Sequence[Token]) -> None:
    """Each cell of a table knows the head of its column: on a phone it stands before the cell."""
    heads: list[str] = []
    at = 0
    for token, following in pairwise(tokens):
        if token.type == "thead_open":
            heads = []
        elif token.type == "th_open":
            heads.append(following.content)
        elif token.type == "tr_open":
            at = 0
        elif token.type == "td_open":
            token.attrSet("data-label", heads[at])
            at += 1


def _point(token: Token) -> None:
    """Leads pictures to the static files, and the name of another manual to its page."""
    if token.type == "image":
        token.attrSet("src", static(str(token.attrGet("src")).replace("pictures/", "manuals/", 1)))
        token.attrSet("loading", "lazy")
    elif token.type == "link_open":
        name, _dot, more = str(token.attrGet("href")).partition(".md")
        if name in MANUALS:
            token.attrSet("href", reverse("manual", args=[name]) + more)


@require_safe
def manual_list(request: HttpRequest) -> HttpResponse:
    """Every manual, and whom it is for."""
    entries = [(name, title, about) for name, (title, about) in MANUALS.items()]
    return render(request, "manuals/list.html", {"entries": entries})


@require_safe
def manual(request: HttpRequest, name: str) -> HttpResponse:
    """One manual; 404 for a name that is none."""
    if name not in MANUALS:
        raise Http404
    shown = rendered((FOLDER / f"{name}.md").read_text("utf-8"))
    return render(request, "manuals/manual.html", {"manual": shown, "title": MANUALS[name][0]})
